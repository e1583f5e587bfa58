"""Commands: seeded catalogue, loads, ledger edits, runs; each audited, each checked for role and scope."""

from __future__ import annotations

import datetime as dt
import inspect
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
import sqlalchemy as sa

from forecast.targets import Comparator, TargetKind
from monitor import commands, queries
from monitor.commands import Change
from monitor.core.access import Actor, Role, Scope
from monitor.core.acknowledgements import NewAcknowledgement
from monitor.core.errors import (
    NotFoundError,
    PermissionDeniedError,
    Refusal,
    StaleEditError,
    TargetRuleError,
    UsageError,
)
from monitor.core.jobs import JobOutcome
from monitor.core.ledger import Commitment, Part, TargetChange, Terms, broken_link
from monitor.core.loading import LoadOutcome, QuarantineState, Replay
from monitor.core.notices import Notice, NoticeKind
from monitor.core.outbox import (
    AttemptOutcome,
    MessageKind,
    MessageState,
    NewAttempt,
    NewMessage,
    OutboxMessage,
    SeenMessage,
)
from monitor.core.people import DigestRecord, Person
from monitor.core.records import (
    AcceptedTarget,
    Outcome,
    PlanDocument,
    Status,
    Target,
    TargetNote,
    TargetQuote,
)
from monitor.core.reviews import Decision, NewDecision, NewPlanReview, ReviewEnd
from monitor.core.runs import TrainedModel
from monitor.core.sources import NewSourceRun, SourceOutcome
from monitor.store import Store
from monitor.tables import AuditRow, Base
from tests.monitor.builders import (
    ADMIN,
    CITY_VIEWER,
    MILESTONE,
    MORNING,
    OWNER,
    PLANNER,
    RD,
    REPOST,
    TARGET,
    VIEWER,
    YEARBOOK,
    FakeClock,
    assessment,
    baseline_target,
    catalogue,
    figure,
    flag_change,
    indicator,
    load,
    plan_entry,
    region,
    run,
    target_entry,
)

REFUSAL = Refusal(
    "figures.csv", None, 7, "value", "number", "'—'", "The value is no number.", "Write a number."
)


@pytest.fixture
def seeded(store: Store) -> Store:
    commands.seed_catalogue(store, ADMIN, catalogue())
    return store


def contents(store: Store) -> dict[str, list[str]]:
    """Every row of every table."""
    with store.read() as session:
        return {
            name: sorted(repr(row) for row in session.execute(sa.select(*table.c)))
            for name, table in Base.metadata.tables.items()
        }


def audited(store: Store) -> list[tuple[str, str, str]]:
    with store.read() as session:
        rows = session.execute(
            sa.select(AuditRow.action, AuditRow.subject_kind, AuditRow.subject).order_by(AuditRow.id)
        )
        return [tuple(row) for row in rows]


def target(store: Store, code: str = TARGET) -> Target:
    (found,) = queries.get_targets(store, ADMIN, codes=[code])
    return found


def revise(store: Store, actor: Actor = PLANNER, expected: int = 1, **changes: Any) -> Any:
    terms = replace(target(store).history[-1].terms, **(changes or {"value": 950.0}))
    return commands.revise_target(
        store,
        actor,
        TARGET,
        terms=terms,
        effective_on=dt.date(2024, 6, 1),
        reason="中期评估后调整",
        document="绵科发〔2024〕3号",
        expected_sequence=expected,
    )


def new_target(code: str = "opened") -> dict[str, Any]:
    terms = Terms(
        "hightech_enterprises",
        "510700",
        TargetKind.LEVEL,
        Comparator.AT_LEAST,
        950.0,
        None,
        "家",
        0,
        None,
        dt.date(2026, 12, 31),
        ("kjj_gaoxin",),
        Commitment.EXPECTED,
    )
    identity = Target(
        code, "mianyang_14", None, None, TARGET, Part.ANNUAL_SLICE, (), (), None, None, None, None, ()
    )
    return {
        "target": identity,
        "terms": terms,
        "effective_on": dt.date(2026, 1, 1),
        "reason": "年度分解",
        "document": "",
    }


