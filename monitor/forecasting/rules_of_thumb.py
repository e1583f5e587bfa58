"""What simple rules say of a series against its target: 序时进度, growth needed, straight extrapolation."""

from __future__ import annotations

import datetime as dt

import numpy as np

import forecast
from forecast.targets import TargetKind
from monitor.core.freshness import is_reported
from monitor.core.indicators import Measure, Reporting
from monitor.core.periods import Period
from monitor.forecasting.cases import counted_so_far
from monitor.forecasting.trends import MONTHS_IN_YEAR, YEARLY_GROWTH, Trend

RULE_YEARS = 5
_COUNTED = frozenset({TargetKind.LEVEL, TargetKind.CUMULATIVE})


def straight_line(trend: Trend) -> forecast.StraightLine | None:
    """序时进度 by the last figure: the share counted in the target's window against its months gone.

    For stocks and ratios the way from the value in force when the target was set to the target,
    against the months since then. None while no figure has come after that: a gap is not zero.
    """
    question = trend.case.question
    if trend.case.settled_by is not None or question.value is None or question.value <= 0:
        return None
    if trend.is_published_rate:
        return None
    if trend.kind in _COUNTED and trend.case.indicator.measure in {Measure.FLOW, Measure.COUNTER}:
        return _counted_line(trend, question.value)
    return _way_line(trend)


def _counted_line(trend: Trend, wanted: float) -> forecast.StraightLine | None:
    begin = Period(trend.case.deadline.year, 1, trend.case.deadline.frequency)
    if trend.kind is TargetKind.CUMULATIVE and trend.case.start is not None:
        begin = trend.case.start
    counted, last = counted_so_far(trend.case), _counted_to(trend, begin)
    if counted is None or last is None:
        return None
    before = begin.start - dt.timedelta(days=1)
    gone, in_all = _months(before, last.end), _months(before, trend.case.deadline.end)
    if in_all == MONTHS_IN_YEAR and 1 <= gone <= in_all:
        return forecast.straight_line(counted, wanted, months_elapsed=gone)
    return forecast.StraightLine(counted / wanted, min(gone / in_all, 1.0))


def last_year_share(trend: Trend) -> forecast.StraightLine | None:
    """去年同期完成比: the share of an annual amount counted against last year's at the same month.

    None for anything else than an amount asked for one year of a series reported within the year, and
    while last year's figures are not whole.
    """
    case, wanted = trend.case, trend.case.question.value
    begin = Period(case.deadline.year, 1, case.deadline.frequency)
    is_counted = trend.kind in _COUNTED and case.indicator.measure in {Measure.FLOW, Measure.COUNTER}
    if not is_counted or trend.per_year == 1 or wanted is None or wanted <= 0:
        return None
    if trend.kind is TargetKind.CUMULATIVE and case.start not in (None, begin):
        return None
    counted, last = counted_so_far(case), _counted_to(trend, begin)
    if case.settled_by is not None or counted is None or last is None:
        return None
    before, total = trend.at(last.ordinal - trend.per_year), trend.at(begin.ordinal - 1)
    if before is None or total is None or total <= 0:
        return None
    return forecast.last_year_share(counted, wanted, ytd_last_year=before, total_last_year=total)


def _counted_to(trend: Trend, begin: Period) -> Period | None:
    """Period up to which every figure of the window is in and firm; None where one is missing."""
    years = [_firm_periods(trend, year) for year in range(begin.year, trend.case.deadline.year + 1)]
    counted = [periods for periods in years if periods]
    if not counted or years[: len(counted)] != counted:
        return None
    if not all(_is_unbroken(trend, periods) for periods in counted):
        return None
    is_whole = all(periods[-1].end.month == MONTHS_IN_YEAR for periods in counted[:-1])
    return counted[-1][-1] if is_whole else None


def _firm_periods(trend: Trend, year: int) -> list[Period]:
    """Periods of a year that are counted: the series' own, else those within the year."""
    known = trend.case.known
    if known is None:
        return []
    own = [period for period, entry in known.values if period.year == year and entry.status.settles]
    if own or trend.case.indicator.reporting is not Reporting.YTD:
        return own
    return [period for period, entry in known.within_year if period.year == year and entry.status.settles]


