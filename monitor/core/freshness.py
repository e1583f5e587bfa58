"""When the next figure is due, and how many releases were missed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.indicators import Indicator
from monitor.core.periods import Frequency, Period


class FreshnessState(StrEnum):
    """How a series stands against its calendar, from best to worst."""

    CURRENT = "current"
    EXPECTED = "expected"
    LATE = "late"
    SILENT = "silent"

    @property
    def severity(self) -> int:
        """0 for the best state, 3 for the worst."""
        return list(FreshnessState).index(self)


@dataclass(frozen=True)
class Freshness:
    """State of one series on one day.

    Parameters
    ----------
    last : Period or None
        Last period with a figure.
    next : Period
        First period without one that should be reported.
    expected_on : datetime.date
        When `next` is usually public.
    missed : int
        Releases that should be out and are not.
    """

    last: Period | None
    next: Period
    expected_on: dt.date
    missed: int

    def is_silent(self, *, silent_after_missed: int) -> bool:
        """Whether so many releases were missed that nothing is said about the series any more.

        This is the one definition of silence: an assessment turns grey by it.

        Parameters
        ----------
        silent_after_missed : int
            Releases that may be missed (`grey_after_missed_releases` of configs/flags.yaml).
        """
        return self.missed > silent_after_missed

    def state(self, *, as_of: dt.date, silent_after_missed: int) -> FreshnessState:
        """Current while the next period runs, expected until its figure is due, then late, then silent."""
        if self.is_silent(silent_after_missed=silent_after_missed):
            return FreshnessState.SILENT
        if self.missed:
            return FreshnessState.LATE
        return FreshnessState.EXPECTED if as_of > self.next.end else FreshnessState.CURRENT


@dataclass(frozen=True)
class SeriesFreshness:
    """How one series stands on a day.

    Parameters
    ----------
    departments : tuple of str
        Codes of the departments that answer for targets on it.
    """

    indicator: str
    region: str
    freshness: Freshness
    state: FreshnessState
    departments: tuple[str, ...]


def expected_publication(period: Period, indicator: Indicator) -> dt.date:
    """Period end plus the indicator's usual publication lag."""
    return period.end + dt.timedelta(days=indicator.lag_days)


def is_reported(period: Period, indicator: Indicator) -> bool:
    """Whether the publisher gives a figure for this period at all (January usually not)."""
    if period.frequency is not Frequency.MONTHLY or not indicator.reported_months:
        return True
    return period.part in indicator.reported_months


def next_reported(period: Period, indicator: Indicator) -> Period:
    """The first reported period after `period`."""
    following = period.shift(1)
    while not is_reported(following, indicator):
        following = following.shift(1)
    return following


def freshness_of(
    last: Period, indicator: Indicator, *, as_of: dt.date, until: Period | None = None
) -> Freshness:
    """Due date and missed releases of a series whose last figure is `last`.

    Parameters
    ----------
    until : Period, optional
        Last period that matters, such as that of a target's deadline: no later one is missed.
    """
    upcoming = next_reported(last, indicator)
    missed, probe = 0, upcoming
    while (until is None or probe <= until) and expected_publication(probe, indicator) < as_of:
        missed += 1
        probe = next_reported(probe, indicator)
    return Freshness(last, upcoming, expected_publication(upcoming, indicator), missed)
