"""Refused rows in the hands of people: repaired, replayed, accepted or dismissed, on the record."""

from monitor.quarantine.repairing import Repair, repair, repaired_cells
from monitor.quarantine.replaying import ReplayReport, replay

__all__ = ["Repair", "ReplayReport", "repair", "repaired_cells", "replay"]
