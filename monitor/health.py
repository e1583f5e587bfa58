"""Is everything as it should be? Named checks for `zhibiao doctor` and for monitoring."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from monitor import queries
from monitor.clock import end_of_day
from monitor.config import load_catalogue, load_settings
from monitor.config.corrections import load_corrections
from monitor.config.figure_sources import load_sources
from monitor.core.access import Actor
from monitor.core.corrections import CorrectionState
from monitor.core.freshness import FreshnessState
from monitor.core.ledger import broken_link
from monitor.setup import Workspace, policy_of
from monitor.sources import standings

STALE_AFTER_DAYS = 2
LEAST_FREE_BYTES = 500 * 2**20
_LEDGER_ACTIONS = frozenset({"target_opened", "target_revised", "target_withdrawn"})
"""Audit entries each of which stands for one entry of a target's ledger."""


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


def examine(workspace: Workspace, actor: Actor, *, today: dt.date) -> Iterator[Finding]:
    """Run every check, the cheapest first; without a sound database there is nothing further to ask."""
    now = end_of_day(today)
    database = _database(workspace, actor)
    yield database
    if database.health is Health.OK:
        yield _ledger(workspace, actor)
        yield _ledger_ends(workspace, actor)
        yield _last_run(workspace, actor, today)
        yield _catalogue(workspace, actor)
        yield _quarantine(workspace, actor)
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
    if (found.name, found.simulated) != (wanted.workspace, wanted.simulated):
        return failed(f"it belongs to the workspace {found.name!r}, not {wanted.workspace!r}")
    return Finding("database", Health.OK, "reachable, migrations up to date")


def _ledger(workspace: Workspace, actor: Actor) -> Finding:
    targets = queries.get_targets(workspace.store, actor)
    broken = [target.code for target in targets if broken_link(target.history) is not None]
    if broken:
        return Finding(
            "ledger", Health.FAILED, f"the hash chain is broken for {', '.join(broken[:5])}; restore a backup"
        )
    return Finding("ledger", Health.OK, f"{len(targets)} hash chains hold")


def _ledger_ends(workspace: Workspace, actor: Actor) -> Finding:
    """Entries against the audit trail: a chain that was cut at its end still holds by itself."""
    store, name = workspace.store, "ledger ends"
    targets = {target.code: len(target.history) for target in queries.get_targets(store, actor)}
    expected: Counter[str] = Counter()
    for plan in queries.get_plans(store, actor):
        for record in queries.audit_trail(store, actor, "plan", plan):
            if record.entry.action == "targets_registered":
                expected.update(record.entry.new["targets"] if record.entry.new else ())
    for code in targets.keys() | expected.keys():
        records = queries.audit_trail(store, actor, "target", code)
        expected[code] += sum(record.entry.action in _LEDGER_ACTIONS for record in records)
    differing = sorted(code for code, count in expected.items() if targets.get(code, 0) != count)
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
    waiting = len(queries.refused_rows(workspace.store, actor))
    if waiting:
        return Finding("quarantine", Health.WARNING, f"{waiting} refused rows wait for a decision")
    return Finding("quarantine", Health.OK, "empty")


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
