"""Reporting periods: 2022, 2022-Q3, 2022-09; their ends, their order, and partial dates."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

from monitor.core.errors import PeriodError


class Frequency(StrEnum):
    """How often an indicator is reported."""

    ANNUAL = "annual"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"

    @property
    def periods_per_year(self) -> int:
        """1, 4 or 12."""
        return _PER_YEAR[self]


_PER_YEAR = {Frequency.ANNUAL: 1, Frequency.QUARTERLY: 4, Frequency.MONTHLY: 12}
_PERIOD = re.compile(r"(?P<year>(?!0000)\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


@dataclass(frozen=True, order=True)
class Period:
    """A year, a quarter or a month.

    Parameters
    ----------
    year : int
        Calendar year.
    part : int
        1..4 for a quarter, 1..12 for a month, 1 for a year.
    frequency : Frequency
        Which of the three it is.
    """

    year: int
    part: int
    frequency: Frequency

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2022`, `2022-Q3` or `2022-09`.

        Raises
        ------
        PeriodError
            If the text is anything else.

        Examples
        --------
        >>> str(Period.parse("2022-Q3")), Period.parse("2022-09").end
        ('2022-Q3', datetime.date(2022, 9, 30))
        """
        return _parsed(text)

    @classmethod
    def from_ordinal(cls, ordinal: int, frequency: Frequency) -> Period:
        """The period whose `ordinal` is given."""
        year, part = divmod(ordinal, frequency.periods_per_year)
        return cls(year, part + 1, frequency)

    @classmethod
    def containing(cls, day: dt.date, frequency: Frequency) -> Period:
        """The period of that frequency in which `day` lies."""
        months = 12 // frequency.periods_per_year
        return cls(day.year, (day.month - 1) // months + 1, frequency)

    @property
    def ordinal(self) -> int:
        """Consecutive integer within one frequency: year x periods per year + part - 1."""
        return self.year * self.frequency.periods_per_year + self.part - 1

    @cached_property
    def end(self) -> dt.date:
        """Last day of the period."""
        month = self.part * 12 // self.frequency.periods_per_year
        return dt.date(self.year, month, calendar.monthrange(self.year, month)[1])

    @cached_property
    def start(self) -> dt.date:
        """First day of the period."""
        months = 12 // self.frequency.periods_per_year
        return dt.date(self.year, (self.part - 1) * months + 1, 1)

    def shift(self, count: int) -> Period:
        """The period `count` periods later (earlier if negative)."""
        return Period.from_ordinal(self.ordinal + count, self.frequency)

    def __str__(self) -> str:
        if self.frequency is Frequency.ANNUAL:
            return f"{self.year:04d}"
        if self.frequency is Frequency.QUARTERLY:
            return f"{self.year:04d}-Q{self.part}"
        return f"{self.year:04d}-{self.part:02d}"


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Period:
    """One record per text: series name the same few periods a hundred thousand times."""
    match = _PERIOD.fullmatch(text.strip())
    if match is None:
        raise PeriodError(text)
    year = int(match["year"])
    if match["quarter"]:
        return Period(year, int(match["quarter"]), Frequency.QUARTERLY)
    if match["month"]:
        return Period(year, int(match["month"]), Frequency.MONTHLY)
    return Period(year, 1, Frequency.ANNUAL)


def last_day_of_partial_date(text: str) -> dt.date:
    """The last day a partial publication date can mean: never earlier than the truth.

    Parameters
    ----------
    text : str
        `2021`, `2023-03` or `2023-03-17`.

    Returns
    -------
    datetime.date
        2021-12-31, 2023-03-31, 2023-03-17.

    Raises
    ------
    PeriodError
        If the text is no such date.
    """
    text = text.strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError as error:
            raise PeriodError(text) from error
    period = Period.parse(text)
    if period.frequency is Frequency.QUARTERLY:
        raise PeriodError(text)
    return period.end
