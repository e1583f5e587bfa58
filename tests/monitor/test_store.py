"""The store: schema, transactions with their audit entries, guards, workspaces."""

from __future__ import annotations

import datetime as dt
import inspect
import shutil
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from monitor.core.audit import AuditEntry
from monitor.core.errors import StoreError, WorkspaceMismatchError
from monitor.store import Store, _alembic_config, open_store
from monitor.tables import (
    APPEND_ONLY,
    UTC,
    AuditRow,
    Base,
    LoadRow,
    ObservationRow,
    OriginRow,
    OutcomeRow,
    RegionRow,
)
from monitor.transaction import Insert, OpenInsert, Transaction
from tests.monitor.builders import MORNING, PLANNER, FakeClock

AUDIT = AuditEntry("tested", "origin", "o", "a test")


def origin(code: str = "o") -> Insert:
    row = {"code": code, "publisher": "p", "title": "t", "url": None, "accessed_on": None, "trust": 1}
    return Insert(OriginRow, [row])


def count(store: Store, table: type[Base]) -> int:
    with store.read() as session:
        return session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_asking_for_the_schema_creates_nothing(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'var' / 'new.db'}")
    assert not store.schema_is_current()
    assert not (tmp_path / "var").exists()


def test_migrating_makes_the_schema_current_and_may_be_repeated(database_url: str) -> None:
    store = Store(database_url)
    assert not store.schema_is_current()
    store.migrate()
    store.migrate()
    assert store.schema_is_current()
    store.dispose()


def test_the_migrations_create_exactly_the_tables_of_the_code(store: Store) -> None:
    with store._engine.connect() as connection:
        opts = {"compare_type": True, "include_object": _is_a_foreign_key_here}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []


def _is_a_foreign_key_here(found: Any, _name: str, kind: str, _reflected: bool, _other: object) -> bool:
    """PostgreSQL checks what figures refer to by a trigger, once for each statement."""
    return kind != "foreign_key_constraint" or found.table.name != "observations"


REFERENCES = {"region": "nowhere", "origin": "nobody", "load_id": 999}


@pytest.mark.parametrize("column", REFERENCES)
def test_a_figure_refers_to_what_there_is(store: Store, column: str) -> None:
    _store_a_figure(store)
    with pytest.raises(sa.exc.IntegrityError, match=r"(?i)foreign key|names no row"):
        _store_a_figure(store, period="2001", **{column: REFERENCES[column]})
    assert count(store, ObservationRow) == 1


@pytest.mark.parametrize(("table", "key"), [(RegionRow, "code"), (OriginRow, "code"), (LoadRow, "id")])
def test_what_a_figure_refers_to_stays(store: Store, table: type[Base], key: str) -> None:
    _store_a_figure(store)
    core = Base.metadata.tables[table.__tablename__]
    free = 7 if key == "id" else "another"
    for change in (sa.delete(core), sa.update(core).values({key: free})):
        with pytest.raises(sa.exc.IntegrityError), store._writing() as connection:
            connection.execute(change)
    assert count(store, table) == 1


def _store_a_figure(store: Store, **changed: Any) -> None:
    """Straight into the tables, as somebody without the product would; what it refers to the first time."""
    day, moment = dt.date(2001, 1, 31), dt.datetime(2001, 1, 31, tzinfo=dt.UTC)
    region = dict.fromkeys(("code", "name_zh", "short_zh", "name_en", "level"), "r")
    load = {
        "id": 1,
        "source": "s",
        "file_name": "f",
        "sha256": "0",
        "actor": "a",
        "counts": {},
        "outcome": "o",
    }
    load |= {"counts": {}, "outcome": "o", "started_at": moment, "finished_at": moment}
    figure = {"indicator": "i", "region": "r", "period": "2000", "value": 1.0, "status": "final"}
    figure |= {"known_on": day, "known_on_basis": "lag", "recorded_at": moment, "definition_basis": ""}
    figure |= {"origin": "o", "note": "", "load_id": 1}
    with store._writing() as connection:
        if not changed:
            connection.execute(sa.insert(RegionRow), [region])
            connection.execute(sa.insert(OriginRow), [*origin().rows])
            connection.execute(sa.insert(LoadRow), [load])
        connection.execute(sa.insert(ObservationRow), [figure | changed])


