"""The averaged trend models against a dense computation of the same linear model."""

import numpy as np
import pytest
from scipy.stats import multivariate_t

from forecast.model_average import learn_weights, pool_evidence
from forecast.trend_average import (
    FULL_GRID,
    LEVEL_VARIANCE,
    TrendPrior,
    fit_trends,
)

GRID = ((0.5, 0.1, 0.93, 0.6), (1.25, 0.0, 1.0, 0.15), (0.2, 0.1, 0.8, 2.0), (1.0, 0.6, 0.93, 2.0))
VALUES = np.array([[0.0, 0.1, 0.15, 0.4, 0.38, 0.5], [0.0, -0.3, 0.2, 0.1, 0.9, 0.3]])
DRIFT, VARIANCE = np.array([0.05, -0.1]), np.array([0.01, 0.2])
AHEAD = 3


def prior(grid=GRID):
    return TrendPrior(grid, np.full(len(grid), -np.log(len(grid))), shape=2.0, scale=0.5)


def fitted(ahead=AHEAD, values=VALUES):
    return fit_trends(values, DRIFT[: len(values)], VARIANCE[: len(values)], prior(), ahead=ahead)


def by_hand(model, n_periods):
    """Values as a matrix times (first level, first slope, errors), one column pushed at a time."""
    alpha, beta, phi, _ = model
    unknowns = np.eye(2 + n_periods)
    level, slope = unknowns[0], unknowns[1]
    rows = []
    for t in range(n_periods):
        error = unknowns[2 + t]
        expected = level + phi * slope
        rows.append(expected + error)
        level, slope = expected + alpha * error, phi * slope + beta * error
    return np.stack(rows)


def dense(model, drift):
    """Mean and covariance (in units of s2) of known and future values."""
    loadings = by_hand(model, VALUES.shape[1] + AHEAD)
    spread = np.ones(loadings.shape[1])
    spread[:2] = LEVEL_VARIANCE, model[3] ** 2
    return drift * loadings[:, 1], (loadings * spread) @ loadings.T


@pytest.mark.parametrize("place", range(len(GRID)))
@pytest.mark.parametrize("row", [0, 1])
def test_the_evidence_is_a_multivariate_student_density(place, row):
    mean, covariance = dense(GRID[place], DRIFT[row])
    known = VALUES.shape[1]
    scale = 0.5 * VARIANCE[row]
    density = multivariate_t(mean[:known], scale * covariance[:known, :known], df=4.0)
    assert fitted().log_evidence[row, place] == pytest.approx(density.logpdf(VALUES[row]), rel=1e-9)


@pytest.mark.parametrize("place", range(len(GRID)))
@pytest.mark.parametrize("row", [0, 1])
def test_the_predictive_is_the_conditional_of_the_joint_distribution(place, row):
    mean, covariance = dense(GRID[place], DRIFT[row])
    known = VALUES.shape[1]
    inside, across, beyond = (
        covariance[:known, :known],
        covariance[known:, :known],
        covariance[known:, known:],
    )
    off = VALUES[row] - mean[:known]
    solved = np.linalg.solve(inside, off)
    found = fitted()
    np.testing.assert_allclose(found.mean[row, place], mean[known:] + across @ solved, atol=1e-10)
    left = beyond - across @ np.linalg.solve(inside, across.T)
    np.testing.assert_allclose(found.variance_factor[place], np.diag(left), rtol=1e-9)
    # Inverse gamma (2, 2 x 0.5 x variance) after six values: its mean is rate / (shape - 1).
    noise = (VARIANCE[row] + off @ solved / 2) / (2 + known / 2 - 1)
    assert found.noise[row, place] == pytest.approx(noise, rel=1e-9)


def test_one_model_alone_is_its_own_average():
    found = fitted()
    alone = np.array([0.0, -1e9, -1e9, -1e9])
    mean, variance = found.average(alone)
    np.testing.assert_allclose(mean, found.mean[:, 0])
    np.testing.assert_allclose(variance, found.noise[:, :1] * found.variance_factor[0], rtol=1e-9)


def test_disagreeing_models_widen_the_average():
    found = fitted()
    halves = np.log([0.5, 1e-300, 1e-300, 0.5]) - found.log_evidence[0]
    mean, variance = found.average(halves)
    ends, factors = found.mean[0, [0, 3]], found.variance_factor[[0, 3]]
    within = (found.noise[0, [0, 3], None] * factors).mean(axis=0)
    np.testing.assert_allclose(mean[0], ends.mean(axis=0))
    np.testing.assert_allclose(variance[0], within + (ends[0] - ends[1]) ** 2 / 4)


def test_more_horizons_leave_the_first_unchanged():
    near, far = fitted(2), fitted(20)
    np.testing.assert_array_equal(near.log_evidence, far.log_evidence)
    np.testing.assert_allclose(near.mean, far.mean[:, :, :2], atol=1e-13)
    np.testing.assert_allclose(near.variance_factor, far.variance_factor[:, :2], rtol=1e-12)


def test_variance_grows_with_the_horizon_under_every_model():
    found = fit_trends(VALUES, DRIFT, VARIANCE, prior(FULL_GRID), ahead=20)
    assert (np.diff(found.variance_factor, axis=1) > 0).all()
    assert np.isfinite(found.mean).all()


def test_series_do_not_know_of_each_other():
    together, alone = fitted(), fitted(values=VALUES[:1])
    np.testing.assert_allclose(together.mean[:1], alone.mean, atol=1e-13)
    np.testing.assert_allclose(together.log_evidence[:1], alone.log_evidence, rtol=1e-12)


def test_learning_raises_the_model_the_pool_speaks_for():
    evidence = np.array([[0.0, 2.0], [0.0, 1.5], [0.5, 0.0], [0.0, 3.0]])
    even = np.log([0.5, 0.5])
    learned = learn_weights(evidence, even, pseudo=0.5, steps=30)
    assert np.exp(learned).sum() == pytest.approx(1)
    assert learned[1] > even[1] > learned[0]
    assert pool_evidence(evidence, learned) > pool_evidence(evidence, even)


def test_a_heavy_beginning_holds_the_weights():
    evidence = np.array([[0.0, 9.0]] * 4)
    begin = np.log([0.7, 0.3])
    np.testing.assert_allclose(np.exp(learn_weights(evidence, begin, pseudo=1e9, steps=30)), np.exp(begin))


def test_the_evidence_of_a_pool_is_the_sum_of_its_series():
    evidence = np.array([[-1.0, -2.0], [-800.0, -801.0]])
    weights = np.log([0.25, 0.75])
    small = np.log(0.25 * np.exp(-1.0) + 0.75 * np.exp(-2.0))
    far = -800 + np.log(0.25 + 0.75 * np.exp(-1.0))
    assert pool_evidence(evidence, weights) == pytest.approx(small + far)
