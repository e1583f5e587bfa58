"""Targets, their ledgers and what is said about them, from their rows and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from monitor.core.ledger import Part, Revision, Terms
from monitor.core.records import (
    MilestoneReport,
    Outcome,
    Target,
    TargetNote,
    TargetNoteRecord,
)
from monitor.rows.base import AnyRow


def revision_row(entry: Revision) -> dict[str, Any]:
    """A ledger entry, with the terms that queries filter on beside it."""
    return {
        "target": entry.target,
        "sequence": entry.sequence,
        "effective_on": entry.effective_on,
        "recorded_at": entry.recorded_at,
        "actor": entry.actor,
        "reason": entry.reason,
        "document": entry.document,
        "terms": entry.terms.to_json(),
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
        "indicator": entry.terms.indicator,
        "region": entry.terms.region,
        "deadline": entry.terms.deadline,
        "kind": entry.terms.kind.value,
    }


def revision_from(row: AnyRow) -> Revision:
    """A stored ledger entry."""
    return Revision(
        target=row.target,
        sequence=row.sequence,
        effective_on=row.effective_on,
        recorded_at=row.recorded_at,
        actor=row.actor,
        reason=row.reason,
        document=row.document,
        terms=Terms.from_json(row.terms),
        previous_hash=row.previous_hash,
        hash=row.hash,
    )


def target_row(target: Target) -> dict[str, Any]:
    """What a target is, without its ledger."""
    return {
        "code": target.code,
        "plan": target.plan,
        "title_zh": target.title_zh,
        "title_en": target.title_en,
        "parent": target.parent,
        "part": target.part.value,
        "citations": [list(citation) for citation in target.citations],
        "conflicts_with": list(target.conflicts_with),
        "baseline_period": target.baseline_period,
        "baseline_value": target.baseline_value,
        "note_zh": target.note_zh,
        "note_en": target.note_en,
    }


def target_from(row: AnyRow, history: tuple[Revision, ...]) -> Target:
    """A stored target with its ledger."""
    return Target(
        code=row.code,
        plan=row.plan,
        title_zh=row.title_zh,
        title_en=row.title_en,
        parent=row.parent,
        part=Part(row.part),
        citations=tuple((clause, written) for clause, written in row.citations),
        conflicts_with=tuple(row.conflicts_with),
        baseline_period=row.baseline_period,
        baseline_value=row.baseline_value,
        note_zh=row.note_zh,
        note_en=row.note_en,
        history=history,
    )


def milestone_from(row: AnyRow) -> MilestoneReport:
    """A milestone reported as done."""
    return MilestoneReport(**{each.name: getattr(row, each.name) for each in fields(MilestoneReport)})


def outcome_from(row: AnyRow) -> Outcome:
    """What became of a target."""
    return Outcome(**{each.name: getattr(row, each.name) for each in fields(Outcome)})


def note_from(row: AnyRow) -> TargetNoteRecord:
    """A stored note of a department."""
    return TargetNoteRecord(**{each.name: getattr(row, each.name) for each in fields(TargetNoteRecord)})


def said_in(record: TargetNoteRecord) -> TargetNote:
    """What a stored note says, without who stored it when."""
    return TargetNote(**{each.name: getattr(record, each.name) for each in fields(TargetNote)})
