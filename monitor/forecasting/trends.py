"""One series against its target: where it stands, the pace it needs, and what simple rules say."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

import forecast
from forecast.targets import TargetKind
from monitor.core.freshness import is_reported
from monitor.core.indicators import Measure, Polarity, Reporting
from monitor.core.periods import Period
from monitor.forecasting.cases import Case, counted_so_far

YEARS_COMPARED = 8
MONTHS_COMPARED = 12
MONTHS_IN_YEAR = 12
RULE_YEARS = 5
_YEARLY_GROWTH = frozenset({TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH, TargetKind.GROWTH_EACH_YEAR})
_FROM_BASE = frozenset(
    {TargetKind.NET_INCREASE, TargetKind.CHANGE_PP, TargetKind.MULTIPLE, TargetKind.AVERAGE_GROWTH}
)
_COUNTED = frozenset({TargetKind.LEVEL, TargetKind.CUMULATIVE})


@dataclass(frozen=True)
class PaceFound:
    """A pace with what it is counted in: `per` year or month, `unit` a base unit or None."""

    pace: forecast.Pace
    per: str
    unit: str | None


@dataclass(frozen=True)
class Trend:
    """A case with its series as measured.

    Parameters
    ----------
    case : Case
        The target.
    series : forecast.Series
        Its series; `measured` values are sums since January for flows and counters below a year.
    last : int
        Ordinal of the last value that counts toward the target (not after its deadline).
    """

    case: Case
    series: forecast.Series
    last: int

    @classmethod
    def of(cls, case: Case, series: forecast.Series) -> Trend:
        """The trend of a series with at least one value."""
        last = series.first if series.observed_to is None else series.observed_to
        return cls(case, series, min(last, case.question.deadline))

    @property
    def kind(self) -> TargetKind:
        """Kind asked of the series."""
        return self.case.question.kind

    @property
    def is_published_rate(self) -> bool:
        """Whether growth is read from a published rate: that rate grows no way to a level."""
        return self.kind is TargetKind.LEVEL and self.case.terms.kind is not TargetKind.LEVEL

    @property
    def per_year(self) -> int:
        """Periods a year."""
        return self.series.periods_per_year

    @property
    def sign(self) -> float:
        """1 where higher is better, else -1."""
        return 1.0 if self.case.indicator.polarity is Polarity.HIGHER else -1.0

    def at(self, ordinal: int) -> float | None:
        """Measured value at a period, or None."""
        place = ordinal - self.series.first
        if not 0 <= place < self.series.measured.size:
            return None
        value = float(self.series.measured[place])
        return value if math.isfinite(value) else None

    def figures(self) -> dict[str, Any]:
        """Value, gap, level wanted and straight extrapolation, as far as they exist."""
        value, ordinal = self._latest_quantity()
        wanted = self.case.question.value
        figures: dict[str, Any] = {
            "value": value,
            "value_period": None
            if value is None
            else str(Period.from_ordinal(ordinal, self.case.indicator.frequency)),
            "value_status": self._status(ordinal),
            "gap": None if value is None or wanted is None else value - wanted,
            "target_level": self.target_level(),
            "extrapolated": self._extrapolated(),
        }
        return {key: entry for key, entry in figures.items() if entry is not None}

    def _status(self, ordinal: int) -> str | None:
        known = self.case.known
        period = Period.from_ordinal(ordinal, self.case.indicator.frequency)
        observation = known.at(period) if known else None
        return observation.status.value if observation else None

    def _latest_quantity(self) -> tuple[float | None, int]:
        """The compared quantity as it stands by the last value, and the period of that value."""
        last = self._last_full() if self.kind is TargetKind.LEVEL else self.last
        if self.kind is TargetKind.LEVEL:
            return self.at(last), last
        if self.kind is TargetKind.RANK:
            return None, last
        start = self.case.question.start
        if start is not None and last <= start and self.kind in _FROM_BASE:
            if self.kind is not TargetKind.AVERAGE_GROWTH:
                return None, last
            start = last - self.per_year
        if start is not None and last < start:
            return None, last
        return self._quantity(last, start), last

    def _last_full(self) -> int:
        """The last value comparable with a level: this year's sum so far, else last year's total."""
        if (
            not self.series.accumulates
            or self.last // self.per_year == self.case.question.deadline // self.per_year
        ):
            return self.last
        return self._last_year_end() or self.last

    def _last_year_end(self) -> int | None:
        ends = [
            t
            for t in range(self.series.first, self.last + 1)
            if (t + 1) % self.per_year == 0 and self.at(t) is not None
        ]
        return ends[-1] if ends else None

    def _quantity(self, deadline: int, start: int | None) -> float | None:
        try:
            found = forecast.quantity(
                self.kind,
                self.series.measured,
                first=self.series.first,
                deadline=deadline,
                start=start,
                periods_per_year=self.per_year,
                comparator=self.case.question.comparator,
                middle=self.case.question.middle,
                higher_is_better=self.case.question.higher_is_better,
            )
        except IndexError:
            return None
        value = float(found[0])
        return value if math.isfinite(value) else None

    def target_level(self) -> float | None:
        """Level of the indicator that meets the target, where one follows from known values."""
        question = self.case.question
        if question.value is None or self.kind is TargetKind.LEVEL:
            return question.value
        if self.kind not in _FROM_BASE | {TargetKind.GROWTH}:
            return None
        begin = forecast.window_start(
            self.kind, question.start, deadline=question.deadline, periods_per_year=self.per_year
        )
        base = self.at(begin)
        years = (question.deadline - begin) / self.per_year
        return None if base is None else self._from_base(base, question.value, years)

    def _from_base(self, base: float, wanted: float, years: float) -> float:
        """The level that the wanted growth, multiple or difference leads to."""
        if self.kind in {TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH}:
            return float(base * (1 + wanted / 100) ** years)
        return base * wanted if self.kind is TargetKind.MULTIPLE else base + wanted

    # -- pace ---------------------------------------------------------------------------------

    def pace(self) -> PaceFound | None:
        """Required against achieved pace, in the terms a person would count."""
        if self.case.settled_by is not None or self.last >= self.case.question.deadline:
            return None
        if self.kind in _YEARLY_GROWTH:
            return self._growth_pace()
        if self.kind is TargetKind.CUMULATIVE or (self.kind is TargetKind.LEVEL and self.series.accumulates):
            return self._counting_pace()
        return self._difference_pace()

    def _growth_pace(self) -> PaceFound | None:
        """Percent a year: the target's own rate against the rates on record."""
        wanted = self.case.question.value
        if wanted is None:
            return None
        rates = [100 * rate for rate in self._yearly_growth()]
        found = forecast.pace(
            rates, needed=wanted, periods_left=1, higher_is_better=self.sign > 0, compare_last=YEARS_COMPARED
        )
        return PaceFound(found, "year", "percent")

    def _yearly_growth(self) -> list[float]:
        values = self._year_ends()
        return [later / earlier - 1 for earlier, later in values if earlier > 0]

    def _year_ends(self) -> list[tuple[float, float]]:
        """Pairs of values one year apart: year ends of what accumulates, else back from the last value."""
        step = self.per_year
        last = self._last_year_end() if self.series.accumulates else self.last
        if last is None:
            return []
        pairs = []
        for t in range(self.series.first + (last - self.series.first) % step, last + 1, step):
            earlier, later = self.at(t - step), self.at(t)
            if earlier is not None and later is not None:
                pairs.append((earlier, later))
        return pairs

    def _counting_pace(self) -> PaceFound | None:
        """What is added each month (each year of an annual flow) toward an amount."""
        question = self.case.question
        if question.value is None or self.per_year == 4:
            return None
        begin = forecast.window_start(
            TargetKind.CUMULATIVE,
            question.start if self.kind is TargetKind.CUMULATIVE else None,
            deadline=question.deadline,
            periods_per_year=self.per_year,
        )
        counted = counted_so_far(self.case)
        if counted is None and self.last >= begin:  # figures are in and none of them counts
            return None
        found = forecast.pace(
            self._additions(),
            needed=question.value - (counted or 0.0),
            periods_left=question.deadline - max(self.last, begin - 1),
            higher_is_better=self.sign > 0,
            compare_last=MONTHS_COMPARED if self.per_year > 1 else YEARS_COMPARED,
        )
        return PaceFound(found, "month" if self.per_year > 1 else "year", self.case.indicator.base_unit)

    def _additions(self) -> list[float]:
        """Period figures; a month that is never reported is part of the next one."""
        additions = []
        previous = 0.0
        for t in range(self.series.first, self.last + 1):
            if t % self.per_year == 0:
                previous = 0.0
            value = self.at(t)
            if value is None or (t % self.per_year) in self.series.silent_parts:
                continue
            additions.append(value - previous if self.per_year > 1 else value)
            previous = value if self.per_year > 1 else 0.0
        return additions

    def _difference_pace(self) -> PaceFound | None:
        """What is added each year (each month of a monthly stock) toward a level."""
        wanted, now = self.target_level(), self.at(self.last)
        if wanted is None or now is None or self.per_year == 4 or self.series.accumulates:
            return None
        steps = [later - earlier for earlier, later in self._steps()]
        found = forecast.pace(
            steps,
            needed=wanted - now,
            periods_left=self.case.question.deadline - self.last,
            higher_is_better=self.sign > 0,
            compare_last=MONTHS_COMPARED if self.per_year > 1 else YEARS_COMPARED,
        )
        unit = "percentage_point" if self.is_published_rate else None
        return PaceFound(found, "month" if self.per_year > 1 else "year", unit)

    def _steps(self) -> list[tuple[float, float]]:
        pairs = []
        for t in range(self.series.first + 1, self.last + 1):
            earlier, later = self.at(t - 1), self.at(t)
            if earlier is not None and later is not None:
                pairs.append((earlier, later))
        return pairs

    # -- rules of thumb -----------------------------------------------------------------------

    def straight_line(self) -> forecast.StraightLine | None:
        """序时进度 by the last figure: the share counted in the target's window against its months gone.

        For stocks and ratios the way from the value in force when the target was set to the target,
        against the months since then. None while no figure has come after that: a gap is not zero.
        """
        question = self.case.question
        if self.case.settled_by is not None or question.value is None or question.value <= 0:
            return None
        if self.is_published_rate:
            return None
        if self.kind in _COUNTED and self.case.indicator.measure in {Measure.FLOW, Measure.COUNTER}:
            return self._counted_line(question.value)
        return self._way_line()

    def _counted_line(self, wanted: float) -> forecast.StraightLine | None:
        begin = Period(self.case.deadline.year, 1, self.case.deadline.frequency)
        if self.kind is TargetKind.CUMULATIVE and self.case.start is not None:
            begin = self.case.start
        counted, last = counted_so_far(self.case), self._counted_to(begin)
        if counted is None or last is None:
            return None
        before = begin.start - dt.timedelta(days=1)
        gone, in_all = _months(before, last.end), _months(before, self.case.deadline.end)
        if in_all == MONTHS_IN_YEAR and 1 <= gone <= in_all:
            return forecast.straight_line(counted, wanted, months_elapsed=gone)
        return forecast.StraightLine(counted / wanted, min(gone / in_all, 1.0))

    def last_year_share(self) -> forecast.StraightLine | None:
        """去年同期完成比: the share of an annual amount counted against last year's at the same month."""
        wanted, begin = (
            self.case.question.value,
            Period(self.case.deadline.year, 1, self.case.deadline.frequency),
        )
        is_counted = self.kind in _COUNTED and self.case.indicator.measure in {Measure.FLOW, Measure.COUNTER}
        if not is_counted or self.per_year == 1 or wanted is None or wanted <= 0:
            return None
        if self.kind is TargetKind.CUMULATIVE and self.case.start not in (None, begin):
            return None
        counted, last = counted_so_far(self.case), self._counted_to(begin)
        if self.case.settled_by is not None or counted is None or last is None:
            return None
        before, total = self.at(last.ordinal - self.per_year), self.at(begin.ordinal - 1)
        if before is None or total is None or total <= 0:
            return None
        return forecast.last_year_share(counted, wanted, ytd_last_year=before, total_last_year=total)

    def _counted_to(self, begin: Period) -> Period | None:
        """Period up to which every figure of the window is in and firm; None where one is missing."""
        years = [self._firm_periods(year) for year in range(begin.year, self.case.deadline.year + 1)]
        counted = [periods for periods in years if periods]
        if not counted or years[: len(counted)] != counted:
            return None
        if not all(self._is_unbroken(periods) for periods in counted):
            return None
        is_whole = all(periods[-1].end.month == MONTHS_IN_YEAR for periods in counted[:-1])
        return counted[-1][-1] if is_whole else None

    def _firm_periods(self, year: int) -> list[Period]:
        """Periods of a year that are counted: the series' own, else those within the year."""
        known = self.case.known
        if known is None:
            return []
        own = [period for period, entry in known.values if period.year == year and entry.status.settles]
        if own or self.case.indicator.reporting is not Reporting.YTD:
            return own
        return [period for period, entry in known.within_year if period.year == year and entry.status.settles]

    def _is_unbroken(self, periods: list[Period]) -> bool:
        """Whether single periods that are added up have none missing among them; a sum has its last."""
        if self.case.indicator.reporting is Reporting.YTD:
            return True
        year = periods[0].year
        due = [Period(year, part, periods[0].frequency) for part in range(1, periods[-1].part + 1)]
        return periods == [period for period in due if is_reported(period, self.case.indicator)]

    def _way_line(self) -> forecast.StraightLine | None:
        wanted, base = self.target_level(), self._base_when_set()
        last = self._last_year_end() if self.series.accumulates else self.last
        now = None if last is None else self.at(last)
        if wanted is None or last is None or now is None or base is None or wanted == base[1]:
            return None
        reached = Period.from_ordinal(last, self.case.indicator.frequency)
        gone, in_all = _months(base[0].end, reached.end), _months(base[0].end, self.case.deadline.end)
        if gone <= 0 or in_all <= 0:
            return None
        return forecast.StraightLine((now - base[1]) / (wanted - base[1]), gone / in_all)

    def _base_when_set(self) -> tuple[Period, float] | None:
        """The last value of a period that was over when the target was set; a year end for sums."""
        for t in range(self.last, self.series.first - 1, -1):
            period = Period.from_ordinal(t, self.case.indicator.frequency)
            value = self.at(t)
            if self.series.accumulates and period.part != self.per_year:
                continue
            if value is not None and period.end < self.case.set_on:
                return period, value
        return None

    def growth_rate_rule(self) -> forecast.GrowthRateRule | None:
        """The Eurostat / Statistics Canada rule on year-end values of the last five years."""
        pairs = self._unbroken_year_ends()[-RULE_YEARS:]
        last = self._last_year_end() if self.series.accumulates else self.last
        wanted = self._level_for_rule(pairs)
        if not pairs or wanted is None or last is None or self.case.settled_by is not None:
            return None
        if self.is_published_rate:
            return None
        base, latest = pairs[0][0], pairs[-1][1]
        elapsed = float(len(pairs))
        left = max((self.case.question.deadline - last) / self.per_year, 0.0)
        if min(base, latest, wanted) <= 0 or left <= 0:
            return None
        return forecast.growth_rate_rule(
            base=base,
            latest=latest,
            target=wanted,
            years_elapsed=elapsed,
            years_in_all=elapsed + left,
            higher_is_better=self.sign > 0,
        )

    def rule_years(self) -> int:
        """Years back to the base of the growth-rate rule."""
        return len(self._unbroken_year_ends()[-RULE_YEARS:])

    def _unbroken_year_ends(self) -> list[tuple[float, float]]:
        """The pairs after the last gap, so that their number is that of the years."""
        pairs = self._year_ends()
        for place in range(len(pairs) - 1, 0, -1):
            if pairs[place - 1][1] != pairs[place][0]:
                return pairs[place:]
        return pairs

    def _level_for_rule(self, pairs: list[tuple[float, float]]) -> float | None:
        """Level wanted at the deadline; growth wanted goes on from the last value."""
        level = self.target_level()
        wanted = self.case.question.value
        if level is not None or wanted is None or self.kind not in _YEARLY_GROWTH or not pairs:
            return level
        base, years = pairs[0][0], len(pairs) + (self.case.question.deadline - self.last) / self.per_year
        return float(base * (1 + wanted / 100) ** years)

    def _extrapolated(self) -> float | None:
        """The mean step of the last three years carried on to the deadline."""
        pairs = self._year_ends()[-3:]
        if not pairs or self.last >= self.case.question.deadline:
            return None
        if self.kind in _YEARLY_GROWTH:
            rates = [100 * (later / earlier - 1) for earlier, later in pairs if earlier > 0]
            return float(np.mean(rates)) if rates else None
        if self.kind is not TargetKind.LEVEL:
            return None
        last = self._last_year_end() if self.series.accumulates else self.last
        now = None if last is None else self.at(last)
        if last is None or now is None:
            return None
        steps = [later - earlier for earlier, later in pairs]
        return float(now + np.mean(steps) * (self.case.question.deadline - last) / self.per_year)


def _months(begin: dt.date, end: dt.date) -> int:
    """Months between two month ends."""
    return (end.year - begin.year) * MONTHS_IN_YEAR + end.month - begin.month
