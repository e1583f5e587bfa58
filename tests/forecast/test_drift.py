"""The annual model on known and simulated series."""

import numpy as np
import pytest

from forecast import Reason, answer, fan, forecast_paths

from .builders import RATIO, annual, level, panel, simulated_walks

# Technology contracts registered in Guangxi, 亿元: the jump of 2021 is real (yearbook).
GUANGXI = [7.3, 9.4, 34.0, 39.4, 62.3, 79.4, 91.7, 940.6, 227.0, 88.9]


def test_one_monstrous_jump_leaves_a_wide_but_finite_fan():
    lines = fan(forecast_paths(panel(annual("a", GUANGXI)), ["a"], until=5, seed=1)["a"])
    assert np.isfinite(lines).all()
    assert lines[-1, 0] / lines[0, 0] > 5
    assert lines[6, 4] < 1e6


def test_two_values_suffice_beside_five_long_peers_only():
    peers = simulated_walks(5, 10, seed=1)
    short = annual("short", [100, 105], first=2018, group="g")
    lonely = annual("lonely", [100, 105], first=2018)
    asked = [level(120, 2021, series_id=s) for s in ("short", "lonely")]
    known, unknown = answer(panel(*peers, short, lonely), asked, seed=1)
    assert known.reason is Reason.OK
    assert unknown.reason is Reason.TOO_SHORT
    assert answer(panel(*peers[:4], short), asked[:1], seed=1)[0].reason is Reason.TOO_SHORT


def test_peers_pull_the_drift():
    wild = annual("wild", [100, 160, 90, 150], first=2016, group="g")
    alone = forecast_paths(panel(wild), ["wild"], until=3, seed=1)["wild"]
    calm = simulated_walks(20, 10, seed=2, drift=0.05, sd=0.02)
    among = forecast_paths(panel(wild, *calm), ["wild"], until=3, seed=1)["wild"]
    assert abs(np.median(np.log(among.draws[:, 2] / 150)) - 0.15) < abs(
        np.median(np.log(alone.draws[:, 2] / 150)) - 0.15
    )


def test_a_gap_is_a_longer_step_not_a_zero():
    whole = annual("a", [100, 110, 121, 133.1, 146.41, 161.051])
    gappy = annual("a", [100, 110, np.nan, np.nan, 146.41, 161.051])
    for series in (whole, gappy):
        draws = forecast_paths(panel(series), ["a"], until=1, seed=1)["a"].draws[:, 0]
        assert np.median(draws) == pytest.approx(177.2, rel=0.01)


def test_bounds_hold():
    share = annual("a", [90, 94, 96, 98, 99, 99.5], measure=RATIO, lower=0, upper=100)
    draws = forecast_paths(panel(share), ["a"], until=10, seed=1)["a"].draws
    assert draws.min() >= 0
    assert draws.max() <= 100


def test_preliminary_last_value_widens_the_fan():
    values = [100, 101, 102, 103, 104, 105, 106, 107]
    marks = np.array([False] * 7 + [True])
    final = forecast_paths(panel(annual("a", values)), ["a"], until=1, seed=1)["a"]
    doubtful = forecast_paths(panel(annual("a", values, provisional=marks)), ["a"], until=1, seed=1)["a"]
    assert doubtful.draws.shape == (2000, 2)
    assert doubtful.draws[:, 1].std() > final.draws[:, 0].std()


def test_coverage_on_simulated_walks():
    """200 simulated random walks of 8 values; the 80 % band holds about 80 % of what follows."""
    walks = simulated_walks(200, 11, seed=11, sd=0.12)
    known = [annual(s.series_id, s.values[:8], group="g") for s in walks]
    paths = forecast_paths(panel(*known), [s.series_id for s in known], until=3, n_draws=1000, seed=1)
    inside = []
    for series in walks:
        lines = fan(paths[series.series_id], [0.1, 0.9])[:, 2]
        inside.append(lines[0] <= series.values[10] <= lines[1])
    assert 0.72 <= np.mean(inside) <= 0.88
