"""Commands of whoever sends: claim what is due, mark, record, release, recover, let old news expire.

A claim is a conditional update that counts up `claims`; every later step of that claim names worker
and number, so that a worker whose claim was taken back changes nothing and hands nothing over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from monitor.commands.outbox import ENDED
from monitor.core.access import Actor, Role
from monitor.core.outbox import (
    AttemptOutcome,
    MessageKind,
    MessageState,
    NewAttempt,
    OutboxMessage,
    Picture,
)
from monitor.letters import message_id_of
from monitor.rows import attempt_row, message_from
from monitor.store import Store
from monitor.tables import DeliveryAttemptRow, OutboxMessageRow, OutboxPictureRow
from monitor.work import WorkTransaction

_SENDING = "send messages"
_Row = OutboxMessageRow

STATE_AFTER = {
    AttemptOutcome.DELIVERED: MessageState.DELIVERED,
    AttemptOutcome.PERMANENT: MessageState.FAILED,
    AttemptOutcome.UNCERTAIN: MessageState.UNCERTAIN,
    AttemptOutcome.TEMPORARY: MessageState.QUEUED,
}
"""What an attempt makes of a message; a temporary failure that is not tried again has failed."""


def claim_messages(
    store: Store,
    actor: Actor,
    *,
    worker: str,
    now: dt.datetime,
    limit: int,
    domain: str,
    per_minute: int | None = None,
    without_channels: Collection[str] = (),
) -> tuple[OutboxMessage, ...]:
    """Take messages that are due, urgent ones first; no other worker gets them.

    Parameters
    ----------
    worker : str
        Who takes them.
    now : datetime.datetime
        What is due by then.
    limit : int
        At most so many.
    domain : str
        Right-hand side of the `Message-ID` that a message gets with its first claim and keeps.
    per_minute : int or None
        At most so many attempts a minute, of all workers together.
    without_channels : collection of str
        Channels that are left alone.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    StoreError
        If the database does not answer.
    """
    actor.check(Role.PLANNER, action=_SENDING)
    with store.work() as transaction:
        if per_minute is not None:
            limit = min(limit, per_minute - _attempted_lately(transaction, now))
        due = _due(transaction, now=now, limit=limit, without=without_channels) if limit > 0 else []
        named = {
            row.id: row.message_id or message_id_of(row.key, row.queued_at, domain=domain) for row in due
        }
        taken = _claim(transaction, named, worker=worker, now=now)
        pictures = _pictures(transaction, [row.key for row in due])
    return tuple(
        replace(
            message_from(row, pictures.get(row.key, ())),
            state=MessageState.SENDING,
            message_id=named[row.id],
            claims=row.claims + 1,
            claimed_by=worker,
            claimed_at=now,
            handing_over_at=None,
        )
        for row in due
        if row.id in taken
    )


def expire_messages(store: Store, actor: Actor, *, now: dt.datetime, after_days: float) -> int:
    """Cancel queued messages that were first due too long ago: old news is not sent after a long stop.

    Parameters
    ----------
    after_days : float
        So long after it was first due nobody is told any more; settling a message to queued makes it
        due anew. [d]

    Returns
    -------
    int
        Messages that were cancelled.
    """
    actor.check(Role.PLANNER, action=_SENDING)
    reason = f"Not sent: it was due more than {after_days:g} days ago."
    values = {"state": MessageState.CANCELLED.value, "ended_at": now, "last_error": reason}
    with store.work() as transaction:
        return transaction.update(
            _Row,
            _Row.state == MessageState.QUEUED.value,
            _Row.first_due_at < now - dt.timedelta(days=after_days),
            values=values,
        )


def _attempted_lately(transaction: WorkTransaction, now: dt.datetime) -> int:
    """Attempts of the last minute, ended or under way; what a clock that ran ahead stamped is not of it."""
    minute = now - dt.timedelta(minutes=1)
    began = DeliveryAttemptRow.started_at
    ended = sa.select(sa.func.count()).where(began > minute, began <= now)
    under_way = sa.select(sa.func.count()).where(
        _Row.state == MessageState.SENDING.value, _Row.claimed_at > minute, _Row.claimed_at <= now
    )
    return sum(int(transaction.rows(statement)[0][0]) for statement in (ended, under_way))


def _due(
    transaction: WorkTransaction, *, now: dt.datetime, limit: int, without: Collection[str]
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    urgency = sa.case(
        (_Row.kind == MessageKind.URGENT.value, 0), (_Row.kind == MessageKind.TEST.value, 0), else_=1
    )
    statement = (
        sa.select(*_Row.__table__.c)
        .where(_Row.state == MessageState.QUEUED.value, _Row.next_attempt_at <= now)
        .order_by(urgency, _Row.next_attempt_at, _Row.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # SQLite has one writer and leaves it out
    )
    if without:
        statement = statement.where(_Row.channel.not_in(sorted(without)))
    return transaction.rows(statement)


def _claim(
    transaction: WorkTransaction, named: Mapping[int, str], *, worker: str, now: dt.datetime
) -> set[int]:
    """Take the messages that are still free, and give each its `Message-ID`; gives the ids of those taken."""
    if not named:
        return set()
    values = {
        "state": MessageState.SENDING.value,
        "message_id": sa.case(dict(named), value=_Row.id),
        "claims": _Row.claims + 1,
        "claimed_by": worker,
        "claimed_at": now,
        "handing_over_at": None,
    }
    still_free = (_Row.id.in_(named), _Row.state == MessageState.QUEUED.value)
    return transaction.take(_Row, *still_free, values=values)


def _pictures(transaction: WorkTransaction, keys: Collection[str]) -> dict[str, tuple[Picture, ...]]:
    """The pictures of messages by key."""
    table = OutboxPictureRow
    statement = sa.select(table.message_key, table.cid, table.content).where(table.message_key.in_(keys))
    found: dict[str, tuple[Picture, ...]] = {}
    for row in transaction.rows(statement.order_by(table.message_key, table.position)):
        found[row.message_key] = (*found.get(row.message_key, ()), Picture(row.cid, row.content))
    return found


def begin_handing_over(store: Store, actor: Actor, claimed: OutboxMessage, *, now: dt.datetime) -> bool:
    """Mark, durably, that the text is about to be handed over.

    Whoever finds the mark later must take it that the server may have the message. False means that
    the claim was taken back meanwhile: nothing may be handed over.

    Raises
    ------
    StoreError
        If the database does not answer; nothing may be handed over then either.
    """
    actor.check(Role.PLANNER, action=_SENDING)
    with store.work() as transaction:
        held = _held_by(claimed, MessageState.SENDING)
        return transaction.update(_Row, *held, values={"handing_over_at": now}) == 1


def _held_by(claimed: OutboxMessage, *states: MessageState) -> tuple[sa.ColumnElement[bool], ...]:
    """That a message is still the one that was claimed, in one of the states."""
    return (
        _Row.id == claimed.id,
        _Row.claimed_by == claimed.claimed_by,
        _Row.claims == claimed.claims,
        _Row.state.in_([state.value for state in states]),
        _Row.settled_by.is_(None),
    )


def record_attempt(
    store: Store,
    actor: Actor,
    claimed: OutboxMessage,
    attempt: NewAttempt,
    *,
    next_attempt_at: dt.datetime | None = None,
) -> bool:
    """Store how an attempt ended, and what becomes of the message.

    A worker so slow that its claim was declared uncertain is still believed: it knows better. The
    attempt itself is stored in any case.

    Parameters
    ----------
    claimed : OutboxMessage
        As `claim_messages` gave it.
    attempt : NewAttempt
        What happened.
    next_attempt_at : datetime.datetime or None
        For a temporary failure, when to try again; None gives up.

    Returns
    -------
    bool
        Whether the message changed; False if the claim was taken back, or a person settled it.

    Raises
    ------
    StoreError
        If the database does not answer; the same call may be repeated.
    """
    actor.check(Role.PLANNER, action=_SENDING)
    with store.work() as transaction:
        changed = transaction.update(
            _Row,
            *_held_by(claimed, MessageState.SENDING, MessageState.UNCERTAIN),
            values=_after(attempt, next_attempt_at),
        )
        # The message has left this claim, which it does once, unless it is uncertain.
        is_first = changed == 1 and attempt.outcome is not AttemptOutcome.UNCERTAIN
        if is_first or not _is_stored(transaction, claimed, attempt):
            _insert_attempt(transaction, claimed.id, str(claimed.claimed_by), attempt)
    return changed == 1


def _is_stored(transaction: WorkTransaction, claimed: OutboxMessage, attempt: NewAttempt) -> bool:
    """Whether the attempt was recorded before, and only the answer to it lost."""
    table = DeliveryAttemptRow
    same = (
        table.message == claimed.id,
        table.worker == claimed.claimed_by,
        table.started_at == attempt.started_at,
        table.outcome == attempt.outcome.value,
    )
    return bool(transaction.rows(sa.select(table.id).where(*same)))


def _after(attempt: NewAttempt, next_attempt_at: dt.datetime | None) -> dict[str, Any]:
    """Columns of a message after an attempt."""
    state = STATE_AFTER[attempt.outcome]
    if state is MessageState.QUEUED and next_attempt_at is None:
        state = MessageState.FAILED
    values: dict[str, Any] = {
        "state": state.value,
        "attempts": _Row.attempts + 1,
        "last_error": attempt.error,
        "ended_at": attempt.finished_at if state in ENDED else None,
    }
    if state is MessageState.QUEUED:
        values["next_attempt_at"] = next_attempt_at
    if state is not MessageState.UNCERTAIN:
        values |= {"claimed_by": None, "claimed_at": None, "handing_over_at": None}
    return values


def _insert_attempt(transaction: WorkTransaction, message: int, worker: str, attempt: NewAttempt) -> None:
    table = DeliveryAttemptRow
    before = sa.select(sa.func.coalesce(sa.func.max(table.number), 0)).where(table.message == message)
    row = attempt_row(message, worker, attempt)
    transaction.insert(table, {**row, "number": before.scalar_subquery() + 1})


def release_claims(store: Store, actor: Actor, claimed: Sequence[OutboxMessage], *, reason: str) -> int:
    """Put claimed messages back of which nothing was handed over.

    Parameters
    ----------
    claimed : sequence of OutboxMessage
        As `claim_messages` gave them.
    reason : str
        Why they were not tried, in a sentence.

    Returns
    -------
    int
        Messages that are queued again; one with a mark stays as it is.
    """
    actor.check(Role.PLANNER, action=_SENDING)
    with store.work() as transaction:
        return sum(
            transaction.update(
                _Row,
                *_held_by(message, MessageState.SENDING),
                _Row.handing_over_at.is_(None),
                values=_queued_again(reason),
            )
            for message in claimed
        )


def _queued_again(reason: str) -> dict[str, Any]:
    queued = MessageState.QUEUED.value
    return {"state": queued, "claimed_by": None, "claimed_at": None, "last_error": reason}


def recover_messages(
    store: Store,
    actor: Actor,
    *,
    now: dt.datetime,
    claimed_before: dt.datetime,
    gone_workers: Collection[str] = (),
) -> tuple[int, int]:
    """Settle the claims of workers that ended, or hold them too long.

    Parameters
    ----------
    now : datetime.datetime
        When this happens.
    claimed_before : datetime.datetime
        Older claims are taken back, whoever holds them.
    gone_workers : collection of str
        Workers known to have ended; theirs are taken back at any age.

    Returns
    -------
    (int, int)
        Messages queued again, of which nothing was handed over; and messages that are uncertain.
    """
    actor.check(Role.PLANNER, action=_SENDING)
    given_up = sa.or_(_Row.claimed_at < claimed_before, _Row.claimed_by.in_(sorted(gone_workers)))
    taken = (_Row.state == MessageState.SENDING.value, given_up)
    with store.work() as transaction:
        untouched = (*taken, _Row.handing_over_at.is_(None))
        reason = "The sending process ended or stood still before anything was handed over."
        queued = transaction.update(_Row, *untouched, values=_queued_again(reason))
        marked = transaction.rows(sa.select(*_Row.__table__.c).where(*taken))
        return queued, sum(_declare_uncertain(transaction, row, now=now) for row in marked)


def _declare_uncertain(
    transaction: WorkTransaction, row: sa.Row[*tuple[Any, ...]], *, now: dt.datetime
) -> int:
    error = "The sending process ended or stood still after the text may have been handed over."
    attempt = NewAttempt(AttemptOutcome.UNCERTAIN, row.handing_over_at, now, "", "", error)
    still = (_Row.id == row.id, _Row.claims == row.claims, _Row.state == MessageState.SENDING.value)
    changed = transaction.update(_Row, *still, values=_after(attempt, None))
    if changed:
        _insert_attempt(transaction, row.id, row.claimed_by, attempt)
    return changed
