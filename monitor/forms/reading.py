"""A form that came back: its stamp, and every row by key, wherever it stands now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.core.errors import IngestError
from monitor.forms.content import RowKind, parse_row_key
from monitor.forms.hidden import HIDDEN_SHEET, FormStamp, read_hidden
from monitor.forms.labels import FILLED, Field, field_titled
from monitor.ingest.excel_reader import read_cells

MOST_BYTES = 10_000_000
_HEADER_SEARCH_ROWS = 50
_PREFILLED = frozenset({Field.UNIT, Field.STATUS})
_AGAIN = "Export it again with `zhibiao form export`."


@dataclass(frozen=True)
class FilledRow:
    """A row with something filled in.

    Parameters
    ----------
    sheet, number : str, int
        Where it stands now, counted from 1; for messages alone.
    key : str
        As written; perhaps empty or changed.
    kind, parts
        What the key names; None and nothing where it is no key of this form.
    cells : mapping of Field to str
        What stands in it, empty cells left out; a formula without a stored result begins with `=`.
    """

    sheet: str
    number: int
    key: str
    kind: RowKind | None
    parts: tuple[str, ...]
    cells: Mapping[Field, str]

    def text(self, wanted: Field) -> str:
        """A cell; empty where there is none."""
        return self.cells.get(wanted, "")

    @property
    def is_filled(self) -> bool:
        """Whether the department wrote anything; unit and status alone say nothing."""
        return bool((FILLED - _PREFILLED) & self.cells.keys())


@dataclass(frozen=True)
class FilledForm:
    """A form as it came back.

    Parameters
    ----------
    rows : tuple of FilledRow
        Rows with something filled in, in their present order.
    empty : int
        Rows of the form that came back with nothing filled in.
    removed : int
        Rows it was given with that did not come back.
    """

    name: str
    stamp: FormStamp
    rows: tuple[FilledRow, ...]
    empty: int
    removed: int

    @property
    def digest(self) -> str:
        """Digest of what was filled in, in hexadecimal: the same however the file was saved or sorted."""
        content = sorted([row.key, row.sheet if row.kind is None else "", _said(row)] for row in self.rows)
        told = json.dumps([self.stamp.form_id, content], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()


def read_form(name: str, content: bytes) -> FilledForm:
    """Read a form back; rows and columns are known by their keys and titles, never by their place.

    Parameters
    ----------
    name : str
        Of the file, for messages.
    content : bytes
        The workbook.

    Raises
    ------
    IngestError
        If it is no form, its hidden sheet was changed, or its columns lost their titles.
    """
    if len(content) > MOST_BYTES:
        raise IngestError(name, f"It is larger than {MOST_BYTES / 1e6:.0f} MB: no form is.", _AGAIN)
    grids = dict(read_cells(name, content))
    if HIDDEN_SHEET not in grids:
        raise IngestError(name, "This is no reporting form: its hidden sheet is missing.", _AGAIN)
    stamp = read_hidden(name, grids.pop(HIDDEN_SHEET))
    rows = [row for sheet, grid in grids.items() for row in _rows(stamp, sheet, grid)]
    if stamp.keys and not rows:
        raise IngestError(
            name, "No row of the form was found; the column titles may be lost.", "Keep the row of titles."
        )
    back = {row.key for row in rows}
    return FilledForm(
        name=name,
        stamp=stamp,
        rows=tuple(row for row in rows if row.is_filled),
        empty=sum(not row.is_filled and row.kind is not None for row in rows),
        removed=len(stamp.keys.keys() - back),
    )


def _said(row: FilledRow) -> list[tuple[str, str]]:
    """What was filled in; of a row without a key everything that tells it from others."""
    return sorted(each for each in row.cells.items() if row.kind is None or each[0] in FILLED)


def _rows(stamp: FormStamp, sheet: str, grid: Sequence[Sequence[str]]) -> Iterator[FilledRow]:
    """Rows below the titles that carry a key, or something to fill without one."""
    header = _header(grid)
    if header is None:
        return
    at, columns = header
    for index in range(at + 1, len(grid)):
        line = grid[index]
        cells = {
            name: line[column] for name, column in columns.items() if column < len(line) and line[column]
        }
        key = cells.pop(Field.KEY, "")
        known = parse_row_key(stamp.form_id, key) if key in stamp.keys else None
        kind, parts = known or (None, ())
        row = FilledRow(sheet, index + 1, key, kind, parts, cells)
        if key or row.is_filled:
            yield row


def _header(grid: Sequence[Sequence[str]]) -> tuple[int, dict[Field, int]] | None:
    """The row of titles and where each stands; a form without its key column has lost it."""
    for index, line in enumerate(grid[:_HEADER_SEARCH_ROWS]):
        columns: dict[Field, int] = {}
        for column, written in enumerate(line):
            found = field_titled(written)
            if found is not None:
                columns.setdefault(found, column)
        if Field.KEY in columns and FILLED & columns.keys():
            return index, columns
    return None
