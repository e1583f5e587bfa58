"""References that PostgreSQL checks once for each statement instead of once for each row.

A foreign key is checked row by row: of a million figures with three of them that takes longer than storing
them. The triggers here check all rows of a statement in one join, and keep rows that are referred to from
being deleted or renamed. SQLite, whose foreign keys cost little, keeps them. Unlike a foreign key they do not
see what a transaction beside them is about to commit; writers of this database wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True)
class Reference:
    """A column whose values stand in the key of another table, and the foreign key that said so."""

    column: str
    parent: str
    key: str
    constraint: str


def check_by_statement(connection: sa.Connection, table: str, references: Sequence[Reference]) -> None:
    """Replace the foreign keys of a table; nothing happens on other databases."""
    if connection.dialect.name != "postgresql":
        return
    checks = "".join(_check(table, each) for each in references)
    _run(connection, _function(f"zhibiao_{table}_refer", f"{checks} RETURN NULL;"))
    _run(
        connection,
        f"CREATE TRIGGER {table}_refer AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
        f"FOR EACH STATEMENT EXECUTE FUNCTION zhibiao_{table}_refer()",
    )
    for each in references:
        _run(connection, f"ALTER TABLE {table} DROP CONSTRAINT {each.constraint}")
        name = f"{each.parent}_kept_for_{table}"
        _run(connection, _function(f"zhibiao_{name}", _refusal(table, each)))
        _run(
            connection,
            f"CREATE TRIGGER {name} BEFORE DELETE OR UPDATE OF {each.key} ON {each.parent} "
            f"FOR EACH ROW EXECUTE FUNCTION zhibiao_{name}()",
        )


def check_by_row(connection: sa.Connection, table: str, references: Sequence[Reference]) -> None:
    """Bring the foreign keys back."""
    if connection.dialect.name != "postgresql":
        return
    _run(connection, f"DROP TRIGGER {table}_refer ON {table}")
    _run(connection, f"DROP FUNCTION zhibiao_{table}_refer()")
    for each in references:
        name = f"{each.parent}_kept_for_{table}"
        _run(connection, f"DROP TRIGGER {name} ON {each.parent}")
        _run(connection, f"DROP FUNCTION zhibiao_{name}()")
        _run(
            connection,
            f"ALTER TABLE {table} ADD CONSTRAINT {each.constraint} "
            f"FOREIGN KEY ({each.column}) REFERENCES {each.parent} ({each.key})",
        )


def _check(table: str, reference: Reference) -> str:
    column, parent, key = reference.column, reference.parent, reference.key
    return (
        f"IF EXISTS (SELECT FROM added LEFT JOIN {parent} ON {parent}.{key} = added.{column} "
        f"WHERE {parent}.{key} IS NULL) THEN "
        f"RAISE foreign_key_violation USING MESSAGE = '{table}.{column} names no row of {parent}'; END IF;"
    )


def _refusal(table: str, reference: Reference) -> str:
    column, key = reference.column, reference.key
    return (
        f"IF (TG_OP = 'DELETE' OR NEW.{key} IS DISTINCT FROM OLD.{key}) "
        f"AND EXISTS (SELECT FROM {table} WHERE {column} = OLD.{key}) THEN "
        f"RAISE foreign_key_violation USING MESSAGE = "
        f"'{reference.parent} is referred to by {table}.{column}: ' || lower(TG_OP) || ' refused'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    )


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def _run(connection: sa.Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)
