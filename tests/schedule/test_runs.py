"""Claims, leaders and what is left behind: on both databases, without processes."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor import commands, engine, queries
from monitor.clock import SYSTEM_CLOCK
from monitor.commands import LeadLostError
from monitor.config.schedule import load_schedule
from monitor.core.access import SCHEDULER
from monitor.core.errors import PermissionDeniedError, StoreError
from monitor.core.jobs import JobOutcome, JobRun
from monitor.schedule import JobContext, JobKind, JobReport, Runner, leader_lock, options_of, running, serving
from monitor.schedule.leading import Leading
from monitor.schedule.running import DueRun, Lead
from monitor.schedule.serving import Service
from monitor.setup import Workspace
from monitor.store import Store
from tests.conftest import NewDatabase
from tests.monitor.builders import PLANNER, FakeClock
from tests.schedule.builders import KINDS, make_home, notes, wait_until, workspace_at, write_schedule

DUE = dt.datetime(2026, 3, 2, 0, 30, tzinfo=dt.UTC)
JOBS = """  again: {kind: note, cron: "0 0 1 1 *"}
  once: {kind: note_once, cron: "0 0 1 1 *"}
"""


def claim(store: Store, *, leader: int | None, job: str = "again", attempt: int = 1) -> int | None:
    return commands.claim_job_run(
        store, SCHEDULER, job=job, kind="note", due_at=DUE, leader=leader, attempt=attempt
    )


def lead(store: Store) -> int:
    return commands.take_lead(store, SCHEDULER, name="x", host="h", pid=1)


def test_a_due_time_is_claimed_once_even_across_leaders(store: Store, clock: FakeClock) -> None:
    first = lead(store)
    run = claim(store, leader=first)
    assert run is not None
    assert claim(store, leader=first) is None
    second = lead(store)
    assert claim(store, leader=second) is None
    with pytest.raises(LeadLostError, match="succeeded by"):
        claim(store, leader=first, job="other")
    clock.advance(minutes=3)
    assert commands.finish_job_run(store, SCHEDULER, run, outcome=JobOutcome.OK, told="Done.", facts={"n": 1})
    (stored,) = queries.job_runs(store, SCHEDULER)
    assert (stored.outcome, stored.told, stored.facts, stored.leader) == (
        JobOutcome.OK,
        "Done.",
        {"n": 1},
        first,
    )
    assert stored.late_by == dt.timedelta(minutes=30)


def test_what_a_dead_leader_left_is_abandoned_and_cannot_end_later(store: Store) -> None:
    old = claim(store, leader=lead(store))
    by_hand = claim(store, leader=None, attempt=9)
    assert old is not None
    ((left, again),) = commands.abandon_job_runs(
        store, SCHEDULER, leader=lead(store), is_repeated=lambda _: False
    )
    assert (left.id, again) == (old, None)
    assert not commands.finish_job_run(store, SCHEDULER, old, outcome=JobOutcome.OK, told="", facts={})
    outcomes = {run.id: run.outcome for run in queries.job_runs(store, SCHEDULER)}
    assert outcomes == {old: JobOutcome.ABANDONED, by_hand: JobOutcome.RUNNING}


def test_only_administrators_run_jobs(store: Store) -> None:
    with pytest.raises(PermissionDeniedError):
        commands.take_lead(store, PLANNER, name="x", host="h", pid=1)


def test_work_in_progress_reaches_no_table_that_is_audited(store: Store) -> None:
    from monitor.tables import OriginRow

    with store.work() as work, pytest.raises(ValueError, match="with an audit entry"):
        work.update(OriginRow, OriginRow.code == "o", values={"trust": 1})


def test_one_lock_at_a_time(new_database: NewDatabase) -> None:
    url = new_database(True)
    first, second = leader_lock(url), leader_lock(url)
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    assert (first.still(), second.still()) == (True, False)
    first.release()
    assert not first.still()
    assert second.acquire()
    second.release()


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
def test_a_lock_file_that_was_removed_is_no_lock(new_database: NewDatabase) -> None:
    url = new_database(True)
    lock = leader_lock(url)
    assert lock.acquire()
    file = Path(sa.make_url(url).database or "")
    file.with_name(f"{file.name}.leader").unlink()
    assert not lock.still()
    lock.release()


def test_a_database_in_memory_has_no_scheduler() -> None:
    with pytest.raises(StoreError, match="memory"):
        leader_lock("sqlite://")


@pytest.fixture
def workspace(new_database: NewDatabase, tmp_path: Path) -> Iterator[Workspace]:
    opened = workspace_at(make_home(tmp_path, JOBS), new_database(True))
    yield opened
    opened.close()


class HeldLock:
    """A lock that is held until it is said to be lost."""

    def __init__(self) -> None:
        self.held = True

    def acquire(self) -> bool:
        return self.held

    def still(self) -> bool:
        return self.held

    def release(self) -> None:
        self.held = False


def leading(workspace: Workspace, lock: HeldLock) -> tuple[Leading, Runner]:
    runner = Runner(workspace, KINDS, actor=SCHEDULER, clock=SYSTEM_CLOCK)
    schedule = load_schedule(workspace.settings, options_of(KINDS))
    return Leading(runner, Lead(lead(workspace.store), lock), schedule), runner


def outcomes_of(runs: tuple[JobRun, ...]) -> list[tuple[str, int, JobOutcome]]:
    return sorted((run.job, run.attempt, run.outcome) for run in runs)


def test_a_successor_repeats_what_may_be_repeated(workspace: Workspace) -> None:
    old = lead(workspace.store)
    claim(workspace.store, leader=old)
    claim(workspace.store, leader=old, job="once")
    claim(workspace.store, leader=old, job="once", attempt=2)
    begun, runner = leading(workspace, HeldLock())
    begun.begin()
    runner.wait(10)
    begun.stop()
    assert outcomes_of(queries.job_runs(workspace.store, SCHEDULER)) == [
        ("again", 1, JobOutcome.ABANDONED),
        ("again", 2, JobOutcome.OK),
        ("once", 1, JobOutcome.ABANDONED),
        ("once", 2, JobOutcome.ABANDONED),
    ]


def test_a_due_time_that_a_lost_lead_could_not_claim_stays_due(workspace: Workspace) -> None:
    lock = HeldLock()
    begun, _ = leading(workspace, lock)
    begun.begin()
    lock.held = False
    soon = SYSTEM_CLOCK.now().timestamp()
    set_due(workspace, soon)
    begun._scheduler.wakeup()
    threading.Event().wait(0.5)
    begun.stop()
    assert not notes(workspace.settings.home)
    successor, runner = leading(workspace, HeldLock())
    successor.begin()
    wait_until(lambda: len(notes(workspace.settings.home)) == 2)
    runner.wait(10)
    successor.stop()
    (again, _once) = sorted(queries.job_runs(workspace.store, SCHEDULER), key=lambda run: run.job)
    assert again.due_at.timestamp() == pytest.approx(soon, abs=0.001)


def test_due_times_follow_the_clock_that_is_given(workspace: Workspace) -> None:
    clock = FakeClock(DUE)
    runner = Runner(workspace, KINDS, actor=SCHEDULER, clock=clock)
    schedule = load_schedule(workspace.settings, options_of(KINDS))
    begun = Leading(runner, Lead(lead(workspace.store), HeldLock()), schedule)
    begun.begin()
    set_due(workspace, (DUE + dt.timedelta(days=3)).timestamp())
    begun._scheduler.wakeup()
    threading.Event().wait(0.3)
    assert not notes(workspace.settings.home)
    clock.advance(days=3)
    begun._scheduler.wakeup()
    wait_until(lambda: len(notes(workspace.settings.home)) == 2)
    runner.wait(10)
    begun.stop()


def test_the_end_of_a_run_waits_for_a_database_that_is_away(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first word of the lost database is a sentence of the store's, not the driver's."""
    finish, asked = commands.finish_job_run, []

    def away_once(*given: Any, **named: Any) -> bool:
        asked.append(given)
        if len(asked) == 1:
            raise StoreError("The database did not answer.")
        return finish(*given, **named)

    monkeypatch.setattr("monitor.schedule.running.commands.finish_job_run", away_once)
    monkeypatch.setattr("monitor.schedule.running._PAUSE", 0.01)
    begun, runner = leading(workspace, HeldLock())
    begun.begin()
    set_due(workspace, SYSTEM_CLOCK.now().timestamp())
    begun._scheduler.wakeup()
    wait_until(lambda: len(notes(workspace.settings.home)) == 2)
    runner.wait(10)
    begun.stop()
    runs = queries.job_runs(workspace.store, SCHEDULER)
    assert [run.outcome for run in runs] == [JobOutcome.OK, JobOutcome.OK]
    assert len(asked) == 3


