"""From an estimate to a flag: settled first, then what cannot be said, then the colours."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from monitor.core.flags import Flag, Shown, Thresholds
from monitor.core.freshness import Freshness, freshness_of
from monitor.core.judging import Estimate, Situation, Unfirm, judge, judge_milestone
from monitor.core.periods import Period
from monitor.core.reasons import ReasonCode
from monitor.core.records import MilestoneReport
from tests.dashboard.builder import an_indicator

LINES = Thresholds(green_at=0.80, yellow_at=0.50, change_margin=0.05, confirmations=2)
DAY = dt.date(2026, 11, 21)
ANSWER = Estimate(0.6, {0.5: 2.4}, "2024", 12, "drift", "ok")
CASE = Situation(
    as_of=DAY,
    deadline=dt.date(2026, 12, 31),
    expected_publication=dt.date(2027, 10, 1),
    freshness=Freshness(Period.parse("2024"), Period.parse("2025"), dt.date(2026, 10, 1), 1),
    unfirm=None,
    reached_already=None,
    has_gap_at_deadline=False,
    needed=3,
    needed_years=2,
    full_years=None,
    missing_period=None,
    definition=None,
    needs_published_rate=False,
    indicator="rd_intensity",
)


def verdict(
    estimate: Estimate = ANSWER, situation: Situation = CASE, earlier: tuple[Shown, ...] = ()
) -> tuple[Flag, ReasonCode]:
    found = judge(estimate, situation, earlier, thresholds=LINES, grey_after_missed=2)
    return found.flag, found.reason.code


def no_answer(reason: str) -> Estimate:
    return replace(ANSWER, probability_met=None, quantiles=None, reason=reason)


@pytest.mark.parametrize(
    ("probability", "flag", "code"),
    [
        (0.95, Flag.GREEN, ReasonCode.ABOVE_GREEN_LINE),
        (0.80, Flag.GREEN, ReasonCode.ABOVE_GREEN_LINE),
        (0.79, Flag.YELLOW, ReasonCode.BELOW_GREEN_LINE),
        (0.50, Flag.YELLOW, ReasonCode.BELOW_GREEN_LINE),
        (0.49, Flag.RED, ReasonCode.BELOW_YELLOW_LINE),
    ],
)
def test_colours_follow_the_lines(probability: float, flag: Flag, code: ReasonCode) -> None:
    assert verdict(replace(ANSWER, probability_met=probability)) == (flag, code)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("no_data", ReasonCode.NO_DATA),
        ("unknown_series", ReasonCode.NO_DATA),
        ("too_short", ReasonCode.TOO_SHORT),
        ("missing_base", ReasonCode.MISSING_BASE),
        ("no_peers", ReasonCode.NO_PEERS),
    ],
)
def test_what_cannot_be_said_is_grey_and_says_why(reason: str, code: ReasonCode) -> None:
    assert verdict(no_answer(reason)) == (Flag.GREY, code)


def test_waiting_for_a_published_rate_is_said_so() -> None:
    waiting = replace(CASE, needs_published_rate=True)
    assert verdict(no_answer("no_data"), waiting) == (Flag.GREY, ReasonCode.NEEDS_PUBLISHED_RATE)


def test_a_series_cut_by_a_new_definition_says_so() -> None:
    cut = replace(CASE, definition={"period": "2025", "old": "a", "new": "b"})
    assert verdict(no_answer("too_short"), cut) == (Flag.GREY, ReasonCode.DEFINITION_CHANGED)


def test_shortness_is_counted_in_full_years_within_the_year() -> None:
    found = judge(
        no_answer("too_short"), replace(CASE, full_years=1), (), thresholds=LINES, grey_after_missed=2
    )
    assert found.reason.facts == {"n": 1, "needed": 2, "full_years": True}


def test_silence_is_grey_even_with_a_probability() -> None:
    silent = replace(CASE, freshness=replace(CASE.freshness, missed=3))
    assert verdict(ANSWER, silent) == (Flag.GREY, ReasonCode.SILENT)
    assert verdict(ANSWER, replace(CASE, freshness=replace(CASE.freshness, missed=2)))[0] is Flag.YELLOW


@pytest.mark.parametrize(("probability", "flag"), [(1.0, Flag.MET), (0.0, Flag.MISSED)])
def test_settled_targets_need_no_colour(probability: float, flag: Flag) -> None:
    assert verdict(replace(ANSWER, probability_met=probability, reason="settled"))[0] is flag


def test_an_amount_already_counted_is_met_before_the_deadline() -> None:
    found = judge(ANSWER, replace(CASE, reached_already=60.0), (), thresholds=LINES, grey_after_missed=2)
    assert found.flag is Flag.MET
    assert found.reason.facts["quantity"] == 60.0
    assert found.reason.facts["early"] is True


def test_nearly_certain_is_not_met() -> None:
    assert verdict(replace(ANSWER, probability_met=0.9999))[0] is Flag.GREEN


def test_after_the_deadline_a_figure_is_awaited() -> None:
    past = replace(CASE, deadline=dt.date(2025, 12, 31))
    assert verdict(ANSWER, past) == (Flag.AWAITING, ReasonCode.FIGURE_NOT_OUT)


def test_a_day_that_has_passed_is_not_announced() -> None:
    overdue = replace(CASE, deadline=dt.date(2025, 12, 31), expected_publication=dt.date(2026, 10, 1))
    found = judge(ANSWER, overdue, (), thresholds=LINES, grey_after_missed=2)
    assert found.reason.facts["days_overdue"] == 51
    in_time = replace(overdue, expected_publication=dt.date(2026, 12, 1))
    found = judge(ANSWER, in_time, (), thresholds=LINES, grey_after_missed=2)
    assert "days_overdue" not in found.reason.facts


def test_after_the_deadline_a_weak_figure_waits_for_the_firm_one() -> None:
    weak = Unfirm("2025", 2.4, "preliminary", quantity=2.4, is_reached=False)
    past = replace(CASE, deadline=dt.date(2025, 12, 31), unfirm=weak)
    found = judge(ANSWER, past, (), thresholds=LINES, grey_after_missed=2)
    assert (found.flag, found.reason.code) == (Flag.AWAITING, ReasonCode.UNFIRM_FIGURE)
    assert found.reason.facts["quantity"] == 2.4
    assert found.reason.facts["reached"] is False


def test_a_weak_base_changes_no_colour_before_the_deadline() -> None:
    weak = Unfirm("2024", 2.4, "preliminary", quantity=None, is_reached=None)
    assert verdict(ANSWER, replace(CASE, unfirm=weak)) == (Flag.YELLOW, ReasonCode.BELOW_GREEN_LINE)


def test_no_release_after_the_deadline_is_missed() -> None:
    indicator = an_indicator()
    last, day = Period.parse("2020"), dt.date(2026, 11, 21)
    assert freshness_of(last, indicator, as_of=day).missed > 2
    assert freshness_of(last, indicator, as_of=day, until=Period.parse("2021")).missed == 1
    assert freshness_of(last, indicator, as_of=day, until=last).missed == 0


def test_a_deadline_that_was_passed_over_is_grey() -> None:
    passed_over = replace(CASE, deadline=dt.date(2020, 12, 31), has_gap_at_deadline=True)
    assert verdict(no_answer("too_short"), passed_over) == (Flag.GREY, ReasonCode.FIGURE_NOT_OUT)


def test_a_colour_held_by_hysteresis_says_so() -> None:
    assert verdict(replace(ANSWER, probability_met=0.79), earlier=(Shown(Flag.GREEN, 0.85),)) == (
        Flag.GREEN,
        ReasonCode.HELD_BY_HYSTERESIS,
    )


def test_a_red_on_its_way_to_green_says_so() -> None:
    assert verdict(replace(ANSWER, probability_met=0.90), earlier=(Shown(Flag.RED, 0.40),)) == (
        Flag.YELLOW,
        ReasonCode.RECOVERING,
    )


def test_milestones_are_due_done_or_overdue() -> None:
    report = MilestoneReport("m", dt.date(2026, 9, 1), dt.datetime(2026, 9, 1, tzinfo=dt.UTC), "a", "r", "")
    end = dt.date(2026, 9, 30)
    assert judge_milestone(end, None, as_of=end).flag is Flag.DUE
    assert judge_milestone(end, None, as_of=end + dt.timedelta(days=1)).flag is Flag.OVERDUE
    assert judge_milestone(end, report, as_of=DAY).flag is Flag.DONE
    assert judge_milestone(end, report, as_of=dt.date(2026, 8, 31)).flag is Flag.DUE
