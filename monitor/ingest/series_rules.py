"""Rules that the rows of a file must keep together, and beside what is stored (DESIGN, section 4).

Only rows are refused; stored figures never change. A row the database already holds is not refused.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from monitor.indicators import Measure, Reporting
from monitor.ingest.columns import Column
from monitor.ingest.figures import Figure, figure_of, row_of, stored_figure
from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.normalise import Candidate
from monitor.ingest.row_rules import as_written
from monitor.ingest.rules import CheckContext, Flagged
from monitor.ingest.stored import StoredFigures
from monitor.records import Status

SLIP_STEPS = (4, 8)
"""Powers of ten between 元, 万元 and 亿元, 家 and 万家."""
SLIP_TOLERANCE = 0.7
"""How far, in powers of ten, a move may lie from a step: 10^4 means 2,000 to 50,000."""
_UNITS_THAT_SLIP = frozenset({"CNY", "count", "person_year"})
_SAME = 1e-9
_REFERENCES = 3

_Fall = tuple[Figure, Figure]


def duplicate_row_disagrees(candidates: Sequence[Candidate], _context: CheckContext) -> Iterator[Flagged]:
    """Rows that claim to be one release of one figure and differ; none of them is believed."""
    for rows in _grouped(candidates, _release_key):
        if all(_agrees(row, rows[0]) for row in rows[1:]):
            continue
        places = ", ".join(f"{as_written(row)} in {row_of(row)}" for row in rows)
        yield from ((row, _duplicate_finding(row, places)) for row in rows)


def unit_slip(candidates: Sequence[Candidate], context: CheckContext) -> Iterator[Flagged]:
    """A value that moves by about 10^4 or 10^8 against its neighbours: a unit was mistaken.

    Stored values in force say which level is right: the nearest three, the same period included.
    Those that the file replaces by rows marked revised say nothing, so that a series stored in a
    wrong unit can be put right as a whole. Where nothing is stored, the rows at the level most rows
    share are kept; where no level has a majority, all rows of the series are stopped, because
    nothing says which are right.
    """
    for rows in _grouped(candidates, _series_key):
        chain = _slip_chain(rows, context.stored)
        levels = _slip_levels([math.log10(figure.at_yearly_pace) for figure in chain])
        if len(set(levels)) > 1:
            yield from _slipped(chain, levels, context.stored)


def cumulative_falls(candidates: Sequence[Candidate], context: CheckContext) -> Iterator[Flagged]:
    """A figure that counts from January and falls within the year; the whole year is stopped.

    Single months labelled cumulative fall somewhere in most years, and then the months that
    happen to rise are wrong as well. The first and the last releases of the file are compared each
    among themselves; then the year as it would stand in force after the load, where a revision has
    replaced the release it revises and may be lower than that one, but not than an earlier month.
    An older release that would not be in force is compared within the file only.
    """
    rows = [row for row in candidates if _accumulates(row)]
    flagged: dict[int, Flagged] = {}
    for year in _grouped(rows, _year_key):
        for chain in (_chain_of(year, first=True), _chain_of(year, first=False)):
            falls = _falls(chain)
            flagged.update({id(row): (row, _fall_finding(row, falls)) for row in _rows(chain) if falls})
    for series in _grouped(rows, _series_key):
        for row, falls in _fallen_after_load(series, context.stored):
            flagged.setdefault(id(row), (row, _fall_finding(row, falls)))
    yield from (found for found in flagged.values() if not context.stored.holds(found[0]))


def _grouped(
    candidates: Iterable[Candidate], key: Callable[[Candidate], Hashable]
) -> Iterable[list[Candidate]]:
    groups: dict[Hashable, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[key(candidate)].append(candidate)
    return groups.values()


def _series_key(row: Candidate) -> Hashable:
    return row.indicator.code, row.region


def _release_key(row: Candidate) -> Hashable:
    """What makes a release one and the same, as the store sees it."""
    series = row.indicator.code, row.region, row.definition_basis, row.origin
    return series, row.period, row.known_on, row.status


def _year_key(row: Candidate) -> Hashable:
    return row.indicator.code, row.region, row.origin, row.definition_basis, row.period.year


def _agrees(one: Candidate, other: Candidate) -> bool:
    return math.isclose(one.value, other.value, rel_tol=_SAME) and one.embargo_until == other.embargo_until


def _rows(chain: Iterable[Figure]) -> list[Candidate]:
    return [figure.row for figure in chain if figure.row is not None]


def _accumulates(row: Candidate) -> bool:
    """Whether the figure adds up from January; a cumulative growth rate may well fall."""
    adds_up = row.indicator.measure in (Measure.FLOW, Measure.COUNTER)
    return adds_up and row.indicator.reporting is Reporting.YTD


def _chain_of(rows: Sequence[Candidate], *, first: bool) -> list[Figure]:
    """One release for each period end, in order of time."""
    ordered = sorted(map(figure_of, rows), key=lambda figure: figure.order, reverse=first)
    return _one_for_each_end(ordered)


def _one_for_each_end(figures: Iterable[Figure]) -> list[Figure]:
    """In order of time; of several with one period end, the last of those given."""
    last = {figure.period.end: figure for figure in figures}
    return [last[end] for end in sorted(last)]


def _falls(chain: Sequence[Figure]) -> list[_Fall]:
    return [(low, high) for high, low in pairwise(chain) if low.value < high.value * (1 - _SAME)]


def _fallen_after_load(
    rows: Sequence[Candidate], stored: StoredFigures
) -> Iterator[tuple[Candidate, list[_Fall]]]:
    """New rows of years that would fall, each with the falls that new rows take part in.

    A figure that names no definition is compared with those of every definition.
    """
    new = {id(row) for row in rows if not stored.holds(row)}
    for year, figures in _years_after_load(rows, stored).items():
        for basis in sorted({figure.definition_basis for figure in figures} - {""}) or [""]:
            bases = ("", basis)
            chain = _one_for_each_end(figure for figure in figures if figure.definition_basis in bases)
            falls = [fall for fall in _falls(chain) if any(id(row) in new for row in _rows(fall))]
            for row in rows if falls else ():
                if id(row) in new and row.period.year == year and row.definition_basis in bases:
                    yield row, falls


def _years_after_load(rows: Sequence[Candidate], stored: StoredFigures) -> dict[int, list[Figure]]:
    """Figures of one series as they would be in force, by year and in order; years of the rows only."""
    years: dict[int, list[Figure]] = {row.period.year: [] for row in rows}
    for entry, row in stored.in_force_after(rows):
        figure = figure_of(row) if row is not None else stored_figure(entry, rows[0].indicator)
        if figure.period.year in years:
            years[figure.period.year].append(figure)
    return {year: sorted(figures, key=lambda figure: figure.order) for year, figures in years.items()}


def _slip_chain(rows: Sequence[Candidate], stored: StoredFigures) -> list[Figure]:
    """Rows of one series and the stored figures to compare them with, in order of time."""
    indicator = rows[0].indicator
    if indicator.base_unit not in _UNITS_THAT_SLIP:
        return []
    revised = {str(row.period) for row in rows if row.status is Status.REVISED}
    references = (
        stored_figure(entry, indicator) for entry in stored.beside(rows) if entry.period not in revised
    )
    figures = (*references, *map(figure_of, rows))
    return sorted((figure for figure in figures if figure.value > 0), key=lambda figure: figure.order)


def _slip_levels(logs: Sequence[float]) -> list[int]:
    """How many powers of ten each value lies off the first one's unit: 0, or 4 or 8 up or down."""
    levels: list[int] = []
    adjusted: list[float] = []
    for value in logs:
        move = value - median(adjusted[-_REFERENCES:]) if adjusted else 0.0
        step = next((size for size in SLIP_STEPS if abs(abs(move) - size) <= SLIP_TOLERANCE), 0)
        levels.append(step if move > 0 else -step)
        adjusted.append(value - levels[-1])
    return levels


