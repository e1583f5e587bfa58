"""The outbox on both databases: queued once, claimed by one, recovered, settled by people."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Callable

import pytest

from monitor import commands, queries
from monitor.core.errors import NotFoundError, OutboxError, PermissionDeniedError, StaleMessageError
from monitor.core.outbox import (
    AttemptOutcome,
    MessageKind,
    MessageState,
    NewAttempt,
    OutboxMessage,
    RetryPolicy,
    SeenMessage,
)
from monitor.core.people import Person
from monitor.store import Store
from monitor.tables import OutboxPictureRow
from monitor.words.display import Language
from monitor.words.problems import problem_words
from tests.delivery.builders import message
from tests.monitor.builders import ADMIN, MORNING, PLANNER, VIEWER, FakeClock


def queue(store: Store, *recipients: str) -> int:
    return commands.enqueue_messages(store, ADMIN, [message(name) for name in recipients])


def claim(
    store: Store, worker: str = "w", *, limit: int = 100, now: dt.datetime = MORNING
) -> list[OutboxMessage]:
    return list(
        commands.claim_messages(store, ADMIN, worker=worker, now=now, limit=limit, domain="example.org")
    )


def attempt(outcome: AttemptOutcome, error: str = "") -> NewAttempt:
    return NewAttempt(outcome, MORNING, MORNING, "127.0.0.1:25", "250 ok", error)


def state(store: Store, number: int = 1) -> MessageState:
    return queries.get_message(store, ADMIN, number).state


def seen(store: Store, number: int) -> SeenMessage:
    return queries.get_message(store, ADMIN, number).seen


def at_once(*works: Callable[[], None]) -> None:
    """Run all at the same time; a thread that fails fails the test."""
    failures: list[BaseException] = []
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        barrier.wait()
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_message_is_queued_once_however_often_it_is_asked_for(store: Store) -> None:
    assert queue(store, "a", "b") == 2
    assert queue(store, "a", "b", "c", "c") == 1
    assert queue(store, "a") == 0
    assert len(queries.outbox(store, ADMIN)) == 3
    entries = queries.audit_trail(store, ADMIN, "outbox", "2026-W47")
    assert [entry.entry.action for entry in entries] == ["messages_queued"] * 2


def test_it_is_kept_as_it_was_queued(store: Store) -> None:
    later = MORNING + dt.timedelta(hours=3)
    commands.enqueue_messages(store, ADMIN, [message(not_before=later)])
    kept = queries.get_message(store, ADMIN, 1)
    assert kept.message == message(not_before=later)
    assert (kept.queued_at, kept.next_attempt_at, kept.message_id) == (MORNING, later, None)
    assert claim(store) == []
    assert [each.message for each in claim(store, now=later)] == [message(not_before=later)]


def test_several_ask_for_the_same_at_once(store: Store) -> None:
    names = [f"person_{number}" for number in range(30)]
    added: list[int] = []
    at_once(*[lambda: added.append(queue(store, *names))] * 4)
    assert sum(added) == 30
    assert len(queries.outbox(store, ADMIN)) == 30


def test_several_claim_at_once_and_each_message_has_one_owner(store: Store) -> None:
    queue(store, *(f"person_{number}" for number in range(40)))
    taken: dict[str, list[OutboxMessage]] = {f"w{number}": [] for number in range(4)}

    def work(worker: str) -> None:
        while batch := claim(store, worker, limit=3):
            taken[worker] += batch

    at_once(*[lambda worker=worker: work(worker) for worker in taken])  # type: ignore[misc]
    ids = [each.id for batch in taken.values() for each in batch]
    assert sorted(ids) == list(range(1, 41))
    for worker, batch in taken.items():
        for each in batch:
            stored = queries.get_message(store, ADMIN, each.id)
            assert (stored.claimed_by, stored) == (worker, each)


def test_the_message_id_is_made_once_and_kept(store: Store) -> None:
    queue(store, "a", "b")
    first, other = claim(store)
    assert first.message_id is not None
    assert first.message_id.endswith("@example.org>")
    assert first.message_id != other.message_id
    again = MORNING + dt.timedelta(minutes=1)
    commands.record_attempt(store, ADMIN, first, attempt(AttemptOutcome.TEMPORARY), next_attempt_at=again)
    (second,) = commands.claim_messages(
        store, ADMIN, worker="w", now=again, limit=5, domain="moved.example.org"
    )
    assert second.message_id == first.message_id
    assert (second.attempts, second.claims) == (1, 2)


def test_urgent_messages_go_first(store: Store) -> None:
    queue(store, "a", "b")
    commands.enqueue_messages(store, ADMIN, [message("c", kind=MessageKind.URGENT, key="urgent/c")])
    assert [each.message.recipient for each in claim(store, limit=2)] == ["c", "a"]


OUTCOMES = [
    (AttemptOutcome.DELIVERED, MessageState.DELIVERED),
    (AttemptOutcome.PERMANENT, MessageState.FAILED),
    (AttemptOutcome.TEMPORARY, MessageState.FAILED),  # without a next moment
    (AttemptOutcome.UNCERTAIN, MessageState.UNCERTAIN),
]


@pytest.mark.parametrize(("outcome", "expected"), OUTCOMES)
def test_an_attempt_decides_the_state(store: Store, outcome: AttemptOutcome, expected: MessageState) -> None:
    queue(store, "a")
    (claimed,) = claim(store)
    assert commands.begin_handing_over(store, ADMIN, claimed, now=MORNING)
    assert commands.record_attempt(store, ADMIN, claimed, attempt(outcome, "why"))
    kept = queries.get_message(store, ADMIN, 1)
    assert (kept.state, kept.last_error, kept.attempts) == (expected, "why", 1)
    assert (kept.ended_at is None) == (expected is MessageState.UNCERTAIN)
    assert claim(store, now=MORNING + dt.timedelta(days=30)) == []


def test_recording_twice_stores_one_attempt(store: Store) -> None:
    queue(store, "a")
    (claimed,) = claim(store)
    assert commands.record_attempt(store, ADMIN, claimed, attempt(AttemptOutcome.DELIVERED))
    assert not commands.record_attempt(store, ADMIN, claimed, attempt(AttemptOutcome.DELIVERED))
    (stored,) = queries.delivery_attempts(store, ADMIN, messages=[1])
    assert (stored.number, stored.worker, stored.attempt.reply) == (1, "w", "250 ok")


def test_what_dead_workers_left_is_queued_or_uncertain_by_the_mark(store: Store) -> None:
    queue(store, "a", "b", "c")
    untouched, marked = claim(store, "dead", limit=2)
    (alive,) = claim(store, "alive")
    assert commands.begin_handing_over(store, ADMIN, marked, now=MORNING)
    assert queries.claiming_workers(store, ADMIN) == {"dead", "alive"}
    recovered = commands.recover_messages(
        store, ADMIN, now=MORNING, claimed_before=MORNING, gone_workers=["dead"]
    )
    assert recovered == (1, 1)
    assert [state(store, each.id) for each in (untouched, marked, alive)] == [
        MessageState.QUEUED,
        MessageState.UNCERTAIN,
        MessageState.SENDING,
    ]
    (stored,) = queries.delivery_attempts(store, ADMIN)
    assert (stored.message, stored.attempt.outcome) == (marked.id, AttemptOutcome.UNCERTAIN)
    assert not commands.begin_handing_over(store, ADMIN, untouched, now=MORNING)
    assert claim(store, "next")[0].id == untouched.id
    assert not commands.begin_handing_over(store, ADMIN, untouched, now=MORNING)


def test_an_old_claim_is_taken_back_whoever_holds_it(store: Store) -> None:
    queue(store, "a")
    claim(store, "slow")
    soon, late = (MORNING + dt.timedelta(minutes=minutes) for minutes in (0, 1))
    assert commands.recover_messages(store, ADMIN, now=late, claimed_before=soon) == (0, 0)
    assert commands.recover_messages(store, ADMIN, now=late, claimed_before=late) == (1, 0)


def test_claims_given_back_cost_no_attempt(store: Store) -> None:
    queue(store, "a", "b")
    first, second = claim(store)
    commands.begin_handing_over(store, ADMIN, second, now=MORNING)
    assert commands.release_claims(store, ADMIN, [first, second], reason="The server is down.") == 1
    kept = queries.get_message(store, ADMIN, first.id)
    assert (kept.state, kept.attempts, kept.last_error) == (MessageState.QUEUED, 0, "The server is down.")
    assert state(store, second.id) is MessageState.SENDING


def make_uncertain(store: Store) -> OutboxMessage:
    queue(store, "a")
    (claimed,) = claim(store)
    commands.record_attempt(store, ADMIN, claimed, attempt(AttemptOutcome.UNCERTAIN, "no answer"))
    return claimed


@pytest.mark.parametrize("wanted", [MessageState.DELIVERED, MessageState.FAILED, MessageState.QUEUED])
def test_a_person_settles_what_is_uncertain(store: Store, clock: FakeClock, wanted: MessageState) -> None:
    claimed = make_uncertain(store)
    clock.advance(hours=1)
    commands.settle_message(
        store, ADMIN, claimed.id, seen=seen(store, claimed.id), state=wanted, reason="asked the recipient"
    )
    kept = queries.get_message(store, ADMIN, claimed.id)
    assert kept.state is wanted
    (entry,) = queries.audit_trail(store, ADMIN, "message", claimed.message.key)
    assert (entry.actor, entry.entry.reason) == (ADMIN.name, "asked the recipient")
    assert (entry.entry.old, entry.entry.new) == ({"state": "uncertain"}, {"state": wanted.value})
    assert not commands.record_attempt(store, ADMIN, claimed, attempt(AttemptOutcome.PERMANENT))
    assert state(store) is wanted
    due = claim(store, "again", now=clock.now())
    assert [each.claims for each in due] == ([2] if wanted is MessageState.QUEUED else [])


def test_a_failed_message_can_be_sent_again_with_fresh_patience(store: Store, clock: FakeClock) -> None:
    queue(store, "a")
    (claimed,) = claim(store)
    commands.record_attempt(store, ADMIN, claimed, attempt(AttemptOutcome.PERMANENT, "550"))
    moment = clock.advance(days=9)
    commands.settle_message(
        store, ADMIN, 1, seen=seen(store, 1), state=MessageState.QUEUED, reason="address corrected"
    )
    kept = queries.get_message(store, ADMIN, 1)
    assert (kept.attempts, kept.first_due_at, kept.ended_at) == (0, moment, None)


@pytest.mark.parametrize("outcome", [AttemptOutcome.UNCERTAIN, AttemptOutcome.PERMANENT])
def test_what_was_sent_since_it_was_seen_is_not_sent_again(store: Store, outcome: AttemptOutcome) -> None:
    queue(store, "a", "b")
    for each in claim(store):
        commands.record_attempt(store, ADMIN, each, attempt(AttemptOutcome.PERMANENT, "550"))
    chosen = {number: seen(store, number) for number in (1, 2)}
    commands.settle_messages(store, ADMIN, {2: chosen[2]}, state=MessageState.QUEUED, reason="by another")
    (again,) = claim(store)
    commands.record_attempt(store, ADMIN, again, attempt(outcome))
    stands = state(store, 2)
    with pytest.raises(StaleMessageError, match="failed then, taken for sending 1 times") as refused:
        commands.settle_messages(store, ADMIN, chosen, state=MessageState.QUEUED, reason="try again")
    assert (state(store, 1), state(store, 2)) == (MessageState.FAILED, stands)
    told = problem_words(refused.value, Language.ZH)
    assert "当时“失败”，曾领取发送 1 次" in told
    assert "曾领取 2 次。所选邮件均未改动" in told


def test_sending_again_goes_to_the_address_held_now(store: Store) -> None:
    queue(store, "li_na")
    (claimed,) = claim(store)
    commands.record_attempt(store, ADMIN, claimed, attempt(AttemptOutcome.PERMANENT, "550"))
    commands.seed_people(store, ADMIN, [Person("li_na", "李娜", "right@example.org", "zh", ())], version="v1")
    commands.settle_message(
        store, ADMIN, 1, seen=seen(store, 1), state=MessageState.QUEUED, reason="address corrected"
    )
    assert queries.get_message(store, ADMIN, 1).message.address == "right@example.org"
    (entry,) = queries.audit_trail(store, ADMIN, "message", claimed.message.key)
    assert entry.entry.new == {"state": "queued", "address": "right@example.org"}


def test_attempts_stamped_by_a_clock_that_ran_ahead_hold_up_nothing(store: Store) -> None:
    queue(store, "a", "b")
    (first,) = claim(store, limit=1)
    ahead = MORNING + dt.timedelta(days=7)
    made = NewAttempt(AttemptOutcome.DELIVERED, ahead, ahead, "127.0.0.1:25", "250 ok", "")
    commands.record_attempt(store, ADMIN, first, made)
    limited = {"worker": "w", "limit": 5, "domain": "example.org", "per_minute": 1}
    assert len(commands.claim_messages(store, ADMIN, now=MORNING, **limited)) == 1  # type: ignore[arg-type]


def test_what_cannot_be_settled_or_cancelled_stays_as_it_is(store: Store) -> None:
    queue(store, "a", "b")
    (sending,) = claim(store, limit=1)
    with pytest.raises(
        OutboxError, match="is sending and cannot become delivered; only one that is uncertain"
    ):
        commands.settle_message(
            store, ADMIN, sending.id, seen=seen(store, sending.id), state=MessageState.DELIVERED, reason="x"
        )
    with pytest.raises(OutboxError, match="cannot become cancelled; none can"):
        commands.settle_message(
            store, ADMIN, 2, seen=seen(store, 2), state=MessageState.CANCELLED, reason="x"
        )
    with pytest.raises(OutboxError, match="only one that is queued"):
        commands.cancel_message(store, ADMIN, sending.id, reason="x")
    with pytest.raises(OutboxError, match="give a reason"):
        commands.cancel_message(store, ADMIN, 2, reason=" ")
    with pytest.raises(NotFoundError):
        commands.cancel_message(store, ADMIN, 99, reason="x")
    commands.cancel_message(store, ADMIN, 2, reason="no longer true")
    assert state(store, 2) is MessageState.CANCELLED
    assert claim(store) == []


def test_who_may(store: Store) -> None:
    make_uncertain(store)
    with pytest.raises(PermissionDeniedError):
        commands.enqueue_messages(store, VIEWER, [message()])
    with pytest.raises(PermissionDeniedError):
        commands.settle_message(store, PLANNER, 1, seen=seen(store, 1), state=MessageState.FAILED, reason="x")
    with pytest.raises(PermissionDeniedError):
        queries.outbox(store, PLANNER)
    assert queries.outbox_age(store, VIEWER, now=MORNING).counts[MessageState.UNCERTAIN] == 1


def test_how_long_anything_has_been_waiting(store: Store) -> None:
    assert queries.outbox_age(store, ADMIN, now=MORNING).oldest_due_at is None
    queue(store, "a", "b")
    commands.enqueue_messages(store, ADMIN, [message("c", not_before=MORNING + dt.timedelta(days=1))])
    age = queries.outbox_age(store, ADMIN, now=MORNING)
    assert (age.oldest_due_at, age.counts[MessageState.QUEUED]) == (MORNING, 3)
    assert [each.message.recipient for each in queries.outbox(store, ADMIN, limit=1)] == ["c"]
    assert queries.outbox(store, ADMIN, states=[MessageState.FAILED]) == ()
    assert len(queries.outbox(store, ADMIN, recipient="a", period="2026-W47")) == 1


def test_the_work_transaction_writes_work_alone(store: Store) -> None:
    with store.work() as transaction, pytest.raises(ValueError, match="no table of work in progress"):
        transaction.insert(OutboxPictureRow, {"cid": "x"})


def test_delays_grow_vary_and_come_to_an_end() -> None:
    policy = RetryPolicy(first_delay_s=60, longest_delay_s=7200, most_attempts=40, give_up_after_days=3)

    def delay(attempts: int, *, waited: dt.timedelta = dt.timedelta(0), seed: int = 1) -> float | None:
        now = MORNING + waited
        found = policy.next_attempt_at(
            attempts=attempts, first_due_at=MORNING, now=now, generator=random.Random(seed)
        )
        return None if found is None else (found - now).total_seconds()

    for attempts, expected in ((1, 60), (2, 120), (5, 960), (8, 7200), (39, 7200)):
        assert delay(attempts) == pytest.approx(expected, rel=0.25)
    assert len({delay(3, seed=seed) for seed in range(10)}) == 10
    assert delay(40) is None
    assert delay(3, waited=dt.timedelta(days=2, hours=23)) is not None
    assert delay(3, waited=dt.timedelta(days=3)) is None


def test_several_are_settled_together_or_none(store: Store) -> None:
    first = make_uncertain(store)
    queue(store, "b")
    with pytest.raises(OutboxError, match="Message 2 is queued"):
        commands.settle_messages(
            store,
            ADMIN,
            {number: seen(store, number) for number in (first.id, 2)},
            state=MessageState.DELIVERED,
            reason="asked",
        )
    assert state(store, first.id) is MessageState.UNCERTAIN
    queue(store, "c")
    assert commands.cancel_messages(store, ADMIN, [2, 3], reason="no longer true") == 2
    assert (
        commands.settle_messages(
            store, ADMIN, {first.id: seen(store, first.id)}, state=MessageState.FAILED, reason="asked"
        )
        == 1
    )
    assert (state(store, 1), state(store, 3)) == (MessageState.FAILED, MessageState.CANCELLED)


def test_a_list_is_asked_for_a_group_at_a_time(store: Store) -> None:
    queue(store, *"abc")
    commands.cancel_message(store, ADMIN, 2, reason="x")
    page = queries.outbox_page(store, ADMIN, states=[MessageState.QUEUED], limit=1)
    assert (page.total, [each.id for each in page.messages]) == (2, [3])
    page = queries.outbox_page(store, ADMIN, kinds=[MessageKind.DIGEST], recipient="a", limit=9)
    assert [each.recipient for each in page.messages] == ["a"]
    assert queries.outbox_page(store, ADMIN, period="2026-W47", limit=2, offset=2).messages[0].id == 1
    page = queries.outbox_page(store, ADMIN, ids=[1, 2], states=[MessageState.QUEUED], limit=2)
    assert (page.total, [each.id for each in page.messages]) == (1, [1])
    assert queries.outbox_periods(store, ADMIN) == {"2026-W47": 3}
    with pytest.raises(PermissionDeniedError):
        queries.outbox_page(store, PLANNER, limit=1)
