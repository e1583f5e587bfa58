"""Residual paths that every series of a model shares."""

import numpy as np
import pytest

from forecast.streams import generator
from forecast.templates import Residuals, make_template, normal_scores, rows_for

LEVELS = (np.arange(50) + 0.5) / 50
HORIZONS = 3


@pytest.fixture(scope="module")
def residuals():
    ahead = np.arange(1, HORIZONS + 1.0)
    skewed = np.exp(np.linspace(-2, 2, 50)) - 1
    correlation = np.sqrt(np.minimum.outer(ahead, ahead) / np.maximum.outer(ahead, ahead))
    return Residuals(LEVELS, np.stack([skewed, 2 * skewed, np.linspace(-3, 3, 50)]), correlation)


def template(residuals, n_columns=HORIZONS, *, n_draws=400, seed=1):
    return make_template(residuals, n_columns=n_columns, n_draws=n_draws, seed=seed)


def rows(made, series_id, *, group="g", common=0.5, seed=1):
    return rows_for(made, series_id=series_id, group=group, common=common, seed=seed)


@pytest.mark.parametrize("n_draws", [1, 2, 201, 400])
def test_each_column_holds_exactly_the_quantiles(residuals, n_draws):
    made = template(residuals, n_draws=n_draws)
    for column in range(HORIZONS):
        np.testing.assert_array_equal(made.rising[:, column], residuals.spread_of(column, n_draws))


def test_more_horizons_leave_the_first_unchanged(residuals):
    near, far = template(residuals, 2), template(residuals, 20)
    np.testing.assert_array_equal(near.draws, far.draws[:, :2])


def test_the_seed_changes_the_joint_order_alone(residuals):
    one, other = template(residuals), template(residuals, seed=2)
    assert (one.draws != other.draws).any()
    np.testing.assert_array_equal(one.rising, other.rising)
    np.testing.assert_array_equal(one.draws, template(residuals).draws)


def test_neighbouring_horizons_hang_together_as_told(residuals):
    made = template(residuals, 8, n_draws=4000)
    scores = np.stack([normal_scores(column) for column in made.draws.T])
    found = np.corrcoef(scores)
    assert found[0, 1] == pytest.approx(np.sqrt(1 / 2), abs=0.04)
    assert found[2, 7] == pytest.approx(np.sqrt(3 / 8), abs=0.04)
    assert found[6, 7] == pytest.approx(np.sqrt(7 / 8), abs=0.04)


def test_beyond_the_last_horizon_its_quantiles_stay(residuals):
    longer = residuals.extended(10)
    assert longer.quantiles.shape == (10, 50)
    np.testing.assert_array_equal(longer.quantiles[3:], np.repeat(residuals.quantiles[2:], 7, axis=0))
    assert np.linalg.eigvalsh(longer.correlation).min() > 0
    np.testing.assert_allclose(np.diag(longer.correlation), 1)


def test_rows_are_a_permutation(residuals):
    made = template(residuals)
    assert sorted(rows(made, "a")) == list(range(400))
    assert sorted(rows(made, "a", group="")) == list(range(400))


def test_rows_are_the_same_for_the_same_seed_and_id(residuals):
    made = template(residuals)
    np.testing.assert_array_equal(rows(made, "a"), rows(made, "a"))
    assert (rows(made, "a") != rows(made, "b")).any()
    assert (rows(made, "a") != rows(made, "a", seed=2)).any()


def test_members_of_a_group_have_good_years_together(residuals):
    made = template(residuals, n_draws=4000)

    def correlation(first, second):
        drawn = [normal_scores(made.draws[one, 0]) for one in (first, second)]
        return np.corrcoef(*drawn)[0, 1]

    assert correlation(rows(made, "a"), rows(made, "b")) > 0.25
    assert abs(correlation(rows(made, "a"), rows(made, "b", group="other"))) < 0.1
    assert abs(correlation(rows(made, "a", group=""), rows(made, "b", group=""))) < 0.1
    assert abs(correlation(rows(made, "a", common=0.0), rows(made, "b", common=0.0))) < 0.1


@pytest.mark.parametrize("n_draws", [201, 400])
def test_a_balanced_spread_is_its_own_mirror(residuals, n_draws):
    made = template(residuals, n_draws=n_draws)
    drawn = np.sort(made.balanced(np.arange(n_draws)), axis=0)
    np.testing.assert_allclose(drawn, -drawn[::-1], atol=1e-12)


def test_normal_scores_keep_the_order():
    values = generator(1, "a", "test").standard_normal(31) ** 3
    scores = normal_scores(values)
    assert (np.argsort(scores) == np.argsort(values)).all()
    assert scores.mean() == pytest.approx(0, abs=1e-12)
