"""Averaged seasonal models: the closed form against the textbook, and what it must not depend on."""

import numpy as np
import pytest
from scipy import stats

from forecast.completion_experts import YearTables
from forecast.pretrained import shipped
from forecast.season_average import (
    FULL_GRID,
    LEVEL_VARIANCE,
    SeasonModel,
    SeasonPrior,
    families_of,
    fit_seasons,
)
from forecast.training import MODELS_A_FAMILY, learn_season_prior

SEASON = np.array([2.0, 3, 5, 4, 4, 6, 5, 4, 6, 7, 9, 12])
LEVEL, SLOPE, TURNING, DAMPING, FIRST, MOVING = 0.2, 0.01, 0.03, 0.85, 0.5, 0.03


def prior_of(*grid, shape=0.5, scale=0.001):
    return SeasonPrior(grid, np.full(len(grid), -np.log(len(grid))), shape, scale)


ONE = prior_of(SeasonModel(LEVEL, SLOPE, TURNING, DAMPING, FIRST, MOVING))


def years(growth, n=6, *, season=SEASON):
    """Cumulative flows of a purely seasonal series whose months grow evenly; simulated."""
    months = np.arange(12 * n).reshape(n, 12)
    return np.cumsum(season * np.exp(growth / 12 * months), axis=1)[None]


def wild(n_series=4, n=6, *, seed=2):
    """The same with noise in every month; simulated."""
    rng = np.random.default_rng(seed)
    flows = SEASON * np.exp(rng.normal(0, 0.3, (n_series, n, 12)))
    return np.cumsum(flows, axis=2)


