"""Triggers that keep rows from being changed or deleted.

A batch migration on SQLite rebuilds a table and loses its triggers: call `protect` again after it.
"""

from __future__ import annotations

import sqlalchemy as sa

_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION zhibiao_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, lower(TG_OP);
END $$
"""


def trigger_name(table: str, operation: str) -> str:
    """Name of the trigger that refuses an operation on a table."""
    return f"{table}_refuse_{operation.lower()}"


def protect(connection: sa.Connection, table: str) -> None:
    """Make a table append-only: UPDATE and DELETE (and TRUNCATE on PostgreSQL) raise."""
    if connection.dialect.name == "postgresql":
        _run(connection, _POSTGRESQL_FUNCTION)
        for operation, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            _run(
                connection,
                f"CREATE TRIGGER {trigger_name(table, operation)} BEFORE {operation} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION zhibiao_refuse_change()",
            )
        return
    for operation in ("UPDATE", "DELETE"):
        _run(
            connection,
            f"CREATE TRIGGER {trigger_name(table, operation)} BEFORE {operation} ON {table} BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only: {operation.lower()} refused'); END",
        )


def unprotect(connection: sa.Connection, table: str) -> None:
    """Drop the triggers again, before a table is dropped or rebuilt."""
    on_table = f" ON {table}" if connection.dialect.name == "postgresql" else ""
    operations = ("UPDATE", "DELETE", "TRUNCATE") if on_table else ("UPDATE", "DELETE")
    for operation in operations:
        _run(connection, f"DROP TRIGGER {trigger_name(table, operation)}{on_table}")


def _run(connection: sa.Connection, statement: str) -> None:
    connection.execute(sa.text(statement))
