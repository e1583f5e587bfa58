"""Refused rows with what was done about them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from monitor.core.access import Actor, Role
from monitor.core.errors import NotFoundError
from monitor.core.loading import (
    QuarantineCounts,
    QuarantinedRow,
    QuarantineFilter,
    QuarantineState,
    RefusedRow,
    SettlementOutcome,
)
from monitor.core.records import Portion
from monitor.queries.scoping import MOST_PARAMETERS, Statement, among
from monitor.rows import AnyRow, refused_from, repair_from, settlement_from
from monitor.store import Store
from monitor.tables import ObservationRow, RefusedRowRow, RowRepairRow, RowSettlementRow

T = TypeVar("T")


def quarantined_rows(
    store: Store,
    actor: Actor,
    *,
    ids: Collection[int] | None = None,
    load_id: int | None = None,
    rule: str | None = None,
    state: QuarantineState | None = QuarantineState.WAITING,
) -> tuple[QuarantinedRow, ...]:
    """Refused rows, oldest first, each with its repairs and what became of it.

    Parameters
    ----------
    ids : collection of int, optional
        Only these, in whatever state.
    load_id : int, optional
        Only those of one load.
    rule : str, optional
        Only those that broke this rule when they were last tried.
    state : QuarantineState or None
        Only those in that state; None for all.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner: raw rows carry figures of any region, under embargo or not.
    NotFoundError
        If one of `ids` does not exist.
    """
    actor.check(Role.PLANNER, action="see refused rows")
    table = RefusedRowRow
    statement: Statement = sa.select(*table.__table__.c).order_by(table.id)
    if ids is not None:
        statement = among(statement, table.id, ids)
    elif state is not None:
        statement = statement.where(table.state == state.value)
    if load_id is not None:
        statement = statement.where(table.load_id == load_id)
    with store.read() as session:
        found = session.execute(statement)
        rows = [refused_from(row) for row in found if ids is None or row.id in ids]
        _check_found(ids, rows)
        repairs = _by_row(session, RowRepairRow, repair_from, rows)
        settlements = _by_row(session, RowSettlementRow, settlement_from, rows)
    held = (
        QuarantinedRow(row, tuple(repairs.get(row.id, ())), tuple(settlements.get(row.id, ())))
        for row in rows
    )
    return tuple(each for each in held if rule is None or each.refusal.rule == rule)


def quarantine_page(
    store: Store, actor: Actor, wanted: QuarantineFilter, *, first: int = 0, limit: int = 200
) -> Portion[QuarantinedRow]:
    """Some of the refused rows that fit, oldest first, each with its repairs and what became of it.

    Parameters
    ----------
    wanted : QuarantineFilter
        Which rows.
    first, limit : int
        How many rows to pass over, and how many to give at most.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="see refused rows")
    table = RefusedRowRow
    fitting = _fitting(sa.select(*table.__table__.c), wanted)
    page = fitting.order_by(table.id).offset(first).limit(limit)
    with store.read() as session:
        total = session.scalar(sa.select(sa.func.count()).select_from(fitting.subquery())) or 0
        rows = [refused_from(row) for row in session.execute(page)]
        repairs = _by_row(session, RowRepairRow, repair_from, rows)
        settlements = _by_row(session, RowSettlementRow, settlement_from, rows)
    found = tuple(
        QuarantinedRow(row, tuple(repairs.get(row.id, ())), tuple(settlements.get(row.id, ())))
        for row in rows
    )
    return Portion(found, first, total)


