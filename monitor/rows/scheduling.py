"""Leaders and job runs, from their rows."""

from __future__ import annotations

from monitor.core.jobs import JobOutcome, JobRun, Leader
from monitor.rows.base import AnyRow


def job_run_from(row: AnyRow) -> JobRun:
    """A stored run of a job."""
    same = ("id", "job", "kind", "due_at", "attempt", "started_at", "finished_at", "told", "facts")
    plain = {name: getattr(row, name) for name in same}
    return JobRun(leader=row.leader_id, outcome=JobOutcome(row.outcome), **plain)


def leader_from(row: AnyRow) -> Leader:
    """A process that leads or led the scheduler."""
    same = ("name", "host", "pid", "started_at", "beat_at", "ended_at")
    return Leader(epoch=row.id, **{name: getattr(row, name) for name in same})
