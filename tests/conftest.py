"""Databases for tests: each test gets one of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.store import Store
from tests.monitor.builders import FakeClock
from tests.postgresql import NoServerError, running_server

NewDatabase = Callable[[bool], str]
"""Makes a database, empty or with the tables (True), and gives its address."""


pytest_plugins = ["tests.workspaces"]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[sa.Engine]:
    """The maintenance database of a server; `template_zhibiao` beside it has the tables."""
    try:
        with running_server() as url:
            engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
            _execute(engine, *(f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "full_page_writes")))
            _execute(engine, "SELECT pg_reload_conf()", "CREATE DATABASE template_zhibiao")
            _migrate(_address(engine, "template_zhibiao"))
            yield engine
            engine.dispose()
    except NoServerError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the tables."""
    path = tmp_path_factory.mktemp("template") / "zhibiao.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Makes databases, once for each kind, and removes them after the test."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        yield lambda with_tables: _new_sqlite(tmp_path, template if with_tables else None)
        return
    server = request.getfixturevalue("postgresql_server")
    made: list[str] = []

    def make(with_tables: bool) -> str:
        made.append(f"test_{uuid.uuid4().hex}")
        template = "template_zhibiao" if with_tables else "template1"
        _execute(server, f"CREATE DATABASE {made[-1]} TEMPLATE {template}")
        return _address(server, made[-1])

    yield make
    _execute(server, *(f"DROP DATABASE {name} WITH (FORCE)" for name in made))


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """Address of an empty database."""
    return new_database(False)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(new_database: NewDatabase, clock: FakeClock) -> Iterator[Store]:
    """A store with its tables and nothing in them."""
    opened = Store(new_database(True), clock)
    yield opened
    opened.dispose()


def _new_sqlite(folder: Path, template: Path | None) -> str:
    path = folder / f"{uuid.uuid4().hex}.db"
    if template is not None:
        shutil.copy(template, path)
    return f"sqlite:///{path}"


def _address(server: sa.Engine, database: str) -> str:
    return server.url.set(database=database).render_as_string(hide_password=False)


def _migrate(url: str) -> None:
    opened = Store(url)
    opened.migrate()
    opened.dispose()


def _execute(engine: sa.Engine, *statements: str) -> None:
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
