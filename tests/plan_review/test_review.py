"""Review of a plan: proposals beside the ledger, decisions, entry into the ledger, and twice is once."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from forecast.targets import Comparator, TargetKind
from monitor import queries
from monitor.core.access import LOCAL_ADMINISTRATOR, Actor, Role
from monitor.core.errors import (
    NotFoundError,
    PermissionDeniedError,
    TargetRuleError,
    UsageError,
)
from monitor.core.ledger import Commitment, broken_link
from monitor.documents import Document, read_document_bytes
from monitor.plan_review import (
    Decision,
    PlanChoice,
    PlanReview,
    accept,
    edit,
    item_problem,
    open_review,
    pending,
    record_review,
    reject,
)
from monitor.setup import Workspace
from monitor.store import Store
from monitor.tables import AuditRow, PlanDocumentRow, TargetRow

ACTOR = LOCAL_ADMINISTRATOR
TEXT = """绵阳市科学技术局2025年工作要点

一、目标
力争高新技术企业净增长64家，全社会研发经费投入强度达到7.5%。技术合同成交额达到88亿元。
二、任务
技术合同成交额达到88亿元，新增市级示范食堂7家。单位工业增加值能耗下降3%。（成果科）
"""


def document(text: str = TEXT, name: str = "plan.txt") -> Document:
    return read_document_bytes(name, text.encode())


def opened(store: Store, text: str = TEXT) -> PlanReview:
    return open_review(store, ACTOR, document(text))


def all_accepted(review: PlanReview) -> PlanReview:
    for item in review.items:
        if item.draft.indicator is not None and item_problem(review, item) is None:
            review = accept(review, item.position)
    return review


def count(store: Store, table: type) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_opening_writes_nothing(workspace: Workspace) -> None:
    before = queries.state_token(workspace.store, ACTOR)
    review = opened(workspace.store)
    assert queries.state_token(workspace.store, ACTOR) == before
    assert (review.is_new_plan, review.plan.region, review.plan.period_end) == (True, "510700", "2025")
    assert [item.position for item in pending(review)] == [0, 1, 2, 4, 5]


def test_accepted_targets_enter_with_quote_offsets_and_hash(workspace: Workspace) -> None:
    store = workspace.store
    review = all_accepted(opened(store))
    report = record_review(store, ACTOR, review)
    assert len(report.added) == 3
    quotes = queries.target_quotes(store, ACTOR, sha256=review.document.sha256)
    assert set(quotes) == set(report.added)
    for found in quotes.values():
        for each in found:
            assert TEXT[each.quote_start : each.quote_end] == each.quote
    target = queries.get_target(store, ACTOR, report.added[0])
    first = target.history[0]
    assert review.document.sha256 in first.document
    assert broken_link(target.history) is None
    assert (first.terms.kind, first.terms.value, first.terms.start) == (TargetKind.NET_INCREASE, 64, "2024")
    assert first.terms.commitment is Commitment.STRETCH
    assert first.effective_on == dt.date(2025, 1, 1)


def test_a_repeat_is_one_more_place_of_the_same_target(workspace: Workspace) -> None:
    report = record_review(workspace.store, ACTOR, all_accepted(opened(workspace.store)))
    code = next(each for each in report.added if "contract" in each)
    assert len(queries.get_target(workspace.store, ACTOR, code).citations) == 2


def test_twice_adds_nothing(workspace: Workspace) -> None:
    store = workspace.store
    first = record_review(store, ACTOR, all_accepted(opened(store)))
    before = count(store, TargetRow), count(store, AuditRow), count(store, PlanDocumentRow)
    again = opened(store)
    assert not again.is_new_plan
    assert [item.entered_as for item in again.items if item.entered_as] != []
    report = record_review(store, ACTOR, all_accepted(again))
    assert (report.added, report.entered_before) == ((), 4)
    assert (count(store, TargetRow), count(store, AuditRow), count(store, PlanDocumentRow)) == before
    assert len(first.added) == 3


def test_another_file_of_the_same_plan_adds_nothing_either(workspace: Workspace) -> None:
    store = workspace.store
    record_review(store, ACTOR, all_accepted(opened(store)))
    report = record_review(store, ACTOR, all_accepted(opened(store, TEXT + "\n附注。")))
    assert report.added == ()
    assert len(report.already_held) == 4


def test_conflicts_with_the_ledger_are_listed_and_both_kept(workspace: Workspace) -> None:
    store = workspace.store
    record_review(store, ACTOR, all_accepted(opened(store)))
    changed = opened(store, TEXT.replace("7.5%", "8.2%"))
    item = changed.items[1]
    assert item.conflicts_with
    report = record_review(store, ACTOR, accept(changed, 1))
    assert report.conflicts == ((report.added[0], item.conflicts_with[0]),)


def test_a_person_must_name_the_indicator(workspace: Workspace) -> None:
    review = opened(workspace.store)
    with pytest.raises(TargetRuleError, match="names no indicator"):
        accept(review, 4)
    with pytest.raises(NotFoundError, match="indicator 'canteens'"):
        edit(review, 4, indicator="canteens")
    mapped = edit(review, 4, indicator="hightech_enterprises")
    assert accept(mapped, 4).item(4).decision is Decision.ACCEPTED


def test_an_edit_is_what_is_entered(workspace: Workspace) -> None:
    review = edit(opened(workspace.store), 1, value=7.8, comparator=Comparator.MORE_THAN)
    report = record_review(workspace.store, ACTOR, accept(review, 1))
    terms = queries.get_target(workspace.store, ACTOR, report.added[0]).history[0].terms
    assert (terms.value, terms.comparator) == (7.8, Comparator.MORE_THAN)


def test_a_decline_turns_round(workspace: Workspace) -> None:
    draft = opened(workspace.store).item(5).draft
    assert (draft.value, draft.comparator) == (-3, Comparator.AT_MOST)


def test_departments_of_the_region_get_their_codes(workspace: Workspace) -> None:
    assert opened(workspace.store).item(5).draft.departments == ("mianyang_results",)


def test_terms_that_make_no_sense_enter_nothing(workspace: Workspace) -> None:
    store = workspace.store
    review = accept(accept(opened(store), 0), 1)
    broken = edit(review, 1, deadline=dt.date(2025, 3, 3))
    before = queries.state_token(store, ACTOR)
    with pytest.raises(TargetRuleError):
        record_review(store, ACTOR, broken)
    assert queries.state_token(store, ACTOR) == before


def test_rejected_and_open_ones_stay_out(workspace: Workspace) -> None:
    review = reject(opened(workspace.store), 0)
    report = record_review(workspace.store, ACTOR, review)
    assert (report.added, report.undecided) == ((), len(review.items) - 1)


def test_who_may_not_open_targets_may_not_import(workspace: Workspace) -> None:
    reader = Actor("reader", frozenset({Role.VIEWER}))
    review = accept(opened(workspace.store), 1)
    with pytest.raises(PermissionDeniedError):
        record_review(workspace.store, reader, review)


def test_what_the_head_leaves_out_is_asked_for(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="--year"):
        open_review(workspace.store, ACTOR, document("绵阳市科技工作要点\n新增平台3个。"))
    with pytest.raises(NotFoundError, match="region"):
        opened(workspace.store, "无名市2025年科技工作要点\n新增平台3个。")
    chosen = PlanChoice(code="p1", title="要点", year=2025, region="510700")
    review = open_review(workspace.store, ACTOR, document("新增平台3个。"), choice=chosen)
    assert (review.plan.code, review.plan.region) == ("p1", "510700")


def test_a_title_alone_does_not_make_it_the_same_plan(workspace: Workspace) -> None:
    store = workspace.store
    code = record_review(store, ACTOR, all_accepted(opened(store))).added[0].split(".")[0]
    later = open_review(store, ACTOR, document(), choice=PlanChoice(year=2026))
    assert later.is_new_plan
    with pytest.raises(UsageError, match="leave --year out"):
        open_review(store, ACTOR, document(), choice=PlanChoice(code=code, year=2026))


def test_the_other_direction_is_a_conflict_also_for_a_new_plan(workspace: Workspace) -> None:
    store = workspace.store
    record_review(store, ACTOR, accept(edit(opened(store), 1, comparator=Comparator.AT_MOST), 1))
    chosen = PlanChoice(title="另一份要点")
    review = open_review(store, ACTOR, document(), choice=chosen)
    assert review.is_new_plan
    assert (review.item(1).same_as, len(review.item(1).conflicts_with)) == ((), 1)
