"""One counter laid out by year, and what its own years say: courses, spread from year to year, level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from forecast.panel import Series
from forecast.targets import Floats

DEFAULT_DISPERSION = 0.1
"""Squared coefficient of variation of a year's rate, beyond Poisson, where nothing is known (32 %)."""

MOST_DISPERSION = 4.0

SOFT_TOTAL = 10.0
"""A whole year of this many events teaches half as much of its course as one of very many."""

FORGETTING = 0.7
"""Weight of a year relative to the one after it."""

HALF = 0.5
"""Added to counts in logs and rates: the Jeffreys prior of a Poisson rate."""


class Level(NamedTuple):
    """Log of a yearly rate, normal: mean and variance."""

    mean: float
    variance: float


@dataclass(frozen=True, eq=False)
class CountTable:
    """A counter laid out by year.

    Parameters
    ----------
    series : Series
        Whole numbers, none below zero.
    first_year : int
        Year of the first row.
    sums : ndarray, shape (n_years, periods_per_year)
        Events since January; NaN is unknown.
    """

    series: Series
    first_year: int
    sums: Floats

    @property
    def per_year(self) -> int:
        """Periods a year."""
        return self.series.periods_per_year

    @cached_property
    def years(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Years whose total is known."""
        return self.first_year + np.flatnonzero(np.isfinite(self.sums[:, -1]))

    @cached_property
    def totals(self) -> Floats:
        """Totals of those years."""
        return np.asarray(self.sums[np.isfinite(self.sums[:, -1]), -1])

    @cached_property
    def courses(self) -> tuple[Floats, Floats]:
        """Completion shares of whole years with events, shape (n, periods_per_year), and their totals."""
        rows = self.sums[np.isfinite(self.sums[:, -1]) & (self.sums[:, -1] > 0)]
        places = np.arange(-1, self.per_year)
        filled = np.array([_without_gaps(places, row) for row in rows]).reshape(len(rows), self.per_year)
        return filled / filled[:, -1:], filled[:, -1]

    @property
    def kind(self) -> tuple[object, ...]:
        """Counters of one kind may share courses: frequency and batch months."""
        return self.per_year, tuple(sorted(self.series.batch_months))


def is_count(series: Series) -> bool:
    """Whether a series is a counter of whole events, none below zero."""
    return series.counts_whole and not bool((series.values < 0).any())


def count_table(series: Series) -> CountTable:
    """Lay a counter out by year."""
    return CountTable(series, series.first // series.periods_per_year, series.by_year(series.measured))


def own_level(
    table: CountTable, *, year: int, growth: float, dispersion: float, drift_sd: float
) -> Level | None:
    """Yearly rate that a counter's own earlier years suggest for a year.

    Parameters
    ----------
    table : CountTable
        Its history.
    year : int
        Year wanted.
    growth : float
        Mean growth in logs a year.
    dispersion : float
        See `CounterPool.dispersion`.
    drift_sd : float
        Spread of a year's lasting change, in logs.

    Returns
    -------
    Level or None
        Weighted mean of the totals, recent ones more; None without a whole year.
    """
    earlier = table.years < year
    if not earlier.any():
        return None
    lags = (year - table.years[earlier]).astype(float)
    weights = FORGETTING**lags
    # Counts are pooled before the log is taken: logs would let one busy year speak for many empty ones.
    events = float((weights * table.totals[earlier] * np.exp(growth * lags)).sum())
    mean = (events + HALF * weights.max()) / weights.sum()
    n_years = weights.sum() ** 2 / (weights**2).sum()
    events_seen = float((table.totals[earlier] * weights / weights.max()).sum())
    variance = 1 / (events_seen + HALF) + dispersion / n_years + drift_sd**2 * lags.min()
    return Level(float(np.log(mean)), float(variance))


def share_spread(rows: Floats, totals: Floats, centre: Floats, *, df_lost: int = 0) -> tuple[float, float]:
    """Excess and binomial variance of completion shares around a centre, summed over months."""
    if not len(rows) or rows.shape[1] == 1:
        return 0.0, 0.0
    alone = (centre * (1 - centre))[None, :-1]
    scale = len(rows) / max(len(rows) - df_lost, 1)
    excess = scale * (rows[:, :-1] - centre[:-1]) ** 2 - alone / totals[:, None]
    binomial = alone * (1 - 1 / np.maximum(totals, 1.0))[:, None]
    return float(excess.sum()), float(binomial.sum())


def dispersion_of(totals: Floats) -> tuple[float, float]:
    """Weight and value of one counter's evidence: half squared steps against Poisson."""
    if totals.size < 2 or not totals.any():
        return 0.0, 0.0
    mean = float(totals.mean())
    found = (float((np.diff(totals) ** 2).mean()) / 2 - mean) / mean**2
    weight = (totals.size - 1) / (1 / mean + DEFAULT_DISPERSION) ** 2
    return weight, float(np.clip(found, -1 / mean, MOST_DISPERSION))


def _without_gaps(places: np.ndarray[tuple[int], np.dtype[np.int64]], row: Floats) -> Floats:
    """Fill unknown months of a whole year along the line, and hold it from falling."""
    whole = np.concatenate([[0.0], row])
    known = np.isfinite(whole)
    filled = np.interp(places, places[known], whole[known])[1:]
    return np.asarray(np.minimum(np.maximum.accumulate(filled), row[-1]))
