"""One series against its target: where it stands, and the pace it needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import forecast
from forecast.targets import TargetKind
from monitor.core.indicators import Polarity
from monitor.core.periods import Period
from monitor.forecasting.cases import Case, counted_so_far

YEARS_COMPARED = 8
MONTHS_COMPARED = 12
MONTHS_IN_YEAR = 12
YEARLY_GROWTH = frozenset({TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH, TargetKind.GROWTH_EACH_YEAR})
_FROM_BASE = frozenset(
    {TargetKind.NET_INCREASE, TargetKind.CHANGE_PP, TargetKind.MULTIPLE, TargetKind.AVERAGE_GROWTH}
)


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
        """Value, gap and level wanted, as far as they exist."""
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
        return self.last_year_end() or self.last

    def last_year_end(self) -> int | None:
        """The last period that ends a year and has a value; None without one."""
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
        if self.kind in YEARLY_GROWTH:
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
        values = self.year_ends()
        return [later / earlier - 1 for earlier, later in values if earlier > 0]

    def year_ends(self) -> list[tuple[float, float]]:
        """Pairs of values one year apart: year ends of what accumulates, else back from the last value."""
        step = self.per_year
        last = self.last_year_end() if self.series.accumulates else self.last
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
