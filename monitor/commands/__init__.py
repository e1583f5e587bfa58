"""THE command layer: an actor changes state, audited, in one transaction.

Every function takes the store and the actor first, checks role and scope before it writes, and
leaves an audit entry in the same transaction. A command that finds nothing to do writes nothing.
"""

from monitor.commands.acknowledgements import acknowledge
from monitor.commands.delivering import (
    STATE_AFTER,
    begin_handing_over,
    claim_messages,
    expire_messages,
    record_attempt,
    recover_messages,
    release_claims,
)
from monitor.commands.differences import CatalogueDifference, Change, EntryDifference
from monitor.commands.figures import preview_load, record_load, record_origins
from monitor.commands.jobs import (
    LeadLostError,
    abandon_job_runs,
    beat,
    claim_job_run,
    fail_and_claim_again,
    finish_job_run,
    leave_lead,
    take_lead,
    void_early_runs,
)
from monitor.commands.outbox import (
    cancel_message,
    cancel_messages,
    enqueue_messages,
    settle_message,
    settle_messages,
)
from monitor.commands.people import save_person, seed_people, unsubscribe_person
from monitor.commands.plans import accept_targets
from monitor.commands.quarantine import dismiss_rows, repair_rows, replay_rows
from monitor.commands.reports import record_department_report, record_target_notes
from monitor.commands.results import record_outcomes, record_run
from monitor.commands.reviews import begin_plan_review, decide_proposals, end_plan_review
from monitor.commands.seeding import seed_catalogue
from monitor.commands.sources import record_source_run
from monitor.commands.targets import (
    open_target,
    report_milestone_done,
    revise_target,
    revise_targets,
    withdraw_target,
)
from monitor.commands.telling import end_notice, mark_told, open_notices, record_digests
from monitor.commands.training import record_training

__all__ = [
    "STATE_AFTER",
    "CatalogueDifference",
    "Change",
    "EntryDifference",
    "LeadLostError",
    "abandon_job_runs",
    "accept_targets",
    "acknowledge",
    "beat",
    "begin_handing_over",
    "begin_plan_review",
    "cancel_message",
    "cancel_messages",
    "claim_job_run",
    "claim_messages",
    "decide_proposals",
    "dismiss_rows",
    "end_notice",
    "end_plan_review",
    "enqueue_messages",
    "expire_messages",
    "fail_and_claim_again",
    "finish_job_run",
    "leave_lead",
    "mark_told",
    "open_notices",
    "open_target",
    "preview_load",
    "record_attempt",
    "record_department_report",
    "record_digests",
    "record_load",
    "record_origins",
    "record_outcomes",
    "record_run",
    "record_source_run",
    "record_target_notes",
    "record_training",
    "recover_messages",
    "release_claims",
    "repair_rows",
    "replay_rows",
    "report_milestone_done",
    "revise_target",
    "revise_targets",
    "save_person",
    "seed_catalogue",
    "seed_people",
    "settle_message",
    "settle_messages",
    "take_lead",
    "unsubscribe_person",
    "void_early_runs",
    "withdraw_target",
]
