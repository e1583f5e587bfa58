"""Rows of text into figures in base units, or into what keeps them from being one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Concatenate, ParamSpec, TypeVar, cast

from monitor.core.indicators import Indicator
from monitor.core.loading import NewObservation
from monitor.core.periods import Period
from monitor.core.records import KnownOnBasis, Status
from monitor.ingest.cells import PartialDate, WrittenNumber, plain
from monitor.ingest.columns import Column
from monitor.ingest.fields import (
    Place,
    find_extra_cells,
    read_date,
    read_status,
    read_unit,
    read_value,
    text_of,
    value_in_base,
)
from monitor.ingest.findings import Finding, RowProblem
from monitor.ingest.lookup import Lookup
from monitor.ingest.period_text import period_for

P = ParamSpec("P")
T = TypeVar("T")
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, eq=False)
class Candidate:
    """A row that reads as a figure and has still to pass the checks. [base unit]

    Parameters
    ----------
    known_on : datetime.date
        Last day the publication date can mean; without one, period end plus the lag.
    """

    place: Place
    indicator: Indicator
    region: str
    period: Period
    value: float
    status: Status
    published: PartialDate | None
    definition_basis: str
    embargo_until: dt.date | None
    origin: str
    note: str
    known_on: dt.date = field(init=False)

    def __post_init__(self) -> None:
        known_on = self.published.last if self.published else self._lagged()
        object.__setattr__(self, "known_on", known_on)

    def _lagged(self) -> dt.date:
        """A figure that nobody may see before its embargo ends is not known before, whatever the lag says."""
        lagged = self.period.end + dt.timedelta(days=self.indicator.lag_days)
        return lagged if self.embargo_until is None else max(lagged, self.embargo_until)

    @property
    def known_on_basis(self) -> KnownOnBasis:
        """Where `known_on` comes from."""
        if self.published is None:
            return KnownOnBasis.LAG
        return KnownOnBasis.PUBLISHED if self.published.is_full else KnownOnBasis.PARTIAL_DATE

    def observation(self) -> NewObservation:
        """The figure as it is stored."""
        return self._observation

    @cached_property
    def _observation(self) -> NewObservation:
        return NewObservation(
            indicator=self.indicator.code,
            region=self.region,
            period=str(self.period),
            value=self.value,
            status=self.status,
            published_on=self.published.text if self.published else None,
            known_on=self.known_on,
            known_on_basis=self.known_on_basis,
            definition_basis=self.definition_basis,
            embargo_until=self.embargo_until,
            origin=self.origin,
            note=self.note,
        )


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that does not read as a figure."""

    place: Place
    findings: tuple[Finding, ...]


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

    def series(self, place: Place) -> tuple[Indicator, str] | None:
        """Indicator and region of a row, or None where it does not name both."""
        indicator = self._indicator(place.written(Column.INDICATOR))
        region = self._region(place.written(Column.REGION))
        if isinstance(indicator, Finding) or isinstance(region, Finding):
            return None
        return indicator, region

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
            note=text_of(text(Column.NOTE)),
        )

    def _value(self, place: Place, number: WrittenNumber | Finding, indicator: Indicator) -> float | Finding:
        if isinstance(number, Finding):
            return number
        unit = self._unit(place.written(Column.UNIT), indicator.code)
        if isinstance(unit, Finding):
            return unit
        return _found(value_in_base, place.written(Column.VALUE), number, unit)


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
