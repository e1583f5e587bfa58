"""Batches that come a month early or late."""

import numpy as np
import pytest
from scipy import stats

from forecast import answer, forecast_paths, shipped, sum_of
from forecast.batch_experts import batch_columns
from forecast.completion_experts import LIMIT, completion_table
from forecast.past_completions import PastCompletions
from forecast.questions import QUANTILE_LEVELS

from .builders import level, monthly, panel, ytd_rows

TRICKLE = 0.002
TOTALS = np.array([100.0, 108, 115, 124, 133, 143])


def course(*batches, shares=(0.45, 0.55)):
    """Share of the year that each month brings, with batches in some months (from 0)."""
    flows = np.full(12, TRICKLE)
    for month, share in zip(batches, shares, strict=True):
        flows[month] += share
    return flows / flows.sum()


def tables(*courses, totals=TOTALS):
    """One series, a course a year."""
    return (totals[:, None] * np.cumsum(np.stack(courses), axis=1))[None]


def ladder(values, month):
    return PastCompletions.of(values, np.array([month])).ladder[0]


def alone(values, month):
    return batch_columns(values, np.array([month])).experts[0, 0]


USUAL = course(6, 10)
NEVER = np.where(np.arange(12) == 6, TRICKLE, USUAL)
"""The first batch does not come."""


@pytest.mark.parametrize("month", [7, 8, 9, 11])
def test_after_a_batch_years_that_repeat_say_what_the_chain_ladder_says(month):
    values = tables(*[USUAL] * 6)
    assert alone(values, month) == pytest.approx(ladder(values, month), abs=0.02)


def test_a_late_batch_is_not_a_lost_year():
    values = tables(*[USUAL] * 5, course(7, 10))
    assert ladder(values, 7) < -2
    assert abs(alone(values, 7)) < 0.3


def test_an_early_batch_is_not_a_record_year():
    values = tables(*[USUAL] * 5, course(5, 10))
    assert ladder(values, 6) > 2
    assert abs(alone(values, 6)) < 0.3


def test_a_batch_that_never_comes_is_a_lost_year():
    values = tables(*[USUAL] * 5, NEVER, totals=np.array([*TOTALS[:-1], TOTALS[-1] * NEVER.sum()]))
    assert alone(values, 9) < -1


def mixture_by_hand(values, month):
    """Standings one by one: totals, joined with growth, their variances, their weights, and the surprise."""
    past = PastCompletions.of(values, np.array([month]))
    growth, square = past.recent_growth[0], past.spreads(np.array([month]))[1][0]
    there, now = past.there[0], values[0, -1]
    part = (now[month - 2] if month > 2 else 0.0) / there
    found = []
    for year in values[0, :-1]:
        for shift, belief in ((-1, 0.25), (0, 0.5), (1, 0.25)):
            place = month - 1 + shift
            if place < 1:
                continue
            share = year[place] / year[-1]
            before = year[place - 1] / year[-1] if place > 1 else 0.0
            total = np.clip(np.log(there / past.last_total[0] / share), -3, 3)
            kernel = 0.05**2 * (1 - share) / share + 0.003**2
            weight = (
                belief
                * stats.t.pdf(total, 8, loc=growth, scale=np.sqrt(kernel + square))
                * stats.t.pdf(part, 4, loc=before / share, scale=0.07)
            )
            variance = 1 / (1 / kernel + 1 / square)
            found.append((total, variance * (total / kernel + growth / square), variance, weight))
    totals, joined, variances, weights = np.array(found).T
    common = stats.t.pdf(0, 8) * stats.t.pdf(0, 4)
    unexplained = -np.log(weights.sum() / common / len(values[0, :-1]))
    return totals, joined, variances, weights / weights.sum(), unexplained


MOVING = (course(6, 10), course(7, 10), course(6, 9), course(5, 10), course(6, 10))


