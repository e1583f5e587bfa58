"""How much of the year is usually there by a month: completion ratios and their pool.

On the modelling scale a completion is the measured value at a month less the year-end value: the log of
the share that is there for a flow, the log of the ratio to the year-end for a stock, a difference on
levels. Source: docs/methods.md, section 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from forecast.missing_months import estimated_sums
from forecast.models.drift import DEFAULT_SD, LEAST_BETWEEN_SD, LEAST_SD, YearEnds
from forecast.panel import Reporting, Series
from forecast.pooling import MIN_PEERS, Sample, Shrunk, shrink
from forecast.spaces import Space, choose_space
from forecast.targets import Bools, Floats

BEGUN_SHARE = 1e-3
"""Less than this share of a usual year counts as nothing there yet."""


@dataclass(frozen=True, eq=False)
class YearTable:
    """One series laid out by year and part of the year.

    Parameters
    ----------
    series : Series
        The series, below a year.
    space : Space
        Its modelling scale.
    first_year : int
        Year of the first row.
    y : ndarray, shape (n_years, periods_per_year)
        Measured values, those behind a missing month estimated; NaN is unknown. [indicator unit]
    doubt : ndarray, shape (n_years, periods_per_year)
        Standard deviation of the estimates, as a share of the value; zero for what is known.
    """

    series: Series
    space: Space
    first_year: int
    y: Floats
    doubt: Floats

    @cached_property
    def x(self) -> Floats:
        """Measured values on the modelling scale."""
        return self.space.forward(self.y)

    @cached_property
    def told_to(self) -> int:
        """Ordinal of the last value that is known or estimated; there is one."""
        return self.first_year * self.series.periods_per_year + int(np.flatnonzero(np.isfinite(self.y))[-1])

    @cached_property
    def begun(self) -> Bools:
        """Where a value says something: a flow of nothing yet does not."""
        if not self.series.accumulates or self.space.kind not in {"log", "count"}:
            return np.isfinite(self.y)
        return np.isfinite(self.y) & (self.y > self.space.floor)

    @cached_property
    def completions(self) -> Floats:
        """Scale value less the year-end one, shape as `y`; NaN where unknown or not begun."""
        return np.where(self.begun, self.x - self.x[:, -1:], np.nan)

    @cached_property
    def whole_years(self) -> Floats:
        """Completions of years with a known year-end, unbegun months at their floor."""
        whole = np.isfinite(self.x[:, -1])
        return self.x[whole] - self.x[whole, -1:]

    @cached_property
    def year_ends(self) -> YearEnds:
        """The annual series of year-end values."""
        known = np.flatnonzero(np.isfinite(self.x[:, -1]))
        return YearEnds(self.series, self.space, self.first_year + known, self.x[known, -1])

    @property
    def kind(self) -> str:
        """Series of one kind may share completions."""
        return f"{self.space.pool_kind}/{self.series.accumulates}/{self.series.periods_per_year}"


def tabulate(series: Series) -> YearTable:
    """Lay a series out by year."""
    sums = estimated_sums(series)
    y, doubt = series.by_year(sums.values), np.nan_to_num(series.by_year(sums.spread))
    modelled = y
    if series.accumulates:
        modelled = y[:, -1] if np.isfinite(y[:, -1]).any() else np.where(y > 0, y, np.nan)
    known = modelled[np.isfinite(modelled)]
    floor = BEGUN_SHARE * float(np.median(known)) if series.accumulates and known.size else 0.0
    # An upper bound of period reports is one of months, not of their sum.
    is_sum = series.accumulates and series.reporting is Reporting.PERIOD
    bounded = replace(series, upper=None) if is_sum and series.upper is not None else series
    space = choose_space(bounded, modelled, floor=max(floor, 0.0))
    return YearTable(series, space, series.first // series.periods_per_year, y, doubt)


class Completions:
    """Completions at each part of the year, shrunk toward the pool; worked out once per part."""

    def __init__(self, tables: Sequence[YearTable]) -> None:
        self._tables = tables
        self._known: dict[tuple[int, int], dict[str, Shrunk]] = {}

    def at(self, part: int, per_year: int) -> dict[str, Shrunk]:
        """Give the completion of every series of one frequency at one part of the year.

        Parameters
        ----------
        part : int
            Place within the year, from 0.
        per_year : int
            Periods a year.

        Returns
        -------
        dict of str to Shrunk
            By series id; absent with fewer than two whole years, unless five peers have two each.

        Source: docs/methods.md, section 8.
        """
        if (part, per_year) not in self._known:
            left = np.sqrt(1 - (part + 1) / per_year)
            samples = [_sample(t, part) for t in self._tables if t.series.periods_per_year == per_year]
            self._known[part, per_year] = shrink(
                samples,
                min_df=1,
                least_sd=LEAST_SD * left,
                default_sd=DEFAULT_SD * left,
                least_between_sd=LEAST_BETWEEN_SD * left,
                share_means_without_group=True,
            )
        return self._known[part, per_year]

    def profiles(self, table: YearTable) -> Floats:
        """Give whole years to borrow a course of the year from: own ones, else those of the pool.

        Returns
        -------
        ndarray, shape (n_years, periods_per_year)
            Completions without gaps, zero in the last column; no row where there is nothing to borrow.
        """
        if len(table.whole_years) >= 2:
            return _without_gaps(table.whole_years)
        alike = [t for t in self._tables if t.kind == table.kind and len(t.whole_years)]
        peers = [t for t in alike if table.series.group and t.series.group == table.series.group]
        chosen = peers if len(peers) >= MIN_PEERS else alike
        return _without_gaps(np.concatenate([t.whole_years for t in chosen] or [table.whole_years]))


def _sample(table: YearTable, part: int) -> Sample:
    known = table.completions[:, part]
    known = known[np.isfinite(known)]
    mean = float(known.mean()) if known.size else 0.0
    variance = float(known.var(ddof=1)) if known.size > 1 else 0.0
    series = table.series
    return Sample(
        series.series_id, series.group, table.kind, mean, variance, max(known.size - 1, 0), known.size
    )


def _without_gaps(rows: Floats) -> Floats:
    """Fill months a year did not report with the mean of the others, and unseen ones along the line."""
    if not rows.size:
        return rows
    counts = np.isfinite(rows).sum(axis=0)
    means = np.where(counts > 0, np.nansum(rows, axis=0) / np.maximum(counts, 1), np.nan)
    seen = np.flatnonzero(counts)
    means = np.interp(np.arange(rows.shape[1]), seen, means[seen])
    return np.where(np.isfinite(rows), rows, means)
