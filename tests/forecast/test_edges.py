"""Where models and questions once fell over: bounds, zeros, preliminary figures, far deadlines."""

from dataclasses import replace

import numpy as np
import pytest

from forecast import (
    Comparator,
    Measure,
    Question,
    Reason,
    Reporting,
    TargetKind,
    answer,
    answer_from_paths,
    forecast_paths,
)

from .builders import COUNTER, RATIO, STOCK, annual, level, monthly, panel

TOTALS = [100, 108, 118, 126, 138]
DECEMBER = 2023 * 12 + 11
FREE = {"lower": -1e9}


def even(totals, months):
    """Even cumulative years, the last one known to a month."""
    rows = [[total * month / 12 for month in range(1, 13)] for total in totals]
    rows[-1] = rows[-1][:months]
    return rows


def one(series, value, deadline, **more):
    return answer(panel(series), [level(value, deadline, **more)], seed=1)[0]


def test_an_upper_bound_far_away_is_no_forecast():
    free, held = (
        one(series, 130, DECEMBER)
        for series in (monthly("a", even(TOTALS, 8)), monthly("a", even(TOTALS, 8), upper=500.0))
    )
    assert held.quantiles == pytest.approx(free.quantiles, rel=0.05)


def test_at_once_is_as_by_paths_after_a_year_of_nothing():
    series = monthly("a", even([0, *TOTALS], 8))
    question = level(138, DECEMBER + 12)
    at_once = answer(panel(series), [question], seed=1)[0]
    paths = forecast_paths(panel(series), ["a"], until=4, seed=1)
    assert at_once.quantiles == pytest.approx(answer_from_paths(paths, [question])[0].quantiles)


def test_zeros_are_the_same_in_any_choice_of_questions():
    series = annual("a", [0] * 6)
    near, far = level(0.001, 2017), level(0.001, 2030)
    assert answer(panel(series), [near, far], seed=1)[0] == answer(panel(series), [near], seed=1)[0]


def test_a_rank_is_the_same_in_any_choice_of_questions():
    rng = np.random.default_rng(0)
    walks = [annual(f"s{i}", np.exp(np.cumsum(rng.normal(0.05, 0.1, 9))), group="g") for i in range(5)]
    rank = Question("r", "s0", TargetKind.RANK, Comparator.AT_MOST, 2, 2020, peers=("s1", "s2", "s3", "s4"))
    beside = [rank, level(1, 2026, series_id="s1")]
    assert answer(panel(*walks), beside, seed=1)[0] == answer(panel(*walks), [rank], seed=1)[0]


def test_preliminary_figures_are_the_same_in_any_choice_of_questions():
    series = annual("a", [100, 108, 119, 125, 139, 150], provisional=np.arange(6) == 5)
    near, far = level(160, 2016), level(160, 2026)
    assert answer(panel(series), [near, far], seed=1)[0] == answer(panel(series), [near], seed=1)[0]


@pytest.mark.parametrize("history", [[0.5, 0.3, 0.2, 0.1, 0.05], [0.0] * 5, [1, 3, 0, 3, 2]])
def test_an_upper_bound_alone_makes_nothing_negative(history):
    assert one(annual("a", history, upper=100.0), 1, 2016).quantiles[0] >= 0


@pytest.mark.parametrize("history", [[96, 97.5, 98.5, 99.2, 99.9], [96, 97.5, 98.5, 99.2, 100]])
@pytest.mark.parametrize("year", [2015, 2017])
def test_a_share_near_its_bound_is_not_surely_on_it(history, year):
    assert one(annual("a", history, measure=RATIO, lower=0, upper=100), 100, year).probability_met < 0.9


@pytest.mark.parametrize("bounds", [{"upper": 0.0}, {"upper": 0.0, "lower": -1e9}])
def test_zeros_at_an_upper_bound_of_zero_are_answered(bounds):
    assert one(annual("a", [0.0] * 5, **bounds), 0, 2016).reason is Reason.OK


def test_a_preliminary_month_of_little_is_not_negative():
    flows = [[10.0] * 12] * 4 + [[10.0] * 7 + [0.0]]
    series = monthly("a", flows, reporting=Reporting.PERIOD, provisional=np.arange(56) == 55)
    path = forecast_paths(panel(series), ["a"], until=4, seed=1)["a"]
    assert np.nanmin(path.draws) >= 0


def test_tiny_units_change_nothing():
    history = np.array([1, 1.1, 1.3, 1.2, 1.5])
    large, small = one(annual("a", history), 3, 2016), one(annual("a", history * 1e-9), 3e-9, 2016)
    assert large.probability_met == pytest.approx(small.probability_met)


def test_preliminary_levels_mirror():
    history, marks = np.array([3.0, 4.1, 3.7, 5.2, 5.0]), np.arange(5) == 4
    up = one(annual("a", history, provisional=marks, **FREE), 5.6, 2017)
    ceiling = {"comparator": Comparator.AT_MOST, "higher_is_better": False}
    down = one(annual("a", -history, provisional=marks, **FREE), -5.6, 2017, **ceiling)
    assert up.probability_met == pytest.approx(down.probability_met, abs=1e-9)