def _slipped(chain: Sequence[Figure], levels: Sequence[int], stored: StoredFigures) -> Iterator[Flagged]:
    is_held = [figure.row is None or stored.holds(figure.row) for figure in chain]
    references = [index for index, held in enumerate(is_held) if held]
    majority = _majority(levels)
    for index, figure in enumerate(chain):
        right = _levels_around(index, levels, references) if references else majority
        if figure.row is None or is_held[index] or levels[index] in right:
            continue
        wanted = right or set(levels) - {levels[index]}
        other = next(at for at in _nearest_first(index, len(chain)) if levels[at] in wanted)
        yield figure.row, _slip_finding(figure.row, chain[other], levels[index] - levels[other])


def _majority(levels: Sequence[int]) -> set[int]:
    """The level more than half of all share, if there is one."""
    common, count = Counter(levels).most_common(1)[0]
    return {common} if count * 2 > len(levels) else set()


def _levels_around(index: int, levels: Sequence[int], references: Sequence[int]) -> set[int]:
    """The level of most of the nearest references; where they are at odds, each of theirs."""
    at = bisect(references, index)
    window = references[max(at - _REFERENCES, 0) : at + _REFERENCES]
    nearest = sorted(window, key=lambda reference: abs(reference - index))[:_REFERENCES]
    counts = Counter(levels[reference] for reference in nearest)
    return {level for level, count in counts.items() if count == max(counts.values())}


