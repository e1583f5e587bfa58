"""Rules that the rows of a file must keep together, and beside what is stored (DESIGN, section 4).

Only rows are refused; stored figures never change. A row the database already holds is not refused.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import pairwise

from monitor.core.indicators import Measure, Reporting
from monitor.ingest.columns import Column
from monitor.ingest.figures import Figure, figure_of, grouped, row_of, series_key, stored_figure
from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.normalise import Candidate
from monitor.ingest.row_rules import as_written
from monitor.ingest.rules import CheckContext, Flagged
from monitor.ingest.stored import StoredFigures

_SAME = 1e-9

_Fall = tuple[Figure, Figure]


def duplicate_row_disagrees(candidates: Sequence[Candidate], _context: CheckContext) -> Iterator[Flagged]:
    """Rows that claim to be one release of one figure and differ; none of them is believed."""
    for rows in grouped(candidates, _release_key):
        if all(_agrees(row, rows[0]) for row in rows[1:]):
            continue
        places = ", ".join(f"{as_written(row)} in {row_of(row)}" for row in rows)
        yield from ((row, _duplicate_finding(row, places)) for row in rows)


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
    for year in grouped(rows, _year_key):
        for chain in (_chain_of(year, first=True), _chain_of(year, first=False)):
            falls = _falls(chain)
            flagged.update({id(row): (row, _fall_finding(row, falls)) for row in _rows(chain) if falls})
    for series in grouped(rows, series_key):
        for row, falls in _fallen_after_load(series, context.stored):
            flagged.setdefault(id(row), (row, _fall_finding(row, falls)))
    yield from (found for found in flagged.values() if not context.stored.holds(found[0]))


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


def _duplicate_finding(row: Candidate, places: str) -> Finding:
    return Finding(
        RuleId.DUPLICATE_ROW_DISAGREES,
        Column.VALUE,
        row.place.text(Column.VALUE),
        f"The same release of {row.indicator.code} in {row.region} for {row.period} is given more than once "
        f"and differs: {places}.",
        "Keep the right row; if they are releases of different days, give each its publication date.",
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
