"""Put messages on their way: each key once."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.outbox import NewMessage
from monitor.store import Insert, Store
from monitor.tables import OutboxMessageRow


def enqueue_messages(store: Store, actor: Actor, messages: Sequence[NewMessage]) -> int:
    """Queue the messages whose keys are not there yet.

    Returns
    -------
    int
        How many were new.
    """
    actor.check(Role.ADMIN, action="queue messages")
    with store.write(actor) as transaction:
        keys = [message.key for message in messages]
        statement = sa.select(OutboxMessageRow.key).where(OutboxMessageRow.key.in_(keys))
        held = {row.key for row in transaction.rows(statement)}
        fresh = {message.key: _row(message) for message in messages if message.key not in held}
        if fresh:
            audit = AuditEntry("messages_queued", "outbox", "queue", "queued", new={"keys": list(fresh)})
            transaction.insert(Insert(OutboxMessageRow, list(fresh.values())), audit=audit)
    return len(fresh)


def _row(message: NewMessage) -> dict[str, Any]:
    plain = ("key", "period", "recipient", "channel", "address", "language", "subject", "html", "text")
    return {
        **{name: getattr(message, name) for name in plain},
        "kind": message.kind.value,
        "pictures": [
            {"cid": picture.cid, "content": base64.b64encode(picture.content).decode()}
            for picture in message.pictures
        ],
        "headers": dict(message.headers),
        "targets": list(message.targets),
        "not_before": message.not_before,
    }
