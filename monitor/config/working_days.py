"""Which days are worked: a country's calendar with made-up working days, and the file's own dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import holidays

from monitor.config.schedule import HolidaysEntry, load_schedule
from monitor.config.settings import Settings

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class WorkingDays:
    """A calendar of working days.

    Parameters
    ----------
    country : str
        ISO code of the country whose calendar holds.
    working, off : frozenset of datetime.date
        Days that are worked, or not, whatever that calendar says.
    """

    country: str = "CN"
    working: frozenset[dt.date] = frozenset()
    off: frozenset[dt.date] = frozenset()

    @classmethod
    def of(cls, entry: HolidaysEntry) -> WorkingDays:
        """The calendar that a schedule describes."""
        return cls(entry.country, frozenset(entry.working_days), frozenset(entry.days_off))

    def is_worked(self, day: dt.date) -> bool:
        """Whether people are at work on that day."""
        if day in self.working or day in self.off:
            return day in self.working
        return _is_worked(self.country, day)

    def first_from(self, day: dt.date) -> dt.date:
        """That day if it is worked, else the next that is."""
        while not self.is_worked(day):
            day += _DAY
        return day

    def moved_to(self, day: dt.date) -> tuple[dt.date, ...]:
        """The working day itself and the days off right before it, whose runs move to it; oldest first."""
        days = [day]
        while not self.is_worked(days[-1] - _DAY):
            days.append(days[-1] - _DAY)
        return tuple(reversed(days))


def load_working_days(settings: Settings) -> WorkingDays:
    """The calendar of a workspace, from its schedule.

    Raises
    ------
    ConfigError
        If the schedule cannot be read.
    """
    return WorkingDays.of(load_schedule(settings).holidays)


@lru_cache(maxsize=4096)
def _is_worked(country: str, day: dt.date) -> bool:
    return bool(_calendar(country).is_working_day(day))


@lru_cache(maxsize=8)
def _calendar(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)
