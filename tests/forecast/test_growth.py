"""What a short history says about its growth."""

import numpy as np
import pytest

from forecast.growth import LONGEST, Growth, align, growth_table, held_spikes, mean_known, spread_known

CONTRACTS = [
    61.4,
    67.1,
    74.2,
    79.9,
    88.0,
    91.7,
    940.6,
    227.0,
    88.9,
]  # the jump of Guangxi, years before made up
QUIET = np.log([100.0, 104, 109, 113, 119, 122])


def table(*histories):
    return align([np.asarray(one) for one in histories])


def experts_of(history, *, horizon=1):
    rows = table(history)
    return growth_table(Growth.of(rows), np.zeros(1), np.full(1, 0.01), horizon=horizon)


def test_histories_end_together():
    rows = table([1.0, 2, 3], np.arange(40.0))
    assert rows[0, -3:].tolist() == [1, 2, 3]
    assert np.isnan(rows[0, :-3]).all()
    assert rows[1].tolist() == list(range(40 - LONGEST, 40))


def test_a_jump_is_held_and_the_last_value_kept():
    rows = table(np.log(CONTRACTS))
    held = held_spikes(rows)
    assert held[0, -1] == rows[0, -1]
    before, after = np.diff(rows[0, -len(CONTRACTS) :]), np.diff(held[0, -len(CONTRACTS) :])
    assert np.abs(after).max() < np.abs(before).max()
    usual = np.abs(before) < 0.2
    np.testing.assert_allclose(after[usual], before[usual], atol=1e-12)
    assert (np.isfinite(held) == np.isfinite(rows)).all()


def test_quiet_series_are_left_alone():
    rows = table(QUIET, [1.0, 1.0, 1.0], [0.0, 0.1, -0.1, 0.1])
    np.testing.assert_array_equal(held_spikes(rows), rows)


def test_holding_a_jump_leaves_the_neighbours_alone():
    rows = table(QUIET, np.log(CONTRACTS))
    np.testing.assert_array_equal(held_spikes(rows)[0], rows[0])
    np.testing.assert_array_equal(held_spikes(rows)[1], held_spikes(rows[1:])[0])


def test_holding_mirrors():
    rows = table(np.log(CONTRACTS))
    np.testing.assert_allclose(held_spikes(-rows), -held_spikes(rows), atol=1e-12)


def test_moments_ignore_what_is_unknown():
    rows = np.array([[np.nan, 1.0, 3.0], [np.nan, np.nan, 5.0], [np.nan, np.nan, np.nan]])
    assert mean_known(rows).tolist() == [2, 5, 0]
    assert spread_known(rows) == pytest.approx([np.sqrt(2), 0, 0])


@pytest.mark.parametrize("horizon", [1, 3])
def test_growth_experts_agree_on_an_even_growth(horizon):
    experts, features = experts_of(np.log(100 * 1.05 ** np.arange(12.0)), horizon=horizon)
    undamped = experts[0, [1, 2, 3, 4, 7]]
    np.testing.assert_allclose(undamped, horizon * np.log(1.05), atol=1e-9)
    assert experts[0, 0] == 0
    assert np.isfinite(features).all()


def test_experts_know_growth_alone_not_the_level():
    for one, other in zip(experts_of(QUIET), experts_of(QUIET + 7), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)


def test_constants_give_finite_experts_and_features():
    for found in experts_of(np.zeros(5)):
        assert np.isfinite(found).all()
