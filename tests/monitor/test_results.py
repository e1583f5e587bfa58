"""Runs that are repeated, or finish beside each other, tell of everything once."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from monitor import commands, queries
from monitor.core.flags import Flag
from monitor.core.reasons import Reason, ReasonCode
from monitor.core.records import RunKind
from monitor.core.runs import NewRun
from monitor.queries import kept
from monitor.store import Store
from monitor.tables import AssessmentRow, AuditRow, FlagChangeRow, RunRow
from tests.monitor.builders import ADMIN, PLANNER, TARGET, assessment, catalogue, flag_change, run

DAY = dt.date(2026, 3, 1)


@pytest.fixture
def seeded(store: Store) -> Store:
    commands.seed_catalogue(store, ADMIN, catalogue())
    return store


def stored(store: Store) -> tuple[int, int]:
    """How many assessments and flag changes there are."""
    with store.read() as session:
        assessments, changes = (
            session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (AssessmentRow, FlagChangeRow)
        )
    return assessments, changes


def a_run() -> NewRun:
    counts = {"assessed": 2, "stored": 2, "flag_changes": 1}
    entries = assessment(as_of=DAY), assessment("sichuan_rd_2025", as_of=DAY)
    return run(*entries, flag_changes=[flag_change(DAY)], counts=counts)


def test_a_run_repeated_on_its_day_adds_nothing(seeded: Store) -> None:
    commands.record_run(seeded, PLANNER, a_run())
    commands.record_run(seeded, PLANNER, a_run())
    assert stored(seeded) == (2, 1)
    last = queries.last_run(seeded, ADMIN)
    assert last is not None
    assert last.counts == {"assessed": 2, "stored": 0, "flag_changes": 0}
    with seeded.read() as session:
        statement = sa.select(AuditRow.new).where(AuditRow.action == "run_recorded").order_by(AuditRow.id)
        noted = [(new["assessments"], new["flag_changes"]) for new in session.execute(statement).scalars()]
    assert noted == [(2, 1), (0, 0)]


def test_runs_beside_each_other_add_once(seeded: Store) -> None:
    start = threading.Barrier(2)
    failures: list[Exception] = []

    def record() -> None:
        start.wait(10)
        try:
            commands.record_run(seeded, PLANNER, a_run())
        except Exception as error:  # noqa: BLE001 - the thread's failure is the test's
            failures.append(error)

    threads = [threading.Thread(target=record) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert stored(seeded) == (2, 1)
    with seeded.read() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(RunRow)).scalar_one() == 2


def test_the_same_answer_on_a_later_day_is_left_out_unless_hysteresis_holds_it(seeded: Store) -> None:
    commands.record_run(seeded, PLANNER, run(assessment(as_of=DAY)))
    later = DAY + dt.timedelta(days=7)
    commands.record_run(seeded, PLANNER, run(assessment(as_of=later, change=None)))
    assert stored(seeded)[0] == 1
    held = replace(assessment(), reason=Reason(ReasonCode.HELD_BY_HYSTERESIS, {"probability": 0.81}))
    for as_of in (later, later, later + dt.timedelta(days=7)):
        commands.record_run(seeded, PLANNER, run(replace(held, as_of=as_of)))
    found = queries.assessments_of(seeded, ADMIN, TARGET, until=dt.date(2026, 12, 31))
    assert [entry.as_of for entry in found] == [DAY, later, later + dt.timedelta(days=7)]


@pytest.mark.parametrize(
    "changes", [{"probability_met": 0.62}, {"revision_sequence": 2}, {"flag": Flag.RED}, {"input_hash": "x"}]
)
def test_another_answer_on_the_same_day_is_kept(seeded: Store, changes: dict[str, object]) -> None:
    commands.record_run(seeded, PLANNER, run(assessment(as_of=DAY)))
    commands.record_run(seeded, PLANNER, run(assessment(as_of=DAY, **changes)))
    assert stored(seeded)[0] == 2


def test_ad_hoc_answers_neither_count_as_stored_nor_are_left_out(seeded: Store) -> None:
    ad_hoc = assessment(as_of=DAY, run_kind=RunKind.ADHOC)
    for _ in range(2):
        commands.record_run(seeded, PLANNER, run(ad_hoc, kind=RunKind.ADHOC))
    commands.record_run(seeded, PLANNER, run(assessment(as_of=DAY)))
    assert stored(seeded)[0] == 3


def test_the_database_refuses_a_flag_change_told_twice(seeded: Store) -> None:
    commands.record_run(seeded, PLANNER, a_run())
    with seeded.read() as session:
        (row,) = session.execute(sa.select(*FlagChangeRow.__table__.c)).mappings()
    again = {key: value for key, value in row.items() if key != "id"}
    with pytest.raises(sa.exc.IntegrityError), seeded._engine.begin() as connection:
        connection.execute(sa.insert(FlagChangeRow).values(again))
    other = replace(flag_change(DAY), new_flag=Flag.RED)
    commands.record_run(seeded, PLANNER, run(flag_changes=[other]))
    assert stored(seeded)[1] == 2


def test_an_assessment_is_decoded_once(seeded: Store) -> None:
    commands.record_run(seeded, PLANNER, a_run())
    first = queries.latest_assessments(seeded, ADMIN, as_of=DAY)
    again = queries.latest_assessments(seeded, ADMIN, as_of=DAY, targets=[TARGET])
    assert set(first) == {TARGET, "sichuan_rd_2025"}
    assert again.keys() == {TARGET}
    assert again[TARGET] is first[TARGET]


def test_a_row_of_the_same_number_in_a_database_brought_back_is_another(seeded: Store) -> None:
    commands.record_run(seeded, PLANNER, a_run())
    before = queries.latest_assessments(seeded, ADMIN, as_of=DAY)[TARGET]
    later = before.recorded_at + dt.timedelta(seconds=1)
    with seeded._engine.begin() as connection:
        changed = sa.update(AssessmentRow).where(AssessmentRow.target == TARGET)
        connection.execute(changed.values(recorded_at=later, flag=Flag.RED.value))
    assert before.flag is not Flag.RED
    assert queries.latest_assessments(seeded, ADMIN, as_of=DAY)[TARGET].flag is Flag.RED


def test_no_more_assessments_are_kept_than_are_meant_to_be(
    seeded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_MOST_KEPT", 1)
    commands.record_run(seeded, PLANNER, a_run())
    for _ in range(2):
        found = queries.latest_assessments(seeded, ADMIN, as_of=DAY)
        assert set(found) == {TARGET, "sichuan_rd_2025"}
    assert len(kept._kept[seeded]) == 1
