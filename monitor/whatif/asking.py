"""A target with everything known on a day, ready to be asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from monitor import queries
from monitor.assess import load_snapshot
from monitor.core.access import Actor, Role
from monitor.core.errors import TargetRule, TargetRuleError
from monitor.core.ledger import Terms, in_force
from monitor.core.records import Target
from monitor.core.snapshot import Snapshot


@dataclass(frozen=True)
class Asked:
    """A target with its terms in force and the snapshot it is asked of."""

    target: Target
    terms: Terms
    snapshot: Snapshot


def ask(
    store: queries.Store, actor: Actor, code: str, as_of: dt.date, *, even_withdrawn: bool = False
) -> Asked:
    """Read a target and what is known at the end of a day.

    Raises
    ------
    TargetRuleError
        If the target was not in force on the day, or withdrawn by then.
    NotFoundError, PermissionDeniedError
        If there is no such target in the actor's scope.
    """
    actor.check(Role.VIEWER, action="ask about a target")
    target = queries.get_target(store, actor, code)
    entry = in_force(target.history, as_of=as_of)
    if entry is None:
        first = target.history[0].effective_on
        raise TargetRuleError(
            f"Target {code} was not in force on {as_of}; ask for {first} or later.",
            rule=TargetRule.NOT_IN_FORCE,
            day=as_of,
            first=first,
        )
    if entry.terms.withdrawn and not even_withdrawn:
        raise TargetRuleError(
            f"Target {code} was withdrawn on {entry.effective_on}; ask as of an earlier day.",
            rule=TargetRule.WITHDRAWN,
            day=entry.effective_on,
        )
    snapshot = load_snapshot(store, actor, as_of=as_of, sees_embargoed=actor.sees_embargoed)
    return Asked(target, entry.terms, snapshot)
