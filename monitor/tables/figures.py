"""Loads, the figures they brought, and the rows they did not."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from monitor.tables.base import Base, JsonDict, JsonList


class LoadRow(Base):
    """One file that brought figures."""

    __tablename__ = "loads"
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime]
    actor: Mapped[str]
    counts: Mapped[JsonDict]
    outcome: Mapped[str]


class ObservationRow(Base):
    """A value as one release gave it. [base unit]"""

    __tablename__ = "observations"
    # One release is stored once, whatever is loaded again; its index also serves every look-up by series.
    __table_args__ = (
        sa.UniqueConstraint(
            "indicator",
            "region",
            "period",
            "known_on",
            "origin",
            "status",
            "definition_basis",
            "value",
            name="uq_observations_release",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str]
    region: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"))
    period: Mapped[str]
    value: Mapped[float]
    status: Mapped[str]
    published_on: Mapped[str | None]
    known_on: Mapped[dt.date] = mapped_column(index=True)
    known_on_basis: Mapped[str]
    recorded_at: Mapped[dt.datetime] = mapped_column(index=True)
    definition_basis: Mapped[str]
    embargo_until: Mapped[dt.date | None]
    origin: Mapped[str] = mapped_column(sa.ForeignKey("origins.code"))
    note: Mapped[str]
    load_id: Mapped[int] = mapped_column(sa.ForeignKey("loads.id"), index=True)


class RefusedRowRow(Base):
    """A row in quarantine, with its cells as read."""

    __tablename__ = "refused_rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    load_id: Mapped[int] = mapped_column(sa.ForeignKey("loads.id"), index=True)
    file: Mapped[str]
    sheet: Mapped[str | None]
    row: Mapped[int | None]
    column: Mapped[str | None]
    rule: Mapped[str]
    found: Mapped[str]
    reason: Mapped[str]
    remedy: Mapped[str]
    severity: Mapped[str] = mapped_column(index=True)
    facts: Mapped[JsonDict]
    raw: Mapped[JsonDict]
    state: Mapped[str] = mapped_column(index=True)
    recorded_at: Mapped[dt.datetime]


class SourceRunRow(Base):
    """One run of a source; the last good one keeps what recognises unchanged content."""

    __tablename__ = "source_runs"
    __table_args__ = (sa.Index(None, "source", "outcome"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime]
    actor: Mapped[str]
    outcome: Mapped[str]
    message: Mapped[str]
    load_ids: Mapped[JsonList]
    files: Mapped[JsonList]
    address: Mapped[str | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]


class CorrectionUseRow(Base):
    """A known error of a source that a load met: corrected, or repaired by the source."""

    __tablename__ = "correction_uses"
    id: Mapped[int] = mapped_column(primary_key=True)
    load_id: Mapped[int] = mapped_column(sa.ForeignKey("loads.id"), index=True)
    correction: Mapped[str] = mapped_column(index=True)
    state: Mapped[str]
    found: Mapped[float]
    recorded_at: Mapped[dt.datetime]


class RowRepairRow(Base):
    """Cells of a refused row as a person corrected them; the row itself stays as it was read."""

    __tablename__ = "row_repairs"
    id: Mapped[int] = mapped_column(primary_key=True)
    refused_row_id: Mapped[int] = mapped_column(sa.ForeignKey("refused_rows.id"), index=True)
    old: Mapped[JsonDict]
    new: Mapped[JsonDict]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[dt.datetime]


class RowSettlementRow(Base):
    """What a replay or a dismissal made of a refused row; `refusal` is why a replay failed again."""

    __tablename__ = "row_settlements"
    id: Mapped[int] = mapped_column(primary_key=True)
    refused_row_id: Mapped[int] = mapped_column(sa.ForeignKey("refused_rows.id"), index=True)
    outcome: Mapped[str]
    load_id: Mapped[int | None] = mapped_column(sa.ForeignKey("loads.id"))
    refusal: Mapped[JsonDict | None]
    reason: Mapped[str]
    actor: Mapped[str]
    recorded_at: Mapped[dt.datetime]


class TargetNoteRow(Base):
    """What a department said about a target in a period: a note, and a measure with its day."""

    __tablename__ = "target_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(sa.ForeignKey("targets.code"), index=True)
    period: Mapped[str]
    note: Mapped[str]
    measure: Mapped[str]
    due_on: Mapped[dt.date | None]
    department: Mapped[str] = mapped_column(sa.ForeignKey("departments.code"))
    actor: Mapped[str]
    recorded_at: Mapped[dt.datetime]
