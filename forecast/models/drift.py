"""Annual model: random walk with drift, both learned from the series and its peers.

On the modelling scale a year's step is Normal(drift, variance); a gap of g years is one step of g years.
Drift and variance are shrunk toward peers with the strength the peers show, and both uncertainties go
into a Student-t predictive. Source: docs/methods.md, section 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forecast.growth import MAD_TO_SD, OUTLIER_LIMIT
from forecast.models.base import as_counted, first_open_period, without_draws
from forecast.panel import Panel, Reporting, Series
from forecast.paths import PathDraws
from forecast.pooling import Sample, Shrunk, shrink
from forecast.questions import Reason
from forecast.spaces import Space, choose_space
from forecast.streams import mirrored_normals, student_scales
from forecast.targets import Floats

LEAST_SD = 0.01
"""Floor of the yearly spread in logs: below the calmest hundredth (0.027) of 463 provincial series."""

DEFAULT_SD = 0.15
"""Yearly spread in logs without a pool: the median (0.149) of the same 463 series."""

LEAST_BETWEEN_SD = 0.005
"""Floor of the spread of true drifts among peers, in logs a year."""

MIN_POOL_DF = 2
"""A series teaches the pool from four observations (three steps) on."""


@dataclass(frozen=True)
class YearEnds:
    """Year-end values of one series on its modelling scale, gaps left out.

    Parameters
    ----------
    series : Series
        The series.
    space : Space
        Its scale.
    years : ndarray of int, shape (n,)
        Years with a value.
    x : ndarray, shape (n,)
        Values on the scale.
    """

    series: Series
    space: Space
    years: np.ndarray[tuple[int], np.dtype[np.int64]]
    x: Floats


def fit_drifts(views: Sequence[YearEnds]) -> dict[str, Shrunk]:
    """Learn drift and yearly variance of every series from all of them.

    Parameters
    ----------
    views : sequence of YearEnds
        The pool, sorted by series id.

    Returns
    -------
    dict of str to Shrunk
        On each series' scale per year; series with too little evidence (fewer than three values, or
        than two where five peers have four each) are absent.

    Source: docs/methods.md, section 8.
    """
    samples = [sample_steps(view) for view in views if view.x.size >= 2]
    return shrink(
        samples,
        min_df=MIN_POOL_DF,
        least_sd=LEAST_SD,
        default_sd=DEFAULT_SD,
        least_between_sd=LEAST_BETWEEN_SD,
        share_means_without_group=False,
    )


def sample_steps(view: YearEnds) -> Sample:
    """Sum up the yearly steps of one series, with a guard against one monstrous jump."""
    gaps = np.diff(view.years).astype(float)
    steps = np.diff(view.x)
    median = float(np.median(steps / gaps))
    residuals = (steps - median * gaps) / np.sqrt(gaps)
    # Half the plain spread joins, for steps of which most are zero have no median deviation.
    robust = max(MAD_TO_SD * float(np.median(np.abs(residuals))), float(residuals.std()) / 2, LEAST_SD)
    limit = OUTLIER_LIMIT * robust
    steps = median * gaps + np.clip(residuals, -limit, limit) * np.sqrt(gaps)
    exposure, df = float(gaps.sum()), steps.size - 1
    mean = float(steps.sum()) / exposure
    variance = float(((steps - mean * gaps) ** 2 / gaps).sum()) / df if df else 0.0
    return Sample(
        view.series.series_id, view.series.group, view.space.pool_kind, mean, variance, df, exposure
    )


def draw_year_ends(start: Floats, fit: Shrunk, *, n_years: int, seed: int, series_id: str) -> Floats:
    """Walk on from drawn starting values.

    Parameters
    ----------
    start : ndarray, shape (n_draws,)
        Last year-end on the modelling scale.
    fit : Shrunk
        Drift and yearly variance.
    n_years : int
        Years to walk; more years leave the first ones as they are.
    seed, series_id
        Of the random numbers.

    Returns
    -------
    ndarray, shape (n_draws, n_years)
        Year-ends on the modelling scale.
    """
    n_draws = start.size
    ahead = np.arange(1, n_years + 1)
    z = mirrored_normals(seed, series_id, "steps", rows=n_years, n_draws=n_draws)
    drift = mirrored_normals(seed, series_id, "drift", rows=1, n_draws=n_draws)
    deviation = np.sqrt(fit.variance) * np.cumsum(z, axis=1) + np.sqrt(fit.mean_variance) * drift * ahead
    scales = student_scales(seed, series_id, "spread", df=fit.df, n_draws=n_draws)
    walked: Floats = start[:, None] + fit.mean * ahead + scales[:, None] * deviation
    return walked


@dataclass(frozen=True)
class AnnualDrift:
    """Pooled drift for annual series."""

    name: str = "drift"

    def paths(
        self, panel: Panel, series_ids: Sequence[str], *, until: Mapping[str, int], n_draws: int, seed: int
    ) -> dict[str, PathDraws]:
        """Draw paths of the annual series among `series_ids`; see `forecast.models.base.Model`."""
        views = {s.series_id: annual_view(s) for s in panel if s.periods_per_year == 1}
        fits = fit_drifts(list(views.values()))
        return {
            one: self._path(views[one], fits.get(one), until[one], n_draws=n_draws, seed=seed)
            for one in series_ids
            if one in views
        }

    def _path(self, view: YearEnds, fit: Shrunk | None, until: int, *, n_draws: int, seed: int) -> PathDraws:
        series = view.series
        if fit is None or not view.x.size:
            return without_draws(series, Reason.TOO_SHORT, self.name)
        noise = mirrored_normals(seed, series.series_id, "revision", rows=1, n_draws=n_draws)[:, 0]
        open_from, last = first_open_period(series), int(view.years[-1])
        known = redraw_known(series, view.space, noise, begin=min(open_from, last), end=last)
        start = view.space.forward(known[:, -1])
        walk = draw_year_ends(start, fit, n_years=max(until - last, 0), seed=seed, series_id=series.series_id)
        ahead = as_counted(series, view.space.back(walk))
        drawn = np.concatenate([known[:, open_from - min(open_from, last) :], ahead], axis=1)
        return PathDraws(series, open_from, drawn[:, : max(until + 1 - open_from, 0)], self.name)


def annual_view(series: Series) -> YearEnds:
    """Year-ends of an annual series: its values."""
    space = choose_space(series, series.values)
    known = np.flatnonzero(np.isfinite(series.values))
    return YearEnds(series, space, series.first + known, space.forward(series.values[known]))


def redraw_known(series: Series, space: Space, noise: Floats, *, begin: int, end: int) -> Floats:
    """Repeat known values for every draw, with the revision spread on preliminary ones.

    Parameters
    ----------
    series : Series
        Known values as targets measure them, and which are preliminary.
    space : Space
        Scale of the spread.
    noise : ndarray, shape (n_draws,)
        Standard normal, one per draw: preliminary figures of one series are revised together.
    begin, end : int
        First and last ordinal wanted, within the series.

    Returns
    -------
    ndarray, shape (n_draws, end - begin + 1)
        NaN is a gap.
    """
    wanted = slice(begin - series.first, end - series.first + 1)
    values = series.measured[wanted]
    repeated = np.repeat(values[None, :], noise.size, axis=0)
    is_sum = series.accumulates and series.reporting is Reporting.PERIOD and space.kind in {"log", "count"}
    for place in np.flatnonzero(~series.is_final[wanted] & np.isfinite(values)):
        if is_sum:
            # Only the preliminary months are revised, so that none falls below zero.
            doubtful = series.doubtful[wanted][place]
            repeated[:, place] += doubtful * np.expm1(space.revision_sd(0.0) * noise)
            continue
        repeated[:, place] = space.redrawn(values[place], noise)
    return repeated
