"""Months missing from flows that are reported one by one."""

from dataclasses import replace

import numpy as np
import pytest

from forecast import Reason, Reporting, answer
from forecast.missing_months import USUAL_SPREAD, estimated_sums

from .builders import FLOW, level, monthly, panel

USUAL = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14]
"""Shares of a year of 80."""


def flow(*rows, **more):
    return monthly("a", rows, reporting=Reporting.PERIOD, measure=FLOW, **more)


def year(size=1.0, *, without=(), months=12):
    return [None if month in without else size * USUAL[month - 1] for month in range(1, months + 1)]


def test_a_missing_month_is_what_it_usually_is_at_the_pace_of_its_year():
    series = flow(year(), year(1.1), year(1.5, without=[3], months=9))
    found = estimated_sums(series)
    assert found.values[24:] == pytest.approx(1.5 * np.cumsum(USUAL[:9]))
    assert (found.spread[:26] == 0).all()
    assert found.spread[26] > found.spread[32] > 0
    assert np.isnan(series.measured[26:]).all()


def test_january_that_is_never_reported_is_not_missing():
    series = flow(year(without=[1]), year(1.1, without=[1]), year(1.5, without=[1, 5], months=8))
    assert estimated_sums(series).values[31] == pytest.approx(1.5 * sum(USUAL[1:8]))


def test_past_years_with_a_gap_count_again():
    found = estimated_sums(flow(year(), year(2, without=[12]), year(3), year(4, months=4)))
    assert found.values[23] == pytest.approx(160)


@pytest.mark.parametrize(
    "rows",
    [
        [year(without=[4]), year(2, without=[5])],  # no whole year says what is usual
        [year(), year(2, without=[2, 3, 4, 5], months=6)],  # more is missing than known
        [year(), year(2, without=range(1, 7), months=8)],
    ],
)
def test_what_nothing_tells_stays_unknown(rows):
    series = flow(*rows)
    np.testing.assert_array_equal(estimated_sums(series).values, series.measured)


def test_a_year_in_which_the_series_begins_is_not_estimated():
    whole = flow(year(), year(1.1), year(1.2), first_year=2018)
    begun = replace(whole, first=whole.first + 3, values=whole.values[3:])
    assert np.isnan(estimated_sums(begun).values[:9]).all()


def test_sums_that_are_reported_are_left_alone():
    rows = [np.cumsum(USUAL), [None if m == 3 else v for m, v in enumerate(np.cumsum(USUAL)[:8])]]
    series = monthly("a", rows)
    np.testing.assert_array_equal(estimated_sums(series).values, series.measured)


@pytest.mark.parametrize("missing", [[2], [1], [1, 2], [5], [4, 8]])
@pytest.mark.parametrize("years", [2, 5])
def test_a_gap_is_neither_a_zero_nor_a_certainty(missing, years):
    """Served by the pool with five years, by the ladder with fewer; both ways give the same numbers."""
    rng = np.random.default_rng(7)
    rows = [list(rng.normal(1, 0.05, 12) * year(1.08**i)) for i in range(years)]
    now = year(1.08**years, months=10)
    whole, gap = flow(*rows, now), flow(*rows, year(1.08**years, without=missing, months=10))
    december = whole.first + years * 12 + 11
    there = np.nansum(gap.values[-10:])
    questions = [level(value, december) for value in (0.99 * there, 80 * 1.08**years)]
    exact = [replace(one, decimals=9) for one in questions]
    got = answer(panel(gap), questions, seed=1)
    same = answer(panel(gap), exact, seed=1)
    full = answer(panel(whole), questions, seed=1)
    for one, other in zip(got, same, strict=True):
        assert one.reason is Reason.OK
        assert one.probability_met == pytest.approx(other.probability_met, abs=0.002)
        assert (one.observed_to, one.n_observations) == (other.observed_to, other.n_observations)
    assert got[0].probability_met > 0.999
    assert got[0].observed_to == december - 2
    assert got[0].quantiles[4] == pytest.approx(full[0].quantiles[4], rel=0.05)
    assert got[0].quantiles[-1] > 1.005 * got[0].quantiles[0]


def test_one_whole_year_leaves_a_wide_doubt():
    found = estimated_sums(flow(year(), year(without=[6], months=7)))
    share = USUAL[5] / sum(USUAL[:6])
    assert found.spread[17] == pytest.approx(USUAL_SPREAD * share)


@pytest.mark.parametrize("missing", [[4], [1], [1, 2, 3], [12]])
def test_a_year_that_is_over_but_for_a_gap_is_not_settled(missing):
    rng = np.random.default_rng(7)
    rows = [list(rng.normal(1, 0.05, 12) * year(1.08**i)) for i in range(4)]
    series = flow(*rows, year(1.08**4, without=missing))
    end, truth = series.first + 59, 80 * 1.08**4
    this, following = answer(panel(series), [level(truth, end), level(truth, end + 12)], seed=1)
    assert this.reason is Reason.OK
    assert this.quantiles[4] == pytest.approx(truth, rel=0.03)
    assert this.quantiles[-1] > 1.001 * this.quantiles[0] >= np.nansum(series.values[-12:])
    assert following.quantiles[4] == pytest.approx(1.08 * truth, rel=0.05)


def test_a_january_that_is_no_longer_published_leaves_every_year_in_its_place():
    """Two years in a row without any measured value, of which only the second is under way."""
    rng = np.random.default_rng(1)
    rows = [list(rng.normal(1, 0.05, 12) * year(1.1**i)) for i in range(5)]
    series = flow(*rows, year(1.1**5, without=[1]), year(1.1**6, without=[1], months=8))
    ends = [series.first + 12 * place + 11 for place in (5, 6, 7)]
    truths = [80 * 1.1**place for place in (5, 6, 7)]
    asked = [level(truth, end) for truth, end in zip(truths, ends, strict=True)]
    got = answer(panel(series), asked, seed=1)
    same = answer(panel(series), [replace(one, decimals=9) for one in asked], seed=1)
    for one, other, truth in zip(got, same, truths, strict=True):
        assert one.reason is Reason.OK
        assert one.quantiles == pytest.approx(other.quantiles)
        assert one.quantiles[4] == pytest.approx(truth, rel=0.05)