def quarantined(store: Store) -> list[int]:
    commands.record_load(store, ADMIN, load(name="bad.csv", refusals=[(REFUSAL, {"value": "—"})]))
    return [row.id for row in queries.refused_rows(store, ADMIN)]


def make_uncertain(store: Store) -> None:
    """The one message was handed over, and its worker is gone."""
    now = store.clock.now()
    facts = {"worker": "w", "now": now, "limit": 1, "domain": "localhost"}
    (claimed,) = commands.claim_messages(store, ADMIN, **facts)
    commands.begin_handing_over(store, ADMIN, claimed, now=now)
    later = now + dt.timedelta(hours=1)
    assert commands.recover_messages(store, ADMIN, now=later, claimed_before=later) == (0, 1)


def accept_one(store: Store, actor: Actor) -> Any:
    facts = new_target()
    accepted = AcceptedTarget(facts["target"], facts["terms"], (TargetQuote("达到900家", 0, 6, 2, 6),))
    return commands.accept_targets(
        store,
        actor,
        facts["target"].plan,
        document=PlanDocument("0" * 64, "plan.txt", "txt", "达到900家。"),
        accepted=[accepted],
        effective_on=facts["effective_on"],
        reason="审核",
    )


PERSON = Person("li_na", "李娜", "li.na@example.invalid", "zh", ("kjj_gaoxin",))
NOTICE = Notice(1, "target", TARGET, NoticeKind.RED, dt.date(2026, 3, 1))

NOTE = TargetNote(TARGET, "2026-02", "进度正常", "", None, "kjj_gaoxin")

MESSAGE = NewMessage("k", MessageKind.TEST, "d", "li_na", "email", "a@b.cn", "zh", "s", "", "t")
CLAIMED = cast("OutboxMessage", None)  # role comes first: nobody looks at the message of someone who may not
SEEN = SeenMessage(MessageState.UNCERTAIN, 1)
ATTEMPT = NewAttempt(AttemptOutcome.DELIVERED, MORNING, MORNING, "127.0.0.1:25", "250 OK", "")

REVIEW = NewPlanReview(
    PlanDocument("1" * 64, "draft.txt", "txt", "高新技术企业达到900家。"),
    {"code": "mianyang_15", "region": "510700"},
    True,
    {},
    [{"name": "高新技术企业"}],
)
ACCEPTED = NewDecision(0, Decision.ACCEPTED, {"value": 900})

WORK_STEPS: dict[str, Callable[[Store, Actor], Any]] = {
    "abandon_job_runs": lambda store, actor: commands.abandon_job_runs(
        store, actor, leader=1, is_repeated=lambda _: False
    ),
    "beat": lambda store, actor: commands.beat(store, actor, 1),
    "begin_handing_over": lambda store, actor: commands.begin_handing_over(
        store, actor, CLAIMED, now=MORNING
    ),
    "claim_job_run": lambda store, actor: commands.claim_job_run(
        store, actor, job="backup", kind="backup", due_at=MORNING, leader=None
    ),
    "claim_messages": lambda store, actor: commands.claim_messages(
        store, actor, worker="w", now=MORNING, limit=1, domain="localhost"
    ),
    "expire_messages": lambda store, actor: commands.expire_messages(store, actor, now=MORNING, after_days=8),
    "fail_and_claim_again": lambda store, actor: commands.fail_and_claim_again(
        store, actor, 1, leader=1, told="", facts={}
    ),
    "finish_job_run": lambda store, actor: commands.finish_job_run(
        store, actor, 1, outcome=JobOutcome.OK, told="", facts={}
    ),
    "leave_lead": lambda store, actor: commands.leave_lead(store, actor, 1),
    "preview_load": lambda store, actor: commands.preview_load(store, actor, load(figure())),
    "record_attempt": lambda store, actor: commands.record_attempt(store, actor, CLAIMED, ATTEMPT),
    "recover_messages": lambda store, actor: commands.recover_messages(
        store, actor, now=MORNING, claimed_before=MORNING
    ),
    "release_claims": lambda store, actor: commands.release_claims(store, actor, [CLAIMED], reason="x"),
    "take_lead": lambda store, actor: commands.take_lead(store, actor, name="n", host="h", pid=1),
    "void_early_runs": commands.void_early_runs,
}
"""Steps of work in progress, and a trial; they take no audit entry (`monitor.work`)."""

