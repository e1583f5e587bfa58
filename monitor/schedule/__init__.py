"""The scheduler: jobs of `configs/schedule.yaml`, due by cron or step, run once each by one leader."""

from monitor.schedule.checking import check_settings
from monitor.schedule.jobs import KINDS, JobContext, JobKind, JobReport, options_of
from monitor.schedule.leader import leader_lock
from monitor.schedule.running import DueRun, Runner
from monitor.schedule.serving import BEAT_SECONDS, serve
from monitor.schedule.triggers import next_due, trigger_of

__all__ = [
    "BEAT_SECONDS",
    "KINDS",
    "DueRun",
    "JobContext",
    "JobKind",
    "JobReport",
    "Runner",
    "check_settings",
    "leader_lock",
    "next_due",
    "options_of",
    "serve",
    "trigger_of",
]
