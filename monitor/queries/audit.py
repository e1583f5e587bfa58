"""The audit trail as a list: filtered, a group of entries at a time."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from monitor.core.access import Actor, Role
from monitor.core.audit import AuditChoices, AuditPage
from monitor.queries.scoping import Statement
from monitor.rows import audit_from
from monitor.store import Store
from monitor.tables import AuditRow


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