CALLS: dict[str, Callable[[Store, Actor], Any]] = {
    "accept_targets": accept_one,
    "acknowledge": lambda store, actor: commands.acknowledge(
        store, actor, NewAcknowledgement(TARGET, "li_na", "2026-W09", "催报", None)
    ),
    "begin_plan_review": lambda store, actor: commands.begin_plan_review(store, actor, REVIEW),
    "decide_proposals": lambda store, actor: commands.decide_proposals(store, actor, 1, [ACCEPTED], seen={}),
    "end_plan_review": lambda store, actor: commands.end_plan_review(
        store, actor, 1, ended_as=ReviewEnd.DROPPED, reason="重复上传"
    ),
    "cancel_message": lambda store, actor: commands.cancel_message(store, actor, 1, reason="误发"),
    "cancel_messages": lambda store, actor: commands.cancel_messages(store, actor, [1], reason="误发"),
    "settle_messages": lambda store, actor: commands.settle_messages(
        store, actor, {1: SEEN}, state=MessageState.QUEUED, reason="地址已更正"
    ),
    "settle_message": lambda store, actor: commands.settle_message(
        store, actor, 1, seen=SEEN, state=MessageState.DELIVERED, reason="对方已收到"
    ),
    "record_training": lambda store, actor: commands.record_training(
        store, actor, TrainedModel("v1", dt.date(2026, 3, 1), 30, {"annual": [1.5]})
    ),
    "end_notice": lambda store, actor: commands.end_notice(
        store, actor, NOTICE, ended_on=dt.date(2026, 3, 9)
    ),
    "enqueue_messages": lambda store, actor: commands.enqueue_messages(store, actor, [MESSAGE]),
    "mark_told": lambda store, actor: commands.mark_told(
        store, actor, begun=[1], ended=[], day=dt.date(2026, 3, 2)
    ),
    "open_notices": lambda store, actor: commands.open_notices(store, actor, [NOTICE]),
    "record_digests": lambda store, actor: commands.record_digests(
        store, actor, [DigestRecord("2026-W09", "2026-W09", "li_na", MORNING, MORNING, {"green_at": 0.8})]
    ),
    "save_person": lambda store, actor: commands.save_person(store, actor, PERSON, reason="新任"),
    "seed_people": lambda store, actor: commands.seed_people(store, actor, [PERSON], version="v1"),
    "unsubscribe_person": lambda store, actor: commands.unsubscribe_person(
        store, actor, PERSON.code, reason="本人要求"
    ),
    "open_target": lambda store, actor: commands.open_target(store, actor, **new_target()),
    "record_load": lambda store, actor: commands.record_load(store, actor, load(figure())),
    "record_origins": lambda store, actor: commands.record_origins(store, actor, [YEARBOOK]),
    "record_outcomes": lambda store, actor: commands.record_outcomes(
        store, actor, [Outcome(TARGET, 912.0, "2025", dt.date(2026, 3, 1), "met", "")]
    ),
    "record_source_run": lambda store, actor: commands.record_source_run(
        store, actor, NewSourceRun("reports", MORNING, SourceOutcome.UNCHANGED, "nothing new")
    ),
    "record_run": lambda store, actor: commands.record_run(store, actor, run(assessment())),
    "report_milestone_done": lambda store, actor: commands.report_milestone_done(
        store, actor, MILESTONE, done_on=dt.date(2025, 3, 1), reason="科技部批复", document=""
    ),
    "revise_target": revise,
    "revise_targets": lambda store, actor: commands.revise_targets(
        store,
        actor,
        [TargetChange(TARGET, replace(target(store).history[-1].terms, value=950.0), 1)],
        effective_on=dt.date(2024, 6, 1),
        reason="按机会相等重新分解",
        document="",
    ),
    "seed_catalogue": lambda store, actor: commands.seed_catalogue(
        store, actor, changed_catalogue(), apply=True
    ),
    "dismiss_rows": lambda store, actor: commands.dismiss_rows(store, actor, [1], seen={1: 0}, reason="空行"),
    "repair_rows": lambda store, actor: commands.repair_rows(
        store, actor, {1: {"value": "500"}}, seen={1: 0}, reason="按年鉴核对"
    ),
    "replay_rows": lambda store, actor: commands.replay_rows(
        store, actor, load(figure()), [Replay(1, 0)], reason="已补"
    ),
    "record_department_report": lambda store, actor: commands.record_department_report(
        store, actor, load(figure()), department="kjj_gaoxin"
    ),
    "record_target_notes": lambda store, actor: commands.record_target_notes(store, actor, [NOTE]),
    "withdraw_target": lambda store, actor: commands.withdraw_target(
        store,
        actor,
        TARGET,
        effective_on=dt.date(2024, 6, 1),
        reason="规划调整",
        document="",
        expected_sequence=1,
    ),
}
EVERY_COMMAND = [name for name in commands.__all__ if inspect.isfunction(getattr(commands, name))]


