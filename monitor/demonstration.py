"""What `make demo` prepares: both workspaces, with enough past assessments to show movement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from monitor import queries
from monitor.assess import assess
from monitor.config import name_in_use
from monitor.core.access import Actor
from monitor.core.periods import Frequency, Period
from monitor.core.records import Plan, RunKind
from monitor.setup import Workspace, initialise, open_workspace
from monitor.track_record import replay

Progress = Callable[[int, int], None]

WEEKS_SHOWN = 13

A_DAY = dt.timedelta(days=1)

QUARTERS_AFTER = 8
"""Provincial figures of a year are out within two years of its end."""


def prepare_demonstration(actor: Actor, *, today: dt.date, progress: Progress) -> Iterator[str]:
    """Create both workspaces, assess their plans and replay the finished ones; yields lines as they are done.

    Finished plans are assessed at each month end of their own window and each quarter of the two
    years in which their figures come out, running ones weekly over the last quarter, everything
    once more today. A workspace already assessed today is left alone.
    """
    for name in ("real", "simulated_city"):
        is_in_use = name == name_in_use()
        initialise(name, actor, in_use=is_in_use)
        workspace = open_workspace(name, in_use=is_in_use)
        try:
            yield _assess_history(workspace, actor, today=today, progress=progress)
            yield _replay(workspace, actor, progress=progress)
        finally:
            workspace.close()


def _assess_history(workspace: Workspace, actor: Actor, *, today: dt.date, progress: Progress) -> str:
    store, policy = workspace.store, workspace.policy
    label = workspace.settings.label("en")
    last = queries.last_run(store, actor)
    if last is not None and last.as_of >= today:
        return f"{label}: already assessed as of {last.as_of}."
    plans = list(queries.get_plans(store, actor).values())
    days = _days_by_plans(plans, today=today)
    if last is not None:
        days = {day: codes for day, codes in days.items() if day > last.as_of}
    for done, (day, codes) in enumerate(sorted(days.items()), start=1):
        summary = assess(store, actor, policy, as_of=day, plans=codes)
        progress(done, len(days))
    return f"{label}: {summary.assessed} targets assessed as of {summary.as_of}."


def _replay(workspace: Workspace, actor: Actor, *, progress: Progress) -> str:
    """Finished plans replayed for the record, once a day."""
    label = workspace.settings.label("en")
    last = queries.last_run(workspace.store, actor, kind=RunKind.REPLAY)
    now = workspace.store.clock.now()
    if last is not None and (now - last.finished_at) < A_DAY:
        return f"{label}: finished plans already replayed."
    found = replay(workspace.store, actor, workspace.policy, progress=progress)
    return f"{label}: {len(found.plans)} finished plans replayed at {len(found.days)} days."


def _days_by_plans(plans: list[Plan], *, today: dt.date) -> dict[dt.date, tuple[str, ...] | None]:
    """Days to assess, each with the plans due on it; None stands for all of them."""
    due: dict[dt.date, list[str]] = {}
    weekly = [today - dt.timedelta(days=7 * back) for back in range(WEEKS_SHOWN, 0, -1)]
    for plan in plans:
        end = Period.parse(plan.period_end).end
        days = weekly if end >= today else _days_of_finished(plan, end)
        for day in days:
            if day < today:
                due.setdefault(day, []).append(plan.code)
    return {**{day: tuple(codes) for day, codes in due.items()}, today: None}


def _days_of_finished(plan: Plan, end: dt.date) -> list[dt.date]:
    """Month ends of the plan's own window, then quarter ends until its last figures are out."""
    afterwards = Period.containing(end, Frequency.QUARTERLY)
    quarters = [afterwards.shift(count).end for count in range(1, QUARTERS_AFTER + 1)]
    return [*_month_ends(Period.parse(plan.period_start).start, end), *quarters]


def _month_ends(first: dt.date, last: dt.date) -> list[dt.date]:
    month = Period.containing(first, Frequency.MONTHLY)
    ends = []
    while month.end <= last:
        ends.append(month.end)
        month = month.shift(1)
    return ends
