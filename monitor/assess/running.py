"""One run: every target in force on a day, assessed and stored where something changed."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from monitor import commands, queries
from monitor.assess.dividing import with_change_parts
from monitor.assess.drafting import draft_milestone, draft_quantified, versions
from monitor.assess.watching import Watched, load_snapshot, watch
from monitor.clock import today
from monitor.core.access import Actor, Role
from monitor.core.errors import NotFoundError, UsageError
from monitor.core.flags import COLOURS, Flag
from monitor.core.ledger import published
from monitor.core.policy import Policy
from monitor.core.reasons import DetailCode, ReasonCode
from monitor.core.records import Assessment, FlagChange, Plan, RunKind, Target
from monitor.core.runs import NewRun
from monitor.core.snapshot import Snapshot
from monitor.forecasting import build_case, fans_of, forecast_cases


@dataclass(frozen=True)
class RunSummary:
    """What an assessment run did."""

    as_of: dt.date
    kind: RunKind
    assessed: int
    stored: int
    changes: tuple[FlagChange, ...]
    by_reason: Mapping[tuple[Flag, ReasonCode | DetailCode], int]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Plain values for another program."""
        return {
            "as_of": self.as_of.isoformat(),
            "kind": self.kind.value,
            "assessed": self.assessed,
            "stored": self.stored,
            "flag_changes": len(self.changes),
            "seconds": round(self.seconds, 2),
            "counts": [
                {"flag": flag.value, "reason_code": reason.value, "targets": count}
                for (flag, reason), count in sorted(self.by_reason.items())
            ],
        }


def assess(
    store: queries.Store,
    actor: Actor,
    policy: Policy,
    *,
    as_of: dt.date,
    plans: Sequence[str] | None = None,
    kind: RunKind | None = None,
) -> RunSummary:
    """Assess the targets in force on a day and store what changed.

    Parameters
    ----------
    as_of : datetime.date
        Only what was known at the end of this day is used.
    plans : sequence of str, optional
        Restrict the run to the targets of these plans.
    kind : RunKind, optional
        By default a target's run is scheduled when it moves forward in time, and ad hoc when it
        looks back before the target's last scheduled assessment.

    Returns
    -------
    RunSummary
        Counts by flag and reason, and the flag changes.

    Raises
    ------
    NotFoundError
        If a plan is unknown.
    UsageError
        If the day lies ahead.
    """
    actor.check(Role.PLANNER, action="assess targets")  # what record_run asks, before the work
    began, started_at = time.perf_counter(), store.clock.now()
    _check_day(as_of, last=today(store.clock))
    _check_plans(plans, queries.get_plans(store, actor))
    targets = [t for t in queries.get_targets(store, actor) if plans is None or t.plan in plans]
    snapshot = load_snapshot(store, actor, as_of=as_of)
    kinds = _kinds(store, actor, targets, as_of=as_of, wanted=kind)
    watched = watch(store, actor, policy, snapshot=snapshot, targets=targets, kinds=kinds)
    results = assess_watched(watched, snapshot, policy)
    kept, changes = _news(results, watched)
    unfanned = _unfanned(store, actor, results, kept)
    cases = [seen.case for seen in watched if seen.case is not None and seen.code in unfanned]
    run = NewRun(
        as_of=as_of,
        kind=RunKind.SCHEDULED if RunKind.SCHEDULED in kinds.values() else kind or RunKind.ADHOC,
        started_at=started_at,
        versions=versions(policy, snapshot),
        counts={"assessed": len(results), "stored": len(kept), "flag_changes": len(changes)},
        scope_note=", ".join(plans or ()),
        assessments=kept,
        flag_changes=changes,
        fans=fans_of(cases, snapshot, policy),
    )
    commands.record_run(store, actor, run)
    return RunSummary(
        as_of=as_of,
        kind=run.kind,
        assessed=len(results),
        stored=len(kept),
        changes=tuple(changes),
        by_reason=Counter((entry.flag, entry.reason.code) for entry in results),
        seconds=time.perf_counter() - began,
    )


