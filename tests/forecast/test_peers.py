"""The mean growth of peers, as far as it can be known."""

import numpy as np
import pytest

from forecast.peers import group_drifts


def steps(mean, *, members, years=12, noise=0.02, seed=0):
    return mean + np.random.default_rng(seed).normal(0, noise, (members, years))


def of_groups(*tables):
    groups = np.repeat(np.arange(len(tables)), [len(one) for one in tables])
    return np.concatenate(tables), groups


def test_one_group_alone_is_its_median_series():
    table = np.array([[0.01, 0.03], [0.05, 0.05], [0.30, 0.30]])
    np.testing.assert_allclose(group_drifts(table, np.zeros(3, dtype=int)), 0.05)


def test_members_of_a_group_share_one_growth():
    table, groups = of_groups(steps(0.08, members=6), steps(0.01, members=6, seed=1))
    found = group_drifts(table, groups)
    assert np.unique(found[:6]).size == np.unique(found[6:]).size == 1


def test_large_quiet_groups_keep_their_own_growth():
    table, groups = of_groups(*(steps(m, members=30, seed=i) for i, m in enumerate([0.12, 0.0, 0.06])))
    found = group_drifts(table, groups)
    assert found[0] == pytest.approx(0.12, abs=0.01)
    assert found[30] == pytest.approx(0.0, abs=0.01)


def test_a_small_noisy_group_is_shrunk_toward_the_others():
    calm = [steps(0.05, members=20, seed=i) for i in range(4)]
    wild = steps(0.4, members=3, years=3, noise=0.6, seed=9)
    padded = np.concatenate([np.full((3, 9), np.nan), wild], axis=1)
    table, groups = of_groups(*calm, padded)
    own = float(np.median(wild.mean(axis=1)))
    found = group_drifts(table, groups)[-1]
    assert abs(found - 0.05) < abs(found - own)
    assert abs(found - own) > 0.1


def test_shocks_that_members_share_count_once():
    """Thirty members with the same wild years know no more of their growth than one does."""
    shock = np.random.default_rng(4).normal(0, 0.3, 6)
    calm = [steps(0.05, members=30, years=6, noise=0.01, seed=i) for i in range(5)]
    shocked = steps(0.3, members=30, years=6, noise=0.01, seed=9)
    together, groups = of_groups(*calm, shocked + shock - shock.mean())
    shared = group_drifts(together, groups)[-1]
    alone = group_drifts(of_groups(*calm, shocked)[0], groups)[-1]
    assert abs(shared - 0.05) <= abs(alone - 0.05)


def test_years_are_lined_up_by_the_calendar():
    """The same shock in the same year is common; years apart it is not."""
    quiet = [steps(0.05, members=8, years=10, noise=0.01, seed=i) for i in range(3)]
    shock = np.zeros(10)
    shock[4:6] = 0.8, -0.8
    same = steps(0.15, members=8, years=10, noise=0.01, seed=7) + shock
    apart = np.stack([np.roll(row, i) for i, row in enumerate(same)])
    table, groups = of_groups(*quiet, same)
    other, _ = of_groups(*quiet, apart)
    own = np.median(same.mean(axis=1))
    assert np.abs(group_drifts(other, groups)[-1] - own) <= np.abs(group_drifts(table, groups)[-1] - own)


def test_the_order_of_members_changes_nothing_that_matters():
    table, groups = of_groups(steps(0.08, members=6), steps(0.01, members=2, seed=1))
    order = np.random.default_rng(0).permutation(8)
    np.testing.assert_allclose(
        group_drifts(table[order], groups[order]), group_drifts(table, groups)[order], atol=1e-12
    )


def test_single_members_and_short_series_are_finite():
    table, groups = of_groups(*(steps(0.05 * i, members=1, years=2, seed=i) for i in range(4)))
    assert np.isfinite(group_drifts(table, groups)).all()
    lonely = np.full((2, 2), np.nan)
    lonely[:, 1] = 0.1
    assert np.isfinite(group_drifts(lonely, np.array([0, 1]))).all()
