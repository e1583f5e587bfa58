import datetime as dt

import pytest

from monitor.clock import end_of_day, local_date, now, today
from tests.monitor.builders import FakeClock


def test_now_is_aware_and_in_utc() -> None:
    assert now().tzinfo is dt.UTC


@pytest.mark.parametrize(("utc_hour", "expected"), [(15, dt.date(2026, 3, 1)), (16, dt.date(2026, 3, 2))])
def test_the_day_changes_at_midnight_in_shanghai(utc_hour: int, expected: dt.date) -> None:
    assert today(FakeClock(dt.datetime(2026, 3, 1, utc_hour, tzinfo=dt.UTC))) == expected


def test_a_day_ends_just_before_the_next_begins() -> None:
    end = end_of_day(dt.date(2026, 3, 1))
    assert local_date(end) == dt.date(2026, 3, 1)
    assert local_date(end + dt.timedelta(microseconds=1)) == dt.date(2026, 3, 2)
