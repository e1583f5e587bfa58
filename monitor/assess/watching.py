"""Which targets are in force on a day, and what is known that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from forecast.targets import TargetKind
from monitor import queries
from monitor.core.access import Actor, Scope
from monitor.core.indicators import Indicator
from monitor.core.ledger import Revision, in_force
from monitor.core.policy import Policy
from monitor.core.records import Assessment, MilestoneReport, RunKind, Target
from monitor.core.snapshot import Snapshot, group_releases
from monitor.forecasting import Case, build_case


@dataclass(frozen=True)
class Watched:
    """A target in force on the day, with what is needed to assess it.

    Parameters
    ----------
    case : Case or None
        None for a milestone.
    earlier : tuple of Assessment
        Scheduled assessments before this one, oldest first.
    conflicts : tuple of dict
        Facts about targets that contradict this one: code and value in force.
    """

    target: Target
    revision: Revision
    case: Case | None
    report: MilestoneReport | None
    kind: RunKind
    earlier: tuple[Assessment, ...]
    conflicts: tuple[dict[str, Any], ...]

    @property
    def code(self) -> str:
        """Code of the target."""
        return self.target.code

    @property
    def same_terms(self) -> tuple[Assessment, ...]:
        """Those of the same terms: a revised target starts with a colour of its own."""
        return tuple(e for e in self.earlier if e.revision_sequence == self.revision.sequence)

    @property
    def previous(self) -> Assessment | None:
        """The scheduled assessment before this one."""
        return self.earlier[-1] if self.earlier else None


def load_snapshot(
    store: queries.Store, actor: Actor, *, as_of: dt.date, sees_embargoed: bool = False
) -> Snapshot:
    """Everything known at the end of `as_of` about the indicators that any target stands on.

    Peers inform each other across regions, so the figures are read without the actor's scope; what
    comes of them is shown only for targets inside it. Figures under embargo stay out unless asked
    for: a stored probability would give them away.
    """
    reader = replace(actor, scope=Scope(), sees_embargoed=sees_embargoed)
    indicators = queries.get_indicators(store, reader)
    watched = _indicators_watched(queries.get_targets(store, reader), indicators)
    observations = queries.known_observations(store, reader, as_of=as_of, indicators=watched)
    return Snapshot(
        as_of=as_of,
        indicators=indicators,
        regions=queries.get_regions(store, reader),
        releases=group_releases(observations),
        trust={code: origin.trust for code, origin in queries.get_origins(store, reader).items()},
        trained=queries.trained_model(store, reader, as_of=as_of),
    )


def _indicators_watched(targets: Sequence[Target], indicators: Mapping[str, Indicator]) -> list[str]:
    """Indicators of any ledger entry, with the growth rates, numerators and denominators they lean on."""
    named = {entry.terms.indicator for target in targets for entry in target.history}
    watched: set[str] = set()
    for code in named - {None}:
        entry = indicators[str(code)]
        leaning = (entry.code, entry.growth_indicator, entry.numerator, entry.denominator)
        watched.update(other for other in leaning if other is not None)
    return sorted(watched)


def watch(
    store: queries.Store,
    actor: Actor,
    policy: Policy,
    *,
    snapshot: Snapshot,
    targets: Sequence[Target],
    kinds: Mapping[str, RunKind],
) -> list[Watched]:
    """The targets in force on the snapshot's day, each made answerable."""
    as_of = snapshot.as_of
    limit = max(policy.thresholds.confirmations - 1, 1)
    earlier = queries.recent_assessments(store, actor, before=as_of, limit=limit)
    reports = queries.milestone_reports(store, actor)
    by_code = {target.code: target for target in targets}
    watched = []
    for target in targets:
        revision = in_force(target.history, as_of=as_of)
        if revision is None or revision.terms.withdrawn:
            continue
        terms = revision.terms
        case = None if terms.kind is TargetKind.MILESTONE else build_case(target, terms, snapshot, policy)
        watched.append(
            Watched(
                target,
                revision,
                case,
                report=reports.get(target.code),
                kind=kinds[target.code],
                earlier=_feeding(earlier.get(target.code, ()), kinds[target.code]),
                conflicts=_conflicts(target, by_code, as_of),
            )
        )
    return watched


def _feeding(earlier: tuple[Assessment, ...], kind: RunKind) -> tuple[Assessment, ...]:
    """Ad-hoc runs neither use nor feed what was shown before."""
    return earlier if kind is RunKind.SCHEDULED else ()


def _conflicts(target: Target, by_code: Mapping[str, Target], as_of: dt.date) -> tuple[dict[str, Any], ...]:
    """What other places of the plans say instead; a value only where it measures the same."""
    own = in_force(target.history, as_of=as_of)
    found = []
    for code in target.conflicts_with:
        facts: dict[str, Any] = {"other": code}
        entry = in_force(by_code[code].history, as_of=as_of) if code in by_code else None
        if entry is not None and own is not None and entry.terms.kind is own.terms.kind:
            facts["value"] = entry.terms.value
        found.append(facts)
    return tuple(found)
