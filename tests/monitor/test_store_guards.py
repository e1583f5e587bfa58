"""What the database itself guarantees: append-only tables, a ledger that shows tampering, no half load."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor import commands, queries
from monitor.core.acknowledgements import NewAcknowledgement
from monitor.core.corrections import CorrectionState, CorrectionUse
from monitor.core.errors import Refusal, StoreError
from monitor.core.ledger import broken_link
from monitor.core.outbox import AttemptOutcome, NewAttempt
from monitor.core.people import DigestRecord, Person
from monitor.core.records import AcceptedTarget, PlanDocument, TargetNote, TargetQuote
from monitor.core.reviews import Decision, NewDecision, NewPlanReview
from monitor.core.runs import TrainedModel
from monitor.migrations.append_only import trigger_name, unprotect
from monitor.store import Store
from monitor.tables import APPEND_ONLY, Base, LoadRow
from monitor.transaction import Insert
from tests.delivery.builders import message
from tests.monitor.builders import ADMIN, MORNING, TARGET, catalogue, figure, load

ROOT = Path(__file__).resolve().parents[2]


REFUSAL = Refusal("figures.csv", None, 7, "value", "bad_value", "'—'", "It is no number.", "Write one.")


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with rows in every append-only table."""
    commands.seed_catalogue(store, ADMIN, catalogue())
    met = CorrectionUse("typo", CorrectionState.APPLIED, 5000.0)
    contents = load(figure(), corrections=(met,), refusals=[(REFUSAL, {"value": "—"})])
    commands.record_load(store, ADMIN, contents)
    accept_from_document(store)
    commands.record_training(store, ADMIN, TrainedModel("v1", dt.date(2026, 3, 1), 30, {"annual": [1.5]}))
    attempt_a_message(store)
    answer_a_digest(store)
    commands.repair_rows(store, ADMIN, {1: {"value": "500"}}, seen={1: 0}, reason="核对")
    commands.dismiss_rows(store, ADMIN, [1], seen={1: 1}, reason="空行")
    document = PlanDocument("1" * 64, "draft.txt", "txt", "达到900家。")
    plan = {"code": "mianyang_15", "region": "510700"}
    review = commands.begin_plan_review(
        store, ADMIN, NewPlanReview(document, plan, True, {}, [{"name": "甲"}])
    )
    accepted = NewDecision(0, Decision.ACCEPTED, {"value": 900})
    commands.decide_proposals(store, ADMIN, review, [accepted], seen={})
    note = TargetNote(TARGET, "2026-02", "进度正常", "", None, "kjj_gaoxin")
    commands.record_target_notes(store, ADMIN, [note])
    return store


def answer_a_digest(store: Store) -> None:
    person = Person("li_na", "李娜", "li.na@example.invalid", "zh", ("kjj_gaoxin",))
    commands.save_person(store, ADMIN, person, reason="新任")
    record = DigestRecord("2026-W09", "2026-W09", person.code, MORNING, MORNING, {"green_at": 0.8})
    commands.record_digests(store, ADMIN, [record])
    commands.acknowledge(store, ADMIN, NewAcknowledgement(TARGET, person.code, record.period, "催报", None))


def attempt_a_message(store: Store) -> None:
    """One message with a picture, claimed and delivered."""
    commands.enqueue_messages(store, ADMIN, [message()])
    (claimed,) = commands.claim_messages(store, ADMIN, worker="w", now=MORNING, limit=1, domain="example.org")
    attempt = NewAttempt(AttemptOutcome.DELIVERED, MORNING, MORNING, "127.0.0.1:25", "250 OK", "")
    commands.record_attempt(store, ADMIN, claimed, attempt)


def accept_from_document(store: Store) -> None:
    """One more target, with a document and a quote behind it."""
    (known,) = queries.get_targets(store, ADMIN, codes=[TARGET])
    target = replace(known, code="from_document", history=())
    quote = TargetQuote("达到900家", 0, 6, 2, 6)
    commands.accept_targets(
        store,
        ADMIN,
        known.plan,
        document=PlanDocument("0" * 64, "plan.txt", "txt", "达到900家。"),
        accepted=[AcceptedTarget(target, known.history[0].terms, (quote,))],
        effective_on=known.history[0].effective_on,
        reason="审核",
    )


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with store.read() as session:
        return {
            name: sorted((tuple(map(repr, row)) for row in session.execute(sa.select(*table.c))), key=repr)
            for name, table in Base.metadata.tables.items()
        }