@pytest.mark.parametrize("name", [name for name in EVERY_COMMAND if name not in WORK_STEPS])
def test_every_command_leaves_an_audit_row_with_actor_and_reason(
    seeded: Store, clock: FakeClock, name: str
) -> None:
    if name in {"dismiss_rows", "repair_rows", "replay_rows"}:
        quarantined(seeded)
    if name in {"decide_proposals", "end_plan_review"}:
        commands.begin_plan_review(seeded, ADMIN, REVIEW)
    if name == "unsubscribe_person":
        commands.save_person(seeded, ADMIN, PERSON, reason="新任")
    if name in {"cancel_message", "cancel_messages", "settle_message", "settle_messages"}:
        commands.enqueue_messages(seeded, ADMIN, [MESSAGE])
    if name in {"settle_message", "settle_messages"}:
        make_uncertain(seeded)
    before = len(audited(seeded))
    moment = clock.advance(hours=1)
    CALLS[name](seeded, ADMIN)
    with seeded.read() as session:
        rows = session.execute(sa.select(*AuditRow.__table__.c).order_by(AuditRow.id)).all()[before:]
    assert rows
    for row in rows:
        assert row.actor == "管理员"
        assert row.reason.strip()
        assert row.recorded_at == moment


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_no_command_works_for_a_viewer(seeded: Store, name: str) -> None:
    before = contents(seeded)
    with pytest.raises(PermissionDeniedError):
        (CALLS | WORK_STEPS)[name](seeded, VIEWER)
    assert contents(seeded) == before


# --- the catalogue


def test_a_new_database_takes_the_whole_catalogue(store: Store) -> None:
    difference = commands.seed_catalogue(store, ADMIN, catalogue())
    assert difference.is_first
    assert difference.applied
    assert set(queries.get_indicators(store, VIEWER)) == {
        "hightech_enterprises",
        "patents_granted",
        "rd_expenditure",
    }
    assert queries.get_indicators(store, VIEWER)["rd_expenditure"] == RD
    assert queries.get_regions(store, VIEWER)["510700"].parent == "510000"
    assert queries.get_departments(store, VIEWER)["kjj_gaoxin"].region == "510700"
    assert queries.get_plans(store, VIEWER)["mianyang_14"].issued_on == "2021-11"
    assert len(queries.get_targets(store, VIEWER)) == 3


def test_the_first_ledger_entry_comes_from_the_plan(seeded: Store) -> None:
    (entry,) = target(seeded).history
    assert entry.effective_on == dt.date(2021, 11, 30)
    assert entry.document == "绵府发〔2021〕12号"
    assert entry.reason == "据规划登记 / registered from the plan"
    assert entry.actor == "管理员"
    assert entry.terms.value == 900.0
    assert broken_link((entry,)) is None
    assert target(seeded).baseline_value == 300.0
    assert target(seeded, "sichuan_rd_2025").baseline_value == 1055.3e8
    assert target(seeded, "sichuan_rd_2025").history[0].terms.value == 1500e8


def test_without_a_date_of_issue_a_target_begins_with_its_plan(store: Store) -> None:
    plan = plan_entry(target_entry(), issued_on=None, number=None, status="draft")
    commands.seed_catalogue(store, ADMIN, catalogue(plan))
    (entry,) = target(store).history
    assert (entry.effective_on, entry.document) == (dt.date(2021, 1, 1), "绵阳市“十四五”科技创新规划")