def _nearest_first(index: int, length: int) -> Iterator[int]:
    """Other places of a sequence, from near to far, the earlier of two first."""
    for distance in range(1, length):
        yield from (at for at in (index - distance, index + distance) if 0 <= at < length)


def _duplicate_finding(row: Candidate, places: str) -> Finding:
    return Finding(
        RuleId.DUPLICATE_ROW_DISAGREES,
        Column.VALUE,
        row.place.text(Column.VALUE),
        f"The same release of {row.indicator.code} in {row.region} for {row.period} is given more than once "
        f"and differs: {places}.",
        "Keep the right row; if they are releases of different days, give each its publication date.",
    )


def _slip_finding(row: Candidate, other: Figure, powers: int) -> Finding:
    moved = "larger" if powers > 0 else "smaller"
    remedy = "Compare value and unit of both rows with the publication; 万元 and 亿元 are easily mistaken."
    if other.row is None:
        remedy = (
            "Compare value and unit with the publication; 万元 and 亿元 are easily mistaken. "
            "If the stored figures are wrong, give all of them again in one file, marked revised."
        )
    return Finding(
        RuleId.UNIT_SLIP,
        Column.VALUE,
        row.place.text(Column.VALUE),
        f"{as_written(row)} for {row.period} is about 10^{abs(powers)} times {moved} than "
        f"{other.written} for {other.period} ({other.where}).",
        remedy,
    )


def _fall_finding(row: Candidate, falls: Sequence[_Fall]) -> Finding:
    low, high = falls[0]
    again = f", and {len(falls) - 1} more time{'s' if len(falls) > 2 else ''} in {row.period.year}"
    guess = "these look like single months" if len(falls) > 1 else "one is wrong, or these are single months"
    remedy = (
        "Compare the year with the publication; add single months up from January, then load the year again."
    )
    if any(figure.row is None for fall in falls for figure in fall):
        remedy += " If a stored month is wrong, give its correction in the same file."
    return Finding(
        RuleId.CUMULATIVE_FALLS,
        Column.VALUE,
        row.place.text(Column.VALUE),
        f"{row.indicator.code} counts from January, but falls from {high.written} for {high.period} "
        f"({high.where}) to {low.written} for {low.period} ({low.where})"
        f"{again if len(falls) > 1 else ''}: {guess}.",
        remedy,
    )
