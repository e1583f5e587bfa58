"""What a year under way says about its end."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.completion_experts import YearTables, completion_table
from forecast.pretrained import shipped

SURGE = np.array([0.01, 0.03, 0.06, 0.1, 0.13, 0.17, 0.2, 0.25, 0.3, 0.36, 0.5, 1.0])
TOTALS = np.array([100.0, 110, 121, 133.1])


def tables(profile=SURGE, totals=TOTALS):
    """One series, the same completion each year."""
    return (totals[:, None] * profile)[None]


def filled(values):
    return YearTables(values).filled().values


def begun(monthly_flows):
    """Something comes in every year: a year of nothing is another matter."""
    return [1.0 if month % 12 == 0 and not flow else flow for month, flow in enumerate(monthly_flows)]


gaps = st.lists(st.booleans(), min_size=48, max_size=48)
flows = st.lists(st.just(0.0) | st.floats(0.01, 100), min_size=48, max_size=48).map(begun)


@settings(max_examples=30, deadline=None)
@given(flows, gaps)
def test_filling_keeps_what_is_known_and_never_falls(monthly_flows, is_gap):
    whole = np.cumsum(np.array(monthly_flows).reshape(4, 12), axis=1)[None]
    known = np.where(np.array(is_gap).reshape(1, 4, 12), np.nan, whole)
    result = filled(known)
    there = np.isfinite(known)
    np.testing.assert_array_equal(result[there], known[there])
    steps = np.diff(result, axis=2)
    assert (steps[np.isfinite(steps)] >= -1e-9).all()
    assert (result[np.isfinite(result)] >= 0).all()


def test_nothing_is_filled_after_the_last_known_month():
    values = tables()
    values[0, -1, 7:] = np.nan
    values[0, -1, 3] = np.nan
    result = filled(values)
    assert np.isnan(result[0, -1, 7:]).all()
    assert np.isfinite(result[0, -1, :7]).all()


def test_an_unknown_year_stays_unknown():
    values = tables()
    values[0, 0] = np.nan
    assert np.isnan(filled(values)[0, 0]).all()


def test_a_gap_takes_its_usual_share_not_a_straight_line():
    values = tables()
    truth = values[0, 2, 10]
    values[0, 2, 10] = np.nan
    found = filled(values)[0, 2, 10]
    straight = (values[0, 2, 9] + values[0, 2, 11]) / 2
    assert abs(found - truth) < abs(straight - truth) / 5


def test_january_never_reported_is_between_nothing_and_february():
    values = tables()
    values[:, :, 0] = np.nan
    result = filled(values)
    assert (result[:, :, 0] >= 0).all()
    assert (result[:, :, 0] <= values[:, :, 1]).all()


@pytest.mark.parametrize("month", [2, 6, 11])
def test_ladder_and_growth_agree_on_a_steady_series(month):
    values = tables()
    found = completion_table(values, np.array([month]), shipped().seasons)
    for expert in (1, 2, 3, 4, 5):
        assert found.experts[0, expert] == pytest.approx(np.log(1.1), abs=1e-6)
    assert found.last_total == pytest.approx(121)
    assert found.there == pytest.approx(133.1 * SURGE[month - 1])


def test_no_expert_falls_below_what_is_there():
    values = tables(totals=np.array([100.0, 100, 100, 260]))
    found = completion_table(values, np.array([11]), shipped().seasons)
    assert (found.experts[0] >= np.log(130 / 100) - 1e-12).all()


def test_what_comes_after_the_month_is_not_looked_at():
    cut, months = tables(), np.array([5])
    cut[0, -1, 5:] = np.nan
    for one, other in zip(
        (
            completion_table(cut, months, shipped().seasons).experts,
            completion_table(cut, months, shipped().seasons).features,
        ),
        (
            completion_table(tables(), months, shipped().seasons).experts,
            completion_table(tables(), months, shipped().seasons).features,
        ),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def test_units_change_no_expert_and_no_feature():
    months = np.array([7])
    small, large = (
        completion_table(tables(), months, shipped().seasons),
        completion_table(tables() * 1e6, months, shipped().seasons),
    )
    np.testing.assert_allclose(small.experts, large.experts, atol=1e-9)
    np.testing.assert_allclose(small.features, large.features, atol=1e-7)
