"""Is everything as it should be? Named checks for `zhibiao doctor` and for monitoring."""

from __future__ import annotations

import datetime as dt
import shutil
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from monitor import queries
from monitor.clock import ZONE, local_date
from monitor.config import load_catalogue, load_mail_settings, load_settings
from monitor.config.corrections import load_corrections
from monitor.config.figure_sources import load_sources
from monitor.core.access import Actor
from monitor.core.corrections import CorrectionState
from monitor.core.errors import ConfigError, Severity, StoreError
from monitor.core.freshness import FreshnessState
from monitor.core.jobs import JobOutcome
from monitor.core.ledger import broken_link
from monitor.core.outbox import MessageState
from monitor.core.records import Target
from monitor.setup import Workspace, policy_of
from monitor.sources import standings

STALE_AFTER_DAYS = 2
LONGEST_WAIT = dt.timedelta(hours=2)
"""A message that is due leaves within minutes; one that waited longer is a sign."""
LONGEST_DELAY = dt.timedelta(hours=30)
"""Between two attempts there is a day at most, by chance a quarter more."""
FAILED_LATELY = dt.timedelta(days=7)
LONGEST_KNOCK_S = 5.0
LEAST_FREE_BYTES = 500 * 2**20
LONGEST_SILENCE = dt.timedelta(minutes=2)
"""A heartbeat comes every few seconds; one that waits for a long write is no dead scheduler."""
OVERDUE_AFTER = dt.timedelta(minutes=5)
CLOCK_TOLERANCE = dt.timedelta(minutes=1)
_LEDGER_ACTIONS = frozenset({"target_opened", "target_revised", "target_withdrawn"})
"""Audit entries each of which stands for one entry of a target's ledger."""
_REGISTERED = "targets_registered"
"""The audit entry of a plan that stands for the first entries of many."""


class Health(StrEnum):
    """Outcome of one check."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, how it stands, and what to do."""

    check: str
    health: Health
    message: str


def open_unchecked(name: str | None) -> Workspace:
    """A workspace whose database may be missing, outdated or another's: finding that out is a check.

    Parameters
    ----------
    name : str or None
        Its name; None for the one in use.
    """
    settings = load_settings(name)
    catalogue = load_catalogue(settings.configs_dir)
    return Workspace(settings, policy_of(settings, catalogue), queries.Store(settings.database_url))


def examine(workspace: Workspace, actor: Actor, *, now: dt.datetime) -> Iterator[Finding]:
    """Run every check, the cheapest first; without a sound database there is nothing further to ask."""
    today = local_date(now)
    database = _database(workspace, actor)
    yield database
    if database.health is Health.OK:
        targets = queries.get_targets(workspace.store, actor)
        yield _ledger(targets)
        yield _ledger_ends(workspace, actor, targets)
        yield _last_run(workspace, actor, today)
        yield _catalogue(workspace, actor)
        yield _quarantine(workspace, actor)
        yield _clock(workspace, actor, now)
        yield _scheduler(workspace, actor, now)
        yield _jobs(workspace, actor, now)
        yield _outbox(workspace, actor, now)
        yield _mail_server(workspace)
        yield _sources(workspace, actor, now)
        yield _corrections(workspace, actor)
    yield _disk(workspace)


def _database(workspace: Workspace, actor: Actor) -> Finding:
    failed = partial(Finding, "database", Health.FAILED)
    wanted = workspace.settings
    try:
        if not workspace.store.schema_is_current():
            return failed("missing, or of another version than the program; run `zhibiao init`")
        found = queries.get_workspace(workspace.store, actor)
    except DBAPIError as error:
        return failed(f"{workspace.store.address} cannot be used: {error.orig}")
    except StoreError as error:
        return failed(str(error))
    if (found.name, found.simulated) != (wanted.workspace, wanted.simulated):
        return failed(f"it belongs to the workspace {found.name!r}, not {wanted.workspace!r}")
    return Finding("database", Health.OK, "reachable, migrations up to date")


def _ledger(targets: Sequence[Target]) -> Finding:
    broken = [target.code for target in targets if broken_link(target.history) is not None]
    if broken:
        return Finding(
            "ledger", Health.FAILED, f"the hash chain is broken for {', '.join(broken[:5])}; restore a backup"
        )
    return Finding("ledger", Health.OK, f"{len(targets)} hash chains hold")