def test_the_same_catalogue_again_changes_nothing(seeded: Store) -> None:
    before = contents(seeded)
    difference = commands.seed_catalogue(seeded, ADMIN, catalogue(), apply=True)
    assert difference.is_empty
    assert not difference.applied
    assert contents(seeded) == before


def changed_catalogue() -> Any:
    renamed = replace(RD, name_zh="全社会研发经费")
    indicators = {"hightech_enterprises": indicator(), "rd_expenditure": renamed}
    plan = plan_entry(
        target_entry(note_zh="口径已核", value=1000.0),
        target_entry("added_target", value=100.0),
        title="改名的规划",
    )
    regions = (*catalogue().regions, region("510704", "游仙区", "district", "510700"))
    return catalogue(plan, indicators=indicators, regions=regions, version="v2")


def test_a_later_catalogue_is_shown_before_it_is_applied(seeded: Store) -> None:
    before = contents(seeded)
    difference = commands.seed_catalogue(seeded, ADMIN, changed_catalogue())
    assert contents(seeded) == before
    assert not difference.applied
    told = {(entry.change, entry.subject_kind, entry.code) for entry in difference.entries}
    assert told == {
        (Change.ADDED, "region", "510704"),
        (Change.CHANGED, "indicator", "rd_expenditure"),
        (Change.MISSING, "indicator", "patents_granted"),
        (Change.CHANGED, "plan", "mianyang_14"),
        (Change.CHANGED, "target", TARGET),
        (Change.KEPT, "target", TARGET),
        (Change.ADDED, "target", "added_target"),
        (Change.MISSING, "target", "sichuan_rd_2025"),
        (Change.MISSING, "target", MILESTONE),
    }
    (kept,) = difference.of(Change.KEPT)
    assert kept.fields["value"] == (900.0, 1000.0)
    assert str(kept) == f"kept target {TARGET}: value: 900.0 -> 1000.0"


def test_applying_adds_and_redescribes_but_never_touches_terms(seeded: Store, clock: FakeClock) -> None:
    seeded_at = clock.now()
    clock.advance(days=1)
    assert commands.seed_catalogue(seeded, ADMIN, changed_catalogue(), apply=True).applied
    assert queries.get_plans(seeded, VIEWER)["mianyang_14"].title == "改名的规划"
    assert queries.get_indicators(seeded, VIEWER)["rd_expenditure"].name_zh == "全社会研发经费"
    assert queries.get_indicators(seeded, VIEWER, recorded_until=seeded_at)["rd_expenditure"] == RD
    assert "patents_granted" in queries.get_indicators(seeded, VIEWER)
    assert target(seeded).note_zh == "口径已核"
    assert [entry.terms.value for entry in target(seeded).history] == [900.0]
    assert target(seeded, "added_target").history[0].terms.value == 100.0
    again = commands.seed_catalogue(seeded, ADMIN, changed_catalogue())
    assert {entry.change for entry in again.entries} == {Change.MISSING, Change.KEPT}
    assert not again.is_applicable


def test_a_revision_in_the_database_is_no_difference_to_the_plan(seeded: Store) -> None:
    revise(seeded)
    assert commands.seed_catalogue(seeded, ADMIN, catalogue()).is_empty
    followed = plan_entry(*(replace_value(950.0), *catalogue().plans[0].targets[1:]))
    assert commands.seed_catalogue(seeded, ADMIN, catalogue(followed)).is_empty


def replace_value(value: float) -> Any:
    return baseline_target().model_copy(update={"value": value})


def test_targets_opened_by_a_planner_are_not_missing_from_the_files(seeded: Store) -> None:
    commands.open_target(seeded, PLANNER, **new_target())
    assert commands.seed_catalogue(seeded, ADMIN, catalogue()).is_empty


# --- figures


