"""Batches that come a month early or late."""

import numpy as np
import pytest

from forecast import answer
from forecast.batch_experts import batch_columns
from forecast.past_completions import PastCompletions

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
    missed = USUAL.copy()
    missed[6] = TRICKLE
    values = tables(*[USUAL] * 5, missed, totals=np.array([*TOTALS[:-1], TOTALS[-1] * missed.sum()]))
    assert alone(values, 9) < -1


def test_standings_that_contradict_each_other_are_told_as_features():
    moving = tables(course(6, 10), course(7, 10), course(6, 10), course(5, 10), course(6, 10), USUAL)
    steady = tables(*[USUAL] * 6)
    features = [batch_columns(values, np.array([7])).features[0] for values in (moving, steady)]
    assert features[0][6] > features[1][6] + 2  # spread of completions


def test_what_comes_after_the_month_is_not_looked_at():
    whole = tables(*[USUAL] * 6)
    cut = whole.copy()
    cut[0, -1, 7:] = np.nan
    for one, other in zip(
        batch_columns(whole, np.array([7])), batch_columns(cut, np.array([7])), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_units_and_unknown_years_change_nothing():
    values = tables(*[USUAL] * 6)
    months = np.array([8])
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


def moving_series(name, rng, *, last):
    """Batches in July and November that come a month early or late in two years of five."""
    shifts = rng.choice([-1, 0, 0, 0, 1], (7, 2))
    totals = 100 * np.exp(np.cumsum(rng.normal(0.06, 0.05, 7)))
    rows = [
        ytd_rows([total], course(6 + one, 9 + two))[0]
        for total, (one, two) in zip(totals, shifts, strict=True)
    ]
    rows[-1] = ytd_rows([totals[-1]], last)[0][:7]
    return monthly(name, rows, first_year=2017), totals


def test_an_empty_batch_month_leaves_the_target_open():
    rng = np.random.default_rng(11)
    pool = [moving_series(f"p{i}", rng, last=USUAL)[0] for i in range(40)]
    late, totals = moving_series("late", rng, last=course(7, 9))
    asked = [level(totals[-2] * part, 2023 * 12 + 11, series_id="late") for part in (0.97, 1.3)]
    likely, unlikely = answer(panel(late, *pool), asked, seed=1)
    assert likely.method == "within_year_pool"
    assert likely.probability_met > 0.5
    assert unlikely.probability_met < 0.2
