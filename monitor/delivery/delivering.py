"""One round of delivery: claim what is due, hand it over, record how it went."""

from __future__ import annotations

import random as random_module
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from monitor import commands
from monitor.clock import Clock
from monitor.config import MailSettings
from monitor.config.mail import EMAIL
from monitor.core.access import Actor
from monitor.core.errors import StoreError
from monitor.core.outbox import AttemptOutcome, MessageState, NewAttempt, OutboxMessage
from monitor.delivery.channels import ChannelTransport
from monitor.delivery.results import ClaimLostError, Result, permanent, temporary
from monitor.delivery.smtp import SmtpTransport
from monitor.letters import UnsendableError, write_letter
from monitor.queries import Store

_BATCH = 50
_PATIENCE_S = (0.2, 1.0, 5.0, 15.0, 30.0)
"""Waits between tries to record an attempt while the database does not answer. [s]"""

Pause = Callable[[float], None]


@dataclass(frozen=True)
class DeliverySummary:
    """What one round did.

    Parameters
    ----------
    delivered, retried, failed, uncertain : int
        Attempts by what became of the message; `retried` ones wait for another attempt.
    claims_lost : int
        Messages whose claim was taken back before anything was handed over.
    warnings : tuple of str
        What a person should know, one sentence a cause: mail switched off, a server that cannot be
        reached or refuses the sign-in.
    """

    delivered: int = 0
    retried: int = 0
    failed: int = 0
    uncertain: int = 0
    claims_lost: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def attempts(self) -> int:
        """Messages that were tried."""
        return self.delivered + self.retried + self.failed + self.uncertain


def deliver_due(
    store: Store,
    actor: Actor,
    mail: MailSettings,
    *,
    clock: Clock,
    random: random_module.Random,
    worker: str,
    limit: int | None = None,
    pause: Pause = time.sleep,
) -> DeliverySummary:
    """Send what is due, over several connections to the mail server; several workers may do so at once.

    Parameters
    ----------
    store : Store
        Where the outbox is.
    actor : Actor
        A planner, or the job that sends.
    mail : MailSettings
        How to send.
    clock : Clock
        What is due, and when attempts began and ended.
    random : random.Random
        Jitter of delays.
    worker : str
        Who sends; see `worker_identity`.
    limit : int, optional
        At most so many messages; all that are due by default.
    pause : callable
        Waits some seconds while the database does not answer.

    Returns
    -------
    DeliverySummary
        Also when nothing could be sent: why stands in its warnings.

    Raises
    ------
    StoreError
        If the database does not answer. Claims that cannot be given back then are recovered later.
    PermissionDeniedError
        If the actor is no planner.
    """
    if not mail.enabled:
        told = "Delivery is switched off (enabled in configs/mail.yaml); messages wait in the outbox."
        return DeliverySummary(warnings=(told,))
    delivery = _Round(store, actor, mail, clock=clock, random=random, worker=worker, pause=pause)
    try:
        delivery.run(limit)
    finally:
        delivery.close()
    return delivery.summary()


class _Batch:
    """Claimed messages that several connections work off, each by one of them.

    Parameters
    ----------
    claimed : sequence of OutboxMessage
        In the order they are sent.
    stopped : mapping
        Channels given up on, which may grow meanwhile; their messages are left untried.
    """

    def __init__(self, claimed: Sequence[OutboxMessage], stopped: Mapping[str, str]) -> None:
        self._waiting, self._untried, self._stopped = deque(claimed), list[OutboxMessage](), stopped
        self._mutex = threading.Lock()

    def take(self) -> OutboxMessage | None:
        """The next one to try; None if there is none."""
        with self._mutex:
            while self._waiting:
                message = self._waiting.popleft()
                if message.message.channel not in self._stopped:
                    return message
                self._untried.append(message)
        return None

    def break_off(self) -> tuple[OutboxMessage, ...]:
        """Give out no more; gives the messages that were not tried."""
        with self._mutex:
            self._untried += self._waiting
            self._waiting.clear()
            return tuple(self._untried)