@pytest.mark.parametrize("month", [2, 3, 5, 6, 7, 8, 10, 11])
@pytest.mark.parametrize("now", [USUAL, course(7, 10), course(5, 9), course(1, 10)])
def test_experts_and_spreads_are_those_of_the_mixture(month, now):
    values = tables(*MOVING, now)
    totals, joined, variances, weights, unexplained = mixture_by_hand(values, month)
    experts, features = (part[0] for part in batch_columns(values, np.array([month])))
    assert experts[0] == pytest.approx(weights @ totals)
    assert experts[1] == pytest.approx(weights @ joined)
    disagreement = np.sqrt(weights @ (totals - experts[0]) ** 2)
    spread = np.sqrt(weights @ (variances + (joined - experts[1]) ** 2))
    assert np.exp(features[0]) == pytest.approx(abs(experts[0] - ladder(values, month)) + 0.01)
    assert np.exp(features[1]) == pytest.approx(disagreement + 0.003)
    assert np.exp(features[2]) == pytest.approx(spread + 0.003)
    assert features[8] == pytest.approx(np.clip(unexplained, 0, 8))
    assert features[9] == pytest.approx(features[8] * (1 - month / 12))


def test_what_the_month_brings_and_usually_brings_is_told():
    values = tables(*[USUAL] * 5, course(7, 10))
    this, following, brought = np.exp(batch_columns(values, np.array([7])).features[0, 3:6]) - 0.02
    assert this == pytest.approx(USUAL[6])
    assert following == pytest.approx(TRICKLE / USUAL.sum(), rel=0.2)
    assert brought == pytest.approx(
        values[0, -1, 6] / values[0, -2, -1] - values[0, -1, 5] / values[0, -2, -1]
    )


