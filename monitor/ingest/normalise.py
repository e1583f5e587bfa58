"""Rows of text into figures in base units, or into what keeps them from being one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from monitor.core.indicators import Indicator
from monitor.core.loading import NewObservation
from monitor.core.periods import Period
from monitor.core.records import KnownOnBasis, Status
from monitor.ingest.cells import PartialDate, plain
from monitor.ingest.columns import Column, resolve_columns
from monitor.ingest.fields import (
    Place,
    read_date,
    read_status,
    read_value,
    refuse_extra_cells,
    value_in_base,
)
from monitor.ingest.findings import Finding, RowProblem
from monitor.ingest.lookup import Lookup
from monitor.ingest.period_text import period_for
from monitor.ingest.raw import RawTable

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Candidate:
    """A row that reads as a figure and has still to pass the checks. [base unit]"""

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

    @cached_property
    def known_on(self) -> dt.date:
        """Last day the publication date can mean; without one, period end plus the lag.

        A figure that nobody may see before its embargo ends is not known before, whatever the lag says.
        """
        if self.published is not None:
            return self.published.last
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


def normalise_table(table: RawTable, lookup: Lookup) -> list[Candidate | Rejected]:
    """Every row of a table, in order.

    Raises
    ------
    IngestError
        If a column is unknown or a required one is missing.
    """
    names = resolve_columns(table.file, table.sheet, table.header)
    return [normalise_row(Place(table, names, row), lookup) for row in table.rows]


def normalise_row(place: Place, lookup: Lookup) -> Candidate | Rejected:
    """One row; all that is wrong with it is gathered, so that it can be repaired at one go."""
    if place.row.problems:
        return Rejected(place, place.row.problems)
    problems: list[Finding] = []

    def attempt(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except RowProblem as problem:
            problems.append(problem.finding)
            return None

    attempt(lambda: refuse_extra_cells(place))
    indicator = attempt(lambda: lookup.indicator(place.text(Column.INDICATOR)))
    region = attempt(lambda: lookup.region(place.text(Column.REGION)))
    period = attempt(lambda: period_for(place.text(Column.PERIOD), indicator)) if indicator else None
    number = attempt(lambda: read_value(place))
    value = attempt(lambda: value_in_base(place, number, indicator)) if number and indicator else None
    status = attempt(lambda: read_status(place))
    published = attempt(lambda: read_date(place, Column.PUBLISHED_ON))
    embargo = attempt(lambda: read_date(place, Column.EMBARGO_UNTIL))
    origin = attempt(lambda: lookup.origin(place.text(Column.ORIGIN)))
    if problems or not (indicator and region and period and status and origin) or value is None:
        return Rejected(place, tuple(problems))
    return Candidate(
        place=place,
        indicator=indicator,
        region=region,
        period=period,
        value=value,
        status=status,
        published=published,
        definition_basis=plain(place.text(Column.BASIS)),
        embargo_until=embargo.last if embargo else None,
        origin=origin,
        note=place.text(Column.NOTE),
    )