class _Round:
    """The state of one round: connections, channels given up on, and what became of the messages."""

    def __init__(
        self,
        store: Store,
        actor: Actor,
        mail: MailSettings,
        *,
        clock: Clock,
        random: random_module.Random,
        worker: str,
        pause: Pause,
    ) -> None:
        self._store, self._actor, self._mail = store, actor, mail
        self._clock, self._random, self._worker, self._pause = clock, random, worker, pause
        self._connections = [SmtpTransport(mail) for _ in range(mail.server.connections)]
        self._channels: dict[str, ChannelTransport] = {}
        self._stopped: dict[str, str] = {}
        self._ends: Counter[MessageState] = Counter()
        self._claims_lost = 0
        self._counting, self._channel_turn = threading.Lock(), threading.Lock()

    def run(self, limit: int | None) -> None:
        """Claim and deliver until nothing is due, or the limit is reached."""
        commands.expire_messages(
            self._store, self._actor, now=self._clock.now(), after_days=self._mail.expire_after_days
        )
        left = limit
        while left is None or left > 0:
            batch = commands.claim_messages(
                self._store,
                self._actor,
                worker=self._worker,
                now=self._clock.now(),
                limit=_BATCH if left is None else min(_BATCH, left),
                domain=self._mail.sender.domain,
                per_minute=self._mail.per_minute,
                without_channels=self._stopped,
            )
            if not batch:
                return
            self._deliver_batch(batch)
            left = None if left is None else left - len(batch)

    def close(self) -> None:
        """Close every connection."""
        for each in self._connections:
            each.close()

    def summary(self) -> DeliverySummary:
        """What the round did so far."""
        return DeliverySummary(
            delivered=self._ends[MessageState.DELIVERED],
            retried=self._ends[MessageState.QUEUED],
            failed=self._ends[MessageState.FAILED],
            uncertain=self._ends[MessageState.UNCERTAIN],
            claims_lost=self._claims_lost,
            warnings=tuple(self._stopped.values()),
        )

    def _deliver_batch(self, claimed: Sequence[OutboxMessage]) -> None:
        """Deliver each; whatever happens, untried ones are given back."""
        batch = _Batch(claimed, self._stopped)
        try:
            # The first goes alone: where the server cannot be reached, no other message meets it.
            first = batch.take()
            if first is not None:
                self._deliver(first, self._connections[0])
            self._deliver_side_by_side(batch)
        finally:
            for message in batch.break_off():
                reason = self._stopped.get(message.message.channel, "The round of delivery was broken off.")
                commands.release_claims(self._store, self._actor, [message], reason=reason)

    def _deliver_side_by_side(self, batch: _Batch) -> None:
        """Work the batch off over every connection; an error in one ends them all after their message."""
        errors: list[BaseException] = []
        # Daemons: a scheduler that gave up waiting for this round must not stand still at its end.
        lanes = [
            threading.Thread(target=self._work_off, args=(batch, each, errors), daemon=True)
            for each in self._connections
        ]
        for lane in lanes:
            lane.start()
        try:
            for lane in lanes:
                lane.join()
        finally:  # also when the one who waits is interrupted
            batch.break_off()
            for lane in lanes:
                lane.join()
        if errors:
            raise errors[0]

    def _work_off(self, batch: _Batch, connection: SmtpTransport, errors: list[BaseException]) -> None:
        """Deliver one after another; what is raised is handed to the thread that waits."""
        try:
            while (message := batch.take()) is not None:
                self._deliver(message, connection)
        except BaseException as error:  # noqa: BLE001 - raised again by the one who waits
            errors.append(error)
            batch.break_off()

    def _deliver(self, message: OutboxMessage, connection: SmtpTransport) -> None:
        """One attempt, recorded."""
        begun = self._clock.now()
        try:
            result, broken = self._attempt(message, connection), None
        except ClaimLostError:
            with self._counting:
                self._claims_lost += 1
            return
        except StoreError as error:
            # The mark may be stored although the answer was lost, but nothing was handed over.
            result, broken = temporary(f"Not handed over: {error}"), error
        attempt = NewAttempt(
            outcome=result.outcome,
            started_at=begun,
            finished_at=self._clock.now(),
            host=self._host(message),
            reply=result.reply,
            error=result.error,
        )
        self._record(message, attempt)
        if result.stops_round:
            self._stopped[message.message.channel] = result.error
        if broken is not None:
            raise broken

    def _host(self, message: OutboxMessage) -> str:
        channel = message.message.channel
        return self._connections[0].host if channel == EMAIL else channel

    def _attempt(self, message: OutboxMessage, connection: SmtpTransport) -> Result:
        hand_over = partial(self._hand_over, message)
        name = message.message.channel
        if name == EMAIL:
            try:
                letter = write_letter(
                    message.message,
                    queued_at=message.queued_at,
                    message_id=message.message_id,
                    sender=self._mail.sender,
                )
            except UnsendableError as error:
                return permanent(str(error))
            return connection.send(letter, hand_over)
        if name not in self._mail.channels:
            return permanent(
                f"There is no channel {name} in configs/mail.yaml; name it there and queue again."
            )
        with self._channel_turn:  # what Apprise logs is listened to, which one can do at a time
            if name not in self._channels:
                self._channels[name] = ChannelTransport(name, self._mail.channels[name])
            return self._channels[name].send(message.message, hand_over)

    def _hand_over(self, message: OutboxMessage) -> None:
        now = self._clock.now()
        if not commands.begin_handing_over(self._store, self._actor, message, now=now):
            raise ClaimLostError(f"message {message.id} was taken back from {self._worker}")

    def _record(self, message: OutboxMessage, attempt: NewAttempt) -> None:
        """Store the attempt, patiently: an unrecorded one would leave the message uncertain."""
        again = None
        if attempt.outcome is AttemptOutcome.TEMPORARY:
            again = self._mail.retries.next_attempt_at(
                attempts=message.attempts + 1,
                first_due_at=message.first_due_at,
                now=attempt.finished_at,
                generator=self._random,
            )
        record = partial(
            commands.record_attempt, self._store, self._actor, message, attempt, next_attempt_at=again
        )
        for wait in _PATIENCE_S:
            try:
                record()
                break
            except StoreError:
                self._pause(wait)
        else:
            record()
        with self._counting:
            self._ends[_end(attempt.outcome, gives_up=again is None)] += 1


def _end(outcome: AttemptOutcome, *, gives_up: bool) -> MessageState:
    """What becomes of a message, for the summary."""
    if outcome is AttemptOutcome.TEMPORARY:
        return MessageState.FAILED if gives_up else MessageState.QUEUED
    return commands.STATE_AFTER[outcome]
