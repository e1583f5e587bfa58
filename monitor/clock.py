"""The only reader of time: now, today in Shanghai, and the moment a day ends there."""

from __future__ import annotations

import datetime as dt
from typing import Protocol
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
"""Every `as_of` means the end of that day here."""


class Clock(Protocol):
    """Something that knows the time; tests pass one they can set."""

    def now(self) -> dt.datetime:
        """This moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> dt.datetime:
        """This moment, aware, in UTC."""
        return dt.datetime.now(dt.UTC)


SYSTEM_CLOCK = SystemClock()


def now() -> dt.datetime:
    """This moment, aware, in UTC."""
    return SYSTEM_CLOCK.now()


def today(clock: Clock = SYSTEM_CLOCK) -> dt.date:
    """The date it is in Shanghai."""
    return local_date(clock.now())


def local_date(moment: dt.datetime) -> dt.date:
    """The date in Shanghai at an aware moment.

    Examples
    --------
    >>> local_date(dt.datetime(2026, 3, 1, 17, 0, tzinfo=dt.UTC))
    datetime.date(2026, 3, 2)
    """
    return moment.astimezone(ZONE).date()


def end_of_day(day: dt.date) -> dt.datetime:
    """The last microsecond of a day in Shanghai, aware, in UTC.

    Examples
    --------
    >>> end_of_day(dt.date(2026, 3, 2)).isoformat()
    '2026-03-02T15:59:59.999999+00:00'
    """
    return dt.datetime.combine(day, dt.time.max, tzinfo=ZONE).astimezone(dt.UTC)