def test_the_first_migration_can_be_taken_back(store: Store) -> None:
    with store._writing(foreign_keys=False) as connection:
        config = _alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert not store.schema_is_current()
    store.migrate()
    assert store.schema_is_current()


def test_a_write_is_stored_with_its_audit_entry(store: Store) -> None:
    with store.write(PLANNER) as transaction:
        transaction.insert(origin(), audit=AUDIT)
    with store.read() as session:
        row = session.execute(sa.select(*AuditRow.__table__.c)).one()
    assert (row.actor, row.action, row.subject, row.reason) == ("planner", "tested", "o", "a test")
    assert row.recorded_at == MORNING
    assert count(store, OriginRow) == 1


def test_a_failed_write_leaves_nothing_behind(store: Store) -> None:
    def fail() -> None:
        with store.write(PLANNER) as transaction:
            transaction.insert(origin(), audit=AUDIT)
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        fail()
    assert count(store, OriginRow) == 0
    assert count(store, AuditRow) == 0


def test_no_write_can_be_called_without_its_audit_entry() -> None:
    methods = {
        name: inspect.signature(method)
        for name, method in inspect.getmembers(Transaction, inspect.isfunction)
        if not name.startswith("_") and name not in {"rows", "begin_insert", "check_accounted"}
    }
    assert set(methods) == {"insert", "insert_with", "update"}
    # What `begin_insert` opens is accounted for before the transaction may end.
    methods["finish"] = inspect.signature(OpenInsert.finish)
    for signature in methods.values():
        audit = signature.parameters["audit"]
        assert audit.kind is audit.KEYWORD_ONLY
        assert audit.default is audit.empty


def test_an_audit_entry_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        AuditEntry("tested", "origin", "o", "  ")


def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises((sa.exc.DBAPIError, StoreError), match=r"readonly|read-only"), store.read() as session:
        session.execute(sa.insert(OriginRow), origin().rows)
    with store.write(PLANNER) as transaction:
        transaction.insert(origin(), audit=AUDIT)
    assert count(store, OriginRow) == 1


def test_a_database_that_went_away_is_a_sentence_and_comes_back(
    tmp_path: Path, sqlite_template: Path
) -> None:
    """Nothing is written into a file that is no longer there, and none is made in its place."""
    file, away = tmp_path / "zhibiao.db", tmp_path / "away.db"
    shutil.copy(sqlite_template, file)
    store = Store(f"sqlite:///{file}", FakeClock())
    with store.write(PLANNER) as transaction:
        transaction.insert(origin("first"), audit=AUDIT)
    file.rename(away)
    for attempt in (store.read, lambda: store.write(PLANNER), store.work):
        with pytest.raises(StoreError, match="is gone"), attempt():
            pytest.fail("nothing answers here")
    assert not file.exists()
    file.write_bytes(b"no database " * 500)
    with pytest.raises(StoreError, match="not a database"), store.read():
        pytest.fail("nothing answers here")
    away.replace(file)
    assert count(store, OriginRow) == 1
    store.dispose()


def test_a_row_needs_what_it_refers_to(store: Store) -> None:
    row = {"target": "nobody", "value": None, "period": None, "verdict": "met", "note": ""}
    with pytest.raises(sa.exc.IntegrityError), store.write(PLANNER) as transaction:
        transaction.insert(Insert(OutcomeRow, [row]), audit=AUDIT)


def test_nan_is_refused_in_documents(store: Store) -> None:
    entry = AuditEntry("tested", "origin", "o", "a test", new={"value": float("nan")})
    # SQLAlchemy wraps what its own serialiser raises, psycopg hands it on.
    with (
        pytest.raises((sa.exc.StatementError, ValueError), match="JSON"),
        store.write(PLANNER) as transaction,
    ):
        transaction.insert(origin(), audit=entry)