def textbook(n_years, month):
    """Mean and covariance parts built step by step: what is observed, and what is left of the year."""
    n_months = 12 * (n_years + 1)
    centred = np.arange(n_months) - n_months / 2
    covariance = np.full((n_months, n_months), LEVEL_VARIANCE) + SLOPE * np.outer(centred, centred)
    for step in range(n_months):
        walked = (np.arange(n_months) >= step) * 1.0
        covariance += LEVEL * np.outer(walked, walked)
        turned, slope = np.zeros(n_months), 1.0
        for later in range(step, n_months):
            turned[later] = turned[later - 1] + slope if later > step else slope
            slope *= DAMPING
        covariance += TURNING * np.outer(turned, turned)
    for one in range(n_months):
        for other in range(n_months):
            if (one - other) % 12 == 0:
                covariance[one, other] += FIRST + MOVING * min(one // 12, other // 12)
    covariance += np.eye(n_months)
    rows = []
    for year in range(n_years + 1):
        for part in range(1, month if year == n_years else 12):
            row = np.zeros(n_months)
            row[[12 * year, 12 * year + 1] if part == 1 else [12 * year + part]] = 0.5 if part == 1 else 1.0
            rows.append(row)
    return np.array(rows), covariance


def seen_logs(table, month):
    """Logs of known flows in mean months of last year, January and February as one, less their mean."""
    flows = np.diff(table, axis=1, prepend=0.0)
    both = np.concatenate([flows[:, :2].mean(axis=1, keepdims=True), flows[:, 2:]], axis=1)
    logs = np.log(12 * both / table[-2, -1]).ravel()[: 11 * (len(table) - 1) + month - 1]
    return logs - logs.mean(), logs.mean()


@pytest.mark.parametrize("month", [2, 7, 11])
def test_evidence_is_that_of_a_multivariate_student_t(month):
    table = wild(1)
    found = fit_seasons(table, np.array([month]), ONE)
    observing, covariance = textbook(5, month)
    logs, _ = seen_logs(table[0], month)
    shape = observing @ covariance @ observing.T * ONE.scale
    expected = stats.multivariate_t(loc=np.zeros(logs.size), shape=shape, df=2 * ONE.shape).logpdf(logs)
    assert found.log_evidence[0, 0] == pytest.approx(expected, rel=1e-6)


def test_the_year_end_is_the_conditional_mean_of_the_months_left():
    table, month = wild(1), 7
    found = fit_seasons(table, np.array([month]), ONE)
    observing, covariance = textbook(5, month)
    logs, mean = seen_logs(table[0], month)
    gain = covariance[-5:] @ observing.T @ np.linalg.inv(observing @ covariance @ observing.T)
    left = np.exp(gain @ logs + mean) / 12
    year_end = table[0, -1, month - 1] / table[0, -2, -1] + left.sum()
    assert found.totals[0, 0] == pytest.approx(np.log(year_end), abs=1e-9)
    spread = covariance[-5:, -5:] - gain @ observing @ covariance[:, -5:]
    expected = found.noise[0, 0] * left @ spread @ left / year_end**2
    assert found.variances[0, 0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("month", [2, 6, 11])
def test_a_purely_seasonal_series_is_reproduced(month):
    found = fit_seasons(years(0.0), np.array([month]), shipped().seasons)
    weights = found.weights(shipped().seasons.log_weights)
    assert (weights * found.totals).sum() == pytest.approx(0.0, abs=0.02)


def test_growth_is_followed_most_of_the_way():
    rng = np.random.default_rng(5)
    growth = 0.08 / 12 * np.arange(72).reshape(6, 12)
    flows = np.sqrt(SEASON) * np.exp(growth + rng.normal(0, 0.05, (40, 6, 12)))
    found = fit_seasons(np.cumsum(flows, axis=2), np.full(40, 6), shipped().seasons)
    averaged = (found.weights(shipped().seasons.log_weights) * found.totals).sum(axis=1)
    assert 0.055 < averaged.mean() < 0.08
    assert averaged.std() < 0.035


def test_the_future_of_the_year_is_not_looked_at():
    cut = wild()
    cut[:, -1, 6:] = np.nan
    months = np.full(4, 6)
    for name in ("totals", "log_evidence", "variances", "noise"):
        whole, without = (getattr(fit_seasons(one, months, ONE), name) for one in (wild(), cut))
        np.testing.assert_array_equal(whole, without)


def test_a_holiday_that_moves_between_january_and_february_changes_nothing():
    moved = wild()
    moved[:, :, 0] *= 0.4
    one, other = (fit_seasons(values, np.full(4, 8), ONE) for values in (wild(), moved))
    np.testing.assert_array_equal(one.totals, other.totals)
    np.testing.assert_array_equal(one.log_evidence, other.log_evidence)


def test_years_before_an_unknown_one_are_passed_over():
    broken, short = wild(n=6), wild(n=6)
    broken[:, 1] = np.nan
    short[:, :2] = np.nan
    one, other = (fit_seasons(values, np.full(4, 5), ONE) for values in (broken, short))
    np.testing.assert_array_equal(one.totals, other.totals)


def test_series_of_different_lengths_and_months_stand_side_by_side():
    values = wild(3)
    values[1, :2] = np.nan
    months = np.array([4, 9, 4])
    together = fit_seasons(values, months, ONE)
    for row in range(3):
        alone = fit_seasons(values[row : row + 1], months[row : row + 1], ONE)
        np.testing.assert_allclose(together.totals[row], alone.totals[0], rtol=1e-12)


def test_units_change_nothing():
    small, large = fit_seasons(wild(), np.full(4, 6), ONE), fit_seasons(wild() * 1e6, np.full(4, 6), ONE)
    np.testing.assert_allclose(small.totals, large.totals, atol=1e-9)
    np.testing.assert_allclose(small.variances, large.variances, rtol=1e-7)


def test_noise_widens():
    calm, noisy = fit_seasons(years(0.0), np.array([6]), ONE), fit_seasons(wild(1), np.array([6]), ONE)
    assert noisy.noise[0, 0] > calm.noise[0, 0]
    assert noisy.variances[0, 0] > calm.variances[0, 0]


def test_fewer_months_left_leave_less_doubt():
    spreads = [fit_seasons(wild(1), np.array([month]), ONE).variances[0, 0] for month in (2, 5, 8, 11)]
    assert spreads == sorted(spreads, reverse=True)


def test_months_of_nothing_are_finite():
    season = np.where(np.arange(12) == 6, 1.0, 0.0)
    found = fit_seasons(years(0.0, season=season), np.array([3]), shipped().seasons)
    for part in (found.totals, found.log_evidence, found.variances, found.noise):
        assert np.isfinite(part).all()


def test_weights_are_shares():
    found = fit_seasons(wild(), np.full(4, 6), shipped().seasons)
    shares = found.weights(shipped().seasons.log_weights)
    assert shares.shape == (4, len(shipped().seasons.grid))
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)


def test_every_family_ships_with_as_many_models():
    assert np.bincount(families_of(shipped().seasons.grid)).tolist() == [MODELS_A_FAMILY] * 3
    assert set(shipped().seasons.grid) <= set(FULL_GRID)


def test_learning_believes_in_what_made_the_pool():
    rng = np.random.default_rng(4)
    flows = SEASON * np.exp(rng.normal(0, 0.1, (60, 6, 12)))
    learned = learn_season_prior(YearTables(np.cumsum(flows, axis=2)), np.full(60, 6))
    shares = np.exp(learned.log_weights)
    levels = np.array([model.level for model in learned.grid])
    assert shares.sum() == pytest.approx(1)
    assert shares[levels <= 0.02].sum() > 0.7
