"""Which targets an actor sees."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from monitor.core.access import Actor, Role
from monitor.core.errors import PermissionDeniedError
from monitor.tables import RevisionRow

MOST_PARAMETERS = 1_000
"""Longer lists of codes are sorted out after the query: databases limit parameters."""

Statement = sa.Select[*tuple[Any, ...]]


def check_reader(actor: Actor) -> None:
    """Raise unless the actor may read at all.

    Raises
    ------
    PermissionDeniedError
        Without any role.
    """
    actor.check(Role.VIEWER, action="read")


def is_unlimited(actor: Actor) -> bool:
    """Whether the actor's scope leaves nothing out."""
    return actor.scope.regions is None and actor.scope.departments is None


def targets_in_scope(session: Session, actor: Actor) -> frozenset[str] | None:
    """Codes of the targets an actor sees, by their last ledger entries; None for all of them."""
    if is_unlimited(actor):
        return None
    order = (RevisionRow.target, RevisionRow.sequence)
    statement = sa.select(RevisionRow.target, RevisionRow.region, RevisionRow.terms).order_by(*order)
    last = {row.target: row for row in session.execute(statement)}
    return frozenset(
        code
        for code, row in last.items()
        if actor.scope.admits(region=row.region, departments=tuple(row.terms["departments"]))
    )


def check_target_in_scope(session: Session, actor: Actor, target: str) -> None:
    """Raise where the actor does not see the target.

    Raises
    ------
    PermissionDeniedError
        If it lies outside the scope.
    """
    if is_unlimited(actor):
        return
    visible = targets_in_scope(session, actor)
    if visible is not None and target not in visible:
        raise PermissionDeniedError(actor.name, "see", f"target {target}")


def among(statement: Statement, column: Any, codes: Collection[str] | Collection[int] | None) -> Statement:
    """The statement for some codes only, where the list is short enough to be sent."""
    if codes is None or len(codes) > MOST_PARAMETERS:
        return statement
    return statement.where(column.in_(list(codes)))