def test_a_load_tells_new_revised_confirmed_and_unchanged_apart(seeded: Store) -> None:
    first = commands.record_load(
        seeded, PLANNER, load(figure(500, "2022"), figure(600, "2023"), name="a.csv")
    )
    assert (first.new, first.stored, first.was_loaded_before) == (2, 2, False)
    later = {"known_on": dt.date(2025, 4, 30)}
    second = commands.record_load(
        seeded,
        PLANNER,
        load(
            figure(500, "2022"),
            figure(500, "2022", **later),
            figure(610, "2023", **later),
            figure(700, "2024", **later),
            figure(700, "2024", **later, origin="repost"),
            name="b.csv",
        ),
    )
    assert (second.new, second.revised, second.confirmed, second.unchanged) == (1, 1, 1, 2)
    assert queries.loads(seeded, VIEWER)[0].counts == {
        "new": 1,
        "revised": 1,
        "confirmed": 1,
        "unchanged": 2,
        "refused": 0,
        "held": 0,
        "warned": 0,
    }


def test_a_better_source_of_the_same_release_is_kept_in_any_order(seeded: Store) -> None:
    commands.record_load(seeded, PLANNER, load(figure(origin="repost"), name="a.csv"))
    report = commands.record_load(seeded, PLANNER, load(figure(), name="b.csv"))
    assert report.confirmed == 1
    assert commands.record_load(seeded, PLANNER, load(figure(origin="repost"), name="c.csv")).unchanged == 1


def test_a_final_figure_equal_to_the_preliminary_one_is_kept(seeded: Store) -> None:
    report = commands.record_load(seeded, PLANNER, load(figure(status=Status.PRELIMINARY), figure()))
    assert (report.new, report.confirmed) == (1, 1)


def test_another_definition_is_another_release(seeded: Store) -> None:
    report = commands.record_load(seeded, PLANNER, load(figure(), figure(definition_basis="2024")))
    assert (report.new, report.stored) == (1, 2)


def test_the_same_file_twice_changes_nothing(seeded: Store, clock: FakeClock) -> None:
    contents_of_file = load(figure(), figure(600, "2023"), refusals=[(REFUSAL, {"value": "—"})])
    first = commands.record_load(seeded, PLANNER, contents_of_file)
    before = contents(seeded)
    clock.advance(days=1)
    second = commands.record_load(seeded, PLANNER, contents_of_file)
    assert contents(seeded) == before
    assert (second.load_id, second.unchanged, second.refused) == (first.load_id, 2, 1)
    assert second.was_loaded_before


def test_rows_refused_before_are_stored_when_the_reader_accepts_them(seeded: Store) -> None:
    first = load(figure(), refusals=[(REFUSAL, {"value": "—"})])
    commands.record_load(seeded, PLANNER, first)
    better = replace(first, rows=(figure(), figure(600, "2023")), refusals=())
    report = commands.record_load(seeded, PLANNER, better)
    assert (report.new, report.unchanged, report.was_loaded_before) == (1, 1, True)
    assert len(queries.loads(seeded, VIEWER)) == 2


def test_refused_rows_wait_until_they_are_settled(seeded: Store) -> None:
    (row_id,) = quarantined(seeded)
    (row,) = queries.refused_rows(seeded, PLANNER)
    assert row.refusal == REFUSAL
    assert row.raw == {"value": "—"}
    assert queries.loads(seeded, VIEWER)[0].outcome is LoadOutcome.ALL_REFUSED
    commands.dismiss_rows(seeded, PLANNER, [row_id], seen={row_id: 0}, reason="空行")
    assert queries.refused_rows(seeded, PLANNER) == ()
    assert queries.refused_rows(seeded, PLANNER, state=None)[0].state is QuarantineState.DISMISSED
    with pytest.raises(UsageError):
        commands.dismiss_rows(seeded, PLANNER, [row_id], seen={row_id: 1}, reason=" ")
    with pytest.raises(NotFoundError):
        commands.dismiss_rows(seeded, PLANNER, [99], seen={99: 0}, reason="x")


@pytest.mark.parametrize("changes", [{"indicator": "nothing"}, {"region": "999999"}, {"origin": "nobody"}])
def test_a_load_naming_something_unknown_is_refused_whole(seeded: Store, changes: dict[str, str]) -> None:
    before = contents(seeded)
    with pytest.raises(NotFoundError):
        commands.record_load(seeded, PLANNER, load(figure(), figure(period="2023", **changes)))
    assert contents(seeded) == before


