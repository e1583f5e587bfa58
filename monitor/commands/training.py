"""The command that keeps a trained model."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.runs import TrainedModel
from monitor.store import Store
from monitor.tables import TrainedModelRow
from monitor.transaction import Insert


def record_training(store: Store, actor: Actor, trained: TrainedModel) -> bool:
    """Keep a trained model; later assessments draw with it.

    Returns
    -------
    bool
        False if the very same one is kept already; nothing is written then.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="train the model")
    with store.write(actor) as transaction:
        same = sa.select(TrainedModelRow.id).where(TrainedModelRow.version == trained.version)
        if transaction.rows(same):
            return False
        row = {
            "version": trained.version,
            "through": trained.through,
            "n_series": trained.n_series,
            "actor": actor.name,
            "document": dict(trained.document),
        }
        audit = AuditEntry(
            "model_trained",
            "model",
            trained.version,
            f"learned from {trained.n_series} series known on {trained.through}",
            new={"through": trained.through.isoformat(), "n_series": trained.n_series},
        )
        transaction.insert(Insert(TrainedModelRow, [row]), audit=audit)
    return True
