"""The scheduler's notes about its own work: the one kind of write without an audit entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from monitor.tables import BOOKKEEPING, Base

Row = Mapping[str, Any]


class Notebook:
    """One transaction on the tables of `tables.BOOKKEEPING`, which need no audit entry."""

    def __init__(self, connection: sa.Connection, *, now: dt.datetime) -> None:
        self._connection = connection
        self.now = now

    def rows(self, statement: sa.Select[*tuple[Any, ...]]) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        """Rows as they stand inside this transaction."""
        return self._connection.execute(statement).all()

    def add(self, table: type[Base], row: Row) -> int | None:
        """Add a row and give its id; None if another row holds one of its unique keys."""
        core = _bookkeeping(table)
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        added = insert(core).values(dict(row)).on_conflict_do_nothing().returning(core.c.id)
        identity = self._connection.execute(added).scalar_one_or_none()
        return None if identity is None else int(identity)

    def change(self, table: type[Base], *, key: Row, values: Row) -> bool:
        """Change the row that still has all the values of `key`; False if there is none."""
        core = _bookkeeping(table)
        found = [core.c[column] == value for column, value in key.items()]
        changed = sa.update(core).where(*found).values(dict(values)).returning(core.c.id)
        return bool(self._connection.execute(changed).all())


def _bookkeeping(table: type[Base]) -> sa.Table:
    if table.__tablename__ not in BOOKKEEPING:
        raise ValueError(f"{table.__tablename__} is written with an audit entry only")
    return Base.metadata.tables[table.__tablename__]
