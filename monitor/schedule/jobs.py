"""What jobs do, by kind: each kind is one function from a context to a sentence with facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor import commands
from monitor.assess import assess, load_snapshot
from monitor.backup import prune_backups, scheduled_backup
from monitor.clock import Clock, local_date
from monitor.config import load_catalogue
from monitor.core.access import Actor
from monitor.core.errors import ConfigError, ConfigProblem
from monitor.forecasting import train
from monitor.setup import Workspace, policy_of

KEPT_BACKUPS = 14


@dataclass(frozen=True)
class JobContext:
    """What a job is given.

    Parameters
    ----------
    workspace : Workspace
        Settings and database; a kind that needs the rules in force reads them again.
    actor : Actor
        Who acts.
    clock : Clock
        Where the time comes from.
    due_at : datetime.datetime
        When the run was due; it may be long ago.
    options : mapping
        Options of the job in `configs/schedule.yaml`.
    """

    workspace: Workspace
    actor: Actor
    clock: Clock
    due_at: dt.datetime
    options: Mapping[str, str]


@dataclass(frozen=True)
class JobReport:
    """What a run did: a sentence for people, facts for programs."""

    told: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class JobKind:
    """A kind of job.

    Parameters
    ----------
    run : callable
        Does the work; what it raises is stored with the run.
    options : frozenset of str
        Options it takes.
    repeatable : bool
        Whether a run that died half-way may simply be done again.
    """

    run: Callable[[JobContext], JobReport]
    options: frozenset[str] = frozenset()
    repeatable: bool = True


def _assess(context: JobContext) -> JobReport:
    """Assess every target as known today, with the rules that stand in the files today."""
    settings = context.workspace.settings
    policy = policy_of(settings, load_catalogue(settings.configs_dir))
    as_of = local_date(context.clock.now())
    summary = assess(context.workspace.store, context.actor, policy, as_of=as_of)
    return JobReport(
        f"As of {as_of}: {summary.assessed} targets assessed, {summary.stored} stored, "
        f"{len(summary.changes)} flags changed.",
        summary.to_json(),
    )


def _retrain(context: JobContext) -> JobReport:
    """Learn the pooled coefficients again from everything known today; later assessments draw with them."""
    store, as_of = context.workspace.store, local_date(context.clock.now())
    trained = train(load_snapshot(store, context.actor, as_of=as_of))
    if trained is None:
        return JobReport("The stored series are too few to learn from; the coefficients that ship stand.")
    kept = commands.record_training(store, context.actor, trained)
    told = f"Trained on {trained.n_series} series: version {trained.version}."
    if not kept:
        told = f"Nothing changed since the training {trained.version}."
    return JobReport(told, {"version": trained.version, "n_series": trained.n_series, "kept": kept})


def _backup(context: JobContext) -> JobReport:
    """Write a backup, check it, and remove the oldest beyond the number to keep."""
    keep = _number(context.options.get("keep", str(KEPT_BACKUPS)), "keep")
    settings = context.workspace.settings
    made = scheduled_backup(context.workspace.store, settings, now=context.clock.now())
    removed = prune_backups(settings, keep=keep)
    told = f"{made.rows:,} rows written to {made.path.name} and read back; {len(removed)} older ones removed."
    return JobReport(told, {"file": str(made.path), "rows": made.rows, "removed": len(removed)})


def _number(text: str, option: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ConfigError(
            [ConfigProblem("configs/schedule.yaml", f"options.{option}", repr(text), "a whole number from 1")]
        )
    return int(text)


KINDS: Mapping[str, JobKind] = {
    "assess": JobKind(_assess),
    "retrain": JobKind(_retrain),
    "backup": JobKind(_backup, options=frozenset({"keep"})),
}
"""Every kind that `configs/schedule.yaml` may name."""


def options_of(kinds: Mapping[str, JobKind]) -> dict[str, frozenset[str]]:
    """The options each kind takes, as the reader of the schedule asks for them."""
    return {name: kind.options for name, kind in kinds.items()}
