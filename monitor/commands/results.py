"""Commands that keep results: assessment runs, and what became of targets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

import sqlalchemy as sa

from monitor.access import Actor, Role
from monitor.audit import AuditEntry
from monitor.errors import NotFoundError
from monitor.records import Outcome
from monitor.rows import assessment_row, flag_change_row, outcome_from, run_row
from monitor.runs import NewRun
from monitor.store import Insert, Store, Transaction
from monitor.tables import AssessmentRow, FlagChangeRow, OutcomeRow, RunRow, TargetRow


def record_run(store: Store, actor: Actor, run: NewRun) -> int:
    """Store a finished assessment run with its assessments and flag changes.

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
    new = {
        **run.counts,
        "as_of": run.as_of.isoformat(),
        "kind": run.kind.value,
        "assessments": len(run.assessments),
        "flag_changes": len(run.flag_changes),
    }
    with store.write(actor) as transaction:
        row = {**run_row(run), "actor": transaction.actor, "finished_at": transaction.recorded_at}
        return transaction.insert_with(
            Insert(RunRow, [row]),
            Insert(AssessmentRow, [assessment_row(entry) for entry in run.assessments]),
            Insert(FlagChangeRow, [flag_change_row(entry) for entry in run.flag_changes]),
            link="run_id",
            audit=AuditEntry("run_recorded", "run", run.as_of.isoformat(), f"{run.kind} assessment", new=new),
        )


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
