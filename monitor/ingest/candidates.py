"""A row that reads as a figure, and one that does not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from monitor.core.indicators import Indicator
from monitor.core.loading import NewObservation
from monitor.core.periods import Period
from monitor.core.records import KnownOnBasis, Status
from monitor.ingest.cells import PartialDate
from monitor.ingest.fields import Place
from monitor.ingest.findings import Finding


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
        known_on = known_from(self.indicator, self.period, self.published, self.embargo_until)
        object.__setattr__(self, "known_on", known_on)

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
            known_on_basis=known_on_basis(self.published),
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


def known_from(
    indicator: Indicator, period: Period, published: PartialDate | None, embargo_until: dt.date | None
) -> dt.date:
    """When a figure became known: the last day its publication can mean, else the usual lag after its period.

    A figure that nobody may see before its embargo ends is not known before, whatever the lag says.
    """
    if published is not None:
        return published.last
    lagged = period.end + dt.timedelta(days=indicator.lag_days)
    return lagged if embargo_until is None else max(lagged, embargo_until)


def known_on_basis(published: PartialDate | None) -> KnownOnBasis:
    """Where the day a figure became known comes from."""
    if published is None:
        return KnownOnBasis.LAG
    return KnownOnBasis.PUBLISHED if published.is_full else KnownOnBasis.PARTIAL_DATE
