"""The within-year pool through the public interface: what must hold for any year under way."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast import (
    Comparator,
    Question,
    Reason,
    Reporting,
    Series,
    TargetKind,
    WithinYearPool,
    answer,
    answer_from_paths,
    forecast_paths,
)
from forecast.backtest import cut_after
from forecast.gate import WILDEST
from forecast.year_classes import CLASSES

from .builders import COUNTER, annual, level, monthly, panel, with_residuals, ytd_rows

FEW = settings(max_examples=20, deadline=None)
EVEN = [1 / 12] * 12
SURGE = [0.02] * 10 + [0.2, 0.6]
BATCHES = [0, 0, 0, 0, 0, 0, 0.3, 0, 0, 0.3, 0, 0.4]
PROFILES = {"even": EVEN, "surge": SURGE, "batches": BATCHES}
TOTALS = [100, 108, 118, 126, 138]
DECEMBER = 2023 * 12 + 11
AT_MOST = Comparator.AT_MOST


def unfinished(shares, months, *, totals=TOTALS, series_id="a", **more):
    rows = ytd_rows(totals, shares)
    rows[-1] = rows[-1][:months]
    return monthly(series_id, rows, **more)


def as_periods(series):
    """The same figures, each month for itself."""
    parts = np.arange(series.values.size) % 12
    before = np.where(parts == 0, 0.0, np.roll(series.values, 1))
    return replace(series, values=series.values - before, reporting=Reporting.PERIOD)


def asked(series, questions, **more):
    return answer(panel(*series), questions, seed=4, **{"n_draws": 400} | more)


def probabilities(answers):
    return [a.probability_met for a in answers]


def simulated_months(n, *, seed, months=7, years=6):
    """Seasonal flows with noise and growth; simulated."""
    rng = np.random.default_rng(seed)
    season = rng.dirichlet(np.full(12, 4.0), n)[:, None, :]
    totals = 100 * np.exp(np.cumsum(rng.normal(0.06, 0.08, (n, years, 1)), axis=1))
    flows = totals * season * np.exp(rng.normal(0, 0.2, (n, years, 12)))
    sums = np.cumsum(flows, axis=2).reshape(n, -1)[:, : years * 12 - 12 + months]
    return [
        Series(f"m{i}", 12, 2019 * 12, row, reporting=Reporting.YTD, group="g") for i, row in enumerate(sums)
    ]


flows = st.lists(st.floats(0.5, 100), min_size=48, max_size=48)


@FEW
@given(flows, st.integers(2, 11))
def test_probability_falls_as_the_target_rises(monthly_flows, months):
    rows = np.cumsum(np.array(monthly_flows).reshape(4, 12), axis=1).tolist()
    rows[-1] = rows[-1][:months]
    series = monthly("a", rows)
    there = rows[-1][-1]
    targets = [there * share for share in (0.2, 1, 1.0001, 1.1, 1.5, 3, 50)]
    end = 2022 * 12 + 11
    floors = probabilities(asked([series], [level(v, end) for v in targets]))
    ceilings = probabilities(asked([series], [level(v, end, comparator=AT_MOST) for v in targets]))
    assert all(0 < p < 1 for p in floors)
    assert floors == sorted(floors, reverse=True)
    assert ceilings == sorted(ceilings)
    # What is there already is there.
    assert floors[1] > 0.99


@FEW
@given(flows, st.integers(2, 11), st.sampled_from([1e3, 1e-4]))
def test_units_change_nothing(monthly_flows, months, unit):
    rows = np.cumsum(np.array(monthly_flows).reshape(4, 12), axis=1)
    cut = [*rows[:3].tolist(), rows[3, :months].tolist()]
    target = float(rows[2, -1])
    end = 2022 * 12 + 11
    small = asked([monthly("a", cut)], [level(target, end)])[0]
    large = asked([monthly("a", [[v * unit for v in row] for row in cut])], [level(target * unit, end)])[0]
    assert abs(small.probability_met - large.probability_met) < 1e-9
    np.testing.assert_allclose(np.array(small.quantiles) * unit, large.quantiles, rtol=1e-9)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("months", [8, 11])
def test_the_year_never_ends_below_what_is_there(profile, months):
    series = unfinished(PROFILES[profile], months, totals=[100, 108, 118, 126, 240])
    path = forecast_paths(panel(series), ["a"], until=12 - months + 12, n_draws=400, seed=1)["a"]
    year = path.draws[:, : 12 - months]
    assert path.method == "within_year_pool"
    assert year.min() >= series.values[-1] * (1 - 1e-9)
    assert (np.diff(year, axis=1) >= -1e-9).all()
    assert np.isfinite(path.draws).all()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("months", [8, 10])
def test_months_reported_one_by_one_say_the_same_as_year_to_date(profile, months):
    sums = unfinished(PROFILES[profile], months)
    questions = [level(v, DECEMBER) for v in (120, 136, 138, 145)]
    got, same = asked([sums], questions), asked([as_periods(sums)], questions)
    assert got[0].method == same[0].method == "within_year_pool"
    for one, other in zip(got, same, strict=True):
        assert one.probability_met == pytest.approx(other.probability_met, abs=0.004)
        assert one.quantiles == pytest.approx(other.quantiles, rel=1e-6)


def test_more_of_a_year_narrows_its_end():
    wild = simulated_months(1, seed=5, months=11)[0]
    widths = []
    for months in (3, 7, 11):
        series = replace(wild, values=wild.values[: 60 + months])
        got = asked([series], [level(100, 2024 * 12 + 11, series_id="m0")])[0]
        assert got.method == "within_year_pool"
        widths.append(np.log(got.quantiles[-2] / got.quantiles[1]))
    assert widths == sorted(widths, reverse=True)


def test_completion_not_the_calendar_decides():
    got = asked([unfinished(SURGE, 10)], [level(138, DECEMBER)])[0]
    assert got.quantiles[4] == pytest.approx(138, rel=0.04)


def test_january_alone_is_left_to_other_families():
    got = asked([unfinished(EVEN, 1)], [level(138, DECEMBER)])[0]
    assert got.reason is Reason.OK
    assert got.method != "within_year_pool"
    assert 0 < got.probability_met < 1
    assert got.quantiles[4] == pytest.approx(136, rel=0.1)


def test_january_never_reported_changes_little():
    whole = unfinished(EVEN, 8)
    silent = replace(whole, values=np.where(np.arange(whole.values.size) % 12 == 0, np.nan, whole.values))
    questions = [level(v, DECEMBER) for v in (130, 138, 145)]
    got, same = asked([silent], questions), asked([whole], questions)
    assert {a.method for a in got} == {"within_year_pool"}
    for one, other in zip(got, same, strict=True):
        assert one.quantiles == pytest.approx(other.quantiles, rel=0.02)


def test_months_with_gaps_are_answered():
    series = unfinished(SURGE, 9)
    holes = np.array(series.values)
    holes[[4, 17, 18, 30, 50, 51]] = np.nan
    got, whole = (asked([one], [level(138, DECEMBER)])[0] for one in (replace(series, values=holes), series))
    assert got.reason is Reason.OK
    assert got.quantiles[4] == pytest.approx(whole.quantiles[4], rel=0.05)


@pytest.mark.parametrize("months", [2, 4, 6])
def test_nothing_is_read_from_a_year_before_its_first_batch(months):
    """A year of nothing yet is judged as the year before its first month was: by the yearly growth."""
    quiet = unfinished(BATCHES, months, batch_months=(7, 10, 12))
    before = unfinished(BATCHES, 12, totals=TOTALS[:4], batch_months=(7, 10, 12))
    questions = [level(v, DECEMBER) for v in (110, 136, 160)]
    got, same = asked([quiet], questions), asked([before], questions)
    assert {a.method for a in got} != {"within_year_pool"}
    for one, other in zip(got, same, strict=True):
        assert one.probability_met == pytest.approx(other.probability_met, abs=0.05)


def test_figures_before_the_first_batch_change_no_answer():
    some = [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.24, 0, 0, 0.3, 0, 0.4]
    usual = unfinished(some, 5, batch_months=(7,))
    poor = replace(usual, values=np.concatenate([usual.values[:-5], usual.values[-5:] / 50]))
    question = [level(130, DECEMBER)]
    one, other = asked([usual], question)[0], asked([poor], question)[0]
    assert one.probability_met == pytest.approx(other.probability_met, abs=0.02)


def test_a_preliminary_last_month_widens():
    series = unfinished(EVEN, 8)
    marks = np.arange(series.values.size) == series.values.size - 1
    doubtful = replace(series, provisional=marks)
    question = [level(138, DECEMBER)]
    sure, wide = asked([series], question)[0], asked([doubtful], question)[0]
    assert np.ptp(wide.quantiles) > np.ptp(sure.quantiles)
    assert wide.observed_to == sure.observed_to


def test_later_figures_and_later_series_change_no_past_answer():
    series = simulated_months(12, seed=6, months=11)
    late = unfinished(EVEN, 12, series_id="late", first_year=2020)
    cut = 2024 * 12 + 4
    known = cut_after(panel(*series, replace(late, first=2025 * 12)), cut)
    earlier = [replace(one, values=one.values[: cut + 1 - one.first]) for one in series]
    questions = [level(130, 2024 * 12 + 11, series_id=s.series_id) for s in series]
    assert answer(known, questions, seed=4) == answer(panel(*earlier), questions, seed=4)


def test_neither_order_nor_choice_nor_parts_change_a_bit():
    series = simulated_months(15, seed=7)
    questions = [
        level(value, 2024 * 12 + month, series_id=s.series_id)
        for s in series
        for value, month in ((130, 11), (90, 8), (150, 23))
    ]
    whole = answer(panel(*series), questions, seed=4, n_draws=201)
    order = np.random.default_rng(1).permutation(len(questions))
    assert [whole[i] for i in order] == answer(
        panel(*series[::-1]), [questions[i] for i in order], seed=4, n_draws=201
    )
    for i in range(4):
        assert answer(panel(*series), questions[i::4], seed=4, n_draws=201) == whole[i::4]


@pytest.mark.parametrize(
    "comparator", [Comparator.AT_LEAST, Comparator.MORE_THAN, Comparator.AT_MOST, Comparator.LESS_THAN]
)
@pytest.mark.parametrize("kind", [TargetKind.LEVEL, TargetKind.CUMULATIVE, TargetKind.GROWTH])
def test_quick_answers_equal_the_long_way(kind, comparator):
    series = [
        *simulated_months(4, seed=8),
        unfinished(SURGE, 8, series_id="surge", totals=[100, 108, 118, 126, 900]),
        unfinished(BATCHES, 8, series_id="batches"),
        unfinished(EVEN, 8, series_id="count", measure=COUNTER),
        unfinished(EVEN, 8, series_id="tiny", totals=[1e-9 * t for t in TOTALS]),
        unfinished(EVEN, 8, series_id="huge", totals=[1e13 * t for t in TOTALS]),
    ]
    questions = [
        Question(f"{s.series_id}{v}", s.series_id, kind, comparator, v, s.observed_to // 12 * 12 + 11)
        for s in series
        for v in ((-90.0, 5.0, 9.0) if kind is TargetKind.GROWTH else (0.0, s.values[-1], 138.0))
    ]
    paths = forecast_paths(panel(*series), [s.series_id for s in series], until=12, n_draws=400, seed=4)
    for one, other in zip(asked(series, questions), answer_from_paths(paths, questions), strict=True):
        assert (one.reason, one.method) == (other.reason, other.method)
        assert one.probability_met == other.probability_met
        np.testing.assert_allclose(one.quantiles, other.quantiles, rtol=1e-9)


@pytest.mark.parametrize("comparator", [Comparator.AT_LEAST, Comparator.LESS_THAN])
def test_no_year_ends_further_than_is_learned_from(comparator):
    """Residuals a thousand times as large: half of the draws at either end, the same both ways."""
    pool = WithinYearPool(with_residuals(**dict.fromkeys(CLASSES, lambda old: 1e3 * old)))
    series = [unfinished(profile, 8, series_id=name) for name, profile in PROFILES.items()]
    questions = [
        Question(f"{s.series_id}{v}", s.series_id, TargetKind.LEVEL, comparator, v, DECEMBER)
        for s in series
        for v in (1.0, 136.0, 550.0, 1e6)
    ]
    names = [s.series_id for s in series]
    paths = forecast_paths(panel(*series), names, until=12, n_draws=400, seed=4, models=(pool,))
    for one, other in zip(
        asked(series, questions, models=(pool,)), answer_from_paths(paths, questions), strict=True
    ):
        assert one.method == "within_year_pool"
        assert one.probability_met == other.probability_met
        np.testing.assert_allclose(one.quantiles, other.quantiles, rtol=1e-9)
        assert one.quantiles[-1] == pytest.approx(one.quantiles[-2])
        assert one.quantiles[-1] < 4 * np.exp(WILDEST) * 138


def test_a_year_of_nothing_so_far_is_answered_without_certainty():
    got = asked([unfinished(BATCHES, 6)], [level(v, DECEMBER) for v in (50, 136, 300)])
    assert all(0 < a.probability_met < 1 for a in got)


@pytest.mark.parametrize("months", [2, 7, 11])
def test_one_wild_month_is_finite(months):
    totals = [100, 108, 118, 126, 126e6]
    got = asked([unfinished(EVEN, months, totals=totals)], [level(138, DECEMBER)])[0]
    assert got.reason is Reason.OK
    assert np.isfinite(got.quantiles).all()
    assert 0 < got.probability_met < 1


def test_a_series_that_ended_years_ago_stands_beside_the_others():
    old = unfinished(EVEN, 8, series_id="old", first_year=2005)
    series = [*simulated_months(8, seed=9), old, annual("a", [5, 6, 7, 8])]
    questions = [level(138, 2009 * 12 + 11, series_id="old"), level(9, 2015)]
    got = asked(series, questions)
    assert [a.method for a in got] == ["within_year_pool", "annual_pool"]
    assert got[0].quantiles[4] == pytest.approx(138, rel=0.03)


def test_a_correction_downwards_is_survived():
    series = unfinished(EVEN, 8)
    lower = np.array(series.values)
    lower[-1] = 0.9 * lower[-2]
    got = asked([replace(series, values=lower)], [level(138, DECEMBER)])[0]
    assert got.reason is Reason.OK
    assert got.quantiles[0] >= lower[-1]


def test_quantiles_never_fall_where_what_is_there_holds_them():
    rng = np.random.default_rng(9)
    pool = []
    for number in range(400):
        totals = 100 * np.exp(np.cumsum(rng.normal(0.0, 0.2, 6)))
        rows = [ytd_rows([total], rng.dirichlet([30.0] * 11 + [0.3]))[0] for total in totals]
        rows[-1] = rows[-1][:11]
        pool.append(monthly(f"m{number}", rows, first_year=2018))
    asked = [level(100, 2023 * 12 + 11, series_id=one.series_id) for one in pool]
    found = [one.quantiles for one in answer(panel(*pool), asked, seed=1)]
    assert sum(one[0] == one[1] for one in found) > 50
    assert all(low <= high for one in found for low, high in pairwise(one))
