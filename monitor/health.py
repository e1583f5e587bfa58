"""Is everything as it should be? Named checks for `zhibiao doctor` and for monitoring."""

from __future__ import annotations

import datetime as dt
import shutil
import socket
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

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
from monitor.words.display import Language
from monitor.words.health import finding_words

STALE_AFTER_DAYS = 2
_NAMED = 5
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
    """One check: what was looked at, how it stands, and what was found.

    Parameters
    ----------
    check : str
        Name of the check.
    sign, facts : str, mapping
        Which sentence, and what it states: `monitor.words.health` words them, with what to do.
    """

    check: str
    health: Health
    sign: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence in English, for the command line and for logs."""
        return finding_words(self.sign, self.facts, Language.EN)


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
            return failed("database_outdated")
        found = queries.get_workspace(workspace.store, actor)
    except DBAPIError as error:
        return failed("database_unusable", {"address": workspace.store.address, "why": str(error.orig)})
    except StoreError as error:
        return failed("database_refuses", {"why": str(error)})
    if (found.name, found.simulated) != (wanted.workspace, wanted.simulated):
        return failed("database_of_another", {"found": found.name, "wanted": wanted.workspace})
    return Finding("database", Health.OK, "database_ok")


def _ledger(targets: Sequence[Target]) -> Finding:
    broken = [target.code for target in targets if broken_link(target.history) is not None]
    if broken:
        return Finding("ledger", Health.FAILED, "ledger_broken", {"targets": ", ".join(broken[:_NAMED])})
    return Finding("ledger", Health.OK, "ledger_ok", {"count": len(targets)})


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
        told = {"targets": ", ".join(differing[:_NAMED])}
        return Finding(name, Health.FAILED, "ledger_ends_differ", told)
    return Finding(name, Health.OK, "ledger_ends_ok", {"count": expected.total()})


def _last_run(workspace: Workspace, actor: Actor, today: dt.date) -> Finding:
    finding = partial(Finding, "assessment")
    last = queries.last_run(workspace.store, actor)
    if last is None:
        return finding(Health.WARNING, "assessment_none")
    age = (today - last.as_of).days
    if age < 0:
        return finding(Health.FAILED, "assessment_ahead", {"as_of": last.as_of})
    if age > STALE_AFTER_DAYS:
        return finding(Health.WARNING, "assessment_stale", {"days": age})
    return finding(Health.OK, "assessment_ok", {"as_of": last.as_of})


def _catalogue(workspace: Workspace, actor: Actor) -> Finding:
    last = queries.last_run(workspace.store, actor)
    version = workspace.policy.catalogue_version
    if last is not None and last.versions.get("catalogue") != version:
        return Finding("catalogue", Health.WARNING, "catalogue_changed")
    return Finding("catalogue", Health.OK, "catalogue_ok", {"version": version})


def _quarantine(workspace: Workspace, actor: Actor) -> Finding:
    waiting = Counter(row.refusal.severity for row in queries.refused_rows(workspace.store, actor))
    if waiting:
        told = {"refused": waiting[Severity.REFUSE], "held": waiting[Severity.HOLD]}
        return Finding("quarantine", Health.WARNING, "quarantine_waiting", told)
    return Finding("quarantine", Health.OK, "quarantine_ok")


def _clock(workspace: Workspace, actor: Actor, now: dt.datetime) -> Finding:
    """A clock that was set back would date new entries before those that stand."""
    newest = queries.last_recorded_at(workspace.store, actor)
    if newest is not None and newest > now + CLOCK_TOLERANCE:
        return Finding(
            "clock", Health.FAILED, "clock_behind", {"now": _minute(now), "newest": _minute(newest)}
        )
    offset = now.astimezone(ZONE).strftime("%z")
    return Finding("clock", Health.OK, "clock_ok", {"zone": ZONE.key, "offset": offset})


def _scheduler(workspace: Workspace, actor: Actor, now: dt.datetime) -> Finding:
    finding = partial(Finding, "scheduler")
    leader = queries.scheduler_leader(workspace.store, actor)
    if leader is None:
        return finding(Health.WARNING, "scheduler_none")
    who = {"epoch": leader.epoch, "pid": leader.pid, "host": leader.host}
    if leader.ended_at is not None:
        return finding(Health.WARNING, "scheduler_left", {**who, "time": _minute(leader.ended_at)})
    silence = now - leader.beat_at
    if silence > LONGEST_SILENCE:
        return finding(Health.FAILED, "scheduler_silent", {**who, "time": _minute(leader.beat_at)})
    return finding(Health.OK, "scheduler_ok", {**who, "seconds": max(0, int(silence.total_seconds()))})


def _jobs(workspace: Workspace, actor: Actor, now: dt.datetime) -> Finding:
    """The last run of every job, and due times that passed without a run."""
    finding = partial(Finding, "jobs")
    last = queries.last_job_runs(workspace.store, actor)
    overdue = queries.overdue_jobs(workspace.store, actor, before=now - OVERDUE_AFTER)
    by_outcome = {
        outcome: [name for name, run in last.items() if run.outcome is outcome] for outcome in JobOutcome
    }
    failed = by_outcome[JobOutcome.FAILED]
    parts = [("job_failed", {"job": name, "why": last[name].told}) for name in failed]
    parts += [("job_overdue", {"job": name, "time": _minute(due)}) for name, due in overdue.items()]
    if parts:
        return finding(Health.FAILED, "jobs_failed", {"parts": parts})
    if by_outcome[JobOutcome.ABANDONED]:
        names = ", ".join(by_outcome[JobOutcome.ABANDONED])
        return finding(Health.WARNING, "jobs_abandoned", {"jobs": names})
    if not last:
        return finding(Health.OK, "jobs_none")
    told = {"jobs": ", ".join(sorted(last)), "running": ", ".join(by_outcome[JobOutcome.RUNNING])}
    return finding(Health.OK, "jobs_at_work" if told["running"] else "jobs_ok", told)


def _minute(moment: dt.datetime) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def _outbox(workspace: Workspace, actor: Actor, now: dt.datetime) -> Finding:
    """Messages that wait for a person, and messages that should have left."""
    finding = partial(Finding, "outbox")
    age = queries.outbox_age(workspace.store, actor, now=now)
    uncertain = age.counts.get(MessageState.UNCERTAIN, 0)
    if uncertain:
        return finding(Health.WARNING, "outbox_uncertain", {"count": uncertain})
    waited = now - age.oldest_due_at if age.oldest_due_at else dt.timedelta(0)
    if waited > LONGEST_WAIT:
        return finding(Health.WARNING, "outbox_waiting", {"hours": round(waited / dt.timedelta(hours=1))})
    lately, ahead = queries.outbox_signs(
        workspace.store, actor, failed_since=now - FAILED_LATELY, due_after=now + LONGEST_DELAY
    )
    if ahead:
        return finding(Health.WARNING, "outbox_ahead", {"count": ahead})
    if lately:
        return finding(Health.WARNING, "outbox_failed", {"count": lately, "days": FAILED_LATELY.days})
    counts = {name: age.counts.get(MessageState(name), 0) for name in ("queued", "failed")}
    return finding(Health.OK, "outbox_ok", counts)


def _mail_server(workspace: Workspace) -> Finding:
    """Whether somebody answers where the settings say the mail server is."""
    finding = partial(Finding, "mail server")
    try:
        mail = load_mail_settings(workspace.settings)
    except ConfigError as error:
        return finding(Health.FAILED, "mail_refused", {"why": str(error).replace("\n", " ")})
    if not mail.enabled:
        return finding(Health.OK, "mail_off")
    address = f"{mail.server.host}:{mail.server.port}"
    try:
        socket.create_connection((mail.server.host, mail.server.port), timeout=LONGEST_KNOCK_S).close()
    except OSError as error:
        why = error.strerror or str(error)
        return finding(Health.FAILED, "mail_silent", {"address": address, "why": why})
    return finding(Health.OK, "mail_ok", {"address": address})


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
        return warned("sources_failed", {"sources": ", ".join(failed)})
    silent = [each.source for each in found if each.state is FreshnessState.SILENT]
    if silent:
        return warned("sources_silent", {"sources": ", ".join(silent)})
    return Finding("sources", Health.OK, "sources_ok", {"count": len(found)})


def _corrections(workspace: Workspace, actor: Actor) -> Finding:
    """Corrections still in the file although the source gives another figure by now."""
    written = load_corrections(workspace.settings.configs_dir).codes
    uses = queries.correction_uses(workspace.store, actor)
    repaired = [
        use.correction for use in uses if use.correction in written and use.state is CorrectionState.OBSOLETE
    ]
    if repaired:
        told = {"codes": ", ".join(repaired)}
        return Finding("corrections", Health.WARNING, "corrections_obsolete", told)
    return Finding("corrections", Health.OK, "corrections_ok", {"count": len(written)})


def _disk(workspace: Workspace) -> Finding:
    free = shutil.disk_usage(Path(workspace.settings.home)).free
    if free < LEAST_FREE_BYTES:
        return Finding("disk", Health.WARNING, "disk_full", {"mib": free // 2**20})
    return Finding("disk", Health.OK, "disk_ok", {"gib": free // 2**30})
