"""The outbox: messages on their way, attempts, and how long anything has been waiting."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields

import sqlalchemy as sa
from sqlalchemy.orm import Session

from monitor.core.access import Actor, Role
from monitor.core.errors import NotFoundError
from monitor.core.outbox import (
    DeliveryAttempt,
    MessageKind,
    MessageLine,
    MessageState,
    OutboxAge,
    OutboxMessage,
    OutboxPage,
    Picture,
    SentAbout,
)
from monitor.queries.scoping import Statement, check_reader
from monitor.rows import AnyRow, attempt_from, message_from, message_line_from
from monitor.store import Store
from monitor.tables import DeliveryAttemptRow, OutboxMessageRow, OutboxPictureRow

_READING = "read messages"  # they hold what each recipient may see, whatever the reader may
_NOT_TOLD = (MessageState.CANCELLED.value, MessageState.FAILED.value)
_UNSENT = (MessageState.QUEUED.value, MessageState.SENDING.value)


def outbox(
    store: Store,
    actor: Actor,
    *,
    states: Collection[MessageState] | None = None,
    recipient: str | None = None,
    period: str | None = None,
    limit: int | None = None,
) -> tuple[OutboxMessage, ...]:
    """Messages of the outbox without their pictures, newest first.

    Parameters
    ----------
    states : collection of MessageState, optional
        Only these.
    recipient, period : str, optional
        Only those to a person, or about a period.
    limit : int, optional
        At most so many.

    Raises
    ------
    PermissionDeniedError
        If the actor is no administrator.
    """
    actor.check(Role.ADMIN, action=_READING)
    table = OutboxMessageRow
    statement = sa.select(*table.__table__.c).order_by(table.id.desc()).limit(limit)
    if states is not None:
        statement = statement.where(table.state.in_([state.value for state in states]))
    if recipient is not None:
        statement = statement.where(table.recipient == recipient)
    if period is not None:
        statement = statement.where(table.period == period)
    with store.read() as session:
        return tuple(message_from(row, ()) for row in session.execute(statement))


def outbox_page(
    store: Store,
    actor: Actor,
    *,
    ids: Collection[int] | None = None,
    states: Collection[MessageState] | None = None,
    kinds: Collection[MessageKind] | None = None,
    recipient: str | None = None,
    period: str | None = None,
    limit: int,
    offset: int = 0,
) -> OutboxPage:
    """Some of the messages, newest first, and how many there are in all; no texts are read.

    Parameters
    ----------
    ids, states, kinds : collection, optional
        Only these.
    recipient, period : str, optional
        Only those to a person, or about a period.
    limit, offset : int
        At most so many, after leaving out so many.

    Raises
    ------
    PermissionDeniedError
        If the actor is no administrator.
    """
    actor.check(Role.ADMIN, action=_READING)
    table = OutboxMessageRow
    asked = [
        (table.id, None if ids is None else list(ids)),
        (table.state, None if states is None else [state.value for state in states]),
        (table.kind, None if kinds is None else [kind.value for kind in kinds]),
        (table.recipient, None if recipient is None else [recipient]),
        (table.period, None if period is None else [period]),
    ]
    wanted = [column.in_(values) for column, values in asked if values is not None]
    columns = [table.__table__.c[field.name] for field in fields(MessageLine)]
    statement: Statement = sa.select(*columns).where(*wanted).order_by(table.id.desc())
    with store.read() as session:
        total = session.scalar(sa.select(sa.func.count()).select_from(table).where(*wanted))
        rows = session.execute(statement.limit(limit).offset(offset))
        return OutboxPage(int(total or 0), tuple(message_line_from(row) for row in rows))


def outbox_periods(store: Store, actor: Actor, *, limit: int = 100) -> dict[str, int]:
    """Periods messages tell about, those queued last first, with the number of messages of each.

    Raises
    ------
    PermissionDeniedError
        If the actor is no administrator.
    """
    actor.check(Role.ADMIN, action=_READING)
    table = OutboxMessageRow
    last = sa.func.max(table.id).desc()
    statement = sa.select(table.period, sa.func.count()).group_by(table.period).order_by(last).limit(limit)
    with store.read() as session:
        return {row[0]: int(row[1]) for row in session.execute(statement)}


def messages_about(store: Store, actor: Actor, *, since: dt.datetime) -> tuple[SentAbout, ...]:
    """Which people are sent messages about which targets, oldest first; no texts are read.

    Parameters
    ----------
    since : datetime.datetime
        Messages queued before are left out, and those that were cancelled or failed.

    Raises
    ------
    PermissionDeniedError
        If the actor is no administrator.
    """
    actor.check(Role.ADMIN, action=_READING)
    table, tried = OutboxMessageRow, DeliveryAttemptRow
    ended = sa.select(sa.func.max(tried.finished_at)).where(tried.message == table.id).scalar_subquery()
    statement = (
        sa.select(table.kind, table.recipient, table.targets, table.state, table.queued_at, ended)
        .where(table.queued_at >= since, table.state.not_in(_NOT_TOLD))
        .order_by(table.id)
    )
    with store.read() as session:
        return tuple(
            SentAbout(
                MessageKind(kind), recipient, tuple(targets), MessageState(state), ended_at or queued_at
            )
            for kind, recipient, targets, state, queued_at, ended_at in session.execute(statement)
        )


def get_message(store: Store, actor: Actor, message_id: int) -> OutboxMessage:
    """One message, with its pictures.

    Raises
    ------
    NotFoundError
        If there is none of that number.
    PermissionDeniedError
        If the actor is no administrator.
    """
    actor.check(Role.ADMIN, action=_READING)
    statement = sa.select(*OutboxMessageRow.__table__.c).where(OutboxMessageRow.id == message_id)
    with store.read() as session:
        rows = session.execute(statement).all()
        if not rows:
            raise NotFoundError("message", str(message_id), "`zhibiao mail list` shows them.")
        return message_from(rows[0], _pictures(session, rows)[rows[0].key])


def _pictures(session: Session, rows: Sequence[AnyRow]) -> Mapping[str, tuple[Picture, ...]]:
    table = OutboxPictureRow
    statement = (
        sa.select(table.message_key, table.cid, table.content)
        .where(table.message_key.in_([row.key for row in rows]))
        .order_by(table.message_key, table.position)
    )
    found: dict[str, tuple[Picture, ...]] = defaultdict(tuple)
    for row in session.execute(statement):
        found[row.message_key] += (Picture(row.cid, row.content),)
    return found


def delivery_attempts(
    store: Store, actor: Actor, *, messages: Collection[int] | None = None, since: dt.datetime | None = None
) -> tuple[DeliveryAttempt, ...]:
    """Attempts in the order they were recorded.

    Parameters
    ----------
    messages : collection of int, optional
        Only those of messages of these numbers.
    since : datetime.datetime, optional
        Only those begun at that moment or later.
    """
    actor.check(Role.ADMIN, action=_READING)
    table = DeliveryAttemptRow
    statement = sa.select(*table.__table__.c).order_by(table.id)
    if messages is not None:
        statement = statement.where(table.message.in_(list(messages)))
    if since is not None:
        statement = statement.where(table.started_at >= since)
    with store.read() as session:
        return tuple(attempt_from(row) for row in session.execute(statement))


def outbox_age(store: Store, actor: Actor, *, now: dt.datetime) -> OutboxAge:
    """How many messages are in which state, and since when the oldest unsent one has been due."""
    check_reader(actor)
    table = OutboxMessageRow
    counts = sa.select(table.state, sa.func.count()).group_by(table.state)
    oldest = sa.select(sa.func.min(table.first_due_at)).where(
        table.state.in_(_UNSENT), table.first_due_at <= now
    )
    with store.read() as session:
        found = {MessageState(row[0]): int(row[1]) for row in session.execute(counts)}
        return OutboxAge({state: found.get(state, 0) for state in MessageState}, session.scalar(oldest))


def outbox_signs(
    store: Store, actor: Actor, *, failed_since: dt.datetime, due_after: dt.datetime
) -> tuple[int, int]:
    """Messages that failed since a moment, and queued ones due again later than any delay explains.

    A message that was queued for a later morning is none of the latter.
    """
    check_reader(actor)
    table = OutboxMessageRow
    failed = (table.state == MessageState.FAILED.value, table.ended_at >= failed_since)
    ahead = (
        table.state == MessageState.QUEUED.value,
        table.next_attempt_at > due_after,
        sa.or_(table.not_before.is_(None), table.next_attempt_at > table.not_before),
    )
    with store.read() as session:
        counts = [
            session.scalar(sa.select(sa.func.count()).select_from(table).where(*which))
            for which in (failed, ahead)
        ]
    return int(counts[0] or 0), int(counts[1] or 0)


def claiming_workers(store: Store, actor: Actor) -> frozenset[str]:
    """Workers that hold claims."""
    check_reader(actor)
    table = OutboxMessageRow
    statement = sa.select(table.claimed_by).where(table.state == MessageState.SENDING.value).distinct()
    with store.read() as session:
        return frozenset(str(worker) for worker in session.scalars(statement))