def test_in_february_january_is_part_of_the_month():
    flows = course(1, 10)
    values = tables(*[flows] * 6)
    this, _, brought = np.exp(batch_columns(values, np.array([2])).features[0, 3:6]) - 0.02
    assert this == pytest.approx(flows[:2].sum())
    assert brought == pytest.approx(flows[:2].sum() * TOTALS[-1] / TOTALS[-2])
    unpublished = values.copy()
    unpublished[:, :, 0] = np.nan
    for one, other in zip(
        batch_columns(values, np.array([2])), batch_columns(unpublished, np.array([2])), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_years_that_repeat_exactly_are_told_from_years_that_move():
    steady, moving = tables(*[USUAL] * 6), tables(*MOVING, USUAL)
    exact, loose = (np.exp(batch_columns(one, np.array([7])).features[0, 6:8]) for one in (steady, moving))
    np.testing.assert_allclose(exact, 0.0005, atol=1e-9)
    assert (loose > [0.5, 0.0005]).all()


def surprise(values, month):
    return batch_columns(values, np.array([month])).features[0, 8]


LATE_YEARS = (course(6, 10), course(7, 10), course(6, 9), course(7, 10), course(6, 10))


def test_a_batch_later_than_the_latest_year_and_a_month_surprises():
    values = tables(*LATE_YEARS, NEVER)
    assert surprise(values, 7) == 0  # July brings it in three years of five
    assert surprise(values, 8) == 0  # and August in the other two, which may be a month late
    assert surprise(values, 9) > 4
    assert surprise(tables(*LATE_YEARS, course(8, 10)), 9) == 0


def test_where_no_year_was_late_a_month_less_is_needed():
    fixed = tables(*[USUAL] * 5, NEVER)
    assert surprise(fixed, 7) == 0
    assert surprise(fixed, 8) > 4


def test_the_gate_of_batches_sees_more_and_within_the_same_limits():
    values = tables(*[USUAL] * 5, course(5, 6), totals=np.array([100.0, 100, 100, 100, 100, 190]))
    months = np.array([7])
    seen = completion_table(values, months, shipped().seasons)
    batch, surge = (seen.seen_by(name, values, months, slice(None)) for name in ("batch", "surge"))
    assert batch.experts.shape[1] == seen.experts.shape[1] + 2
    assert batch_columns(values, months).experts.max() > LIMIT
    assert (batch.experts <= LIMIT).all()
    assert (batch.experts[0] >= np.log(values[0, -1, 6] / 100) - 1e-12).all()
    np.testing.assert_array_equal(surge.features, seen.features)


def test_what_comes_after_the_month_is_not_looked_at():
    whole = tables(*[USUAL] * 6)
    cut = whole.copy()
    cut[0, -1, 7:] = np.nan
    for one, other in zip(
        batch_columns(whole, np.array([7])), batch_columns(cut, np.array([7])), strict=True
    ):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("now", [USUAL, course(1, 2)])
def test_units_and_unknown_years_change_nothing(now):
    values = tables(*MOVING, now)
    months = np.array([9])
    for one, other in zip(batch_columns(values, months), batch_columns(values * 1e6, months), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)
    longer = np.concatenate([np.full((1, 2, 12), np.nan), values], axis=1)
    for one, other in zip(batch_columns(values, months), batch_columns(longer, months), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)


@pytest.mark.parametrize("month", [2, 3, 7, 11])
def test_figures_corrected_downward_leave_everything_finite(month):
    values = tables(*[USUAL] * 6)
    values[0, :, month - 1] = values[0, :, month - 2] * 0.5
    values[0, -1, month - 1] = values[0, -1, month - 2] * 0.4
    found = batch_columns(values, np.array([month]))
    assert np.isfinite(found.experts).all()
    assert np.isfinite(found.features).all()


def test_a_year_with_nothing_yet_leaves_everything_finite():
    values = tables(*[USUAL] * 6)
    values[0, -1] = 0
    found = batch_columns(values, np.array([5]))
    assert np.isfinite(found.experts).all()
    assert np.isfinite(found.features).all()


def test_rows_do_not_depend_on_each_other():
    late, usual = tables(*[USUAL] * 5, course(7, 10)), tables(*[USUAL] * 6)
    both = batch_columns(np.concatenate([late, usual]), np.array([7, 9]))
    for row, (values, month) in enumerate([(late, 7), (usual, 9)]):
        one = batch_columns(values, np.array([month]))
        np.testing.assert_allclose(both.experts[row], one.experts[0], atol=1e-12)
        np.testing.assert_allclose(both.features[row], one.features[0], atol=1e-12)


def moving_series(name, rng, *, last, month=7):
    """Batches in July and October that come a month early or late in two years of five."""
    shifts = rng.choice([-1, 0, 0, 0, 1], (7, 2))
    totals = 100 * np.exp(np.cumsum(rng.normal(0.06, 0.05, 7)))
    rows = [
        ytd_rows([total], course(6 + one, 9 + two, shares=rng.dirichlet([18, 22])))[0]
        for total, (one, two) in zip(totals, shifts, strict=True)
    ]
    rows[-1] = ytd_rows([totals[-1]], last)[0][:month]
    return monthly(name, rows, first_year=2017), totals


def moving_pool(rng, *, month=7):
    return [moving_series(f"p{i}", rng, last=USUAL, month=month)[0] for i in range(40)]


def test_an_empty_batch_month_leaves_the_target_open():
    rng = np.random.default_rng(11)
    pool = moving_pool(rng)
    late, totals = moving_series("late", rng, last=course(7, 9))
    asked = [level(totals[-2] * part, 2023 * 12 + 11, series_id="late") for part in (0.97, 1.3)]
    likely, unlikely = answer(panel(late, *pool), asked, seed=1)
    assert likely.method == "within_year_pool"
    assert likely.probability_met > 0.5
    assert unlikely.probability_met < 0.2


@pytest.mark.parametrize(
    ("month", "least", "most"), [(8, 0.2, 0.8), (9, 0.2, 0.8), (10, 0, 0.8), (11, 0, 0.1)]
)
def test_a_batch_that_never_comes_is_no_false_green(month, least, most):
    """Its flows are all that is missing; until the autumn it may come yet."""
    rng = np.random.default_rng(11)
    pool = moving_pool(rng, month=month)
    series, totals = moving_series("never", rng, last=NEVER, month=month)
    asked = [level(totals[-2] * part, 2023 * 12 + 11, series_id="never") for part in (0.4, 0.97)]
    sure, lost = answer(panel(series, *pool), asked, seed=1)
    assert least < lost.probability_met < most
    assert sure.probability_met > 0.8
    assert sure.quantiles[QUANTILE_LEVELS.index(0.95)] < 5 * totals[-2]


@pytest.mark.parametrize("month", [8, 9, 10])
def test_no_year_end_runs_away_and_sums_of_batches_stay_sums(month):
    rng = np.random.default_rng(5)
    pool = moving_pool(rng, month=month)
    names = [one.series_id for one in pool]
    paths = forecast_paths(panel(*pool), names, until=12 - month, n_draws=1000, seed=1)
    ends = np.stack([paths[name].draws[:, -1] for name in names])
    assert (ends.max(axis=1) < 6 * np.median(ends, axis=1)).all()
    total = sum_of(paths, names, series_id="city").draws[:, -1]
    assert np.quantile(total, 0.95) < 1.2 * np.median(total)
