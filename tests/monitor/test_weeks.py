"""Reporting weeks: reading, ends, order, the years that have 53."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.errors import PeriodError
from monitor.core.weeks import Week


def test_a_week_runs_from_monday_to_sunday() -> None:
    week = Week.parse("2026-W47")
    assert (week.start, week.end) == (dt.date(2026, 11, 16), dt.date(2026, 11, 22))


def test_the_first_days_of_january_may_belong_to_the_year_before() -> None:
    assert str(Week.containing(dt.date(2027, 1, 1))) == "2026-W53"
    assert Week.parse("2026-W53").shift(1) == Week(2027, 1)


@pytest.mark.parametrize("text", ["2025-W53", "2026-W00", "2026-W54", "2026W47", "2026-47", "", "0000-W01"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(PeriodError, match="a week"):
        Week.parse(text)


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2200, 1, 1)), st.integers(-100, 100))
def test_weeks_hold_their_days_and_shift_by_seven(day: dt.date, by: int) -> None:
    week = Week.containing(day)
    assert week.start <= day <= week.end
    assert week.shift(by).start - week.start == dt.timedelta(weeks=by)
    assert Week.parse(str(week)) == week