def _ledger_ends(workspace: Workspace, actor: Actor, targets: Sequence[Target]) -> Finding:
    """Entries against the audit trail: a chain that was cut at its end still holds by itself."""
    name = "ledger ends"
    entries = Counter({target.code: len(target.history) for target in targets})
    expected: Counter[str] = Counter()
    for record in queries.audit_records(workspace.store, actor, actions={_REGISTERED, *_LEDGER_ACTIONS}):
        if record.entry.action == _REGISTERED:
            expected.update(record.entry.new["targets"] if record.entry.new else ())
        else:
            expected[record.entry.subject] += 1
    differing = sorted(code for code in entries | expected if entries[code] != expected[code])
    if differing:
        told = ", ".join(differing[:5])
        return Finding(
            name, Health.FAILED, f"entries and audit trail differ in number for {told}; restore a backup"
        )
    return Finding(name, Health.OK, f"{expected.total()} entries, as many as the audit trail tells")


def _last_run(workspace: Workspace, actor: Actor, today: dt.date) -> Finding:
    last = queries.last_run(workspace.store, actor)
    if last is None:
        return Finding("assessment", Health.WARNING, "nothing was assessed yet; run `zhibiao run`")
    age = (today - last.as_of).days
    if age < 0:
        return Finding(
            "assessment",
            Health.FAILED,
            f"the last one is as of {last.as_of}, which lies ahead; "
            "check the clock: until then, runs are ad hoc",
        )
    if age > STALE_AFTER_DAYS:
        return Finding("assessment", Health.WARNING, f"the last one is {age} days old; run `zhibiao run`")
    return Finding("assessment", Health.OK, f"as of {last.as_of}")


def _catalogue(workspace: Workspace, actor: Actor) -> Finding:
    last = queries.last_run(workspace.store, actor)
    if last is not None and last.versions.get("catalogue") != workspace.policy.catalogue_version:
        return Finding(
            "catalogue",
            Health.WARNING,
            "configs/ changed since the last assessment; run `zhibiao init`, then `zhibiao run`",
        )
    return Finding("catalogue", Health.OK, f"version {workspace.policy.catalogue_version}")


def _quarantine(workspace: Workspace, actor: Actor) -> Finding:
    waiting = Counter(row.refusal.severity for row in queries.refused_rows(workspace.store, actor))
    if waiting:
        told = (
            f"{waiting[Severity.REFUSE]} refused and {waiting[Severity.HOLD]} held rows wait for a decision"
        )
        return Finding("quarantine", Health.WARNING, told)
    return Finding("quarantine", Health.OK, "empty")


def _clock(workspace: Workspace, actor: Actor, now: dt.datetime) -> Finding:
    """A clock that was set back would date new entries before those that stand."""
    newest = queries.last_recorded_at(workspace.store, actor)
    offset = now.astimezone(ZONE).strftime("%z")
    if newest is not None and newest > now + CLOCK_TOLERANCE:
        return Finding(
            "clock",
            Health.FAILED,
            f"it shows {_minute(now)}, but the newest entry was recorded {_minute(newest)}; set the clock",
        )
    return Finding("clock", Health.OK, f"{ZONE.key} is UTC{offset}, and no entry lies ahead")


def _scheduler(workspace: Workspace, actor: Actor, now: dt.datetime) -> Finding:
    finding = partial(Finding, "scheduler")
    leader = queries.scheduler_leader(workspace.store, actor)
    if leader is None:
        return finding(Health.WARNING, "no job runs by itself; start `zhibiao serve`")
    who = f"leader {leader.epoch}, process {leader.pid} on {leader.host}"
    if leader.ended_at is not None:
        return finding(Health.WARNING, f"{who} was stopped {_minute(leader.ended_at)}; start `zhibiao serve`")
    silence = now - leader.beat_at
    if silence > LONGEST_SILENCE:
        return finding(
            Health.FAILED, f"{who} gave no sign since {_minute(leader.beat_at)}; start `zhibiao serve`"
        )
    return finding(Health.OK, f"{who} gave a sign {max(0, int(silence.total_seconds()))} s ago")


def _jobs(workspace: Workspace, actor: Actor, now: dt.datetime) -> Finding:
    """The last run of every job, and due times that passed without a run."""
    finding = partial(Finding, "jobs")
    last = queries.last_job_runs(workspace.store, actor)
    overdue = queries.overdue_jobs(workspace.store, actor, before=now - OVERDUE_AFTER)
    by_outcome = {
        outcome: [name for name, run in last.items() if run.outcome is outcome] for outcome in JobOutcome
    }
    failed = by_outcome[JobOutcome.FAILED]
    told = [f"{name} failed ({last[name].told})" for name in failed]
    told += [f"{name} was due {_minute(due)} and did not run" for name, due in overdue.items()]
    if told:
        return finding(Health.FAILED, "; ".join(told) + "; see `zhibiao jobs history`")
    if by_outcome[JobOutcome.ABANDONED]:
        names = ", ".join(by_outcome[JobOutcome.ABANDONED])
        return finding(Health.WARNING, f"cut off half-way: {names}; see `zhibiao jobs history`")
    if not last:
        return finding(Health.OK, "none ran yet")
    running = by_outcome[JobOutcome.RUNNING]
    beside = f", {', '.join(running)} at work" if running else ""
    return finding(Health.OK, f"the last run of each went well: {', '.join(sorted(last))}{beside}")


