"""Commands of the outbox but for sending, which is `monitor.commands.delivering`: queue, settle, cancel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.errors import NotFoundError, OutboxError, StaleMessageError
from monitor.core.outbox import (
    MessageState,
    NewMessage,
    SeenMessage,
)
from monitor.rows import message_row
from monitor.store import Store
from monitor.tables import OutboxMessageRow, OutboxPictureRow, PersonVersionRow
from monitor.transaction import Insert, Transaction

_CHUNK = 400
_Row = OutboxMessageRow

_SETTLEMENTS = {
    MessageState.UNCERTAIN: (MessageState.DELIVERED, MessageState.FAILED, MessageState.QUEUED),
    MessageState.FAILED: (MessageState.QUEUED,),
}
ENDED = (MessageState.DELIVERED, MessageState.FAILED, MessageState.CANCELLED)
"""States that need nobody any more."""


def enqueue_messages(store: Store, actor: Actor, messages: Sequence[NewMessage]) -> int:
    """Queue messages; one whose key is there already, in whatever state, is left alone.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        A planner, or the job that composed them.
    messages : sequence of NewMessage
        What to send.

    Returns
    -------
    int
        Messages that were added.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="queue messages")
    with store.write(actor) as transaction:
        taken = _taken_keys(transaction, [message.key for message in messages])
        new = {message.key: message for message in messages if message.key not in taken}
        if new:
            _insert_messages(transaction, tuple(new.values()))
    return len(new)


def _taken_keys(transaction: Transaction, keys: Sequence[str]) -> set[str]:
    return {
        row.key
        for start in range(0, len(keys), _CHUNK)
        for row in transaction.rows(sa.select(_Row.key).where(_Row.key.in_(keys[start : start + _CHUNK])))
    }


def _insert_messages(transaction: Transaction, messages: Sequence[NewMessage]) -> None:
    now = transaction.recorded_at
    rows = [{**message_row(message), **_as_queued(message.not_before, now)} for message in messages]
    pictures = [
        {"message_key": message.key, "position": position, "cid": picture.cid, "content": picture.content}
        for message in messages
        for position, picture in enumerate(message.pictures)
    ]
    first = messages[0]
    kinds = sorted({message.kind.value for message in messages})
    audit = AuditEntry(
        "messages_queued",
        "outbox",
        first.period,
        f"{', '.join(kinds)} for {first.period}",
        new={"messages": len(messages), "keys": [message.key for message in messages]},
    )
    transaction.insert(Insert(_Row, rows), Insert(OutboxPictureRow, pictures), audit=audit)


def _as_queued(not_before: dt.datetime | None, now: dt.datetime) -> dict[str, Any]:
    due = now if not_before is None else max(now, not_before)
    return {
        "message_id": None,
        "state": MessageState.QUEUED.value,
        "queued_at": now,
        "first_due_at": due,
        "next_attempt_at": due,
        "attempts": 0,
        "claims": 0,
        "claimed_by": None,
        "claimed_at": None,
        "handing_over_at": None,
        "last_error": "",
        "ended_at": None,
        "settled_by": None,
        "settled_reason": None,
    }


def settle_message(
    store: Store, actor: Actor, message_id: int, *, seen: SeenMessage, state: MessageState, reason: str
) -> None:
    """Decide what became of one message; see `settle_messages`."""
    settle_messages(store, actor, {message_id: seen}, state=state, reason=reason)


def settle_messages(
    store: Store, actor: Actor, seen: Mapping[int, SeenMessage], *, state: MessageState, reason: str
) -> int:
    """Decide what became of uncertain messages, or send failed ones again, to the addresses held now.

    All of them or none: one that cannot be settled so leaves the others as they are. So does one that
    moved on since it was looked at: what failed then may have been sent since, and would be sent twice.

    Parameters
    ----------
    seen : mapping of int to SeenMessage
        Their numbers, and how each stood when the person looked at it.
    state : MessageState
        delivered, failed or queued for an uncertain message; queued for a failed one.
    reason : str
        How that is known, or why they are sent again.

    Returns
    -------
    int
        How many were settled.

    Raises
    ------
    StaleMessageError
        If a message does not stand as it was seen.
    OutboxError
        If a message is not in a state to be settled so, or the reason is empty.
    NotFoundError, PermissionDeniedError
        If there is no such message, or the actor is no administrator.
    """
    actor.check(Role.ADMIN, action="settle messages")
    values: dict[str, Any] = {
        "state": state.value,
        "claimed_by": None,
        "claimed_at": None,
        "handing_over_at": None,
    }
    if state is MessageState.QUEUED:
        now = store.clock.now()
        values |= {"first_due_at": now, "next_attempt_at": now, "attempts": 0, "ended_at": None}
        values |= {"settled_by": None, "settled_reason": None}
    allowed = tuple(before for before, states in _SETTLEMENTS.items() if state in states)
    return _decide(
        store, actor, seen, allowed=allowed, values=values, action="message_settled", reason=reason
    )


