"""Acts on a whole stored review: out to a sheet and back, and into the ledger."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from monitor import commands
from monitor.core.access import Actor
from monitor.core.reviews import Decision, NewDecision, ReviewEnd, SeenReview
from monitor.plan_review.opening import first_draft
from monitor.plan_review.recording import IMPORTED, ImportReport, record_review
from monitor.plan_review.review import Item, PlanReview
from monitor.plan_review.reviewing import OngoingReview, decision_on, is_open, load_review
from monitor.plan_review.sheet import read_decisions, sheet_bytes
from monitor.plan_review.terms import draft_problems
from monitor.store import Store

FINISHED = "规划文本审核完毕 / every proposal of the plan document is decided"


@dataclass(frozen=True)
class SheetReport:
    """What became of the decisions of a sheet; positions of proposals.

    Parameters
    ----------
    taken : tuple of int
        Now decided as the sheet says.
    kept : tuple of int
        Decided otherwise before; that decision stands.
    unfit : tuple of int
        Accepted in the sheet with terms that make no sense: changed as the sheet says, and left open.
    """

    taken: tuple[int, ...]
    kept: tuple[int, ...]
    unfit: tuple[int, ...]


def review_sheet(ongoing: OngoingReview) -> bytes:
    """The review as a workbook, with what is decided so far; see `sheet_bytes`."""
    review = ongoing.review
    return sheet_bytes(review.document, review.extraction, review.indicators, items=review.items)


def take_sheet(store: Store, actor: Actor, review: int, name: str, content: bytes) -> SheetReport:
    """Store the decisions of a sheet; what was decided otherwise on the way is kept and told.

    Parameters
    ----------
    name : str
        Of the sheet, for messages.
    content : bytes
        The workbook.

    Raises
    ------
    IngestError
        See `read_decisions`; nothing is taken then.
    EndedReviewError, NotFoundError, PermissionDeniedError
        See `commands.decide_proposals`.
    """
    ongoing = load_review(store, actor, review)
    decided = read_decisions(_undecided(ongoing.review), name, content)
    new: dict[int, NewDecision] = {}
    kept, unfit = [], []
    for item in decided.items:
        before = ongoing.review.item(item.position)
        if item.decision is Decision.PENDING or before.entered_as is not None:
            continue
        is_unfit = item.decision is Decision.ACCEPTED and bool(draft_problems(decided, item))
        told = decision_on(item, Decision.PENDING if is_unfit else item.decision)
        stood = ongoing.decisions.get(item.position)
        if stood is not None and not _is_as_proposed(ongoing.review, before):
            if (stood.decision, dict(stood.draft)) != (told.decision, dict(told.draft)):
                kept.append(item.position)
            continue
        new[item.position] = told
        if is_unfit:
            unfit.append(item.position)
    seen = {position: ongoing.sequence(position) for position in new}
    commands.decide_proposals(store, actor, review, list(new.values()), seen=seen)
    return SheetReport(tuple(place for place in new if place not in unfit), tuple(kept), tuple(unfit))


def _is_as_proposed(review: PlanReview, item: Item) -> bool:
    """Whether a decision was taken back, with the terms the text proposes: a sheet may decide it anew."""
    return item.decision is Decision.PENDING and item.draft == first_draft(review, item.candidate)


def _undecided(review: PlanReview) -> PlanReview:
    """The review as it began: a sheet is read against what the text proposes."""
    items = tuple(
        replace(item, draft=first_draft(review, item.candidate), decision=Decision.PENDING)
        for item in review.items
    )
    return replace(review, items=items)


def record_ongoing(
    store: Store,
    actor: Actor,
    seen: SeenReview,
    *,
    effective_on: dt.date | None = None,
    reason: str = IMPORTED,
) -> ImportReport:
    """Enter what a stored review accepted; once every proposal is decided, the review is finished.

    Parameters
    ----------
    seen : SeenReview
        The review as the person saw it.
    effective_on, reason
        See `record_review`.

    Raises
    ------
    StaleDecisionError
        If somebody decided something since; nothing is entered.
    EndedReviewError, TargetRuleError, UnitError, PermissionDeniedError
        See `record_review`.
    """
    review = load_review(store, actor, seen.id).review
    report = record_review(store, actor, review, effective_on=effective_on, reason=reason, seen=seen)
    if not any(is_open(item) for item in review.items):
        commands.end_plan_review(store, actor, seen.id, ended_as=ReviewEnd.FINISHED, reason=FINISHED)
    return report
