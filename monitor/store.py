"""The store: a database, its schema, and the ways to read and write it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.orm import Session

from monitor.clock import SYSTEM_CLOCK, Clock
from monitor.core.access import Actor
from monitor.core.audit import AuditEntry
from monitor.core.errors import StoreError, WorkspaceMismatchError
from monitor.engine import create_engine, sqlite_file
from monitor.tables import WorkspaceFact
from monitor.transaction import Insert, Transaction
from monitor.work import WorkTransaction

_MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_WRITERS = 0x5A48_4942  # key of the advisory lock that keeps writers in line on PostgreSQL
_SYSTEM = "zhibiao"


class Store:
    """A database, opened lazily.

    Parameters
    ----------
    url : str
        `sqlite:///file` (its folder is created) or `postgresql://...`.
    clock : Clock
        Where moments of recording come from.
    """

    def __init__(self, url: str, clock: Clock = SYSTEM_CLOCK) -> None:
        self.clock = clock
        self._url = sa.make_url(url)
        self._engine = create_engine(self._url)

    @property
    def address(self) -> str:
        """The address without its password, for messages."""
        return self._url.render_as_string(hide_password=True)

    def dispose(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def migrate(self) -> None:
        """Create the tables, or bring them to the current shape, in one transaction."""
        file = sqlite_file(self._url)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        with self._writing(foreign_keys=False) as connection:
            config = _alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def revision(self) -> str | None:
        """The migration the tables are at; None without tables."""
        file = sqlite_file(self._url)
        if file is not None and not file.exists():
            return None
        with self._engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    @contextmanager
    def rebuild(self, revision: str) -> Iterator[sa.Connection]:
        """Drop every table, make those of a migration for the block to fill, then migrate on to this version.

        One transaction: until it commits, and if anything fails, the database is what it was.

        Raises
        ------
        StoreError
            If this version of the product does not know the migration.
        """
        file = sqlite_file(self._url)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        with self._writing(foreign_keys=False) as connection:
            there = sa.MetaData()
            there.reflect(connection)
            there.drop_all(connection)
            config = _alembic_config()
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, revision)
            except CommandError as error:
                raise StoreError(f"The migration {revision!r} is unknown to this version.") from error
            yield connection
            command.upgrade(config, "head")

    def schema_is_current(self) -> bool:
        """Whether the tables are those this version of the product expects."""
        file = sqlite_file(self._url)
        if file is not None and not file.exists():
            return False
        with self._engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_heads()
        return set(found) == set(ScriptDirectory.from_config(_alembic_config()).get_heads())

    @contextmanager
    def write(self, actor: Actor) -> Iterator[Transaction]:
        """One write transaction; it commits when the block ends and rolls back when it raises.

        Writers wait for each other, on PostgreSQL too, so that what a command read still holds when
        it writes and moments of recording follow the order of commits.

        Raises
        ------
        StoreError
            If the database does not answer; nothing was stored, unless the answer to the commit was lost.
        """
        with self._transaction(actor.name) as transaction:
            yield transaction

    @contextmanager
    def work(self) -> Iterator[WorkTransaction]:
        """A short transaction on work in progress; it commits when the block ends.

        On PostgreSQL it does not wait for other writers: conditional updates decide who gets what, and
        mail must not stand still while figures are loaded.

        Raises
        ------
        StoreError
            If the database does not answer; nothing was stored, unless the answer to the commit was lost.
        """
        with self._answering(), self._writing(in_line=False) as connection:
            yield WorkTransaction(connection, now=self.clock.now())

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent state; writing through it fails.

        Raises
        ------
        StoreError
            If the database does not answer.
        """
        options: dict[str, Any] = {"zhibiao_read_only": True}
        if self._engine.dialect.name == "postgresql":
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with (
            self._answering(),
            self._engine.connect().execution_options(**options) as connection,
            Session(connection) as session,
        ):
            yield session

    def claim_workspace(self, name: str, simulated: bool) -> None:
        """Remember which workspace the database belongs to, or check that it is this one.

        Raises
        ------
        WorkspaceMismatchError
            If it belongs to another, or to real data where simulated is meant.
        """
        wanted = _workspace_facts(name, simulated)
        with self._transaction(_SYSTEM) as transaction:
            found = {row.key: row.value for row in transaction.rows(_facts(wanted))}
            if found:
                self._check_facts(found, wanted)
                return
            rows = [{"key": key, "value": value} for key, value in wanted.items()]
            audit = AuditEntry(
                "workspace_claimed", "workspace", name, "first use of the database", new=wanted
            )
            transaction.insert(Insert(WorkspaceFact, rows), audit=audit)

    def check_workspace(self, name: str, simulated: bool) -> None:
        """Check by reading alone that the database belongs to this workspace.

        Raises
        ------
        WorkspaceMismatchError
            If it belongs to another, or to real data where simulated is meant.
        StoreError
            If no workspace has claimed it.
        """
        wanted = _workspace_facts(name, simulated)
        with self.read() as session:
            found = {row.key: row.value for row in session.execute(_facts(wanted))}
        if not found:
            raise StoreError(f"The database {self.address} is not set up; run `zhibiao init`.")
        self._check_facts(found, wanted)

    def _check_facts(self, found: Mapping[str, str], wanted: Mapping[str, str]) -> None:
        if found == wanted:
            return
        raise WorkspaceMismatchError(expected=_in_words(wanted), found=_in_words(found), url=self.address)

    @contextmanager
    def _transaction(self, actor: str) -> Iterator[Transaction]:
        with self._answering(), self._writing() as connection:
            transaction = Transaction(connection, actor=actor, recorded_at=self.clock.now())
            yield transaction
            transaction.check_accounted()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """A database that is gone, locked or no database at all is one sentence, whoever asked."""
        file = sqlite_file(self._url)
        if file is not None and not file.exists():
            raise StoreError(
                f"The database {self.address} is gone; bring the file back, or run `zhibiao init`."
            )
        try:
            yield
        except sa.exc.DatabaseError as error:
            if isinstance(error, sa.exc.OperationalError) or type(error) is sa.exc.DatabaseError:
                raise StoreError(f"The database {self.address} did not answer: {error.orig}") from error
            raise

    @contextmanager
    def _writing(self, *, foreign_keys: bool = True, in_line: bool = True) -> Iterator[sa.Connection]:
        """A connection that holds the write lock until it commits or rolls back.

        Not `in_line`, it takes no lock on PostgreSQL; SQLite has one writer in any case.
        """
        with self._engine.connect() as opened:
            connection = opened.execution_options(zhibiao_immediate=True, zhibiao_foreign_keys=foreign_keys)
            with connection.begin():
                if in_line and self._engine.dialect.name == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITERS)))
                yield connection


