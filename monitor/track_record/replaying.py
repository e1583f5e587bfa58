"""Finished plans assessed again at past days, as known then, and kept apart from what was shown."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from monitor import queries
from monitor.assess import assess
from monitor.clock import today
from monitor.core.access import Actor
from monitor.core.errors import NotFoundError, UsageError
from monitor.core.periods import Frequency, Period
from monitor.core.policy import Policy
from monitor.core.records import Plan, RunKind
from monitor.core.runs import RunRecord
from monitor.core.track_record import quarter_ends

REPLAY_STEPS = ("quarter", "year")

QUARTERS_AFTER = 4
"""Yearbook figures of a year are out by the end of the next one."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ReplaySummary:
    """What a replay did: plans, days, assessments made, and those that were not stored before."""

    plans: tuple[str, ...]
    days: tuple[dt.date, ...]
    assessed: int
    stored: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Plain values for another program."""
        return {
            "plans": list(self.plans),
            "days": [day.isoformat() for day in self.days],
            "assessed": self.assessed,
            "stored": self.stored,
            "seconds": round(self.seconds, 2),
        }


def replayed_plans(plans: Iterable[Plan], *, until: dt.date) -> tuple[Plan, ...]:
    """The plans whose window was over by a day, oldest first: a running one has no ending to show."""
    finished = [plan for plan in plans if Period.parse(plan.period_end).end < until]
    return tuple(sorted(finished, key=lambda plan: (Period.parse(plan.period_end).end, plan.code)))


def replay_days(plan: Plan, *, until: dt.date, every: str) -> list[dt.date]:
    """Quarter ends (or year ends) of a plan's window, then quarter ends until its figures are out."""
    end = Period.parse(plan.period_end).end
    window = [
        day
        for day in quarter_ends(Period.parse(plan.period_start).start, min(end, until))
        if every == "quarter" or day.month == 12
    ]
    last = Period.containing(end, Frequency.QUARTERLY)
    afterwards = [last.shift(count).end for count in range(1, QUARTERS_AFTER + 1)]
    return [*window, *(day for day in afterwards if day <= until)]


def replay(
    store: queries.Store,
    actor: Actor,
    policy: Policy,
    *,
    plans: Sequence[str] | None = None,
    every: str = "quarter",
    progress: Progress | None = None,
) -> ReplaySummary:
    """Assess finished plans at past days, each as known at its end, and store the answers as a replay.

    Replays neither use nor feed hysteresis and change no screen but the record. What an earlier
    replay of a day said in the same words is not stored again.

    Parameters
    ----------
    plans : sequence of str, optional
        Codes; all finished plans otherwise.
    every : str
        One of `REPLAY_STEPS`.
    progress : callable, optional
        Told (days done, days in all).

    Returns
    -------
    ReplaySummary

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    NotFoundError
        If a plan is unknown.
    UsageError
        If the step is unknown, or a plan's window is not over.
    """
    began, until = time.perf_counter(), today(store.clock)
    if every not in REPLAY_STEPS:
        raise UsageError(f"The step {every!r} is unknown; write {' or '.join(REPLAY_STEPS)}.")
    chosen = _chosen(queries.get_plans(store, actor), plans, until)
    due: dict[dt.date, list[str]] = {}
    for plan in chosen:
        for day in replay_days(plan, until=until, every=every):
            due.setdefault(day, []).append(plan.code)
    assessed = stored = 0
    for done, (day, codes) in enumerate(sorted(due.items()), start=1):
        summary = assess(store, actor, policy, as_of=day, plans=codes, kind=RunKind.REPLAY)
        assessed += summary.assessed
        stored += _stored_of(queries.last_run(store, actor, kind=RunKind.REPLAY, until=day))
        if progress is not None:
            progress(done, len(due))
    return ReplaySummary(
        plans=tuple(plan.code for plan in chosen),
        days=tuple(sorted(due)),
        assessed=assessed,
        stored=stored,
        seconds=time.perf_counter() - began,
    )


def _stored_of(run: RunRecord | None) -> int:
    """Assessments of a run that were not in the database already; only the run itself knows."""
    return 0 if run is None else int(run.counts["stored"])


def _chosen(known: dict[str, Plan], wanted: Sequence[str] | None, until: dt.date) -> tuple[Plan, ...]:
    finished = replayed_plans(known.values(), until=until)
    if wanted is None:
        return finished
    for code in wanted:
        if code not in known:
            raise NotFoundError("plan", code, f"Known: {', '.join(known)}.")
        if known[code] not in finished:
            raise UsageError(
                f"Plan {code} runs until {known[code].period_end}; only finished plans can be replayed."
            )
    return tuple(plan for plan in finished if plan.code in wanted)
