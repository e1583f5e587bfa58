"""Commands that keep results: assessment runs, and what became of targets."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.errors import NotFoundError
from monitor.core.reasons import ReasonCode
from monitor.core.records import Assessment, FlagChange, Outcome, RunKind
from monitor.core.runs import NewRun
from monitor.rows import (
    assessment_from,
    assessment_row,
    fan_row,
    flag_change_row,
    outcome_from,
    run_row,
)
from monitor.store import Store
from monitor.tables import AssessmentRow, FanRow, FlagChangeRow, OutcomeRow, RunRow, TargetRow
from monitor.transaction import Insert, Transaction

_CHUNK = 400


def record_run(store: Store, actor: Actor, run: NewRun) -> int:
    """Store a finished assessment run with its assessments and flag changes.

    A run repeated on its day, or finished beside another, adds only what is new: scheduled
    assessments that say what the last stored one says, replays that say what the last replay of
    their day says, and flag changes that are stored, are left out. Looking and storing happen in
    one write transaction, and writers wait for each other.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        A planner, or the job that ran it.
    run : NewRun
        What to keep; leaving unchanged assessments out is the caller's decision.

    Returns
    -------
    int
        Id of the run.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="record assessments")
    with store.write(actor) as transaction:
        kept = _new_assessments(transaction, run.assessments)
        changes = _new_flag_changes(transaction, run.flag_changes)
        counts = _corrected(run.counts, stored=len(kept), flag_changes=len(changes))
        row = {
            **run_row(run),
            "counts": counts,
            "actor": transaction.actor,
            "finished_at": transaction.recorded_at,
        }
        new = {
            **counts,
            "as_of": run.as_of.isoformat(),
            "kind": run.kind.value,
            "assessments": len(kept),
            "flag_changes": len(changes),
        }
        return transaction.insert_with(
            Insert(RunRow, [row]),
            Insert(AssessmentRow, [assessment_row(entry) for entry in kept]),
            Insert(FlagChangeRow, [flag_change_row(entry) for entry in changes]),
            Insert(
                FanRow,
                [fan_row(entry.target, run.fans[entry.target]) for entry in kept if entry.target in run.fans],
            ),
            link="run_id",
            audit=AuditEntry("run_recorded", "run", run.as_of.isoformat(), f"{run.kind} assessment", new=new),
        )


def _corrected(counts: Mapping[str, int], **actual: int) -> dict[str, int]:
    """Counts as the caller gave them, where what was stored turned out to be less."""
    return {key: actual.get(key, count) for key, count in counts.items()}


def _new_assessments(transaction: Transaction, entries: Sequence[Assessment]) -> list[Assessment]:
    """Entries without the scheduled ones and the replays that are stored already."""
    targets_on: dict[tuple[RunKind, dt.date], list[str]] = defaultdict(list)
    for entry in entries:
        if entry.run_kind is not RunKind.ADHOC:
            targets_on[entry.run_kind, entry.as_of].append(entry.target)
    last = {
        (kind, day, stored.target): stored
        for (kind, day), targets in targets_on.items()
        for stored in _last_stored(transaction, targets, kind=kind, as_of=day)
    }
    return [
        entry
        for entry in entries
        if not _repeats(entry, last.get((entry.run_kind, entry.as_of, entry.target)))
    ]


def _repeats(entry: Assessment, stored: Assessment | None) -> bool:
    """Whether an assessment says nothing that the last stored one of its kind does not.

    A scheduled one that hysteresis holds on a later day is news: it counts towards the confirmations.
    A replay is news on every day of its own.
    """
    if stored is None or (entry.run_kind is RunKind.REPLAY and entry.as_of != stored.as_of):
        return False
    if entry.reason.code is ReasonCode.HELD_BY_HYSTERESIS and entry.as_of != stored.as_of:
        return False
    return stored == replace(entry, as_of=stored.as_of, recorded_at=stored.recorded_at, change=stored.change)


def _last_stored(
    transaction: Transaction, targets: Sequence[str], *, kind: RunKind, as_of: dt.date
) -> list[Assessment]:
    """The last assessment of a kind of each target on or before a day."""
    inner = aliased(AssessmentRow)
    newest = (
        sa.select(inner.id)
        .where(
            inner.target == TargetRow.code,
            inner.run_kind == kind.value,
            inner.as_of <= as_of,
        )
        .order_by(inner.as_of.desc(), inner.id.desc())
        .limit(1)
        .correlate(TargetRow)
        .scalar_subquery()
    )
    statement = (
        sa.select(*AssessmentRow.__table__.c)
        .select_from(TargetRow)
        .join(AssessmentRow, AssessmentRow.id == newest)
    )
    return [
        assessment_from(row)
        for start in range(0, len(targets), _CHUNK)
        for row in transaction.rows(statement.where(TargetRow.code.in_(targets[start : start + _CHUNK])))
    ]


def _new_flag_changes(transaction: Transaction, changes: Sequence[FlagChange]) -> list[FlagChange]:
    """Changes without those stored for the same target and day."""
    days = sorted({change.as_of for change in changes})
    table = FlagChangeRow
    statement = sa.select(table.target, table.as_of, table.old_flag, table.new_flag)
    stored = (
        {tuple(row) for row in transaction.rows(statement.where(table.as_of.in_(days)))} if days else set()
    )
    return [
        change
        for change in changes
        if (change.target, change.as_of, change.old_flag, change.new_flag) not in stored
    ]


def record_outcomes(store: Store, actor: Actor, outcomes: Iterable[Outcome]) -> int:
    """Record what became of targets; one that reads as before is left alone.

    Returns
    -------
    int
        Outcomes that were added.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    NotFoundError
        If there is no such target.
    """
    actor.check(Role.PLANNER, action="record outcomes")
    with store.write(actor) as transaction:
        held = _held(transaction)
        known = {row.code for row in transaction.rows(sa.select(TargetRow.code))}
        added = [outcome for outcome in outcomes if held.get(outcome.target) != outcome]
        for outcome in added:
            if outcome.target not in known:
                raise NotFoundError("target", outcome.target)
        if added:
            new = {"targets": [outcome.target for outcome in added]}
            audit = AuditEntry("outcomes_recorded", "catalogue", "outcome", "published results", new=new)
            transaction.insert(Insert(OutcomeRow, [asdict(outcome) for outcome in added]), audit=audit)
    return len(added)


def _held(transaction: Transaction) -> dict[str, Outcome]:
    statement = sa.select(*OutcomeRow.__table__.c).order_by(OutcomeRow.id)
    return {row.target: outcome_from(row) for row in transaction.rows(statement)}
