"""Figures that count from January: they cannot fall within the year, and are no single months.

Only rows are stopped; stored figures never change. A row the database already holds is not stopped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from monitor.core.indicators import Measure, Reporting
from monitor.ingest.figure_table import Bools, FigureTable, Ints
from monitor.ingest.findings import RuleId
from monitor.ingest.rules.moves import Moves, find_on, moves_of
from monitor.ingest.rules.shape import CheckContext, Flagged, flagged

_SAME = 1e-9
_MONTHS = 12
_LEAST_GAP = 0.25
_OFF_BY_SCALES = 2.0
_FITS_BETTER = 0.5

_Fall = tuple[int, int]


def cumulative_falls(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """A figure that counts from January and falls within the year; the whole year is stopped.

    Single months labelled cumulative fall somewhere in most years, and then the months that
    happen to rise are wrong as well. The first and the last releases of the file are compared each
    among themselves; then the year as it would stand in force after the load, where a revision has
    replaced the release it revises and may be lower than that one, but not than an earlier month.
    An older release that would not be in force is compared within the file only.
    """
    for year in _years_that_drop(table):
        found: dict[int, list[_Fall]] = {}
        for chain in _chains_of_the_file(table, year):
            falls = _falls(table, chain)
            found.update({place: falls for place in chain if falls})
        for places, falls in _falls_after_load(table, year):
            for place in places:
                found.setdefault(place, falls)
        for place, falls in found.items():
            if table.is_new[place]:
                yield _fall(table, place, falls)


def single_month(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """A month that stands where the figure from January should: it fits last year's month, not its sum.

    Compared are the same month of last year, cumulative and by itself, each moved as this year's
    figure before it has moved on last year's. Far below on the one side, and much nearer on the other, it
    is held. A figure that a later one of its year follows is left to the rule above, unless it is the second
    of its year: where the count starts again after a small first report, no later figure falls.
    """
    moves = moves_of(table)
    chosen = moves.is_new & accumulates(table)[moves.place] & (table.frequency[moves.place] < 2)
    chosen &= moves.is_log & (moves.lag == _MONTHS) & (moves.residual < 0)
    step = np.array([1, 3, 12])[table.frequency]
    for at in np.flatnonzero(chosen & (np.abs(moves.residual) > _LEAST_GAP)):
        place, last_year = int(moves.place[at]), int(moves.reference[at])
        before = _figure_before(table, last_year)
        if before is None or table.end[place] % _MONTHS < step[place]:
            continue
        if _is_followed(table, place) and _figure_before(table, before) is not None:
            continue
        alone = float(table.value[last_year] - table.value[before])
        if _is_month_alone(table, moves, int(at), alone, before):
            yield flagged(
                table,
                place,
                RuleId.SINGLE_MONTH,
                other=table.fact(last_year),
                alone=table.in_display_unit(place, alone),
            )


def accumulates(table: FigureTable) -> Bools:
    """Whether the figures add up from January; a cumulative growth rate may well fall."""
    return table.of_indicators(
        [
            each.measure in (Measure.FLOW, Measure.COUNTER) and each.reporting is Reporting.YTD
            for each in table.indicators
        ]
    )


def _figure_before(table: FigureTable, place: int) -> int | None:
    """The figure in force before this one in its year, or None."""
    for months in (1, 2, 3):
        found = find_on(table, table.series[place], table.end[place] - months)
        if found is not None and (table.end[found] // _MONTHS == table.end[place] // _MONTHS):
            return found
    return None


def _is_followed(table: FigureTable, place: int) -> bool:
    """Whether a later figure of its year is in force."""
    at = int(np.searchsorted(table.chain, place)) + 1
    if at >= len(table.chain):
        return False
    later = int(table.chain[at])
    same_year = table.end[later] // _MONTHS == table.end[place] // _MONTHS
    return bool(same_year and table.series[later] == table.series[place])


def _is_month_alone(table: FigureTable, moves: Moves, at: int, alone: float, before: int) -> bool:
    """Whether the figure lies far from last year's sum and near last year's month.

    Near as this year has moved so far, or as figures of that period usually move.
    """
    if alone <= 0:
        return False
    place, last_year = int(moves.place[at]), int(moves.reference[at])
    so_far = find_on(table, table.series[place], table.end[before] + _MONTHS)
    moved = float(moves.centre[at])
    if so_far is not None and table.value[so_far] > 0 and table.value[before] > 0:
        moved = float(np.log(table.value[so_far] / table.value[before]))
    value = table.value[place]
    off_sum = abs(np.log(value / table.value[last_year]) - moved)
    off_month = min(abs(np.log(value / alone) - usual) for usual in (moved, moves.centre[at]))
    is_far = off_sum > max(_LEAST_GAP, _OFF_BY_SCALES * moves.scale[at])
    return bool(is_far and off_month < _FITS_BETTER * off_sum)


def _years_that_drop(table: FigureTable) -> Iterator[Ints]:
    """Places of each series and year in which some figure lies below the one before it."""
    places = np.flatnonzero(accumulates(table))
    year = table.end // _MONTHS
    lower = np.zeros(len(places), dtype=bool)
    lower[:-1] = table.value[places[1:]] < table.value[places[:-1]] * (1 - _SAME)
    drops = lower & table.same_as_next(places, table.series, year)
    starts = np.flatnonzero(~np.concatenate([[False], table.same_as_next(places, table.series, year)[:-1]]))
    for start in np.unique(np.searchsorted(starts, np.flatnonzero(drops), side="right") - 1):
        end = starts[start + 1] if start + 1 < len(starts) else len(places)
        found = places[starts[start] : end]
        if table.is_new[found].any():
            yield found


def _chains_of_the_file(table: FigureTable, year: Ints) -> Iterator[list[int]]:
    """First and last releases of the rows, by origin and definition, in order of time."""
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place in year[table.is_row[year]]:
        groups[table.row_at(place).origin, int(table.basis[place])].append(int(place))
    for group in groups.values():
        by_time = sorted(group, key=lambda place: (table.end[place], table.known_on[place]))
        yield _one_for_each_end(table, reversed(by_time))
        yield _one_for_each_end(table, by_time)


def _one_for_each_end(table: FigureTable, places: Iterable[int]) -> list[int]:
    """In order of time; of several with one period end, the last of those given."""
    last = {int(table.end[place]): place for place in places}
    return [last[end] for end in sorted(last)]


def _falls(table: FigureTable, chain: list[int]) -> list[_Fall]:
    value = table.value
    return [(low, high) for high, low in pairwise(chain) if value[low] < value[high] * (1 - _SAME)]


def _falls_after_load(table: FigureTable, year: Ints) -> Iterator[tuple[list[int], list[_Fall]]]:
    """New rows of a year that would fall, with the falls that new rows take part in.

    A figure that names no definition is compared with those of every definition.
    """
    standing = year[table.in_force[year]]
    by_time = standing[np.lexsort((table.known_on[standing], table.end[standing]))]
    new = [int(place) for place in year if table.is_new[place]]
    for basis in sorted({int(table.basis[place]) for place in by_time} - {0}) or [0]:
        bases = (0, basis)
        chain = _one_for_each_end(table, (int(place) for place in by_time if table.basis[place] in bases))
        falls = [fall for fall in _falls(table, chain) if table.is_new[list(fall)].any()]
        if falls:
            yield [place for place in new if table.basis[place] in bases], falls


def _fall(table: FigureTable, place: int, falls: list[_Fall]) -> Flagged:
    low, high = falls[0]
    return flagged(
        table,
        place,
        RuleId.CUMULATIVE_FALLS,
        low=table.fact(low),
        high=table.fact(high),
        again=len(falls) - 1,
        year=int(table.end[place]) // _MONTHS,
        is_stored=any(not table.is_row[each] for fall in falls for each in fall),
    )
