"""APScheduler's part: when what is due, in its own table; claiming and running is ours.

The library moves a job on to its next due time whatever became of the one before, and asks the machine for
the time. Here a due time that could not be claimed (the database is away, the lead was lost) stays due, and
the time is that of a clock.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from threading import TIMEOUT_MAX
from typing import Any

import sqlalchemy as sa
from apscheduler.executors.base import BaseExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import STATE_PAUSED
from sqlalchemy.exc import SQLAlchemyError

from monitor.clock import Clock
from monitor.core.errors import StoreError
from monitor.engine import create_engine
from monitor.schedule.triggers import last_due
from monitor.tables import SchedulerJobRow

_PAUSE = 1.0


def scheduled(name: str) -> str:
    """What the job store keeps of a job, its name: `ClaimingExecutor` runs it by that."""
    return name


class WatchedScheduler(BackgroundScheduler):  # type: ignore[misc]  # the library has no types
    """APScheduler in a thread of this process that can be asked whether it still turns.

    Parameters
    ----------
    store : PatientJobStore
        The one job store.
    executor : ClaimingExecutor
        Who starts what is due.
    clock : Clock
        What is due by now; whoever sets it calls `wakeup`.
    """

    def __init__(self, store: PatientJobStore, executor: ClaimingExecutor, clock: Clock) -> None:
        super().__init__(
            jobstores={"default": store},
            executors={"default": executor},
            job_defaults={"coalesce": True, "misfire_grace_time": None},
            timezone=dt.UTC,
        )
        self._store, self._executor, self._clock = store, executor, clock

    def is_turning(self) -> bool:
        """Whether it was started, was not stopped, and met no error that ended its thread."""
        return self.running and self._thread is not None and bool(self._thread.is_alive())

    def _process_jobs(self) -> float | None:
        """Start what is due; gives the seconds until the next look. Called by the library's thread."""
        if self.state == STATE_PAUSED:
            return None
        now = self._clock.now()
        try:
            with self._jobstores_lock:
                for job in self._store.get_due_jobs(now):
                    self._submit(job, now)
                upcoming = self._store.get_next_run_time()
        except SQLAlchemyError:
            return _PAUSE
        if upcoming is None:
            return None
        return float(min(max((upcoming - now).total_seconds(), 0.0), TIMEOUT_MAX))

    def _submit(self, job: Any, now: dt.datetime) -> None:
        due = last_due(job.trigger, job.next_run_time, now)
        self._executor.submit_job(job, [due])
        upcoming = job.trigger.get_next_fire_time(due, now)
        if upcoming is None:
            self.remove_job(job.id)
        else:
            job._modify(next_run_time=upcoming)
            self._store.update_job(job)


class PatientJobStore(SQLAlchemyJobStore):  # type: ignore[misc]  # the library has no types
    """APScheduler's job store in the product's database; a database that is away is waited for."""

    def __init__(self, database_url: str) -> None:
        engine = create_engine(sa.make_url(database_url))
        super().__init__(engine=engine, tablename=SchedulerJobRow.__tablename__)
        self.still_due: set[str] = set()

    def announced(self) -> dict[str, dt.datetime]:
        """The next due time of every stored job, without unpickling any."""
        table = self.jobs_t
        statement = sa.select(table.c.id, table.c.next_run_time).where(table.c.next_run_time.is_not(None))
        with self.engine.begin() as connection:
            rows = connection.execute(statement).all()
        return {row.id: dt.datetime.fromtimestamp(row.next_run_time, dt.UTC) for row in rows}

    def update_job(self, job: Any) -> None:
        """Store a job's next due time, unless the one before could not be claimed."""
        if job.id in self.still_due:
            self.still_due.discard(job.id)
            time.sleep(_PAUSE)  # the library would ask again at once
            return
        try:
            super().update_job(job)
        except (SQLAlchemyError, JobLookupError):
            # Due again at the next look, and then refused as claimed; or the job was just removed.
            time.sleep(_PAUSE)


class ClaimingExecutor(BaseExecutor):  # type: ignore[misc]  # the library has no types
    """Hands due times to whoever claims and runs them, before the library moves on.

    Parameters
    ----------
    start : callable
        Given a job's name and due time; returns once the due time is claimed or known to be taken.
    store : PatientJobStore
        Told which due times stay due.
    """

    def __init__(self, start: Callable[[str, dt.datetime], object], store: PatientJobStore) -> None:
        super().__init__()
        self._start, self._store = start, store

    def submit_job(self, job: Any, run_times: Sequence[dt.datetime]) -> None:
        """Claim and start; several runs of a job at once are refused by the runner itself."""
        self._do_submit_job(job, run_times)

    def _do_submit_job(self, job: Any, run_times: Sequence[dt.datetime]) -> None:
        try:
            self._start(job.id, run_times[-1])
        except (SQLAlchemyError, StoreError):
            self._store.still_due.add(job.id)
