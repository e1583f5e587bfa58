"""The annual pool through the public interface: what must hold for any history."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forecast import (
    AnnualDrift,
    Comparator,
    Question,
    Reason,
    TargetKind,
    answer,
    answer_from_paths,
    forecast_paths,
)
from forecast.backtest import cut_after
from forecast.models.annual import AnnualPool, histories_of
from forecast.quick import quick_answers

from .builders import COUNTER, FLOW, RATIO, STOCK, annual, level, monthly, panel, simulated_walks, ytd_rows

FEW = settings(max_examples=20, deadline=None)
AT_LEAST, AT_MOST = Comparator.AT_LEAST, Comparator.AT_MOST
GROWING = [100, 108, 119, 125, 139, 150]
FREE = {"lower": -1e12}
"""A bound below zero keeps a series on levels, where there is a mirror."""

positive = st.lists(st.floats(0.5, 500.0), min_size=3, max_size=12)
signed = st.lists(st.floats(-50, 50).map(lambda v: round(v, 3)), min_size=3, max_size=12)


def ask(kind, value, deadline, *, comparator=AT_LEAST, series_id="a", **more):
    return Question(f"{series_id}{kind}{value}", series_id, kind, comparator, value, deadline, **more)


def asked(series, questions, **more):
    return answer(panel(*series), questions, seed=4, **{"n_draws": 400} | more)


def end_of(series):
    return series.observed_to


def drawn(series, *, ahead=3, n_draws=400):
    return forecast_paths(panel(series), ["a"], until=ahead, n_draws=n_draws, seed=4)["a"]


@FEW
@given(positive, st.sampled_from([TargetKind.LEVEL, TargetKind.CUMULATIVE, TargetKind.GROWTH]))
def test_probability_falls_as_the_target_rises(history, kind):
    series = annual("a", history)
    end = end_of(series) + 2
    middle = 10.0 if kind is TargetKind.GROWTH else history[-1]
    targets = [middle * share for share in (-1, 0.3, 0.8, 1, 1.2, 2, 10, 1e6)]
    floors = [a.probability_met for a in asked([series], [ask(kind, v, end) for v in targets])]
    ceilings = asked([series], [ask(kind, v, end, comparator=AT_MOST) for v in targets])
    assert all(0 < p < 1 for p in floors)
    assert floors == sorted(floors, reverse=True)
    assert [round(1 - a.probability_met, 12) for a in ceilings] == [round(p, 12) for p in floors]


@FEW
@given(signed, st.floats(-60, 60).map(lambda v: round(v, 3)), st.integers(1, 6))
@example([0.0, 0.0, 0.0, 0.0], 0.0, 1)
@example([-1.0, 1.0, 0.0], 0.5, 2)
def test_mirrored_series_and_target_give_mirrored_answers(history, target, ahead):
    series = annual("a", history, **FREE)
    mirrored = annual("a", [-v for v in history], **FREE)
    end = end_of(series) + ahead
    up = asked([series], [level(target, end)])[0]
    down = asked([mirrored], [level(-target, end, comparator=AT_MOST)])[0]
    assert up.method == down.method == "annual_pool"
    assert abs(up.probability_met - down.probability_met) < 1e-9
    flipped = [-q for q in reversed(down.quantiles)]
    np.testing.assert_allclose(up.quantiles, flipped, rtol=1e-9, atol=1e-9)


def test_series_below_zero_mirror_those_above_on_levels():
    history = [3.0, 4.1, 3.7, 5.2, 5.0]
    above, below = annual("a", history, **FREE), annual("a", [-v for v in history])
    up = asked([above], [level(6, 2016)])[0]
    down = asked([below], [level(-6, 2016, comparator=AT_MOST)])[0]
    assert up.probability_met == pytest.approx(down.probability_met, abs=1e-12)


@FEW
@given(positive, st.sampled_from([1e3, 1e-4]), st.sampled_from([{}, FREE]))
def test_units_change_nothing(history, unit, facts):
    end = 2010 + len(history) + 1
    scaled = {name: bound * unit for name, bound in facts.items()}
    small = asked([annual("a", history, **facts)], [level(v, end) for v in (history[-1], 1.1 * history[-1])])
    large = asked(
        [annual("a", [v * unit for v in history], **scaled)],
        [level(v * unit, end) for v in (history[-1], 1.1 * history[-1])],
    )
    for one, other in zip(small, large, strict=True):
        assert abs(one.probability_met - other.probability_met) < 1e-9
        np.testing.assert_allclose(np.array(one.quantiles) * unit, other.quantiles, rtol=1e-9)


def test_units_of_growth_and_sums_change_nothing():
    questions = [ask(TargetKind.GROWTH, 7.0, 2017), ask(TargetKind.GROWTH, 7.0, 2016)]
    sums = [ask(TargetKind.CUMULATIVE, 470.0, 2018, start=2016)]
    sums_in_thousands = [ask(TargetKind.CUMULATIVE, 470_000.0, 2018, start=2016)]
    small = asked([annual("a", GROWING)], questions + sums)
    large = asked([annual("a", [v * 1000 for v in GROWING])], questions + sums_in_thousands)
    assert [a.probability_met for a in small] == [a.probability_met for a in large]


def test_later_figures_change_no_past_answer():
    series = [*simulated_walks(12, 14, seed=3), annual("late", [5, 6, 7, 8], first=2022)]
    cut = 2019 * 12 + 11
    known = cut_after(panel(*series), cut)
    earlier = [replace(one, values=one.values[: 2020 - one.first]) for one in series[:12]]
    questions = [level(200, year, series_id=f"s{i}") for i in range(12) for year in (2021, 2024)]
    assert answer(known, questions, seed=4) == answer(panel(*earlier), questions, seed=4)


def test_neither_order_nor_choice_nor_parts_change_a_bit():
    series = [*simulated_walks(15, 9, seed=3), *simulated_walks_named("t", 6, 14)]
    kinds = (TargetKind.LEVEL, TargetKind.GROWTH, TargetKind.CUMULATIVE, TargetKind.AVERAGE_GROWTH)
    questions = [
        ask(kind, 12.0 if "growth" in kind else 180.0, one.observed_to + ahead, series_id=one.series_id)
        for one in series
        for kind, ahead in zip(kinds, (1, 2, 4, 9), strict=True)
    ]
    whole = answer(panel(*series), questions, seed=4, n_draws=201)
    order = np.random.default_rng(1).permutation(len(questions))
    turned = answer(panel(*series[::-1]), [questions[i] for i in order], seed=4, n_draws=201)
    assert [whole[i] for i in order] == turned
    parts = [answer(panel(*series), questions[i::5], seed=4, n_draws=201) for i in range(5)]
    assert all(part == whole[i::5] for i, part in enumerate(parts))


def simulated_walks_named(name, n, length):
    return [replace(s, series_id=name + s.series_id) for s in simulated_walks(n, length, seed=8, group="h")]


ODD_HISTORIES = [
    GROWING,
    [5.0, 5.0, 5.0],
    [0.0, 0.0, 0.0, 0.0],
    [0.0, 3.0, 0.0, 1.0, 2.0],
    [92, 95, 91.7, 940.6, 227.0, 88.9],
    [1, 2, 3, 4, 1e6],
    [-5, -4, -6, -3, -2],
    [-2, 3, -1, 4, 0],
    [1, np.nan, np.nan, 2, np.nan, 3, 2.5],
    [1e-9, 1.1e-9, 1.3e-9, 1.2e-9],
    [1e15, 1.1e15, 1.3e15, 1.2e15],
    [1e-3, 1e3, 1e-3, 1e3, 1e-3],
    list(np.linspace(50, 90, 40)),
]


@pytest.mark.parametrize(
    ("history", "measure"),
    [
        (history, measure)
        for history in ODD_HISTORIES
        for measure in (FLOW, STOCK, RATIO, COUNTER)
        if measure is not COUNTER or np.nanmin(history) >= 0
    ],
)
def test_any_history_has_a_finite_doubtful_answer(history, measure):
    series = annual("a", history, measure=measure)
    size = float(np.nanmax(np.abs(history)))
    end = end_of(series)
    got = asked([series], [level(v, end + h) for h in (1, 3, 8) for v in (history[-1], 3 * size, 0.0)])
    for one in got:
        assert one.reason is Reason.OK
        assert 0 < one.probability_met < 1
        assert np.isfinite(one.quantiles).all()
        assert (np.diff(one.quantiles) >= 0).all()
        assert one.quantiles[-1] > one.quantiles[0]
    if np.nanmin(history) >= 0 and measure is not RATIO:
        assert min(a.quantiles[0] for a in got) >= 0


@pytest.mark.parametrize("length", [3, 4, 8, 25, 26, 40])
def test_every_length_from_three_on_is_served(length):
    series = simulated_walks(1, length, seed=length)[0]
    got = asked([series], [level(100, series.observed_to + 2, series_id="s0")])[0]
    assert got.method == "annual_pool"
    assert got.n_observations == length


def test_values_older_than_any_use_change_nothing():
    long = simulated_walks(1, 60, seed=2)[0]
    short = replace(long, first=long.first + 20, values=long.values[20:])
    question = level(100, long.observed_to + 2, series_id="s0")
    assert asked([long], [question])[0].quantiles == asked([short], [question])[0].quantiles


def test_the_spread_grows_for_twenty_years():
    path = drawn(annual("a", GROWING), ahead=20)
    low, high = np.quantile(np.log(path.draws), [0.1, 0.9], axis=0)
    assert (np.diff(high - low) > 0).all()
    assert np.isfinite(path.draws).all()
    assert np.unique(path.draws[:, -1]).size > 300


def test_a_far_horizon_of_levels_neither_collapses_nor_flies_off():
    path = drawn(annual("a", [-2, 3, -1, 4, 0, 2], **FREE), ahead=20)
    spread = path.draws.std(axis=0)
    assert (np.diff(spread) > 0).all()
    assert spread[-1] < 1000


def test_a_jump_does_not_carry_the_forecast_away():
    contracts = asked([annual("a", [61, 67, 74, 79, 88, 91.7, 940.6, 227.0, 88.9])], [level(1, 2019)])[0]
    assert 40 < contracts.quantiles[4] < 200
    assert contracts.quantiles[-1] < 3000


def test_one_series_wild_leaves_its_peers_alone():
    series = simulated_walks(20, 10, seed=5)
    wild = annual("wild", [1, 1e5, 1, 1e6, 2, 1e7, 3, 1e5, 2, 1], group="g")
    question = level(160, 2021, series_id="s3")
    usual, beside = asked(series, [question])[0], asked([*series, wild], [question])[0]
    assert usual.quantiles == pytest.approx(beside.quantiles, rel=0.05)


def test_a_peer_that_grows_moves_a_short_history():
    short = annual("a", [100.0, 101, 102], group="g", first=2017)
    slow = [replace(s, group="g") for s in simulated_walks(25, 10, seed=5, drift=0.0, sd=0.03)]
    fast = [replace(s, group="g") for s in simulated_walks(25, 10, seed=5, drift=0.15, sd=0.03)]
    question = level(100, 2023)
    low, high = (asked([short, *peers], [question])[0].quantiles[4] for peers in (slow, fast))
    assert high > low


@pytest.mark.parametrize("near", [99.9, 100.0])
def test_a_share_near_its_bound_is_never_certain(near):
    share = annual("a", [96, 97.5, 98.5, 99.2, near], measure=RATIO, lower=0, upper=100)
    questions = [level(v, 2016) for v in (90, 99, 99.99, 100)]
    got = [a.probability_met for a in asked([share], questions)]
    assert all(0 < p < 1 for p in got)
    assert got == sorted(got, reverse=True)
    path = drawn(share, ahead=10)
    assert path.draws.min() >= 0
    assert path.draws.max() <= 100


def test_a_share_constant_at_its_bound_is_not_certain_to_stay():
    full = annual("a", [100.0] * 8, measure=RATIO, lower=0, upper=100)
    assert 0.2 < asked([full], [level(100, 2018)])[0].probability_met < 0.95


def test_preliminary_last_values_widen_and_never_settle():
    final = annual("a", GROWING)
    doubtful = annual("a", GROWING, provisional=np.array([False] * 5 + [True]))
    questions = [level(150, 2015), level(160, 2016)]
    got = asked([doubtful], questions)
    assert got[0].reason is Reason.OK
    assert 0 < got[0].probability_met < 1
    sure = asked([final], questions[1:])[0]
    assert got[1].quantiles[-1] - got[1].quantiles[0] > sure.quantiles[-1] - sure.quantiles[0]


def test_a_series_that_ended_years_ago_is_forecast_from_its_own_end():
    series = simulated_walks(10, 10, seed=3)
    old = annual("old", GROWING, first=2001, group="g")
    question = level(170, 2020, series_id="old")
    got = asked([*series, old], [question])[0]
    assert (got.observed_to, got.reason) == (2006, Reason.OK)
    near = asked([*series, old], [level(170, 2008, series_id="old")])[0]
    wide, narrow = (np.ptp(np.log(np.array(a.quantiles))) for a in (got, near))
    assert wide > narrow


def test_measures_and_frequencies_stand_side_by_side():
    months = ytd_rows([100, 110, 121, 133], np.full(12, 1 / 12))
    months[-1] = months[-1][:7]
    quarters = [10, 21, 33, 47, 11, 23, 36, 50, 12, 25]
    mixed = [
        annual("flow", GROWING),
        annual("stock", GROWING, measure=STOCK),
        annual("ratio", [2.1, 2.2, 2.3, 2.5], measure=RATIO, lower=0, upper=100),
        annual("count", [0, 3, 5, 4], measure=COUNTER),
        monthly("months", months),
        monthly("index", months, measure=STOCK),
        replace(annual("quarters", quarters), periods_per_year=4, first=2018 * 4),
    ]
    questions = [level(s.values[-1], s.observed_to + 1, series_id=s.series_id) for s in mixed]
    got = asked(mixed, questions)
    assert all(a.reason is Reason.OK and 0 < a.probability_met < 1 for a in got)
    alone = [asked(mixed, [q])[0] for q in questions]
    assert got == alone


def test_two_values_are_too_few_and_three_are_enough():
    few = asked([annual("a", [5, 6])], [level(6, 2013)])[0]
    enough = asked([annual("a", [5, 6, 7])], [level(6, 2013)])[0]
    assert few.probability_met is None
    assert enough.method == "annual_pool"


def test_the_pool_is_no_wilder_than_drift_alone():
    """Simulated walks, where drift is the truth: the pool may cost little."""
    series = simulated_walks(40, 12, seed=11)
    ids = [s.series_id for s in series]
    widths = []
    for model in (AnnualPool(), AnnualDrift()):
        paths = forecast_paths(panel(*series), ids, until=1, n_draws=400, seed=1, models=(model,))
        widths.append(
            np.mean([np.ptp(np.quantile(np.log(p.draws[:, 0]), [0.1, 0.9])) for p in paths.values()])
        )
    assert 0.6 < widths[0] / widths[1] < 1.5


COMPARATORS = [Comparator.AT_LEAST, Comparator.MORE_THAN, Comparator.AT_MOST, Comparator.LESS_THAN]


@pytest.mark.parametrize("comparator", COMPARATORS)
@pytest.mark.parametrize("kind", [TargetKind.LEVEL, TargetKind.CUMULATIVE, TargetKind.GROWTH])
def test_quick_answers_equal_the_long_way(kind, comparator):
    series = [
        *simulated_walks(6, 9, seed=3),
        annual("low", [1e-9, 2e-9, 1.5e-9, 3e-9]),
        annual("high", [1e15, 2e15, 1.5e15, 3e15], measure=STOCK),
        annual("flat", [7.0, 7.0, 7.0, 7.0]),
    ]
    questions = [
        ask(kind, value, one.observed_to + ahead, comparator=comparator, series_id=one.series_id)
        for one in series
        for ahead in (1, 2, 7)
        for value in ((-5.0, 0.0, 4.2) if kind is TargetKind.GROWTH else (0.0, one.values[-1], 150.0))
    ]
    compare_both_ways(series, questions, ahead=7)


@pytest.mark.parametrize("kind", [TargetKind.LEVEL, TargetKind.CUMULATIVE])
def test_an_outlook_that_is_held_holds_levels_and_sums(kind):
    series = simulated_walks(6, 9, seed=3)
    until = {one.series_id: one.observed_to + 2 for one in series}
    free = AnnualPool().outlook(panel(*series), until=until, n_draws=400, seed=1)
    first = series[0].observed_to + 1
    question = ask(kind, 150.0, first + 1, start=first, series_id=series[0].series_id)
    wide, held = (
        quick_answers(outlook, {0: question})[0].quantiles for outlook in (free, replace(free, reach=0.01))
    )
    assert wide[-1] / wide[0] > 1.1
    assert 1 < held[-1] / held[0] <= np.exp(0.02) * (1 + 1e-12)


@pytest.mark.parametrize("start", [2014, 2016, 2017])
def test_quick_sums_with_years_already_known_equal_the_long_way(start):
    series = [annual("a", GROWING), annual("b", [3, np.nan, 4, 5, 4, 6])]
    questions = [
        ask(TargetKind.CUMULATIVE, value, 2018, start=start, series_id=one.series_id)
        for one in series
        for value in (12, 460, 800)
    ]
    compare_both_ways(series, questions, ahead=3)


def compare_both_ways(series, questions, *, ahead):
    paths = forecast_paths(panel(*series), [s.series_id for s in series], until=ahead, n_draws=400, seed=4)
    for one, other in zip(asked(series, questions), answer_from_paths(paths, questions), strict=True):
        assert (one.reason, one.method) == (other.reason, other.method)
        assert one.probability_met == other.probability_met
        if one.quantiles is not None:
            np.testing.assert_allclose(one.quantiles, other.quantiles, rtol=1e-12)


def test_a_large_panel_gives_the_same_in_parts():
    """More series than answer for the pool, and more than are drawn at a time."""
    series = [
        replace(one, group=f"g{i % 20}", values=one.values[i % 9 :], first=2010 + i % 9)
        for i, one in enumerate(simulated_walks(450, 14, seed=12))
    ]
    questions = [
        ask(kind, 8.0 if kind is TargetKind.GROWTH else 200.0, 2023 + ahead, series_id=s.series_id)
        for s in series
        for kind, ahead in ((TargetKind.GROWTH, 1), (TargetKind.LEVEL, 6))
    ]
    whole = asked(series, questions, n_draws=101)
    assert asked(series, questions[::2], n_draws=101) == whole[::2]
    assert asked(series, questions[-30:], n_draws=101) == whole[-30:]


def test_a_mirrored_panel_of_peers_gives_mirrored_answers():
    rng = np.random.default_rng(6)
    walks = np.cumsum(rng.normal(0, 1, (12, 15)), axis=1)
    above = [annual(f"s{i}", row, group="g", measure=RATIO, **FREE) for i, row in enumerate(walks)]
    below = [replace(one, values=-one.values) for one in above]
    questions = [level(float(row[-1]) + 1, 2026, series_id=f"s{i}") for i, row in enumerate(walks)]
    turned = [replace(q, value=-q.value, comparator=AT_MOST) for q in questions]
    up, down = asked(above, questions), asked(below, turned)
    np.testing.assert_allclose([a.probability_met for a in up], [a.probability_met for a in down], atol=1e-12)


@pytest.mark.parametrize("last", [132.0, 400.0])
def test_what_the_pool_saw_of_a_past_year_does_not_hang_on_later_ones(last):
    values = [100, 104, 108, 111, 116, 120, 124, 128, 130, last]
    histories = histories_of(panel(annual("a", values), *simulated_walks(6, 10, seed=3)))
    then, kept = histories.shortened(1)
    row = kept.tolist().index(0)
    np.testing.assert_allclose(np.exp(then.held[row, -9:]), values[:-1])
    assert histories.moves(kept, back=1, ahead=1)[row] == pytest.approx(np.log(last / 130))


def test_a_filled_gap_is_neither_an_origin_nor_an_outcome():
    gap = annual("a", [100, 104, 108, 111, 116, 120, 124, 128, None, 140])
    histories = histories_of(panel(gap, *simulated_walks(6, 10, seed=3)))
    assert 0 not in histories.shortened(1)[1]
    kept = histories.shortened(2)[1]
    row = kept.tolist().index(0)
    assert np.isnan(histories.moves(kept, back=2, ahead=1)[row])
    assert histories.moves(kept, back=2, ahead=2)[row] == pytest.approx(np.log(140 / 128))
