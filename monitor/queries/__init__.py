"""THE read layer: an actor asks, frozen records answer.

Every question takes the store and the actor first and leaves out what lies outside the actor's
scope. Questions about the past take `as_of` (what was known) and `recorded_until` (what this
database held); see docs/architecture.md, Time.
"""

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
from monitor.queries.figures import get_origins, known_observations, loads, refused_rows
from monitor.queries.notes import target_notes
from monitor.queries.plans import plan_documents, target_quotes
from monitor.queries.quarantine import origins_of_load, quarantined_rows
from monitor.queries.releases import figures_before_release, release_figures, releases
from monitor.queries.results import (
    assessments_of,
    audit_trail,
    flag_changes_between,
    get_outcomes,
    last_run,
    latest_assessments,
    milestone_reports,
)
from monitor.queries.screens import get_target, overview, target_detail
from monitor.queries.state import available_dates, last_assessed_on, recent_assessments, state_token
from monitor.store import Store

__all__ = [
    "Store",
    "Workspace",
    "assessments_of",
    "audit_trail",
    "available_dates",
    "connect",
    "figures_before_release",
    "flag_changes_between",
    "get_departments",
    "get_indicators",
    "get_origins",
    "get_outcomes",
    "get_plans",
    "get_regions",
    "get_target",
    "get_targets",
    "get_workspace",
    "known_observations",
    "last_assessed_on",
    "last_run",
    "latest_assessments",
    "loads",
    "milestone_reports",
    "origins_of_load",
    "overview",
    "plan_documents",
    "quarantined_rows",
    "recent_assessments",
    "refused_rows",
    "release_figures",
    "releases",
    "state_token",
    "target_detail",
    "target_notes",
    "target_quotes",
]
