"""Runs of scheduled jobs, and the process that leads the scheduler."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class JobOutcome(StrEnum):
    """How a run stands; `abandoned` means that its process died or lost the lead before the end."""

    RUNNING = "running"
    OK = "ok"
    FAILED = "failed"
    ABANDONED = "abandoned"


@dataclass(frozen=True)
class JobRun:
    """One run of a job.

    Parameters
    ----------
    job, kind : str
        Its name in `configs/schedule.yaml`, and what it does.
    due_at : datetime.datetime
        When it should have started, aware; started by hand, the moment of that.
    attempt : int
        1, and more where an abandoned run was done again.
    leader : int or None
        Epoch of the leader that started it; None for a run by hand.
    told : str
        What it did, in a sentence; empty while it runs.
    facts : mapping
        The same for a program.
    """

    id: int
    job: str
    kind: str
    due_at: dt.datetime
    attempt: int
    leader: int | None
    started_at: dt.datetime
    finished_at: dt.datetime | None
    outcome: JobOutcome
    told: str
    facts: Mapping[str, Any]

    @property
    def late_by(self) -> dt.timedelta:
        """How long after it was due the run started."""
        return max(self.started_at - self.due_at, dt.timedelta())

    def to_json(self) -> dict[str, Any]:
        """Plain values for another program."""
        return {
            "job": self.job,
            "kind": self.kind,
            "due_at": self.due_at.isoformat(),
            "late_by_seconds": round(self.late_by.total_seconds(), 1),
            "attempt": self.attempt,
            "leader": self.leader,
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
            "outcome": self.outcome.value,
            "told": self.told,
            "facts": dict(self.facts),
        }


@dataclass(frozen=True)
class Leader:
    """A process that leads, or led, the scheduler.

    Parameters
    ----------
    epoch : int
        Rises with every hand-over; a run claimed by an older epoch is refused.
    beat_at : datetime.datetime
        Its last sign of life.
    ended_at : datetime.datetime or None
        When it left in good order.
    """

    epoch: int
    name: str
    host: str
    pid: int
    started_at: dt.datetime
    beat_at: dt.datetime
    ended_at: dt.datetime | None
