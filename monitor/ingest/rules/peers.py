"""First figures of a series: what can be said about them from the other regions, and when nothing can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from monitor.core.indicators import Indicator
from monitor.ingest.figure_table import Bools, FigureTable, Floats, Ints, at_yearly_pace
from monitor.ingest.findings import RuleId
from monitor.ingest.rules.moves import is_rate, median_by
from monitor.ingest.rules.shape import CheckContext, Flagged, flagged

_LEAST_PEERS = 4
_WITHIN_MONTHS = 12
LEAST_SLIP = 2.2
"""160 times off: less may be growth, or a region of another size. [powers of ten]"""
_FEW = 3
_NEXT_WITHIN_MONTHS = 36
"""Figures further apart are not compared with each other."""
_STEP = 4.0
_ROOM = 2.5
_WIDEST = (_STEP - _ROOM) / 2
"""Peers that lie further apart than 5.6 times either way do not tell a slip of 10^4 from a size."""
_BESIDE = 0.5
"""A figure that far beyond the peers may be an honest one, or one that slipped across them."""
_FEW_RATES = 3
"""A rate is compared with three others of its series at least."""


@dataclass(frozen=True)
class FirstValue:
    """A new figure of a series that has no other, or none within years (a rate: fewer than three others).

    Parameters
    ----------
    peer : int
        Place of the middle peer; that of the figure itself where there are none.
    deviation : float
        Powers of ten off the middle of the peers; NaN where they say nothing.
    is_off, is_verified : bool
        Whether it lies beyond all peers by far; whether peers or bounds would have shown a slip.
    """

    place: int
    peer: int
    deviation: float
    is_off: bool
    is_verified: bool


def first_values(table: FigureTable, context: CheckContext) -> list[FirstValue]:
    """New figures without another positive one of their series near enough, judged by their peers."""
    if "first_values" not in table.worked_out:
        table.worked_out["first_values"] = list(_first_values(table, context))
    found: list[FirstValue] = table.worked_out["first_values"]
    return found


def unverifiable(table: FigureTable, context: CheckContext) -> Iterator[Flagged]:
    """A first figure of which neither its own past, nor peers, nor bounds could show a slip."""
    for first in first_values(table, context):
        if not first.is_verified:
            yield flagged(table, first.place, RuleId.UNVERIFIABLE)


def _first_values(table: FigureTable, context: CheckContext) -> Iterator[FirstValue]:
    rates = table.of_indicators([is_rate(each) for each in table.indicators])
    is_size = np.where(rates, table.value != 0, table.value > 0)
    positive = np.flatnonzero(is_size & (table.is_row | table.stood))
    series, inverse = np.unique(table.series[positive], return_inverse=True)
    # Several releases of one period, all of them new, do not vouch for each other.
    ends = np.unique(np.stack([inverse, table.end[positive]]), axis=1)
    count = np.bincount(ends[0], minlength=len(series))
    has_stored = np.zeros(len(series), dtype=bool)
    has_stored[inverse[~table.is_new[positive]]] = True
    alone = ((count == 1) & ~has_stored)[inverse] | _is_unvouched_for(table)[positive]
    few = np.where(rates[positive], (count <= _FEW_RATES)[inverse], alone)
    places = positive[few & table.is_new[positive]]
    if not len(places):
        return
    level = np.array([_level(code, context) for code in table.regions])
    paced = np.log10(np.maximum(at_yearly_pace(table, np.arange(len(table))), 1e-300))
    by_indicator = {
        int(each): table.chain[table.indicator[table.chain] == each]
        for each in np.unique(table.indicator[places])
    }
    for place in places:
        chain = by_indicator[int(table.indicator[place])]
        yield _judged(table, int(place), chain, paced, level)


def _is_unvouched_for(table: FigureTable) -> Bools:
    """Whether no other figure of its series vouches for one that is in force.

    All others stand years away; or there are only few, and it differs from the nearest as a slip would.
    """
    chain = table.chain[table.value[table.chain] > 0]
    found = np.zeros(len(table), dtype=bool)
    if not len(chain):
        return found
    series, end = table.series[chain], table.end[chain]
    size = np.log10(at_yearly_pace(table, chain))
    is_same = series[1:] == series[:-1]
    apart = np.concatenate([[np.inf], np.where(is_same, np.diff(end), np.inf), [np.inf]])
    off = np.abs(np.concatenate([[0.0], np.diff(size), [0.0]]))
    off_nearest = np.where(apart[:-1] <= apart[1:], off[:-1], off[1:])
    nearest = np.minimum(apart[:-1], apart[1:])
    _, count = median_by(series, size)
    is_disputed = (count <= _FEW) & np.isfinite(nearest) & (off_nearest >= LEAST_SLIP)
    found[chain] = (nearest > _NEXT_WITHIN_MONTHS) | is_disputed
    return found


def _judged(table: FigureTable, place: int, chain: Ints, paced: Floats, level: Ints) -> FirstValue:
    indicator = table.indicator_at(place)
    near = np.abs(table.end[chain] - table.end[place]) <= _WITHIN_MONTHS
    same_level = level[table.region[chain]] == level[table.region[place]]
    peers = chain[near & same_level & (table.region[chain] != table.region[place]) & (table.value[chain] > 0)]
    bounded = _is_bounded(indicator, float(table.value[place]))
    if is_rate(indicator) or len(np.unique(table.region[peers])) < _LEAST_PEERS:
        return FirstValue(place, place, np.nan, is_off=False, is_verified=bounded)
    sizes = paced[peers]
    middle = float(np.median(sizes))
    widest = float(np.max(np.abs(sizes - middle)))
    deviation = float(paced[place] - middle)
    peer = int(peers[np.argmin(np.abs(sizes - middle))])
    is_tight = widest <= _WIDEST
    is_off = abs(deviation) > widest + _ROOM
    is_among = is_tight and abs(deviation) <= widest + _BESIDE
    return FirstValue(place, peer, deviation, is_off=is_off, is_verified=is_among or bounded)


def _is_bounded(indicator: Indicator, value: float) -> bool:
    """Whether bounds would have stopped the figure at a hundredth and at a hundred times its size."""
    if indicator.upper is None or indicator.lower is None:
        return False
    return value * 100 > indicator.upper and value / 100 < indicator.lower


def _level(code: str, context: CheckContext) -> str:
    region = context.regions.get(code)
    return region.level if region is not None else ""
