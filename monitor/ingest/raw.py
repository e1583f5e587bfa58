"""What a file holds before anybody judges it: sheets, a header, rows of text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, repeat, zip_longest

from monitor.core.errors import IngestError
from monitor.ingest.columns import Column, column_named
from monitor.ingest.findings import Finding

HEADER_SEARCH_ROWS = 20
_LEAST_KNOWN_NAMES = 3


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as read.

    Parameters
    ----------
    number : int
        Row of the spreadsheet, counted from 1 with title, header and blank rows; for CSV the row
        a spreadsheet program shows (a cell with a line break inside is one row).
    cells : dict
        Column name as written in the file, to text without outer spaces. A cell outside the header
        stands under `column K`, its letter.
    where : str
        Cell the figure came from, such as `Sheet1!D7`, where the row was made from a cell of a
        bureau's layout; empty for a row that stands in the file as it is.
    problems : tuple of Finding
        Why the layout does not say which figure the cell gives; such a row is refused for that.
    """

    number: int
    cells: dict[str, str]
    where: str = ""
    problems: tuple[Finding, ...] = ()


RawLine = tuple[int, "list[str] | dict[str, str]", str, tuple[Finding, ...]]
"""A row without its own names: number, cells, `where` and `problems` of a `RawRow`.

Cells that are just those of the header are a list in its order, and most rows of most files are.
"""


class RowsInLines(ABC):
    """Rows of a large file, read when they are asked for."""

    @abstractmethod
    def lines(self) -> Iterator[RawLine]:
        """Each row, at the least cost."""

    @property
    @abstractmethod
    def header(self) -> Sequence[str]:
        """Names of the cells of an ordinary row."""

    def __iter__(self) -> Iterator[RawRow]:
        header = self.header
        for number, cells, where, problems in self.lines():
            named = dict(zip(header, cells, strict=True)) if isinstance(cells, list) else cells
            yield RawRow(number, named, where, problems)


@dataclass(frozen=True)
class RawTable:
    """One sheet, or one CSV file, with its header row found.

    `rows` can be gone through once; those of a large file are read while one does.
    """

    file: str
    sheet: str | None
    header: tuple[str, ...]
    rows: Iterable[RawRow] | RowsInLines

    def lines(self) -> Iterator[RawLine]:
        """Its rows as lines."""
        if isinstance(self.rows, RowsInLines):
            yield from self.rows.lines()
            return
        for row in self.rows:
            is_ordinary = tuple(row.cells) == self.header
            cells = list(row.cells.values()) if is_ordinary else row.cells
            yield row.number, cells, row.where, row.problems


Area = tuple[int, int, int, int]
"""First row, first column, last row and last column of merged cells, counted from 0."""


@dataclass(frozen=True)
class RawGrid:
    """A sheet without a header of column names: what it means is for `monitor.ingest.layouts`.

    Parameters
    ----------
    sheet : str or None
        Its name; None for a text file.
    cells : sequence of sequence of str
        Text from cell A1 on; rows may differ in length.
    merged : tuple of Area
        Merged cells; the text stands in the first one.
    hidden_rows, hidden_columns : frozenset of int
        Counted from 0.
    """

    sheet: str | None
    cells: Sequence[Sequence[str]]
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True)
class SkippedSheet:
    """A sheet with figures that was not read, and why."""

    sheet: str | None
    rule: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class RawFile:
    """A file as read.

    Parameters
    ----------
    name : str
        File name without its folder.
    sha256 : str
        Digest of the bytes, in hexadecimal.
    tables : tuple of RawTable
        Sheets with a header of column names, one figure a row.
    skipped : tuple of SkippedSheet
        Sheets that seem to hold figures and were left out; the load reports them.
    grids : tuple of RawGrid
        Sheets with figures in another layout. Of `tables`, `skipped` and `grids` one is not empty.
    remarks : tuple of str
        Sentences for the reader of the load report: what was passed over on purpose.
    """

    name: str
    sha256: str
    tables: tuple[RawTable, ...]
    skipped: tuple[SkippedSheet, ...] = ()
    grids: tuple[RawGrid, ...] = ()
    remarks: tuple[str, ...] = ()


def find_header(grid: Sequence[Sequence[str]]) -> int | None:
    """Index of the first row that names at least three known columns, or None."""
    for index, cells in enumerate(grid[:HEADER_SEARCH_ROWS]):
        if len({column_named(cell) for cell in cells} - {None}) >= _LEAST_KNOWN_NAMES:
            return index
    return None


def build_table(file: str, sheet: str | None, grid: Sequence[Sequence[str]], *, header_at: int) -> RawTable:
    """Split a grid of text into header and rows; blank rows are left out, numbers are kept.

    Raises
    ------
    IngestError
        If one column name stands twice.
    """
    named = tuple(name for name in grid[header_at] if name)
    _check_names_differ(file, named)
    rows = rows_under(grid[header_at], grid[header_at + 1 :], first_number=header_at + 2)
    return RawTable(file, sheet, named, tuple(rows))


def rows_under(
    header: Sequence[str], grid: Sequence[Sequence[str]], *, first_number: int
) -> Iterator[RawRow]:
    """Rows by the names of a header; blank ones are left out, but counted."""
    named = [name for name in header if name]
    for number, cells, where, problems in lines_under(header, grid, first_number=first_number):
        row = dict(zip(named, cells, strict=True)) if isinstance(cells, list) else cells
        yield RawRow(number, row, where, problems)


def lines_under(
    header: Sequence[str], grid: Sequence[Sequence[str]], *, first_number: int
) -> Iterator[RawLine]:
    """The same as lines; those that are as wide as a header without gaps pass as they are."""
    if all(header) and set(map(len, grid)) == {len(header)} and all(map(any, grid)):
        return zip(count(first_number), map(list, grid), repeat(""), repeat(()))
    return _lines_one_by_one(header, grid, first_number=first_number)


def _lines_one_by_one(
    header: Sequence[str], grid: Iterable[Sequence[str]], *, first_number: int
) -> Iterator[RawLine]:
    names = [name or f"column {column_letters(index)}" for index, name in enumerate(header)]
    named = [name for name in header if name]
    is_whole, width = all(header), len(names)
    for number, row in enumerate(grid, start=first_number):
        if not any(row):
            continue
        if is_whole and len(row) == width:
            yield number, list(row), "", ()
            continue
        cells = _cells(names, row)
        is_ordinary = list(cells) == named
        yield number, list(cells.values()) if is_ordinary else cells, "", ()


def _cells(names: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """Cells by column name; a short row ends in empty cells, a nameless empty cell is left out."""
    cells = dict(zip_longest(names, row[: len(names)], fillvalue=""))
    cells |= {f"column {column_letters(index)}": row[index] for index in range(len(names), len(row))}
    return {name: cell for name, cell in cells.items() if cell or not name.startswith("column ")}


def _check_names_differ(file: str, named: Sequence[str]) -> None:
    """Two columns of one meaning, in one language or both, cannot both be right."""
    seen: dict[Column | str, str] = {}
    for name in named:
        meaning = column_named(name) or name
        if meaning in seen:
            raise IngestError(
                file,
                f"The columns {seen[meaning]!r} and {name!r} mean the same.",
                "Keep one of them and load the file again.",
            )
        seen[meaning] = name


def column_letters(index: int) -> str:
    """Spreadsheet letters of a zero-based column."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
