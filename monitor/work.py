"""Work in progress: messages on their way and runs of jobs, the one kind of write without an audit entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from monitor.tables import WORK_TABLES, Base

Row = Mapping[str, Any]


class WorkTransaction:
    """A short transaction on the tables of `tables.WORK_TABLES`.

    Rows of tables with a `recorded_at` get the transaction's own moment.
    """

    def __init__(self, connection: sa.Connection, *, now: dt.datetime) -> None:
        self._connection = connection
        self.now = now

    def rows(self, statement: sa.Select[*tuple[Any, ...]]) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        """Rows as they stand inside this transaction."""
        return self._connection.execute(statement).all()

    def insert(self, table: type[Base], row: Row) -> None:
        """Add a row."""
        core = _work_table(table)
        self._connection.execute(sa.insert(core).values(self._dated(core, row)))

    def insert_if_new(self, table: type[Base], row: Row) -> int | None:
        """Add a row and give its id; None if another row holds one of its unique keys."""
        core = _work_table(table)
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        added = insert(core).values(self._dated(core, row)).on_conflict_do_nothing().returning(core.c.id)
        identity = self._connection.execute(added).scalar_one_or_none()
        return None if identity is None else int(identity)

    def update(self, table: type[Base], *conditions: sa.ColumnElement[bool], values: Row) -> int:
        """Change the rows that still fulfil all conditions; gives their number."""
        statement = sa.update(_work_table(table)).where(*conditions).values(dict(values))
        return self._connection.execute(statement).rowcount

    def take(self, table: type[Base], *conditions: sa.ColumnElement[bool], values: Row) -> set[int]:
        """Change the rows that still fulfil all conditions; gives their ids."""
        core = _work_table(table)
        statement = sa.update(core).where(*conditions).values(dict(values)).returning(core.c.id)
        return set(self._connection.scalars(statement))

    def _dated(self, table: sa.Table, row: Row) -> dict[str, Any]:
        return {**row, "recorded_at": self.now} if "recorded_at" in table.c else dict(row)


def _work_table(table: type[Base]) -> sa.Table:
    if table.__tablename__ not in WORK_TABLES:
        raise ValueError(
            f"{table.__tablename__} is no table of work in progress: it is written with an audit entry"
        )
    return Base.metadata.tables[table.__tablename__]
