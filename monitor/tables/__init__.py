"""The tables. Portable between SQLite and PostgreSQL; `migrations/` creates them.

Rows of APPEND_ONLY tables are guarded by triggers: the database itself refuses to change or delete
them, whoever asks.
"""

from __future__ import annotations

from monitor.tables.base import UTC, Base, WorkspaceFact
from monitor.tables.catalogue import DepartmentRow, IndicatorVersionRow, OriginRow, PlanRow, RegionRow
from monitor.tables.figures import (
    CorrectionUseRow,
    LoadRow,
    ObservationRow,
    RefusedRowRow,
    RowRepairRow,
    RowSettlementRow,
    SourceRunRow,
    TargetNoteRow,
)
from monitor.tables.ledger import (
    MilestoneReportRow,
    OutcomeRow,
    PlanDocumentRow,
    PlanReviewDecisionRow,
    PlanReviewRow,
    RevisionRow,
    TargetQuoteRow,
    TargetRow,
)
from monitor.tables.results import AssessmentRow, AuditRow, FanRow, FlagChangeRow, RunRow, TrainedModelRow
from monitor.tables.scheduling import JobRunRow, LeaderRow, SchedulerJobRow
from monitor.tables.telling import (
    AcknowledgementRow,
    DeliveryAttemptRow,
    DigestRow,
    NoticeRow,
    OutboxMessageRow,
    OutboxPictureRow,
    PersonVersionRow,
)

__all__ = [
    "APPEND_ONLY",
    "UTC",
    "WORK_TABLES",
    "AcknowledgementRow",
    "AssessmentRow",
    "AuditRow",
    "Base",
    "CorrectionUseRow",
    "DeliveryAttemptRow",
    "DepartmentRow",
    "DigestRow",
    "FanRow",
    "FlagChangeRow",
    "IndicatorVersionRow",
    "JobRunRow",
    "LeaderRow",
    "LoadRow",
    "MilestoneReportRow",
    "NoticeRow",
    "ObservationRow",
    "OriginRow",
    "OutboxMessageRow",
    "OutboxPictureRow",
    "OutcomeRow",
    "PersonVersionRow",
    "PlanDocumentRow",
    "PlanReviewDecisionRow",
    "PlanReviewRow",
    "PlanRow",
    "RefusedRowRow",
    "RegionRow",
    "RevisionRow",
    "RowRepairRow",
    "RowSettlementRow",
    "RunRow",
    "SchedulerJobRow",
    "SourceRunRow",
    "TargetNoteRow",
    "TargetQuoteRow",
    "TargetRow",
    "TrainedModelRow",
    "WorkspaceFact",
]

APPEND_ONLY = (
    "acknowledgements",
    "audit_entries",
    "correction_uses",
    "delivery_attempts",
    "digests",
    "indicator_versions",
    "observations",
    "outbox_pictures",
    "person_versions",
    "plan_documents",
    "plan_review_decisions",
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
