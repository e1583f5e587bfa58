"""Stored reviews of plan documents, from their rows and back."""

from __future__ import annotations

from typing import Any

from monitor.core.records import PlanDocument
from monitor.core.reviews import (
    Decision,
    NewDecision,
    NewPlanReview,
    RecordedDecision,
    ReviewEnd,
    ReviewHead,
)
from monitor.rows.base import AnyRow


def review_row(review: NewPlanReview) -> dict[str, Any]:
    """A review as it is opened, with what queries filter on beside it."""
    return {
        **vars(review.document),
        "region": review.plan["region"],
        "plan": dict(review.plan),
        "is_new_plan": review.is_new_plan,
        "facts": dict(review.facts),
        "proposals": [dict(each) for each in review.proposals],
        "proposed": len(review.proposals),
    }


def review_head_from(row: AnyRow) -> ReviewHead:
    """A stored review without its text."""
    return ReviewHead(
        id=row.id,
        sha256=row.sha256,
        name=row.name,
        plan=row.plan,
        begun_at=row.recorded_at,
        begun_by=row.actor,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        ended_as=None if row.ended_as is None else ReviewEnd(row.ended_as),
    )


def review_content_from(row: AnyRow) -> NewPlanReview:
    """What a stored review was opened with."""
    document = PlanDocument(row.sha256, row.name, row.format, row.text)
    return NewPlanReview(document, row.plan, row.is_new_plan, row.facts, tuple(row.proposals))


def decision_row(review: int, decision: NewDecision, *, sequence: int, actor: str) -> dict[str, Any]:
    """A decision as the next one on its proposal."""
    return {
        "review": review,
        "position": decision.position,
        "sequence": sequence,
        "decision": decision.decision.value,
        "draft": dict(decision.draft),
        "actor": actor,
    }


def decision_from(row: AnyRow) -> RecordedDecision:
    """A stored decision."""
    return RecordedDecision(
        position=row.position,
        decision=Decision(row.decision),
        draft=row.draft,
        sequence=row.sequence,
        recorded_at=row.recorded_at,
        actor=row.actor,
    )
