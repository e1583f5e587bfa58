"""The tables. Portable between SQLite and PostgreSQL; `migrations/` creates them.

Rows of APPEND_ONLY tables are guarded by triggers: the database itself refuses to change or delete
them, whoever asks.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UTC(sa.types.TypeDecorator[dt.datetime]):
    """Aware UTC in, aware UTC out, also on SQLite, which forgets the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Refuse a naive moment; convert the others."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value}; every stored moment has a zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


# JSON and not JSONB: the text comes back number by number as it went in, which the hash chain needs.
Json = sa.JSON(none_as_null=True)
JsonDict = dict[str, Any]
JsonList = list[Any]


class Base(DeclarativeBase):
    """Naming convention and column types of all tables."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {dt.datetime: UTC(), JsonDict: Json, JsonList: Json}


class WorkspaceFact(Base):
    """Which workspace the database belongs to, and other facts about itself."""

    __tablename__ = "workspace_facts"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class RegionRow(Base):
    """A region of the catalogue."""

    __tablename__ = "regions"
    code: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    short_zh: Mapped[str]
    name_en: Mapped[str]
    level: Mapped[str]
    parent: Mapped[str | None]
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
    successor: Mapped[str | None]


class DepartmentRow(Base):
    """A responsible department."""

    __tablename__ = "departments"
    code: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    region: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"))
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
    successor: Mapped[str | None]


class IndicatorVersionRow(Base):
    """An indicator as one version of the catalogue described it; the highest version is in force."""

    __tablename__ = "indicator_versions"
    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[dt.datetime]
    document: Mapped[JsonDict]


class PlanRow(Base):
    """A plan document; `document` is its entry as seeded, without its targets."""

    __tablename__ = "plans"
    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    title_en: Mapped[str]
    number: Mapped[str | None]
    issuer: Mapped[str]
    region: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"))
    status: Mapped[str]
    parent: Mapped[str | None]
    issued_on: Mapped[str | None]
    period_start: Mapped[str]
    period_end: Mapped[str]
    source: Mapped[str]
    document: Mapped[JsonDict]


class OriginRow(Base):
    """Where figures come from; `trust` 1 is best."""

    __tablename__ = "origins"
    code: Mapped[str] = mapped_column(primary_key=True)
    publisher: Mapped[str]
    title: Mapped[str]
    url: Mapped[str | None]
    accessed_on: Mapped[str | None]
    trust: Mapped[int]


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


class CorrectionUseRow(Base):
    """A known error of a source that a load met: corrected, or repaired by the source."""

    __tablename__ = "correction_uses"
    id: Mapped[int] = mapped_column(primary_key=True)
    load_id: Mapped[int] = mapped_column(sa.ForeignKey("loads.id"), index=True)
    correction: Mapped[str] = mapped_column(index=True)
    state: Mapped[str]
    found: Mapped[float]
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


class OutboxMessageRow(Base):
    """A message on its way, as it is sent."""

    __tablename__ = "outbox_messages"
    # What is due is looked for in every round.
    __table_args__ = (sa.Index(None, "state", "next_attempt_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    period: Mapped[str]
    recipient: Mapped[str] = mapped_column(index=True)
    channel: Mapped[str]
    address: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    html: Mapped[str]
    text: Mapped[str]
    headers: Mapped[JsonDict]
    targets: Mapped[JsonList]
    not_before: Mapped[dt.datetime | None]
    message_id: Mapped[str | None]
    state: Mapped[str]
    queued_at: Mapped[dt.datetime]
    first_due_at: Mapped[dt.datetime]
    next_attempt_at: Mapped[dt.datetime]
    attempts: Mapped[int]
    claims: Mapped[int]
    claimed_by: Mapped[str | None]
    claimed_at: Mapped[dt.datetime | None]
    handing_over_at: Mapped[dt.datetime | None]
    last_error: Mapped[str]
    ended_at: Mapped[dt.datetime | None]
    settled_by: Mapped[str | None]
    settled_reason: Mapped[str | None]


class OutboxPictureRow(Base):
    """An inline picture of a message."""

    __tablename__ = "outbox_pictures"
    __table_args__ = (sa.UniqueConstraint("message_key", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    message_key: Mapped[str] = mapped_column(sa.ForeignKey("outbox_messages.key"))
    position: Mapped[int]
    cid: Mapped[str]
    content: Mapped[bytes]
    recorded_at: Mapped[dt.datetime]


class DeliveryAttemptRow(Base):
    """One ended attempt to deliver a message."""

    __tablename__ = "delivery_attempts"
    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[int] = mapped_column(sa.ForeignKey("outbox_messages.id"), index=True)
    number: Mapped[int]
    worker: Mapped[str]
    outcome: Mapped[str]
    started_at: Mapped[dt.datetime] = mapped_column(index=True)
    finished_at: Mapped[dt.datetime]
    host: Mapped[str]
    reply: Mapped[str]
    error: Mapped[str]
    recorded_at: Mapped[dt.datetime]


class AcknowledgementRow(Base):
    """What a person answered to a message about a target."""

    __tablename__ = "acknowledgements"
    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(sa.ForeignKey("targets.code"), index=True)
    person: Mapped[str] = mapped_column(index=True)
    period: Mapped[str]
    measure: Mapped[str]
    due_on: Mapped[dt.date | None]
    recorded_at: Mapped[dt.datetime]
    actor: Mapped[str]


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


class LeaderRow(Base):
    """A process that led the scheduler; its id is the epoch that later leaders outrank."""

    __tablename__ = "scheduler_leaders"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    host: Mapped[str]
    pid: Mapped[int]
    started_at: Mapped[dt.datetime]
    beat_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class JobRunRow(Base):
    """One run of a scheduled job. A due time is claimed by inserting its first attempt."""

    __tablename__ = "job_runs"
    __table_args__ = (sa.UniqueConstraint("job", "due_at", "attempt"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str]
    kind: Mapped[str]
    due_at: Mapped[dt.datetime]
    attempt: Mapped[int]
    # None: started by hand.
    leader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("scheduler_leaders.id"))
    started_at: Mapped[dt.datetime] = mapped_column(index=True)
    finished_at: Mapped[dt.datetime | None]
    outcome: Mapped[str] = mapped_column(index=True)
    told: Mapped[str]
    facts: Mapped[JsonDict]


class SchedulerJobRow(Base):
    """APScheduler's own store of jobs and their next due times; only its job store reads or writes it."""

    __tablename__ = "scheduler_jobs"
    id: Mapped[str] = mapped_column(sa.Unicode(191), primary_key=True)
    next_run_time: Mapped[float | None] = mapped_column(sa.Float(25), index=True)
    job_state: Mapped[bytes]


