"""Rows of text into figures in base units, or into what keeps them from being one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, compress, repeat
from operator import not_
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar, cast

from monitor.core.indicators import Indicator
from monitor.core.periods import Period
from monitor.core.units import Unit
from monitor.ingest.candidates import Candidate, Rejected, known_from
from monitor.ingest.cells import WrittenNumber, plain
from monitor.ingest.columns import Column
from monitor.ingest.fields import (
    ORDINARY_NUMBER,
    Place,
    find_extra_cells,
    read_date,
    read_status,
    read_unit,
    read_value,
    text_of,
    value_in_base,
)
from monitor.ingest.figure_rows import FigureColumns, FigureRows, each
from monitor.ingest.findings import Finding, RowProblem
from monitor.ingest.lines import Lines
from monitor.ingest.lookup import Lookup
from monitor.ingest.period_text import period_for

P = ParamSpec("P")
T = TypeVar("T")
_MOST_REMEMBERED = 10_000


class ReadRows(NamedTuple):
    """Rows of a batch: those that read as figures, and the others."""

    figures: FigureRows
    rejected: Sequence[Rejected]

    @classmethod
    def of(cls, rows: Iterable[Candidate | Rejected]) -> ReadRows:
        """Rows that were read one by one."""
        rows = tuple(rows)
        figures = FigureRows.of([row for row in rows if isinstance(row, Candidate)])
        return cls(figures, tuple(row for row in rows if isinstance(row, Rejected)))


class Normaliser:
    """Reads rows against a catalogue; what a text in a column means is found once."""

    def __init__(self, lookup: Lookup) -> None:
        self._indicator = _remembered(lookup.indicator)
        self._region = _remembered(lookup.region)
        self._origin = _remembered(lookup.origin)
        self._period = _remembered(lambda text, code: period_for(text, lookup.indicator(code)))
        self._unit = _remembered(lambda text, code: read_unit(text, lookup.indicator(code)))
        self._status = _remembered(read_status)
        self._published = _remembered(lambda text: read_date(text, Column.PUBLISHED_ON))
        self._embargo = _remembered(lambda text: read_date(text, Column.EMBARGO_UNTIL))
        self._basis = lru_cache(maxsize=_MOST_REMEMBERED)(lambda written: plain(text_of(written)))
        self._note = lru_cache(maxsize=_MOST_REMEMBERED)(text_of)

    def series(self, written_indicator: str, written_region: str) -> tuple[Indicator, str] | None:
        """Indicator and region as written in a row, or None where they do not name both."""
        indicator, region = self._indicator(written_indicator), self._region(written_region)
        if isinstance(indicator, Finding) or isinstance(region, Finding):
            return None
        return indicator, region

    def read(self, lines: Lines) -> ReadRows:
        """All rows of a batch: ordinary ones by columns; the others, and what seems wrong, one by one.

        Both ways read every cell by the same rule.
        """
        parts: list[tuple[Sequence[int], FigureColumns]] = []
        others = list(lines.others)
        for at, texts in lines.ordinary():
            sound, columns = self._columns(len(at), texts)
            parts.append((list(compress(at, sound)), columns))
            others += compress(at, map(not_, sound))
        rows = {at: self.row(lines[at]) for at in sorted(others)}
        read = {at: row for at, row in rows.items() if isinstance(row, Candidate)}
        parts.append((list(read), FigureRows.of(list(read.values())).columns))
        rejected = tuple(row for row in rows.values() if isinstance(row, Rejected))
        return ReadRows(_in_file_order(parts, lines), rejected)

    def _columns(
        self, count: int, texts: Mapping[Column, Sequence[str]]
    ) -> tuple[Sequence[bool], FigureColumns]:
        """Which of so many lines read as figures, and what these say."""

        def written(column: Column) -> Iterable[str]:
            return texts.get(column) or repeat("", count)

        indicator = [*map(self._indicator, written(Column.INDICATOR))]
        named = _sound(indicator)
        if not all(named):  # period and unit are read as those of the indicator
            fewer = {column: [*compress(cells, named)] for column, cells in texts.items()}
            among, columns = self._columns(sum(named), fewer)
            rest = iter(among)
            return [is_named and next(rest) for is_named in named], columns
        code = each(cast("list[Indicator]", indicator), lambda found: found.code)
        unit = map(self._unit, written(Column.UNIT), code)
        answers: list[list[Any]] = [
            indicator,
            [*map(self._region, written(Column.REGION))],
            [*map(self._period, written(Column.PERIOD), code)],
            [*map(_in_base, written(Column.VALUE), unit)],
            [*map(self._status, written(Column.STATUS))],
            [*map(self._published, written(Column.PUBLISHED_ON))],
            [*map(self._basis, written(Column.BASIS))],
            [*map(self._embargo, written(Column.EMBARGO_UNTIL))],
            [*map(self._origin, written(Column.ORIGIN))],
            [*map(self._note, written(Column.NOTE))],
        ]
        sound = [all(cells) for cells in zip(*(_sound(column) for column in answers), strict=True)]
        return sound, _figure_columns([[*compress(column, sound)] for column in answers])

    def row(self, place: Place) -> Candidate | Rejected:
        """One row; all that is wrong with it is gathered, so that it can be repaired at one go."""
        if place.row.problems:
            return Rejected(place, place.row.problems)
        text = place.written
        extra = find_extra_cells(place)
        indicator = self._indicator(text(Column.INDICATOR))
        region = self._region(text(Column.REGION))
        number = _found(read_value, text(Column.VALUE))
        period: Period | Finding | None = None
        value: float | Finding | None = number if isinstance(number, Finding) else None
        if not isinstance(indicator, Finding):
            period = self._period(text(Column.PERIOD), indicator.code)
            value = self._value(place, number, indicator)
        status = self._status(text(Column.STATUS))
        published = self._published(text(Column.PUBLISHED_ON))
        embargo = self._embargo(text(Column.EMBARGO_UNTIL))
        origin = self._origin(text(Column.ORIGIN))
        if (
            extra
            or isinstance(indicator, Finding)
            or isinstance(region, Finding)
            or not isinstance(period, Period)
            or not isinstance(value, float)
            or isinstance(status, Finding)
            or isinstance(published, Finding)
            or isinstance(embargo, Finding)
            or isinstance(origin, Finding)
        ):
            answers = (extra, indicator, region, period, value, status, published, embargo, origin)
            return Rejected(place, tuple(each for each in answers if isinstance(each, Finding)))
        return Candidate(
            place=place,
            indicator=indicator,
            region=region,
            period=period,
            value=value,
            status=status,
            published=published,
            definition_basis=self._basis(text(Column.BASIS)),
            embargo_until=embargo.last if embargo else None,
            origin=origin,
            note=self._note(text(Column.NOTE)),
        )

    def _value(self, place: Place, number: WrittenNumber | Finding, indicator: Indicator) -> float | Finding:
        if isinstance(number, Finding):
            return number
        unit = self._unit(place.written(Column.UNIT), indicator.code)
        if isinstance(unit, Finding):
            return unit
        return _found(value_in_base, place.written(Column.VALUE), number, unit)


def _sound(answers: Sequence[object]) -> Sequence[bool]:
    """Which answers are no findings."""
    if Finding not in set(map(type, answers)):
        return [True] * len(answers)
    return [not isinstance(answer, Finding) for answer in answers]


def _in_base(written: str, unit: Unit | Finding) -> float | Finding:
    """The figure of a cell in the base unit."""
    if isinstance(unit, Finding):
        return unit
    if ORDINARY_NUMBER.fullmatch(written):
        return unit.to_base(float(written))
    number = _found(read_value, written)
    return number if isinstance(number, Finding) else _found(value_in_base, written, number, unit)


def _figure_columns(answers: Sequence[Sequence[Any]]) -> FigureColumns:
    """Columns in which nothing is wrong, with the days the figures became known."""
    *others, embargo, origin, note = answers
    indicator, _, period, _, _, published, _ = others
    embargo_until = each(embargo, lambda date: date.last if date else None)
    facts = list(zip(indicator, period, published, embargo_until, strict=True))
    keys = list(
        zip(*(map(id, column) for column in (indicator, period, published, embargo_until)), strict=True)
    )
    known_on = {key: known_from(*fact) for key, fact in dict(zip(keys, facts, strict=True)).items()}
    return FigureColumns._make([*others, embargo_until, origin, note, [known_on[key] for key in keys]])


def _in_file_order(parts: Sequence[tuple[Sequence[int], FigureColumns]], lines: Lines) -> FigureRows:
    """What was read of some lines of a batch, table by table and one by one."""
    at = [place for places, _ in parts for place in places]
    columns = [
        list(chain.from_iterable(column)) for column in zip(*(columns for _, columns in parts), strict=True)
    ]
    if at != sorted(at):
        order = sorted(range(len(at)), key=at.__getitem__)
        at = [at[each] for each in order]
        columns = [[column[each] for each in order] for column in columns]
    return FigureRows(FigureColumns._make(columns), lines, at)


def _found(read: Callable[P, T], *cells: P.args, **named: P.kwargs) -> T | Finding:
    """What a reading function answers, or what it finds wrong."""
    try:
        return read(*cells, **named)
    except RowProblem as problem:
        return problem.finding


def _remembered(read: Callable[Concatenate[str, P], T]) -> Callable[Concatenate[str, P], T | Finding]:
    """The same of a cell as written, remembered by its text: most cells of a column repeat."""

    def answer(written: str, /, *rest: P.args, **named: P.kwargs) -> T | Finding:
        return _found(read, text_of(written), *rest, **named)

    return cast("Callable[Concatenate[str, P], T | Finding]", lru_cache(maxsize=_MOST_REMEMBERED)(answer))
