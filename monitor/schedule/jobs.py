"""What jobs do, by kind: each kind is one function from a context to a sentence with facts."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from monitor import commands, queries
from monitor.alerts.digests import QueueSummary, queue_digests
from monitor.alerts.known import Span
from monitor.alerts.reminders import queue_reminders
from monitor.alerts.urgent import queue_urgent
from monitor.assess import assess, load_snapshot
from monitor.backup import prune_backups, scheduled_backup
from monitor.clock import Clock, local_date
from monitor.config import load_catalogue, load_mail_settings, load_working_days
from monitor.config.figure_sources import SourceEntry, load_sources, schedule_trigger
from monitor.core.access import Actor
from monitor.core.errors import ConfigError, ConfigProblem, NotFoundError
from monitor.core.freshness import FreshnessState
from monitor.core.outbox import MessageState
from monitor.core.people import Rhythm
from monitor.core.policy import Policy
from monitor.core.sources import SourceRun
from monitor.core.weeks import Week
from monitor.delivery import deliver_due, recover_claims, worker_identity
from monitor.forecasting import train
from monitor.setup import Workspace, links_of, policy_of
from monitor.sources import run_source

KEPT_BACKUPS = 14
DAYS_TO_ANSWER = 5
MOST_NAMED = 50
"""Silent series named in the facts of a run."""
RECENT_WEEKS = 8
"""So far back, digests that were recorded and never queued are queued."""


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
    numbers : frozenset of str
        Those of them that are whole numbers from 1.
    repeatable : bool
        Whether a run that died half-way may simply be done again.
    is_idle : callable, optional
        Whether there is nothing to do: a due time then passes without a run being kept.
    """

    run: Callable[[JobContext], JobReport]
    options: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    repeatable: bool = True
    is_idle: Callable[[JobContext], bool] | None = None


def _assess(context: JobContext) -> JobReport:
    """Assess every target as known today, with the rules that stand in the files today."""
    as_of = local_date(context.clock.now())
    summary = assess(context.workspace.store, context.actor, _policy(context), as_of=as_of)
    return JobReport(
        f"As of {as_of}: {summary.assessed} targets assessed, {summary.stored} stored, "
        f"{len(summary.changes)} flags changed.",
        summary.to_json(),
    )


def _ingest(context: JobContext) -> JobReport:
    """Ask every source whose own schedule fell due since it was last asked; or the one that is named."""
    store, settings = context.workspace.store, context.workspace.settings
    now = context.clock.now()
    sources = {code: each for code, each in load_sources(settings.configs_dir).items() if each.enabled}
    named = context.options.get("source")
    if named is not None and named not in sources:
        raise NotFoundError("source", named, "Enable it in configs/sources.yaml.", known=sources)
    last = queries.last_source_runs(store, context.actor)
    due = [
        each
        for code, each in sources.items()
        if named == code or (named is None and _is_due(each, last.get(code), now, settings.timezone))
    ]
    runs = [run_source(store, context.actor, settings, each, now=now) for each in due]
    told = " ".join(f"{run.source}: {run.message}" for run in runs) or "No source was due."
    return JobReport(told, {"sources": {run.source: run.outcome.value for run in runs}})


def _is_due(source: SourceEntry, last: SourceRun | None, now: dt.datetime, timezone: str) -> bool:
    if last is None or source.schedule is None:
        return source.schedule is not None
    trigger = schedule_trigger(source.schedule, timezone)
    following = trigger.get_next_fire_time(last.started_at, last.started_at)
    return following is not None and following <= now


def _freshness(context: JobContext) -> JobReport:
    """Count the series that are late or silent today, and name the silent ones that targets stand on."""
    as_of = local_date(context.clock.now())
    found = queries.freshness(
        context.workspace.store,
        context.actor,
        as_of=as_of,
        silent_after_missed=_policy(context).grey_after_missed,
    )
    counts = Counter(each.state.value for each in found)
    silent = [
        f"{each.indicator}/{each.region}"
        for each in found
        if each.state is FreshnessState.SILENT and each.departments
    ]
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "no series yet"
    return JobReport(f"As of {as_of}: {told}.", {"counts": dict(counts), "silent": silent[:MOST_NAMED]})


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
    keep = whole_number(context.options.get("keep", str(KEPT_BACKUPS)), "options.keep")
    settings = context.workspace.settings
    made = scheduled_backup(context.workspace.store, settings, now=context.clock.now())
    removed = prune_backups(settings, keep=keep)
    told = f"{made.rows:,} rows written to {made.path.name} and read back; {len(removed)} older ones removed."
    return JobReport(told, {"file": str(made.path), "rows": made.rows, "removed": len(removed)})


def _digest(context: JobContext) -> JobReport:
    """Queue the digests of the last week that is over, and finish what an interrupted run began.

    After a stop, weeks in between are not told one by one: the last one tells where things stand. Monthly
    digests that fell into the stop are made up. Where the stop left the week without an assessment of its
    end, that is made first.
    """
    store, settings, now = context.workspace.store, context.workspace.settings, context.clock.now()
    last = Week.containing(local_date(now)).shift(-1)
    assessed = queries.last_run(store, context.actor)
    if assessed is None or assessed.as_of < last.end:
        assess(store, context.actor, _policy(context), as_of=last.end)
    queue = partial(
        queue_digests,
        store,
        context.actor,
        _policy(context),
        now=now,
        links=links_of(settings),
        calendar=load_working_days(settings),
    )
    told = _last_told(context, before=last)
    between = () if told is None else told.until(last)
    begun = queries.unqueued_digests(store, context.actor, since=last.shift(-RECENT_WEEKS))
    made_up = []
    for week in sorted({*between, *begun} - {last}, key=str):
        readers = {*begun.get(week, ()), *(_monthly_readers(context, week) if week in between else ())}
        if readers:
            made_up.append(queue(week=week, recipients=readers))
    skipped = [str(week) for week in between if not _was_told(context, week)]
    report = _queued([*made_up, queue(week=last)])
    named = f" Not told by themselves (a stop, or days off): {', '.join(skipped)}." if skipped else ""
    return JobReport(f"{report.told}{named}", {**report.facts, "week": str(last), "skipped": skipped})


