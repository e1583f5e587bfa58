"""Assessments and what changed, trainings, and who did what."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from monitor.tables.base import Base, JsonDict


class RunRow(Base):
    """One assessment run."""

    __tablename__ = "runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[dt.date] = mapped_column(index=True)
    kind: Mapped[str]
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime]
    actor: Mapped[str]
    versions: Mapped[JsonDict]
    counts: Mapped[JsonDict]
    scope_note: Mapped[str]


class AssessmentRow(Base):
    """The stored answer for one target on one day."""

    __tablename__ = "assessments"
    # The look-up of every list: the last assessment of a target on or before a day.
    __table_args__ = (sa.Index(None, "target", "as_of", "run_kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"), index=True)
    target: Mapped[str] = mapped_column(sa.ForeignKey("targets.code"))
    as_of: Mapped[dt.date]
    run_kind: Mapped[str]
    recorded_at: Mapped[dt.datetime]
    revision_sequence: Mapped[int]
    flag: Mapped[str]
    reason_code: Mapped[str]
    probability_met: Mapped[float | None]
    probability_published: Mapped[float | None]
    observed_to: Mapped[str | None]
    n_observations: Mapped[int]
    method: Mapped[str]
    input_hash: Mapped[str]
    # Reasons with their facts, quantiles, figures, change, versions: one text, parsed once, because
    # lists read thousands of these at a time.
    body: Mapped[JsonDict]


class FanRow(Base):
    """Where an indicator's path was seen to go when a run stored its target's probability."""

    __tablename__ = "fans"
    # Kept apart from assessments: lists read thousands of those, and no fan.
    __table_args__ = (sa.UniqueConstraint("target", "run_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"), index=True)
    target: Mapped[str] = mapped_column(sa.ForeignKey("targets.code"))
    body: Mapped[JsonDict]


class FlagChangeRow(Base):
    """A flag change; telling people about it is a separate step."""

    __tablename__ = "flag_changes"
    # A run repeated on its day, or beside another, tells of a change once.
    __table_args__ = (sa.UniqueConstraint("target", "as_of", "old_flag", "new_flag"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("runs.id"), index=True)
    target: Mapped[str] = mapped_column(sa.ForeignKey("targets.code"))
    as_of: Mapped[dt.date] = mapped_column(index=True)
    recorded_at: Mapped[dt.datetime]
    old_flag: Mapped[str | None]
    new_flag: Mapped[str]
    reason_code: Mapped[str]
    old_probability: Mapped[float | None]
    new_probability: Mapped[float | None]
    change: Mapped[JsonDict | None]


class TrainedModelRow(Base):
    """Coefficients learned again from the stored series."""

    __tablename__ = "trained_models"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(unique=True)
    through: Mapped[dt.date] = mapped_column(index=True)
    n_series: Mapped[int]
    recorded_at: Mapped[dt.datetime]
    actor: Mapped[str]
    document: Mapped[JsonDict]


class AuditRow(Base):
    """Who did what to what, when and why."""

    __tablename__ = "audit_entries"
    __table_args__ = (sa.Index(None, "subject_kind", "subject"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    recorded_at: Mapped[dt.datetime] = mapped_column(index=True)
    actor: Mapped[str]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject: Mapped[str]
    reason: Mapped[str]
    old: Mapped[JsonDict | None]
    new: Mapped[JsonDict | None]
