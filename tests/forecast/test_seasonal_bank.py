"""The bank of seasonal smoothers."""

import numpy as np
import pytest

from forecast.seasonal_bank import SMOOTHERS, smooth

SEASON = np.array([2.0, 3, 5, 4, 4, 6, 5, 4, 6, 7, 9, 12])


def years(growth, n=6, *, season=SEASON):
    """Cumulative flows of a purely seasonal series whose months grow evenly."""
    months = np.arange(12 * n).reshape(n, 12)
    return np.cumsum(season * np.exp(growth / 12 * months), axis=1)[None]


@pytest.mark.parametrize("month", [1, 4, 11])
def test_a_purely_seasonal_series_is_reproduced(month):
    values = years(0.0)
    found = smooth(values, np.array([month]))
    np.testing.assert_allclose(found.totals, 0.0, atol=1e-6)
    assert found.error[0] < 1e-4
    assert found.spread[0] < 0.01


def test_growing_seasons_are_followed():
    found = smooth(years(0.08), np.array([6]))
    mean = (found.weights * found.totals).sum()
    assert mean == pytest.approx(0.08, abs=0.01)


def test_the_future_of_the_year_is_not_looked_at():
    values = years(0.05)
    cut = values.copy()
    cut[0, -1, 6:] = np.nan
    np.testing.assert_array_equal(smooth(values, np.array([6])).totals, smooth(cut, np.array([6])).totals)


def test_no_smoother_ends_the_year_below_what_is_there():
    values = years(0.0)
    values[0, -1] *= 5
    found = smooth(values, np.array([9]))
    assert (found.totals >= np.log(values[0, -1, 8] / values[0, -2, -1])).all()


def test_weights_are_shares():
    found = smooth(years(0.03), np.array([6]))
    assert found.weights.shape == (1, len(SMOOTHERS))
    assert found.weights.sum() == pytest.approx(1)
    assert (found.weights >= 0).all()


def test_noise_widens():
    rng = np.random.default_rng(2)
    noisy = np.cumsum(np.diff(years(0.0), axis=2, prepend=0) * np.exp(rng.normal(0, 0.3, (1, 6, 12))), axis=2)
    calm, wild = smooth(years(0.0), np.array([6])), smooth(noisy, np.array([6]))
    assert wild.error[0] > calm.error[0]
    assert wild.spread[0] > calm.spread[0]


def test_units_and_neighbours_change_nothing():
    alone = smooth(years(0.03), np.array([6]))
    both = smooth(np.concatenate([years(0.03) * 1e6, years(-0.1)]), np.array([6, 3]))
    np.testing.assert_allclose(both.totals[:1], alone.totals, atol=1e-9)
    np.testing.assert_allclose(both.spread[:1], alone.spread, rtol=1e-9)


def test_months_of_nothing_are_finite():
    season = np.where(np.arange(12) == 6, 1.0, 0.0)
    found = smooth(years(0.0, season=season), np.array([3]))
    for part in (found.totals, found.weights, found.error, found.spread):
        assert np.isfinite(part).all()


def test_unknown_early_years_are_passed_over():
    values = years(0.0, 8)
    values[0, :5] = np.nan
    np.testing.assert_allclose(smooth(values, np.array([6])).totals, 0.0, atol=1e-6)
