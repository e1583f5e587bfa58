"""Figures that stand in the wrong place: another region's, another period's, or last period's again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from monitor.ingest.figure_table import Bools, FigureTable, Floats, Ints
from monitor.ingest.findings import RuleId
from monitor.ingest.rules.moves import Moves, moves_of
from monitor.ingest.rules.shape import CheckContext, Flagged, flagged

_WIDE = 1_000_000
_LEAST_DIGITS = 4
_LEAST_ROWS = 3
_MOST_COPIED = 0.6
_USUALLY_COPIED = 0.1
_LEAST_PAST = 6
_SUSPICIOUS_SCALES = 3.0
_LEAST_SUSPICIOUS = 0.2
_FITS_BETTER = 0.25
_MOST_SUSPECTS = 60


def copied_period(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """The figure of the period before again, where figures of this kind move.

    Held is a period that repeats the one before in most regions, and a single figure of four digits
    or more in a series that has never stood still.
    """
    chain = table.chain
    months = np.array([1, 3, 12])[table.frequency[chain]]
    follows = np.zeros(len(chain), dtype=bool)
    follows[1:] = (table.series[chain[1:]] == table.series[chain[:-1]]) & (
        table.end[chain[1:]] - table.end[chain[:-1]] == months[1:]
    )
    follows[1:] &= table.frequency[chain[1:]] == table.frequency[chain[:-1]]
    later = np.flatnonzero(follows)
    place, before = chain[later], chain[later - 1]
    same = (table.value[place] == table.value[before]) & (table.value[place] != 0)
    copied = same & table.is_new[place] & (_past_copies(table, place, same) <= _USUALLY_COPIED)
    in_group, of_group = _shares(table, place, same)
    n_past = _past_count(table, place)
    widely = (in_group >= _LEAST_ROWS) & (in_group >= _MOST_COPIED * of_group)
    by_itself = (_past_copies(table, place, same, own=True) == 0) & (n_past >= _LEAST_PAST)
    by_itself &= digits(table.value[place]) >= _LEAST_DIGITS
    for at in np.flatnonzero(copied & (widely | by_itself)):
        regions = int(in_group[at]) if widely[at] else 1
        yield flagged(
            table, int(place[at]), RuleId.COPIED_PERIOD, other=table.fact(int(before[at])), regions=regions
        )


def misplaced(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """Figures of two regions swapped, a figure of another region, or a column shifted by a year."""
    yield from _shifted(table)
    moves = moves_of(table)
    off = np.abs(moves.residual)
    with np.errstate(invalid="ignore"):
        suspicious = moves.is_log & (off > np.maximum(_SUSPICIOUS_SCALES * moves.scale, _LEAST_SUSPICIOUS))
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at in np.flatnonzero(suspicious & moves.is_new):
        place = moves.place[at]
        groups[int(table.indicator[place]), int(table.end[place])].append(int(at))
    for (indicator, end), suspects in groups.items():
        swapped = _swapped(table, moves, suspects[:_MOST_SUSPECTS])
        yield from (_misplaced(table, int(moves.place[one]), int(moves.place[two]), "region")
                    for one, two in swapped.items())
        yield from _of_another_region(table, moves, [at for at in suspects if at not in swapped],
                                      table.chain[(table.indicator[table.chain] == indicator)
                                                  & (table.end[table.chain] == end)])


def digits(values: Floats) -> Ints:
    """Significant digits a value is written with, at most nine."""
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.where(values == 0, 0, np.floor(np.log10(np.abs(values))))
    mantissa = np.abs(values) / 10.0**power
    count = np.full(len(values), 9)
    for wanted in range(8, 0, -1):
        scaled = mantissa * 10.0 ** (wanted - 1)
        count = np.where(np.abs(scaled - np.rint(scaled)) < 1e-6, wanted, count)
    return count


def _past_copies(table: FigureTable, place: Ints, same: Bools, *, own: bool = False) -> Floats:
    """Share of repeated figures among those the load does not bring, of the series or the indicator."""
    group = table.series[place] if own else table.indicator[place]
    past = ~table.is_new[place]
    size = int(group.max()) + 1 if len(group) else 1
    counted = np.bincount(group[past], minlength=size)
    copies = np.bincount(group[past & same], minlength=size)
    return (copies / np.maximum(counted, 1))[group]


def _past_count(table: FigureTable, place: Ints) -> Ints:
    group = table.series[place]
    size = int(group.max()) + 1 if len(group) else 1
    return np.bincount(group[~table.is_new[place]], minlength=size)[group]


def _shares(table: FigureTable, place: Ints, same: Bools) -> tuple[Ints, Ints]:
    """New figures of the indicator and period that repeat the one before, and all that could."""
    _, group = np.unique(table.indicator[place] * _WIDE + table.end[place], return_inverse=True)
    new = table.is_new[place]
    return np.bincount(group, weights=new & same)[group].astype(np.int64), np.bincount(group, weights=new)[
        group
    ].astype(np.int64)


def _shifted(table: FigureTable) -> Iterator[Flagged]:
    """Rows of an indicator that repeat, one by one, what is stored for the year before or after."""
    stood = np.flatnonzero(table.stood)
    keys = table.series[stood] * _WIDE + table.end[stood]
    rows = np.flatnonzero(table.is_new & (digits(table.value) >= _LEAST_DIGITS - 1))
    if not len(stood) or not len(rows):
        return
    has_own, same_own, _ = _looked_up(table, rows, keys, stood, 0)
    for months in (-12, 12):
        there, same, found = _looked_up(table, rows, keys, stood, months)
        # A file that repeats the year before for a year not stored yet is a copy, told as such.
        hit = there & same & ~same_own & (has_own | (months > 0))
        for indicator in np.unique(table.indicator[rows[hit]]):
            of_it = table.indicator[rows] == indicator
            n_hit, n_asked = int((hit & of_it).sum()), int((there & of_it).sum())
            if n_hit >= _LEAST_ROWS and 2 * n_hit > n_asked:
                for at in np.flatnonzero(hit & of_it):
                    yield _misplaced(table, int(rows[at]), int(found[at]), "period")


def _looked_up(
    table: FigureTable, rows: Ints, keys: Ints, stood: Ints, months: int
) -> tuple[Bools, Bools, Ints]:
    """Whether something is stored so many months off, whether it is the same value, and its place."""
    wanted = table.series[rows] * _WIDE + table.end[rows] + months
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found = stood[at]
    there = keys[at] == wanted
    return there, there & (table.value[found] == table.value[rows]), found


def _swapped(table: FigureTable, moves: Moves, suspects: list[int]) -> dict[int, int]:
    """Pairs of suspicious rows of one period each of which fits the other's series much better."""
    fits: list[tuple[float, int, int]] = []
    for one, two in combinations(suspects, 2):
        off = min(abs(moves.residual[one]), abs(moves.residual[two]))
        across = max(abs(_across(table, moves, one, two)), abs(_across(table, moves, two, one)))
        if across < _FITS_BETTER * off:
            fits.append((across, one, two))
    found: dict[int, int] = {}
    for _, one, two in sorted(fits):
        if one not in found and two not in found:
            found |= {one: two, two: one}
    return found


def _across(table: FigureTable, moves: Moves, one: int, two: int) -> float:
    """Residual of the figure of one region in the series of the other."""
    value, reference = table.value[moves.place[one]], table.value[moves.reference[two]]
    return float(np.log(value / reference) - moves.centre[two])


def _of_another_region(table: FigureTable, moves: Moves, suspects: list[int], group: Ints) -> Iterator[Flagged]:
    """Suspicious rows that give, digit by digit, the figure of another region for that period."""
    by_value = {float(table.value[place]): int(place) for place in group if not table.is_new[place]}
    for place in group:
        by_value.setdefault(float(table.value[place]), int(place))
    for at in suspects:
        place = int(moves.place[at])
        other = by_value.get(float(table.value[place]), place)
        if table.region[other] != table.region[place] and digits(table.value[[place]])[0] >= _LEAST_DIGITS:
            yield _misplaced(table, place, other, "region")


def _misplaced(table: FigureTable, place: int, other: int, what: str) -> Flagged:
    return flagged(table, place, RuleId.MISPLACED, other=table.fact(other), what=what)
