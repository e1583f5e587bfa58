"""A finished plan replayed on the simulated city: kept apart, without hindsight, once."""

from __future__ import annotations

import datetime as dt

import pytest

from monitor import queries
from monitor.clock import today
from monitor.core.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.core.access import Actor, Role
from monitor.core.errors import NotFoundError, PermissionDeniedError, UsageError
from monitor.core.flags import Flag
from monitor.core.periods import Period
from monitor.core.records import RunKind
from monitor.core.track_record import Fate, RecordSource
from monitor.setup import Workspace
from monitor.track_record import day_then, plan_replay, replay, track_record

PLAN = "sim_work_plan_2025"
YEAR_END = dt.date(2025, 12, 31)
VIEWER = Actor("viewer", frozenset({Role.VIEWER}))


@pytest.mark.workspace("simulated_city")
def test_a_replay_is_stored_once_and_told_with_what_came(workspace: Workspace) -> None:
    store, policy = workspace.store, workspace.policy
    told: list[tuple[int, int]] = []
    first = replay(store, ADMIN, policy, every="year", progress=lambda done, of: told.append((done, of)))
    assert first.plans == (PLAN,)
    assert first.days[0] == YEAR_END
    assert first.stored == first.assessed == 9 * len(first.days)
    assert told[-1] == (len(first.days), len(first.days))
    assert replay(store, ADMIN, policy, every="year", plans=[PLAN]).stored == 0

    assert queries.last_run(store, ADMIN) is None, "no scheduled run: hysteresis and screens see nothing"
    assert queries.recent_assessments(store, ADMIN, before=today(), limit=2) == {}
    run = queries.last_run(store, ADMIN, kind=RunKind.REPLAY)
    assert run is not None
    assert run.scope_note == PLAN

    found = plan_replay(store, VIEWER, PLAN, as_of=today())
    assert found.days == first.days
    assert found.n_milestones == 1
    assert {each.status.target for each in found.targets if each.ending.fate is Fate.MISSED} == {
        "sim2025.hnte_stock",
        "sim2025.hightech_output_growth",
    }
    for each in found.targets:
        for day, entry in each.told.items():
            assert entry.observed_to is None or Period.parse(entry.observed_to).end <= day
    assert any(each.straight_line.get(YEAR_END) is not None for each in found.targets)

    record = track_record(store, VIEWER, as_of=today())
    by_source = {each.source: each for each in record.sources}
    assert by_source[RecordSource.REPLAY].n_readings > 0
    assert by_source[RecordSource.IN_ADVANCE].n_readings == 0
    assert by_source[RecordSource.AFTERWARDS].n_readings == 0
    assert record.endings[Fate.MISSED] == 2
    assert track_record(store, VIEWER, as_of=YEAR_END - dt.timedelta(days=40)).sources[2].n_readings == 0

    then = day_then(store, VIEWER, day=YEAR_END, kind=RunKind.REPLAY, as_of=today())
    assert then.n_recorded_later == len(then.targets) == 8
    assert sum(then.counts.values()) == 8
    assert (Flag.MISSED, Fate.MISSED) not in then.counts, "at the year end nobody knew"
    assert day_then(store, VIEWER, day=YEAR_END, kind=RunKind.SCHEDULED, as_of=today()).targets == ()


@pytest.mark.workspace("simulated_city")
def test_only_a_planner_replays_and_only_finished_plans(workspace: Workspace) -> None:
    store, policy = workspace.store, workspace.policy
    with pytest.raises(UsageError, match="quarter or year"):
        replay(store, ADMIN, policy, every="week")
    with pytest.raises(NotFoundError, match="Known: "):
        replay(store, ADMIN, policy, plans=["nope"])
    with pytest.raises(UsageError, match="only finished plans"):
        replay(store, ADMIN, policy, plans=["sim_work_plan_2026"])
    with pytest.raises(PermissionDeniedError):
        replay(store, VIEWER, policy)
    assert queries.last_run(store, ADMIN, kind=RunKind.REPLAY) is None
