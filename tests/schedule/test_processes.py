"""Schedulers as processes: one leads, a killed one is replaced, nothing runs twice, missed runs run once."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor import queries
from monitor.core.access import SCHEDULER
from monitor.core.jobs import JobOutcome
from monitor.store import Store
from tests.conftest import NewDatabase
from tests.schedule.builders import make_home, notes, wait_until, write_schedule
from tests.schedule.process import start_scheduler

TICK = "  tick: {kind: note, every: 1s}\n"


class Schedulers:
    """Processes on one home and one database."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url = home, url
        self.processes: list[subprocess.Popen[bytes]] = []
        self.store = Store(url)

    def start(self) -> None:
        self.processes.append(start_scheduler(self.home, self.url))

    def leader_pid(self) -> int | None:
        leader = queries.scheduler_leader(self.store, SCHEDULER)
        return leader.pid if leader else None

    def process(self, pid: int | None) -> subprocess.Popen[bytes]:
        return next(each for each in self.processes if each.pid == pid)

    def ran(self, pid: int) -> int:
        return sum(each == pid for each, _ in notes(self.home))


@pytest.fixture
def schedulers(new_database: NewDatabase, tmp_path: Path) -> Iterator[Schedulers]:
    url = new_database(True)
    made = Schedulers(make_home(tmp_path, TICK), url)
    yield made
    for process in made.processes:
        process.kill()
        process.wait()
    made.store.dispose()


def test_a_killed_leader_is_replaced_and_no_due_time_runs_twice(schedulers: Schedulers) -> None:
    schedulers.start()
    schedulers.start()
    wait_until(lambda: len(notes(schedulers.home)) >= 2)
    first = schedulers.leader_pid()
    assert {pid for pid, _ in notes(schedulers.home)} == {first}, "followers wait"
    schedulers.process(first).kill()
    (second,) = (each.pid for each in schedulers.processes if each.pid != first)
    wait_until(lambda: schedulers.ran(second) >= 2, seconds=20)
    if schedulers.url.startswith("postgresql"):
        cut_every_connection(schedulers.url)
        ran = schedulers.ran(second)
        wait_until(lambda: schedulers.ran(second) >= ran + 2, seconds=30)

    due = [moment for _, moment in notes(schedulers.home)]
    runs = queries.job_runs(schedulers.store, SCHEDULER, limit=1000)
    assert len(due) - len(set(due)) <= sum(run.attempt > 1 for run in runs), "twice only what was cut off"
    write_schedule(schedulers.home, "  other: {kind: note, every: 1s}\n")
    wait_until(lambda: bool(queries.job_runs(schedulers.store, SCHEDULER, job="other")), seconds=20)
    survivor = schedulers.process(second)
    assert stopped(survivor) == 0

    runs = queries.job_runs(schedulers.store, SCHEDULER, limit=1000)
    assert all(run.outcome in {JobOutcome.OK, JobOutcome.ABANDONED} for run in runs)
    leader = queries.scheduler_leader(schedulers.store, SCHEDULER)
    assert leader is not None
    assert leader.ended_at is not None


def stopped(process: subprocess.Popen[bytes]) -> int:
    """Exit code after SIGTERM."""
    process.send_signal(signal.SIGTERM)
    return process.wait(10)


def cut_every_connection(url: str) -> None:
    """What a restart of the server does to those who are connected."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
def test_runs_missed_in_a_long_stop_run_once_and_say_so(schedulers: Schedulers) -> None:
    """The schedule was changed during the stop; the run that was due stays due."""
    write_schedule(schedulers.home, "  digest: {kind: note, cron: '30 8 * * mon'}\n")
    schedulers.start()
    wait_until(lambda: schedulers.leader_pid() is not None)
    wait_until(lambda: "digest is due" in (schedulers.home / "log.txt").read_text())
    schedulers.processes[0].kill()
    schedulers.processes[0].wait()
    due = dt.datetime(2026, 11, 2, 0, 30, tzinfo=dt.UTC)
    engine = sa.create_engine(schedulers.url)
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE scheduler_jobs SET next_run_time = {due.timestamp()}"))
    engine.dispose()

    write_schedule(schedulers.home, "  digest: {kind: note, cron: '0 0 1 1 *'}\n")
    schedulers.start()
    wait_until(lambda: bool(notes(schedulers.home)))
    assert stopped(schedulers.processes[1]) == 0
    (run,) = queries.job_runs(schedulers.store, SCHEDULER)
    assert (run.due_at, run.outcome) == (due, JobOutcome.OK)
    assert run.late_by > dt.timedelta(days=1)
    assert " late." in (schedulers.home / "log.txt").read_text()