def quarantine_actions(store: Store, actor: Actor, wanted: QuarantineFilter) -> dict[int, int]:
    """Ids of all refused rows that fit, with how often each was repaired or settled.

    One who acts on all of them says by this what they saw.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="see refused rows")
    table = RefusedRowRow
    done = [
        sa.select(sa.func.count(each.id)).where(each.refused_row_id == table.id).scalar_subquery()
        for each in (RowRepairRow, RowSettlementRow)
    ]
    statement = _fitting(sa.select(table.id, (done[0] + done[1]).label("actions")), wanted)
    with store.read() as session:
        return {row.id: row.actions for row in session.execute(statement.order_by(table.id))}


def quarantine_counts(
    store: Store, actor: Actor, *, state: QuarantineState | None = QuarantineState.WAITING
) -> QuarantineCounts:
    """How many refused rows there are in a state, by rule and by load.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="see refused rows")
    wanted = QuarantineFilter(state=state)
    rule, load_id = _rule_now().label("rule"), RefusedRowRow.load_id
    with store.read() as session:
        return QuarantineCounts(
            by_rule=_counted(session, rule, wanted), by_load=_counted(session, load_id, wanted)
        )


def cell_texts(
    store: Store,
    actor: Actor,
    names: tuple[str, ...],
    *,
    state: QuarantineState | None = QuarantineState.WAITING,
) -> dict[str, int]:
    """What stands in a cell of the refused rows as read, and in how many of them.

    Parameters
    ----------
    names : tuple of str
        What files call the cell; the first one a row has counts. Rows without it are left out.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="see refused rows")
    with store.read() as session:
        found = _counted(session, _cell(names).label("text"), QuarantineFilter(state=state))
    return {text: count for text, count in found.items() if text is not None}


def origins_of_load(store: Store, actor: Actor, load_id: int) -> tuple[str, ...]:
    """Origins of the figures one load stored; rows it refused most likely share them."""
    actor.check(Role.PLANNER, action="see refused rows")
    statement = sa.select(ObservationRow.origin).where(ObservationRow.load_id == load_id).distinct()
    with store.read() as session:
        return tuple(sorted(session.scalars(statement)))


def _fitting(statement: Statement, wanted: QuarantineFilter) -> Statement:
    table = RefusedRowRow
    if wanted.state is not None:
        statement = statement.where(table.state == wanted.state.value)
    if wanted.load_id is not None:
        statement = statement.where(table.load_id == wanted.load_id)
    if wanted.rule is not None:
        statement = statement.where(_rule_now() == wanted.rule)
    for each in wanted.cells:
        statement = statement.where(_cell(each.names).in_(each.texts))
    return statement


def _rule_now() -> sa.ColumnElement[str]:
    """The rule of the last attempt that failed, else the one the row came with."""
    table = RowSettlementRow
    last = (
        sa.select(table.refusal["rule"].as_string())
        .where(
            table.refused_row_id == RefusedRowRow.id,
            table.outcome == SettlementOutcome.REFUSED_AGAIN.value,
        )
        .order_by(table.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return sa.func.coalesce(last, RefusedRowRow.rule)


def _cell(names: tuple[str, ...]) -> sa.ColumnElement[str]:
    return sa.func.coalesce(*(RefusedRowRow.raw[name].as_string() for name in names), sa.null())


def _counted(session: Session, what: Any, wanted: QuarantineFilter) -> dict[Any, int]:
    named = _fitting(sa.select(what), wanted).subquery()
    (column,) = named.c
    counted = sa.select(column, sa.func.count()).group_by(column).order_by(sa.func.count().desc(), column)
    return {row[0]: row[1] for row in session.execute(counted)}


def _check_found(ids: Collection[int] | None, rows: Collection[RefusedRow]) -> None:
    for missing in sorted(set(ids or ()).difference(row.id for row in rows)):
        raise NotFoundError("refused row", str(missing), "List them with `zhibiao quarantine list`.")


def _by_row(
    session: Session, table: Any, read: Callable[[AnyRow], T], rows: Collection[RefusedRow]
) -> dict[int, list[T]]:
    """What belongs to some rows, by row, oldest first."""
    statement = sa.select(*table.__table__.c).order_by(table.id)
    wanted = {row.id for row in rows}
    if len(wanted) <= MOST_PARAMETERS:
        statement = statement.where(table.refused_row_id.in_(wanted))
    found: dict[int, list[T]] = {}
    for row in session.execute(statement):
        if row.refused_row_id in wanted:
            found.setdefault(row.refused_row_id, []).append(read(row))
    return found
