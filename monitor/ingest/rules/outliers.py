"""Figures far outside the band in which figures of their indicator move, and moved settled figures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from monitor.ingest.figure_table import FigureTable
from monitor.ingest.findings import RuleId
from monitor.ingest.rules.moves import find_on, is_rate, moves_of
from monitor.ingest.rules.shape import CheckContext, Flagged, flagged

_BAND_SCALES = 8.0
_LEAST_FACTOR = np.log(3)
_LEAST_POINTS = 10.0
_SETTLED_DAYS = 365
_SETTLED_MOVES = 0.2
_SETTLED_POINTS = 1.0


def outlier(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """A figure far outside the band of moves of its indicator, pooled over all regions.

    The band is the usual move, plus and minus eight robust scales, and never narrower than a factor
    of three (for rates: ten points). A figure that returns to where one of the three before it stood,
    or that the next one confirms, is none: a level may change for good.
    """
    moves = moves_of(table)
    least = np.where(moves.is_log, _LEAST_FACTOR, _LEAST_POINTS)
    with np.errstate(invalid="ignore"):
        band = np.maximum(_BAND_SCALES * moves.scale, least)
        off = moves.is_new & (np.abs(moves.residual) > band)
    for at in np.flatnonzero(off):
        place, reference = int(moves.place[at]), int(moves.reference[at])
        if not _returns(table, place, int(moves.lag[at]), band[at]):
            low, high = (moves.centre[at] - band[at], moves.centre[at] + band[at])
            base = float(table.value[reference])
            edges = (
                (base * np.exp(low), base * np.exp(high)) if moves.is_log[at] else (base + low, base + high)
            )
            yield flagged(
                table,
                place,
                RuleId.OUTLIER,
                other=table.fact(reference),
                low=table.in_display_unit(place, float(edges[0])),
                high=table.in_display_unit(place, float(edges[1])),
            )


def settled_figure_moves(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """Another value for a figure that has stood as final for a year, in a row not marked revised."""
    stood = np.flatnonzero(table.stood)
    key = (table.series * 1_000_000 + table.end) * 3 + table.frequency
    rows = np.flatnonzero(table.is_new & table.in_force & ~table.is_revised)
    if not len(stood) or not len(rows):
        return
    at = np.minimum(np.searchsorted(key[stood], key[rows]), len(stood) - 1)
    old = stood[at]
    settled = (key[old] == key[rows]) & (table.firmness[old] == 2)
    settled &= table.known_on[rows] - table.known_on[old] >= _SETTLED_DAYS
    settled &= (table.basis[old] == table.basis[rows]) | (table.basis[old] == 0) | (table.basis[rows] == 0)
    rates = table.of_indicators([is_rate(each) for each in table.indicators])[rows]
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.abs(np.log(table.value[rows] / table.value[old]))
    moved = np.where(
        rates, np.abs(table.value[rows] - table.value[old]) > _SETTLED_POINTS, factor > _SETTLED_MOVES
    )
    for found in np.flatnonzero(settled & moved):
        yield flagged(table, int(rows[found]), RuleId.SETTLED_FIGURE_MOVES, other=table.fact(int(old[found])))


def basis_changed(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """A figure on another definition than the one before it: the series breaks there, visibly."""
    chain = table.chain
    breaks = np.zeros(len(chain), dtype=bool)
    breaks[1:] = (table.series[chain[1:]] == table.series[chain[:-1]]) & (
        table.basis[chain[1:]] != table.basis[chain[:-1]]
    )
    breaks[1:] &= (table.basis[chain[1:]] > 0) & (table.basis[chain[:-1]] > 0)
    for at in np.flatnonzero(breaks & table.is_new[chain]):
        place, before = int(chain[at]), int(chain[at - 1])
        yield flagged(
            table,
            place,
            RuleId.BASIS_CHANGED,
            other=table.fact(before),
            new=table.bases[table.basis[place]],
            old=table.bases[table.basis[before]],
        )


def _returns(table: FigureTable, place: int, lag: int, band: float) -> bool:
    """Whether it lies within the band of a figure before the one it moved from, or of the next one."""
    rates = is_rate(table.indicator_at(place))
    for back in (2, 3, -1):
        other = find_on(table, int(table.series[place]), int(table.end[place]) - lag * back)
        if other is None or (not rates and table.value[other] <= 0):
            continue
        value, before = float(table.value[place]), float(table.value[other])
        if abs(value - before if rates else np.log(value / before)) < band:
            return True
    return False
