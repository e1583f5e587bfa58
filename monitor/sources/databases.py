"""Records of a query: one read-only transaction, bounded in time and rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from monitor.config.figure_sources import SqlEntry
from monitor.core.errors import SourceError
from monitor.ingest.raw import RawFile
from monitor.sources.guarding import Deadline
from monitor.sources.records import Record, digest_of, to_raw_file

_BATCH = 1_000
_INSTRUCTIONS = 10_000
"""SQLite asks after so many of its instructions whether to go on."""


def read_query(source: str, entry: SqlEntry, *, url: str, query_file: Path) -> RawFile:
    """The rows of a query as a table.

    Parameters
    ----------
    url : str
        Address of an SQLite file or a PostgreSQL database, with its password.
    query_file : Path
        One SELECT.

    Raises
    ------
    SourceError
        If database or query cannot be used, or the query takes too long or gives too much.
    """
    query = _query(source, query_file)
    try:
        with _connected(source, entry, url) as connection:
            records = list(_records(source, entry, connection, query))
    except SQLAlchemyError as error:
        raise SourceError(
            source, f"The query failed: {_told(error)}.", "Check the query and the rights."
        ) from error
    return to_raw_file(source, f"{source} (query)", records, entry.columns, sha256=digest_of(records))


def _query(source: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip().removesuffix(";")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(
            source, f"The query {path} cannot be read.", "Put it beside sources.yaml."
        ) from error


@contextmanager
def _connected(source: str, entry: SqlEntry, url: str) -> Iterator[sa.Connection]:
    """A connection inside a transaction that cannot write."""
    try:
        address = sa.make_url(url)
    except ArgumentError as error:
        raise SourceError(
            source,
            f"{entry.url_env} holds no address of a database.",
            "Write postgresql://user:password@host/name.",
        ) from error
    backend = address.get_backend_name()
    if backend == "sqlite":
        engine = _sqlite(source, entry, address)
    elif backend == "postgresql":
        engine = _postgresql(entry, address)
    else:
        raise SourceError(
            source, f"Databases of the kind {backend!r} are not read.", "Use PostgreSQL or SQLite."
        )
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def _postgresql(entry: SqlEntry, address: sa.URL) -> sa.Engine:
    milliseconds = entry.timeout_seconds * 1000
    options = f"-c default_transaction_read_only=on -c statement_timeout={milliseconds}"
    return sa.create_engine(
        address,
        poolclass=NullPool,
        connect_args={"options": options, "connect_timeout": 10},
        execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    )


def _sqlite(source: str, entry: SqlEntry, address: sa.URL) -> sa.Engine:
    path = Path(address.database or "").absolute()
    if not path.is_file():
        raise SourceError(source, f"There is no SQLite file {path}.", f"Correct {entry.url_env}.")

    def connect() -> sqlite3.Connection:
        opened = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, check_same_thread=False)
        opened.execute("PRAGMA query_only = ON")
        deadline = Deadline(entry.timeout_seconds)
        opened.set_progress_handler(lambda: int(deadline.left() <= 0), _INSTRUCTIONS)
        return opened

    return sa.create_engine("sqlite://", creator=connect, poolclass=NullPool)


def _records(source: str, entry: SqlEntry, connection: sa.Connection, query: str) -> Iterator[Record]:
    options = {"stream_results": True, "max_row_buffer": _BATCH, "no_parameters": True}
    with connection.execution_options(**options).exec_driver_sql(query) as result:
        for number, row in enumerate(result.mappings(), start=1):
            if number > entry.max_rows:
                raise SourceError(
                    source,
                    f"The query gives more than {entry.max_rows:,} rows.",
                    "Narrow it, or raise max_rows.",
                )
            yield dict(row)


def _told(error: SQLAlchemyError) -> str:
    """The first line of what the database says; never the address or the query."""
    original = getattr(error, "orig", None)
    lines = str(original).strip().splitlines() if original is not None else []
    return lines[0] if lines else type(error).__name__
