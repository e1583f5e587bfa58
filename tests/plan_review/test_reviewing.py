"""A review kept in the database: taken up again, shared by two, decided by sheet, entered, ended."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from openpyxl import load_workbook

from monitor import commands, queries
from monitor.core.access import LOCAL_ADMINISTRATOR, Actor, Role, Scope
from monitor.core.errors import (
    EndedReviewError,
    EnteredProposalError,
    NotFoundError,
    PermissionDeniedError,
    StaleDecisionError,
    TargetRuleError,
)
from monitor.core.reviews import Decision, ReviewEnd
from monitor.core.term_rules import TermProblem, TermRule
from monitor.documents import read_document_bytes
from monitor.plan_review import (
    DraftGap,
    OngoingReview,
    PlanChoice,
    accept_clean,
    begin_review,
    decide,
    draft_problems,
    edit,
    load_review,
    record_ongoing,
    review_sheet,
    take_sheet,
)
from monitor.setup import Workspace
from monitor.store import Store

ACTOR = LOCAL_ADMINISTRATOR
COLLEAGUE = Actor("colleague", frozenset({Role.PLANNER}))
TEXT = """绵阳市科学技术局2025年工作要点

一、目标
力争高新技术企业净增长64家，全社会研发经费投入强度达到7.5%。技术合同成交额达到88亿元。
二、任务
技术合同成交额达到88亿元，新增市级示范食堂7家。单位工业增加值能耗下降3%。（成果科）
"""
NET, INTENSITY, CONTRACTS, CONTRACTS_AGAIN, CANTEENS = range(5)


def begun(store: Store) -> int:
    return begin_review(store, ACTOR, read_document_bytes("plan.txt", TEXT.encode()))


def looked(store: Store, review: int) -> OngoingReview:
    return load_review(store, ACTOR, review)


def decided(ongoing: OngoingReview) -> list[Decision]:
    return [item.decision for item in ongoing.review.items]


def test_a_review_is_taken_up_where_it_was_left(workspace: Workspace) -> None:
    store = workspace.store
    choice = PlanChoice(issuer="绵阳市科技局", number="绵科发〔2025〕1号", issued_on="2025-02", is_draft=True)
    review = begin_review(store, ACTOR, read_document_bytes("plan.txt", TEXT.encode()), choice=choice)
    decide(store, ACTOR, review, INTENSITY, Decision.ACCEPTED, seen=0, changes={"value": 7.8})
    decide(store, COLLEAGUE, review, CANTEENS, Decision.REJECTED, seen=0)
    again = looked(store, review)
    assert (again.review.plan.status, again.review.plan.issued_on) == ("draft", "2025-02")
    assert again.review.item(INTENSITY).draft.value == 7.8
    assert again.decisions[CANTEENS].actor == "colleague"
    assert again.review.item(NET) == looked(store, review).review.item(NET)
    (progress,) = queries.plan_reviews(store, ACTOR)
    assert (progress.decided, progress.proposed, progress.last_by) == (2, 6, "colleague")


def test_the_same_document_goes_on_in_its_open_review(workspace: Workspace) -> None:
    store = workspace.store
    review = begun(store)
    token = queries.state_token(store, ACTOR)
    assert begun(store) == review
    assert queries.state_token(store, ACTOR) == token
    commands.end_plan_review(store, ACTOR, review, ended_as=ReviewEnd.DROPPED, reason="传错文件")
    assert begun(store) != review


def test_two_reviewers_never_lose_a_decision(workspace: Workspace) -> None:
    store = workspace.store
    review = begun(store)
    decide(store, ACTOR, review, INTENSITY, Decision.ACCEPTED, seen=0, changes={"value": 7.8})
    with pytest.raises(StaleDecisionError, match=r"Proposal 2 .* accepted by local-administrator"):
        decide(store, COLLEAGUE, review, INTENSITY, Decision.REJECTED, seen=0)
    assert looked(store, review).review.item(INTENSITY).draft.value == 7.8
    seen = looked(store, review).sequence(INTENSITY)
    decide(store, COLLEAGUE, review, INTENSITY, Decision.REJECTED, seen=seen)
    assert looked(store, review).decisions[INTENSITY].sequence == 2


def test_a_second_click_decides_nothing(workspace: Workspace) -> None:
    store = workspace.store
    review = begun(store)
    assert decide(store, ACTOR, review, NET, Decision.ACCEPTED, seen=0) == 1
    token = queries.state_token(store, ACTOR)
    assert decide(store, ACTOR, review, NET, Decision.ACCEPTED, seen=0) == 0
    assert queries.state_token(store, ACTOR) == token


def test_repeats_follow_what_they_repeat_until_decided_by_themselves(workspace: Workspace) -> None:
    store = workspace.store
    review = begun(store)
    decide(store, ACTOR, review, CONTRACTS, Decision.ACCEPTED, seen=0)
    assert decided(looked(store, review))[CONTRACTS_AGAIN] is Decision.ACCEPTED
    decide(store, ACTOR, review, CONTRACTS_AGAIN, Decision.REJECTED, seen=1)
    decide(store, ACTOR, review, CONTRACTS, Decision.PENDING, seen=1)
    assert decided(looked(store, review))[CONTRACTS : CONTRACTS_AGAIN + 1] == [
        Decision.PENDING,
        Decision.REJECTED,
    ]


def test_a_repeat_changed_by_itself_follows_no_more(workspace: Workspace) -> None:
    store = workspace.store
    review = begun(store)
    decide(store, ACTOR, review, CONTRACTS, Decision.PENDING, seen=0, changes={"value": 89.0})
    decide(store, ACTOR, review, CONTRACTS, Decision.PENDING, seen=1, changes={"value": 90.0})
    assert looked(store, review).review.item(CONTRACTS_AGAIN).draft.value == 90.0
    seen = looked(store, review).sequence(CONTRACTS_AGAIN)
    decide(store, COLLEAGUE, review, CONTRACTS_AGAIN, Decision.PENDING, seen=seen, changes={"value": 91.0})
    decide(store, ACTOR, review, CONTRACTS, Decision.ACCEPTED, seen=2)
    again = looked(store, review)
    assert again.review.item(CONTRACTS_AGAIN).draft.value == 91.0
    assert decided(again)[CONTRACTS : CONTRACTS_AGAIN + 1] == [Decision.ACCEPTED, Decision.PENDING]


def test_terms_without_sense_are_not_accepted_and_say_why(workspace: Workspace) -> None:
    store = workspace.store
    review = begun(store)
    with pytest.raises(TargetRuleError, match="names no indicator"):
        decide(store, ACTOR, review, CANTEENS, Decision.ACCEPTED, seen=0)
    with pytest.raises(TargetRuleError, match="end of a period"):
        decide(
            store,
            ACTOR,
            review,
            INTENSITY,
            Decision.ACCEPTED,
            seen=0,
            changes={"deadline": dt.date(2025, 3, 3)},
        )
    ongoing = looked(store, review)
    assert ongoing.decisions == {}
    told = edit(ongoing.review, INTENSITY, deadline=dt.date(2025, 3, 3), value=-7.5)
    problems = draft_problems(told, told.item(INTENSITY))
    assert [each.rule for each in problems if isinstance(each, TermProblem)] == [
        TermRule.NOT_BELOW_BOUND,
        TermRule.END_OF_PERIOD,
    ]
    other = edit(ongoing.review, INTENSITY, unit="家")
    assert draft_problems(other, other.item(INTENSITY)) == (DraftGap.OTHER_UNIT,)
    assert draft_problems(ongoing.review, ongoing.review.item(CANTEENS)) == (DraftGap.NO_INDICATOR,)


def test_what_nothing_speaks_against_is_accepted_at_once(workspace: Workspace) -> None:
    store = workspace.store
    review = begun(store)
    clean = looked(store, review).clean
    assert INTENSITY in clean
    assert CANTEENS not in clean
    assert accept_clean(store, ACTOR, review, [*clean, CANTEENS]) == len(clean)
    after = decided(looked(store, review))
    assert [place for place, each in enumerate(after) if each is Decision.PENDING] == [
        place for place in range(6) if place not in clean and place != CONTRACTS_AGAIN
    ]


def test_recording_enters_what_was_seen_and_goes_on(workspace: Workspace) -> None:
    store = workspace.store
    review = begun(store)
    decide(store, ACTOR, review, INTENSITY, Decision.ACCEPTED, seen=0)
    seen = looked(store, review).seen
    decide(store, COLLEAGUE, review, NET, Decision.ACCEPTED, seen=0)
    with pytest.raises(StaleDecisionError, match="Proposal 1"):
        record_ongoing(store, ACTOR, seen)
    assert queries.get_targets(store, ACTOR, plan=looked(store, review).review.plan.code) == ()
    report = record_ongoing(store, ACTOR, looked(store, review).seen)
    assert (len(report.added), report.undecided) == (2, 4)
    again = looked(store, review)
    assert again.head.ended_as is None
    assert again.review.item(INTENSITY).entered_as in report.added
    with pytest.raises(EnteredProposalError, match="on the ledger as"):
        decide(store, ACTOR, review, INTENSITY, Decision.REJECTED, seen=1)
    for item in again.review.items:
        if item.decision is Decision.PENDING:
            decide(store, ACTOR, review, item.position, Decision.REJECTED, seen=again.sequence(item.position))
    record_ongoing(store, ACTOR, looked(store, review).seen)
    assert looked(store, review).head.ended_as is ReviewEnd.FINISHED
    assert queries.plan_reviews(store, ACTOR) == ()
    with pytest.raises(EndedReviewError, match=r"plan\.txt was ended"):
        decide(store, ACTOR, review, CANTEENS, Decision.PENDING, seen=1)


def test_a_plan_registered_meanwhile_under_the_code_keeps_it(workspace: Workspace) -> None:
    store = workspace.store
    review = begun(store)
    other = read_document_bytes("other.txt", TEXT.replace("工作要点", "考核办法").encode())
    rival = begin_review(store, ACTOR, other)
    for each in (review, rival):
        decide(store, ACTOR, each, INTENSITY, Decision.ACCEPTED, seen=0, changes={"value": 7.0 + each})
        record_ongoing(store, ACTOR, looked(store, each).seen)
    titles = {plan.title for plan in queries.get_plans(store, ACTOR).values()}
    assert {"绵阳市科学技术局2025年工作要点", "绵阳市科学技术局2025年考核办法"} <= titles
    assert not looked(store, rival).review.is_new_plan


def test_the_sheet_goes_out_with_the_decisions_and_takes_none_back(workspace: Workspace) -> None:
    store = workspace.store
    review = begun(store)
    decide(store, ACTOR, review, INTENSITY, Decision.ACCEPTED, seen=0, changes={"value": 7.8})
    book = load_workbook(io.BytesIO(review_sheet(looked(store, review))))
    sheet = book["目标"]
    assert (sheet.cell(INTENSITY + 2, 2).value, sheet.cell(INTENSITY + 2, 7).value) == ("接受", 7.8)
    sheet.cell(NET + 2, 2).value = "接受"
    sheet.cell(NET + 2, 7).value = 65
    sheet.cell(CANTEENS + 2, 2).value = "accept"
    sheet.cell(CANTEENS + 2, 3).value = "hightech_enterprises"
    sheet.cell(CANTEENS + 2, 11).value = "2025-03-03"
    sheet.cell(CONTRACTS + 2, 2).value = "接受"
    decide(store, COLLEAGUE, review, CONTRACTS, Decision.REJECTED, seen=0)
    written = io.BytesIO()
    book.save(written)
    report = take_sheet(store, ACTOR, review, "decided.xlsx", written.getvalue())
    assert (report.taken, report.kept, report.unfit) == ((NET,), (CONTRACTS,), (CANTEENS,))
    after = looked(store, review)
    assert (after.review.item(NET).draft.value, after.review.item(NET).decision) == (65, Decision.ACCEPTED)
    assert after.review.item(CONTRACTS).decision is Decision.REJECTED
    assert after.review.item(CANTEENS).draft.indicator == "hightech_enterprises"


def test_who_may_not_review_may_not_decide(workspace: Workspace) -> None:
    store = workspace.store
    review = begun(store)
    elsewhere = Actor("elsewhere", frozenset({Role.PLANNER}), Scope(regions=frozenset({"510000"})))
    assert queries.plan_reviews(store, elsewhere) == ()
    for call in (
        lambda: queries.get_plan_review(store, elsewhere, review),
        lambda: commands.decide_proposals(store, elsewhere, review, [], seen={}),
        lambda: begin_review(store, elsewhere, read_document_bytes("plan.txt", TEXT.encode())),
    ):
        with pytest.raises(PermissionDeniedError):
            call()
    with pytest.raises(NotFoundError, match="review of a plan '99'"):
        looked(store, 99)
