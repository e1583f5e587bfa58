"""Engines: how SQLite and PostgreSQL connections are set up."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic_core import from_json

_BUSY_MS = 30_000
_MANY = 1_000


def create_engine(url: sa.URL) -> sa.Engine:
    """An engine for the address; nothing is opened yet.

    SQLite gets WAL, foreign keys, patience with other writers, and transactions that this module
    begins itself. Execution options say which kind: `zhibiao_immediate` takes the write lock at
    once, `zhibiao_read_only` refuses writes, `zhibiao_foreign_keys` False is for migrations, which
    rebuild tables. Values bound to statements, addresses among them, do not show in errors.
    """
    # NaN is no JSON: better refused here than accepted by one database and not by the other.
    # Reading goes through pydantic's parser, twice as fast as the standard one and as exact.
    texts = {
        "json_serializer": partial(json.dumps, ensure_ascii=False, allow_nan=False),
        "json_deserializer": from_json,
    }
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, **texts, hide_parameters=True, pool_pre_ping=True)
    engine = sa.create_engine(url, **texts, hide_parameters=True, connect_args={"timeout": _BUSY_MS / 1000})
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    file = sqlite_file(url)
    if file is not None:
        sa.event.listen(engine, "connect", partial(_remember_file, file))
        sa.event.listen(engine, "checkout", partial(_check_file, file))
    return engine


def sqlite_file(url: sa.URL) -> Path | None:
    """The file of an SQLite address; None for PostgreSQL and for a database in memory."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows that name the same columns; many of them the fast way of the database."""
    if len(rows) < _MANY:
        connection.execute(sa.insert(table), rows)
    else:
        insert_columns(connection, table, {name: [row[name] for row in rows] for name in rows[0]})


def insert_columns(connection: sa.Connection, table: sa.Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Add rows, given as columns of one length; many of them the fast way of the database.

    Triggers and constraints apply as ever.
    """
    if len(next(iter(columns.values()))) < _MANY:
        rows_of = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
        connection.execute(sa.insert(table), rows_of)
        return
    dialect = connection.dialect
    adapted = [_adapted(table.c[name].type, column, dialect) for name, column in columns.items()]
    rows = zip(*adapted, strict=True)
    quote = dialect.identifier_preparer.quote
    into = f"{quote(table.name)} ({', '.join(map(quote, columns))})"
    if dialect.name == "postgresql":
        with connection.connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:  # type: ignore[attr-defined]
            for values in rows:
                copy.write_row(values)
    else:
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {into} VALUES ({marks})"  # noqa: S608 - names of our own tables
        connection.exec_driver_sql(statement, list(rows))


def _adapted(kind: sa.types.TypeEngine[Any], column: Sequence[Any], dialect: sa.Dialect) -> Sequence[Any]:
    """Values as the driver takes them; days and moments, which repeat, are turned into text once each."""
    adapt = kind.dialect_impl(dialect).bind_processor(dialect)
    if adapt is None:
        return column
    if all(kind is type(None) or issubclass(kind, dt.date) for kind in set(map(type, column))):
        texts = {value: adapt(value) for value in set(column)}
        return [texts[value] for value in column]
    return [adapt(value) for value in column]


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own BEGIN comes too late and is never IMMEDIATE; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {_BUSY_MS}",
        "journal_mode = WAL",
        # INSERT OR REPLACE deletes: without this it would slip past the append-only triggers.
        "recursive_triggers = ON",
        "cache_size = -65536",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _remember_file(file: Path, _connection: Any, record: Any) -> None:
    record.info["file"] = _identity(file)


def _check_file(file: Path, _connection: Any, record: Any, _fairy: Any) -> None:
    """Drop a connection whose file was moved away or replaced: what it wrote would be lost in silence."""
    if record.info["file"] != _identity(file):
        raise sa.exc.DisconnectionError(f"{file} is another file than before")


def _identity(file: Path) -> tuple[int, int] | None:
    """Device and inode; None where there is no file."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _begin_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    # Neither has an effect on a transaction that has begun, so both are set before each.
    for pragma, wanted in (
        ("foreign_keys", options.get("zhibiao_foreign_keys", True)),
        ("query_only", options.get("zhibiao_read_only", False)),
    ):
        connection.exec_driver_sql(f"PRAGMA {pragma} = {'ON' if wanted else 'OFF'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("zhibiao_immediate") else "BEGIN")
