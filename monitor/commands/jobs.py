"""Commands of the scheduler about its own work: leading, and runs of jobs (see `monitor.work`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from monitor.core.access import Actor, Role
from monitor.core.errors import StoreError
from monitor.core.jobs import JobOutcome, JobRun
from monitor.rows import job_run_from
from monitor.store import Store
from monitor.tables import JobRunRow, LeaderRow
from monitor.work import WorkTransaction

CLOCK_TOLERANCE = dt.timedelta(minutes=1)
_VOID = "claimed_early"
BY_HAND_AT_MOST = dt.timedelta(days=1)
"""A run by hand that is older and still running has died with its terminal."""


class LeadLostError(StoreError):
    """Another process leads the scheduler by now."""

    def __init__(self, epoch: int, newest: int) -> None:
        super().__init__(f"Leader {epoch} was succeeded by leader {newest}; it starts no further jobs.")


def take_lead(store: Store, actor: Actor, *, name: str, host: str, pid: int) -> int:
    """Note that a process leads the scheduler, having obtained the lock; gives its epoch."""
    _check(actor)
    with store.work() as work:
        row = {"name": name, "host": host, "pid": pid, "started_at": work.now, "beat_at": work.now}
        epoch = work.insert_if_new(LeaderRow, row)
    if epoch is None:
        raise StoreError("The scheduler's lead could not be noted.")
    return epoch


def beat(store: Store, actor: Actor, epoch: int) -> None:
    """Note that a leader is alive."""
    _check(actor)
    with store.work() as work:
        work.update(LeaderRow, LeaderRow.id == epoch, values={"beat_at": work.now})


def leave_lead(store: Store, actor: Actor, epoch: int) -> None:
    """Note that a leader left in good order."""
    _check(actor)
    with store.work() as work:
        work.update(LeaderRow, LeaderRow.id == epoch, values={"beat_at": work.now, "ended_at": work.now})


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
    with store.work() as work:
        if leader is not None:
            _check_leads(work, leader)
        attempt = max(attempt, _void_attempts(work, job, due_at) + 1)
        row = _running_row(work, job=job, kind=kind, due_at=due_at, leader=leader, attempt=attempt)
        return work.insert_if_new(JobRunRow, {**row, "facts": dict(facts or {})})


def void_early_runs(store: Store, actor: Actor) -> int:
    """Void runs of due times that lie ahead: they were claimed while the clock was ahead of time.

    When the due time really comes it can be claimed again, as a further attempt.

    Returns
    -------
    int
        Runs that were voided.
    """
    _check(actor)
    table = JobRunRow
    told = "Claimed while the clock was ahead; the due time is run again when it comes."
    with store.work() as work:
        early = (table.due_at > work.now + CLOCK_TOLERANCE, table.told != told)
        values = {"outcome": JobOutcome.ABANDONED.value, "finished_at": work.now, "told": told}
        voided = 0
        for row in work.rows(sa.select(table.id, table.facts).where(*early)):
            facts = {**row.facts, _VOID: True}
            voided += work.update(table, table.id == row.id, values={**values, "facts": facts})
        return voided


def _void_attempts(work: WorkTransaction, job: str, due_at: dt.datetime) -> int:
    """The number of the last attempt at a due time if that is void; else 0."""
    table = JobRunRow
    statement = sa.select(table.attempt, table.facts).where(table.job == job, table.due_at == due_at)
    rows = work.rows(statement.order_by(table.attempt.desc()).limit(1))
    return int(rows[0].attempt) if rows and rows[0].facts.get(_VOID) else 0


def finish_job_run(
    store: Store, actor: Actor, run: int, *, outcome: JobOutcome, told: str, facts: Mapping[str, Any]
) -> bool:
    """Note how a run ended; False if it had been given up as abandoned meanwhile."""
    _check(actor)
    with store.work() as work:
        return _finish(work, run, outcome=outcome, told=told, facts=facts)


def fail_and_claim_again(
    store: Store, actor: Actor, run: int, *, leader: int, told: str, facts: Mapping[str, Any]
) -> int | None:
    """Note that a run failed, and claim its next attempt in the same transaction.

    Returns
    -------
    int or None
        Id of the next attempt; None if the run had been given up meanwhile.

    Raises
    ------
    LeadLostError
        If a newer leader exists; nothing is noted then.
    """
    _check(actor)
    with store.work() as work:
        _check_leads(work, leader)
        if not _finish(work, run, outcome=JobOutcome.FAILED, told=told, facts=facts):
            return None
        (row,) = work.rows(sa.select(*JobRunRow.__table__.c).where(JobRunRow.id == run))
        return _claim_again(work, job_run_from(row), leader)


def abandon_job_runs(
    store: Store, actor: Actor, *, leader: int, is_repeated: Callable[[JobRun], bool]
) -> tuple[tuple[JobRun, int | None], ...]:
    """Mark what earlier leaders left running as abandoned, and claim what is done again.

    Both are one transaction: a process that is killed in between would lose the run. Runs by hand that
    are too old are marked as well.

    Parameters
    ----------
    leader : int
        The leader that claims the next attempts.
    is_repeated : callable
        Whether a run is done again.

    Returns
    -------
    tuple of (JobRun, int or None)
        The runs as they were, oldest first, each with the id of its next attempt. Of several runs of
        one job the last stands for all.
    """
    _check(actor)
    table = JobRunRow
    with store.work() as work:
        left = sa.or_(
            table.leader_id < leader,
            sa.and_(table.leader_id.is_(None), table.started_at < work.now - BY_HAND_AT_MOST),
        )
        statement = sa.select(*table.__table__.c).where(table.outcome == JobOutcome.RUNNING.value, left)
        runs = [job_run_from(row) for row in work.rows(statement.order_by(table.id))]
        for run in runs:
            told = "Its process ended, or lost the lead, before the run was over."
            _finish(work, run.id, outcome=JobOutcome.ABANDONED, told=told, facts=run.facts)
        last = {run.job: run.id for run in runs}
        return tuple(
            (run, _claim_again(work, run, leader) if last[run.job] == run.id and is_repeated(run) else None)
            for run in runs
        )


def _finish(
    work: WorkTransaction, run: int, *, outcome: JobOutcome, told: str, facts: Mapping[str, Any]
) -> bool:
    values = {"finished_at": work.now, "outcome": outcome.value, "told": told, "facts": dict(facts)}
    return work.update(JobRunRow, *_running(run), values=values) > 0


def _claim_again(work: WorkTransaction, run: JobRun, leader: int) -> int | None:
    row = _running_row(
        work, job=run.job, kind=run.kind, due_at=run.due_at, leader=leader, attempt=run.attempt + 1
    )
    return work.insert_if_new(JobRunRow, {**row, "facts": dict(run.facts)})


def _running_row(
    work: WorkTransaction, *, job: str, kind: str, due_at: dt.datetime, leader: int | None, attempt: int
) -> dict[str, Any]:
    return {
        "job": job,
        "kind": kind,
        "due_at": due_at,
        "attempt": attempt,
        "leader_id": leader,
        "started_at": work.now,
        "outcome": JobOutcome.RUNNING.value,
        "told": "",
    }


def _running(run: int) -> tuple[sa.ColumnElement[bool], ...]:
    return JobRunRow.id == run, JobRunRow.outcome == JobOutcome.RUNNING.value


def _check(actor: Actor) -> None:
    actor.check(Role.ADMIN, action="run scheduled jobs")


def _check_leads(work: WorkTransaction, leader: int) -> None:
    (row,) = work.rows(sa.select(sa.func.max(LeaderRow.id)))
    if row[0] is not None and row[0] > leader:
        raise LeadLostError(leader, row[0])