def test_figures_of_a_region_out_of_scope_are_not_loaded(seeded: Store) -> None:
    planner = Actor("city planner", frozenset({Role.PLANNER}), Scope(regions=frozenset({"510700"})))
    with pytest.raises(PermissionDeniedError, match="510000"):
        commands.record_load(seeded, planner, load(figure(), figure(region="510000")))
    assert commands.record_load(seeded, planner, load(figure())).new == 1


def test_origins_are_added_and_redescribed(seeded: Store) -> None:
    assert commands.record_origins(seeded, PLANNER, [YEARBOOK, REPOST]) == 2
    assert commands.record_origins(seeded, PLANNER, [YEARBOOK, REPOST]) == 0
    assert commands.record_origins(seeded, PLANNER, [replace(YEARBOOK, trust=2)]) == 1
    assert queries.get_origins(seeded, VIEWER)["yearbook"].trust == 2
    assert ("origin_changed", "origin", "yearbook") in audited(seeded)


def test_ten_thousand_figures_load_fast(seeded: Store) -> None:
    rows = [figure(float(n), f"{1000 + n}") for n in range(9_000)]
    rows += [figure(1.0, f"{1000 + n}", indicator="rd_expenditure") for n in range(1_000)]
    big = load(*rows, sha256="f" * 64)
    started = time.process_time()
    assert commands.record_load(seeded, PLANNER, big).new == 10_000
    assert time.process_time() - started < 4  # under 2 s on SQLite; a busy machine gets twice that
    assert [entry[0] for entry in audited(seeded)].count("figures_loaded") == 1


# --- the ledger


def test_a_revision_adds_and_the_old_value_still_holds_before_it(seeded: Store) -> None:
    revision = revise(seeded)
    history = target(seeded).history
    assert history[-1] == revision
    assert [entry.terms.value for entry in history] == [900.0, 950.0]
    assert broken_link(history) is None
    (trail,) = queries.audit_trail(seeded, VIEWER, "target", TARGET)
    assert trail.entry.old == {"value": 900.0}
    assert trail.entry.new == {"value": 950.0, "effective_on": "2024-06-01", "document": "绵科发〔2024〕3号"}
    assert trail.entry.reason == "中期评估后调整"


def test_the_second_editor_is_told_what_changed(seeded: Store) -> None:
    revise(seeded)
    with pytest.raises(
        StaleEditError, match=r"planner on 2026-03-02 .* value 900.0 -> 950.0 \(中期评估后调整\)"
    ) as told:
        revise(seeded, ADMIN, expected=1, value=800.0)
    assert (told.value.seen, told.value.current) == (1, 2)
    assert len(target(seeded).history) == 2


def test_the_ledger_rules_hold(seeded: Store) -> None:
    with pytest.raises(TargetRuleError, match="nothing changes"):
        revise(seeded, value=900.0)
    with pytest.raises(TargetRuleError, match="identity"):
        revise(seeded, region="510000")
    with pytest.raises(NotFoundError, match="department"):
        revise(seeded, departments=("nobody",))
    assert len(target(seeded).history) == 1


def test_a_withdrawn_target_is_not_revised_again(seeded: Store) -> None:
    CALLS["withdraw_target"](seeded, PLANNER)
    assert target(seeded).history[-1].terms.withdrawn
    with pytest.raises(TargetRuleError, match="withdrawn"):
        revise(seeded, expected=2)


def test_a_planner_revises_only_in_scope(seeded: Store) -> None:
    elsewhere = Actor("elsewhere", frozenset({Role.PLANNER}), Scope(regions=frozenset({"510000"})))
    with pytest.raises(PermissionDeniedError):
        revise(seeded, elsewhere)


def test_an_opened_target_enters_the_ledger(seeded: Store) -> None:
    opened = commands.open_target(seeded, PLANNER, **new_target())
    assert target(seeded, "opened") == opened
    with pytest.raises(TargetRuleError, match="already"):
        commands.open_target(seeded, PLANNER, **new_target())


