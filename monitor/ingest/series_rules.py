"""Rules that several rows of one file must keep together (DESIGN, section 4)."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from monitor.indicators import Measure, Reporting
from monitor.ingest.columns import Column
from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.normalise import Candidate
from monitor.ingest.row_rules import as_written
from monitor.ingest.rules import CheckContext, Flagged

SLIP_STEPS = (4, 8)
"""Powers of ten between 元, 万元 and 亿元, 家 and 万家."""
SLIP_TOLERANCE = 0.7
"""How far, in powers of ten, a move may lie from a step: 10^4 means 2,000 to 50,000."""
_UNITS_THAT_SLIP = frozenset({"CNY", "count", "person_year"})
_SAME = 1e-9
_REFERENCE_ROWS = 3

_Chain = list[Candidate]


def duplicate_row_disagrees(candidates: Sequence[Candidate], _context: CheckContext) -> Iterator[Flagged]:
    """Rows that claim to be one release of one figure and differ; none of them is believed."""
    for rows in _grouped(candidates, _release_key):
        if all(_agrees(row, rows[0]) for row in rows[1:]):
            continue
        places = ", ".join(f"{as_written(row)} in {_row_of(row)}" for row in rows)
        yield from ((row, _duplicate_finding(row, places)) for row in rows)


def unit_slip(candidates: Sequence[Candidate], _context: CheckContext) -> Iterator[Flagged]:
    """A value that moves by about 10^4 or 10^8 against its neighbours: a unit was mistaken.

    The rows at the level most rows share are kept; where no level has a majority, all rows of the
    series are stopped, because nothing in the file says which are right.
    """
    for rows in _grouped(candidates, lambda row: (row.indicator.code, row.region)):
        chain = sorted((row for row in rows if _can_slip(row)), key=_order)
        levels = _slip_levels([math.log10(_at_yearly_pace(row)) for row in chain])
        common, count = Counter(levels).most_common(1)[0] if levels else (0, 0)
        for index, level in enumerate(levels):
            if level != common or count * 2 <= len(levels):
                other = next(at for at in _nearest_first(index, len(levels)) if levels[at] != level)
                yield chain[index], _slip_finding(chain[index], chain[other], level - levels[other])


def cumulative_falls(candidates: Sequence[Candidate], _context: CheckContext) -> Iterator[Flagged]:
    """A figure that counts from January and falls within the year; the whole year is stopped.

    Single months labelled cumulative fall somewhere in most years, and then the months that
    happen to rise are wrong as well. First and last releases are compared each among themselves.
    """
    flagged: dict[int, Flagged] = {}
    for rows in _grouped([row for row in candidates if _accumulates(row)], _year_key):
        for chain in (_chain_of(rows, first=True), _chain_of(rows, first=False)):
            falls = [(low, high) for high, low in pairwise(chain) if low.value < high.value * (1 - _SAME)]
            if falls:
                flagged.update({id(row): (row, _fall_finding(row, falls)) for row in chain})
    yield from flagged.values()


def _grouped(candidates: Iterable[Candidate], key: Callable[[Candidate], Hashable]) -> list[_Chain]:
    groups: dict[Hashable, _Chain] = defaultdict(list)
    for candidate in candidates:
        groups[key(candidate)].append(candidate)
    return [rows for rows in groups.values() if len(rows) > 1]


def _release_key(row: Candidate) -> Hashable:
    """What makes a release one and the same, as the store sees it."""
    series = row.indicator.code, row.region, row.definition_basis, row.origin
    return series, row.period, row.known_on, row.status


def _year_key(row: Candidate) -> Hashable:
    return row.indicator.code, row.region, row.origin, row.definition_basis, row.period.year


def _order(row: Candidate) -> tuple[Hashable, ...]:
    return row.period.end, row.known_on


def _agrees(one: Candidate, other: Candidate) -> bool:
    return math.isclose(one.value, other.value, rel_tol=_SAME) and one.embargo_until == other.embargo_until


def _accumulates(row: Candidate) -> bool:
    """Whether the figure adds up from January; a cumulative growth rate may well fall."""
    adds_up = row.indicator.measure in (Measure.FLOW, Measure.COUNTER)
    return adds_up and row.indicator.reporting is Reporting.YTD


def _chain_of(rows: Sequence[Candidate], *, first: bool) -> _Chain:
    """One release for each period end, in order of time."""
    ordered = sorted(rows, key=_order, reverse=first)
    return sorted({row.period.end: row for row in ordered}.values(), key=_order)


def _can_slip(row: Candidate) -> bool:
    return row.value > 0 and row.indicator.base_unit in _UNITS_THAT_SLIP


def _at_yearly_pace(row: Candidate) -> float:
    """A cumulative figure scaled to twelve months, so that January stands beside December."""
    if row.indicator.reporting is Reporting.YTD:
        return row.value * 12 / row.period.end.month
    return row.value


def _slip_levels(logs: Sequence[float]) -> list[int]:
    """How many powers of ten each value lies off the first one's unit: 0, or 4 or 8 up or down."""
    levels: list[int] = []
    adjusted: list[float] = []
    for value in logs:
        move = value - median(adjusted[-_REFERENCE_ROWS:]) if adjusted else 0.0
        step = next((size for size in SLIP_STEPS if abs(abs(move) - size) <= SLIP_TOLERANCE), 0)
        levels.append(step if move > 0 else -step)
        adjusted.append(value - levels[-1])
    return levels


def _nearest_first(index: int, length: int) -> list[int]:
    return sorted(range(length), key=lambda at: (abs(at - index), at))


def _duplicate_finding(row: Candidate, places: str) -> Finding:
    return Finding(
        RuleId.DUPLICATE_ROW_DISAGREES,
        Column.VALUE,
        row.place.text(Column.VALUE),
        f"The same release of {row.indicator.code} in {row.region} for {row.period} is given more than once "
        f"and differs: {places}.",
        "Keep the right row; if they are releases of different days, give each its publication date.",
    )


def _slip_finding(row: Candidate, other: Candidate, powers: int) -> Finding:
    moved = "larger" if powers > 0 else "smaller"
    return Finding(
        RuleId.UNIT_SLIP,
        Column.VALUE,
        row.place.text(Column.VALUE),
        f"{as_written(row)} for {row.period} is about 10^{abs(powers)} times {moved} than "
        f"{as_written(other)} for {other.period} ({_row_of(other)}).",
        "Compare value and unit of both rows with the publication; 万元 and 亿元 are easily mistaken.",
    )


def _fall_finding(row: Candidate, falls: Sequence[tuple[Candidate, Candidate]]) -> Finding:
    low, high = falls[0]
    again = f", and {len(falls) - 1} more time{'s' if len(falls) > 2 else ''} in {row.period.year}"
    guess = "these look like single months" if len(falls) > 1 else "one is wrong, or these are single months"
    return Finding(
        RuleId.CUMULATIVE_FALLS,
        Column.VALUE,
        row.place.text(Column.VALUE),
        f"{row.indicator.code} counts from January, but falls from {as_written(high)} for {high.period} "
        f"({_row_of(high)}) to {as_written(low)} for {low.period} ({_row_of(low)})"
        f"{again if len(falls) > 1 else ''}: {guess}.",
        "Compare the year with the publication; add single months up from January, then load the year again.",
    )


def _row_of(row: Candidate) -> str:
    sheet = row.place.table.sheet
    return f"row {row.place.row.number}" + (f" of {sheet}" if sheet else "")
