"""What came of asking sources, and what they brought."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from monitor.core.access import Actor
from monitor.core.corrections import CorrectionUse
from monitor.core.errors import NotFoundError
from monitor.core.loading import LoadOutcome, LoadRecord
from monitor.core.sources import SourceOutcome, SourceRun, Validators
from monitor.queries.scoping import Statement, among, check_reader
from monitor.rows import AnyRow, correction_use_from, load_from
from monitor.store import Store
from monitor.tables import CorrectionUseRow, LoadRow, ObservationRow, SourceRunRow


def source_runs(
    store: Store, actor: Actor, *, source: str | None = None, limit: int = 100
) -> tuple[SourceRun, ...]:
    """The last runs, newest first.

    Parameters
    ----------
    source : str, optional
        Only those of one source.
    """
    check_reader(actor)
    table = SourceRunRow
    statement: Statement = sa.select(*table.__table__.c).order_by(table.id.desc()).limit(limit)
    if source is not None:
        statement = statement.where(table.source == source)
    with store.read() as session:
        return tuple(_run_from(row) for row in session.execute(statement))


def last_source_runs(store: Store, actor: Actor, *, good: bool = False) -> dict[str, SourceRun]:
    """The last run of each source.

    Parameters
    ----------
    good : bool
        The last one that did not fail instead.
    """
    check_reader(actor)
    table = SourceRunRow
    last = sa.select(sa.func.max(table.id)).group_by(table.source)
    if good:
        last = last.where(table.outcome != SourceOutcome.FAILED.value)
    statement = sa.select(*table.__table__.c).where(table.id.in_(last)).order_by(table.source)
    with store.read() as session:
        return {row.source: _run_from(row) for row in session.execute(statement)}


def last_loads(store: Store, actor: Actor) -> dict[str, dt.datetime]:
    """When each source last brought figures that were stored or confirmed."""
    check_reader(actor)
    table = LoadRow
    statement = (
        sa.select(table.source, sa.func.max(table.id).label("id"))
        .where(table.outcome != LoadOutcome.ALL_REFUSED.value)
        .group_by(table.source)
        .subquery()
    )
    last = sa.select(table.source, table.finished_at).join(statement, table.id == statement.c.id)
    with store.read() as session:
        return {row.source: row.finished_at for row in session.execute(last)}


def series_of_source(store: Store, actor: Actor, source: str) -> frozenset[tuple[str, str]]:
    """Indicators and regions a source brought figures of."""
    check_reader(actor)
    figures, loads = ObservationRow, LoadRow
    statement: Statement = (
        sa.select(figures.indicator, figures.region)
        .join(loads, loads.id == figures.load_id)
        .where(loads.source == source)
        .distinct()
    )
    statement = among(statement, figures.region, actor.scope.regions)
    with store.read() as session:
        return frozenset((row.indicator, row.region) for row in session.execute(statement))


def correction_uses(store: Store, actor: Actor, *, load_id: int | None = None) -> tuple[CorrectionUse, ...]:
    """What the last load that met each correction found, by correction.

    Parameters
    ----------
    load_id : int, optional
        What this load found instead.
    """
    check_reader(actor)
    table = CorrectionUseRow
    statement: Statement = sa.select(*table.__table__.c).order_by(table.correction)
    if load_id is not None:
        statement = statement.where(table.load_id == load_id)
    else:
        last = sa.select(sa.func.max(table.id)).group_by(table.correction)
        statement = statement.where(table.id.in_(last))
    with store.read() as session:
        return tuple(correction_use_from(row) for row in session.execute(statement))


def get_load(store: Store, actor: Actor, load_id: int) -> LoadRecord:
    """One load.

    Raises
    ------
    NotFoundError
        If there is none of that number.
    """
    check_reader(actor)
    statement = sa.select(*LoadRow.__table__.c).where(LoadRow.id == load_id)
    with store.read() as session:
        row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFoundError("load", str(load_id), "`zhibiao loads` lists them.")
    return load_from(row)


def _run_from(row: AnyRow) -> SourceRun:
    validators = Validators(row.address, row.etag, row.last_modified) if row.address else None
    return SourceRun(
        id=row.id,
        source=row.source,
        started_at=row.started_at,
        finished_at=row.finished_at,
        actor=row.actor,
        outcome=SourceOutcome(row.outcome),
        message=row.message,
        load_ids=tuple(row.load_ids),
        files=tuple(row.files),
        validators=validators,
    )
