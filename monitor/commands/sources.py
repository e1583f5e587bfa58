"""Commands about sources: what came of asking one."""

from __future__ import annotations

from dataclasses import asdict

from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.sources import NewSourceRun, SourceRun
from monitor.store import Store
from monitor.tables import SourceRunRow
from monitor.transaction import Insert


def record_source_run(store: Store, actor: Actor, run: NewSourceRun) -> SourceRun:
    """Record one run of a source; it ends at the moment of recording.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="run sources")
    row = {
        "source": run.source,
        "started_at": run.started_at,
        "actor": actor.name,
        "outcome": run.outcome.value,
        "message": run.message,
        "load_ids": list(run.load_ids),
        "files": list(run.files),
        **(asdict(run.validators) if run.validators else {}),
    }
    new = {"outcome": run.outcome.value, "load_ids": list(run.load_ids)}
    audit = AuditEntry("source_run", "source", run.source, run.message, new=new)
    with store.write(actor) as transaction:
        finished_at = transaction.recorded_at
        identity = transaction.insert_with(
            Insert(SourceRunRow, [{**row, "finished_at": finished_at}]), link="run_id", audit=audit
        )
    return SourceRun(
        id=identity,
        source=run.source,
        started_at=run.started_at,
        finished_at=finished_at,
        actor=actor.name,
        outcome=run.outcome,
        message=run.message,
        load_ids=run.load_ids,
        files=run.files,
        validators=run.validators,
    )
