"""Refused rows with what was done about them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from monitor.core.access import Actor, Role
from monitor.core.errors import NotFoundError
from monitor.core.loading import QuarantinedRow, QuarantineState, RefusedRow
from monitor.queries.scoping import MOST_PARAMETERS, Statement
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
        statement = statement.where(table.id.in_(list(ids)))
    elif state is not None:
        statement = statement.where(table.state == state.value)
    if load_id is not None:
        statement = statement.where(table.load_id == load_id)
    with store.read() as session:
        rows = [refused_from(row) for row in session.execute(statement)]
        _check_found(ids, rows)
        repairs = _by_row(session, RowRepairRow, repair_from, rows)
        settlements = _by_row(session, RowSettlementRow, settlement_from, rows)
    found = (
        QuarantinedRow(row, tuple(repairs.get(row.id, ())), tuple(settlements.get(row.id, ())))
        for row in rows
    )
    return tuple(each for each in found if rule is None or each.refusal.rule == rule)


def origins_of_load(store: Store, actor: Actor, load_id: int) -> tuple[str, ...]:
    """Origins of the figures one load stored; rows it refused most likely share them."""
    actor.check(Role.PLANNER, action="see refused rows")
    statement = sa.select(ObservationRow.origin).where(ObservationRow.load_id == load_id).distinct()
    with store.read() as session:
        return tuple(sorted(session.scalars(statement)))


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