def test_what_failed_with_a_lost_lead_is_done_again_by_the_next(workspace: Workspace) -> None:
    locks = [HeldLock(), HeldLock()]

    def fails_at_first(context: JobContext) -> JobReport:
        if not locks[0].held:
            return JobReport("Done.")
        locks[0].held = False
        raise StoreError("The database did not answer.")

    kinds = {"note": JobKind(fails_at_first), "note_once": KINDS["note_once"]}
    runner = Runner(workspace, kinds, actor=SCHEDULER, clock=SYSTEM_CLOCK)
    schedule = load_schedule(workspace.settings, options_of(KINDS))
    epoch = lead(workspace.store)
    assert runner.start(DueRun("again", schedule.jobs["again"], DUE), Lead(epoch, locks[0]))
    runner.wait(10)
    successor = Leading(runner, Lead(lead(workspace.store), locks[1]), schedule)
    successor.begin()
    runner.wait(10)
    successor.stop()
    assert outcomes_of(queries.job_runs(workspace.store, SCHEDULER)) == [
        ("again", 1, JobOutcome.FAILED),
        ("again", 2, JobOutcome.ABANDONED),
        ("again", 3, JobOutcome.OK),
    ]


def test_a_run_taken_over_is_claimed_before_its_leader_can_die(store: Store) -> None:
    claim(store, leader=lead(store))
    first, second = (lead(store) for _ in range(2))
    ((_, again),) = commands.abandon_job_runs(store, SCHEDULER, leader=first, is_repeated=lambda _: True)
    assert again is not None
    ((left, later),) = commands.abandon_job_runs(store, SCHEDULER, leader=second, is_repeated=lambda _: True)
    assert (left.id, left.attempt) == (again, 2), "killed before it began, it is there for the next"
    assert later is not None


