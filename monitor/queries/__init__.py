"""THE read layer: an actor asks, frozen records answer.

Every question takes the store and the actor first and leaves out what lies outside the actor's
scope. Questions about the past take `as_of` (what was known) and `recorded_until` (what this
database held); see docs/architecture.md, Time.
"""

from monitor.queries.acknowledgements import awaited_answers, get_acknowledgements
from monitor.queries.audit import audit_choices, audit_page
from monitor.queries.base import (
    Workspace,
    connect,
    get_departments,
    get_indicators,
    get_plans,
    get_regions,
    get_targets,
    get_workspace,
)
from monitor.queries.figures import (
    figures_of_load,
    get_origins,
    known_observations,
    load_page,
    load_sources,
    loads,
    refused_rows,
)
from monitor.queries.freshness import freshness
from monitor.queries.jobs import (
    announced_jobs,
    job_runs,
    last_finished_run,
    last_job_runs,
    last_recorded_at,
    overdue_jobs,
    scheduler_leader,
)
from monitor.queries.notes import target_notes
from monitor.queries.outbox import (
    claiming_workers,
    delivery_attempts,
    get_message,
    messages_about,
    outbox,
    outbox_age,
    outbox_page,
    outbox_periods,
    outbox_signs,
)
from monitor.queries.people import (
    get_digest_records,
    get_notices,
    get_people,
    last_digest_week,
    person_versions,
    unqueued_digests,
    weekly_readers_before,
)
from monitor.queries.plans import document_heads, plan_documents, quotes_of_target, target_quotes
from monitor.queries.quarantine import (
    cell_texts,
    origins_of_load,
    quarantine_actions,
    quarantine_counts,
    quarantine_page,
    quarantined_rows,
)
from monitor.queries.recent import recent_values
from monitor.queries.releases import figures_before_release, figures_in_force, release_figures, releases
from monitor.queries.results import (
    assessment_histories,
    assessments_of,
    audit_records,
    audit_trail,
    earlier_flags,
    flag_changes_between,
    get_outcomes,
    last_run,
    latest_assessments,
    milestone_reports,
    stored_fan,
)
from monitor.queries.reviews import get_plan_review, plan_reviews
from monitor.queries.screens import get_target, overview, target_detail
from monitor.queries.sources import (
    correction_uses,
    get_load,
    last_loads,
    last_source_runs,
    series_of_source,
    source_runs,
)
from monitor.queries.state import (
    available_dates,
    last_assessed_on,
    recent_assessments,
    state_token,
    trained_model,
)
from monitor.store import Store

__all__ = [
    "Store",
    "Workspace",
    "announced_jobs",
    "assessment_histories",
    "assessments_of",
    "audit_choices",
    "audit_page",
    "audit_records",
    "audit_trail",
    "available_dates",
    "awaited_answers",
    "cell_texts",
    "claiming_workers",
    "connect",
    "correction_uses",
    "delivery_attempts",
    "document_heads",
    "earlier_flags",
    "figures_before_release",
    "figures_in_force",
    "figures_of_load",
    "flag_changes_between",
    "freshness",
    "get_acknowledgements",
    "get_departments",
    "get_digest_records",
    "get_indicators",
    "get_load",
    "get_message",
    "get_notices",
    "get_origins",
    "get_outcomes",
    "get_people",
    "get_plan_review",
    "get_plans",
    "get_regions",
    "get_target",
    "get_targets",
    "get_workspace",
    "job_runs",
    "known_observations",
    "last_assessed_on",
    "last_digest_week",
    "last_finished_run",
    "last_job_runs",
    "last_loads",
    "last_recorded_at",
    "last_run",
    "last_source_runs",
    "latest_assessments",
    "load_page",
    "load_sources",
    "loads",
    "messages_about",
    "milestone_reports",
    "origins_of_load",
    "outbox",
    "outbox_age",
    "outbox_page",
    "outbox_periods",
    "outbox_signs",
    "overdue_jobs",
    "overview",
    "person_versions",
    "plan_documents",
    "plan_reviews",
    "quarantine_actions",
    "quarantine_counts",
    "quarantine_page",
    "quarantined_rows",
    "quotes_of_target",
    "recent_assessments",
    "recent_values",
    "refused_rows",
    "release_figures",
    "releases",
    "scheduler_leader",
    "series_of_source",
    "source_runs",
    "state_token",
    "stored_fan",
    "target_detail",
    "target_notes",
    "target_quotes",
    "trained_model",
    "unqueued_digests",
    "weekly_readers_before",
]
