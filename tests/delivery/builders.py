"""Messages, settings of delivery, and one round of it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from monitor import queries
from monitor.config.mail import MailSettings, SenderEntry, ServerEntry
from monitor.core.outbox import MessageKind, NewMessage, OutboxMessage, Picture, RetryPolicy
from monitor.delivery import DeliverySummary, deliver_due
from monitor.store import Store
from tests.monitor.builders import ADMIN, FakeClock

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
WORKER = "elsewhere:1:1"


def message(recipient: str = "zhang_wei", **changes: Any) -> NewMessage:
    described: dict[str, Any] = {
        "key": f"digest/2026-W47/{recipient}/{changes.get('channel', 'email')}",
        "kind": MessageKind.DIGEST,
        "period": "2026-W47",
        "recipient": recipient,
        "channel": "email",
        "address": f"{recipient}@example.org",
        "language": "zh",
        "subject": "【周报】绵阳市 2 项预警，1 项转绿",
        "html": '<p>本周有 2 项预警。</p><img src="cid:trend" alt="23 %">',
        "text": "本周有 2 项预警。\n.以点开头的一行\n",
        "pictures": (Picture("trend", PNG),),
        "headers": {"List-Unsubscribe": f"<https://example.org/leave?token={'x' * 120}>"},
        "targets": ("mianyang_hightech_2025",),
    }
    return NewMessage(**{**described, **changes})


def mail_settings(port: int, *, security: str = "none", **changes: Any) -> MailSettings:
    server = ServerEntry(
        host="127.0.0.1",
        port=port,
        security=security,
        user=changes.pop("user", None),
        ca_file=changes.pop("ca_file", None),
        connect_timeout_s=changes.pop("connect_timeout_s", 5),
        command_timeout_s=changes.pop("command_timeout_s", 5),
        final_reply_timeout_s=changes.pop("final_reply_timeout_s", 5),
        connections=changes.pop("connections", 3),
    )
    described: dict[str, Any] = {
        "enabled": True,
        "public_url": "https://example.org",
        "sender": SenderEntry(name="指标监测", address="monitor@example.org", reply_to=None),
        "server": server,
        "password": None,
        "retries": RetryPolicy(60, 7200, 5, 3),
        "per_minute": None,
        "lease_s": 600,
        "channels": {},
    }
    return MailSettings(**{**described, **changes})


def a_round(
    store: Store, clock: FakeClock, mail: MailSettings, *, limit: int | None = None
) -> DeliverySummary:
    return deliver_due(
        store,
        ADMIN,
        mail,
        clock=clock,
        random=random.Random(1),
        worker=WORKER,
        limit=limit,
        pause=lambda _: None,
    )


def the_message(store: Store, number: int = 1) -> OutboxMessage:
    return queries.get_message(store, ADMIN, number)


def sqlite_store(folder: Path, template: Path, clock: FakeClock) -> Store:
    copied = folder / "mail.db"
    copied.write_bytes(template.read_bytes())
    return Store(f"sqlite:///{copied}", clock)
