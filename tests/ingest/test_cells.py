"""Numbers, dates and missing marks as people write them."""

import datetime as dt
import re

import pytest

from monitor.core.errors import PeriodError
from monitor.ingest.cells import is_missing, printable, read_number, read_partial_date, shown


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1420", 1420), ("1,420.5", 1420.5), ("１，４２０．５", 1420.5), ("1 420", 1420), ("-3.2", -3.2),
        ("−3.2", -3.2), ("+5", 5), ("1.2E+05", 120000), (".5", 0.5), ("7.", 7), ("2.55％", 2.55),
    ],
)  # fmt: skip
def test_numbers_are_read_as_written(text: str, value: float) -> None:
    assert read_number(text).value == value


@pytest.mark.parametrize(
    "text",
    [
        ".",
        "约120",
        "120余",
        "1,42",
        "1.420,5",
        "nan",
        "inf",
        "1e999",
        "(120)",
        "0x10",
        "1_000",
        "1420亿元",
        "e5",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        read_number(text)


@pytest.mark.parametrize("text", ["", "-", "—", "——", "…", "……", "...", "－", "N/A", "/", " "])
def test_marks_for_nothing_are_missing(text: str) -> None:
    assert is_missing(text)


def test_zero_is_not_missing() -> None:
    assert not is_missing("0")


@pytest.mark.parametrize(
    ("text", "written", "last"),
    [
        ("2022", "2022", dt.date(2022, 12, 31)),
        ("2022年", "2022", dt.date(2022, 12, 31)),
        ("2022-02", "2022-02", dt.date(2022, 2, 28)),
        ("2022年8月", "2022-08", dt.date(2022, 8, 31)),
        ("2022/8/31", "2022-08-31", dt.date(2022, 8, 31)),
        ("2022.8.31", "2022-08-31", dt.date(2022, 8, 31)),
        ("２０２２年８月３１日", "2022-08-31", dt.date(2022, 8, 31)),
        ("20220831", "2022-08-31", dt.date(2022, 8, 31)),
        ("2022-08-31 10:15:00", "2022-08-31", dt.date(2022, 8, 31)),
    ],
)
def test_dates_keep_the_precision_they_were_written_with(text: str, written: str, last: dt.date) -> None:
    read = read_partial_date(text)
    assert (read.text, read.last) == (written, last)


@pytest.mark.parametrize(
    "text", ["2022-13", "2022-02-30", "31/8/2022", "2022.8", "0022", "去年", "2022-Q3", "45000"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(PeriodError):
        read_partial_date(text)


def test_characters_that_steer_a_terminal_or_hide_are_written_out() -> None:
    assert printable("a\x1b[31mb\u202ec\nd") == "a\\x1b[31mb\\u202ec\\nd"
    assert shown("x" * 500) == "x" * 80 + "…"
