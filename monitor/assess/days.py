"""Which days a series of assessments asks for."""

from __future__ import annotations

import datetime as dt

from monitor.core.periods import Frequency, Period

STEPS = ("week", "month")


def assessment_days(first: dt.date, last: dt.date, *, every: str) -> list[dt.date]:
    """Days from `first` to `last` in steps; `last` is always one of them."""
    days, day = [], first
    while day < last:
        days.append(day)
        day = day + dt.timedelta(days=7) if every == "week" else _month_end_after(day)
    return [*days, last]


def _month_end_after(day: dt.date) -> dt.date:
    month = Period.containing(day, Frequency.MONTHLY)
    return month.end if month.end > day else month.shift(1).end
