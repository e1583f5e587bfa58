"""What departments said about their targets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from monitor.core.access import Actor
from monitor.core.records import TargetNoteRecord
from monitor.queries.scoping import Statement, among, check_reader, targets_in_scope
from monitor.rows import note_from
from monitor.store import Store
from monitor.tables import TargetNoteRow


def target_notes(
    store: Store,
    actor: Actor,
    *,
    targets: Collection[str] | None = None,
    period: str | None = None,
    recorded_until: dt.datetime | None = None,
) -> dict[str, tuple[TargetNoteRecord, ...]]:
    """Notes and measures by target, in the order in which they were stored.

    Parameters
    ----------
    targets : collection of str, optional
        Only these; those outside the actor's scope are left out.
    period : str, optional
        Only reports about this period, such as 2026-10.
    recorded_until : datetime.datetime, optional
        Only those stored by then.
    """
    check_reader(actor)
    table = TargetNoteRow
    statement: Statement = sa.select(*table.__table__.c).order_by(table.target, table.id)
    if period is not None:
        statement = statement.where(table.period == period)
    if recorded_until is not None:
        statement = statement.where(table.recorded_at <= recorded_until)
    found: dict[str, list[TargetNoteRecord]] = {}
    with store.read() as session:
        visible = targets_in_scope(session, actor)
        for row in session.execute(among(statement, table.target, targets)):
            if (targets is None or row.target in targets) and (visible is None or row.target in visible):
                found.setdefault(row.target, []).append(note_from(row))
    return {code: tuple(notes) for code, notes in found.items()}
