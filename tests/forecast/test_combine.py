"""Weights are earned by evidence; a pool keeps paths whole."""

from dataclasses import replace

import numpy as np
import pytest

from forecast import Reason
from forecast.backtest import rolling_origins
from forecast.combine import Combination, learn_family_weights, pool_crps
from forecast.scores import crps_from_draws

from .builders import annual, panel, simulated_walks
from .test_backtest import Around, december


def walks(n=20, seed=2):
    """Simulated walks in levels, so that a forecast around the last value is the right one."""
    rng = np.random.default_rng(seed)
    return panel(*(annual(f"s{i}", 100 + np.cumsum(rng.normal(0, 1, 14))) for i in range(n)))


def scored(*families, origins=(2015, 2017, 2019, 2021), known=None):
    months = [december(year) for year in origins]
    return rolling_origins(known or walks(), families, origins=months, horizons=[1]).scores


def test_a_clearly_better_family_earns_weight():
    scores = scored(Around("pooled", move=3.0), Around("good"))
    learned = learn_family_weights(scores)["annual/flow"]
    assert learned.weights["good"] > 0.8
    assert learned.gains["good"] > learned.charges["good"]
    assert (learned.n_outcomes, learned.n_series, learned.n_origins) == (80, 20, 4)


def test_ties_and_worse_families_leave_all_to_the_default():
    scores = scored(Around("pooled"), Around("twin"), Around("bad", move=3.0))
    assert learn_family_weights(scores)["annual/flow"].weights == {"pooled": 1.0}


def test_two_that_miss_on_either_side_share_the_weight():
    scores = scored(Around("pooled", move=2.0, spread=0.3), Around("other", move=-2.0, spread=0.3))
    weights = learn_family_weights(scores)["annual/flow"].weights
    assert 0.2 < weights["other"] < 0.6


@pytest.mark.parametrize(("origins", "n"), [((2019,), 20), ((2017, 2019), 1)])
def test_one_origin_or_one_series_earns_nothing(origins, n):
    scores = scored(Around("pooled", move=3.0), Around("good"), origins=origins, known=walks(n))
    assert learn_family_weights(scores)["annual/flow"].weights == {"pooled": 1.0}


def test_few_origins_earn_less_than_many():
    families = Around("pooled", move=0.8), Around("good")
    few = learn_family_weights(scored(*families, origins=(2019, 2021)))["annual/flow"]
    many = learn_family_weights(scored(*families, origins=range(2014, 2022)))["annual/flow"]
    assert few.charges["good"] > many.charges["good"]
    assert few.weights.get("good", 0.0) < many.weights["good"]


def test_the_score_of_a_pool_is_that_of_its_mixed_draws():
    scores = scored(Around("pooled", move=1.0), Around("good"), known=walks(1), origins=(2019,))
    mixed = np.concatenate([score.sample for score in scores])
    (pool,) = pool_crps(scores, {"pooled": 0.5, "good": 0.5})
    assert pool == pytest.approx(crps_from_draws(mixed, scores[0].actual))


def test_a_family_without_draws_counts_as_the_default():
    scores = scored(Around("pooled", move=3.0), Around("good", refuses=("s1",)), known=walks(3))
    alone = pool_crps([s for s in scores if s.series_id == "s1"], {"pooled": 0.4, "good": 0.6})
    assert alone == pytest.approx(
        [s.crps for s in scores if s.series_id == "s1" and s.family == "pooled"], rel=0.05
    )


def combined(weights, *, refuses=(), n_draws=400, known=None, chosen=None):
    known = known or walks(2)
    pooled = Combination(
        members=(Around("up", move=1000.0, refuses=refuses),),
        chosen=dict.fromkeys(known.series, weights) | (chosen or {}),
        default=Around("pooled"),
    )
    until = dict.fromkeys(known.series, 2026)
    return pooled.paths(known, list(known.series), until=until, n_draws=n_draws, seed=1)


def test_each_member_draws_its_share_of_whole_paths():
    paths = combined({"pooled": 0.75, "up": 0.25})
    is_up = paths["s0"].draws > 500
    assert is_up[:, 0].mean() == 0.25
    assert (is_up == is_up[:, [0]]).all()
    assert (is_up == (paths["s1"].draws > 500)).all()
    assert (is_up[:200] == is_up[200:]).all()
    assert paths["s0"].method == "pooled+up"


def test_a_member_without_draws_leaves_its_share_to_the_default():
    paths = combined({"pooled": 0.5, "up": 0.5}, refuses=("s0",))
    assert paths["s0"].method == "around" or paths["s0"].draws.max() < 500
    assert (paths["s1"].draws[:, 0] > 500).mean() == 0.5


def test_a_choice_for_one_series_goes_before_its_class():
    paths = combined({"pooled": 1.0}, chosen={"s1": {"up": 1.0}})
    assert paths["s0"].draws.max() < 500
    assert paths["s1"].draws.min() > 500
    assert paths["s1"].method == "up"


def test_without_weights_it_is_the_default():
    known = panel(*simulated_walks(6, 8, seed=1), replace(annual("short", [1.0]), group="g"))
    until = dict.fromkeys(known.series, 2020)
    paths = Combination().paths(known, list(known.series), until=until, n_draws=100, seed=1)
    assert paths["s1"].method == "annual_pool"
    assert paths["short"].reason is Reason.TOO_SHORT
