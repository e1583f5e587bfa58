"""Runs: scheduled and ad hoc, what is stored, hysteresis, and the division of a change."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest

from monitor import commands, queries
from monitor.assess import RunSummary, assess, assessment_days
from monitor.core.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.core.errors import TargetRuleError
from monitor.core.flags import COLOURS, Flag
from monitor.core.records import RunKind
from monitor.setup import Workspace
from monitor.whatif import fan, propose

pytestmark = pytest.mark.workspace("simulated_city")
TODAY = dt.date(2026, 11, 21)
PLAN = ("sim_work_plan_2026",)


def run(workspace: Workspace, as_of: dt.date, kind: RunKind | None = None) -> RunSummary:
    return assess(workspace.store, ADMIN, workspace.policy, as_of=as_of, kind=kind)


def test_the_simulated_city_shows_every_kind_of_flag(workspace: Workspace) -> None:
    run(workspace, TODAY)
    shown = queries.overview(workspace.store, ADMIN, as_of=TODAY)
    assert shown.simulated
    wanted = {Flag.RED, Flag.YELLOW, Flag.GREEN, Flag.GREY, Flag.MET, Flag.MISSED, Flag.AWAITING}
    assert wanted | {Flag.DUE, Flag.DONE, Flag.OVERDUE} <= set(shown.counts)


def test_a_fan_is_kept_with_the_assessment_it_was_drawn_for(workspace: Workspace) -> None:
    store = workspace.store
    run(workspace, TODAY, RunKind.ADHOC)
    found = queries.latest_assessments(store, ADMIN, as_of=TODAY, kind=RunKind.ADHOC)
    code = min(target for target, entry in found.items() if entry.flag in COLOURS)
    assert queries.stored_fan(store, ADMIN, code, as_of=TODAY) is None, "ad-hoc runs keep none"
    run(workspace, TODAY)
    run(workspace, TODAY)
    drawn = fan(store, ADMIN, workspace.policy, code, as_of=TODAY)
    assert drawn is not None
    assert queries.stored_fan(store, ADMIN, code, as_of=TODAY) == drawn
    assert queries.stored_fan(store, ADMIN, code, as_of=TODAY - dt.timedelta(days=1)) is None
    settled = min(target for target, entry in found.items() if entry.flag is Flag.MET)
    assert queries.stored_fan(store, ADMIN, settled, as_of=TODAY) is None


def test_assessing_twice_stores_nothing_new(workspace: Workspace) -> None:
    first = run(workspace, TODAY)
    second = run(workspace, TODAY)
    assert first.stored == first.assessed
    assert second.changes == ()


def test_looking_back_is_ad_hoc_and_changes_no_screen(workspace: Workspace) -> None:
    run(workspace, TODAY)
    before = queries.overview(workspace.store, ADMIN, as_of=TODAY)
    looked_back = run(workspace, dt.date(2026, 6, 30))
    assert looked_back.kind is RunKind.ADHOC
    after = queries.overview(workspace.store, ADMIN, as_of=TODAY)
    assert [row.assessment for row in after.rows] == [row.assessment for row in before.rows]


def test_the_same_figures_give_the_same_numbers_again(workspace: Workspace) -> None:
    run(workspace, TODAY, RunKind.ADHOC)
    first = queries.latest_assessments(workspace.store, ADMIN, as_of=TODAY, kind=RunKind.ADHOC)
    run(workspace, TODAY, RunKind.ADHOC)
    second = queries.latest_assessments(workspace.store, ADMIN, as_of=TODAY, kind=RunKind.ADHOC)
    assert {code: entry.probability_met for code, entry in first.items()} == {
        code: entry.probability_met for code, entry in second.items()
    }


def test_every_change_in_probability_divides_exactly(workspace: Workspace) -> None:
    for as_of in assessment_days(dt.date(2026, 8, 1), TODAY, every="week"):
        run(workspace, as_of)
    divided = 0
    for code in queries.latest_assessments(workspace.store, ADMIN, as_of=TODAY):
        past = queries.assessments_of(workspace.store, ADMIN, code, until=TODAY)
        for earlier, later in pairwise(past):
            if later.change is None:
                continue
            assert later.change.total == pytest.approx(
                later.probability_met - earlier.probability_met, abs=1e-12
            )
            assert later.change.model == 0.0
            divided += 1
    assert divided > 20


def test_a_revised_target_is_answered_beside_the_published_one(workspace: Workspace) -> None:
    run(workspace, dt.date(2026, 11, 14))
    code = "sim2026.contract_value_stretch"
    target = queries.get_target(workspace.store, ADMIN, code)
    terms = target.history[0].terms
    commands.revise_target(
        workspace.store,
        ADMIN,
        code,
        terms=replace(terms, value=terms.value * 0.85),
        effective_on=dt.date(2026, 11, 20),
        reason="测试：目标调整",
        document="",
        expected_sequence=1,
    )
    run(workspace, TODAY)
    found = queries.target_detail(workspace.store, ADMIN, code, as_of=TODAY).assessments[-1]
    assert found.revision_sequence == 2
    assert found.probability_published is not None
    assert found.probability_met > found.probability_published
    assert found.change is not None
    assert found.change.target_edit > 0
    earlier = queries.overview(workspace.store, ADMIN, as_of=dt.date(2026, 11, 19))
    assert next(row for row in earlier.rows if row.target == code).terms == terms


def test_what_if_says_what_the_run_said(workspace: Workspace) -> None:
    """Asked alone or among all others, a target gets the same number, bit for bit."""
    run(workspace, TODAY)
    compared = 0
    for code, found in queries.latest_assessments(workspace.store, ADMIN, as_of=TODAY).items():
        if found.probability_met is None or found.reason.facts.get("early"):
            continue
        if found.quantiles is None or found.reason.code.value == "reached":
            continue
        try:
            tried = propose(workspace.store, ADMIN, workspace.policy, code, as_of=TODAY)
        except TargetRuleError:
            continue  # a direction has no value to try
        assert tried.probability_now == tried.probability == found.probability_met, code
        compared += 1
    assert compared > 30


def test_a_run_over_one_plan_says_what_the_whole_run_says(workspace: Workspace) -> None:
    part = assess(workspace.store, ADMIN, workspace.policy, as_of=TODAY, plans=PLAN, kind=RunKind.ADHOC)
    assert 0 < part.assessed < 57
    of_plan = queries.latest_assessments(workspace.store, ADMIN, as_of=TODAY, kind=RunKind.ADHOC)
    run(workspace, TODAY)
    of_all = queries.latest_assessments(workspace.store, ADMIN, as_of=TODAY)
    for code, found in of_plan.items():
        assert found.probability_met == of_all[code].probability_met, code
        assert found.input_hash == of_all[code].input_hash, code


def test_no_part_of_a_change_is_charged_to_a_target_nobody_touched(workspace: Workspace) -> None:
    for as_of in assessment_days(dt.date(2026, 9, 1), TODAY, every="week"):
        run(workspace, as_of)
    changes = [
        entry.change
        for code in queries.latest_assessments(workspace.store, ADMIN, as_of=TODAY)
        for entry in queries.assessments_of(workspace.store, ADMIN, code, until=TODAY)
        if entry.change is not None
    ]
    assert changes
    assert all(change.target_edit == pytest.approx(0, abs=1e-12) for change in changes)
    assert all(change.time_passing == pytest.approx(0, abs=1e-12) for change in changes)
