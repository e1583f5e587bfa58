"""The catalogue and the ledgers, as the database holds them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from monitor.clock import SYSTEM_CLOCK, Clock
from monitor.core.access import Actor
from monitor.core.indicators import Indicator
from monitor.core.ledger import Revision
from monitor.core.records import Department, Plan, Region, Target
from monitor.queries.scoping import Statement, among, check_reader
from monitor.rows import (
    collector_paused,
    department_from,
    indicator_from,
    plan_from,
    region_from,
    revision_from,
    target_from,
)
from monitor.store import DatabaseSettings, Store, open_store
from monitor.tables import (
    DepartmentRow,
    IndicatorVersionRow,
    PlanRow,
    RegionRow,
    RevisionRow,
    TargetRow,
    WorkspaceFact,
)


@dataclass(frozen=True)
class Workspace:
    """What the database says it belongs to."""

    name: str
    simulated: bool


def connect(settings: DatabaseSettings, *, clock: Clock = SYSTEM_CLOCK) -> Store:
    """The store of the workspace in use, to be handed to queries and commands.

    Raises
    ------
    StoreError
        If the database was not set up, or belongs to another workspace.
    """
    return open_store(settings, clock=clock)


def get_workspace(store: Store, actor: Actor) -> Workspace:
    """Which workspace this is; screens must say so when it is simulated."""
    check_reader(actor)
    with store.read() as session:
        facts = {
            row.key: row.value for row in session.execute(sa.select(WorkspaceFact.key, WorkspaceFact.value))
        }
    return Workspace(facts.get("workspace", ""), facts.get("simulated") == "yes")


def get_indicators(
    store: Store, actor: Actor, *, recorded_until: dt.datetime | None = None
) -> dict[str, Indicator]:
    """The catalogue's indicators by code.

    Parameters
    ----------
    recorded_until : datetime.datetime, optional
        Only versions stored by then count.
    """
    check_reader(actor)
    versions = IndicatorVersionRow
    statement = sa.select(versions.code, versions.document).order_by(versions.code, versions.version)
    if recorded_until is not None:
        statement = statement.where(versions.recorded_at <= recorded_until)
    with store.read() as session:
        documents = {row.code: row.document for row in session.execute(statement)}
    return {code: indicator_from(document) for code, document in documents.items()}


def get_regions(store: Store, actor: Actor) -> dict[str, Region]:
    """The catalogue's regions by code."""
    check_reader(actor)
    with store.read() as session:
        rows = session.execute(sa.select(*RegionRow.__table__.c).order_by(RegionRow.code))
        return {row.code: region_from(row) for row in rows}


def get_departments(store: Store, actor: Actor) -> dict[str, Department]:
    """The catalogue's departments by code."""
    check_reader(actor)
    with store.read() as session:
        rows = session.execute(sa.select(*DepartmentRow.__table__.c).order_by(DepartmentRow.code))
        return {row.code: department_from(row) for row in rows}


def get_plans(store: Store, actor: Actor) -> dict[str, Plan]:
    """The plans by code."""
    check_reader(actor)
    with store.read() as session:
        rows = session.execute(sa.select(*PlanRow.__table__.c).order_by(PlanRow.code))
        return {row.code: plan_from(row) for row in rows}


def get_targets(
    store: Store,
    actor: Actor,
    *,
    plan: str | None = None,
    region: str | None = None,
    department: str | None = None,
    codes: Collection[str] | None = None,
    recorded_until: dt.datetime | None = None,
) -> tuple[Target, ...]:
    """Targets with their ledgers, those in the actor's scope, in code order.

    Parameters
    ----------
    plan, region, department : str, optional
        Only targets of that plan, region, or (by the last entry that counts) department.
    codes : collection of str, optional
        Only these.
    recorded_until : datetime.datetime, optional
        Only ledger entries stored by then count; a target without any is left out.
    """
    check_reader(actor)
    with store.read() as session, collector_paused():
        histories = _histories(session, plan=plan, region=region, codes=codes)
        rows = session.execute(_targets(plan, codes))
        found = [
            target_from(row, _recorded(histories[row.code], recorded_until))
            for row in rows
            if row.code in histories
            and (codes is None or row.code in codes)
            and _is_in_scope(actor, histories[row.code])
        ]
    return tuple(
        target
        for target in found
        if target.history and (department is None or department in target.history[-1].terms.departments)
    )


def _is_in_scope(actor: Actor, history: tuple[Revision, ...]) -> bool:
    """Whether the actor sees the target: a question of today, so the last entry of all decides."""
    terms = history[-1].terms
    return actor.scope.admits(region=terms.region, departments=terms.departments)


def _recorded(history: tuple[Revision, ...], until: dt.datetime | None) -> tuple[Revision, ...]:
    return history if until is None else tuple(entry for entry in history if entry.recorded_at <= until)


def _targets(plan: str | None, codes: Collection[str] | None) -> Statement:
    statement: Statement = sa.select(*TargetRow.__table__.c).order_by(TargetRow.code)
    if plan is not None:
        statement = statement.where(TargetRow.plan == plan)
    return among(statement, TargetRow.code, codes)


def _histories(
    session: Session, *, plan: str | None, region: str | None, codes: Collection[str] | None
) -> dict[str, tuple[Revision, ...]]:
    """Ledgers by target, each in sequence."""
    order = (RevisionRow.target, RevisionRow.sequence)
    statement: Statement = sa.select(*RevisionRow.__table__.c).order_by(*order)
    if region is not None:
        statement = statement.where(RevisionRow.region == region)
    if plan is not None:
        statement = statement.join(TargetRow, TargetRow.code == RevisionRow.target).where(
            TargetRow.plan == plan
        )
    histories: dict[str, list[Revision]] = {}
    for row in session.execute(among(statement, RevisionRow.target, codes)):
        histories.setdefault(row.target, []).append(revision_from(row))
    return {code: tuple(entries) for code, entries in histories.items()}
