"""Bayesian model averaging over damped local-trend models: closed form, all series in one pass.

Each model of the grid is x(t) = l(t-1) + phi b(t-1) + e(t), l(t) = l(t-1) + phi b(t-1) + alpha e(t),
b(t) = phi b(t-1) + beta e(t), with e ~ Normal(0, s2). With l(0) ~ Normal(0, 25 s2),
b(0) ~ Normal(m, tau^2 s2) and s2 ~ inverse gamma, everything is linear in the values and in l(0), b(0),
so the marginal likelihood and the Student-t predictive are matrix products. Source: docs/methods.md,
section 3; innovations form after Hyndman, Koehler, Ord and Snyder (2008), chapter 3; conjugate algebra
as in O'Hagan and Forster (2004), chapter 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import gammaln

from forecast.model_average import ModelPrior, shares_of
from forecast.targets import Floats

TrendModel = tuple[float, float, float, float]
"""(alpha, beta, phi, tau)."""

Grid = tuple[TrendModel, ...]

LEVEL_VARIANCE = 25.0
"""Prior variance of the first level, in units of s2: the first value is nearly free."""

FULL_GRID: Grid = tuple(
    (alpha, beta, phi, tau)
    for alpha in (0.2, 0.5, 0.8, 1.0, 1.25)
    for beta in (0.0, 0.1, 0.3, 0.6)
    for phi in (0.8, 0.93, 1.0)
    for tau in (0.15, 0.6, 2.0)
    if beta <= alpha
)


TrendPrior = ModelPrior[TrendModel]
"""Of the trend models; the scale is in units of the pooled variance of a series' steps."""


