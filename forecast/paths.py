"""Drawn paths: the known past of a series and many possible futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from forecast.panel import Reporting, Series, sums_since_january
from forecast.questions import QUANTILE_LEVELS, Reason
from forecast.targets import Floats

OBSERVED = "observed"
"""Method of a path that needed no model."""


@dataclass(frozen=True, eq=False)
class PathDraws:
    """A series as known, and draws of what is not known or not final.

    Parameters
    ----------
    series : Series
        The known past.
    start : int
        Ordinal of the first drawn column: the first preliminary or unknown period. Final values known
        after it are in the draws unchanged.
    draws : ndarray, shape (n_draws, n_columns)
        Possible values, reported as the series reports (`ytd` figures stay figures since January).
        NaN in places of the year that are never reported, and beyond what the model can say.
    method : str
        Model that drew them.
    reason : Reason
        "ok", or why there are no draws.
    """

    series: Series
    start: int
    draws: Floats
    method: str = OBSERVED
    reason: Reason = Reason.OK

    @property
    def series_id(self) -> str:
        """Id of the series."""
        return self.series.series_id

    @property
    def first(self) -> int:
        """Ordinal of the first known value."""
        return self.series.first

    @property
    def known(self) -> Floats:
        """Reported values before the first drawn column; NaN is a gap."""
        return self.series.values[: max(self.start - self.series.first, 0)]

    @property
    def until(self) -> int:
        """Ordinal of the last drawn column."""
        return self.start + int(self.draws.shape[1]) - 1

    @cached_property
    def measured_draws(self) -> Floats:
        """Draws as targets measure them: sums since January for flows and counters below a year."""
        series = self.series
        if not series.accumulates or not self.draws.size:
            return self.draws
        parts = np.arange(self.start, self.until + 1) % series.periods_per_year
        silent = np.isin(parts, list(series.silent_parts))
        values = np.where(silent, 0.0, self.draws)
        if series.reporting is Reporting.YTD:
            before_start = self._measured_known(self.start - 1)
            for column in np.flatnonzero(silent & (parts > 0)):
                values[:, column] = values[:, column - 1] if column else before_start
            return values
        lead = int(parts[0])
        before = np.zeros((len(values), lead))
        before[:, -1:] = self._measured_known(self.start - 1) if lead else 0.0
        whole = np.concatenate([before, values], axis=1)
        return sums_since_january(whole, np.concatenate([np.arange(lead), parts]))[:, lead:]

    def at(self, periods: Sequence[int]) -> Floats:
        """Give measured values at some periods.

        Parameters
        ----------
        periods : sequence of int
            Ordinals.

        Returns
        -------
        ndarray, shape (n_draws, n_periods)
            One row when every value is known and final; NaN where there is neither value nor draw.
        """
        if self.are_final(periods) or not self.draws.shape[1]:
            return np.array([[self._measured_known(t) for t in periods]])
        columns = [
            self.measured_draws[:, t - self.start]
            if self.start <= t <= self.until
            else np.full(len(self.draws), self._measured_known(t) if t < self.start else np.nan)
            for t in periods
        ]
        return np.stack(columns, axis=1)

    def are_final(self, periods: Sequence[int]) -> bool:
        """Whether every measured value at these periods is known and final."""
        return all(self.series.final_between(t, t) or self._is_before_year_begins(t) for t in periods)

    def is_never_reported(self, period: int) -> bool:
        """Whether a period counts as part of a later one, so that nothing can be asked of it alone."""
        return self.series.accumulates and period % self.series.periods_per_year in self.series.silent_parts

    def _measured_known(self, period: int) -> float:
        place = period - self.series.first
        if self._is_before_year_begins(period):
            return 0.0
        return float(self.series.measured[place]) if 0 <= place < self.series.measured.size else np.nan

    def _is_before_year_begins(self, period: int) -> bool:
        """Whether nothing can have been reported yet in the period's year (January, where never reported)."""
        part = period % self.series.periods_per_year
        return self.series.accumulates and self.series.silent_parts.issuperset(range(part + 1))


def fan(path: PathDraws, levels: Sequence[float] = QUANTILE_LEVELS) -> Floats:
    """Quantiles of the drawn columns, as a fan chart shows them.

    Parameters
    ----------
    path : PathDraws
        Draws of one series.
    levels : sequence of float
        Quantile levels between 0 and 1.

    Returns
    -------
    ndarray, shape (n_levels, n_columns)
        In the series' own reporting, from `path.start` on; NaN where there is no draw.
    """
    result = np.full((len(levels), path.draws.shape[1]), np.nan)
    if path.draws.size:
        drawn = np.flatnonzero(np.isfinite(path.draws).all(axis=0))
        result[:, drawn] = np.quantile(path.draws[:, drawn], levels, axis=0)
    return result
