"""Trying and splitting on the simulated city: the same answers as elsewhere, exact sums, nothing written."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from monitor import commands, queries, whatif
from monitor.core.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.core.access import Actor, Role, Scope
from monitor.core.errors import PermissionDeniedError, StaleEditError, TargetRule, TargetRuleError
from monitor.core.flags import Flag
from monitor.setup import Workspace

pytestmark = pytest.mark.workspace("simulated_city")
AS_OF = dt.date(2026, 11, 15)
TOTAL = "sim2026.contract_value"


def test_a_trial_answers_as_a_single_what_if_does(workspace: Workspace) -> None:
    for code, value in ((TOTAL, 180.0), ("sim2026.rd_growth_each_year", 6.5), ("sim2026.rd_intensity", 3.1)):
        trial = whatif.prepare(workspace.store, ADMIN, workspace.policy, code, as_of=AS_OF)
        later = trial.deadlines()[1]
        terms = replace(trial.terms, value=trial.in_base(Decimal(str(value))), deadline=later)
        single = whatif.propose(
            workspace.store, ADMIN, workspace.policy, code, as_of=AS_OF, value=value, deadline=later
        )
        assert trial.tried(trial.terms).probability == single.probability_now
        assert trial.tried(terms).probability == single.probability
        assert trial.chances(terms, [terms.value or 0.0]) == (single.probability,)
        sure = trial.sure(terms, 0.8)
        assert sure is not None
        assert sure.terms.value == pytest.approx(trial.in_base(Decimal(str(single.safe_value))))
        assert sure.flag is Flag.GREEN


def test_shares_are_equally_likely_and_add_up_to_the_last_digit(workspace: Workspace) -> None:
    division = whatif.divide(workspace.store, ADMIN, workspace.policy, TOTAL, as_of=AS_OF)
    shares = division.split({}, {})
    written = [Decimal(repr(round((share.proposed or 0.0) / 1e8, 6))) for share in shares]
    assert len(shares) == 8
    assert sum(written) == Decimal(190)
    chances = [share.chance or 0.0 for share in shares]
    assert max(chances) - min(chances) < 0.06
    assert max(share.part.chance or 0.0 for share in shares) > 0.8
    assert min(share.part.chance or 1.0 for share in shares) < 0.3


def test_limits_hold_and_those_without_room_are_refused(workspace: Workspace) -> None:
    division = whatif.divide(workspace.store, ADMIN, workspace.policy, TOTAL, as_of=AS_OF)
    by_region = {
        share.part.region.code: share
        for share in division.split(
            {"SIM001": Decimal(36), "SIM002": Decimal(35)}, {"SIM001": Decimal(36), "SIM003": Decimal("31.5")}
        )
    }
    assert by_region["SIM001"].proposed == 36e8
    assert by_region["SIM001"].is_held
    assert (by_region["SIM002"].proposed or 0.0) >= 35e8
    assert (by_region["SIM003"].proposed or 0.0) <= 31.5e8
    assert sum(share.proposed or 0.0 for share in by_region.values()) == pytest.approx(190e8)
    with pytest.raises(TargetRuleError) as refused:
        division.split({"SIM001": Decimal(191)}, {})
    assert refused.value.rule is TargetRule.SPLIT_NO_ROOM


def test_a_split_stands_on_the_entries_it_would_replace(workspace: Workspace) -> None:
    for code, value in ((TOTAL, 200e8), (f"{TOTAL}.sim001", 50e8)):
        last = queries.get_target(workspace.store, ADMIN, code).history[-1]
        commands.revise_target(
            workspace.store,
            ADMIN,
            code,
            terms=replace(last.terms, value=value),
            effective_on=AS_OF + dt.timedelta(days=1),
            reason="测算后调整",
            document="",
            expected_sequence=last.sequence,
        )
    division = whatif.divide(workspace.store, ADMIN, workspace.policy, TOTAL, as_of=AS_OF)
    shares = division.split({}, {})
    assert sum(share.proposed or 0.0 for share in shares) == pytest.approx(200e8)
    (part,) = [share.part for share in shares if share.part.region.code == "SIM001"]
    assert part.present == 50e8
    (change,) = [one for one in division.changes(shares) if one.target == f"{TOTAL}.sim001"]
    assert change.expected_sequence == 2
    assert division.changes(division.present_shares()) == ()


def test_a_total_whose_withdrawal_is_recorded_is_not_split(workspace: Workspace) -> None:
    commands.withdraw_target(
        workspace.store,
        ADMIN,
        TOTAL,
        effective_on=AS_OF + dt.timedelta(days=1),
        reason="不再考核",
        document="",
        expected_sequence=1,
    )
    with pytest.raises(TargetRuleError) as refused:
        whatif.divide(workspace.store, ADMIN, workspace.policy, TOTAL, as_of=AS_OF)
    assert refused.value.rule is TargetRule.WITHDRAWN


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("sim2026.contract_rank", TargetRule.SPLIT_KIND),
        ("sim2026.talents", TargetRule.SPLIT_NOT_A_SUM),
        ("sim2026.contract_value.sim001", TargetRule.SPLIT_NO_PARTS),
        ("sim2025.contract_value", TargetRule.SPLIT_PAST),
    ],
)
def test_what_cannot_be_split_is_told_why(workspace: Workspace, code: str, rule: TargetRule) -> None:
    with pytest.raises(TargetRuleError) as refused:
        whatif.divide(workspace.store, ADMIN, workspace.policy, code, as_of=AS_OF)
    assert refused.value.rule is rule


def test_parts_outside_the_scope_keep_a_total_whole(workspace: Workspace) -> None:
    actor = Actor("planner", frozenset({Role.PLANNER}), Scope(regions=frozenset({"SIM000", "SIM001"})))
    with pytest.raises(PermissionDeniedError):
        whatif.divide(workspace.store, actor, workspace.policy, TOTAL, as_of=AS_OF)


def test_all_shares_are_recorded_or_none(workspace: Workspace) -> None:
    store = workspace.store
    division = whatif.divide(store, ADMIN, workspace.policy, TOTAL, as_of=AS_OF)
    changes = division.changes(division.split({}, {}))
    facts = {"effective_on": dt.date(2026, 11, 15), "reason": "按机会相等重新分解", "document": ""}
    overtaken = [*changes[:-1], replace(changes[-1], expected_sequence=0)]
    with pytest.raises(StaleEditError):
        commands.revise_targets(store, ADMIN, overtaken, **facts)
    codes = [change.target for change in changes]
    assert {len(target.history) for target in queries.get_targets(store, ADMIN, codes=codes)} == {1}
    made = commands.revise_targets(store, ADMIN, changes, **facts)
    revised = queries.get_targets(store, ADMIN, codes=codes)
    assert len(made) == len(changes) == len(revised) == 8
    assert sum(target.history[-1].terms.value or 0.0 for target in revised) == pytest.approx(190e8)
