"""What moved a probability: the same question asked again of older figures and the older target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from monitor.assess.watching import Watched
from monitor.core.changes import divide_change
from monitor.core.ledger import Terms
from monitor.core.policy import Policy
from monitor.core.reasons import ChangeParts
from monitor.core.records import Assessment, Observation, Target
from monitor.core.snapshot import Snapshot
from monitor.forecasting import build_case, forecast_cases


def with_change_parts(
    drafts: Sequence[Assessment], watched: Sequence[Watched], snapshot: Snapshot, policy: Policy
) -> list[Assessment]:
    """Divide each change in probability since the assessment before."""
    moved = [
        (draft, seen)
        for draft, seen in zip(drafts, watched, strict=True)
        if seen.case is not None and _has_moved(draft, seen.previous)
    ]
    parts: dict[str, ChangeParts] = {}
    by_previous: dict[tuple[dt.date, dt.datetime], list[tuple[Assessment, Watched]]] = {}
    for item in moved:
        before = item[1].previous
        if before is not None:
            by_previous.setdefault((before.as_of, before.recorded_at), []).append(item)
    for (day, recorded_at), group in by_previous.items():
        parts.update(_parts_of(group, snapshot, policy, day=day, recorded_at=recorded_at))
    return [
        replace(draft, change=parts.get(draft.target), figures=_since(draft, seen.previous))
        for draft, seen in zip(drafts, watched, strict=True)
    ]


def _since(draft: Assessment, previous: Assessment | None) -> dict[str, Any]:
    """The figures with the day of the assessment a change is counted from.

    An unmoved assessment keeps the day of the change before it: the fact alone is no news.
    """
    if previous is None:
        return draft.figures
    since = previous.figures.get("change_since")
    if _has_moved(draft, previous):
        since = previous.as_of.isoformat()
    return draft.figures if since is None else {**draft.figures, "change_since": since}


def _has_moved(draft: Assessment, previous: Assessment | None) -> bool:
    return (
        previous is not None
        and previous.probability_met is not None
        and draft.probability_met is not None
        and draft.probability_met != previous.probability_met
    )


def _parts_of(
    group: Sequence[tuple[Assessment, Watched]],
    snapshot: Snapshot,
    policy: Policy,
    *,
    day: dt.date,
    recorded_at: dt.datetime,
) -> dict[str, ChangeParts]:
    """Ask again with the old figures, then with their revisions; the differences are the parts."""

    def was_known(entry: Observation) -> bool:
        return entry.known_on <= day and entry.recorded_at <= recorded_at

    old_figures = snapshot.keeping(was_known)
    old_periods = {
        (entry.indicator, entry.region, entry.period)
        for entries in old_figures.releases.values()
        for entry in entries
    }

    def revises_known(entry: Observation) -> bool:
        return (entry.indicator, entry.region, entry.period) in old_periods

    old_terms = [
        (seen.target, seen.target.history[seen.previous.revision_sequence - 1].terms)
        for _, seen in group
        if seen.previous is not None
    ]
    stages = [
        _probabilities(old_terms, figures, policy)
        for figures in (old_figures, snapshot.keeping(revises_known), snapshot)
    ]
    divided: dict[str, ChangeParts] = {}
    for draft, seen in group:
        before = seen.previous
        if before is None or before.probability_met is None or draft.probability_met is None:
            continue
        divided[seen.code] = divide_change(
            before=before.probability_met,
            after=draft.probability_met,
            old_figures=stages[0][seen.code],
            revised_figures=stages[1][seen.code],
            new_figures=stages[2][seen.code],
            same_model=before.versions == draft.versions,
        )
    return divided


def _probabilities(
    asked: Sequence[tuple[Target, Terms]], snapshot: Snapshot, policy: Policy
) -> dict[str, float | None]:
    cases = [build_case(target, terms, snapshot, policy) for target, terms in asked]
    return {code: found.shown_probability for code, found in forecast_cases(cases, snapshot, policy).items()}