class DatabaseSettings(Protocol):
    """The settings a store is opened with (`monitor.config.Settings` has them)."""

    @property
    def workspace(self) -> str:
        """Name of the workspace in use."""
        ...

    @property
    def simulated(self) -> bool:
        """Whether its figures are simulated."""
        ...

    @property
    def database_url(self) -> str:
        """Its database."""
        ...


def open_store(settings: DatabaseSettings, *, clock: Clock = SYSTEM_CLOCK, create: bool = False) -> Store:
    """The store of the workspace in use, checked.

    Parameters
    ----------
    settings : DatabaseSettings
        Workspace and database address.
    clock : Clock
        Where moments of recording come from.
    create : bool
        Whether to create or migrate the tables and to claim an unclaimed database; otherwise it must
        be set up, nothing is written, and no writer is waited for.

    Raises
    ------
    StoreError
        If the tables are missing or from another version, or no workspace has claimed them.
    WorkspaceMismatchError
        If the database belongs to another workspace.
    """
    store = Store(settings.database_url, clock)
    try:
        if create:
            store.migrate()
            store.claim_workspace(settings.workspace, settings.simulated)
        elif store.schema_is_current():
            store.check_workspace(settings.workspace, settings.simulated)
        else:
            raise StoreError(
                f"The database {store.address} is empty or of another version; run `zhibiao init`."
            )
    except sa.exc.DatabaseError as error:
        store.dispose()
        raise StoreError(f"The database {store.address} cannot be used: {error.orig}") from error
    except StoreError:
        store.dispose()
        raise
    return store


def _alembic_config() -> Config:
    config = Config()
    # A percent sign in a path would be read as an interpolation.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _workspace_facts(name: str, simulated: bool) -> dict[str, str]:
    return {"workspace": name, "simulated": "yes" if simulated else "no"}


def _facts(keys: Iterable[str]) -> sa.Select[str, str]:
    return sa.select(WorkspaceFact.key, WorkspaceFact.value).where(WorkspaceFact.key.in_(list(keys)))


def _in_words(facts: Mapping[str, str]) -> str:
    simulated = facts.get("simulated") == "yes"
    return f"{facts.get('workspace')} ({'simulated' if simulated else 'real'} figures)"
