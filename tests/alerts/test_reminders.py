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
from monitor.core.access import Actor, Role, Scope
from monitor.core.acknowledgements import Acknowledgement, NewAcknowledgement, Overdue, Told, rising
from monitor.core.flags import Flag
from monitor.core.outbox import MessageKind
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
TOLD = Told("t", "li", MONDAY)


def days(count: int) -> dt.date:
    return MONDAY + dt.timedelta(days=count)


def an_answer(day: dt.date, *, due_on: dt.date | None = None) -> Acknowledgement:
    recorded_at = dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC)
    return Acknowledgement("t", "li", "2026-W09", "", due_on, 1, recorded_at, "li")


@pytest.mark.parametrize(
    ("after", "answers", "expected"),
    [
        (5, [], None),  # five days to answer are not over
        (6, [], (Overdue.UNSEEN, 0, 6)),
        (10, [], (Overdue.UNSEEN, 0, 6)),
        (11, [], (Overdue.UNSEEN, 1, 11)),
        (16, [], (Overdue.UNSEEN, 2, 16)),
        (40, [an_answer(days(3))], None),  # seen, without a promise
        (6, [an_answer(days(-3))], (Overdue.UNSEEN, 0, 6)),  # answered an earlier red
        (20, [an_answer(days(1), due_on=days(20))], None),  # its day is not over
        (21, [an_answer(days(1), due_on=days(20))], (Overdue.PROMISE_PASSED, 0, 21)),
        (26, [an_answer(days(1), due_on=days(20))], (Overdue.PROMISE_PASSED, 1, 26)),
        (26, [an_answer(days(1), due_on=days(20)), an_answer(days(22), due_on=days(60))], None),  # a new one
    ],
)
def test_steps_rise_day_by_day(
    after: int, answers: list[Acknowledgement], expected: tuple[Overdue, int, int] | None
) -> None:
    found = rising([TOLD], answers, today=days(after), days_to_answer=5)
    assert [(each.reason, each.step, (each.reached_on - MONDAY).days) for each in found] == (
        [] if expected is None else [expected]
    )


def test_an_answer_of_one_person_is_not_that_of_another() -> None:
    other = replace(TOLD, person="wang")
    (found,) = rising([TOLD, other], [an_answer(days(1))], today=days(6), days_to_answer=5)
    assert found.told.person == "wang"


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
    yield store
    store.dispose()


def remind(store: Store, clock: FakeClock) -> QueueSummary:
    return queue_reminders(store, ADMIN, POLICY, now=clock.now(), links=LINKS, days_to_answer=5)


def reminders(store: Store) -> list[tuple[str, str]]:
    return [
        (each.message.recipient, each.message.key)
        for each in queries.outbox(store, ADMIN)
        if each.message.kind is MessageKind.REMINDER
    ]


def test_nobody_answers_and_the_next_person_hears_of_it_once(told: Store, clock: FakeClock) -> None:
    clock.advance(days=5)
    assert remind(told, clock).messages == 0
    clock.advance(days=1)
    assert remind(told, clock).queued == 1
    assert remind(told, clock).queued == 0
    clock.advance(days=1)
    assert remind(told, clock).queued == 0, "the day it reached the head is in its key"
    assert reminders(told) == [("head", "reminder/2026-03-08/head/email")]
    (message,) = [
        each.message for each in queries.outbox(told, ADMIN) if each.message.kind is MessageKind.REMINDER
    ]
    assert CLERK.name in message.text
    assert message.targets == (TARGET,)
    clock.advance(days=10)
    assert remind(told, clock).queued == 0, "above the head stands nobody"


def test_what_was_answered_or_recovered_does_not_rise(told: Store, clock: FakeClock) -> None:
    clerk = Actor(CLERK.code, frozenset({Role.OWNER}), Scope(departments=frozenset(CLERK.departments)))
    due_on = MONDAY + dt.timedelta(days=8)
    entry = NewAcknowledgement(TARGET, CLERK.code, "2026-W09", "会商", due_on)
    assert commands.acknowledge(told, clerk, entry)
    clock.advance(days=6)
    assert remind(told, clock).messages == 0
    clock.advance(days=3)
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
