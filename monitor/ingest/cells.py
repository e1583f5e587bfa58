"""Text of one cell: comparison keys, missing marks, numbers and dates as people write them."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass

from monitor.core.errors import PeriodError
from monitor.core.periods import last_day_of_partial_date

MISSING_MARKS = frozenset(
    {"", "-", "--", "—", "——", "–", "−", "…", "……", "...", "......", "/", "n/a", "na", "n.a.", "null"}
    | {"*", "**", "***", "暂无", "暂缺", "无数据", "未公布", "待公布", "不详"}
)
_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:\d{1,3}(?:[, ]\d{3})+|\d+)?(?:\.\d*)?(?:e[+-]?\d+)?)(?P<percent>%?)"
)
_DATE = re.compile(
    r"(\d{4})年?|(\d{4})(?:[-/](\d{1,2})|年(\d{1,2})月)"
    r"|(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
    r"|(\d{4})(\d{2})(\d{2})"
)
_TIME_OF_DAY = re.compile(r"(?<=\d)[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_SHOWN = 80


@dataclass(frozen=True)
class WrittenNumber:
    """A number as written, and whether a percent sign followed it."""

    value: float
    has_percent: bool


@dataclass(frozen=True)
class PartialDate:
    """A date, a month or a year.

    Parameters
    ----------
    text : str
        2022-08-31, 2022-08 or 2022.
    first, last : datetime.date
        The days it can mean; equal for a full date.
    """

    text: str
    first: dt.date
    last: dt.date

    @property
    def is_full(self) -> bool:
        """Whether the day is known."""
        return self.first == self.last


def plain(text: str) -> str:
    """Full-width forms made ordinary, outer spaces removed."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()


def name_key(text: str) -> str:
    """What two spellings of one name share: width, case and spaces do not count."""
    return "".join(plain(text).split()).casefold()


def is_missing(text: str) -> bool:
    """Whether a cell says that there is nothing: empty, a dash, dots, n/a."""
    return text in MISSING_MARKS or plain(text).casefold() in MISSING_MARKS


def shown(text: str) -> str:
    """A cell for a message: on one line, without control characters, not endless."""
    clean = printable(text)
    return clean if len(clean) <= _SHOWN else f"{clean[:_SHOWN]}…"


def printable(text: str) -> str:
    """Text in which every character that could steer a terminal or hide is written out."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char == "\u3000" else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def read_number(text: str) -> WrittenNumber:
    """A number with or without thousands separators, full-width digits and a percent sign.

    Raises
    ------
    ValueError
        If the text is anything else, or too large to be a number.

    Examples
    --------
    >>> read_number("１，４２０.５").value, read_number("2.55%").has_percent
    (1420.5, True)
    """
    cleaned = plain(text).replace("−", "-").replace("\u2009", " ").casefold()
    match = _NUMBER.fullmatch(cleaned.replace(" %", "%"))
    if match is None or not any(char.isdigit() for char in match["number"]):
        raise ValueError(text)
    value = float(match["number"].replace(",", "").replace(" ", ""))
    if not math.isfinite(value):
        raise ValueError(text)
    return WrittenNumber(value, bool(match["percent"]))


def is_number(text: str) -> bool:
    """Whether a cell is a number, as `read_number` reads it."""
    try:
        read_number(text)
    except ValueError:
        return False
    return True


def read_partial_date(text: str) -> PartialDate:
    """A date in the ways offices write it; a year or month alone is a partial date.

    Raises
    ------
    PeriodError
        If the text is no date.

    Examples
    --------
    >>> read_partial_date("2022年8月").last, read_partial_date("2022/8/31").text
    (datetime.date(2022, 8, 31), '2022-08-31')
    """
    match = _DATE.fullmatch("".join(_TIME_OF_DAY.sub("", plain(text)).split()))
    if match is None:
        raise PeriodError(text)
    year, *rest = (part for part in match.groups() if part is not None)
    written = "-".join((year, *(part.zfill(2) for part in rest)))
    if not 1900 <= int(year) <= 2200:
        raise PeriodError(text)
    last = last_day_of_partial_date(written)
    first = dt.date(last.year, last.month if rest else 1, last.day if len(rest) == 2 else 1)
    return PartialDate(written, first, last)
