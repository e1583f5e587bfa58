"""Stored assessments and what followed from them, outcomes, milestones, and who did what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from monitor.core.access import Actor, Role
from monitor.core.audit import AuditRecord
from monitor.core.flags import Flag
from monitor.core.records import (
    Assessment,
    EarlierFlag,
    Fan,
    FlagChange,
    MilestoneReport,
    Outcome,
    RunKind,
)
from monitor.core.runs import RunRecord
from monitor.queries.kept import KEY, assessments_by_key
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
    earlier_from,
    fan_from,
    flag_change_from,
    milestone_from,
    outcome_from,
    run_from,
)
from monitor.store import Store
from monitor.tables import (
    AssessmentRow,
    AuditRow,
    FanRow,
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


def assessment_histories(
    store: Store,
    actor: Actor,
    *,
    until: dt.date,
    kinds: Collection[RunKind],
    flags: Collection[Flag] | None = None,
    targets: Collection[str] | None = None,
) -> dict[str, tuple[Assessment, ...]]:
    """The assessments of many targets, each target's oldest first.

    Parameters
    ----------
    until : datetime.date
        Only assessments with `as_of` on or before this day.
    kinds : collection of RunKind
        Only those of such runs.
    flags : collection of Flag, optional
        Only those that show one of these.
    targets : collection of str, optional
        Only these targets.
    """
    check_reader(actor)
    table = AssessmentRow
    statement: Statement = sa.select(*table.__table__.c).where(
        table.as_of <= until, table.run_kind.in_([kind.value for kind in kinds])
    )
    if flags is not None:
        statement = statement.where(table.flag.in_([flag.value for flag in flags]))
    found: dict[str, list[Assessment]] = {}
    with store.read() as session, collector_paused():
        visible = _visible(session, actor, targets)
        rows = session.execute(among(statement, table.target, visible).order_by(table.as_of, table.id))
        for row in rows:
            if visible is None or row.target in visible:
                found.setdefault(row.target, []).append(assessment_from(row))
    return {target: tuple(entries) for target, entries in found.items()}


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
    statement = _latest(*KEY, AssessmentRow.target, as_of=as_of, recorded_until=recorded_until, kind=kind)
    with store.read() as session, collector_paused():
        visible = _visible(session, actor, targets)
        rows = session.execute(among(statement, TargetRow.code, visible)).all()
        seen = [row for row in rows if visible is None or row.target in visible]
        return {entry.target: entry for entry in assessments_by_key(store, session, seen)}


def earlier_flags(
    store: Store,
    actor: Actor,
    *,
    as_of: dt.date,
    recorded_until: dt.datetime | None = None,
    targets: Collection[str] | None = None,
) -> dict[str, EarlierFlag]:
    """Flag and probability of the last scheduled assessment of every target on or before a day.

    The arguments are those of `latest_assessments`; reasons and figures, most of the reading, are left.
    """
    check_reader(actor)
    table = AssessmentRow
    columns = (table.target, table.as_of, table.flag, table.probability_met)
    statement = _latest(*columns, as_of=as_of, recorded_until=recorded_until, kind=RunKind.SCHEDULED)
    with store.read() as session, collector_paused():
        visible = _visible(session, actor, targets)
        rows = session.execute(among(statement, TargetRow.code, visible))
        return {row.target: earlier_from(row) for row in rows if visible is None or row.target in visible}


def _latest(*columns: Any, as_of: dt.date, recorded_until: dt.datetime | None, kind: RunKind) -> Statement:
    """One look-up in the index for each target: a window function would read the whole history."""
    inner = aliased(AssessmentRow)
    newest = sa.select(inner.id).where(
        inner.target == TargetRow.code, inner.run_kind == kind.value, inner.as_of <= as_of
    )
    if recorded_until is not None:
        newest = newest.where(inner.recorded_at <= recorded_until)
    newest = newest.order_by(inner.as_of.desc(), inner.id.desc()).limit(1)
    found = newest.correlate(TargetRow).scalar_subquery()
    return sa.select(*columns).select_from(TargetRow).join(AssessmentRow, AssessmentRow.id == found)


def targets_with_fan(store: Store, actor: Actor) -> frozenset[str]:
    """Targets of which any fan was kept."""
    check_reader(actor)
    with store.read() as session:
        return frozenset(session.scalars(sa.select(FanRow.target).distinct()))


def stored_fan(store: Store, actor: Actor, target: str, *, as_of: dt.date) -> Fan | None:
    """The fan behind the last scheduled assessment of a target on or before a day, if one was kept.

    A later run that found nothing changed may have kept it.

    Raises
    ------
    PermissionDeniedError
        If the target lies outside the actor's scope.
    """
    check_reader(actor)
    table = AssessmentRow
    run_id = (
        sa.select(table.run_id)
        .where(table.target == target, table.run_kind == RunKind.SCHEDULED.value, table.as_of <= as_of)
        .order_by(table.as_of.desc(), table.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        sa.select(FanRow.body)
        .join(RunRow, RunRow.id == FanRow.run_id)
        .where(FanRow.target == target, FanRow.run_id >= run_id, RunRow.as_of <= as_of)
        .order_by(FanRow.run_id.desc())
        .limit(1)
    )
    with store.read() as session:
        check_target_in_scope(session, actor, target)
        row = session.execute(statement).first()
        return None if row is None else fan_from(row)


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


def _visible(session: Session, actor: Actor, targets: Collection[str] | None) -> frozenset[str] | None:
    """The wanted targets that are in scope; None for all."""
    scope = targets_in_scope(session, actor)
    if targets is None:
        return scope
    return frozenset(targets) if scope is None else scope.intersection(targets)