class PersonVersionRow(Base):
    """A person who is told, as one version described them; the highest version is in force."""

    __tablename__ = "person_versions"
    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[dt.datetime]
    reason: Mapped[str]
    document: Mapped[JsonDict]


class DigestRow(Base):
    """What a digest was composed from, so that it can be composed again."""

    __tablename__ = "digests"
    __table_args__ = (sa.UniqueConstraint("period", "recipient"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str]
    week: Mapped[str]
    recipient: Mapped[str]
    recorded_until: Mapped[dt.datetime]
    sent_from: Mapped[dt.datetime]
    rules: Mapped[JsonDict]
    recorded_at: Mapped[dt.datetime]


class NoticeRow(Base):
    """An urgent matter: what it is about, since when, and when people were told of it and of its end."""

    __tablename__ = "notices"
    __table_args__ = (sa.UniqueConstraint("subject_kind", "subject", "kind", "since"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject: Mapped[str]
    kind: Mapped[str]
    since: Mapped[dt.date]
    recorded_at: Mapped[dt.datetime]
    told_on: Mapped[dt.date | None]
    ended_on: Mapped[dt.date | None]
    end_told_on: Mapped[dt.date | None]


APPEND_ONLY = (
    "acknowledgements",
    "audit_entries",
    "delivery_attempts",
    "digests",
    "correction_uses",
    "indicator_versions",
    "observations",
    "outbox_pictures",
    "person_versions",
    "plan_documents",
    "row_repairs",
    "row_settlements",
    "target_notes",
    "target_quotes",
    "target_revisions",
    "trained_models",
)
"""Tables whose rows no one changes or deletes; triggers in the database see to it."""

WORK_TABLES = ("delivery_attempts", "job_runs", "outbox_messages", "scheduler_leaders")
"""Tables of work in progress: claims, attempts, runs and heartbeats are facts of the machine and not
decisions, so a step of the work takes no audit entry (`Store.work`): it would drown the trail and refresh
every screen. What a person decides about them does."""
