"""Counters with little or no history: what speaks, how wide, and what never enters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast import Reason, Reporting, Series, answer, answer_from_paths, forecast_paths
from forecast.models.chain_ladder import ChainLadder
from forecast.models.counter import Counter
from forecast.models.counter_pool import CounterPool
from forecast.models.counting import count_table

from .builders import COUNTER, FLOW, annual, level, monthly, panel

YEAR = 2024
DECEMBER = YEAR * 12 + 11
HALF_YEAR = [2, 5, 7, 9, 12, 15]
SURGE = [0.02] * 10 + [0.2, 0.6]
EVEN = [1 / 12] * 12
BATCHES = (7, 10, 12)
FEW = settings(max_examples=40, deadline=None)


def counter(rows, *, series_id="a", first_year=YEAR, **more):
    return monthly(series_id, rows, first_year=first_year, measure=COUNTER, **more)


def course(total, shares):
    return np.round(total * np.cumsum(shares)).tolist()


def lenders(shares, *, n=6, total=60, group="", years=4, **more):
    """Counters with whole years up to last year."""
    return [
        counter(
            [course(total + 3 * i + 2 * year, shares) for year in range(years)],
            series_id=f"lender{i}",
            first_year=YEAR - years,
            group=group,
            **more,
        )
        for i in range(n)
    ]


def path_of(*series, until=DECEMBER, seed=1, n_draws=1000, series_id="a"):
    return forecast_paths(panel(*series), [series_id], until={series_id: until}, seed=seed, n_draws=n_draws)[
        series_id
    ]


def ends(path):
    return path.at([DECEMBER])[:, 0]


def median(path):
    return float(np.median(ends(path)))


def width(path):
    low, high = np.quantile(ends(path), [0.1, 0.9])
    return high - low


def test_the_first_year_alone_is_forecast_by_completion_and_wide():
    path = path_of(counter([HALF_YEAR]))
    assert path.method == "counter"
    assert median(path) == pytest.approx(30, abs=6)
    assert width(path) > 15
    assert (ends(path) >= 15).all()


def test_comparable_counters_lend_their_course():
    surging = path_of(counter([HALF_YEAR]), *lenders(SURGE))
    even = path_of(counter([HALF_YEAR]), *lenders(EVEN))
    assert median(surging) > 2 * median(even)
    assert width(even) < width(path_of(counter([HALF_YEAR])))


def test_the_group_speaks_before_the_rest():
    others = lenders(EVEN)
    peers = [
        counter([course(100 + i, SURGE)] * 4, series_id=f"peer{i}", first_year=YEAR - 4, group="g")
        for i in range(6)
    ]
    alone = path_of(counter([HALF_YEAR]), *others, *peers)
    grouped = path_of(counter([HALF_YEAR], group="g"), *others, *peers)
    assert median(grouped) > 1.5 * median(alone)


def test_the_peers_level_speaks_where_nothing_is_there_yet():
    peers = lenders(EVEN, total=100, group="g")
    path = path_of(counter([[0]], group="g"), *peers)
    assert median(path) > 10
    assert path_of(counter([[0]]), *peers).reason is Reason.OK
    assert median(path_of(counter([[0]]), *peers)) < median(path)


def test_earlier_years_join_what_is_there():
    rows = [course(120, EVEN), course(130, EVEN), [5, 10, 15]]
    path = path_of(counter(rows, first_year=YEAR - 2), *lenders(EVEN))
    assert 60 < median(path) < 125


def test_a_finished_year_is_followed_by_a_forecast_from_it():
    path = path_of(counter([course(60, EVEN)], first_year=YEAR - 1), *lenders(EVEN))
    assert path.start == YEAR * 12
    assert median(path) == pytest.approx(60, rel=0.2)


@pytest.mark.parametrize("reporting", list(Reporting))
def test_paths_are_whole_numbers_that_only_add_up(reporting):
    values = HALF_YEAR if reporting is Reporting.YTD else [2, 3, 2, None, 3, 3]
    path = path_of(counter([values], reporting=reporting), until=DECEMBER + 12)
    measured = path.measured_draws
    assert np.isfinite(measured).all()
    assert (measured == np.round(measured)).all()
    assert (np.diff(measured[:, :-12], axis=1) >= 0).all()
    assert (np.diff(measured[:, -12:], axis=1) >= 0).all()


@pytest.mark.parametrize("reporting", list(Reporting))
def test_quarters(reporting):
    values = [4.0, 9.0, 6.0, 11.0, 5.0, 8.0]
    if reporting is Reporting.YTD:
        values = [4.0, 13.0, 19.0, 30.0, 5.0, 13.0]
    series = Series("a", 4, (YEAR - 1) * 4, np.array(values), measure=COUNTER, reporting=reporting)
    path = path_of(series, until=YEAR * 4 + 7)
    totals = path.at([YEAR * 4 + 3, YEAR * 4 + 7])
    assert (totals[:, 0] >= 13).all()
    assert 20 < np.median(totals[:, 0]) < 40
    assert np.isfinite(totals).all()


def test_known_months_after_a_gap_stay_as_they_are():
    path = path_of(counter([[2, 3, None, 7, 1]], reporting=Reporting.PERIOD))
    assert path.start == YEAR * 12 + 2
    assert (path.draws[:, 1] == 7).all()
    assert (path.draws[:, 2] == 1).all()
    assert path.draws[:, 0].std() > 0
    assert (ends(path) >= 13).all()


def test_a_year_whose_beginning_is_unknown_has_no_total():
    late = [[None] * 6 + [4, 3, 6, 2]]
    path = path_of(counter(late, reporting=Reporting.PERIOD), until=DECEMBER + 12)
    assert np.isnan(path.at([DECEMBER])).all()
    assert np.isfinite(path.at([DECEMBER + 12])).all()
    assert np.isfinite(path.draws[:, -14:]).all()


def test_january_is_never_reported():
    rows = [[None, *course(60, EVEN)[1:]], [None, *course(66, EVEN)[1:]], [None, 10, 15, 20]]
    for reporting in Reporting:
        if reporting is Reporting.PERIOD:
            rows = [[None, *np.diff(row[1:], prepend=0).tolist()] for row in rows]
        series = counter(rows, first_year=YEAR - 2, reporting=reporting)
        path = path_of(series, until=DECEMBER + 12)
        assert series.silent_parts == {0}
        assert np.isnan(path.draws[:, YEAR * 12 + 12 - path.start]).all()
        assert np.isfinite(path.at([DECEMBER, DECEMBER + 12])).all()


def test_nothing_is_read_as_failure_before_the_first_batch():
    totals = [50, 54]
    shares = [0.0] * 6 + [0.3, 0, 0, 0.3, 0, 0.4]
    before = [course(total, shares) for total in totals]
    early = path_of(counter([*before, [0] * 5], first_year=YEAR - 2, batch_months=BATCHES))
    unread = path_of(counter([*before, [0] * 2], first_year=YEAR - 2, batch_months=BATCHES))
    assert median(early) == pytest.approx(52, rel=0.1)
    assert median(early) == median(unread)
    after = path_of(counter([*before, [0] * 8], first_year=YEAR - 2, batch_months=BATCHES))
    assert median(after) < 0.8 * median(early)


def test_before_the_first_batch_of_a_first_year_nothing_can_be_said():
    path = path_of(counter([[0] * 5], batch_months=BATCHES), *lenders(EVEN))
    assert path.reason is Reason.TOO_SHORT
    assert path_of(counter([[0] * 6 + [9]], batch_months=BATCHES)).reason is Reason.OK


def test_nobody_reports():
    silent = counter([[None] * 6])
    assert Counter().paths(panel(silent), ["a"], until={"a": DECEMBER}, n_draws=10, seed=1)["a"].reason is (
        Reason.NO_DATA
    )
    got = answer(panel(silent, *lenders(EVEN)), [level(5, DECEMBER)], seed=1)[0]
    assert (got.probability_met, got.reason) == (None, Reason.NO_DATA)


def test_a_lone_value_needs_others_or_a_quarter_of_the_year():
    assert path_of(counter([[3]])).reason is Reason.TOO_SHORT
    assert path_of(counter([[3]]), *lenders(EVEN)).reason is Reason.OK
    assert path_of(counter([[None, None, 8]])).reason is Reason.OK
    lone = annual("a", [12], measure=COUNTER)
    assert path_of(lone, until=2012).reason is Reason.TOO_SHORT
    others = [annual(f"b{i}", [10, 14, 9, 12 + i], first=2007, measure=COUNTER) for i in range(3)]
    assert path_of(lone, *others, until=2012).reason is Reason.OK


def test_annual_counters():
    path = path_of(annual("a", [30, 34, 31], measure=COUNTER), until=2015, n_draws=2000)
    assert path.method == "counter"
    assert (path.draws == np.round(path.draws)).all()
    spread = np.quantile(path.draws, 0.9, axis=0) - np.quantile(path.draws, 0.1, axis=0)
    assert 24 < np.median(path.draws[:, 0]) < 40
    assert spread[2] > spread[0]


def test_zeros_are_not_certainty():
    half = path_of(counter([[0] * 6]))
    assert 0 < (ends(half) > 0).mean() < 0.5
    empty = annual("a", [0, 0, 0, 2, 0, 0, 0, 0], measure=COUNTER)
    path = path_of(empty, until=2018, n_draws=2000)
    assert path.method == "counter"
    assert 0.02 < (path.draws[:, 0] > 0).mean() < 0.5
    got = answer(panel(empty), [level(50, 2018)], seed=1)[0]
    assert 0 < got.probability_met < 0.01


@pytest.mark.parametrize(
    "series",
    [
        counter([course(60, EVEN)] * 3 + [HALF_YEAR], first_year=YEAR - 3),
        counter([[*HALF_YEAR[:5], 14.5]]),
        monthly("a", [course(60, EVEN)] * 2 + [HALF_YEAR], first_year=YEAR - 2, measure=FLOW),
        annual("a", [3, 4, 5, 6], measure=COUNTER),
    ],
    ids=["three whole years", "not whole", "a flow", "four annual values"],
)
def test_what_it_leaves_to_the_pooled_models(series):
    assert Counter().paths(panel(series), ["a"], until={"a": DECEMBER}, n_draws=10, seed=1) == {}


def test_dispersion_is_learned_from_the_panel_and_never_below_poisson():
    def teachers(spread):
        random = np.random.default_rng(3)
        rates = 80 * np.exp(random.normal(0, spread, (12, 6)))
        return [annual(f"b{i}", random.poisson(row), measure=COUNTER) for i, row in enumerate(rates)]

    own = annual("a", [80, 80], measure=COUNTER)
    found = []
    for spread in (0.0, 0.2, 0.6):
        tables = {s.series_id: count_table(s) for s in panel(own, *teachers(spread))}
        found.append(CounterPool(tables.values()).dispersion(tables["a"]))
    assert found[0] < 0.02
    assert found == sorted(found)
    assert found[2] > 0.15
    even = [annual(f"b{i}", [80] * 6, measure=COUNTER) for i in range(30)]
    tables = {s.series_id: count_table(s) for s in panel(own, *even)}
    assert CounterPool(tables.values()).dispersion(tables["a"]) >= 0
    draws = path_of(own, *even, until=2012, n_draws=2000).draws[:, 0]
    assert draws.std() > 0.9 * np.sqrt(80)


@FEW
@given(
    st.lists(st.integers(0, 30), min_size=3, max_size=11),
    st.lists(st.floats(0, 500), min_size=2, max_size=6),
    st.sampled_from(list(Reporting)),
)
def test_probability_falls_as_the_target_rises(months, targets, reporting):
    values = np.cumsum(months) if reporting is Reporting.YTD else months
    path = path_of(counter([list(values)], reporting=reporting), n_draws=300)
    asked = [level(v, DECEMBER) for v in sorted(targets)]
    said = [a.probability_met for a in answer_from_paths({"a": path}, asked)]
    assert all(0 < p < 1 for p in said)
    assert said == sorted(said, reverse=True)
    assert (ends(path) >= sum(months)).all()


def test_the_target_is_never_the_prior():
    known = panel(counter([HALF_YEAR]), *lenders(SURGE))
    low, high = (answer(known, [level(target, DECEMBER)], seed=1)[0] for target in (16, 4000))
    assert low.quantiles == high.quantiles
    assert low.probability_met > high.probability_met


@pytest.mark.parametrize("reporting", list(Reporting))
def test_removing_the_future_changes_nothing(reporting):
    """Blanking what was not yet known, in the series and in its pool, is the same as never having had it."""

    def city(n_months, *, blank):
        members = []
        for number in range(4):
            events = np.random.default_rng(number).poisson(5 + number, 36).astype(float)
            values = events if reporting is Reporting.PERIOD else np.cumsum(events.reshape(3, 12), 1).ravel()
            values = np.where(np.arange(36) < n_months, values, np.nan) if blank else values[:n_months]
            members.append(
                counter(
                    [values], series_id="abcd"[number], first_year=YEAR - 1, reporting=reporting, group="g"
                )
            )
        return path_of(*members)

    for n_months in (5, 12, 17):
        assert (city(n_months, blank=True).draws == city(n_months, blank=False).draws).all()


def test_same_numbers_in_any_order_and_choice():
    series = [counter([HALF_YEAR], series_id=one) for one in "abc"]
    there = forecast_paths(panel(*series), ["a", "b", "c"], until=DECEMBER - YEAR * 12, seed=5)
    back = forecast_paths(panel(*series[::-1]), ["c", "a"], until=DECEMBER - YEAR * 12, seed=5)
    for one in "ac":
        assert (there[one].draws == back[one].draws).all()
    assert (there["a"].draws != there["b"].draws).any()


def test_a_longer_path_begins_like_the_shorter_one():
    series = counter([course(40, EVEN), HALF_YEAR], first_year=YEAR - 1)
    short, long = path_of(series), path_of(series, until=DECEMBER + 24)
    assert (long.draws[:, : short.draws.shape[1]] == short.draws).all()


def test_later_years_are_wider_and_add_up_to_a_cumulative_target():
    path = path_of(counter([course(40, EVEN), HALF_YEAR], first_year=YEAR - 1), until=DECEMBER + 24)
    years = path.at([DECEMBER, DECEMBER + 12, DECEMBER + 24])
    spreads = np.quantile(years, 0.9, axis=0) - np.quantile(years, 0.1, axis=0)
    assert spreads[0] < spreads[1] < spreads[2]


def test_preliminary_figures_keep_a_revision_spread():
    marks = [False] * 5 + [True]
    rows = [[200, 500, 700, 900, 1200, 1500]]
    series = counter(rows, provisional=np.array(marks))
    path = path_of(series)
    assert path.start == YEAR * 12 + 5
    assert path.draws[:, 0].std() == pytest.approx(0.015 * 1500, rel=0.15)
    assert (path.draws[:, 0] >= 1200).all()
    assert (np.diff(path.draws, axis=1) >= 0).all()


def test_a_bound_holds():
    path = path_of(counter([HALF_YEAR], upper=20.0, lower=0.0))
    assert ends(path).max() == 20


def test_series_that_do_not_count_teach_nothing():
    alone = path_of(counter([HALF_YEAR]))
    flow = monthly("f", [course(60, SURGE)] * 4, first_year=YEAR - 4, measure=FLOW)
    assert (path_of(counter([HALF_YEAR]), flow).draws == alone.draws).all()


def test_the_rest_falls_back_to_the_chain_ladder():
    rows = [course(60, EVEN)] * 3 + [HALF_YEAR]
    series = counter(rows, first_year=YEAR - 3)
    models = (Counter(), ChainLadder())
    got = forecast_paths(panel(series), ["a"], until={"a": DECEMBER}, seed=1, models=models)["a"]
    assert got.method == "chain_ladder"
