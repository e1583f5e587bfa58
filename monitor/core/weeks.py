"""Reporting weeks: ISO weeks, Monday to Sunday, named like 2026-W47."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from monitor.core.errors import PeriodError

_WEEK = re.compile(r"(?!0000)(\d{4})-W(0[1-9]|[1-4]\d|5[0-3])")


@dataclass(frozen=True, order=True)
class Week:
    """One ISO 8601 week.

    Parameters
    ----------
    year : int
        Year of the week's Thursday, which is not always that of its Monday.
    number : int
        1..53.
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Week:
        """Read `2026-W47`.

        Raises
        ------
        PeriodError
            If the text is anything else, or the year has no such week.
        """
        match = _WEEK.fullmatch(text.strip())
        if match is None:
            raise PeriodError(text, "a week such as 2026-W47")
        week = cls(int(match[1]), int(match[2]))
        try:
            dt.date.fromisocalendar(week.year, week.number, 1)
        except ValueError as error:
            raise PeriodError(text, f"a week that {week.year} has") from error
        return week

    @classmethod
    def containing(cls, day: dt.date) -> Week:
        """The week a day lies in."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @property
    def start(self) -> dt.date:
        """Its Monday."""
        return dt.date.fromisocalendar(self.year, self.number, 1)

    @property
    def end(self) -> dt.date:
        """Its Sunday: a digest tells what was known at the end of this day."""
        return dt.date.fromisocalendar(self.year, self.number, 7)

    def shift(self, weeks: int) -> Week:
        """The week so many weeks later (earlier if negative)."""
        return Week.containing(self.start + dt.timedelta(weeks=weeks))

    def until(self, later: Week) -> tuple[Week, ...]:
        """The weeks after this one and before a later one.

        Examples
        --------
        >>> [str(week) for week in Week(2026, 52).until(Week(2027, 2))]
        ['2026-W53', '2027-W01']
        """
        count = (later.start - self.start).days // 7
        return tuple(self.shift(number) for number in range(1, count))

    def __str__(self) -> str:
        """The week as it is named: 2026-W47."""
        return f"{self.year:04d}-W{self.number:02d}"
