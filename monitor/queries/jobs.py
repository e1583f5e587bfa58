"""What the scheduler did, who leads it, and the newest moment of the database."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from monitor.core.access import Actor
from monitor.core.jobs import JobOutcome, JobRun, Leader
from monitor.queries.scoping import Statement, check_reader
from monitor.rows import job_run_from, leader_from
from monitor.store import Store
from monitor.tables import AuditRow, JobRunRow, LeaderRow, SchedulerJobRow


def job_runs(store: Store, actor: Actor, *, job: str | None = None, limit: int = 50) -> tuple[JobRun, ...]:
    """The last runs of one job or of all, newest first."""
    check_reader(actor)
    statement: Statement = sa.select(*JobRunRow.__table__.c)
    if job is not None:
        statement = statement.where(JobRunRow.job == job)
    with store.read() as session:
        rows = session.execute(statement.order_by(JobRunRow.id.desc()).limit(limit))
        return tuple(job_run_from(row) for row in rows)


def last_job_runs(store: Store, actor: Actor) -> dict[str, JobRun]:
    """The last run of every job, by name."""
    check_reader(actor)
    newest = sa.select(sa.func.max(JobRunRow.id)).group_by(JobRunRow.job)
    statement: Statement = sa.select(*JobRunRow.__table__.c).where(JobRunRow.id.in_(newest))
    with store.read() as session:
        return {row.job: job_run_from(row) for row in session.execute(statement)}


def last_finished_run(store: Store, actor: Actor, *, kind: str) -> JobRun | None:
    """The newest run of a kind that ended well; None if there is none."""
    check_reader(actor)
    table = JobRunRow
    statement: Statement = sa.select(*table.__table__.c).where(
        table.kind == kind, table.outcome == JobOutcome.OK.value
    )
    with store.read() as session:
        row = session.execute(statement.order_by(table.id.desc()).limit(1)).first()
        return None if row is None else job_run_from(row)


def scheduler_leader(store: Store, actor: Actor) -> Leader | None:
    """The process that leads the scheduler, or led it last; None if there never was one."""
    check_reader(actor)
    statement: Statement = sa.select(*LeaderRow.__table__.c).order_by(LeaderRow.id.desc()).limit(1)
    with store.read() as session:
        row = session.execute(statement).first()
        return None if row is None else leader_from(row)


def overdue_jobs(store: Store, actor: Actor, *, before: dt.datetime) -> dict[str, dt.datetime]:
    """Jobs whose announced due time lies before a moment and that have not been started since."""
    check_reader(actor)
    table = SchedulerJobRow
    statement = sa.select(table.id, table.next_run_time).where(table.next_run_time < before.timestamp())
    with store.read() as session:
        rows = session.execute(statement.order_by(table.id))
        return {row[0]: dt.datetime.fromtimestamp(row[1] or 0.0, dt.UTC) for row in rows}


def announced_jobs(store: Store, actor: Actor) -> dict[str, dt.datetime]:
    """When each job is due next, as the scheduler announced it last; empty where it never ran."""
    check_reader(actor)
    table = SchedulerJobRow
    statement = sa.select(table.id, table.next_run_time).where(table.next_run_time.is_not(None))
    with store.read() as session:
        rows = session.execute(statement.order_by(table.id))
        return {row[0]: dt.datetime.fromtimestamp(row[1] or 0.0, dt.UTC) for row in rows}


def last_recorded_at(store: Store, actor: Actor) -> dt.datetime | None:
    """Moment of the newest audit entry, so of the newest write; None in an empty database."""
    check_reader(actor)
    with store.read() as session:
        return session.scalar(sa.select(sa.func.max(AuditRow.recorded_at)))
