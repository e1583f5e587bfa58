"""Reference rules, paces and scores against hand-computed numbers."""

import math

import numpy as np
import pytest

from forecast import (
    QUANTILE_LEVELS,
    GrowthRateVerdict,
    brier,
    brier_parts,
    coverage,
    crps_from_draws,
    crps_from_quantiles,
    growth_rate_rule,
    last_year_share,
    pace,
    reliability,
    straight_line,
    wilson_interval,
)


def test_straight_line_and_last_year_share():
    line = straight_line(30, 60, months_elapsed=9)
    assert (line.achieved, line.due, line.is_on_schedule) == (0.5, 0.75, False)
    assert last_year_share(30, 60, ytd_last_year=20, total_last_year=50).is_on_schedule
    with pytest.raises(ValueError, match="above zero"):
        straight_line(1, 0, months_elapsed=1)
    with pytest.raises(ValueError, match="above zero"):
        last_year_share(1, 1, ytd_last_year=1, total_last_year=0)


@pytest.mark.parametrize(
    ("latest", "better", "verdict"),
    [
        (122, True, GrowthRateVerdict.ACHIEVED),
        (110, True, GrowthRateVerdict.ON_TRACK),
        (107, True, GrowthRateVerdict.ACCELERATION_NEEDED),
        (101, True, GrowthRateVerdict.LIMITED_PROGRESS),
        (99, True, GrowthRateVerdict.DETERIORATION),
    ],
)
def test_growth_rate_rule_categories(latest, better, verdict):
    rule = growth_rate_rule(base=100, latest=latest, target=121, years_elapsed=1, years_in_all=2)
    assert rule.verdict is verdict
    assert rule.required_pct == pytest.approx(10)
    assert rule.ratio == pytest.approx((latest - 100) / 10)


def test_growth_rate_rule_where_less_is_better():
    rule = growth_rate_rule(
        base=100, latest=90, target=81, years_elapsed=1, years_in_all=2, higher_is_better=False
    )
    assert rule.verdict is GrowthRateVerdict.ON_TRACK
    assert rule.ratio == pytest.approx(1)
    with pytest.raises(ValueError, match="above zero"):
        growth_rate_rule(base=0, latest=1, target=1, years_elapsed=1, years_in_all=1)


def test_growth_rate_rule_without_required_growth():
    rule = growth_rate_rule(base=100, latest=99, target=100, years_elapsed=1, years_in_all=2)
    assert math.isnan(rule.ratio)
    assert rule.verdict is GrowthRateVerdict.DETERIORATION


def test_pace():
    got = pace([4.0, math.nan, 8.0, 6.0, 7.0], needed=12, periods_left=2)
    assert (got.required, got.last, got.mean_of_last_three, got.best) == (6, 7, 7, 8)
    assert (got.n_reached, got.n_compared) == (3, 4)
    less = pace([-4.0, -1.0], needed=-4, periods_left=2, higher_is_better=False)
    assert (less.best, less.n_reached) == (-4, 1)
    assert math.isnan(pace([], needed=1, periods_left=0).required)


def test_brier_and_coverage():
    assert brier([0.5, 1.0], [0, 1]) == 0.125
    assert coverage([0, 0], [1, 1], [0.5, 2]) == 0.5
    with pytest.raises(ValueError, match="none missing"):
        brier([math.nan], [1])


def test_crps_of_a_point_is_the_absolute_error_and_forms_agree():
    assert crps_from_draws([2.0, 2.0], 5.0) == 3
    assert crps_from_draws([0.0, 2.0], 1.0) == 0.5
    levels = np.arange(0.005, 1, 0.01)
    draws = np.random.default_rng(0).normal(size=4000)
    exact = crps_from_draws(draws, 0.7)
    assert crps_from_quantiles(np.quantile(draws, levels), levels, 0.7) == pytest.approx(exact, rel=0.02)
    coarse = crps_from_quantiles(np.quantile(draws, QUANTILE_LEVELS), QUANTILE_LEVELS, 0.7)
    assert coarse == pytest.approx(exact, rel=0.15)


def test_reliability_bins():
    bins = reliability([0.0, 0.2, 0.21, 1.0], [0, 1, 0, 1])
    assert [b.n for b in bins] == [2, 1, 0, 0, 1]
    assert bins[0].mean_probability == pytest.approx(0.1)
    assert bins[0].share_met == 0.5
    assert math.isnan(bins[2].share_met)


def test_the_parts_of_a_brier_score_add_up_where_a_bin_holds_one_probability():
    said, came = [0.1, 0.1, 0.7, 0.7], [0, 1, 1, 1]
    parts = brier_parts(reliability(said, came))
    assert parts.reliability == pytest.approx((0.4**2 + 0.3**2) / 2)
    assert parts.resolution == pytest.approx(0.25**2)
    assert parts.uncertainty == pytest.approx(0.75 * 0.25)
    assert parts.reliability - parts.resolution + parts.uncertainty == pytest.approx(brier(said, came))
    with pytest.raises(ValueError, match="at least one"):
        brier_parts([])


def test_a_share_of_few_keeps_a_wide_interval():
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I: 81 of 263, and 0 of 20.
    assert wilson_interval(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(0.0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    with pytest.raises(ValueError, match="at least one case"):
        wilson_interval(0.5, 0)
