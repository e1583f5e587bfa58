"""Periods as offices write them, and whether they fit what an indicator reports."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from monitor.core.errors import PeriodError
from monitor.core.indicators import Indicator, Measure, Reporting
from monitor.core.periods import Frequency, Period
from monitor.ingest.cells import plain, shown
from monitor.ingest.columns import Column
from monitor.ingest.findings import RowProblem, RuleId

FIRST_YEAR, LAST_YEAR = 1900, 2200
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}
_DASH = "[-—–−~～〜至到]{1,2}"
_STOCK_DENSITIES = frozenset({"per_10k_people"})  # patents held per 10,000 people: a stock over residents
_EXAMPLES = {Frequency.ANNUAL: "2022", Frequency.QUARTERLY: "2022-Q3", Frequency.MONTHLY: "2022-09"}
_WAYS_TO_WRITE = "Write 2022, 2022-Q3 or 2022-09; also 2022年9月, 2022年1-9月, 2022年三季度."


@dataclass(frozen=True)
class WrittenPeriod:
    """A period as written.

    Parameters
    ----------
    period : Period
        A month where the text counts from January (1-9月 is September).
    is_cumulative : bool
        Whether the text says that it counts from January.
    is_day : bool
        Whether it was written as a day, as spreadsheets turn 2022-09 into 2022-09-01.
    is_single : bool
        Whether the text says that it is this month or quarter alone (当月, 当季).
    """

    period: Period
    is_cumulative: bool = False
    is_day: bool = False
    is_single: bool = False

    @property
    def begins_the_year(self) -> bool:
        """Whether the single period and the count from January are the same."""
        return self.period.part == 1


def _month(found: re.Match[str]) -> WrittenPeriod:
    return WrittenPeriod(Period.parse(f"{found['year']}-{found['month'].zfill(2)}"))


def _cumulative_month(found: re.Match[str]) -> WrittenPeriod:
    return WrittenPeriod(_month(found).period, is_cumulative=True)


def _single_month(found: re.Match[str]) -> WrittenPeriod:
    return WrittenPeriod(_month(found).period, is_single=True)


def _quarter(found: re.Match[str]) -> WrittenPeriod:
    quarter = _QUARTERS.get(found["quarter"], found["quarter"])
    return WrittenPeriod(Period.parse(f"{found['year']}-Q{quarter}"))


def _single_quarter(found: re.Match[str]) -> WrittenPeriod:
    return WrittenPeriod(_quarter(found).period, is_single=True)


def _year(found: re.Match[str]) -> WrittenPeriod:
    return WrittenPeriod(Period.parse(found["year"]))


def _half(found: re.Match[str]) -> WrittenPeriod:
    return WrittenPeriod(Period.parse(f"{found['year']}-06"), is_cumulative=True)


def _three_quarters(found: re.Match[str]) -> WrittenPeriod:
    return WrittenPeriod(Period.parse(f"{found['year']}-09"), is_cumulative=True)


def _day(found: re.Match[str]) -> WrittenPeriod:
    """A day stands for its month only where it is the first or last of it."""
    month = _month(found).period
    if int(found["day"]) not in (1, month.end.day):
        raise PeriodError(found.string)
    return WrittenPeriod(month, is_day=True)


_Y = r"(?P<year>\d{4})"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], WrittenPeriod]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (_Y + r"(?:年(?:度|全年)?)?", _year),
        (_Y + r"(?:[-/年]?)(?P<month>\d{2})月?份?", _month),
        (_Y + r"[-/年](?P<month>\d)月?份?", _month),
        (_Y + r"[-年]?Q(?P<quarter>[1-4])", _quarter),
        (_Y + r"年?第?(?P<quarter>[一二三四1-4])季度?", _quarter),
        (_Y + rf"年?0?[1一]月?{_DASH}(?P<month>\d{{1,2}})月(?:份|累计)?", _cumulative_month),
        (_Y + r"年(?P<month>\d{1,2})月累计", _cumulative_month),
        (_Y + r"年(?P<month>\d{1,2})月当月", _single_month),
        (_Y + r"年?第?(?P<quarter>[一二三四1-4])季度当季", _single_quarter),
        (_Y + r"年?上半年", _half),
        (_Y + r"年?前(?:三|3)个?季度", _three_quarters),
        (_Y + r"[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})", _day),
    )
)


def read_period(text: str) -> WrittenPeriod:
    """Read a period in any of the accepted ways.

    Raises
    ------
    PeriodError
        If the text is none of them, or its year is beyond reason.

    Examples
    --------
    >>> written = read_period("2022年1—9月")
    >>> str(written.period), written.is_cumulative
    ('2022-09', True)
    """
    cleaned = "".join(plain(text).split())
    for pattern, read in _FORMS:
        found = pattern.fullmatch(cleaned)
        if found is not None:
            written = read(found)
            if FIRST_YEAR <= written.period.year <= LAST_YEAR:
                return written
            break
    raise PeriodError(text)


def period_for(text: str, indicator: Indicator) -> Period:
    """The period a row reports for, as the indicator keeps it.

    An annual indicator takes finer periods (shown, not forecast from) where they can be read in one
    way only: counted from January, or a stock at that moment. A yearly figure of a cumulative
    monthly or quarterly indicator is that of December or the fourth quarter.

    Raises
    ------
    RowProblem
        If the text is no period, or does not fit frequency and reporting of the indicator.
    """
    try:
        written = read_period(text)
    except PeriodError as error:
        raise RowProblem(
            RuleId.BAD_PERIOD,
            Column.PERIOD,
            text,
            reason=f"{shown(text)!r} is not a period.",
            remedy=_WAYS_TO_WRITE,
        ) from error
    _refuse_day_for_other_than_months(text, written, indicator)
    if written.is_cumulative and indicator.reporting is not Reporting.YTD:
        raise RowProblem(
            RuleId.PERIOD_IS_CUMULATIVE,
            Column.PERIOD,
            text,
            reason=f"{shown(text)!r} counts from January, but {indicator.code} is reported period by period.",
            remedy="Give the figure of the single period, or use the cumulative indicator if there is one.",
        )
    if written.is_single and indicator.reporting is Reporting.YTD and not written.begins_the_year:
        raise RowProblem(
            RuleId.PERIOD_IS_SINGLE,
            Column.PERIOD,
            text,
            reason=f"{shown(text)!r} stands for that period alone, but {indicator.code} counts from January.",
            remedy="Give the cumulative figure (1-9月), or use the indicator of the single period.",
        )
    fitted = _fitted(written, indicator)
    if fitted is None:
        raise _misfit(text, indicator)
    return fitted


def _refuse_day_for_other_than_months(text: str, written: WrittenPeriod, indicator: Indicator) -> None:
    if written.is_day and indicator.frequency is not Frequency.MONTHLY:
        raise RowProblem(
            RuleId.BAD_PERIOD,
            Column.PERIOD,
            text,
            reason=f"{shown(text)!r} is a day, and {indicator.code} is {indicator.frequency}.",
            remedy="Format the cell as text and write 2022, 2022-Q3 or 2022-09.",
        )


def _fitted(written: WrittenPeriod, indicator: Indicator) -> Period | None:
    """The period at a frequency the indicator takes, or None if there is none."""
    period, wanted = written.period, indicator.frequency
    if period.frequency is wanted:
        return period
    if wanted is Frequency.ANNUAL:
        return period if _is_counted_within_the_year(indicator) else None
    if period.frequency is Frequency.ANNUAL and indicator.reporting is Reporting.YTD:
        return Period(period.year, wanted.periods_per_year, wanted)
    if written.is_cumulative and wanted is Frequency.QUARTERLY and period.part % 3 == 0:
        return Period(period.year, period.part // 3, wanted)
    if written.is_single and period.frequency is Frequency.QUARTERLY and wanted is Frequency.MONTHLY:
        return Period(period.year, 3, wanted) if indicator.reporting is Reporting.YTD else None
    return None


def _is_counted_within_the_year(indicator: Indicator) -> bool:
    """Whether a month of an annual indicator says what it covers: a month of a yearly share does not."""
    is_stock = indicator.measure is Measure.STOCK or indicator.base_unit in _STOCK_DENSITIES
    return is_stock or indicator.reporting is Reporting.YTD


def _misfit(text: str, indicator: Indicator) -> RowProblem:
    example = _EXAMPLES[indicator.frequency]
    return RowProblem(
        RuleId.PERIOD_DOES_NOT_FIT_FREQUENCY,
        Column.PERIOD,
        text,
        reason=f"{indicator.code} is {indicator.frequency}; {shown(text)!r} is no such period.",
        remedy=f"Write a period such as {example}, or use an indicator of that frequency.",
    )
