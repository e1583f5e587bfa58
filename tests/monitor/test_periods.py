"""Periods: reading, writing, order, ends, and partial dates."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.errors import PeriodError
from monitor.core.periods import Frequency, Period, last_day_of_partial_date

frequencies = st.sampled_from(list(Frequency))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    frequency = draw(frequencies)
    part = draw(st.integers(1, frequency.periods_per_year))
    return Period(draw(st.integers(1, 9999)), part, frequency)


@given(periods())
def test_reading_what_was_written_is_the_identity(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(periods())
def test_ordinals_name_periods(period: Period) -> None:
    assert Period.from_ordinal(period.ordinal, period.frequency) == period


@given(periods(), st.integers(-40, 40))
def test_shifting_there_and_back(period: Period, count: int) -> None:
    if 1 <= (period.ordinal + count) // period.frequency.periods_per_year <= 9999:
        assert period.shift(count).shift(-count) == period


@given(st.dates(min_value=dt.date(1, 1, 1)), frequencies)
def test_a_day_lies_in_its_period(day: dt.date, frequency: Frequency) -> None:
    period = Period.containing(day, frequency)
    assert period.start <= day <= period.end


@given(periods())
def test_periods_follow_without_gap(period: Period) -> None:
    if period.end < dt.date.max:
        assert period.shift(1).start == period.end + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2022", dt.date(2022, 12, 31)),
        ("2022-Q1", dt.date(2022, 3, 31)),
        ("2022-Q3", dt.date(2022, 9, 30)),
        ("2024-02", dt.date(2024, 2, 29)),
        (" 2022-09 ", dt.date(2022, 9, 30)),
    ],
)
def test_ends(text: str, end: dt.date) -> None:
    assert Period.parse(text).end == end


@pytest.mark.parametrize(
    "text", ["", "22", "0000", "2022-13", "2022-00", "2022-Q5", "2022-9", "2022Q3", "2022年"]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(PeriodError, match="is not a period; write 2022, 2022-Q3 or 2022-09"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021", dt.date(2021, 12, 31)),
        ("2023-02", dt.date(2023, 2, 28)),
        ("2023-03-17", dt.date(2023, 3, 17)),
    ],
)
def test_a_partial_date_means_its_last_day(text: str, day: dt.date) -> None:
    assert last_day_of_partial_date(text) == day


@pytest.mark.parametrize("text", ["2022-Q1", "2022-02-30", "2022-13", "soon"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(PeriodError):
        last_day_of_partial_date(text)
