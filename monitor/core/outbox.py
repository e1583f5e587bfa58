"""Messages on their way: what is queued, what states it passes through, how one attempt may end.

Whoever composes a message hands a `NewMessage` to `monitor.commands.enqueue_messages`; a message with
the same `key` is queued once, however often it is asked for. `monitor.delivery` sends what is queued.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class MessageKind(StrEnum):
    """What a message is."""

    DIGEST = "digest"
    URGENT = "urgent"
    REMINDER = "reminder"
    TEST = "test"


class MessageState(StrEnum):
    """Where a message stands; the last four are final until a person decides otherwise.

    `sending` belongs to the process that claimed it. `uncertain` may have been accepted: the server hung
    up after the text was handed over, or the sender died while sending; a person settles it.
    """

    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Picture:
    """An inline picture of a message.

    Parameters
    ----------
    cid : str
        Its name in the HTML, `cid:NAME`.
    content : bytes
        PNG.
    """

    cid: str
    content: bytes


@dataclass(frozen=True)
class NewMessage:
    """A message about to be queued.

    Parameters
    ----------
    key : str
        What makes it the only one of its kind: kind, period, recipient and channel, such as
        `digest/2026-W47/zhang_wei/email`.
    kind : MessageKind
        What it is.
    period : str
        Week (2026-W47), month (2026-11) or day (2026-11-22) it tells about.
    recipient : str
        Code of the person.
    channel : str
        `email`, or the name of a channel of `configs/mail.yaml`.
    address : str
        E-mail address; empty for other channels, whose address is a secret of the configuration.
    language : str
        `zh` or `en`.
    subject : str
        One line.
    html, text : str
        Equal in content; `html` may be empty for other channels.
    pictures : tuple of Picture
        Those the HTML refers to.
    headers : mapping
        Further headers, such as `List-Unsubscribe`.
    targets : tuple of str
        Codes of the targets it tells about.
    not_before : datetime.datetime or None
        Earliest moment of sending, aware.
    """

    key: str
    kind: MessageKind
    period: str
    recipient: str
    channel: str
    address: str
    language: str
    subject: str
    html: str
    text: str
    pictures: tuple[Picture, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    not_before: dt.datetime | None = None
