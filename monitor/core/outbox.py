"""Messages on their way: what is queued, what states it passes through, how one attempt may end.

Whoever composes a message hands a `NewMessage` to `monitor.commands.enqueue_messages`; a message with
the same `key` is queued once, however often it is asked for. `monitor.delivery` sends what is queued.
"""

from __future__ import annotations

import datetime as dt
import random
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


class AttemptOutcome(StrEnum):
    """How one attempt to deliver a message ended.

    `temporary` and `permanent` are certain not to have been accepted; `uncertain` is not.
    """

    DELIVERED = "delivered"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNCERTAIN = "uncertain"


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


@dataclass(frozen=True)
class SeenMessage:
    """How a message stood when a person looked at it: every sending in between adds a claim."""

    state: MessageState
    claims: int


@dataclass(frozen=True)
class OutboxMessage:
    """A message in the outbox.

    Parameters
    ----------
    id : int
        Its number.
    message : NewMessage
        What is sent, as it was queued.
    message_id : str or None
        Its `Message-ID`, made when it is first claimed and kept ever after.
    state : MessageState
        Where it stands.
    queued_at, first_due_at, next_attempt_at : datetime.datetime
        When it was queued, when sending was first due (or asked for again), and when it is due now.
    attempts : int
        Ended attempts since `first_due_at`.
    claims : int
        How often it was claimed; the number of the claim in force fences off all earlier ones.
    claimed_by : str or None
        Worker that has or had it.
    claimed_at, handing_over_at : datetime.datetime or None
        When that worker took it, and when it was about to hand the text to the server.
    last_error : str
        Why it is not delivered, in a sentence; empty if there is nothing to say.
    ended_at : datetime.datetime or None
        When it was delivered, failed or cancelled.
    settled_by, settled_reason : str or None
        Who decided its state, and why, where a person did.
    """

    id: int
    message: NewMessage
    message_id: str | None
    state: MessageState
    queued_at: dt.datetime
    first_due_at: dt.datetime
    next_attempt_at: dt.datetime
    attempts: int
    claims: int
    claimed_by: str | None
    claimed_at: dt.datetime | None
    handing_over_at: dt.datetime | None
    last_error: str
    ended_at: dt.datetime | None
    settled_by: str | None
    settled_reason: str | None

    @property
    def seen(self) -> SeenMessage:
        """How it stands for whoever looks at it."""
        return SeenMessage(self.state, self.claims)


@dataclass(frozen=True)
class MessageLine:
    """One message of a list: everything but its texts and pictures. Fields as in `OutboxMessage`."""

    id: int
    kind: MessageKind
    period: str
    recipient: str
    channel: str
    address: str
    subject: str
    state: MessageState
    queued_at: dt.datetime
    next_attempt_at: dt.datetime
    attempts: int
    claims: int
    handing_over_at: dt.datetime | None
    last_error: str
    ended_at: dt.datetime | None
    settled_by: str | None
    settled_reason: str | None

    @property
    def seen(self) -> SeenMessage:
        """How it stands for whoever looks at it."""
        return SeenMessage(self.state, self.claims)


@dataclass(frozen=True)
class OutboxPage:
    """Some of the messages a question found, newest first, and how many it found in all."""

    total: int
    messages: tuple[MessageLine, ...]


@dataclass(frozen=True)
class NewAttempt:
    """One attempt, as the one who made it tells it.

    Parameters
    ----------
    outcome : AttemptOutcome
        How it ended.
    started_at, finished_at : datetime.datetime
        Aware.
    host : str
        Server and port, or the name of the channel.
    reply : str
        What the server answered last; empty if it did not.
    error : str
        Why it was not delivered, in a sentence; empty if it was.
    """

    outcome: AttemptOutcome
    started_at: dt.datetime
    finished_at: dt.datetime
    host: str
    reply: str
    error: str


@dataclass(frozen=True)
class DeliveryAttempt:
    """A stored attempt: the `number`-th of message `message`, made by `worker`."""

    message: int
    number: int
    worker: str
    attempt: NewAttempt


@dataclass(frozen=True)
class OutboxAge:
    """How long messages have been waiting.

    Parameters
    ----------
    counts : mapping of MessageState to int
        Messages in each state.
    oldest_due_at : datetime.datetime or None
        When the longest-waiting unsent message was first due; None if none is due.
    """

    counts: Mapping[MessageState, int]
    oldest_due_at: dt.datetime | None


@dataclass(frozen=True)
class RetryPolicy:
    """When to try again, and when to give up.

    Parameters
    ----------
    first_delay_s, longest_delay_s : float
        Delay after the first attempt, doubled after each further one up to the longest. [s]
    most_attempts : int
        After so many ended attempts a message has failed.
    give_up_after_days : float
        So long after it was first due it has failed. [d]
    """

    first_delay_s: float
    longest_delay_s: float
    most_attempts: int
    give_up_after_days: float

    def next_attempt_at(
        self, *, attempts: int, first_due_at: dt.datetime, now: dt.datetime, generator: random.Random
    ) -> dt.datetime | None:
        """The moment to try again, a quarter earlier or later at random; None to give up.

        Parameters
        ----------
        attempts : int
            Ended attempts, the last one included.
        first_due_at, now : datetime.datetime
            Aware.
        generator : random.Random
            Source of the jitter, which keeps messages that failed together from coming back together.
        """
        if attempts >= self.most_attempts:
            return None
        # The exponent is bounded: 2.0 ** 2000 overflows long after the delay stopped growing.
        delay = min(self.first_delay_s * 2.0 ** min(attempts - 1, 60), self.longest_delay_s)
        moment = now + dt.timedelta(seconds=delay * generator.uniform(0.75, 1.25))
        given_up = first_due_at + dt.timedelta(days=self.give_up_after_days)
        return None if moment > given_up else moment


@dataclass(frozen=True)
class SentAbout:
    """A message, as far as who was told of which targets.

    Parameters
    ----------
    at : datetime.datetime
        When its last attempt ended; of one never tried, when it was queued.
    """

    kind: MessageKind
    recipient: str
    targets: tuple[str, ...]
    state: MessageState
    at: dt.datetime
