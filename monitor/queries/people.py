"""People who are told, and what was told: digests composed, urgent matters."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from monitor.core.access import Actor, Role
from monitor.core.notices import Notice
from monitor.core.outbox import MessageKind
from monitor.core.people import DigestRecord, Person, PersonVersion
from monitor.core.weeks import Week
from monitor.queries.scoping import Statement
from monitor.rows import digest_from, notice_from, person_from
from monitor.store import Store
from monitor.tables import DigestRow, NoticeRow, OutboxMessageRow, PersonVersionRow


def get_people(store: Store, actor: Actor, *, recorded_until: dt.datetime | None = None) -> dict[str, Person]:
    """People by code, those who left among them.

    Parameters
    ----------
    recorded_until : datetime.datetime, optional
        Only versions stored by then count.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner: addresses are nobody else's business.
    """
    actor.check(Role.PLANNER, action="see people")
    versions = PersonVersionRow
    statement = sa.select(versions.code, versions.version, versions.document)
    if recorded_until is not None:
        statement = statement.where(versions.recorded_at <= recorded_until)
    with store.read() as session:
        rows = session.execute(statement.order_by(versions.code, versions.version))
        documents = {row.code: row.document for row in rows}
    return {code: person_from(document) for code, document in documents.items()}


def person_versions(store: Store, actor: Actor) -> dict[str, PersonVersion]:
    """People by code with the version in force, those who left among them.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner: addresses are nobody else's business.
    """
    actor.check(Role.PLANNER, action="see people")
    versions = PersonVersionRow
    statement: Statement = sa.select(*versions.__table__.c).order_by(versions.code, versions.version)
    with store.read() as session:
        return {
            row.code: PersonVersion(person_from(row.document), row.version, row.recorded_at, row.reason)
            for row in session.execute(statement)
        }


def get_digest_records(store: Store, actor: Actor, *, week: str) -> dict[str, DigestRecord]:
    """What the digests of a week were composed from, by recipient.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="see digests")
    statement: Statement = sa.select(*DigestRow.__table__.c).where(DigestRow.week == week)
    with store.read() as session:
        return {row.recipient: digest_from(row) for row in session.execute(statement.order_by(DigestRow.id))}


def last_digest_week(store: Store, actor: Actor, *, before: Week) -> Week | None:
    """The last week before another of which a digest was queued for anybody.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="see digests")
    with store.read() as session:
        period = OutboxMessageRow.period
        last = sa.select(sa.func.max(period)).where(
            OutboxMessageRow.kind == MessageKind.DIGEST.value, period.like("%-W%"), period < str(before)
        )
        week = session.execute(last).scalar_one_or_none()
    return None if week is None else Week.parse(week)


def weekly_readers_before(
    store: Store, actor: Actor, *, week: Week, recorded_until: dt.datetime
) -> tuple[Week, frozenset[str]] | None:
    """The last week before another that anybody was told of, and who; None if there is none.

    Only digests recorded by a moment count: a week made up by hand later changes no earlier answer.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="see digests")
    table = DigestRow
    earlier = (table.period == table.week, table.period < str(week), table.recorded_until < recorded_until)
    with store.read() as session:
        last = session.scalar(sa.select(sa.func.max(table.period)).where(*earlier))
        if last is None:
            return None
        told = session.scalars(sa.select(table.recipient).where(*earlier, table.period == last))
        return Week.parse(last), frozenset(told)


def unqueued_digests(store: Store, actor: Actor, *, since: Week) -> dict[Week, tuple[str, ...]]:
    """Whose digests were recorded and never queued, by week from `since` on: what an interruption leaves.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="see digests")
    queued = sa.exists().where(
        OutboxMessageRow.kind == MessageKind.DIGEST.value,
        OutboxMessageRow.period == DigestRow.period,
        OutboxMessageRow.recipient == DigestRow.recipient,
    )
    statement = sa.select(DigestRow.week, DigestRow.recipient).where(DigestRow.week >= str(since), ~queued)
    found: dict[Week, tuple[str, ...]] = {}
    with store.read() as session:
        for row in session.execute(statement.order_by(DigestRow.week, DigestRow.id)):
            week = Week.parse(row.week)
            found[week] = (*found.get(week, ()), row.recipient)
    return found


def get_notices(store: Store, actor: Actor) -> tuple[Notice, ...]:
    """Urgent matters, oldest first.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="see notices")
    statement: Statement = sa.select(*NoticeRow.__table__.c).order_by(NoticeRow.id)
    with store.read() as session:
        return tuple(notice_from(row) for row in session.execute(statement))
