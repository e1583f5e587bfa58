"""The base questions: what was known, what was stored, who sees it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from monitor import commands, queries
from monitor.core.access import Actor, Role, Scope
from monitor.core.errors import PermissionDeniedError
from monitor.core.flags import Flag
from monitor.core.records import KnownOnBasis, RunKind, Status
from monitor.core.releases import values_in_force
from monitor.store import Store
from tests.monitor.builders import (
    ADMIN,
    CITY_VIEWER,
    MILESTONE,
    MORNING,
    OWNER,
    PLANNER,
    TARGET,
    VIEWER,
    FakeClock,
    assessment,
    catalogue,
    figure,
    flag_change,
    load,
    run,
)

SUNDAYS = [dt.date(2026, 2, 15), dt.date(2026, 2, 22), dt.date(2026, 3, 1)]


@pytest.fixture
def seeded(store: Store) -> Store:
    commands.seed_catalogue(store, ADMIN, catalogue())
    return store


def values(
    store: Store, as_of: dt.date, actor: Actor = VIEWER, until: dt.datetime | None = None
) -> list[float]:
    known = queries.known_observations(store, actor, as_of=as_of, recorded_until=until)
    return [entry.value for entry in known]


def test_a_stored_figure_comes_back_as_it_went_in(seeded: Store, clock: FakeClock) -> None:
    row = figure(0.1 + 0.2, embargo_until=dt.date(2023, 5, 1), note="见第3表")
    commands.record_load(seeded, PLANNER, load(row))
    (entry,) = queries.known_observations(seeded, VIEWER, as_of=dt.date(2026, 3, 1))
    assert entry.recorded_at == clock.now()
    assert all(getattr(entry, name) == getattr(row, name) for name in row._fields)


# --- known_on and recorded_at


def test_a_figure_published_later_was_not_known_before(seeded: Store) -> None:
    commands.record_load(seeded, PLANNER, load(figure(500, known_on=dt.date(2023, 4, 30))))
    assert values(seeded, dt.date(2023, 4, 29)) == []
    assert values(seeded, dt.date(2023, 4, 30)) == [500]


def test_published_early_but_stored_late_was_known_but_not_shown(seeded: Store, clock: FakeClock) -> None:
    shown_at = clock.now()
    clock.advance(days=30)
    commands.record_load(seeded, PLANNER, load(figure(500, known_on=dt.date(2023, 4, 30))))
    assert values(seeded, dt.date(2026, 3, 1)) == [500]
    assert values(seeded, dt.date(2026, 3, 1), until=shown_at) == []
    assert values(seeded, dt.date(2026, 3, 1), until=clock.now()) == [500]


def test_a_year_as_date_counts_from_its_last_day(seeded: Store) -> None:
    row = figure(
        known_on=dt.date(2023, 12, 31), published_on="2023", known_on_basis=KnownOnBasis.PARTIAL_DATE
    )
    commands.record_load(seeded, PLANNER, load(row))
    assert values(seeded, dt.date(2023, 12, 30)) == []
    assert values(seeded, dt.date(2023, 12, 31)) == [500]


def test_a_revision_is_in_force_from_its_own_day(seeded: Store) -> None:
    commands.record_load(
        seeded,
        PLANNER,
        load(figure(500), figure(480, known_on=dt.date(2025, 1, 31), status=Status.REVISED)),
    )
    for as_of, expected in ((dt.date(2025, 1, 30), 500), (dt.date(2025, 1, 31), 480)):
        known = queries.known_observations(seeded, VIEWER, as_of=as_of)
        (entry,) = values_in_force(known, trust={"yearbook": 1})
        assert entry.value == expected


def test_figures_are_chosen_by_indicator_and_region(seeded: Store) -> None:
    rows = [figure(1), figure(2, region="510000"), figure(3, indicator="rd_expenditure")]
    commands.record_load(seeded, PLANNER, load(*rows))
    many = [f"{number:06d}" for number in range(2000)]
    ask = {"as_of": dt.date(2026, 3, 1)}
    known = queries.known_observations
    assert [e.value for e in known(seeded, VIEWER, indicators=["hightech_enterprises"], **ask)] == [2, 1]
    assert [e.value for e in known(seeded, VIEWER, regions=["510700"], **ask)] == [1, 3]
    assert [e.value for e in known(seeded, VIEWER, regions=[*many, "510000"], **ask)] == [2]
    assert [e.value for e in known(seeded, CITY_VIEWER, **ask)] == [1, 3]
    assert known(seeded, VIEWER, indicators=[], **ask) == []


# --- embargo


def test_an_embargoed_figure_is_seen_only_by_those_entitled(seeded: Store, clock: FakeClock) -> None:
    commands.record_load(seeded, PLANNER, load(figure(500, embargo_until=dt.date(2026, 4, 1))))
    assert values(seeded, dt.date(2026, 3, 2)) == []
    assert values(seeded, dt.date(2026, 3, 2), ADMIN) == [500]
    clock.advance(days=30)
    assert values(seeded, dt.date(2026, 3, 31)) == []
    assert values(seeded, dt.date(2026, 4, 1)) == [500]


def test_asking_for_a_day_ahead_lifts_no_embargo(seeded: Store) -> None:
    commands.record_load(seeded, PLANNER, load(figure(500, embargo_until=dt.date(2026, 4, 1))))
    assert values(seeded, dt.date(2030, 1, 1)) == []


# --- targets


def test_targets_are_chosen_by_plan_region_department_and_code(seeded: Store) -> None:
    def codes(**chosen: object) -> list[str]:
        return [target.code for target in queries.get_targets(seeded, VIEWER, **chosen)]  # type: ignore[arg-type]

    everything = [TARGET, MILESTONE, "sichuan_rd_2025"]
    assert codes() == everything
    assert codes(plan="mianyang_14") == everything
    assert codes(plan="another") == []
    assert codes(region="510000") == ["sichuan_rd_2025"]
    assert codes(department="kjj_gaoxin") == [TARGET, MILESTONE]
    assert codes(codes=[TARGET]) == [TARGET]
    assert codes(codes=[TARGET, *(f"other_{number}" for number in range(2000))]) == [TARGET]


def test_a_scope_leaves_out_targets_of_others(seeded: Store) -> None:
    assert [target.code for target in queries.get_targets(seeded, CITY_VIEWER)] == [TARGET, MILESTONE]
    planning = Actor("planning", frozenset({Role.OWNER}), Scope(departments=frozenset({"kjj_guihua"})))
    assert [target.code for target in queries.get_targets(seeded, planning)] == ["sichuan_rd_2025"]


def test_the_ledger_as_it_was_shown(seeded: Store, clock: FakeClock) -> None:
    before = clock.now()
    clock.advance(days=1)
    (target,) = queries.get_targets(seeded, VIEWER, codes=[TARGET])
    commands.revise_target(
        seeded,
        PLANNER,
        TARGET,
        terms=replace(target.history[-1].terms, value=950.0, departments=("kjj_guihua",)),
        effective_on=dt.date(2024, 1, 1),
        reason="调整",
        document="",
        expected_sequence=1,
    )
    (then,) = queries.get_targets(seeded, VIEWER, codes=[TARGET], recorded_until=before)
    assert then == target
    assert queries.get_targets(seeded, VIEWER, recorded_until=before - dt.timedelta(seconds=1)) == ()
    # The new department sees it now, the old one no longer.
    assert [found.code for found in queries.get_targets(seeded, OWNER)] == [MILESTONE]


def test_without_a_role_nothing_is_answered(seeded: Store) -> None:
    nobody = Actor("nobody", frozenset())
    for ask in (queries.get_targets, queries.get_indicators, queries.get_regions, queries.get_workspace):
        with pytest.raises(PermissionDeniedError):
            ask(seeded, nobody)


def test_the_workspace_is_told(seeded: Store) -> None:
    seeded.claim_workspace("simulated_city", True)
    assert queries.get_workspace(seeded, VIEWER) == queries.Workspace("simulated_city", True)


# --- assessments


@pytest.fixture
def assessed(seeded: Store, clock: FakeClock) -> Store:
    """Three scheduled Sundays, the last one asked twice, and an ad-hoc run after them."""
    for number, day in enumerate(SUNDAYS):
        clock.advance(days=7)
        entries = [assessment(as_of=day, probability_met=0.5 + number / 10)]
        if number == 0:
            entries.append(assessment("sichuan_rd_2025", as_of=day))
        changes = [flag_change(day)] if number else []
        commands.record_run(seeded, PLANNER, run(*entries, flag_changes=changes))
    clock.advance(hours=1)
    commands.record_run(seeded, PLANNER, run(assessment(as_of=SUNDAYS[-1], probability_met=0.9)))
    adhoc = assessment(as_of=SUNDAYS[-1], probability_met=0.1, run_kind=RunKind.ADHOC, flag=Flag.RED)
    commands.record_run(seeded, PLANNER, run(adhoc, kind=RunKind.ADHOC))
    return seeded


def latest(store: Store, as_of: dt.date, **options: object) -> dict[str, float | None]:
    found = queries.latest_assessments(store, VIEWER, as_of=as_of, **options)  # type: ignore[arg-type]
    return {code: entry.probability_met for code, entry in found.items()}


def test_the_latest_assessment_is_the_last_stored_for_the_last_day(assessed: Store) -> None:
    assert latest(assessed, SUNDAYS[-1]) == {TARGET: 0.9, "sichuan_rd_2025": 0.61}
    assert latest(assessed, SUNDAYS[1]) == {TARGET: 0.6, "sichuan_rd_2025": 0.61}
    assert latest(assessed, SUNDAYS[0] - dt.timedelta(days=1)) == {}
    assert latest(assessed, SUNDAYS[-1], kind=RunKind.ADHOC) == {TARGET: 0.1}
    assert latest(assessed, SUNDAYS[-1], targets=[TARGET]) == {TARGET: 0.9}


def test_the_latest_assessment_as_it_was_shown(assessed: Store, clock: FakeClock) -> None:
    until = clock.now() - dt.timedelta(hours=1)
    assert latest(assessed, SUNDAYS[-1], recorded_until=until)[TARGET] == 0.7


def test_the_history_of_one_target(assessed: Store) -> None:
    found = queries.assessments_of(assessed, VIEWER, TARGET, until=SUNDAYS[-1])
    assert [(entry.as_of, entry.probability_met) for entry in found] == [
        (SUNDAYS[0], 0.5),
        (SUNDAYS[1], 0.6),
        (SUNDAYS[2], 0.7),
        (SUNDAYS[2], 0.9),
    ]
    everything = queries.assessments_of(assessed, VIEWER, TARGET, until=SUNDAYS[-1], kind=None)
    assert len(everything) == 5
    with pytest.raises(PermissionDeniedError):
        queries.assessments_of(assessed, CITY_VIEWER, "sichuan_rd_2025", until=SUNDAYS[-1])


def test_flag_changes_after_one_day_and_until_another(assessed: Store) -> None:
    changes = queries.flag_changes_between(assessed, VIEWER, after=SUNDAYS[0], until=SUNDAYS[1])
    assert [change.as_of for change in changes] == [SUNDAYS[1]]
    assert (
        queries.flag_changes_between(
            assessed, VIEWER, after=SUNDAYS[0], until=SUNDAYS[2], recorded_until=MORNING
        )
        == ()
    )


def test_the_last_run_of_a_kind(assessed: Store) -> None:
    last = queries.last_run(assessed, VIEWER)
    assert last is not None
    assert (last.as_of, last.kind, last.actor) == (SUNDAYS[-1], RunKind.SCHEDULED, "planner")
    earlier = queries.last_run(assessed, VIEWER, until=SUNDAYS[1])
    assert earlier is not None
    assert earlier.as_of == SUNDAYS[1]
    assert queries.last_run(assessed, VIEWER, recorded_until=MORNING) is None


def test_the_audit_trail_of_other_things_is_for_planners(assessed: Store) -> None:
    assert (
        queries.audit_trail(assessed, PLANNER, "run", SUNDAYS[0].isoformat())[0].entry.action
        == "run_recorded"
    )
    with pytest.raises(PermissionDeniedError):
        queries.audit_trail(assessed, VIEWER, "run", SUNDAYS[0].isoformat())
    with pytest.raises(PermissionDeniedError):
        queries.refused_rows(assessed, VIEWER)


def test_the_audit_trail_is_asked_for_a_group_at_a_time(assessed: Store) -> None:
    page = queries.audit_page(assessed, ADMIN, action="run_recorded", limit=1)
    assert (page.total, len(page.records)) == (5, 1)
    second = queries.audit_page(assessed, ADMIN, action="run_recorded", limit=1, offset=1)
    assert second.records[0].id < page.records[0].id
    assert queries.audit_page(assessed, ADMIN, subject="%", limit=1).total == 0
    assert queries.audit_page(assessed, ADMIN, subject=SUNDAYS[0].isoformat(), limit=9).total == 1
    moment = page.records[0].recorded_at
    later = queries.audit_page(assessed, ADMIN, since=moment, until=moment, by=page.records[0].actor, limit=9)
    assert page.records[0] in later.records
    assert "run" in queries.audit_choices(assessed, ADMIN).subject_kinds
    with pytest.raises(PermissionDeniedError):
        queries.audit_page(assessed, PLANNER, limit=1)
