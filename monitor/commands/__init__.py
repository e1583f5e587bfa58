"""THE command layer: an actor changes state, audited, in one transaction.

Every function takes the store and the actor first, checks role and scope before it writes, and
leaves an audit entry in the same transaction. A command that finds nothing to do writes nothing.
"""

from monitor.commands.differences import CatalogueDifference, Change, EntryDifference
from monitor.commands.figures import record_load, record_origins, settle_refused_rows
from monitor.commands.outbox import (
    STATE_AFTER,
    begin_handing_over,
    cancel_message,
    claim_messages,
    enqueue_messages,
    record_attempt,
    recover_messages,
    release_claims,
    settle_message,
)
from monitor.commands.plans import accept_targets
from monitor.commands.results import record_outcomes, record_run
from monitor.commands.seeding import seed_catalogue
from monitor.commands.targets import open_target, report_milestone_done, revise_target, withdraw_target

__all__ = [
    "STATE_AFTER",
    "CatalogueDifference",
    "Change",
    "EntryDifference",
    "accept_targets",
    "begin_handing_over",
    "cancel_message",
    "claim_messages",
    "enqueue_messages",
    "open_target",
    "record_attempt",
    "record_load",
    "record_origins",
    "record_outcomes",
    "record_run",
    "recover_messages",
    "release_claims",
    "report_milestone_done",
    "revise_target",
    "seed_catalogue",
    "settle_message",
    "settle_refused_rows",
    "withdraw_target",
]