def test_a_due_time_claimed_while_the_clock_was_ahead_is_run_when_it_comes(
    store: Store, clock: FakeClock
) -> None:
    clock.advance(days=3)
    early = commands.claim_job_run(
        store, SCHEDULER, job="again", kind="note", due_at=clock.now(), leader=None
    )
    assert early is not None
    commands.finish_job_run(store, SCHEDULER, early, outcome=JobOutcome.OK, told="", facts={})
    due = clock.now()
    clock.advance(days=-2)
    assert commands.void_early_runs(store, SCHEDULER) == 1
    assert commands.void_early_runs(store, SCHEDULER) == 0
    clock.advance(days=2)

    def again() -> int | None:
        return commands.claim_job_run(store, SCHEDULER, job="again", kind="note", due_at=due, leader=None)

    assert again() is not None
    assert again() is None
    assert [run.outcome for run in queries.job_runs(store, SCHEDULER)] == [
        JobOutcome.RUNNING,
        JobOutcome.ABANDONED,
    ]


STUMBLING = """  passes: {kind: stumble, cron: "0 0 1 1 *", options: {until: "2"}}
  stays: {kind: stumble, cron: "0 0 1 1 *"}
  once: {kind: stumble_once, cron: "0 0 1 1 *"}
"""


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        ("passes", [JobOutcome.FAILED, JobOutcome.OK]),
        ("stays", [JobOutcome.FAILED] * 3),
        ("once", [JobOutcome.FAILED]),
    ],
)
def test_a_fault_that_may_pass_is_tried_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, job: str, expected: list[JobOutcome]
) -> None:
    monkeypatch.setattr(running, "RETRY_SECONDS", 0.01)
    write_schedule(workspace.settings.home, STUMBLING)
    runner = Runner(workspace, KINDS, actor=SCHEDULER, clock=SYSTEM_CLOCK)
    entry = load_schedule(workspace.settings, options_of(KINDS)).jobs[job]
    assert runner.start(DueRun(job, entry, DUE), Lead(lead(workspace.store), HeldLock()))
    wait_until(lambda: not runner.is_going())
    runs = queries.job_runs(workspace.store, SCHEDULER)[::-1]
    assert [run.outcome for run in runs] == expected
    assert [run.attempt for run in runs] == list(range(1, len(runs) + 1))
    assert "locked" in runs[0].told
    assert "li_na" not in runs[0].told, "values of a statement are nobody's business"


def set_due(workspace: Workspace, moment: float) -> None:
    engine = sa.create_engine(workspace.store._url)
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE scheduler_jobs SET next_run_time = {moment!r}"))
    engine.dispose()


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
def test_a_database_locked_by_another_does_not_end_the_leader(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of a run and the heartbeat both find the file locked, and both get through later."""
    monkeypatch.setattr(engine, "_BUSY_MS", 50)
    monkeypatch.setattr(running, "_PAUSE", 0.05)
    monkeypatch.setattr(serving, "BEAT_SECONDS", 0.1)
    hurried = Workspace(workspace.settings, workspace.policy, Store(workspace.settings.database_url))
    service = Service(hurried, kinds=KINDS)
    thread = threading.Thread(target=service.serve)
    thread.start()
    wait_until(lambda: queries.scheduler_leader(workspace.store, SCHEDULER) is not None)
    other = sa.create_engine(workspace.settings.database_url)
    with other.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        threading.Event().wait(2.0)
        assert thread.is_alive()
        connection.rollback()
    other.dispose()
    locked_until = SYSTEM_CLOCK.now()

    def beats_again() -> bool:
        leader = queries.scheduler_leader(workspace.store, SCHEDULER)
        return leader is not None and leader.beat_at > locked_until

    wait_until(beats_again)
    service.request_stop()
    thread.join(10)
    hurried.close()
    assert not thread.is_alive()
