"""Refused rows in the hands of people: found, repaired, replayed, accepted or dismissed, on the record."""

from monitor.quarantine.finding import NamedRows, named_rows, rows_naming, series_of
from monitor.quarantine.repairing import Repair, as_repaired, repair, repaired_cells
from monitor.quarantine.replaying import ReplayReport, Verdict, judge, repair_and_replay, replay, rows_as_seen

__all__ = [
    "NamedRows",
    "Repair",
    "ReplayReport",
    "Verdict",
    "as_repaired",
    "judge",
    "named_rows",
    "repair",
    "repair_and_replay",
    "repaired_cells",
    "replay",
    "rows_as_seen",
    "rows_naming",
    "series_of",
]
