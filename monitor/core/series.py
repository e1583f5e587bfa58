"""One indicator in one region as known on a day, assembled from its releases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.core.indicators import Indicator
from monitor.core.periods import Frequency, Period
from monitor.core.records import Observation
from monitor.core.releases import values_in_force


@dataclass(frozen=True)
class KnownSeries:
    """The values in force, one a period, in order, all of the current definition.

    Parameters
    ----------
    indicator : Indicator
        What is measured.
    region : str
        Where.
    values : tuple of (Period, Observation)
        At the indicator's own frequency. [base unit]
    within_year : tuple of (Period, Observation)
        Figures of a finer frequency than the indicator's own: shown, not forecast from.
    definition_changed_in : Period or None
        First period of the current definition, where earlier ones were cut off.
    earlier_basis : str or None
        The definition that was cut off.
    """

    indicator: Indicator
    region: str
    values: tuple[tuple[Period, Observation], ...]
    within_year: tuple[tuple[Period, Observation], ...]
    definition_changed_in: Period | None
    earlier_basis: str | None

    @property
    def last(self) -> tuple[Period, Observation] | None:
        """The latest period and its value, or None for an empty series."""
        return self.values[-1] if self.values else None

    def at(self, period: Period) -> Observation | None:
        """The value of one period, if known."""
        for known, observation in self.values:
            if known == period:
                return observation
        return None


def assemble(
    observations: Sequence[Observation], indicator: Indicator, region: str, *, trust: Mapping[str, int]
) -> KnownSeries:
    """The series of one indicator and region from all its releases known on the day asked for.

    A change of definition basis breaks the series: what lies before the last break is cut off.
    """
    chosen = sorted(
        ((Period.parse(entry.period), entry) for entry in values_in_force(observations, trust=trust)),
        key=lambda pair: (pair[0].end, pair[0].frequency),
    )
    own = [pair for pair in chosen if pair[0].frequency is indicator.frequency]
    finer = tuple(pair for pair in chosen if pair[0].frequency is not indicator.frequency)
    start = _start_of_current_definition(own)
    return KnownSeries(
        indicator=indicator,
        region=region,
        values=tuple(own[start:]),
        within_year=finer,
        definition_changed_in=own[start][0] if start else None,
        earlier_basis=own[start - 1][1].definition_basis if start else None,
    )


def _start_of_current_definition(own: Sequence[tuple[Period, Observation]]) -> int:
    """Index of the first value that shares the last value's definition without interruption."""
    start = len(own) - 1
    while start > 0 and own[start - 1][1].definition_basis == own[start][1].definition_basis:
        start -= 1
    return max(start, 0)


def deadline_period(deadline: dt.date, frequency: Frequency) -> Period:
    """The period a deadline is judged on."""
    return Period.containing(deadline, frequency)