def _is_unbroken(trend: Trend, periods: list[Period]) -> bool:
    """Whether single periods that are added up have none missing among them; a sum has its last."""
    if trend.case.indicator.reporting is Reporting.YTD:
        return True
    year = periods[0].year
    due = [Period(year, part, periods[0].frequency) for part in range(1, periods[-1].part + 1)]
    return periods == [period for period in due if is_reported(period, trend.case.indicator)]


def _way_line(trend: Trend) -> forecast.StraightLine | None:
    wanted, base = trend.target_level(), _base_when_set(trend)
    last = trend.last_year_end() if trend.series.accumulates else trend.last
    now = None if last is None else trend.at(last)
    if wanted is None or last is None or now is None or base is None or wanted == base[1]:
        return None
    reached = Period.from_ordinal(last, trend.case.indicator.frequency)
    gone, in_all = _months(base[0].end, reached.end), _months(base[0].end, trend.case.deadline.end)
    if gone <= 0 or in_all <= 0:
        return None
    return forecast.StraightLine((now - base[1]) / (wanted - base[1]), gone / in_all)


def _base_when_set(trend: Trend) -> tuple[Period, float] | None:
    """The last value of a period that was over when the target was set; a year end for sums."""
    for t in range(trend.last, trend.series.first - 1, -1):
        period = Period.from_ordinal(t, trend.case.indicator.frequency)
        value = trend.at(t)
        if trend.series.accumulates and period.part != trend.per_year:
            continue
        if value is not None and period.end < trend.case.set_on:
            return period, value
    return None


def growth_rate_rule(trend: Trend) -> forecast.GrowthRateRule | None:
    """The Eurostat / Statistics Canada rule on year-end values of the last five years."""
    pairs = _unbroken_year_ends(trend)[-RULE_YEARS:]
    last = trend.last_year_end() if trend.series.accumulates else trend.last
    wanted = _level_for_rule(trend, pairs)
    if not pairs or wanted is None or last is None or trend.case.settled_by is not None:
        return None
    if trend.is_published_rate:
        return None
    base, latest = pairs[0][0], pairs[-1][1]
    elapsed = float(len(pairs))
    left = max((trend.case.question.deadline - last) / trend.per_year, 0.0)
    if min(base, latest, wanted) <= 0 or left <= 0:
        return None
    return forecast.growth_rate_rule(
        base=base,
        latest=latest,
        target=wanted,
        years_elapsed=elapsed,
        years_in_all=elapsed + left,
        higher_is_better=trend.sign > 0,
    )


def rule_years(trend: Trend) -> int:
    """Years back to the base of the growth-rate rule."""
    return len(_unbroken_year_ends(trend)[-RULE_YEARS:])


def _unbroken_year_ends(trend: Trend) -> list[tuple[float, float]]:
    """The pairs after the last gap, so that their number is that of the years."""
    pairs = trend.year_ends()
    for place in range(len(pairs) - 1, 0, -1):
        if pairs[place - 1][1] != pairs[place][0]:
            return pairs[place:]
    return pairs


def _level_for_rule(trend: Trend, pairs: list[tuple[float, float]]) -> float | None:
    """Level wanted at the deadline; growth wanted is wanted of every year since the base."""
    level = trend.target_level()
    wanted = trend.case.question.value
    if level is not None or wanted is None or trend.kind not in YEARLY_GROWTH or not pairs:
        return level
    base, years = pairs[0][0], len(pairs) + (trend.case.question.deadline - trend.last) / trend.per_year
    return float(base * (1 + wanted / 100) ** years)


def extrapolated(trend: Trend) -> float | None:
    """The mean step of the last three years carried on to the deadline."""
    pairs = trend.year_ends()[-3:]
    if not pairs or trend.last >= trend.case.question.deadline:
        return None
    if trend.kind in YEARLY_GROWTH:
        rates = [100 * (later / earlier - 1) for earlier, later in pairs if earlier > 0]
        return float(np.mean(rates)) if rates else None
    if trend.kind is not TargetKind.LEVEL:
        return None
    last = trend.last_year_end() if trend.series.accumulates else trend.last
    now = None if last is None else trend.at(last)
    if last is None or now is None:
        return None
    steps = [later - earlier for earlier, later in pairs]
    return float(now + np.mean(steps) * (trend.case.question.deadline - last) / trend.per_year)


def _months(begin: dt.date, end: dt.date) -> int:
    """Months between two month ends."""
    return (end.year - begin.year) * MONTHS_IN_YEAR + end.month - begin.month
