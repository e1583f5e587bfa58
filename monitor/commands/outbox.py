"""Commands of the outbox but for sending, which is `monitor.commands.delivering`: queue, settle, cancel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.errors import NotFoundError, OutboxError
from monitor.core.outbox import (
    MessageState,
    NewMessage,
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


def settle_message(store: Store, actor: Actor, message_id: int, *, state: MessageState, reason: str) -> None:
    """Decide what became of an uncertain message, or send a failed one again, to the address held now.

    Parameters
    ----------
    message_id : int
        Its number.
    state : MessageState
        delivered, failed or queued for an uncertain message; queued for a failed one.
    reason : str
        How that is known, or why it is sent again.

    Raises
    ------
    OutboxError
        If the message is not in a state to be settled so, or the reason is empty.
    NotFoundError, PermissionDeniedError
        If there is none, or the actor is no administrator.
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
    _decide(
        store,
        actor,
        message_id,
        allowed=tuple(seen for seen, states in _SETTLEMENTS.items() if state in states),
        values=values,
        action="message_settled",
        reason=reason,
    )


def cancel_message(store: Store, actor: Actor, message_id: int, *, reason: str) -> None:
    """Take a queued message back; it is never sent.

    Raises
    ------
    OutboxError
        If it is not queued any more, or the reason is empty.
    NotFoundError, PermissionDeniedError
        If there is none, or the actor is no administrator.
    """
    actor.check(Role.ADMIN, action="cancel messages")
    _decide(
        store,
        actor,
        message_id,
        allowed=(MessageState.QUEUED,),
        values={"state": MessageState.CANCELLED.value},
        action="message_cancelled",
        reason=reason,
    )


def _decide(
    store: Store,
    actor: Actor,
    message_id: int,
    *,
    allowed: tuple[MessageState, ...],
    values: dict[str, Any],
    action: str,
    reason: str,
) -> None:
    """Change a message by a person's decision, if it still stands as that person saw it."""
    wanted = MessageState(values["state"])
    if not reason.strip():
        raise OutboxError(f"Message {message_id} stays as it is: give a reason.")
    with store.write(actor) as transaction:
        columns = (_Row.state, _Row.key, _Row.recipient, _Row.address)
        found = transaction.rows(sa.select(*columns).where(_Row.id == message_id))
        if not found:
            raise NotFoundError("message", str(message_id), "`zhibiao mail list` shows them.")
        seen = MessageState(found[0].state)
        if seen not in allowed:
            raise OutboxError(_refusal(message_id, seen, wanted, allowed))
        ended = transaction.recorded_at if wanted in ENDED else None
        decided = {"settled_by": actor.name, "settled_reason": reason, "ended_at": ended, **values}
        old, new = {"state": seen.value}, {"state": wanted.value}
        held = _address_held(transaction, found[0].recipient) if found[0].address else ""
        if wanted is MessageState.QUEUED and held and held != found[0].address:
            decided["address"] = held
            old, new = {**old, "address": found[0].address}, {**new, "address": held}
        audit = AuditEntry(action, "message", found[0].key, reason, old, new)
        key = {"id": message_id, "state": seen.value}
        if transaction.update(_Row, key=key, values=decided, audit=audit) != 1:
            raise OutboxError(f"Message {message_id} changed at this very moment; look at it again.")


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