def run_sql(store: Store, statement: str) -> None:
    with store._engine.begin() as connection:
        connection.execute(sa.text(statement))


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("operation", ["DELETE FROM {}", "UPDATE {} SET recorded_at = NULL"])
def test_rows_can_be_neither_changed_nor_deleted(filled: Store, table: str, operation: str) -> None:
    before = contents(filled)
    assert before[table]
    with pytest.raises(sa.exc.DBAPIError, match=f"{table} is append-only"):
        run_sql(filled, operation.format(table))
    assert contents(filled) == before


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_rows_cannot_be_removed_wholesale(filled: Store, table: str) -> None:
    if filled._engine.dialect.name == "postgresql":
        statement = f"TRUNCATE {table} CASCADE"
    else:
        columns = ", ".join(Base.metadata.tables[table].c.keys())
        statement = f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}"
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        run_sql(filled, statement)


def test_tampering_past_the_triggers_breaks_the_chain(filled: Store) -> None:
    (target,) = queries.get_targets(filled, ADMIN, codes=[TARGET])
    terms = replace(target.history[-1].terms, value=950.0)
    commands.revise_target(
        filled,
        ADMIN,
        TARGET,
        terms=terms,
        effective_on=dt.date(2024, 1, 1),
        reason="中期评估",
        document="",
        expected_sequence=1,
    )
    (target,) = queries.get_targets(filled, ADMIN, codes=[TARGET])
    assert broken_link(target.history) is None

    with filled._engine.begin() as connection:
        unprotect(connection, "target_revisions")
        connection.execute(
            sa.text(f"UPDATE target_revisions SET reason = '无' WHERE target = '{TARGET}' AND sequence = 1")
        )
    (target,) = queries.get_targets(filled, ADMIN, codes=[TARGET])
    assert broken_link(target.history) == 1


def test_every_guard_has_its_trigger(filled: Store) -> None:
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with filled.read() as session:
        found = set(session.execute(sa.text(names[filled._engine.dialect.name])).scalars())
    assert {trigger_name(table, each) for table in APPEND_ONLY for each in ("UPDATE", "DELETE")} <= found


def test_rows_without_their_audit_entry_are_not_kept(filled: Store) -> None:
    before = contents(filled)
    row = {"file_name": "a.csv", "source": "files", "sha256": "0", "actor": "x", "counts": {}, "outcome": "x"}
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    with pytest.raises(StoreError, match="not accounted for"), filled.write(ADMIN) as transaction:
        transaction.begin_insert(
            Insert(LoadRow, [{**row, "started_at": moment, "finished_at": moment}]), link="load_id"
        )
    assert contents(filled) == before


KILLED_LOAD = """
import os, signal, sys
import sqlalchemy as sa
from monitor import commands
from monitor.store import Store
from tests.monitor.builders import ADMIN, FakeClock, figure, load

store = Store(sys.argv[1], FakeClock())

@sa.event.listens_for(store._engine, "commit")
def die(connection):
    count = connection.exec_driver_sql("SELECT count(*) FROM observations").scalar()
    print("rows inside:", count, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

rows = [figure(float(n), str(1900 + n)) for n in range(1, 101)]
commands.record_load(store, ADMIN, load(*rows, name="big.csv"))
"""


def test_a_load_killed_before_its_commit_leaves_the_database_as_it_was(filled: Store) -> None:
    before = contents(filled)
    filled.dispose()
    ended = subprocess.run(
        [sys.executable, "-c", KILLED_LOAD, filled._url.render_as_string(hide_password=False)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert "rows inside: 101" in ended.stdout
    assert contents(filled) == before
    rows = [figure(float(n), str(1900 + n)) for n in range(1, 101)]
    assert commands.record_load(filled, ADMIN, load(*rows, name="big.csv")).new == 100
