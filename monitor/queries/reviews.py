"""Questions about the reviews of plan documents that are under way, or were."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from monitor.core.access import Actor, Role
from monitor.core.errors import NotFoundError
from monitor.core.reviews import Decision, RecordedDecision, ReviewProgress, StoredReview
from monitor.queries.scoping import check_reader
from monitor.rows import decision_from, review_content_from, review_head_from
from monitor.store import Store
from monitor.tables import PlanReviewDecisionRow, PlanReviewRow


def plan_reviews(store: Store, actor: Actor) -> tuple[ReviewProgress, ...]:
    """The open reviews of the regions in the actor's scope, the newest first."""
    check_reader(actor)
    row = PlanReviewRow
    columns = [each for each in row.__table__.c if each.name not in {"text", "facts", "proposals"}]
    statement = sa.select(*columns).where(row.ended_at.is_(None)).order_by(row.id.desc())
    with store.read() as session:
        found = [each for each in session.execute(statement) if _is_in_scope(actor, each.region)]
        decisions = _last_decisions(session, [each.id for each in found])
    progress = []
    for each in found:
        own = decisions.get(each.id, {}).values()
        last = max(own, key=lambda decision: decision.recorded_at, default=None)
        progress.append(
            ReviewProgress(
                head=review_head_from(each),
                proposed=each.proposed,
                decided=sum(decision.decision is not Decision.PENDING for decision in own),
                last_at=last.recorded_at if last else None,
                last_by=last.actor if last else None,
            )
        )
    return tuple(progress)


def get_plan_review(store: Store, actor: Actor, review: int) -> StoredReview:
    """A review with its text and the decisions in force.

    Raises
    ------
    NotFoundError
        If there is none.
    PermissionDeniedError
        If its region lies outside the actor's scope.
    """
    check_reader(actor)
    with store.read() as session:
        row = session.execute(
            sa.select(*PlanReviewRow.__table__.c).where(PlanReviewRow.id == review)
        ).one_or_none()
        if row is None:
            raise NotFoundError("review of a plan", str(review))
        if not _is_in_scope(actor, row.region):
            actor.check(Role.VIEWER, action="see the review of a plan", region=row.region)
        decisions = _last_decisions(session, [review]).get(review, {})
    return StoredReview(review_head_from(row), review_content_from(row), decisions)


def _is_in_scope(actor: Actor, region: str) -> bool:
    return actor.scope.regions is None or region in actor.scope.regions


def _last_decisions(session: Session, reviews: list[int]) -> dict[int, dict[int, RecordedDecision]]:
    """The decision in force on each decided proposal, by review."""
    row = PlanReviewDecisionRow
    order = (row.review, row.position, row.sequence)
    statement = sa.select(*row.__table__.c).where(row.review.in_(reviews)).order_by(*order)
    last: dict[int, dict[int, RecordedDecision]] = {}
    for each in session.execute(statement):
        last.setdefault(each.review, {})[each.position] = decision_from(each)
    return last
