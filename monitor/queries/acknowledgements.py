"""Questions about what people answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from monitor.core.access import Actor
from monitor.core.acknowledgements import Acknowledgement
from monitor.queries.scoping import among, check_reader, targets_in_scope
from monitor.store import Store
from monitor.tables import AcknowledgementRow


def get_acknowledgements(
    store: Store,
    actor: Actor,
    *,
    targets: Collection[str] | None = None,
    recorded_from: dt.datetime | None = None,
    recorded_until: dt.datetime | None = None,
) -> list[Acknowledgement]:
    """Answers in order of recording.

    Parameters
    ----------
    targets : collection of str, optional
        Only about these.
    recorded_from, recorded_until : datetime.datetime, optional
        Only those recorded in between, ends included.
    """
    check_reader(actor)
    table = AcknowledgementRow
    statement = sa.select(*table.__table__.c).order_by(table.id)
    if recorded_from is not None:
        statement = statement.where(table.recorded_at >= recorded_from)
    if recorded_until is not None:
        statement = statement.where(table.recorded_at <= recorded_until)
    with store.read() as session:
        visible = targets_in_scope(session, actor)
        rows = session.execute(among(statement, table.target, targets)).all()
    return [
        Acknowledgement(
            target=row.target,
            person=row.person,
            period=row.period,
            measure=row.measure,
            due_on=row.due_on,
            id=row.id,
            recorded_at=row.recorded_at,
            actor=row.actor,
        )
        for row in rows
        if (targets is None or row.target in targets) and (visible is None or row.target in visible)
    ]
