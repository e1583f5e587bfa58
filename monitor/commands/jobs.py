"""Commands of the scheduler about its own work: leading, and runs of jobs (see `tables.BOOKKEEPING`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from monitor.bookkeeping import Notebook
from monitor.core.access import Actor, Role
from monitor.core.errors import StoreError
from monitor.core.jobs import JobOutcome, JobRun
from monitor.rows import job_run_from
from monitor.store import Store
from monitor.tables import JobRunRow, LeaderRow

BY_HAND_AT_MOST = dt.timedelta(days=1)
"""A run by hand that is older and still running has died with its terminal."""


class LeadLostError(StoreError):
    """Another process leads the scheduler by now."""

    def __init__(self, epoch: int, newest: int) -> None:
        super().__init__(f"Leader {epoch} was succeeded by leader {newest}; it starts no further jobs.")


def take_lead(store: Store, actor: Actor, *, name: str, host: str, pid: int) -> int:
    """Note that a process leads the scheduler, having obtained the lock; gives its epoch."""
    _check(actor)
    with store.note() as book:
        row = {"name": name, "host": host, "pid": pid, "started_at": book.now, "beat_at": book.now}
        epoch = book.add(LeaderRow, row)
    if epoch is None:
        raise StoreError("The scheduler's lead could not be noted.")
    return epoch


def beat(store: Store, actor: Actor, epoch: int) -> None:
    """Note that a leader is alive."""
    _check(actor)
    with store.note() as book:
        book.change(LeaderRow, key={"id": epoch}, values={"beat_at": book.now})


def leave_lead(store: Store, actor: Actor, epoch: int) -> None:
    """Note that a leader left in good order."""
    _check(actor)
    with store.note() as book:
        book.change(LeaderRow, key={"id": epoch}, values={"beat_at": book.now, "ended_at": book.now})


def claim_job_run(
    store: Store,
    actor: Actor,
    *,
    job: str,
    kind: str,
    due_at: dt.datetime,
    leader: int | None,
    attempt: int = 1,
    facts: Mapping[str, Any] | None = None,
) -> int | None:
    """Claim a due time of a job; whoever inserts the row runs it.

    Parameters
    ----------
    job, kind, due_at, leader, attempt, facts
        See `monitor.core.jobs.JobRun`.

    Returns
    -------
    int or None
        Id of the run; None if the due time was claimed before, by whomever.

    Raises
    ------
    LeadLostError
        If a newer leader exists.
    """
    _check(actor)
    with store.note() as book:
        if leader is not None:
            _check_leads(book, leader)
        row = {
            "job": job,
            "kind": kind,
            "due_at": due_at,
            "attempt": attempt,
            "leader_id": leader,
            "started_at": book.now,
            "outcome": JobOutcome.RUNNING.value,
            "told": "",
            "facts": dict(facts or {}),
        }
        return book.add(JobRunRow, row)


def finish_job_run(
    store: Store, actor: Actor, run: int, *, outcome: JobOutcome, told: str, facts: Mapping[str, Any]
) -> bool:
    """Note how a run ended; False if it had been given up as abandoned meanwhile."""
    _check(actor)
    with store.note() as book:
        values = {"finished_at": book.now, "outcome": outcome.value, "told": told, "facts": dict(facts)}
        return book.change(JobRunRow, key={"id": run, "outcome": JobOutcome.RUNNING.value}, values=values)


def abandon_job_runs(store: Store, actor: Actor, *, leader: int) -> tuple[JobRun, ...]:
    """Mark runs that earlier leaders left running as abandoned, and runs by hand that are too old.

    Returns
    -------
    tuple of JobRun
        As they were, oldest first.
    """
    _check(actor)
    table = JobRunRow
    with store.note() as book:
        left = sa.or_(
            table.leader_id < leader,
            sa.and_(table.leader_id.is_(None), table.started_at < book.now - BY_HAND_AT_MOST),
        )
        statement = sa.select(*table.__table__.c).where(table.outcome == JobOutcome.RUNNING.value, left)
        runs = tuple(job_run_from(row) for row in book.rows(statement.order_by(table.id)))
        for run in runs:
            told = "Its process ended, or lost the lead, before the run was over."
            values = {"finished_at": book.now, "outcome": JobOutcome.ABANDONED.value, "told": told}
            book.change(table, key={"id": run.id, "outcome": JobOutcome.RUNNING.value}, values=values)
    return runs


def _check(actor: Actor) -> None:
    actor.check(Role.ADMIN, action="run scheduled jobs")


def _check_leads(book: Notebook, leader: int) -> None:
    (row,) = book.rows(sa.select(sa.func.max(LeaderRow.id)))
    if row[0] is not None and row[0] > leader:
        raise LeadLostError(leader, row[0])
