"""The scheduler: who leads, and runs of jobs."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from monitor.tables.base import Base, JsonDict


class LeaderRow(Base):
    """A process that led the scheduler; its id is the epoch that later leaders outrank."""

    __tablename__ = "scheduler_leaders"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    host: Mapped[str]
    pid: Mapped[int]
    started_at: Mapped[dt.datetime]
    beat_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]


class JobRunRow(Base):
    """One run of a scheduled job. A due time is claimed by inserting its first attempt."""

    __tablename__ = "job_runs"
    __table_args__ = (sa.UniqueConstraint("job", "due_at", "attempt"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str]
    kind: Mapped[str]
    due_at: Mapped[dt.datetime]
    attempt: Mapped[int]
    # None: started by hand.
    leader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("scheduler_leaders.id"))
    started_at: Mapped[dt.datetime] = mapped_column(index=True)
    finished_at: Mapped[dt.datetime | None]
    outcome: Mapped[str] = mapped_column(index=True)
    told: Mapped[str]
    facts: Mapped[JsonDict]


class SchedulerJobRow(Base):
    """APScheduler's own store of jobs and their next due times; only its job store reads or writes it."""

    __tablename__ = "scheduler_jobs"
    id: Mapped[str] = mapped_column(sa.Unicode(191), primary_key=True)
    next_run_time: Mapped[float | None] = mapped_column(sa.Float(25), index=True)
    job_state: Mapped[bytes]
