"""Kinds of jobs that tell people: last week's digest, what a stop left out, delivery on and off."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.mail_parts.server import MailServer
from monitor import commands, queries
from monitor.config import load_settings
from monitor.core.access import SCHEDULER
from monitor.core.errors import ConfigError
from monitor.core.jobs import JobOutcome
from monitor.core.outbox import MessageState, OutboxMessage
from monitor.core.people import DigestRecord, Rhythm
from monitor.core.weeks import Week
from monitor.schedule import KINDS, JobContext, JobReport, check_settings
from monitor.schedule.checking import read_schedule
from monitor.setup import Workspace
from monitor.store import Store
from tests.alerts.test_queueing import LI, POLICY, WANG
from tests.monitor.builders import ADMIN, FakeClock, catalogue, plan_entry, target_entry

ROOT = Path(__file__).resolve().parents[2]
MONTHLY = replace(WANG, code="monthly", email="monthly@example.invalid", rhythm=Rhythm.MONTHLY)


@pytest.fixture
def clock() -> FakeClock:
    """Monday 9 February 2026, a quarter to nine in Shanghai."""
    return FakeClock(dt.datetime(2026, 2, 9, 0, 45, tzinfo=dt.UTC))


@pytest.fixture
def workspace(
    tmp_path: Path, sqlite_template: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """A home of its own with one target and two people, one told weekly and one monthly."""
    monkeypatch.setenv("ZHIBIAO_LINK_KEY", "k" * 32)
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    (tmp_path / "zhibiao.db").write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite:///{tmp_path / 'zhibiao.db'}", clock)
    target = target_entry(deadline=dt.date(2026, 12, 31))
    commands.seed_catalogue(store, ADMIN, catalogue(plan_entry(target, period_end="2026")))
    commands.seed_people(store, ADMIN, [LI, MONTHLY], version="v1")
    yield Workspace(load_settings("real", {"ZHIBIAO_HOME": str(tmp_path)}), POLICY, store)
    store.dispose()


def perform(workspace: Workspace, kind: str, **options: str) -> JobReport:
    """A run of a kind, kept as the scheduler keeps it."""
    store, clock = workspace.store, workspace.store.clock
    now = clock.now()
    identity = commands.claim_job_run(store, SCHEDULER, job=kind, kind=kind, due_at=now, leader=None)
    assert identity is not None
    report = KINDS[kind].run(JobContext(workspace, SCHEDULER, clock, now, options))
    commands.finish_job_run(
        store, SCHEDULER, identity, outcome=JobOutcome.OK, told=report.told, facts=report.facts
    )
    return report


def kept(workspace: Workspace) -> list[OutboxMessage]:
    store = workspace.store
    return [queries.get_message(store, ADMIN, each.id) for each in queries.outbox(store, ADMIN)]


def keys(workspace: Workspace) -> set[str]:
    return {each.message.key.removesuffix("/email") for each in queries.outbox(workspace.store, ADMIN)}


def test_a_digest_tells_the_last_week_and_after_a_stop_names_the_others(
    workspace: Workspace, clock: FakeClock
) -> None:
    assert perform(workspace, "digest").facts["skipped"] == []
    assert keys(workspace) == {"digest/2026-W06/li_na"}
    clock.advance(days=28)
    report = perform(workspace, "digest")
    assert report.facts["skipped"] == ["2026-W07", "2026-W08", "2026-W09"]
    assert "Not told by themselves (a stop, or days off): 2026-W07, 2026-W08, 2026-W09." in report.told
    told = "2026 年第 7 周至 2026 年第 9 周的周报未发送（放假或系统停机）"
    assert [each.message.recipient for each in kept(workspace) if told in each.message.html] == ["li_na"]
    made_up = {"digest/2026-W10/li_na", "digest/2026-02/monthly"}
    assert keys(workspace) == {"digest/2026-W06/li_na", *made_up}, "the month that ended meanwhile is made up"
    clock.advance(days=7)
    assert perform(workspace, "digest").facts["skipped"] == []


def test_what_an_interrupted_run_began_is_finished_and_its_stop_still_told(
    workspace: Workspace, clock: FakeClock
) -> None:
    """Composed for week 7 and killed before queueing; then the machine was off."""
    perform(workspace, "digest")
    clock.advance(days=7)
    rules = {"green_at": 0.8, "yellow_at": 0.5}
    begun = DigestRecord("2026-W07", "2026-W07", LI.code, clock.now(), clock.now(), rules)
    commands.record_digests(workspace.store, SCHEDULER, [begun])
    clock.advance(days=14)
    assert perform(workspace, "digest").facts["skipped"] == ["2026-W08"]
    assert {"digest/2026-W07/li_na", "digest/2026-W09/li_na"} <= keys(workspace)


def test_what_was_recorded_before_any_run_and_never_queued_is_queued(
    workspace: Workspace, clock: FakeClock
) -> None:
    """The very first digests, by hand, were cut off between recording and queueing."""
    rules = {"green_at": 0.8, "yellow_at": 0.5}
    begun = DigestRecord("2026-W06", "2026-W06", LI.code, clock.now(), clock.now(), rules)
    commands.record_digests(workspace.store, SCHEDULER, [begun])
    clock.advance(days=7)
    assert queries.last_digest_week(workspace.store, SCHEDULER, before=Week(2026, 7)) is None
    perform(workspace, "digest")
    assert keys(workspace) == {"digest/2026-W06/li_na", "digest/2026-W07/li_na"}
    assert queries.unqueued_digests(workspace.store, SCHEDULER, since=Week(2026, 1)) == {}


def test_a_run_again_after_its_process_died_tells_the_same_stop(
    workspace: Workspace, clock: FakeClock
) -> None:
    perform(workspace, "digest")
    clock.advance(days=21)
    died = JobContext(workspace, SCHEDULER, clock, clock.now(), {})
    first = KINDS["digest"].run(died)
    again = perform(workspace, "digest")
    assert first.facts["skipped"] == again.facts["skipped"] == ["2026-W07", "2026-W08"]
    assert "0 newly queued" in again.told


def test_a_week_without_an_assessment_of_its_end_is_assessed_first(
    workspace: Workspace, clock: FakeClock
) -> None:
    perform(workspace, "digest")
    run = queries.last_run(workspace.store, SCHEDULER)
    assert run is not None
    assert run.as_of == Week(2026, 6).end
    clock.advance(days=1)
    perform(workspace, "assess")
    perform(workspace, "digest")
    later = queries.last_run(workspace.store, SCHEDULER)
    assert later is not None
    assert later.as_of == dt.date(2026, 2, 10), "a newer one stands"


def test_with_nothing_to_tell_nothing_is_queued(workspace: Workspace) -> None:
    for kind in ("urgent", "remind"):
        assert "0 messages" in perform(workspace, kind).told
    assert keys(workspace) == set()


def test_delivery_waits_until_it_is_switched_on(workspace: Workspace, clock: FakeClock) -> None:
    perform(workspace, "digest")
    assert "switched off" in perform(workspace, "deliver").told
    with MailServer() as server:
        switch_on(workspace.settings.home / "configs" / "mail.yaml", port=server.port)
        clock.advance(minutes=1)
        report = perform(workspace, "deliver")
        assert (report.facts["delivered"], report.facts["failed"]) == (1, 0), report.told
        (letter,) = server.letters()
    assert letter["To"] == LI.email
    assert [each.state for each in queries.outbox(workspace.store, ADMIN)] == [MessageState.DELIVERED]
    clock.advance(minutes=1)
    assert perform(workspace, "deliver").facts["delivered"] == 0


def switch_on(file: Path, *, port: int) -> None:
    mail: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    mail |= {"enabled": True, "server": {**mail["server"], "port": port}}
    mail["sender"]["address"] = "zhibiao@example.org"
    file.write_text(yaml.safe_dump(mail, allow_unicode=True), encoding="utf-8")


def test_settings_that_would_fail_in_the_night_are_refused_before(workspace: Workspace) -> None:
    settings = workspace.settings
    check_settings(settings)
    people = settings.home / "configs" / "people.yaml"
    person = {"name": "李娜", "email": "li@example.org", "departments": [], "channels": ["nowhere"]}
    people.write_text(yaml.safe_dump({"people": {"li_na": person}}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"li_na.*channels"):
        check_settings(settings)
    schedule = settings.home / "configs" / "schedule.yaml"
    schedule.write_text('jobs:\n  keep_copies: {kind: backup, every: 1h, options: {keep: "some"}}\n')
    with pytest.raises(ConfigError, match=r"jobs\.keep_copies\.options\.keep"):
        read_schedule(settings, KINDS)


def test_a_delivery_with_nothing_to_do_leaves_no_row(workspace: Workspace, clock: FakeClock) -> None:
    context = JobContext(workspace, SCHEDULER, clock, clock.now(), {})
    is_idle = KINDS["deliver"].is_idle
    assert is_idle is not None
    assert is_idle(context)
    perform(workspace, "digest")
    clock.advance(minutes=1)
    assert not is_idle(context)
