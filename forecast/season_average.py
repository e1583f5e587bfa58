"""Bayesian model averaging over seasonal models of monthly flows: closed form, all series in one pass.

The logs of a series' flows are level + season + noise. The level walks at random on a slope that is fixed,
or that turns and is damped; every month of the year has a season of its own that may move from year to
year. Under each model of the grid all of it is jointly normal with variances in units of the noise's, s2,
and s2 ~ inverse gamma, so the marginal likelihood and the months that are left are matrix products.
January and February count as one observation: January is rarely published by itself, and the Spring
Festival moves between the two. Source: docs/methods.md, section 4; structural models after Harvey (1989),
Forecasting, Structural Time Series Models and the Kalman Filter, chapter 2; conjugate algebra as in
O'Hagan and Forster (2004), chapter 11.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import gammaln

from forecast.model_average import ModelPrior, shares_of
from forecast.targets import Floats, Ints

MONTHS = 12

SLOTS = MONTHS - 1
"""Observations a year: January and February are one."""

YEARS_BACK = 5
"""Past years that are looked at."""


class SeasonModel(NamedTuple):
    """One model of the grid; variances are in units of the noise's.

    Parameters
    ----------
    level : float
        Variance of a monthly step of the level.
    slope : float
        Prior variance of the fixed slope a month.
    turning, damping : float
        Variance of a monthly change of the turning slope, and the share of it that lasts a month.
    season, moving : float
        Prior variance of a month's season, and variance of its yearly change.
    """

    level: float
    slope: float
    turning: float
    damping: float
    season: float
    moving: float


SeasonGrid = tuple[SeasonModel, ...]

STEADY_SLOPE = 0.001
"""Prior variance of a fixed slope up to which a model counts as steady."""

FULL_GRID: SeasonGrid = tuple(
    SeasonModel(level, slope, turning, damping, season, moving)
    for (turning, damping), level, slope, season, moving in product(
        ((0.0, 0.9), (0.003, 0.93), (0.01, 0.85), (0.03, 0.85)),
        (0.02, 0.2, 1.0, 4.0),
        (0.0, STEADY_SLOPE, 0.01),
        (0.02, 0.5, 5.0),
        (0.0, 0.03),
    )
    if level < 4.0 or turning == 0.0
)

LEVEL_VARIANCE = 1e4
"""Prior variance of the first level, in units of s2: nothing is known of it."""

LEAST_FLOW = 0.002
"""Floor of a monthly flow, as a share of the mean month of last year."""

LARGEST_LOG = 6.5
"""Forecast flows are held within this in logs of the mean month of last year, either way."""


SeasonPrior = ModelPrior[SeasonModel]
"""Of the seasonal models; the scale is in squared logs."""


def families_of(grid: SeasonGrid) -> Ints:
    """Family of every model of a grid, shape (n_models,): steady (0), sloping (1) or turning (2)."""
    return np.array([2 if one.turning > 0 else int(one.slope > STEADY_SLOPE) for one in grid])


@dataclass(frozen=True, eq=False)
class Seasons:
    """What every model says of the year-end.

    Parameters
    ----------
    log_evidence : ndarray, shape (n, n_models)
        Log marginal likelihood.
    totals : ndarray, shape (n, n_models)
        Forecast of log(year-end / last year-end).
    variances : ndarray, shape (n, n_models)
        Of that forecast.
    noise : ndarray, shape (n, n_models)
        Posterior mean of s2.
    """

    log_evidence: Floats
    totals: Floats
    variances: Floats
    noise: Floats

    def weights(self, log_weights: Floats) -> Floats:
        """Posterior probabilities of the models, shape (n, n_models)."""
        return shares_of(self.log_evidence + log_weights)


def fit_seasons(values: Floats, months: Ints, prior: SeasonPrior) -> Seasons:
    """Fit every model of the grid to every series.

    Parameters
    ----------
    values : ndarray, shape (n, n_years, 12)
        Cumulative figures without gaps inside a year; the last year is the one asked about. The year
        before is whole and above zero; of earlier years only those that follow each other count.
    months : ndarray of int, shape (n,)
        Last known month of the last year, 2 to 11.
    prior : SeasonPrior

    Returns
    -------
    Seasons
    """
    recent = values[:, -(YEARS_BACK + 1) :]
    last_total = recent[:, -2, -1]
    there = recent[np.arange(len(recent)), -1, months - 1] / last_total
    told = np.empty((4, len(prior.grid), len(recent)))
    for years, month, rows in _alike(recent, months):
        seen = _Seen.of(recent[rows, -(years + 1) :], month, last_total[rows], there[rows])
        for place, model in enumerate(_models(years, month, prior.grid)):
            told[:, place, rows] = _told(model, seen, prior)
    return Seasons(*told.swapaxes(1, 2))


def _alike(recent: Floats, months: Ints) -> Iterator[tuple[int, int, Ints]]:
    """Rows with the same number of past years and the same last month."""
    is_whole = np.isfinite(recent[:, :-1, -1])[:, ::-1]
    years = np.logical_and.accumulate(is_whole, axis=1).sum(axis=1)
    keys, which = np.unique(years * MONTHS + months, return_inverse=True)
    for place, key in enumerate(keys):
        n_years, month = divmod(int(key), MONTHS)
        yield n_years, month, np.flatnonzero(which == place)


@dataclass(frozen=True, eq=False)
class _Seen:
    """What is known of series with the same number of past years and the same last month."""

    logs: Floats  # (n, n_observed): of the flows in mean months of last year, less their mean
    mean: Floats  # (n, 1)
    there: Floats  # (n,): what is there by now, as a share of last year

    @classmethod
    def of(cls, tables: Floats, month: int, last_total: Floats, there: Floats) -> _Seen:
        flows = np.empty((*tables.shape[:2], SLOTS))
        flows[:, :, 0] = tables[:, :, 1] / 2
        np.subtract(tables[:, :, 2:], tables[:, :, 1:-1], out=flows[:, :, 1:])
        known = flows.reshape(len(tables), -1)[:, : SLOTS * (tables.shape[1] - 1) + month - 1]
        logs = np.log(np.maximum(MONTHS * known / last_total[:, None], LEAST_FLOW))
        mean = logs.mean(axis=1, keepdims=True)
        return cls(logs - mean, mean, there)


@dataclass(frozen=True, eq=False)
class _Model:
    """What depends on the number of past years, the month and the model alone, in units of s2."""

    whitening: Floats  # (n_observed, n_observed): observations to independent errors, from the right
    half_log_determinant: float
    ahead: Floats  # (n_observed, n_left): observations to the months that are left, from the right
    ahead_root: Floats  # (n_left, n_left): a root of their predictive variance, from the right


def _told(model: _Model, seen: _Seen, prior: SeasonPrior) -> tuple[Floats, Floats, Floats, Floats]:
    """Log evidence, log year-end, its variance and s2 by one model, each of shape (n,)."""
    n_observed = seen.logs.shape[1]
    shape, base = prior.shape + n_observed / 2, prior.shape * prior.scale
    rate = base + _squares(seen.logs @ model.whitening) / 2
    constant = prior.shape * np.log(base) + gammaln(shape) - gammaln(prior.shape)
    constant -= n_observed / 2 * np.log(2 * np.pi)
    noise = rate / (shape - 1)
    left = np.exp(np.clip(seen.logs @ model.ahead + seen.mean, -LARGEST_LOG, LARGEST_LOG)) / MONTHS
    year_end = seen.there + left.sum(axis=1)
    variance = noise * _squares(left @ model.ahead_root) / year_end**2
    return constant - model.half_log_determinant - shape * np.log(rate), np.log(year_end), variance, noise


def _squares(table: Floats) -> Floats:
    """Sum of squares of each row."""
    squares: Floats = np.einsum("ni,ni->n", table, table)
    return squares


@lru_cache(maxsize=256)
def _models(years: int, month: int, grid: SeasonGrid) -> tuple[_Model, ...]:
    observing = _observing(years, month)
    n_months = MONTHS * (years + 1)
    left = slice(MONTHS * years + month, n_months)
    models = []
    for one in grid:
        covariance = _covariance(n_months, one)
        root = _root(observing @ covariance @ observing.T)
        inverse = solve_triangular(root, np.eye(len(root)), lower=True)
        both = inverse @ observing @ covariance[:, left]
        ahead_variance = covariance[left, left] - both.T @ both
        models.append(
            _Model(
                whitening=inverse.T.copy(),
                half_log_determinant=float(np.log(np.diag(root)).sum()),
                ahead=inverse.T @ both,
                ahead_root=_root(ahead_variance),
            )
        )
    return tuple(models)


def _root(covariance: Floats) -> Floats:
    """Lower triangular root."""
    return np.asarray(np.linalg.cholesky(covariance), dtype=float)


def _observing(years: int, month: int) -> Floats:
    """Which months every observation is the mean of, shape (n_observed, n_months)."""
    year = np.zeros((SLOTS, MONTHS))
    year[0, :2] = 0.5
    year[np.arange(1, SLOTS), np.arange(2, MONTHS)] = 1.0
    return np.asarray(np.kron(np.eye(years + 1), year)[: SLOTS * years + month - 1], dtype=float)


def _covariance(n_months: int, model: SeasonModel) -> Floats:
    """Covariance of the logs of all months, in units of s2, shape (n_months, n_months)."""
    months = np.arange(n_months)
    earlier = np.minimum.outer(months, months)
    lag = np.subtract.outer(months, months)
    centred = months - n_months / 2
    covariance: Floats = (
        LEVEL_VARIANCE
        + model.level * (earlier + 1)
        + model.slope * np.outer(centred, centred)
        + (lag % MONTHS == 0) * (model.season + model.moving * (earlier // MONTHS))
        + np.eye(n_months)
    )
    if model.turning:
        # How far a change of the slope has carried the level by each later month.
        lasting = (1 - model.damping ** (months + 1)) / (1 - model.damping)
        carried = np.where(lag >= 0, lasting[lag], 0.0)
        covariance += model.turning * carried @ carried.T
    return covariance
