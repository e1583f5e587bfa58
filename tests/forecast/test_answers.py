"""What is answered, and what is not."""

import math

import numpy as np
import pytest

from forecast import (
    QUANTILE_LEVELS,
    Comparator,
    Question,
    QuestionError,
    Reason,
    Reporting,
    TargetKind,
    answer,
    answer_from_paths,
    attained,
    compared_draws,
    fan,
    forecast_paths,
    value_with_probability,
)

from .builders import COUNTER, RATIO, STOCK, annual, level, monthly, panel, simulated_walks

GROWING = [100, 108, 119, 125, 139, 150]  # 2010 to 2015


def one(series, question, **more):
    return answer(panel(*series), [question], seed=1, **more)[0]


def multiple(series_id, deadline, *, start):
    return Question("q", series_id, TargetKind.MULTIPLE, Comparator.AT_LEAST, 2, deadline, start=start)


def test_settled_is_exactly_zero_or_one():
    series = annual("a", GROWING)
    met, missed = one([series], level(150, 2015)), one([series], level(150.1, 2015))
    assert (met.probability_met, met.reason, met.method) == (1.0, Reason.SETTLED, "observed")
    assert (missed.probability_met, missed.reason) == (0.0, Reason.SETTLED)
    assert met.quantiles == (150.0,) * len(QUANTILE_LEVELS)


def test_settled_needs_no_model():
    got = one([annual("a", [5, 7])], Question("q", "a", TargetKind.GROWTH, Comparator.AT_LEAST, 40, 2011))
    assert got.probability_met == 1.0


def test_preliminary_figures_never_settle():
    series = annual("a", GROWING, provisional=np.array([False] * 5 + [True]))
    near, far = one([series], level(150, 2015)), one([series], level(100, 2015))
    assert near.reason is Reason.OK
    assert 0.3 < near.probability_met < 0.7
    assert 0.99 < far.probability_met < 1
    assert near.observed_to == 2015


def test_a_final_figure_settles_although_an_earlier_one_is_preliminary():
    series = annual("a", GROWING, provisional=np.array([False] * 4 + [True, False]))
    assert one([series], level(150, 2015)).reason is Reason.SETTLED
    growth = Question("q", "a", TargetKind.GROWTH, Comparator.AT_LEAST, 8.0, 2015)
    assert one([series], growth).reason is Reason.OK


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (Question("q", "a", TargetKind.MILESTONE, Comparator.AT_LEAST, None, 2016), Reason.MILESTONE),
        (level(1, 2016, series_id="nowhere"), Reason.UNKNOWN_SERIES),
        (level(1, 2016, series_id="empty"), Reason.NO_DATA),
        (level(1, 2018, series_id="short"), Reason.TOO_SHORT),
        (
            Question("q", "a", TargetKind.MULTIPLE, Comparator.AT_LEAST, 2, 2016, start=2001),
            Reason.MISSING_BASE,
        ),
        (Question("q", "gap", TargetKind.GROWTH, Comparator.AT_LEAST, 2, 2014), Reason.MISSING_BASE),
        (
            Question("q", "zero", TargetKind.MULTIPLE, Comparator.AT_LEAST, 2, 2014, start=2010),
            Reason.MISSING_BASE,
        ),
        (Question("q", "a", TargetKind.RANK, Comparator.AT_MOST, 3, 2016), Reason.NO_PEERS),
        (Question("q", "stock", TargetKind.CUMULATIVE, Comparator.AT_LEAST, 3, 2016), Reason.UNFIT_KIND),
    ],
)
def test_nothing_can_be_said(question, reason):
    series = [
        annual("a", GROWING),
        annual("empty", [np.nan, np.nan]),
        annual("short", [1, 2]),
        annual("gap", [1, 2, 3, np.nan, 5, 6]),
        annual("zero", [0, 2, 3]),
        annual("stock", GROWING, measure=STOCK),
    ]
    got = one(series, question)
    assert (got.reason, got.probability_met, got.quantiles) == (reason, None, None)


@pytest.mark.parametrize(
    "facts",
    [
        {"value": None},
        {"value": math.nan},
        {"comparator": Comparator.BETWEEN},
        {"comparator": Comparator.BETWEEN, "value_upper": 0.5},
        {"about_tolerance": -1.0},
        {"kind": TargetKind.MULTIPLE, "start": 2015},
        {"kind": TargetKind.CUMULATIVE, "start": 2016},
    ],
)
def test_bad_questions_are_refused(facts):
    usual = {"kind": TargetKind.LEVEL, "comparator": Comparator.AT_LEAST, "value": 1.0, "deadline": 2015}
    with pytest.raises(QuestionError):
        Question("q", "a", **(usual | facts))


