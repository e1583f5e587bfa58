"""THE command layer: an actor changes state, audited, in one transaction.

Every function takes the store and the actor first, checks role and scope before it writes, and
leaves an audit entry in the same transaction. A command that finds nothing to do writes nothing.
"""

from monitor.commands.differences import CatalogueDifference, Change, EntryDifference
from monitor.commands.figures import record_load, record_origins, settle_refused_rows
from monitor.commands.outbox import enqueue_messages
from monitor.commands.people import save_person, seed_people, unsubscribe_person
from monitor.commands.plans import accept_targets
from monitor.commands.results import record_outcomes, record_run
from monitor.commands.seeding import seed_catalogue
from monitor.commands.targets import open_target, report_milestone_done, revise_target, withdraw_target
from monitor.commands.telling import end_notice, mark_told, open_notices, record_digests

__all__ = [
    "CatalogueDifference",
    "Change",
    "EntryDifference",
    "accept_targets",
    "end_notice",
    "enqueue_messages",
    "mark_told",
    "open_notices",
    "open_target",
    "record_digests",
    "record_load",
    "record_origins",
    "record_outcomes",
    "record_run",
    "report_milestone_done",
    "revise_target",
    "save_person",
    "seed_catalogue",
    "seed_people",
    "settle_refused_rows",
    "unsubscribe_person",
    "withdraw_target",
]