def _news(
    results: Sequence[Assessment], watched: Sequence[Watched]
) -> tuple[list[Assessment], list[FlagChange]]:
    """Assessments worth keeping, and the flag changes of scheduled ones."""
    pairs = list(zip(results, watched, strict=True))
    kept = [entry for entry, seen in pairs if _is_news(entry, seen.previous)]
    changes = [
        change
        for entry, seen in pairs
        if seen.kind is RunKind.SCHEDULED and (change := _flag_change(entry, seen.previous))
    ]
    return kept, changes


def _unfanned(
    store: queries.Store, actor: Actor, results: Sequence[Assessment], kept: Sequence[Assessment]
) -> frozenset[str]:
    """Scheduled targets with a colour whose fan is new, or was never kept: what their pages draw."""
    known, news = queries.targets_with_fan(store, actor), {entry.target for entry in kept}
    return frozenset(
        entry.target
        for entry in results
        if entry.run_kind is RunKind.SCHEDULED
        and entry.flag in COLOURS
        and (entry.target in news or entry.target not in known)
    )


def _check_plans(wanted: Sequence[str] | None, known: Mapping[str, Plan]) -> None:
    for code in wanted or ():
        if code not in known:
            raise NotFoundError("plan", code, f"Known: {', '.join(known)}.")


def _check_day(as_of: dt.date, *, last: dt.date) -> None:
    """A day to come would be taken for the latest state by every later run."""
    if as_of > last:
        raise UsageError(f"{as_of} lies ahead; nothing can be known of it. Ask for {last} or earlier.")


def _kinds(
    store: queries.Store,
    actor: Actor,
    targets: Sequence[Target],
    *,
    as_of: dt.date,
    wanted: RunKind | None,
) -> dict[str, RunKind]:
    """Scheduled where the run moves forward in time for the target, ad hoc where it looks back."""
    if wanted is not None:
        return dict.fromkeys((target.code for target in targets), wanted)
    latest = queries.last_assessed_on(store, actor)
    return {
        target.code: RunKind.ADHOC if latest.get(target.code, as_of) > as_of else RunKind.SCHEDULED
        for target in targets
    }


def assess_watched(watched: Sequence[Watched], snapshot: Snapshot, policy: Policy) -> list[Assessment]:
    """Assessments of the watched targets, in their order."""
    cases = [seen.case for seen in watched if seen.case is not None]
    forecasts = forecast_cases(cases, snapshot, policy)
    published_answers = _published_answers(watched, snapshot, policy)
    drafts = []
    for seen in watched:
        if seen.case is None:
            drafts.append(draft_milestone(seen, snapshot, policy))
            continue
        drafts.append(
            draft_quantified(
                seen,
                seen.case,
                forecasts[seen.code],
                probability_published=published_answers.get(seen.code),
                snapshot=snapshot,
                policy=policy,
            )
        )
    return with_change_parts(drafts, watched, snapshot, policy)


def _published_answers(
    watched: Sequence[Watched], snapshot: Snapshot, policy: Policy
) -> dict[str, float | None]:
    """Probability of the target as first published, where a revision has changed it."""
    cases = [
        build_case(seen.target, published(seen.target.history).terms, snapshot, policy)
        for seen in watched
        if seen.case is not None and seen.revision.sequence > 1
    ]
    return {
        code: found.estimate.probability_met
        for code, found in forecast_cases(cases, snapshot, policy).items()
    }


def _is_news(entry: Assessment, previous: Assessment | None) -> bool:
    """Whether anything a reader could see differs from the assessment before."""
    if (
        previous is None
        or entry.run_kind is not RunKind.SCHEDULED
        or entry.reason.code is ReasonCode.HELD_BY_HYSTERESIS
    ):
        return True
    same = replace(
        entry,
        as_of=previous.as_of,
        recorded_at=previous.recorded_at,
        run_kind=previous.run_kind,
        change=previous.change,
    )
    return same != previous


def _flag_change(entry: Assessment, previous: Assessment | None) -> FlagChange | None:
    if previous is None or previous.flag is entry.flag:
        return None
    return FlagChange(
        target=entry.target,
        as_of=entry.as_of,
        old_flag=previous.flag,
        new_flag=entry.flag,
        reason_code=entry.reason.code.value,
        old_probability=previous.probability_met,
        new_probability=entry.probability_met,
        change=entry.change,
    )
