"""What is known becomes a stored assessment: series, forecast, flag, reason, change."""

from monitor.assess.days import STEPS, assessment_days
from monitor.assess.releasing import FlagEffect, flags_changed_by
from monitor.assess.running import RunSummary, assess
from monitor.assess.watching import load_snapshot

__all__ = [
    "STEPS",
    "FlagEffect",
    "RunSummary",
    "assess",
    "assessment_days",
    "flags_changed_by",
    "load_snapshot",
]
