"""What a screen shows for one date: the overview, and one target."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.core.access import Actor
from monitor.core.errors import NotFoundError
from monitor.core.flags import WORST_FIRST, Flag
from monitor.core.freshness import expected_publication
from monitor.core.indicators import Indicator
from monitor.core.ledger import Revision, broken_link, in_force, published
from monitor.core.overviews import Overview, TargetDetail, TargetStatus
from monitor.core.periods import Period
from monitor.core.records import (
    Assessment,
    Department,
    EarlierFlag,
    Observation,
    Outcome,
    Plan,
    PlanState,
    Region,
    RunKind,
    Target,
)
from monitor.core.snapshot import Snapshot, group_releases
from monitor.queries.base import (
    get_departments,
    get_indicators,
    get_plans,
    get_regions,
    get_targets,
    get_workspace,
)
from monitor.queries.figures import get_origins, known_observations, last_known_on
from monitor.queries.plans import quotes_of_target
from monitor.queries.recent import GROWTH_KINDS, Recent, recent_of, recent_values
from monitor.queries.results import (
    assessments_of,
    earlier_flags,
    flag_changes_between,
    get_outcomes,
    last_run,
    latest_assessments,
)
from monitor.rows import collector_paused
from monitor.store import Store

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class _Catalogue:
    """The catalogue as one screen needs it."""

    indicators: Mapping[str, Indicator]
    regions: Mapping[str, Region]
    departments: Mapping[str, Department]
    plans: Mapping[str, Plan]


def _catalogue(store: Store, actor: Actor, recorded_until: dt.datetime | None) -> _Catalogue:
    return _Catalogue(
        get_indicators(store, actor, recorded_until=recorded_until),
        get_regions(store, actor),
        get_departments(store, actor),
        get_plans(store, actor),
    )


@collector_paused()
def overview(
    store: Store,
    actor: Actor,
    *,
    as_of: dt.date,
    plan: str | None = None,
    plan_state: PlanState | None = None,
    region: str | None = None,
    department: str | None = None,
    recent: bool = False,
    recorded_until: dt.datetime | None = None,
) -> Overview:
    """Every target in force on a day with its latest scheduled assessment, worst first.

    Parameters
    ----------
    as_of : datetime.date
        The screen as known at the end of this day.
    plan, region, department : str, optional
        Only these targets.
    plan_state : PlanState, optional
        Only plans whose window is open on the day, or only those whose window has ended.
    recent : bool
        Whether every row carries its latest values; reading them takes longer than all the rest, so a
        long list asks `recent_values` for the rows it shows.
    recorded_until : datetime.datetime, optional
        The screen as it was shown then: later recordings are left out.
    """
    found = get_targets(
        store, actor, plan=plan, region=region, department=department, recorded_until=recorded_until
    )
    catalogue = _catalogue(store, actor, recorded_until)
    targets = [
        target
        for target in found
        if _is_in_force(target, as_of) and _has_state(catalogue.plans[target.plan], plan_state, as_of)
    ]
    codes = frozenset(target.code for target in targets)
    asked: dict[str, Any] = {"as_of": as_of, "recorded_until": recorded_until}
    now = _shown_assessments(store, actor, targets=codes, **asked)
    before = earlier_flags(store, actor, as_of=as_of - WEEK, recorded_until=recorded_until, targets=codes)
    outcomes = get_outcomes(store, actor, **asked)
    values = recent_values(store, actor, targets=codes, **asked) if recent else {}
    rows = [
        _status(
            target,
            catalogue,
            as_of=as_of,
            recent=values.get(target.code, ()),
            assessment=now.get(target.code),
            previous=before.get(target.code),
            outcome=outcomes.get(target.code),
        )
        for target in targets
    ]
    run = last_run(store, actor, until=as_of, recorded_until=recorded_until)
    return Overview(
        as_of=as_of,
        assessed_at=run.finished_at if run else None,
        data_cutoff=last_known_on(store, actor, indicators=_indicators_of(targets, catalogue), **asked),
        simulated=get_workspace(store, actor).simulated,
        rows=tuple(sorted(rows, key=_worst_first)),
        counts=dict(Counter(row.assessment.flag if row.assessment else Flag.GREY for row in rows)),
        previous_counts=dict(Counter(row.previous.flag for row in rows if row.previous)) if before else None,
        changes=flag_changes_between(
            store, actor, after=as_of - WEEK, until=as_of, recorded_until=recorded_until, targets=codes
        ),
        plans=tuple(catalogue.plans.values()),
    )


def _shown_assessments(
    store: Store,
    actor: Actor,
    *,
    as_of: dt.date,
    recorded_until: dt.datetime | None,
    targets: Collection[str],
) -> dict[str, Assessment]:
    """The last scheduled assessment of each target; where there is none yet, an ad-hoc one of that day."""
    asked: dict[str, Any] = {"as_of": as_of, "recorded_until": recorded_until}
    found = latest_assessments(store, actor, targets=targets, **asked)
    missing = [code for code in targets if code not in found]
    if missing:
        replayed = latest_assessments(store, actor, kind=RunKind.ADHOC, targets=missing, **asked)
        found |= {code: entry for code, entry in replayed.items() if entry.as_of == as_of}
    return found


def _has_state(plan: Plan, wanted: PlanState | None, as_of: dt.date) -> bool:
    if wanted is None:
        return True
    is_running = Period.parse(plan.period_end).end >= as_of
    return is_running == (wanted is PlanState.RUNNING)


def _is_in_force(target: Target, as_of: dt.date) -> bool:
    entry = in_force(target.history, as_of=as_of)
    return entry is not None and not entry.terms.withdrawn


def _snapshot(
    store: Store,
    actor: Actor,
    targets: Iterable[Target],
    catalogue: _Catalogue,
    *,
    as_of: dt.date,
    recorded_until: dt.datetime | None,
) -> Snapshot:
    """The figures of the targets' own indicators and regions."""
    needed = _indicators_of(targets, catalogue)
    observations = known_observations(
        store, actor, as_of=as_of, recorded_until=recorded_until, indicators=sorted(needed)
    )
    return Snapshot(
        as_of=as_of,
        indicators=catalogue.indicators,
        regions=catalogue.regions,
        releases=group_releases(observations),
        trust={code: origin.trust for code, origin in get_origins(store, actor).items()},
    )


