"""Figures that stand in the wrong place: another region's, another period's, or last period's again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from monitor.core.indicators import Measure
from monitor.ingest.figure_table import Bools, FigureTable, Floats, Ints
from monitor.ingest.findings import RuleId
from monitor.ingest.rules.moves import Moves, moves_of
from monitor.ingest.rules.shape import CheckContext, Flagged, flagged

_WIDE = 1_000_000
_LEAST_DIGITS = 4
_LEAST_ROWS = 3
_MOST_COPIED = 0.6
_USUALLY_COPIED = 0.1
_LEAST_PAST = 5
_SUSPICIOUS_SCALES = 4.0
_LEAST_SUSPICIOUS = 0.2
_FITS_BETTER = 0.2
_MOST_SUSPECTS = 60


def copied_period(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """The figure of the period before again, where figures of this kind move.

    Held is a period that repeats the one before in most regions, and a single figure of four digits
    or more (a ratio: five) in a series that has never stood still. Where recognition comes in batches
    figures stand still between them.
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
    moves_always = table.of_indicators([not each.batch_months for each in table.indicators])[place]
    copied = same & table.is_new[place] & moves_always
    in_group, of_group, share_elsewhere, n_elsewhere = _shares(table, place, same)
    widely = (in_group >= _LEAST_ROWS) & (in_group >= _MOST_COPIED * of_group)
    widely &= (share_elsewhere <= _USUALLY_COPIED) & (n_elsewhere >= _LEAST_PAST)
    least_digits = table.of_indicators([each.measure is Measure.RATIO for each in table.indicators])[place]
    n_own, copies_own = _counts(table.series[place], same)
    by_itself = (n_own > _LEAST_PAST) & (copies_own == 1)
    by_itself &= digits(table.value[place]) >= _LEAST_DIGITS + least_digits
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
        yield from (
            _misplaced(table, int(moves.place[one]), int(moves.place[two]), "region")
            for one, two in swapped.items()
        )
        yield from _of_another_region(
            table,
            moves,
            [at for at in suspects if at not in swapped],
            table.chain[(table.indicator[table.chain] == indicator) & (table.end[table.chain] == end)],
        )


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


def _counts(group: Ints, same: Bools) -> tuple[Ints, Ints]:
    """How many figures share each one's group, and how many of them repeat the one before."""
    _, number = np.unique(group, return_inverse=True)
    return np.bincount(number)[number], np.bincount(number, weights=same)[number].astype(np.int64)


def _shares(table: FigureTable, place: Ints, same: Bools) -> tuple[Ints, Ints, Floats, Ints]:
    """New figures of the indicator and period that repeat the one before, and all that could.

    Then the share that repeats in the other periods of the indicator, and how many figures these have.
    """
    period = table.indicator[place] * _WIDE + table.end[place]
    new = table.is_new[place]
    _, number = np.unique(period, return_inverse=True)
    of_group = np.bincount(number, weights=new)[number].astype(np.int64)
    in_group = np.bincount(number, weights=new & same)[number].astype(np.int64)
    n_period, copies_period = _counts(period, same)
    n_all, copies_all = _counts(table.indicator[place], same)
    n_elsewhere = n_all - n_period
    return in_group, of_group, (copies_all - copies_period) / np.maximum(n_elsewhere, 1), n_elsewhere


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


def _of_another_region(
    table: FigureTable, moves: Moves, suspects: list[int], group: Ints
) -> Iterator[Flagged]:
    """Suspicious rows that give, digit by digit, the figure of another region for that period."""
    by_value: dict[float, list[int]] = defaultdict(list)
    for at in group.tolist():
        by_value[float(table.value[at])].append(at)
    for at in suspects:
        place = int(moves.place[at])
        others = [each for each in by_value[float(table.value[place])] if each != place]
        if others and digits(table.value[[place]])[0] >= _LEAST_DIGITS:
            yield _misplaced(table, place, others[0], "region")


def _misplaced(table: FigureTable, place: int, other: int, what: str) -> Flagged:
    return flagged(table, place, RuleId.MISPLACED, other=table.fact(other), what=what)