def test_same_numbers_in_any_order_and_choice():
    series = simulated_walks(12, 9, seed=3)
    questions = [level(150, year, series_id=s.series_id) for s in series for year in (2020, 2022)]
    forward = {a.question_id + str(i): a for i, a in enumerate(answer(panel(*series), questions, seed=5))}
    backward = answer(panel(*series[::-1]), questions[::-1], seed=5)[::-1]
    alone = [one_of for q in questions for one_of in answer(panel(*series), [q], seed=5)]
    assert list(forward.values()) == backward == alone


def test_same_numbers_for_months_in_any_choice():
    rows = [[10 + year + month for month in range(12)] for year in range(4)]
    rows.append([15, 17])
    series = monthly("a", rows, measure=STOCK)
    questions = [level(22, 12 * 2023 + 11), level(22, 12 * 2024 + 5), level(22, 12 * 2026)]
    together = answer(panel(series), questions, seed=5)
    assert together == [answer(panel(series), [q], seed=5)[0] for q in questions]


def test_rank_uses_joint_draws_and_settles_when_all_are_known():
    series = [annual(f"p{i}", [base] * 4 + [base + 1], measure=RATIO) for i, base in enumerate([50, 40, 30])]
    peers = ("p0", "p2")
    ask = {"kind": TargetKind.RANK, "comparator": Comparator.AT_MOST, "peers": peers}
    known = one(series, Question("q", "p1", value=2, deadline=2014, **ask))
    assert (known.probability_met, known.reason) == (1.0, Reason.SETTLED)
    drawn = one(series, Question("q", "p1", value=1, deadline=2016, **ask))
    assert drawn.reason is Reason.OK
    assert 0 < drawn.probability_met < 0.2


def test_unknown_peers_stand_in_as_any_known_one():
    series = [annual(name, [10.0, 11, 12, 13]) for name in ("a", "b")]
    question = Question("q", "a", TargetKind.RANK, Comparator.AT_MOST, 1, 2013, peers=("b", "nowhere"))
    assert one(series, question).reason is Reason.OK
    mostly = Question("q", "a", TargetKind.RANK, Comparator.AT_MOST, 1, 2013, peers=("b", "x", "y"))
    assert one(series, mostly).reason is Reason.NO_PEERS


def test_direction_needs_no_value_and_follows_polarity():
    falling = annual("a", [60, 55, 49, 45, 40, 36])
    ask = {"kind": TargetKind.DIRECTION, "comparator": Comparator.AT_LEAST, "value": None}
    up = one([falling], Question("q", "a", deadline=2018, start=2016, **ask))
    down = one([falling], Question("q", "a", deadline=2018, start=2016, higher_is_better=False, **ask))
    assert up.probability_met < 0.2
    assert down.probability_met > 0.7
    settled = one([falling], Question("q", "a", deadline=2015, start=2011, higher_is_better=False, **ask))
    assert settled.probability_met == 1.0


def test_year_total_of_a_period_reported_flow_is_its_level_in_december():
    rows = [[1.0] * 12] * 2
    series = monthly("a", rows, reporting=Reporting.PERIOD)
    assert one([series], level(12, 2020 * 12 + 11)).probability_met == 1.0
    over = Question(
        "q", "a", TargetKind.CUMULATIVE, Comparator.AT_LEAST, 15, 2020 * 12 + 5, start=2019 * 12 + 3
    )
    assert one([series], over).quantiles[0] == 15


def test_cumulative_joins_known_years_with_drawn_ones():
    series = annual("a", GROWING, measure=COUNTER)
    question = Question("q", "a", TargetKind.CUMULATIVE, Comparator.AT_LEAST, 560, 2017, start=2014)
    draws, reason = compared_draws(forecast_paths(panel(series), ["a"], until=2, seed=1), question)
    assert reason is Reason.OK
    assert draws.min() > 139 + 150
    assert np.median(draws) == pytest.approx(139 + 150 + 163 + 177, rel=0.05)


def test_what_if_scores_again_without_fitting():
    series = simulated_walks(8, 9, seed=3)
    questions = [level(150, 2020, series_id=s.series_id) for s in series]
    paths = forecast_paths(panel(*series), [s.series_id for s in series], until=6, seed=5)
    again, at_once = answer_from_paths(paths, questions), answer(panel(*series), questions, seed=5)
    for one, other in zip(again, at_once, strict=True):
        assert one.probability_met == other.probability_met
        assert one.quantiles == pytest.approx(other.quantiles)


def test_progress_counts_questions():
    seen = []
    series = annual("a", GROWING)
    one([series], level(1, 2016), progress=lambda done, of: seen.append((done, of)))
    assert seen == [(1, 1)]


