"""THE command layer: an actor changes state, audited, in one transaction.

Every function takes the store and the actor first, checks role and scope before it writes, and
leaves an audit entry in the same transaction. A command that finds nothing to do writes nothing.
"""

from monitor.commands.differences import CatalogueDifference, Change, EntryDifference
from monitor.commands.figures import record_load, record_origins
from monitor.commands.plans import accept_targets
from monitor.commands.quarantine import dismiss_rows, repair_rows, replay_rows
from monitor.commands.reports import record_department_report, record_target_notes
from monitor.commands.results import record_outcomes, record_run
from monitor.commands.seeding import seed_catalogue
from monitor.commands.targets import open_target, report_milestone_done, revise_target, withdraw_target

__all__ = [
    "CatalogueDifference",
    "Change",
    "EntryDifference",
    "accept_targets",
    "dismiss_rows",
    "open_target",
    "record_department_report",
    "record_load",
    "record_origins",
    "record_outcomes",
    "record_run",
    "record_target_notes",
    "repair_rows",
    "replay_rows",
    "report_milestone_done",
    "revise_target",
    "seed_catalogue",
    "withdraw_target",
]
