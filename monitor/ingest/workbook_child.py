"""Reads one workbook in a process of its own: bytes on standard input, JSON on standard output.

A damaged or hostile workbook can make the reader ask for any amount of memory and abort; here that
ends this process only. It is run as a script and imports nothing of the package, to start quickly.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from typing import Any

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

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


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
        `status` is read, no_sheet, too_many_cells, password or unreadable; the facts stand beside it.
    """
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return _read(book, sheet)
    except PasswordError:
        return {"status": "password"}
    except CalamineError as error:
        return {"status": "unreadable", "detail": str(error)}


def _read(book: CalamineWorkbook, sheet: str | None) -> dict[str, Any]:
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
        grid = [[cell_text(cell) for cell in row] for row in cells.to_python(skip_empty_area=False)]
        is_hidden = meta.visible is not SheetVisibleEnum.Visible
        sheets.append({"name": meta.name, "is_hidden": is_hidden, "grid": grid})
    return {"status": "read", "sheets": sheets}


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
