"""Commands about the review of a plan document: begin, decide, end. What enters the ledger is `plans`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.errors import EndedReviewError, NotFoundError, StaleDecisionError
from monitor.core.reviews import (
    NewDecision,
    NewPlanReview,
    RecordedDecision,
    ReviewEnd,
    ReviewHead,
    SeenReview,
)
from monitor.rows import AnyRow, decision_from, decision_row, review_head_from, review_row
from monitor.store import Store
from monitor.tables import PlanReviewDecisionRow, PlanReviewRow
from monitor.transaction import Insert, Transaction

_ACTION = "review plans"
_BEGUN = "规划文本开始审核 / plan document opened for review"
_DECIDED = "审核规划文本 / plan document under review"


def begin_plan_review(store: Store, actor: Actor, review: NewPlanReview) -> int:
    """Lay a document open for review.

    A document under review for a plan is reviewed once: beginning again gives the review that is open.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        A planner with the plan's region in scope.
    review : NewPlanReview
        What was read and proposed.

    Returns
    -------
    int
        Id of the review.

    Raises
    ------
    PermissionDeniedError
        If role or scope do not allow it.
    """
    region, code = str(review.plan["region"]), str(review.plan["code"])
    actor.check(Role.PLANNER, action=_ACTION, region=region)
    row, sha256 = PlanReviewRow, review.document.sha256
    with store.write(actor) as transaction:
        same = sa.select(row.id, row.plan).where(row.sha256 == sha256, row.ended_at.is_(None))
        for found in transaction.rows(same):
            if found.plan["code"] == code:
                return int(found.id)
        new = {"document": sha256, "plan": code, "proposals": len(review.proposals)}
        audit = AuditEntry("plan_review_begun", "plan", code, _BEGUN, new=new)
        values = {**review_row(review), "actor": transaction.actor}
        return transaction.insert_with(Insert(row, [values]), link="review", audit=audit)


def decide_proposals(
    store: Store, actor: Actor, review: int, decisions: Sequence[NewDecision], *, seen: Mapping[int, int]
) -> int:
    """Store what a person decided, all of it or none; what stands already is not stored again.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        A planner with the plan's region in scope.
    review : int
        Id of the review.
    decisions : sequence of NewDecision
        One for a proposal.
    seen : mapping of int to int
        Sequence of the last decision the person saw on each proposal; missing means none.

    Returns
    -------
    int
        How many were new.

    Raises
    ------
    StaleDecisionError
        If somebody else decided one of them meanwhile, and otherwise.
    EndedReviewError, NotFoundError
        If the review is no longer open, or it or a proposal does not exist.
    PermissionDeniedError
        If role or scope do not allow it.
    """
    actor.check(Role.PLANNER, action=_ACTION)
    with store.write(actor) as transaction:
        head, proposed = _open_review(transaction, actor, review)
        last = _last_decisions(transaction, review)
        fresh = [each for each in decisions if not _stands(last.get(each.position), each)]
        _check_known(fresh, proposed)
        _check_seen(fresh, last, seen)
        if not fresh:
            return 0
        rows = []
        for each in fresh:
            before = last.get(each.position)
            sequence = 1 + (before.sequence if before else 0)
            rows.append(decision_row(review, each, sequence=sequence, actor=transaction.actor))
        told = {"review": review, "decisions": {str(each.position): each.decision.value for each in fresh}}
        audit = AuditEntry("plan_proposals_decided", "plan", str(head.plan["code"]), _DECIDED, new=told)
        transaction.insert(Insert(PlanReviewDecisionRow, rows), audit=audit)
    return len(fresh)


def end_plan_review(store: Store, actor: Actor, review: int, *, ended_as: ReviewEnd, reason: str) -> bool:
    """End a review; its decisions are kept, none can be added.

    Parameters
    ----------
    ended_as : ReviewEnd
        Finished, or dropped with what was not recorded.
    reason : str
        Why.

    Returns
    -------
    bool
        Whether it was still open.

    Raises
    ------
    NotFoundError, PermissionDeniedError
        If there is none, or role or scope do not allow it.
    """
    actor.check(Role.PLANNER, action=_ACTION)
    row = PlanReviewRow
    with store.write(actor) as transaction:
        head, _ = _review(transaction, actor, review)
        if head.ended_at is not None:
            return False
        told = {"review": review, "document": head.sha256, "ended_as": ended_as.value}
        audit = AuditEntry("plan_review_ended", "plan", str(head.plan["code"]), reason, new=told)
        values = {
            "ended_at": transaction.recorded_at,
            "ended_by": transaction.actor,
            "ended_as": ended_as.value,
        }
        transaction.update(row, key={"id": review}, values=values, audit=audit)
    return True


def check_review_seen(transaction: Transaction, actor: Actor, seen: SeenReview) -> None:
    """Refuse to act on a review that went on, or ended, since the person looked at it.

    Raises
    ------
    StaleDecisionError
        If somebody decided something since.
    EndedReviewError, NotFoundError
        If it is no longer open.
    """
    _open_review(transaction, actor, seen.id)
    last = _last_decisions(transaction, seen.id)
    if sum(each.sequence for each in last.values()) != seen.decisions:
        latest = max(last.values(), key=lambda each: (each.recorded_at, each.position))
        raise StaleDecisionError(
            latest.position, decision=latest.decision.value, by=latest.actor, on=latest.recorded_at
        )


def _last_decisions(transaction: Transaction, review: int) -> dict[int, RecordedDecision]:
    """The decision in force on each proposal that has any."""
    row = PlanReviewDecisionRow
    statement = sa.select(*row.__table__.c).where(row.review == review).order_by(row.sequence)
    return {found.position: decision_from(found) for found in transaction.rows(statement)}


def _open_review(transaction: Transaction, actor: Actor, review: int) -> tuple[ReviewHead, int]:
    head, proposed = _review(transaction, actor, review)
    if head.ended_at is not None:
        raise EndedReviewError(head.name, by=head.ended_by or "", on=head.ended_at)
    return head, proposed


def _review(transaction: Transaction, actor: Actor, review: int) -> tuple[ReviewHead, int]:
    """The review without its text, for those who may decide in it; and how many proposals it has."""
    columns = [each for each in PlanReviewRow.__table__.c if each.name not in {"text", "facts", "proposals"}]
    found: Sequence[AnyRow] = transaction.rows(sa.select(*columns).where(PlanReviewRow.id == review))
    if not found:
        raise NotFoundError("review of a plan", str(review))
    actor.check(Role.PLANNER, action=_ACTION, region=found[0].region)
    return review_head_from(found[0]), int(found[0].proposed)


def _stands(last: RecordedDecision | None, new: NewDecision) -> bool:
    """Whether a decision is in force already: a second click decides nothing."""
    return last is not None and (last.decision, dict(last.draft)) == (new.decision, dict(new.draft))


def _check_known(decisions: Sequence[NewDecision], proposed: int) -> None:
    for each in decisions:
        if not 0 <= each.position < proposed:
            raise NotFoundError("proposal", str(each.position + 1), f"There are {proposed}.")


def _check_seen(
    decisions: Sequence[NewDecision], last: Mapping[int, RecordedDecision], seen: Mapping[int, int]
) -> None:
    """Refuse to decide over what the person has not seen."""
    for each in decisions:
        found = last.get(each.position)
        if found is not None and found.sequence != seen.get(each.position, 0):
            raise StaleDecisionError(
                each.position, decision=found.decision.value, by=found.actor, on=found.recorded_at
            )
