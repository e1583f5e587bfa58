"""serve, jobs, backup, restore, and what doctor says of them."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from monitor import commands, queries
from monitor.cli import main
from monitor.clock import SYSTEM_CLOCK
from monitor.core.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.core.jobs import JobOutcome
from monitor.core.outbox import AttemptOutcome, NewAttempt
from monitor.health import Finding, Health, examine
from monitor.schedule import leader_lock
from monitor.setup import Workspace
from tests.cli.test_commands import printed, refused
from tests.delivery.builders import message


def finding(workspace: Workspace, check: str, *, now: dt.datetime) -> Finding:
    return next(each for each in examine(workspace, ADMIN, now=now) if each.check == check)


def stop_when_led(workspace: Workspace) -> None:
    """Send the signal that stops a service, once there is a leader to take it."""
    until = time.monotonic() + 60
    while queries.scheduler_leader(workspace.store, ADMIN) is None and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)


def test_serve_leads_until_it_is_stopped(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    stopper = threading.Thread(target=stop_when_led, args=(workspace,))
    stopper.start()
    assert main(["serve"]) == 0
    stopper.join()
    told = capsys.readouterr().err
    assert "leads now" in told
    assert "assess is due" in told
    leader = queries.scheduler_leader(workspace.store, ADMIN)
    assert leader is not None
    assert leader.ended_at is not None
    now = SYSTEM_CLOCK.now()
    assert finding(workspace, "scheduler", now=now).health is Health.WARNING
    late = finding(workspace, "jobs", now=now + dt.timedelta(days=2))
    assert late.health is Health.FAILED
    assert "did not run" in late.message


def test_a_job_run_by_hand_is_in_the_history(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "It never ran." in printed(capsys, "jobs", "list")
    told = printed(capsys, "jobs", "run", "backup")
    assert "read back" in told
    (run,) = json.loads(printed(capsys, "jobs", "history", "backup", "--json"))
    assert (run["outcome"], run["leader"], run["late_by_seconds"]) == ("ok", None, 0.0)
    listed = {row["job"]: row for row in json.loads(printed(capsys, "jobs", "list", "--json"))}
    assert listed["backup"]["last"]["told"] == run["told"]
    assert listed["assess"]["last"] is None
    assert "Did you mean backup?" in refused(capsys, "jobs", "run", "backups")


def test_assess_is_a_job(environment: str, workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert "304 targets assessed" in printed(capsys, "jobs", "run", "assess")
    assert queries.last_run(workspace.store, ADMIN) is not None


def test_backup_and_restore(
    environment: str, workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "out.zip"
    assert json.loads(printed(capsys, "backup", "--out", str(file), "--json"))["file"] == str(file)
    before = len(queries.get_targets(workspace.store, ADMIN))
    assert "say --yes" in refused(capsys, "restore", str(file), code=2)
    lock = leader_lock(workspace.settings.database_url)
    assert lock.acquire()
    assert "stop `zhibiao serve` first" in refused(capsys, "restore", str(file), "--yes")
    lock.release()
    told = printed(capsys, "restore", str(file), "--yes")
    assert "What was there is kept in" in told
    assert len(queries.get_targets(workspace.store, ADMIN)) == before
    printed(capsys, "doctor")


def test_doctor_notices_a_dead_scheduler_and_a_failed_job(workspace: Workspace) -> None:
    now = SYSTEM_CLOCK.now()
    assert "start `zhibiao serve`" in finding(workspace, "scheduler", now=now).message
    epoch = commands.take_lead(workspace.store, ADMIN, name="x", host="h", pid=1)
    assert finding(workspace, "scheduler", now=now).health is Health.OK
    assert finding(workspace, "scheduler", now=now + dt.timedelta(minutes=3)).health is Health.FAILED
    run = commands.claim_job_run(
        workspace.store, ADMIN, job="assess", kind="assess", due_at=now, leader=epoch
    )
    assert "assess at work" in finding(workspace, "jobs", now=now).message
    assert run is not None
    commands.finish_job_run(
        workspace.store, ADMIN, run, outcome=JobOutcome.FAILED, told="No figures.", facts={}
    )
    failed = finding(workspace, "jobs", now=now)
    assert (failed.health, "No figures." in failed.message) == (Health.FAILED, True)


def test_doctor_tells_of_messages_that_failed_or_wait_for_a_wrong_moment(workspace: Workspace) -> None:
    store, now = workspace.store, SYSTEM_CLOCK.now()
    commands.enqueue_messages(store, ADMIN, [message()])

    def told(moment: dt.datetime) -> str:
        found = finding(workspace, "outbox", now=moment)
        return f"{found.health}: {found.message}"

    assert told(now) == "ok: 1 waiting, 0 failed"
    assert "warning: 1 messages wait for a moment" in told(now - dt.timedelta(days=3))
    (claimed,) = commands.claim_messages(
        store, ADMIN, worker="w", now=SYSTEM_CLOCK.now(), limit=1, domain="example.org"
    )
    failed = NewAttempt(AttemptOutcome.PERMANENT, now, now, "h", "550", "no such person")
    commands.record_attempt(store, ADMIN, claimed, failed)
    assert "warning: 1 messages failed in the last 7 days" in told(now)
    assert told(now + dt.timedelta(days=8)) == "ok: 0 waiting, 1 failed"


def test_doctor_notices_a_clock_that_was_set_back(workspace: Workspace) -> None:
    now = SYSTEM_CLOCK.now()
    assert finding(workspace, "clock", now=now).health is Health.OK
    behind = finding(workspace, "clock", now=now - dt.timedelta(days=1))
    assert behind.health is Health.FAILED
    assert "set the clock" in behind.message
