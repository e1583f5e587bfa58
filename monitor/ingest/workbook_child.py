"""Reads one workbook in a process of its own: bytes on standard input, JSON on standard output.

A damaged or hostile workbook can make the reader ask for any amount of memory and abort; here that
ends this process only. It is run as a script and imports nothing of the package but its neighbours,
by their files, to start quickly.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import json
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MOST_CELLS = 20_000_000
MOST_MEMORY_BYTES = 4_000_000_000
_EXCEL_DIGITS = 15
_ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def _neighbour(name: str) -> Any:
    """A module of this folder, without the package around it."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


xlsx_formats = _neighbour("xlsx_formats")
xls_formats = _neighbour("xls_formats")


def read_sheets(content: bytes, sheet: str | None) -> dict[str, Any]:
    """The worksheets as grids of text from cell A1, or the reason why there are none.

    Parameters
    ----------
    content : bytes
        The workbook.
    sheet : str or None
        Read this sheet only.

    Returns
    -------
    dict
        `status` is read, no_sheet, too_many_cells, too_large, macros, password or unreadable; the
        facts stand beside it.
    """
    try:
        formats = _formats(content)
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return _read(book, formats, sheet)
    except PasswordError:
        return {"status": "password"}
    except xlsx_formats.TooLargeError:
        return {"status": "too_large"}
    except _MacrosError:
        return {"status": "macros"}
    except (zipfile.BadZipFile, zlib.error, ExpatError, EOFError, NotImplementedError):
        return {"status": "unreadable", "detail": "it is damaged"}
    except CalamineError as error:
        return {"status": "unreadable", "detail": str(error)}


class _MacrosError(Exception):
    """The workbook brings a program along."""


def _formats(content: bytes) -> Any:
    """What the workbook says about its cells, by the reader of its kind."""
    if not content.startswith(b"PK"):
        if _ENCRYPTED_PART in content:
            raise PasswordError
        if xls_formats.has_macros(content):
            raise _MacrosError
        return xls_formats.Workbook(content)
    archive = zipfile.ZipFile(io.BytesIO(content))
    if xlsx_formats.has_macros(archive):
        raise _MacrosError
    xlsx_formats.check_size(archive)
    return xlsx_formats.Workbook(archive)


def _read(book: CalamineWorkbook, formats: Any, sheet: str | None) -> dict[str, Any]:
    worksheets = [meta for meta in book.sheets_metadata if meta.typ is SheetTypeEnum.WorkSheet]
    chosen = [meta for meta in worksheets if sheet is None or meta.name == sheet]
    if sheet is not None and not chosen:
        return {"status": "no_sheet", "names": [meta.name for meta in worksheets]}
    sheets = []
    for meta in chosen:
        cells = book.get_sheet_by_name(meta.name)
        last_row, last_column = cells.end or (0, 0)
        if (last_row + 1) * (last_column + 1) > MOST_CELLS:
            return {"status": "too_many_cells", "sheet": meta.name}
        values = cells.to_python(skip_empty_area=False)
        notes = formats.notes(meta.name)
        grid = [[cell_text(cell) for cell in row] for row in values]
        _apply_notes(grid, values, notes, is_from_1904=formats.is_from_1904)
        sheets.append(
            {
                "name": meta.name,
                "is_hidden": meta.visible is not SheetVisibleEnum.Visible,
                "grid": grid,
                "merged": [[*first, *last] for first, last in cells.merged_cell_ranges or ()],
                "hidden_rows": notes.hidden_rows,
                "hidden_columns": notes.hidden_columns,
            }
        )
    return {"status": "read", "sheets": sheets}


def _apply_notes(grid: list[list[str]], values: list[list[Cell]], notes: Any, *, is_from_1904: bool) -> None:
    """Write cells as their format shows them, and name what a value alone does not tell.

    An error or a formula without a result may stand beyond the last cell that has a value.
    """
    for (row, column), (kind, text) in notes.cells.items():
        if kind in {"error", "formula"}:
            _put(grid, row, column, text)
        elif row < len(values) and column < len(values[row]):
            grid[row][column] = _as_formatted(values[row][column], kind, is_from_1904=is_from_1904)


def _put(grid: list[list[str]], row: int, column: int, text: str) -> None:
    if row >= 10 * (len(grid) + 1_000) or column > 16_384:
        return
    grid += ([] for _ in range(row + 1 - len(grid)))
    grid[row] += [""] * (column + 1 - len(grid[row]))
    grid[row][column] = text


def _as_formatted(value: Cell, kind: str, *, is_from_1904: bool) -> str:
    """A number or a date by the kind of its format; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float | dt.date):
        return cell_text(value)
    if kind == "percent":
        return f"{cell_text(float(value) * 100)}%" if isinstance(value, int | float) else cell_text(value)
    if isinstance(value, int | float):
        if not 1 <= value < 110_000:
            return cell_text(value)
        value = (dt.datetime(1904, 1, 1) if is_from_1904 else dt.datetime(1899, 12, 30)) + dt.timedelta(  # noqa: DTZ001 - a cell has no zone
            days=float(value)
        )
    if kind == "month":
        return f"{value:%Y-%m}"
    return f"{value:%Y}" if kind == "year" else cell_text(value)


def cell_text(cell: Cell) -> str:
    """A cell as a person reads it: 2022.0 is 2022, a date is ISO, a number has Excel's 15 digits."""
    if isinstance(cell, str):
        return cell.replace("\x00", "\ufffd").strip()
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        rounded = float(f"{cell:.{_EXCEL_DIGITS}g}")
        return str(int(rounded)) if rounded.is_integer() and abs(rounded) < 1e15 else repr(rounded)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return str(cell)


def _limit_memory() -> None:
    """Where the system allows it, so that a cell far away cannot fill the machine."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MOST_MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MOST_MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


if __name__ == "__main__":
    _limit_memory()
    answer = read_sheets(sys.stdin.buffer.read(), sys.argv[1] if len(sys.argv) > 1 else None)
    sys.stdout.write(json.dumps(answer))