def _indicators_of(targets: Iterable[Target], catalogue: _Catalogue) -> set[str]:
    """Indicators any ledger entry of the targets is about, with their published growth rates."""
    needed = {
        entry.terms.indicator for target in targets for entry in target.history if entry.terms.indicator
    }
    return needed | {rate for code in needed if (rate := catalogue.indicators[code].growth_indicator)}


def _worst_first(row: TargetStatus) -> tuple[int, float, int, str]:
    """Flag first, then the lower chance, then the time left."""
    found = row.assessment
    rank = WORST_FIRST.index(found.flag) if found else len(WORST_FIRST)
    chance = found.probability_met if found and found.probability_met is not None else 2.0
    return rank, chance, row.days_left, row.target


def _entry(target: Target, as_of: dt.date) -> Revision:
    return in_force(target.history, as_of=as_of) or published(target.history)


def _status(
    target: Target,
    catalogue: _Catalogue,
    *,
    as_of: dt.date,
    recent: Recent,
    assessment: Assessment | None,
    previous: EarlierFlag | None,
    outcome: Outcome | None,
) -> TargetStatus:
    entry = _entry(target, as_of)
    terms = entry.terms
    if assessment is not None and assessment.revision_sequence != entry.sequence:
        assessment = None  # the target was revised since: what was said was said of other terms
    indicator = catalogue.indicators.get(terms.indicator or "")
    return TargetStatus(
        target=target.code,
        plan=catalogue.plans[target.plan],
        indicator=indicator,
        region=catalogue.regions[terms.region],
        departments=tuple(catalogue.departments[code] for code in terms.departments),
        terms=terms,
        published_terms=published(target.history).terms,
        title_zh=target.title_zh,
        title_en=target.title_en,
        assessment=assessment,
        previous=previous,
        days_left=(terms.deadline - as_of).days,
        recent=recent,
        outcome=outcome,
    )


def get_target(store: Store, actor: Actor, code: str, *, recorded_until: dt.datetime | None = None) -> Target:
    """One target with its ledger, or what of it was recorded by a moment.

    Raises
    ------
    NotFoundError
        If there is none of that code, or the actor may not see it.
    """
    found = get_targets(store, actor, codes=[code], recorded_until=recorded_until)
    if not found:
        raise NotFoundError("target", code, "`zhibiao target list` shows them.")
    return found[0]