def _minute(moment: dt.datetime) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def _outbox(workspace: Workspace, actor: Actor, now: dt.datetime) -> Finding:
    """Messages that wait for a person, and messages that should have left."""
    age = queries.outbox_age(workspace.store, actor, now=now)
    uncertain = age.counts.get(MessageState.UNCERTAIN, 0)
    if uncertain:
        told = f"{uncertain} messages may or may not have arrived; settle them (`zhibiao mail list`)"
        return Finding("outbox", Health.WARNING, told)
    waited = now - age.oldest_due_at if age.oldest_due_at else dt.timedelta(0)
    if waited > LONGEST_WAIT:
        hours = waited / dt.timedelta(hours=1)
        return Finding("outbox", Health.WARNING, f"the oldest message due has waited for {hours:.0f} hours")
    lately, ahead = queries.outbox_signs(
        workspace.store, actor, failed_since=now - FAILED_LATELY, due_after=now + LONGEST_DELAY
    )
    if ahead:
        told = f"{ahead} messages wait for a moment that a clock ahead of time gave them; cancel them or wait"
        return Finding("outbox", Health.WARNING, told)
    if lately:
        told = f"{lately} messages failed in the last {FAILED_LATELY.days} days"
        return Finding("outbox", Health.WARNING, f"{told} (`zhibiao mail list --state failed`)")
    failed = age.counts.get(MessageState.FAILED, 0)
    told = f"{age.counts.get(MessageState.QUEUED, 0)} waiting, {failed} failed"
    return Finding("outbox", Health.OK, told)


def _mail_server(workspace: Workspace) -> Finding:
    """Whether somebody answers where the settings say the mail server is."""
    try:
        mail = load_mail_settings(workspace.settings)
    except ConfigError as error:
        return Finding("mail server", Health.FAILED, str(error).replace("\n", " "))
    if not mail.enabled:
        return Finding("mail server", Health.OK, "delivery is switched off in configs/mail.yaml")
    address = f"{mail.server.host}:{mail.server.port}"
    try:
        socket.create_connection((mail.server.host, mail.server.port), timeout=LONGEST_KNOCK_S).close()
    except OSError as error:
        why = error.strerror or str(error)
        return Finding("mail server", Health.FAILED, f"{address} does not answer ({why}); messages wait")
    return Finding("mail server", Health.OK, f"{address} answers; `zhibiao mail test` tries it whole")


def _sources(workspace: Workspace, actor: Actor, now: dt.datetime) -> Finding:
    warned = partial(Finding, "sources", Health.WARNING)
    enabled = {
        code: entry for code, entry in load_sources(workspace.settings.configs_dir).items() if entry.enabled
    }
    found = standings(
        workspace.store,
        actor,
        enabled,
        now=now,
        timezone=workspace.settings.timezone,
        silent_after_missed=workspace.policy.grey_after_missed,
    )
    failed = [each.source for each in found if each.last and not each.last.outcome.is_good]
    if failed:
        return warned(f"the last run of {', '.join(failed)} failed; see `zhibiao sources history`")
    silent = [each.source for each in found if each.state is FreshnessState.SILENT]
    if silent:
        return warned(f"nothing came from {', '.join(silent)} for too long; see `zhibiao sources list`")
    return Finding("sources", Health.OK, f"{len(found)} enabled")


def _corrections(workspace: Workspace, actor: Actor) -> Finding:
    """Corrections still in the file although the source gives another figure by now."""
    written = load_corrections(workspace.settings.configs_dir).codes
    uses = queries.correction_uses(workspace.store, actor)
    repaired = [
        use.correction for use in uses if use.correction in written and use.state is CorrectionState.OBSOLETE
    ]
    if repaired:
        return Finding(
            "corrections",
            Health.WARNING,
            f"the source no longer gives the wrong figure of {', '.join(repaired)}; "
            "remove the entry from corrections.yaml",
        )
    return Finding("corrections", Health.OK, f"{len(written)} known errors of sources")


def _disk(workspace: Workspace) -> Finding:
    free = shutil.disk_usage(Path(workspace.settings.home)).free
    if free < LEAST_FREE_BYTES:
        return Finding("disk", Health.WARNING, f"only {free // 2**20} MiB free")
    return Finding("disk", Health.OK, f"{free // 2**30} GiB free")
