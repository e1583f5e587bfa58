"""Other models on one target, with their track record on its series; nothing is written."""

from __future__ import annotations

import datetime as dt

from forecast.targets import TargetKind
from monitor import queries
from monitor.assess import load_snapshot
from monitor.core.access import Actor, Role
from monitor.core.ledger import in_force
from monitor.core.policy import Policy
from monitor.forecasting import FamilyRecord, build_case, can_compare, compare_families

__all__ = ["FamilyRecord", "other_models"]


def other_models(
    store: queries.Store, actor: Actor, policy: Policy, code: str, *, as_of: dt.date
) -> tuple[FamilyRecord, ...]:
    """What each family of models says of a target, and how it forecast the series before.

    Takes seconds: every family is fitted at several past origins.

    Parameters
    ----------
    code : str
        Of the target.

    Returns
    -------
    tuple of FamilyRecord
        Empty where the families cannot be asked: milestones, ranks, settled targets, growth over
        several years of a published rate, and series without figures.

    Raises
    ------
    NotFoundError
        If there is no such target in the actor's scope.
    """
    actor.check(Role.VIEWER, action="ask about a target")
    target = queries.get_target(store, actor, code)
    entry = in_force(target.history, as_of=as_of)
    if entry is None or entry.terms.withdrawn or entry.terms.kind is TargetKind.MILESTONE:
        return ()
    snapshot = load_snapshot(store, actor, as_of=as_of, sees_embargoed=actor.sees_embargoed)
    case = build_case(target, entry.terms, snapshot, policy)
    return compare_families(case, snapshot, policy) if can_compare(case) else ()