def target_detail(
    store: Store, actor: Actor, code: str, *, as_of: dt.date, recorded_until: dt.datetime | None = None
) -> TargetDetail:
    """Everything about one target as known on a day.

    Raises
    ------
    NotFoundError
        If there is no such target, or it was not in force yet.
    """
    target = get_target(store, actor, code, recorded_until=recorded_until)
    if in_force(target.history, as_of=as_of) is None:
        first = target.history[0].effective_on
        raise NotFoundError("target", code, f"It takes effect on {first}; ask for that day or later.")
    asked: dict[str, Any] = {"as_of": as_of, "recorded_until": recorded_until}
    catalogue = _catalogue(store, actor, recorded_until)
    snapshot = _snapshot(store, actor, [target], catalogue, **asked)
    past = _past_assessments(store, actor, code, **asked)
    status = _status(
        target,
        catalogue,
        as_of=as_of,
        recent=recent_of(snapshot, _entry(target, as_of).terms),
        assessment=past[-1] if past else None,
        previous=_week_before(past, as_of),
        outcome=get_outcomes(store, actor, **asked).get(code),
    )
    releases, series = _figures(snapshot, status)
    siblings = get_targets(store, actor, region=status.terms.region, recorded_until=recorded_until)
    return TargetDetail(
        status=status,
        target=target,
        assessments=past,
        flag_changes=flag_changes_between(
            store, actor, after=dt.date.min, until=as_of, recorded_until=recorded_until, targets=[code]
        ),
        releases=releases,
        origins=get_origins(store, actor),
        series=series,
        expected_publication=_expected(status),
        chain_holds=broken_link(target.history) is None,
        same_indicator=_same_indicator(
            target,
            status,
            siblings,
            catalogue=catalogue,
            snapshot=snapshot,
            assessments=_shown_assessments(store, actor, targets=[other.code for other in siblings], **asked),
        ),
        simulated=get_workspace(store, actor).simulated,
        quotes=quotes_of_target(store, actor, code),
    )


def _past_assessments(
    store: Store, actor: Actor, code: str, *, as_of: dt.date, recorded_until: dt.datetime | None
) -> tuple[Assessment, ...]:
    """Scheduled assessments up to the day; where there is none yet, an ad-hoc one of that day."""
    past = assessments_of(store, actor, code, until=as_of, recorded_until=recorded_until)
    if past:
        return past
    replayed = _shown_assessments(store, actor, as_of=as_of, recorded_until=recorded_until, targets=[code])
    return tuple(replayed.values())


def _week_before(past: Iterable[Assessment], as_of: dt.date) -> EarlierFlag | None:
    """The last assessment at least a week old."""
    earlier = [entry for entry in past if entry.as_of <= as_of - WEEK]
    if not earlier:
        return None
    return EarlierFlag(earlier[-1].as_of, earlier[-1].flag, earlier[-1].probability_met)


def _figures(
    snapshot: Snapshot, status: TargetStatus
) -> tuple[tuple[Observation, ...], tuple[Observation, ...]]:
    """Every release, newest period first, and the series in force."""
    if status.indicator is None:
        return (), ()
    code = _shown_indicator(status)
    known = snapshot.series(code, status.terms.region)
    releases = snapshot.releases.get((code, status.terms.region), ())
    newest = sorted(releases, key=lambda entry: (entry.period, entry.known_on), reverse=True)
    return tuple(newest), tuple(entry for _, entry in known.values) if known else ()


def _shown_indicator(status: TargetStatus) -> str:
    """Growth of an indicator with a published rate is shown by that rate."""
    indicator = status.indicator
    if indicator is None:
        raise NotFoundError("indicator", status.target)
    if status.terms.kind in GROWTH_KINDS and indicator.growth_indicator:
        return indicator.growth_indicator
    return indicator.code


def _expected(status: TargetStatus) -> dt.date | None:
    if status.indicator is None:
        return None
    return expected_publication(
        Period.containing(status.terms.deadline, status.indicator.frequency), status.indicator
    )


def _same_indicator(
    target: Target,
    status: TargetStatus,
    targets: Iterable[Target],
    *,
    catalogue: _Catalogue,
    snapshot: Snapshot,
    assessments: Mapping[str, Assessment],
) -> tuple[TargetStatus, ...]:
    """Other targets on the same indicator and region."""
    rows = [
        _status(
            other,
            catalogue,
            as_of=snapshot.as_of,
            recent=recent_of(snapshot, _entry(other, snapshot.as_of).terms),
            assessment=assessments.get(other.code),
            previous=None,
            outcome=None,
        )
        for other in targets
        if other.code != target.code and _is_in_force(other, snapshot.as_of)
    ]
    same = [row for row in rows if row.terms.indicator == status.terms.indicator]
    return tuple(sorted(same, key=_worst_first)) if status.indicator else ()