@dataclass(frozen=True)
class Fitted:
    """Posterior pieces of n series under every model.

    Parameters
    ----------
    log_evidence : ndarray, shape (n, n_models)
        Log marginal likelihood.
    mean : ndarray, shape (n, n_models, n_ahead)
        Of the future values, less the first value.
    variance_factor : ndarray, shape (n_models, n_ahead)
        Predictive variance in units of s2.
    noise : ndarray, shape (n, n_models)
        Posterior mean of s2.
    """

    log_evidence: Floats
    mean: Floats
    variance_factor: Floats
    noise: Floats

    def average(self, log_weights: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of the averaged predictive, each of shape (n, n_ahead)."""
        weights = shares_of(self.log_evidence + log_weights)
        mean = np.einsum("nk,nkh->nh", weights, self.mean)
        within = (weights * self.noise) @ self.variance_factor
        between = np.einsum("nk,nkh->nh", weights, self.mean**2) - mean**2
        return mean, within + np.maximum(between, 0.0)


def fit_trends(values: Floats, drift: Floats, variance: Floats, prior: TrendPrior, *, ahead: int) -> Fitted:
    """Fit every model of the grid to every series.

    Parameters
    ----------
    values : ndarray, shape (n, n_periods)
        Series on their modelling scale, less their first value; no gaps.
    drift : ndarray, shape (n,)
        Prior mean of the first slope. [scale per period]
    variance : ndarray, shape (n,)
        Pooled variance of the steps.
    prior : TrendPrior
        Grid and priors.
    ahead : int
        Periods to forecast.

    Returns
    -------
    Fitted
    """
    parts = _matrices(values.shape[1], ahead, prior.grid)
    n_series, n_periods = values.shape
    errors = (values @ parts.errors.reshape(n_periods, -1)).reshape(n_series, -1, n_periods)
    cross = np.einsum("nus,usr->nur", errors, parts.loadings, optimize=True)
    squared = np.einsum("nus,nus->nu", errors, errors)
    right = cross[:, parts.recursion]
    right[:, :, 1] += drift[:, None] * parts.slope_precision
    start = np.einsum("kij,nkj->nki", parts.start_variance, right, optimize=True)
    prior_part = (drift**2)[:, None] * parts.slope_precision
    quadratic = np.maximum(squared[:, parts.recursion] + prior_part - (right * start).sum(axis=2), 1e-12)
    shape = prior.shape + n_periods / 2
    base = prior.shape * prior.scale * variance[:, None]
    rate = base + quadratic / 2
    log_evidence = (
        parts.log_determinant
        + prior.shape * np.log(base)
        - shape * np.log(rate)
        + gammaln(shape)
        - gammaln(prior.shape)
        - n_periods / 2 * np.log(2 * np.pi)
    )
    ahead_mean = np.einsum("nt,uht->nuh", values, parts.ahead_values, optimize=True)[:, parts.recursion]
    ahead_mean = ahead_mean + np.einsum("khi,nki->nkh", parts.ahead_start, start, optimize=True)
    return Fitted(log_evidence, ahead_mean, parts.variance_factor, rate / (shape - 1))


@dataclass(frozen=True)
class _Matrices:
    """What depends on the length of the series and the grid alone."""

    errors: Floats  # (n_periods, n_recursions x n_periods): values to one-step errors
    loadings: Floats  # (n_recursions, n_periods, 2): errors by the unknown first level and slope, negated
    recursion: np.ndarray[tuple[int], np.dtype[np.intp]]  # (n_models,): its (alpha, beta, phi)
    slope_precision: Floats  # (n_models,)
    start_variance: Floats  # (n_models, 2, 2): of first level and slope, in units of s2
    log_determinant: Floats  # (n_models,)
    ahead_values: Floats  # (n_recursions, n_ahead, n_periods)
    ahead_start: Floats  # (n_models, n_ahead, 2)
    variance_factor: Floats  # (n_models, n_ahead)


@lru_cache(maxsize=256)
def _matrices(n_periods: int, ahead: int, grid: Grid) -> _Matrices:
    models = np.array(grid)
    kinds, recursion = np.unique(models[:, :3], axis=0, return_inverse=True)
    alpha, beta, phi = kinds.T[:, :, None]
    n_kinds = len(kinds)
    # Columns: unit impulses in each value, then a unit first level and a unit first slope.
    level, slope = np.zeros((n_kinds, n_periods + 2)), np.zeros((n_kinds, n_periods + 2))
    level[:, n_periods], slope[:, n_periods + 1] = 1.0, 1.0
    errors = np.zeros((n_kinds, n_periods, n_periods + 2))
    for t in range(n_periods):
        error = -(level + phi * slope)
        error[:, t] += 1.0
        errors[:, t] = error
        level, slope = level + phi * slope + alpha * error, phi * slope + beta * error
    ahead_all = np.zeros((n_kinds, ahead, n_periods + 2))
    for h in range(ahead):
        level, slope = level + phi * slope, phi * slope
        ahead_all[:, h] = level
    loadings = -errors[:, :, n_periods:]
    precision = np.einsum("ust,usr->utr", loadings, loadings)[recursion.ravel()]
    slope_precision = 1 / models[:, 3] ** 2
    precision[:, 0, 0] += 1 / LEVEL_VARIANCE
    precision[:, 1, 1] += slope_precision
    start_variance = np.linalg.inv(precision)
    log_prior = np.log(slope_precision / LEVEL_VARIANCE)
    ahead_start = ahead_all[:, :, n_periods:][recursion.ravel()]
    from_start = np.einsum("khi,kij,khj->kh", ahead_start, start_variance, ahead_start)
    return _Matrices(
        errors=errors[:, :, :n_periods].transpose(2, 0, 1).reshape(n_periods, -1).copy(),
        loadings=loadings,
        recursion=recursion.ravel(),
        slope_precision=slope_precision,
        start_variance=start_variance,
        log_determinant=0.5 * (log_prior - np.linalg.slogdet(precision)[1]),
        ahead_values=ahead_all[:, :, :n_periods],
        ahead_start=ahead_start,
        variance_factor=from_start + _noise_factor(kinds, ahead)[recursion.ravel()],
    )


def _noise_factor(kinds: Floats, ahead: int) -> Floats:
    """Variance of the future errors' sum in units of s2, shape (n_recursions, n_ahead)."""
    alpha, beta, phi = kinds.T
    carried = np.ones((len(kinds), ahead))
    slope, power = np.zeros(len(kinds)), np.ones(len(kinds))
    for j in range(1, ahead):
        power = power * phi
        slope = slope + beta * power
        carried[:, j] = alpha + slope
    return np.cumsum(carried**2, axis=1)