def cancel_message(store: Store, actor: Actor, message_id: int, *, reason: str) -> None:
    """Take one queued message back; see `cancel_messages`."""
    cancel_messages(store, actor, [message_id], reason=reason)


def cancel_messages(store: Store, actor: Actor, message_ids: Collection[int], *, reason: str) -> int:
    """Take queued messages back, all of them or none; they are never sent.

    Returns
    -------
    int
        How many were taken back.

    Raises
    ------
    OutboxError
        If one is not queued any more, or the reason is empty.
    NotFoundError, PermissionDeniedError
        If there is no such message, or the actor is no administrator.
    """
    actor.check(Role.ADMIN, action="cancel messages")
    return _decide(
        store,
        actor,
        dict.fromkeys(message_ids),
        allowed=(MessageState.QUEUED,),
        values={"state": MessageState.CANCELLED.value},
        action="message_cancelled",
        reason=reason,
    )


def _decide(
    store: Store,
    actor: Actor,
    messages: Mapping[int, SeenMessage | None],
    *,
    allowed: tuple[MessageState, ...],
    values: dict[str, Any],
    action: str,
    reason: str,
) -> int:
    """Change messages by a person's decision, if each still stands as that person saw it.

    Without how it was seen, a message must stand in one of the states allowed.
    """
    wanted = MessageState(values["state"])
    numbers = sorted(messages)
    if not reason.strip():
        which = ", ".join(map(str, numbers))
        stay = "Message {} stays as it is" if len(numbers) == 1 else "Messages {} stay as they are"
        raise OutboxError(f"{stay.format(which)}: give a reason.")
    with store.write(actor) as transaction:
        for number in numbers:
            found = _standing(transaction, number, wanted, allowed, seen=messages[number])
            decided, audit = _decision(transaction, found, values, action=action, reason=reason)
            key = {"id": number, "state": found.state, "claims": found.claims}
            if transaction.update(_Row, key=key, values=decided, audit=audit) != 1:
                raise OutboxError(f"Message {number} changed at this very moment; look at it again.")
    return len(numbers)


def _standing(
    transaction: Transaction,
    number: int,
    wanted: MessageState,
    allowed: tuple[MessageState, ...],
    *,
    seen: SeenMessage | None,
) -> sa.Row[Any]:
    """A message as it stands, if it stands as it was seen and may become what is wanted."""
    columns = (_Row.id, _Row.state, _Row.claims, _Row.key, _Row.recipient, _Row.address)
    found = transaction.rows(sa.select(*columns).where(_Row.id == number))
    if not found:
        raise NotFoundError("message", str(number), "`zhibiao mail list` shows them.")
    current = SeenMessage(MessageState(found[0].state), found[0].claims)
    if seen is not None and current != seen:
        raise StaleMessageError(
            number, seen=(seen.state.value, seen.claims), current=(current.state.value, current.claims)
        )
    if current.state not in allowed:
        raise OutboxError(_refusal(number, current.state, wanted, allowed))
    return found[0]


def _decision(
    transaction: Transaction, seen: sa.Row[Any], values: dict[str, Any], *, action: str, reason: str
) -> tuple[dict[str, Any], AuditEntry]:
    """What is written of one message, and the account of it."""
    wanted = MessageState(values["state"])
    ended = transaction.recorded_at if wanted in ENDED else None
    decided = {"settled_by": transaction.actor, "settled_reason": reason, "ended_at": ended, **values}
    old, new = {"state": seen.state}, {"state": wanted.value}
    held = _address_held(transaction, seen.recipient) if seen.address else ""
    if wanted is MessageState.QUEUED and held and held != seen.address:
        decided["address"] = held
        old, new = {**old, "address": seen.address}, {**new, "address": held}
    return decided, AuditEntry(action, "message", seen.key, reason, old, new)


def _address_held(transaction: Transaction, code: str) -> str:
    """The e-mail address of a person as of now; empty if there is none, or no such person."""
    versions = PersonVersionRow
    statement = sa.select(versions.document).where(versions.code == code)
    rows = transaction.rows(statement.order_by(versions.version.desc()).limit(1))
    return str(rows[0].document["email"] or "") if rows else ""


def _refusal(
    message_id: int, seen: MessageState, wanted: MessageState, allowed: tuple[MessageState, ...]
) -> str:
    only = " or ".join(state.value for state in allowed)
    return (
        f"Message {message_id} is {seen.value} and cannot become {wanted.value}; "
        f"{f'only one that is {only}' if only else 'none'} can."
    )
