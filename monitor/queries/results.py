"""Stored assessments and what followed from them, outcomes, milestones, and who did what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from monitor.core.access import Actor, Role
from monitor.core.audit import AuditChoices, AuditPage, AuditRecord
from monitor.core.records import Assessment, FlagChange, MilestoneReport, Outcome, RunKind
from monitor.core.runs import RunRecord
from monitor.queries.scoping import (
    Statement,
    among,
    check_reader,
    check_target_in_scope,
    targets_in_scope,
)
from monitor.rows import (
    assessment_from,
    audit_from,
    collector_paused,
    flag_change_from,
    milestone_from,
    outcome_from,
    run_from,
)
from monitor.store import Store
from monitor.tables import (
    AssessmentRow,
    AuditRow,
    FlagChangeRow,
    MilestoneReportRow,
    OutcomeRow,
    RunRow,
    TargetRow,
)


def assessments_of(
    store: Store,
    actor: Actor,
    target: str,
    *,
    until: dt.date,
    recorded_until: dt.datetime | None = None,
    kind: RunKind | None = RunKind.SCHEDULED,
) -> tuple[Assessment, ...]:
    """The assessments of one target, oldest first.

    A day that was assessed again appears again, in the order of recording.

    Parameters
    ----------
    until : datetime.date
        Only assessments with `as_of` on or before this day.
    recorded_until : datetime.datetime, optional
        Only those stored by then.
    kind : RunKind or None
        Only those of such runs; None for all.

    Raises
    ------
    PermissionDeniedError
        If the target lies outside the actor's scope.
    """
    check_reader(actor)
    table = AssessmentRow
    statement: Statement = sa.select(*table.__table__.c).where(table.target == target, table.as_of <= until)
    if kind is not None:
        statement = statement.where(table.run_kind == kind.value)
    if recorded_until is not None:
        statement = statement.where(table.recorded_at <= recorded_until)
    with store.read() as session:
        check_target_in_scope(session, actor, target)
        rows = session.execute(statement.order_by(table.as_of, table.id))
        return tuple(assessment_from(row) for row in rows)


def latest_assessments(
    store: Store,
    actor: Actor,
    *,
    as_of: dt.date,
    recorded_until: dt.datetime | None = None,
    kind: RunKind = RunKind.SCHEDULED,
    targets: Collection[str] | None = None,
) -> dict[str, Assessment]:
    """The last assessment of every target on or before a day.

    Parameters
    ----------
    as_of : datetime.date
        Later assessments are left out.
    recorded_until : datetime.datetime, optional
        So are those stored later.
    kind : RunKind
        Only those of such runs.
    targets : collection of str, optional
        Only these targets.
    """
    check_reader(actor)
    statement = _latest(as_of=as_of, recorded_until=recorded_until, kind=kind)
    with store.read() as session, collector_paused():
        visible = _visible(session, actor, targets)
        rows = session.execute(among(statement, TargetRow.code, visible))
        return {row.target: assessment_from(row) for row in rows if visible is None or row.target in visible}


def _latest(*, as_of: dt.date, recorded_until: dt.datetime | None, kind: RunKind) -> Statement:
    """One look-up in the index for each target: a window function would read the whole history."""
    inner = aliased(AssessmentRow)
    newest = sa.select(inner.id).where(
        inner.target == TargetRow.code, inner.run_kind == kind.value, inner.as_of <= as_of
    )
    if recorded_until is not None:
        newest = newest.where(inner.recorded_at <= recorded_until)
    newest = newest.order_by(inner.as_of.desc(), inner.id.desc()).limit(1)
    found = newest.correlate(TargetRow).scalar_subquery()
    return (
        sa.select(*AssessmentRow.__table__.c)
        .select_from(TargetRow)
        .join(AssessmentRow, AssessmentRow.id == found)
    )


def flag_changes_between(
    store: Store,
    actor: Actor,
    *,
    after: dt.date,
    until: dt.date,
    recorded_until: dt.datetime | None = None,
    targets: Collection[str] | None = None,
) -> tuple[FlagChange, ...]:
    """Flag changes of assessments later than `after` and not later than `until`, oldest first."""
    check_reader(actor)
    table = FlagChangeRow
    statement: Statement = sa.select(*table.__table__.c).where(table.as_of > after, table.as_of <= until)
    if recorded_until is not None:
        statement = statement.where(table.recorded_at <= recorded_until)
    with store.read() as session:
        visible = _visible(session, actor, targets)
        rows = session.execute(among(statement, table.target, visible).order_by(table.as_of, table.id))
        return tuple(flag_change_from(row) for row in rows if visible is None or row.target in visible)


def get_outcomes(
    store: Store, actor: Actor, *, as_of: dt.date, recorded_until: dt.datetime | None = None
) -> dict[str, Outcome]:
    """What had become of targets by a day, by target, as last recorded."""
    check_reader(actor)
    table = OutcomeRow
    statement: Statement = sa.select(*table.__table__.c).where(table.known_on <= as_of).order_by(table.id)
    if recorded_until is not None:
        statement = statement.where(table.recorded_at <= recorded_until)
    with store.read() as session:
        visible = targets_in_scope(session, actor)
        rows = session.execute(statement)
        return {row.target: outcome_from(row) for row in rows if visible is None or row.target in visible}


def milestone_reports(
    store: Store, actor: Actor, *, recorded_until: dt.datetime | None = None
) -> dict[str, MilestoneReport]:
    """The last report of every milestone that was reported as done, by target."""
    check_reader(actor)
    statement: Statement = sa.select(*MilestoneReportRow.__table__.c).order_by(MilestoneReportRow.id)
    if recorded_until is not None:
        statement = statement.where(MilestoneReportRow.recorded_at <= recorded_until)
    with store.read() as session:
        visible = targets_in_scope(session, actor)
        rows = session.execute(statement)
        return {row.target: milestone_from(row) for row in rows if visible is None or row.target in visible}


def last_run(
    store: Store,
    actor: Actor,
    *,
    kind: RunKind = RunKind.SCHEDULED,
    until: dt.date | None = None,
    recorded_until: dt.datetime | None = None,
) -> RunRecord | None:
    """The last run of a kind, or None; of those on or before a day, and stored by a moment."""
    check_reader(actor)
    statement: Statement = sa.select(*RunRow.__table__.c).where(RunRow.kind == kind.value)
    if until is not None:
        statement = statement.where(RunRow.as_of <= until)
    if recorded_until is not None:
        statement = statement.where(RunRow.finished_at <= recorded_until)
    with store.read() as session:
        row = session.execute(statement.order_by(RunRow.as_of.desc(), RunRow.id.desc()).limit(1)).first()
        return None if row is None else run_from(row)


def audit_trail(store: Store, actor: Actor, subject_kind: str, subject: str) -> tuple[AuditRecord, ...]:
    """Everything that was done to one thing, oldest first.

    Raises
    ------
    PermissionDeniedError
        For a target outside the actor's scope; for anything else, unless the actor is a planner.
    """
    check_reader(actor)
    if subject_kind != "target":
        actor.check(Role.PLANNER, action="read the audit trail")
    statement = sa.select(*AuditRow.__table__.c).where(
        AuditRow.subject_kind == subject_kind, AuditRow.subject == subject
    )
    with store.read() as session:
        if subject_kind == "target":
            check_target_in_scope(session, actor, subject)
        return tuple(audit_from(row) for row in session.execute(statement.order_by(AuditRow.id)))


def audit_records(store: Store, actor: Actor, *, actions: Collection[str]) -> tuple[AuditRecord, ...]:
    """Every audit entry of these actions, whatever it was done to, oldest first.

    Raises
    ------
    PermissionDeniedError
        Unless the actor is a planner.
    """
    check_reader(actor)
    actor.check(Role.PLANNER, action="read the audit trail")
    statement = sa.select(*AuditRow.__table__.c).where(AuditRow.action.in_(sorted(actions)))
    with store.read() as session:
        return tuple(audit_from(row) for row in session.execute(statement.order_by(AuditRow.id)))


def audit_page(
    store: Store,
    actor: Actor,
    *,
    action: str | None = None,
    subject_kind: str | None = None,
    subject: str | None = None,
    by: str | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    limit: int,
    offset: int = 0,
) -> AuditPage:
    """Some of the audit trail, newest first, and how many entries were found in all.

    Parameters
    ----------
    action, subject_kind, by : str, optional
        Only entries of this action, about this kind of thing, of this actor.
    subject : str, optional
        Only those whose subject holds this text.
    since, until : datetime.datetime, optional
        Only those recorded in between, ends included.
    limit, offset : int
        At most so many, after leaving out so many.

    Raises
    ------
    PermissionDeniedError
        If the actor is no administrator: the trail tells of everything, whatever a scope leaves out.
    """
    actor.check(Role.ADMIN, action="read the whole audit trail")
    table = AuditRow
    equal = {table.action: action, table.subject_kind: subject_kind, table.actor: by}
    wanted = [column == value for column, value in equal.items() if value is not None]
    if subject:
        wanted.append(table.subject.contains(subject, autoescape=True))
    if since is not None:
        wanted.append(table.recorded_at >= since)
    if until is not None:
        wanted.append(table.recorded_at <= until)
    statement: Statement = sa.select(*table.__table__.c).where(*wanted).order_by(table.id.desc())
    with store.read() as session:
        total = session.scalar(sa.select(sa.func.count()).select_from(table).where(*wanted))
        rows = session.execute(statement.limit(limit).offset(offset))
        return AuditPage(int(total or 0), tuple(audit_from(row) for row in rows))


def audit_choices(store: Store, actor: Actor) -> AuditChoices:
    """What the audit trail can be filtered by, each in the order of its letters.

    Raises
    ------
    PermissionDeniedError
        If the actor is no administrator.
    """
    actor.check(Role.ADMIN, action="read the whole audit trail")
    with store.read() as session:
        found = (
            tuple(session.scalars(sa.select(column).distinct().order_by(column)))
            for column in (AuditRow.action, AuditRow.subject_kind, AuditRow.actor)
        )
        return AuditChoices(*found)


def _visible(session: Session, actor: Actor, targets: Collection[str] | None) -> frozenset[str] | None:
    """The wanted targets that are in scope; None for all."""
    scope = targets_in_scope(session, actor)
    if targets is None:
        return scope
    return frozenset(targets) if scope is None else scope.intersection(targets)
