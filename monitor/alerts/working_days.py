"""Working days in China, shifted weekends included, and the morning a week's digest goes out."""

from __future__ import annotations

import datetime as dt

import holidays

from monitor.clock import ZONE
from monitor.core.weeks import Week

MORNING = dt.time(8, 30)
"""When digests go out, Asia/Shanghai."""


def next_working_day(day: dt.date) -> dt.date:
    """The first working day after `day`.

    Examples
    --------
    >>> next_working_day(dt.date(2026, 10, 4)), next_working_day(dt.date(2026, 11, 22))
    (datetime.date(2026, 10, 8), datetime.date(2026, 11, 23))
    """
    calendar = holidays.country_holidays("CN", years=(day.year, day.year + 1))
    following = day + dt.timedelta(days=1)
    while not calendar.is_working_day(following):
        following += dt.timedelta(days=1)
    return following


def digest_morning(week: Week) -> dt.datetime:
    """The moment from which the digest of a week may be sent: 08:30 on the working day after its Sunday."""
    return dt.datetime.combine(next_working_day(week.end), MORNING, tzinfo=ZONE)
