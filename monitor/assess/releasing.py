"""Which flags a release of figures changed: the same day asked with it and without it."""

from __future__ import annotations

from dataclasses import dataclass

from monitor import queries
from monitor.assess.running import assess_watched
from monitor.assess.watching import load_snapshot, watch
from monitor.core.access import Actor
from monitor.core.flags import Flag
from monitor.core.policy import Policy
from monitor.core.records import Assessment, Observation, RunKind
from monitor.core.releases import parse_release_id
from monitor.core.snapshot import Snapshot


@dataclass(frozen=True)
class FlagEffect:
    """A target whose flag by itself differs with and without a release."""

    target: str
    old_flag: Flag
    new_flag: Flag
    old_probability: float | None
    new_probability: float | None


def flags_changed_by(
    store: queries.Store, actor: Actor, policy: Policy, release_id: str
) -> tuple[FlagEffect, ...]:
    """The flags a release changed, as known at the end of its day; nothing is stored.

    Every target in force that day is assessed twice, ad hoc: with all that was known, and without
    the figures of the release. Time, targets, model and other news of the day are the same in both,
    so that the release alone makes the difference; the memory of earlier colours plays no part.

    Parameters
    ----------
    release_id : str
        As `queries.releases` names it.

    Raises
    ------
    UsageError, NotFoundError
        If there is no such release.
    """
    released = {_key(entry) for entry in queries.release_figures(store, actor, release_id)}
    origin, known_on, basis = parse_release_id(release_id)

    def is_other(entry: Observation) -> bool:
        belongs = entry.origin == origin and entry.known_on == known_on and _key(entry) in released
        return not belongs or (basis is not None and entry.definition_basis != basis)

    snapshot = load_snapshot(store, actor, as_of=known_on)
    without = _assessed(store, actor, policy, snapshot.keeping(is_other))
    effects = []
    for code, after in _assessed(store, actor, policy, snapshot).items():
        before = without[code]
        if before.flag is not after.flag:
            effects.append(
                FlagEffect(code, before.flag, after.flag, before.probability_met, after.probability_met)
            )
    return tuple(effects)


def _key(entry: Observation) -> tuple[str, str, str]:
    return entry.indicator, entry.region, entry.period


def _assessed(
    store: queries.Store, actor: Actor, policy: Policy, snapshot: Snapshot
) -> dict[str, Assessment]:
    targets = queries.get_targets(store, actor)
    kinds = dict.fromkeys((target.code for target in targets), RunKind.ADHOC)
    watched = watch(store, actor, policy, snapshot=snapshot, targets=targets, kinds=kinds)
    return {entry.target: entry for entry in assess_watched(watched, snapshot, policy)}
