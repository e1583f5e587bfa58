"""Repairs of rows in quarantine: what would change in each, and the change made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from monitor import commands
from monitor.core.access import Actor
from monitor.core.errors import UsageError
from monitor.core.loading import QuarantinedRow, RowRepair
from monitor.ingest.columns import Column, column_named
from monitor.store import Store


@dataclass(frozen=True)
class Repair:
    """What a person corrects in one row, or alike in several.

    Parameters
    ----------
    columns : mapping of Column to str
        By meaning, whatever the file calls the column.
    cells : mapping of str to str
        By the name of the cell in the row; an empty text takes it out.
    """

    columns: Mapping[Column, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)


def repaired_cells(row: QuarantinedRow, wanted: Repair) -> dict[str, str]:
    """The cells of a row that a repair changes, by their names in the row.

    Raises
    ------
    UsageError
        If the row has no cells (a whole sheet was left out), or a cell it names is neither there nor
        a column of figures.
    """
    if not row.row.raw:
        raise UsageError(
            f"Row {row.row.id} stands for a whole sheet and has no cells; "
            "load the file again with --sheet, or dismiss the row."
        )
    held = row.cells
    for name in wanted.cells:
        if name not in held and column_named(name) is None:
            raise UsageError(f"Row {row.row.id} has no cell {name!r}; it has {', '.join(held)}.")
    named = {_name_in(held, column): text for column, text in wanted.columns.items()}
    written = {**wanted.cells, **named}
    return {name: text.strip() for name, text in written.items() if held.get(name, "") != text.strip()}


def as_repaired(row: QuarantinedRow, changes: Mapping[str, str]) -> QuarantinedRow:
    """The row as it would stand with one more repair, which nobody has made yet.

    Parameters
    ----------
    changes : mapping of str to str
        By the name of the cell in the row; an empty text takes it out.
    """
    old = {name: row.cells.get(name, "") for name in changes}
    wanted = RowRepair(0, row.row.id, old, dict(changes), "", "", row.row.recorded_at)
    return replace(row, repairs=(*row.repairs, wanted))


def repair(store: Store, actor: Actor, rows: Iterable[QuarantinedRow], wanted: Repair, *, reason: str) -> int:
    """Correct rows that wait, all or none of them; a row that reads so already is left alone.

    Returns
    -------
    int
        Rows that were repaired.

    Raises
    ------
    UsageError
        If no row changes.
    SettledRowError
        If somebody acted on one of them since it was read.
    """
    found = {row.row.id: (row, repaired_cells(row, wanted)) for row in rows}
    changes = {row_id: cells for row_id, (_, cells) in found.items() if cells}
    if not changes:
        raise UsageError("Nothing to repair: the rows read so already, or no row fits.")
    seen = {row_id: found[row_id][0].actions for row_id in changes}
    commands.repair_rows(store, actor, changes, seen=seen, reason=reason)
    return len(changes)


def _name_in(cells: Mapping[str, str], column: Column) -> str:
    """What the row calls a column; its own name where the row lacks it."""
    return next((name for name in cells if column_named(name) is column), column.value)