def test_a_bound_of_months_is_not_one_of_the_year():
    rows = [[10.0 + year] * 12 for year in range(5)]
    rows[-1] = rows[-1][:8]
    free, held = (
        one(monthly("a", rows, reporting=Reporting.PERIOD, measure=Measure.FLOW, upper=upper), 160, DECEMBER)
        for upper in (None, 20.0)
    )
    assert free.quantiles == pytest.approx(held.quantiles, rel=0.05)


def test_nothing_is_said_of_a_deadline_two_thousand_years_ahead():
    assert one(annual("a", [1, 2, 3, 4]), 5, 4000).probability_met is None


def test_a_year_far_above_the_last_one_is_not_over():
    rows = even([100, 100, 100, 100, 600], 6)
    got = one(monthly("a", rows), 400, DECEMBER)
    assert got.probability_met > 0.5
    assert got.quantiles[-1] > 1.2 * got.quantiles[0]


def test_a_lower_bound_below_zero_holds_beside_an_upper_one():
    values = np.array([2.1, 3.4, 1.2, 4.0, 0.8, 2.9, 3.1, 0.5, 2.2, 1.4, 3.0, 0.9, 1.1])
    bounded = annual("a", values, measure=RATIO, lower=-50.0, upper=60.0)
    mirrored = annual("a", -values, measure=RATIO, lower=-60.0, upper=50.0)
    up = answer(panel(bounded), [level(0.0, 2025)], seed=1)[0]
    down = answer(panel(mirrored), [level(0.0, 2025, comparator=Comparator.AT_MOST)], seed=1)[0]
    assert up.probability_met < 0.99
    assert up.probability_met == pytest.approx(down.probability_met, abs=1e-9)


def test_a_decade_between_values_is_not_evidence_of_nine_years():
    far = [np.nan] * 9
    sparse = annual("a", [100, *far, 180, *far, 150, *far, 320], first=1990)
    got = answer(panel(sparse), [level(300, 2021), level(300, 2030)], seed=1)
    assert got[0].method == "drift"
    assert got[1].probability_met < 0.9
    assert got[1].quantiles[-1] > 3 * got[1].quantiles[0]


@pytest.mark.parametrize("comparator", [Comparator.AT_LEAST, Comparator.AT_MOST])
def test_growth_from_a_base_that_may_be_below_zero_is_not_spoken_of(comparator):
    wavering = annual("a", [5, -3, 2, -8, 4, 9, -1, 3, -6, 2, 8, -2, 1.5])
    question = Question("q", "a", TargetKind.GROWTH, comparator, 0.0, 2025)
    got = answer(panel(wavering), [question], seed=1)[0]
    assert (got.probability_met, got.reason) == (None, Reason.MISSING_BASE)


@pytest.mark.parametrize(
    "series",
    [
        annual("a", [4.0, 5, 6], measure=COUNTER),
        annual("a", [4.0, 5]),
        annual("a", [4.0, 5, 6, 5, 7]),
        monthly("a", [[1.0, 2, 3] * 4] * 3, measure=STOCK),
    ],
)
def test_nothing_is_said_beyond_sixty_years(series):
    peers = [replace(series, series_id=f"p{i}") for i in range(6)]
    deadline = 9999 * series.periods_per_year
    got = answer(panel(series, *peers), [level(10, deadline)], seed=1)[0]
    assert (got.probability_met, got.reason) == (None, Reason.TOO_SHORT)


def test_counts_are_whole_numbers():
    counts = annual("a", [2, 3, 4, 3, 2, 3, 4, 3, 3], measure=COUNTER)
    questions = [level(3, 2019), level(2, 2019, comparator=Comparator.MORE_THAN), level(2.5, 2019)]
    got = answer(panel(counts), questions, seed=1)
    assert got[0].method == "annual_pool"
    assert got[0].probability_met == got[1].probability_met == got[2].probability_met > 0.6


def test_what_is_left_of_a_year_comes_when_it_came_before():
    """One a month, but for June and December."""
    rows = []
    for june, december in ((300, 700), (450, 1100), (220, 900), (380, 600), (560, 0)):
        months = np.ones(12)
        months[5], months[11] = june, december
        rows.append(np.cumsum(months).tolist())
    rows[-1] = rows[-1][:9]
    series = monthly("a", rows, first_year=2018, batch_months=(6, 12))
    october = level(rows[-1][-1] + 5, 2022 * 12 + 9)
    assert answer(panel(series), [october], seed=1)[0].probability_met < 0.1


def test_a_month_between_reported_ones_has_no_figure_of_its_own():
    rows = [[None if month % 3 else 10.0 * month for month in range(1, 13)] for _ in range(4)]
    rows.append([None, None, 33.0, None, None, 60.0, None, None, 95.0])
    series = monthly("a", rows, first_year=2018)
    got = answer(panel(series), [level(95, 2022 * 12 + 9), level(95, 2022 * 12 + 11)], seed=1)
    assert [one.reason for one in got] == [Reason.NO_DATA, Reason.OK]
