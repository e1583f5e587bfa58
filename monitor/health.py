"""Is everything as it should be? Named checks for `zhibiao doctor` and for monitoring."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from monitor import queries
from monitor.access import Actor
from monitor.ledger import broken_link
from monitor.setup import Workspace

STALE_AFTER_DAYS = 2
LEAST_FREE_BYTES = 500 * 2**20


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


def examine(workspace: Workspace, actor: Actor, *, today: dt.date) -> Iterator[Finding]:
    """Run every check, the cheapest first."""
    yield _database(workspace)
    yield _ledger(workspace, actor)
    yield _last_run(workspace, actor, today)
    yield _catalogue(workspace, actor)
    yield _quarantine(workspace, actor)
    yield _disk(workspace)


def _database(workspace: Workspace) -> Finding:
    if workspace.store.schema_is_current():
        return Finding("database", Health.OK, "reachable, migrations up to date")
    return Finding("database", Health.FAILED, "the schema is older than the program; run `zhibiao init`")


def _ledger(workspace: Workspace, actor: Actor) -> Finding:
    targets = queries.get_targets(workspace.store, actor)
    broken = [target.code for target in targets if broken_link(target.history) is not None]
    if broken:
        return Finding(
            "ledger", Health.FAILED, f"the hash chain is broken for {', '.join(broken[:5])}; restore a backup"
        )
    return Finding("ledger", Health.OK, f"{len(targets)} hash chains hold")


def _last_run(workspace: Workspace, actor: Actor, today: dt.date) -> Finding:
    last = queries.last_run(workspace.store, actor)
    if last is None:
        return Finding("assessment", Health.WARNING, "nothing was assessed yet; run `zhibiao run`")
    age = (today - last.as_of).days
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


def _disk(workspace: Workspace) -> Finding:
    free = shutil.disk_usage(Path(workspace.settings.home)).free
    if free < LEAST_FREE_BYTES:
        return Finding("disk", Health.WARNING, f"only {free // 2**20} MiB free")
    return Finding("disk", Health.OK, f"{free // 2**30} GiB free")