def test_a_ratio_too_short_is_drawn_from_its_parts():
    above = annual("n", [20, 22, 23, 25, 27, 29])
    below = annual("d", [1000, 1050, 1100, 1160, 1220, 1280])
    ratio = annual("r", [2.2], first=2014, measure=RATIO, numerator="n", denominator="d")
    got = one([above, below, ratio], level(2.0, 2017, series_id="r"))
    assert (got.method, got.reason) == ("ratio", Reason.OK)
    assert got.quantiles[4] == pytest.approx(2.4, abs=0.2)


def test_fan_is_ordered_and_widens():
    path = forecast_paths(panel(annual("a", GROWING)), ["a"], until=4, seed=1)["a"]
    lines = fan(path)
    assert lines.shape == (len(QUANTILE_LEVELS), 4)
    assert (np.diff(lines, axis=0) > 0).all()
    assert (np.diff(lines[-1] / lines[0]) > 0).all()
    assert path.known.tolist() == GROWING


@pytest.mark.parametrize("comparator", [Comparator.AT_LEAST, Comparator.AT_MOST])
def test_value_with_probability_is_the_inverse(comparator):
    path = forecast_paths(panel(annual("a", GROWING)), ["a"], until=2, seed=1)
    draws, _ = compared_draws(path, level(1, 2017))
    value = value_with_probability(draws, probability=0.8, comparator=comparator)
    got = answer_from_paths(path, [level(value, 2017, comparator=comparator)])[0]
    assert got.probability_met == pytest.approx(0.8, abs=0.001)
    rounded = value_with_probability(draws, probability=0.8, comparator=comparator, decimals=0)
    assert rounded == round(rounded)
    again = answer_from_paths(path, [level(rounded, 2017, comparator=comparator)])[0]
    assert again.probability_met >= 0.799


def test_value_with_probability_for_about_gives_the_written_target():
    draws = np.arange(1.0, 101.0)
    floor = value_with_probability(draws, probability=0.8)
    about = value_with_probability(
        draws, probability=0.8, comparator=Comparator.ABOUT, relative_tolerance=0.05
    )
    assert floor == 21
    assert about * 0.95 == pytest.approx(floor)
    with pytest.raises(ValueError, match="floor or a ceiling"):
        value_with_probability(draws, probability=0.8, comparator=Comparator.BETWEEN)


def test_a_ratio_of_parts_stays_within_its_bounds():
    above = annual("n", [960, 1000, 1060, 1090, 1160, 1200])
    below = annual("d", [1000, 1050, 1100, 1160, 1220, 1280])
    ratio = annual("r", [94], first=2014, measure=RATIO, numerator="n", denominator="d", lower=0, upper=95)
    beyond = level(95, 2017, series_id="r", comparator=Comparator.MORE_THAN)
    got = one([above, below, ratio], beyond)
    assert got.method == "ratio"
    assert got.probability_met < 0.001
    assert got.quantiles[-1] <= 95


def test_a_rank_that_no_stand_in_can_change_is_nearly_certain():
    series = [annual(f"p{i}", [10.0, 11, 12, 20 - i]) for i in range(6)]
    peers = (*(f"p{i}" for i in range(1, 6)), "nowhere")
    ask = {"kind": TargetKind.RANK, "comparator": Comparator.AT_MOST, "peers": peers}
    assert one(series, Question("q", "p0", value=2, deadline=2013, **ask)).probability_met > 0.999


def test_a_month_that_is_never_reported_is_not_nothing():
    rows = [[None, *(20.0 * month for month in range(2, 13))] for _ in range(4)]
    january = 2023 * 12
    for deadline in (january, january + 24):
        for comparator in (Comparator.AT_LEAST, Comparator.AT_MOST):
            got = one([monthly("a", rows)], level(5, deadline, comparator=comparator))
            assert (got.probability_met, got.reason) == (None, Reason.NO_DATA)
    grown = Question("q", "a", TargetKind.NET_INCREASE, Comparator.AT_LEAST, 5, january + 3, january - 12)
    assert one([monthly("a", rows)], grown).reason is Reason.MISSING_BASE


@pytest.mark.parametrize("value", [-10.0, 10.0])
def test_the_safe_value_of_an_about_ceiling_is_its_inverse(value):
    draws = np.linspace(value - 3, value + 3, 1001)
    safe = value_with_probability(
        draws, probability=0.8, comparator=Comparator.ABOUT, higher_is_better=False, relative_tolerance=0.05
    )
    allowed = attained(draws, Comparator.ABOUT, safe, tolerance=0.05 * abs(safe), higher_is_better=False)
    assert allowed.mean() == pytest.approx(0.8, abs=0.002)
