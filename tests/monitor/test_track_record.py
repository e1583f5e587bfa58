"""Which past probabilities count, what became of targets, and scores against numbers worked by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from monitor.core.flags import Flag
from monitor.core.reasons import DetailCode, Reason, ReasonCode
from monitor.core.records import Assessment, Outcome
from monitor.core.track_record import (
    Ending,
    Fate,
    Reading,
    TimeLeft,
    ending_of,
    quarter_ends,
    readings_of,
    time_left,
)
from monitor.forecasting import score
from tests.monitor.builders import assessment

DEADLINE = dt.date(2025, 12, 31)
OUT = dt.date(2026, 3, 15)


def told(
    day: dt.date, probability: float | None = 0.6, flag: Flag = Flag.YELLOW, **changes: Any
) -> Assessment:
    return assessment(as_of=day, probability_met=probability, flag=flag, details=(), **changes)


def settled(
    day: dt.date, flag: Flag = Flag.MET, *, early: bool = False, quantity: float = 910.0
) -> Assessment:
    facts: dict[str, Any] = {"quantity": quantity, "period": "2025"}
    code = ReasonCode.REACHED if flag is Flag.MET else ReasonCode.NOT_REACHED
    return told(day, 1.0, flag, reason=Reason(code, {**facts, "early": True} if early else facts))


def recorded(verdict: str, known_on: dt.date = OUT) -> Outcome:
    return Outcome("t", 910.0, "2025", known_on, verdict, "")


def readings(*history: Assessment, fate: Fate = Fate.MET, known_on: dt.date = OUT) -> list[Reading]:
    ending = Ending(fate, known_on, 910.0, fate is Fate.MET, None, None)
    return readings_of(
        history, ending, deadline=DEADLINE, sequence=1, kind="level", frequency="annual", wanted=900.0
    )


# --- what became of a target


@pytest.mark.parametrize(
    ("settling", "outcome", "is_past", "fate"),
    [
        ([], None, False, Fate.OPEN),
        ([], None, True, Fate.UNKNOWN),
        ([settled(OUT)], None, True, Fate.MET),
        ([settled(OUT, Flag.MISSED)], None, True, Fate.MISSED),
        ([], recorded("met"), True, Fate.MET),
        ([], recorded("not_found"), True, Fate.UNKNOWN),
        ([settled(OUT)], recorded("unknown"), True, Fate.MET),
        ([settled(OUT)], recorded("missed"), True, Fate.DISPUTED),
    ],
)
def test_a_fate_comes_from_the_figures_or_the_record_and_is_disputed_where_they_differ(
    settling: list[Assessment], outcome: Outcome | None, is_past: bool, fate: Fate
) -> None:
    assert ending_of(settling, outcome, is_past=is_past).fate is fate


def test_a_fate_is_known_from_the_earlier_day_and_an_early_amount_is_not_yet_the_figure() -> None:
    early, final = settled(dt.date(2025, 9, 30), early=True, quantity=905.0), settled(OUT, quantity=940.0)
    found = ending_of([early, final], recorded("met", dt.date(2026, 2, 1)), is_past=True)
    assert (found.known_on, found.quantity) == (dt.date(2025, 9, 30), 940.0)
    assert ending_of([early], None, is_past=False).quantity is None


# --- which probabilities count


def test_readings_are_taken_at_quarter_ends_until_the_fate_is_known() -> None:
    found = readings(told(dt.date(2025, 6, 10), 0.4), told(dt.date(2025, 11, 1), 0.7))
    assert [(entry.day, entry.probability) for entry in found] == [
        (dt.date(2025, 6, 30), 0.4),
        (dt.date(2025, 9, 30), 0.4),
        (dt.date(2025, 12, 31), 0.7),
    ]
    assert [entry.time_left for entry in found] == [TimeLeft.TO_9, TimeLeft.TO_6, TimeLeft.TO_3]


def test_what_says_no_probability_or_speaks_of_other_terms_does_not_count() -> None:
    first = dt.date(2025, 3, 31)
    assert not readings(told(first, None, Flag.GREY))
    assert not readings(told(first, 1.0, Flag.MET))
    assert not readings(told(first, revision_sequence=2))
    assert not readings(told(first), fate=Fate.DISPUTED)
    assert not readings(told(first), known_on=first)
    assert len(readings(told(dt.date(2025, 12, 31), 0.7, Flag.AWAITING))) == 1


def test_the_rules_are_read_from_what_the_assessment_told() -> None:
    behind = replace(
        told(dt.date(2025, 12, 31)),
        details=(Reason(DetailCode.STRAIGHT_LINE, {"share": 0.7, "due": 0.75}),),
        figures={"last_year_share": {"share": 0.7, "due": 0.6}},
    )
    (entry,) = readings(behind)
    assert (entry.straight_line, entry.last_year_share) == (False, True)
    (silent,) = readings(told(dt.date(2025, 12, 31)))
    assert (silent.straight_line, silent.last_year_share) == (None, None)


def test_quarter_ends_and_bands_of_time() -> None:
    assert quarter_ends(dt.date(2025, 3, 31), dt.date(2025, 9, 29)) == [
        dt.date(2025, 3, 31),
        dt.date(2025, 6, 30),
    ]
    days = [dt.date(2024, 12, 31), dt.date(2025, 3, 31), dt.date(2025, 12, 31), dt.date(2026, 1, 1)]
    bands = [TimeLeft.OVER_A_YEAR, TimeLeft.TO_12, TimeLeft.TO_3, TimeLeft.PAST]
    assert [time_left(day, DEADLINE) for day in days] == bands


# --- scores, worked by hand


def reading(target: str, probability: float, is_met: bool, **changes: Any) -> Reading:
    usual = Reading(
        target=target,
        day=dt.date(2025, 9, 30),
        flag=Flag.YELLOW,
        probability=probability,
        is_met=is_met,
        time_left=TimeLeft.TO_6,
        kind="level",
        frequency="monthly",
        straight_line=None,
        last_year_share=None,
        quantiles=None,
        quantity=None,
        wanted=None,
    )
    return replace(usual, **changes)


FOUR = [
    reading("a", 0.9, True, straight_line=False),
    reading("a", 0.9, True, straight_line=True, time_left=TimeLeft.TO_3),
    reading("b", 0.3, False, straight_line=True),
    reading("c", 0.3, True, frequency="annual"),
]


def test_the_brier_score_against_a_rule_counts_the_readings_the_rule_spoke_of() -> None:
    overall = score(FOUR).rows[0]
    assert (overall.n_targets, overall.n_readings, overall.share_met) == (3, 4, 0.75)
    assert overall.brier == pytest.approx((0.01 + 0.01 + 0.09 + 0.49) / 4)
    line = overall.straight_line
    assert line is not None
    assert (line.n, line.theirs) == (3, pytest.approx(2 / 3))
    assert line.ours == pytest.approx(0.11 / 3)
    assert line.skill == pytest.approx(1 - 0.11 / 2)
    assert overall.last_year_share is None
    assert (overall.coverage, overall.crps_share, overall.n_ranges) == (None, None, 0)


def test_a_bin_counts_its_targets_and_its_interval_rests_on_them() -> None:
    low, high = score(FOUR).bins
    assert (low.n_readings, low.n_targets, low.share_met) == (2, 2, 0.5)
    assert (high.n_readings, high.n_targets, high.mean_probability) == (2, 1, pytest.approx(0.9))
    assert (high.low, high.high) == (pytest.approx(1 / (1 + 1.959964**2)), 1.0)


def test_the_parts_of_the_brier_score_add_up() -> None:
    scores = score(FOUR)
    assert scores.reliability_part == pytest.approx((0.1**2 + 0.2**2) / 2)
    assert scores.resolution == pytest.approx(0.25**2)
    assert scores.uncertainty == pytest.approx(0.75 * 0.25)
    parts = (scores.reliability_part or 0) - (scores.resolution or 0) + (scores.uncertainty or 0)
    assert parts == pytest.approx(scores.rows[0].brier)


def test_rows_are_grouped_by_time_frequency_and_kind() -> None:
    keys = [(row.group, row.key, row.n_readings) for row in score(FOUR).rows]
    assert keys == [
        ("all", "all", 4),
        ("time_left", "3_to_6", 3),
        ("time_left", "0_to_3", 1),
        ("frequency", "annual", 1),
        ("frequency", "monthly", 3),
        ("kind", "level", 4),
    ]


def test_ranges_are_held_against_the_figure_and_scaled_by_the_value_asked_for() -> None:
    quantiles = {0.1: 90.0, 0.5: 100.0, 0.9: 110.0}
    inside = reading("a", 0.5, True, quantiles=quantiles, quantity=105.0, wanted=100.0)
    outside = reading("b", 0.5, True, quantiles=quantiles, quantity=130.0, wanted=100.0)
    overall = score([inside, outside, reading("c", 0.5, True)]).rows[0]
    assert (overall.n_ranges, overall.coverage) == (2, 0.5)
    near = 0.3 * 0.1 * 15 + 0.4 * 0.5 * 5 + 0.3 * 0.1 * 5
    far = 0.3 * 0.1 * 40 + 0.4 * 0.5 * 30 + 0.3 * 0.9 * 20
    assert overall.crps_share == pytest.approx((2 * near + 2 * far) / 2 / 100)


def test_nothing_judged_scores_nothing() -> None:
    assert score([]).rows == ()
