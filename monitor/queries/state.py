"""The state of the assessments: what was said last, on which days, and whether anything changed."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from monitor.core.access import Actor
from monitor.core.records import Assessment, RunKind
from monitor.core.runs import TrainedModel
from monitor.queries.results import assessments_of, latest_assessments
from monitor.queries.scoping import Statement, check_reader
from monitor.store import Store
from monitor.tables import AssessmentRow, AuditRow, RunRow, TrainedModelRow


def recent_assessments(
    store: Store, actor: Actor, *, before: dt.date, limit: int
) -> dict[str, tuple[Assessment, ...]]:
    """The last scheduled assessments of every target before a day, oldest first, at most `limit` each."""
    check_reader(actor)
    found: dict[str, tuple[Assessment, ...]] = {}
    day = before - dt.timedelta(days=1)
    if limit == 1:
        return {code: (entry,) for code, entry in latest_assessments(store, actor, as_of=day).items()}
    for code in latest_assessments(store, actor, as_of=day):
        found[code] = assessments_of(store, actor, code, until=day)[-limit:]
    return found


def last_assessed_on(store: Store, actor: Actor) -> dict[str, dt.date]:
    """Day of the latest scheduled assessment, by target."""
    check_reader(actor)
    statement = sa.select(AssessmentRow.target, sa.func.max(AssessmentRow.as_of)).where(
        AssessmentRow.run_kind == RunKind.SCHEDULED.value
    )
    with store.read() as session:
        return {row[0]: row[1] for row in session.execute(statement.group_by(AssessmentRow.target))}


def available_dates(store: Store, actor: Actor) -> tuple[dt.date, ...]:
    """Days of scheduled runs, oldest first."""
    check_reader(actor)
    statement = sa.select(RunRow.as_of).where(RunRow.kind == RunKind.SCHEDULED.value).distinct()
    with store.read() as session:
        return tuple(sorted(session.scalars(statement)))


def trained_model(
    store: Store, actor: Actor, *, as_of: dt.date, recorded_until: dt.datetime | None = None
) -> TrainedModel | None:
    """The last model trained on nothing later than a day, kept by a moment; None: that which ships."""
    check_reader(actor)
    table = TrainedModelRow
    statement: Statement = sa.select(*table.__table__.c).where(table.through <= as_of)
    if recorded_until is not None:
        statement = statement.where(table.recorded_at <= recorded_until)
    with store.read() as session:
        row = session.execute(statement.order_by(table.through.desc(), table.id.desc()).limit(1)).first()
        return None if row is None else TrainedModel(row.version, row.through, row.n_series, row.document)


def state_token(store: Store, actor: Actor) -> str:
    """Changes whenever anything is recorded; screens keep answers under it."""
    check_reader(actor)
    with store.read() as session:
        return str(session.scalar(sa.select(sa.func.max(AuditRow.id))) or 0)
