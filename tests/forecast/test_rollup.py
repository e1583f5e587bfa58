"""Sums of regions."""

import numpy as np
import pytest

from forecast import PathDraws, QuestionError, Reason, answer_from_paths, forecast_paths, sum_of

from .builders import RATIO, annual, level, panel, simulated_walks


def drawn(*series, until=3):
    return forecast_paths(panel(*series), [s.series_id for s in series], until=until, seed=1, n_draws=400)


def test_a_sum_is_the_sum_of_its_parts_draw_by_draw():
    parts = simulated_walks(3, 8, seed=1)
    paths = drawn(*parts)
    total = sum_of(paths, [s.series_id for s in parts], series_id="city")
    assert np.allclose(total.draws, sum(paths[s.series_id].draws for s in parts))
    assert np.allclose(total.series.values, sum(s.values for s in parts))


def test_a_target_is_judged_on_the_sum():
    parts = simulated_walks(3, 8, seed=1)
    total = sum_of(drawn(*parts), [s.series_id for s in parts], series_id="city")
    low, high = (
        answer_from_paths({"city": total}, [level(value, 2020, series_id="city")])[0].probability_met
        for value in (1, 1e6)
    )
    assert low > 0.99
    assert high < 0.01


def test_a_part_known_longer_counts_with_what_is_known():
    early, late = annual("a", [10, 11, 12, 13]), annual("b", [20, 21, 22, 23, 24])
    total = sum_of(drawn(early, late), ["a", "b"], series_id="city")
    assert total.start == 2014
    assert list(total.series.values) == [30, 32, 34, 36]
    assert (total.draws[:, 0] > 24).all()


def test_a_part_without_draws_leaves_the_sum_without():
    short = annual("b", [1.0])
    total = sum_of(drawn(annual("a", [1, 2, 3, 4]), short), ["a", "b"], series_id="city")
    assert total.reason is Reason.TOO_SHORT
    assert not total.draws.size


def test_what_does_not_add_up_is_refused():
    series = annual("a", [1, 2, 3])
    shares = {"a": PathDraws(annual("a", [1, 2, 3], measure=RATIO), 2013, np.ones((2, 1)))}
    uneven = {
        "a": PathDraws(series, 2013, np.ones((2, 1))),
        "b": PathDraws(annual("b", [1, 2, 3]), 2013, np.ones((3, 1))),
    }
    for paths, parts in ((uneven, []), (uneven, ["c"]), (shares, ["a"]), (uneven, ["a", "b"])):
        with pytest.raises(QuestionError):
            sum_of(paths, parts, series_id="city")


def test_a_sum_begins_where_its_last_part_does():
    ended, begun = annual("a", range(10, 20)), annual("b", [4, 5, 6, 7], first=2021)
    total = sum_of(drawn(ended, begun), ["a", "b"], series_id="city")
    assert total.start == 2021
    assert np.isfinite(total.draws).all()
    assert total.draws[:, 0].mean() == pytest.approx(25, rel=0.3)