@pytest.mark.parametrize(
    "change",
    [
        lambda given: given | {"target": replace(given["target"], plan="nowhere")},
        lambda given: given | {"target": replace(given["target"], parent="nobody")},
        lambda given: given | {"terms": replace(given["terms"], indicator="nothing")},
        lambda given: given | {"terms": replace(given["terms"], region="999999")},
        lambda given: given | {"terms": replace(given["terms"], departments=("nobody",))},
    ],
)
def test_a_target_stands_on_what_exists(
    seeded: Store, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    with pytest.raises(NotFoundError):
        commands.open_target(seeded, PLANNER, **change(new_target()))


def test_an_owner_reports_a_milestone(seeded: Store) -> None:
    CALLS["report_milestone_done"](seeded, OWNER)
    report = queries.milestone_reports(seeded, VIEWER)[MILESTONE]
    assert (report.done_on, report.actor) == (dt.date(2025, 3, 1), "owner")


@pytest.mark.parametrize(
    ("code", "changes", "message"),
    [
        (TARGET, {}, "no milestone"),
        (MILESTONE, {"done_on": dt.date(2026, 3, 3)}, "lies ahead"),
        (MILESTONE, {"reason": " "}, "in a few words"),
    ],
)
def test_what_is_no_milestone_report(seeded: Store, code: str, changes: dict[str, Any], message: str) -> None:
    given = {"done_on": dt.date(2025, 3, 1), "reason": "批复", "document": "", **changes}
    with pytest.raises(TargetRuleError, match=message):
        commands.report_milestone_done(seeded, PLANNER, code, **given)


# --- results


def test_a_run_keeps_its_assessments_and_flag_changes(seeded: Store, clock: FakeClock) -> None:
    clock.advance(minutes=5)
    entry = assessment()
    run_id = commands.record_run(seeded, PLANNER, run(entry, flag_changes=[flag_change()]))
    (stored,) = queries.assessments_of(seeded, VIEWER, TARGET, until=dt.date(2026, 3, 1))
    assert stored == replace(entry, recorded_at=clock.now())
    assert queries.flag_changes_between(
        seeded, VIEWER, after=dt.date(2026, 2, 22), until=dt.date(2026, 3, 1)
    ) == (flag_change(),)
    last = queries.last_run(seeded, VIEWER)
    assert last is not None
    assert (last.id, last.finished_at, last.counts) == (run_id, clock.now(), {"asked": 1, "unchanged": 0})


def test_outcomes_are_added_only_when_they_say_something_new(seeded: Store) -> None:
    outcome = Outcome(TARGET, 912.0, "2025", dt.date(2026, 3, 1), "met", "统计公报")
    assert commands.record_outcomes(seeded, PLANNER, [outcome]) == 1
    assert commands.record_outcomes(seeded, PLANNER, [outcome]) == 0
    assert commands.record_outcomes(seeded, PLANNER, [replace(outcome, value=915.0)]) == 1
    assert queries.get_outcomes(seeded, VIEWER, as_of=dt.date(2026, 3, 1))[TARGET].value == 915.0
    with pytest.raises(NotFoundError):
        commands.record_outcomes(seeded, PLANNER, [replace(outcome, target="nobody")])


def test_results_of_a_region_out_of_scope_are_not_seen(seeded: Store) -> None:
    commands.record_run(seeded, PLANNER, run(assessment(), assessment("sichuan_rd_2025")))
    assert set(queries.latest_assessments(seeded, CITY_VIEWER, as_of=dt.date(2026, 3, 1))) == {TARGET}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"value": -5.0}, "0 家 or more"),
        ({"value": float("nan")}, "a finite number"),
        ({"deadline": dt.date(2025, 11, 30)}, "the end of a period"),
        ({"deadline": dt.date(1990, 12, 31)}, "from the plan's start"),
    ],
)
def test_a_revision_is_held_to_the_standard_of_the_registers(
    seeded: Store, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(TargetRuleError, match=words):
        revise(seeded, **changes)
    given = new_target()
    with pytest.raises(TargetRuleError, match=words):
        commands.open_target(seeded, PLANNER, **given | {"terms": replace(given["terms"], **changes)})
    assert len(target(seeded).history) == 1
