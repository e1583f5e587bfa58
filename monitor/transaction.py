"""Write transactions: every change goes in together with the audit entry that accounts for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from monitor.core.audit import AuditEntry
from monitor.core.errors import StoreError
from monitor.engine import insert_columns, insert_rows
from monitor.tables import AuditRow, Base

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Insert:
    """Rows to add to one table."""

    table: type[Base]
    rows: Sequence[Row]


@dataclass(frozen=True)
class InsertColumns:
    """The same, of many rows given column by column."""

    table: type[Base]
    columns: Mapping[str, Sequence[Any]]


class OpenInsert:
    """One row and the rows that belong to it, added piece by piece.

    The transaction cannot be committed before `finish` has accounted for all of them.
    """

    def __init__(self, transaction: Transaction, parent: Insert, link: str) -> None:
        (row,) = parent.rows
        self.id = transaction._insert_one(parent.table, row)
        self.is_finished = False
        self._transaction = transaction
        self._table = parent.table
        self._link = link

    def insert(self, child: Insert) -> None:
        """Add some rows, whose link takes the id of the parent."""
        self._transaction._insert(child.table, ({**each, self._link: self.id} for each in child.rows))

    def insert_columns(self, child: InsertColumns) -> None:
        """The same of many rows."""
        self._transaction._insert_columns(child.table, child.columns, {self._link: self.id})

    def finish(self, values: Row | None = None, *, audit: AuditEntry) -> None:
        """Account for all that was added; `values` are those of the parent known only now."""
        if values:
            self._transaction._update(self._table, {"id": self.id}, values)
        self._transaction._account(audit)
        self.is_finished = True


class Transaction:
    """One write transaction: all of it is stored, or nothing.

    Every method that writes takes the audit entry that accounts for it, and stores both together.
    Rows of tables with a `recorded_at` get the transaction's own moment.
    """

    def __init__(self, connection: sa.Connection, *, actor: str, recorded_at: dt.datetime) -> None:
        self._connection = connection
        self.actor = actor
        self.recorded_at = recorded_at
        self._opened: list[OpenInsert] = []

    def rows(self, statement: sa.Select[*tuple[Any, ...]]) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        """Rows as they stand inside this transaction."""
        return self._connection.execute(statement).all()

    def insert(self, *inserts: Insert, audit: AuditEntry) -> None:
        """Add rows to one or more tables, in that order, under one audit entry."""
        for each in inserts:
            self._insert(each.table, each.rows)
        self._account(audit)

    def insert_with(self, parent: Insert, *children: Insert, link: str, audit: AuditEntry) -> int:
        """Add one row and the rows that belong to it, under one audit entry.

        Parameters
        ----------
        parent : Insert
            Exactly one row.
        children : Insert
            Rows whose column `link` takes the id of the parent.

        Returns
        -------
        int
            Id of the parent.
        """
        opened = self.begin_insert(parent, link=link)
        for child in children:
            opened.insert(child)
        opened.finish(audit=audit)
        return opened.id

    def begin_insert(self, parent: Insert, *, link: str) -> OpenInsert:
        """Add one row; the rows that belong to it, and the audit entry, follow (see `insert_with`)."""
        self._opened.append(OpenInsert(self, parent, link))
        return self._opened[-1]

    def check_accounted(self) -> None:
        """Refuse to end while rows stand without their audit entry.

        Raises
        ------
        StoreError
            If an insert that was begun is not finished.
        """
        if not all(opened.is_finished for opened in self._opened):
            raise StoreError("A write was not accounted for; nothing of it is kept.")

    def update(self, table: type[Base], *, key: Row, values: Row, audit: AuditEntry) -> int:
        """Change one row of a table that is not append-only.

        Returns
        -------
        int
            Rows that had the key, and were changed.
        """
        changed = self._update(table, key, values)
        self._account(audit)
        return changed

    def _update(self, table: type[Base], key: Row, values: Row) -> int:
        core = _table(table)
        found = [core.c[column] == value for column, value in key.items()]
        return self._connection.execute(sa.update(core).where(*found).values(dict(values))).rowcount

    def _insert_one(self, table: type[Base], row: Row) -> int:
        core = _table(table)
        added = sa.insert(core).values(_dated(core, row, self.recorded_at)).returning(core.c.id)
        return int(self._connection.execute(added).scalar_one())

    def _insert(self, table: type[Base], rows: Iterable[Row]) -> None:
        core = _table(table)
        dated = [_dated(core, row, self.recorded_at) for row in rows]
        if dated:
            insert_rows(self._connection, core, dated)

    def _insert_columns(self, table: type[Base], columns: Mapping[str, Sequence[Any]], alike: Row) -> None:
        """Rows given as columns; those of `alike` hold one value throughout."""
        core = _table(table)
        count = len(next(iter(columns.values())))
        same = {name: [value] * count for name, value in _dated(core, alike, self.recorded_at).items()}
        insert_columns(self._connection, core, {**columns, **same})

    def _account(self, entry: AuditEntry) -> None:
        self._insert(
            AuditRow,
            [
                {
                    "actor": self.actor,
                    "action": entry.action,
                    "subject_kind": entry.subject_kind,
                    "subject": entry.subject,
                    "reason": entry.reason,
                    "old": entry.old,
                    "new": entry.new,
                }
            ],
        )


def _table(table: type[Base]) -> sa.Table:
    return Base.metadata.tables[table.__tablename__]


def _dated(table: sa.Table, row: Row, moment: dt.datetime) -> dict[str, Any]:
    return {**row, "recorded_at": moment} if "recorded_at" in table.c else dict(row)
