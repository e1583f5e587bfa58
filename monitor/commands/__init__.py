"""THE command layer: an actor changes state, audited, in one transaction.

Every function takes the store and the actor first, checks role and scope before it writes, and
leaves an audit entry in the same transaction. A command that finds nothing to do writes nothing.
"""

from monitor.commands.differences import CatalogueDifference, Change, EntryDifference
from monitor.commands.figures import record_load, record_origins, settle_refused_rows
from monitor.commands.plans import accept_targets
from monitor.commands.results import record_outcomes, record_run
from monitor.commands.seeding import seed_catalogue
from monitor.commands.sources import record_source_run
from monitor.commands.targets import open_target, report_milestone_done, revise_target, withdraw_target

__all__ = [
    "CatalogueDifference",
    "Change",
    "EntryDifference",
    "accept_targets",
    "open_target",
    "record_load",
    "record_origins",
    "record_outcomes",
    "record_run",
    "record_source_run",
    "report_milestone_done",
    "revise_target",
    "seed_catalogue",
    "settle_refused_rows",
    "withdraw_target",
]