def _was_told(context: JobContext, week: Week) -> bool:
    """Whether anybody got the digest of that very week, not of its month."""
    records = queries.get_digest_records(context.workspace.store, context.actor, week=str(week))
    return any(record.period == str(week) for record in records.values())


def _last_told(context: JobContext, *, before: Week) -> Week | None:
    """The week of the last run that ended well: one that was interrupted does not count."""
    store, actor = context.workspace.store, context.actor
    run = queries.last_finished_run(store, actor, kind="digest")
    if run is None:
        return queries.last_digest_week(store, actor, before=before)
    return Week.parse(run.facts["week"])


def _monthly_readers(context: JobContext, week: Week) -> list[str]:
    """Who gets the digest of a month with that week."""
    if not Span.of(week, Rhythm.MONTHLY).is_whole:
        return []
    people = queries.get_people(context.workspace.store, context.actor).values()
    return [each.code for each in people if each.active and each.rhythm is Rhythm.MONTHLY]


def _urgent(context: JobContext) -> JobReport:
    """Queue what became urgent, and what is over."""
    settings = context.workspace.settings
    return _queued(
        [
            queue_urgent(
                context.workspace.store,
                context.actor,
                _policy(context),
                now=context.clock.now(),
                links=links_of(settings),
            )
        ]
    )


def _remind(context: JobContext) -> JobReport:
    """Let what nobody answered rise to the next person."""
    days = whole_number(context.options.get("days", str(DAYS_TO_ANSWER)), "options.days")
    return _queued(
        [
            queue_reminders(
                context.workspace.store,
                context.actor,
                _policy(context),
                now=context.clock.now(),
                links=links_of(context.workspace.settings),
                calendar=load_working_days(context.workspace.settings),
                days_to_answer=days,
            )
        ]
    )


def _deliver(context: JobContext) -> JobReport:
    """Settle what dead senders left, then send what is due."""
    store, mail = context.workspace.store, load_mail_settings(context.workspace.settings)
    if not mail.enabled:
        return JobReport("Delivery is switched off in configs/mail.yaml; messages wait.")
    left = recover_claims(store, context.actor, mail, clock=context.clock)
    done = deliver_due(
        store,
        context.actor,
        mail,
        clock=context.clock,
        random=random.Random(),  # noqa: S311 - spreads retries over time, guards nothing
        worker=worker_identity(),
    )
    told = (
        f"{done.delivered} delivered, {done.retried} to be tried again, {done.failed} failed, "
        f"{done.uncertain + left.uncertain} uncertain."
    )
    facts = {**vars(done), "warnings": list(done.warnings), "taken_back": left.queued}
    return JobReport(" ".join((told, *done.warnings)), facts)


def _policy(context: JobContext) -> Policy:
    """The rules that stand in the files now."""
    settings = context.workspace.settings
    return policy_of(settings, load_catalogue(settings.configs_dir))


def _queued(summaries: Sequence[QueueSummary]) -> JobReport:
    """What was queued, and whom nothing reaches."""
    told = [
        f"{each.period}: {each.recipients} people, {each.messages} messages, {each.queued} newly queued."
        for each in summaries
    ]
    unreachable = sorted({code for each in summaries for code in each.unreachable})
    if unreachable:
        told.append(f"Without address or channel: {', '.join(unreachable)}.")
    return JobReport(" ".join(told), {"queued": [vars(each) for each in summaries]})


def whole_number(text: str, key: str) -> int:
    """The number an option says.

    Raises
    ------
    ConfigError
        If it says none, or one below 1.
    """
    if not text.isdecimal() or int(text) < 1:
        raise ConfigError([ConfigProblem("configs/schedule.yaml", key, repr(text), "a whole number from 1")])
    return int(text)


def _nothing_to_deliver(context: JobContext) -> bool:
    """Whether no message is due and none is left by a dead sender."""
    age = queries.outbox_age(context.workspace.store, context.actor, now=context.clock.now())
    return age.oldest_due_at is None and not age.counts[MessageState.SENDING]


KINDS: Mapping[str, JobKind] = {
    "assess": JobKind(_assess),
    "ingest": JobKind(_ingest, options=frozenset({"source"})),
    "freshness": JobKind(_freshness),
    "retrain": JobKind(_retrain),
    "backup": JobKind(_backup, options=frozenset({"keep"}), numbers=frozenset({"keep"})),
    "digest": JobKind(_digest),
    "urgent": JobKind(_urgent),
    "remind": JobKind(_remind, options=frozenset({"days"}), numbers=frozenset({"days"})),
    "deliver": JobKind(_deliver, is_idle=_nothing_to_deliver),
}
"""Every kind that `configs/schedule.yaml` may name."""


def options_of(kinds: Mapping[str, JobKind]) -> dict[str, frozenset[str]]:
    """The options each kind takes, as the reader of the schedule asks for them."""
    return {name: kind.options for name, kind in kinds.items()}
