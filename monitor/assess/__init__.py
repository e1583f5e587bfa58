"""What is known becomes a stored assessment: series, forecast, flag, reason, change."""

from monitor.assess.days import STEPS, assessment_days
from monitor.assess.running import RunSummary, assess
from monitor.assess.watching import load_snapshot

__all__ = ["STEPS", "RunSummary", "assess", "assessment_days", "load_snapshot"]