def test_writers_wait_for_each_other(store: Store) -> None:
    order: list[str] = []
    inside, done = threading.Event(), threading.Event()

    def second() -> None:
        inside.wait(5)
        with store.write(PLANNER) as transaction:
            order.append("second")
            transaction.insert(origin("second"), audit=AUDIT)
        done.set()

    thread = threading.Thread(target=second)
    thread.start()
    with store.write(PLANNER) as transaction:
        inside.set()
        assert not done.wait(0.3)
        transaction.insert(origin("first"), audit=AUDIT)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]


def test_a_reader_sees_one_state(store: Store) -> None:
    with store.read() as session:
        statement = sa.select(sa.func.count()).select_from(OriginRow)
        assert session.execute(statement).scalar_one() == 0
        with store.write(PLANNER) as transaction:
            transaction.insert(origin(), audit=AUDIT)
        assert session.execute(statement).scalar_one() == 0
    assert count(store, OriginRow) == 1


def test_naive_moments_are_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        UTC().process_bind_param(dt.datetime(2026, 1, 1), sa.create_engine("sqlite://").dialect)  # noqa: DTZ001


def test_sqlite_is_set_up_for_crashes_and_neighbours(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a' / 'b.db'}")
    store.migrate()
    with store.read() as session:
        values = {
            name: session.execute(sa.text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout", "recursive_triggers")
        }
    store.dispose()
    assert values == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 2,
        "busy_timeout": 30_000,
        "recursive_triggers": 1,
    }


def test_a_workspace_is_remembered(store: Store) -> None:
    store.claim_workspace("real", False)
    store.claim_workspace("real", False)
    assert count(store, AuditRow) == 1


@pytest.mark.parametrize(("name", "simulated"), [("simulated_city", True), ("real", True)])
def test_another_workspace_is_refused(store: Store, name: str, simulated: bool) -> None:
    store.claim_workspace("real", False)
    with pytest.raises(WorkspaceMismatchError, match="belongs to the workspace 'real"):
        store.claim_workspace(name, simulated)


def settings(database_url: str, workspace: str = "real") -> SimpleNamespace:
    return SimpleNamespace(database_url=database_url, workspace=workspace, simulated=workspace != "real")


def test_opening_creates_tables_only_when_asked(database_url: str, clock: FakeClock) -> None:
    with pytest.raises(StoreError, match="run `zhibiao init`"):
        open_store(settings(database_url))
    open_store(settings(database_url), clock=clock, create=True).dispose()
    open_store(settings(database_url)).dispose()
    with pytest.raises(WorkspaceMismatchError):
        open_store(settings(database_url, "simulated_city"))


def test_opening_and_reading_wait_for_no_writer(database_url: str) -> None:
    open_store(settings(database_url), create=True).dispose()
    writer = Store(database_url)
    started = time.perf_counter()
    with writer.write(PLANNER) as transaction:
        transaction.insert(origin(), audit=AUDIT)
        opened = open_store(settings(database_url))
        assert count(opened, OriginRow) == 0
        opened.dispose()
    writer.dispose()
    assert time.perf_counter() - started < 10


def test_opening_writes_nothing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A role that may only read can open, on PostgreSQL by a setting of the session."""
    open_store(settings(database_url), create=True).dispose()
    if database_url.startswith("postgresql"):
        monkeypatch.setenv("PGOPTIONS", "-c default_transaction_read_only=on")
    opened = open_store(settings(database_url))
    assert count(opened, AuditRow) == 1
    opened.dispose()


def test_tables_that_no_workspace_claimed_are_not_opened(database_url: str) -> None:
    store = Store(database_url)
    store.migrate()
    store.dispose()
    with pytest.raises(StoreError, match="is not set up; run `zhibiao init`"):
        open_store(settings(database_url))


def test_an_unusable_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(settings(f"sqlite:///{tmp_path / 'folder.db'}"))


def test_a_password_is_never_shown() -> None:
    store = Store("postgresql+psycopg://user:secret@localhost/zhibiao")
    assert "secret" not in store.address


def test_guarded_tables_exist() -> None:
    assert set(APPEND_ONLY) <= set(Base.metadata.tables)
