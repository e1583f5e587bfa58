"""What nobody answered rises step by step, and is told once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor import commands, queries
from monitor.alerts.digests import QueueSummary
from monitor.alerts.reminders import queue_reminders
from monitor.clock import ZONE
from monitor.config import WorkingDays
from monitor.core.access import Actor, Role, Scope
from monitor.core.acknowledgements import (
    Acknowledgement,
    AwaitedAnswer,
    NewAcknowledgement,
    Overdue,
    Told,
    rising,
)
from monitor.core.flags import Flag
from monitor.core.outbox import AttemptOutcome, MessageKind, NewAttempt
from monitor.core.weeks import Week
from monitor.store import Store
from tests.alerts.builder import LINKS
from tests.alerts.test_queueing import LI, POLICY, WANG, queue, record_red
from tests.monitor.builders import (
    ADMIN,
    TARGET,
    FakeClock,
    assessment,
    catalogue,
    figure,
    flag_change,
    load,
    plan_entry,
    run,
    target_entry,
)

MONDAY = dt.date(2026, 3, 2)
RED_SINCE = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
TOLD = Told("t", "li", RED_SINCE, MONDAY)


def days(count: int) -> dt.date:
    return MONDAY + dt.timedelta(days=count)


def an_answer(day: dt.date, *, due_on: dt.date | None = None, person: str = "li") -> Acknowledgement:
    recorded_at = dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC)
    return Acknowledgement("t", person, "2026-W09", "", due_on, 1, recorded_at, person)


def on_weekdays(day: dt.date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("after", "answers", "expected"),
    [
        (7, [], None),  # five working days to answer end on the next Monday
        (8, [], (Overdue.UNSEEN, 1, 8)),
        (14, [], (Overdue.UNSEEN, 1, 8)),
        (15, [], (Overdue.UNSEEN, 2, 8)),
        (22, [], (Overdue.UNSEEN, 3, 8)),
        (40, [an_answer(days(3))], None),  # seen, without a promise
        (40, [an_answer(days(3), person="the head")], None),  # whoever answers
        (8, [an_answer(days(-3))], (Overdue.UNSEEN, 1, 8)),  # answered an earlier red
        (8, [an_answer(days(-1))], None),  # red since Sunday, answered before the message came
        (20, [an_answer(days(1), due_on=days(20))], None),  # its day is not over
        (21, [an_answer(days(1), due_on=days(20))], (Overdue.PROMISE_PASSED, 1, 21)),
        (28, [an_answer(days(1), due_on=days(20))], (Overdue.PROMISE_PASSED, 2, 21)),
        (26, [an_answer(days(1), due_on=days(20)), an_answer(days(22), due_on=days(60))], None),  # a new one
    ],
)
def test_steps_rise_by_working_days(
    after: int, answers: list[Acknowledgement], expected: tuple[Overdue, int, int] | None
) -> None:
    found = rising([TOLD], answers, today=days(after), days_to_answer=5, is_worked=on_weekdays)
    assert [(each.reason, each.steps, (each.since - MONDAY).days) for each in found] == (
        [] if expected is None else [expected]
    )


HEAD = replace(WANG, code="head", email="head@example.invalid", departments=("kjj_guihua",))
CLERK = replace(LI, escalates_to="head")


@pytest.fixture
def told(sqlite_template: Path, tmp_path: Path, clock: FakeClock) -> Iterator[Store]:
    """One red target, told to the clerk by a digest this Monday; above the clerk stands the head."""
    file = tmp_path / "mail.db"
    file.write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite:///{file}", clock)
    clock.advance(days=-10)
    commands.seed_catalogue(
        store, ADMIN, catalogue(plan_entry(target_entry(deadline=dt.date(2026, 12, 31)), period_end="2026"))
    )
    commands.seed_people(store, ADMIN, [CLERK, HEAD], version="v1")
    rows = [figure(400.0 + year, str(2019 + year), known_on=dt.date(2020 + year, 4, 30)) for year in range(6)]
    commands.record_load(store, ADMIN, load(*rows))
    clock.advance(days=9)
    record_red(store, dt.date(2026, 3, 1))
    clock.advance(days=1)
    assert queue(store, clock).queued > 0
    deliver_all(store)
    yield store
    store.dispose()


def deliver_all(store: Store) -> None:
    now = store.clock.now()
    for claimed in commands.claim_messages(store, ADMIN, worker="w", now=now, limit=9, domain="localhost"):
        commands.begin_handing_over(store, ADMIN, claimed, now=now)
        attempt = NewAttempt(AttemptOutcome.DELIVERED, now, now, "127.0.0.1:25", "250 OK", "")
        assert commands.record_attempt(store, ADMIN, claimed, attempt)


def remind(store: Store, clock: FakeClock) -> QueueSummary:
    return queue_reminders(
        store,
        ADMIN,
        POLICY,
        now=clock.now(),
        links=LINKS,
        calendar=WorkingDays(),
        days_to_answer=5,
    )


def reminders(store: Store) -> list[tuple[str, str]]:
    return [
        (each.message.recipient, each.message.key)
        for each in queries.outbox(store, ADMIN)
        if each.message.kind is MessageKind.REMINDER
    ]


def test_nobody_answers_and_the_next_person_hears_of_it_once(told: Store, clock: FakeClock) -> None:
    clock.advance(days=7)
    assert remind(told, clock).messages == 0
    clock.advance(days=1)
    assert remind(told, clock).queued == 1
    assert remind(told, clock).queued == 0
    clock.advance(days=1)
    assert remind(told, clock).messages == 0, "the head was told of it"
    assert reminders(told) == [("head", "reminder/2026-03-10/head/email")]
    (message,) = [
        each.message for each in queries.outbox(told, ADMIN) if each.message.kind is MessageKind.REMINDER
    ]
    assert CLERK.name in message.text
    assert message.targets == (TARGET,)
    clock.advance(days=10)
    assert remind(told, clock).messages == 0, "above the head stands nobody"


def test_what_was_missed_in_a_stop_is_told_to_everybody_it_reached(told: Store, clock: FakeClock) -> None:
    chief = replace(HEAD, code="chief", name="总工", email="chief@example.invalid")
    commands.save_person(told, ADMIN, chief, reason="新任")
    commands.save_person(told, ADMIN, replace(HEAD, escalates_to="chief"), reason="上级")
    clock.advance(days=30)
    assert remind(told, clock).queued == 2
    assert sorted(code for code, _ in reminders(told)) == ["chief", "head"]


def test_a_person_who_left_does_not_cut_the_line(told: Store, clock: FakeClock) -> None:
    chief = replace(HEAD, code="chief", name="总工", email="chief@example.invalid")
    commands.save_person(told, ADMIN, chief, reason="新任")
    commands.save_person(told, ADMIN, replace(HEAD, escalates_to="chief", active=False), reason="调离")
    clock.advance(days=8)
    remind(told, clock)
    assert [code for code, _ in reminders(told)] == ["chief"]


def test_nobody_is_late_with_a_message_that_never_arrived(told: Store, clock: FakeClock) -> None:
    record_green(told, dt.date(2026, 3, 3))
    clock.advance(days=2)
    record_red(told, dt.date(2026, 3, 4))
    clock.advance(days=5)
    assert queue(told, clock, week=Week(2026, 10)).queued > 0
    clock.advance(days=30)
    assert remind(told, clock).messages == 0


def test_what_was_answered_or_recovered_does_not_rise(told: Store, clock: FakeClock) -> None:
    clerk = Actor(CLERK.code, frozenset({Role.OWNER}), Scope(departments=frozenset(CLERK.departments)))
    due_on = MONDAY + dt.timedelta(days=8)
    entry = NewAcknowledgement(TARGET, CLERK.code, "2026-W09", "会商", due_on)
    assert commands.acknowledge(told, clerk, entry)
    clock.advance(days=8)
    assert remind(told, clock).messages == 0
    clock.advance(days=1)
    record_green(told, dt.date(2026, 3, 11))
    assert remind(told, clock).messages == 0


def test_a_promise_that_has_passed_rises(told: Store, clock: FakeClock) -> None:
    clerk = Actor(CLERK.code, frozenset({Role.OWNER}), Scope(departments=frozenset(CLERK.departments)))
    due_on = MONDAY + dt.timedelta(days=8)
    commands.acknowledge(told, clerk, NewAcknowledgement(TARGET, CLERK.code, "2026-W09", "会商", due_on))
    clock.advance(days=9)
    assert remind(told, clock).queued == 1
    assert reminders(told) == [("head", "reminder/2026-03-11/head/email")]


def record_green(store: Store, day: dt.date) -> None:
    green = assessment(as_of=day, flag=Flag.GREEN, probability_met=0.9, change=None, details=())
    change = flag_change(as_of=day, old_flag=Flag.RED, new_flag=Flag.GREEN, new_probability=0.9)
    commands.record_run(store, ADMIN, run(green, flag_changes=[change]))


def test_what_is_awaited_is_told_as_it_rises(told: Store, clock: FakeClock) -> None:
    def awaited(day: dt.date) -> AwaitedAnswer:
        (found,) = queries.awaited_answers(
            told, ADMIN, reds={TARGET: ("kjj_gaoxin",)}, as_of=day, days_to_answer=5, calendar=WorkingDays()
        )
        return found

    first = awaited(MONDAY)
    assert (first.target, [each.person for each in first.told], first.late) == (TARGET, ["li_na"], ())
    assert first.red_since == dt.datetime(2026, 3, 1, tzinfo=ZONE)
    late = awaited(days(8))
    assert [each.since for each in late.late] == [days(8)]
    assert late.rises_to == ("head",)
    clock.advance(days=9)
    commands.acknowledge(told, ADMIN, NewAcknowledgement(TARGET, "head", "2026-W11", "补报", days(20)))
    answered = awaited(days(9))
    assert (answered.late, answered.last and answered.last.measure) == ((), "补报")
    assert awaited(days(21)).late[0].reason is Overdue.PROMISE_PASSED
