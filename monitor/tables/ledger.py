"""Targets, the dated entries of their ledgers, and the words they stand on."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from monitor.tables.base import Base, JsonDict, JsonList


class TargetRow(Base):
    """What a target is; what must hold stands in its revisions."""

    __tablename__ = "targets"
    code: Mapped[str] = mapped_column(primary_key=True)
    plan: Mapped[str] = mapped_column(sa.ForeignKey("plans.code"), index=True)
    title_zh: Mapped[str | None]
    title_en: Mapped[str | None]
    parent: Mapped[str | None] = mapped_column(index=True)
    part: Mapped[str]
    citations: Mapped[JsonList]
    conflicts_with: Mapped[JsonList]
    baseline_period: Mapped[str | None]
    baseline_value: Mapped[float | None]
    note_zh: Mapped[str | None]
    note_en: Mapped[str | None]


class RevisionRow(Base):
    """One dated, hash-chained entry of a target's ledger."""

    __tablename__ = "target_revisions"
    __table_args__ = (sa.UniqueConstraint("target", "sequence"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(sa.ForeignKey("targets.code"))
    sequence: Mapped[int]
    effective_on: Mapped[dt.date]
    recorded_at: Mapped[dt.datetime]
    actor: Mapped[str]
    reason: Mapped[str]
    document: Mapped[str]
    terms: Mapped[JsonDict]
    previous_hash: Mapped[str]
    hash: Mapped[str]
    # Copies of terms, for filtering only.
    indicator: Mapped[str | None] = mapped_column(index=True)
    region: Mapped[str] = mapped_column(index=True)
    deadline: Mapped[dt.date]
    kind: Mapped[str]


class PlanDocumentRow(Base):
    """A plan document as read; offsets of quotes are code points of `text`."""

    __tablename__ = "plan_documents"
    __table_args__ = (sa.UniqueConstraint("sha256", "plan"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan: Mapped[str] = mapped_column(sa.ForeignKey("plans.code"))
    sha256: Mapped[str]
    name: Mapped[str]
    format: Mapped[str]
    text: Mapped[str]
    recorded_at: Mapped[dt.datetime]
    actor: Mapped[str]


class TargetQuoteRow(Base):
    """The words of a document a target was accepted from."""

    __tablename__ = "target_quotes"
    __table_args__ = (sa.UniqueConstraint("document_id", "target", "value_start"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_documents.id"))
    target: Mapped[str] = mapped_column(sa.ForeignKey("targets.code"), index=True)
    quote: Mapped[str]
    quote_start: Mapped[int]
    quote_end: Mapped[int]
    value_start: Mapped[int]
    value_end: Mapped[int]
    recorded_at: Mapped[dt.datetime]


class PlanReviewRow(Base):
    """A plan document laid open for review; `ended_as` says finished or dropped, and is empty while open."""

    __tablename__ = "plan_reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    format: Mapped[str]
    text: Mapped[str]
    region: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"))
    plan: Mapped[JsonDict]
    is_new_plan: Mapped[bool]
    facts: Mapped[JsonDict]
    proposals: Mapped[JsonList]
    proposed: Mapped[int]
    recorded_at: Mapped[dt.datetime]
    actor: Mapped[str]
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[str | None]
    ended_as: Mapped[str | None]


class PlanReviewDecisionRow(Base):
    """One decision of a person on one proposal of a review; the last of a proposal is in force."""

    __tablename__ = "plan_review_decisions"
    __table_args__ = (sa.UniqueConstraint("review", "position", "sequence"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    review: Mapped[int] = mapped_column(sa.ForeignKey("plan_reviews.id"))
    position: Mapped[int]
    sequence: Mapped[int]
    decision: Mapped[str]
    draft: Mapped[JsonDict]
    recorded_at: Mapped[dt.datetime]
    actor: Mapped[str]


class MilestoneReportRow(Base):
    """A milestone reported as done."""

    __tablename__ = "milestone_reports"
    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(sa.ForeignKey("targets.code"), index=True)
    done_on: Mapped[dt.date]
    recorded_at: Mapped[dt.datetime]
    actor: Mapped[str]
    reason: Mapped[str]
    document: Mapped[str]


class OutcomeRow(Base):
    """What became of a target, as published later; the last one recorded is in force."""

    __tablename__ = "outcomes"
    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(sa.ForeignKey("targets.code"), index=True)
    value: Mapped[float | None]
    period: Mapped[str | None]
    known_on: Mapped[dt.date]
    verdict: Mapped[str]
    note: Mapped[str]
    recorded_at: Mapped[dt.datetime]
