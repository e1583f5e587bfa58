"""Workbooks, .xlsx and .xls, read as text: macros never run, formulas count by their stored result."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.child import ChildError, ask_child
from monitor.core.errors import IngestError
from monitor.ingest.cells import is_number
from monitor.ingest.columns import allowed_names
from monitor.ingest.page_tables import page_tables
from monitor.ingest.raw import RawGrid, RawTable, SkippedSheet, build_table, find_header

MOST_UNPACKED_BYTES = 500_000_000
MOST_SECONDS = 120
_CHILD = Path(__file__).with_name("workbook_child.py")
_WEB_PAGE_STARTS = (b"<html", b"<!doctype", b"<table", b"<head", b"<meta", b"<style", b"<div")
_NOTES_SHEETS = ("说明", "填表说明", "填报说明", "notes", "readme")


@dataclass(frozen=True)
class WorkbookContents:
    """What the sheets of a workbook hold: tables with a header, other grids, and what was left out."""

    tables: tuple[RawTable, ...]
    grids: tuple[RawGrid, ...]
    skipped: tuple[SkippedSheet, ...]


def read_workbook_bytes(file: str, content: bytes, *, sheet: str | None = None) -> WorkbookContents:
    """Every visible sheet that holds figures, or the one that is named.

    Parameters
    ----------
    file : str
        Name shown in errors.
    content : bytes
        The workbook; a web page that a system exported under the name of one is read as well.
    sheet : str, optional
        Read this sheet only, even if it is hidden.

    Raises
    ------
    IngestError
        If it is no workbook, is protected by a password, holds macros, or has no such sheet or no
        figure in a visible one.
    """
    tables: list[RawTable] = []
    grids: list[RawGrid] = []
    skipped: list[SkippedSheet] = []
    sheets = _all_sheets(file, content, sheet)
    for each in sheets:
        if each.is_hidden and sheet is None:
            skipped += _hidden(each.grid)
        elif (header_at := find_header(each.grid.cells)) is not None:
            tables.append(build_table(file, each.grid.sheet, each.grid.cells, header_at=header_at))
        elif _holds_figures(each.grid):
            grids.append(each.grid)
    if not tables and not grids:
        raise _no_figures(file, sheet, sheets, skipped)
    return WorkbookContents(tuple(tables), tuple(grids), tuple(skipped))


def read_cells(file: str, content: bytes) -> tuple[tuple[str, list[list[str]]], ...]:
    """Name and cells, as text, of every sheet; for workbooks that are no table of figures.

    Parameters
    ----------
    file : str
        Name shown in errors.
    content : bytes
        The workbook.

    Raises
    ------
    IngestError
        If it is no workbook, or is protected by a password.
    """
    _refuse_what_only_looks_like_a_workbook(file, content)
    return tuple(
        (each.grid.sheet or "", [list(row) for row in each.grid.cells])
        for each in _sheets(file, content, None)
    )


@dataclass(frozen=True)
class _Sheet:
    grid: RawGrid
    is_hidden: bool


def _all_sheets(file: str, content: bytes, sheet: str | None) -> list[_Sheet]:
    """The sheets of a workbook, or the tables of a web page under its name."""
    if content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGE_STARTS):
        if sheet is not None:
            raise IngestError(file, f"A web page has no sheet {sheet!r}.", "Leave the sheet out.")
        return [_Sheet(grid, is_hidden=False) for grid in page_tables(file, content)]
    _refuse_what_only_looks_like_a_workbook(file, content)
    return _sheets(file, content, sheet)


def _sheets(file: str, content: bytes, sheet: str | None) -> list[_Sheet]:
    """Every sheet, read by a process that may die of them."""
    wanted = () if sheet is None else (sheet,)
    try:
        answer = ask_child(_CHILD, content, *wanted, most_seconds=MOST_SECONDS)
    except ChildError as error:
        damaged = "it is damaged, or has cells far away from the table"
        slow = f"reading took more than {error.seconds} seconds"
        raise _unreadable(file, damaged if error.seconds is None else slow) from error
    if answer["status"] != "read":
        raise _refused_by_reader(file, sheet, answer)
    return [_sheet(each) for each in answer["sheets"]]


def _sheet(answer: dict[str, Any]) -> _Sheet:
    grid = RawGrid(
        answer["name"],
        answer["grid"],
        merged=tuple((top, left, bottom, right) for top, left, bottom, right in answer["merged"]),
        hidden_rows=frozenset(answer["hidden_rows"]),
        hidden_columns=frozenset(answer["hidden_columns"]),
    )
    return _Sheet(grid, answer["is_hidden"])


def _refused_by_reader(file: str, sheet: str | None, answer: dict[str, Any]) -> IngestError:
    """The error for an answer other than `read`."""
    if answer["status"] == "password":
        return IngestError(
            file, "The workbook is protected by a password.", "Save it without one and load it again."
        )
    if answer["status"] == "no_sheet":
        names = ", ".join(map(repr, answer["names"]))
        return IngestError(file, f"There is no sheet {sheet!r}.", f"The sheets are {names}.")
    if answer["status"] == "too_many_cells":
        return IngestError(
            file,
            f"Sheet {answer['sheet']!r} spans too many cells.",
            "Delete what lies far away from the table, or split the sheet.",
        )
    if answer["status"] == "macros":
        return IngestError(
            file,
            "The workbook holds macros, and active content is not taken.",
            "Save it as .xlsx, which keeps the figures and leaves the macros behind, and load that.",
        )
    if answer["status"] == "too_large":
        return IngestError(
            file,
            f"It unpacks to more than {MOST_UNPACKED_BYTES / 1e6:,.0f} MB.",
            "Split it, or remove pictures and unused sheets.",
        )
    return _unreadable(file, answer["detail"])


def _unreadable(file: str, detail: str) -> IngestError:
    return IngestError(
        file,
        f"The file cannot be read as a workbook ({detail}).",
        "Open it in a spreadsheet program, save it as .xlsx and load that.",
    )


def _refuse_what_only_looks_like_a_workbook(file: str, content: bytes) -> None:
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        raise IngestError(file, "The file is empty.", "Export it again with a header row and its figures.")
    if start.startswith((b"<?xml", *_WEB_PAGE_STARTS)):
        raise IngestError(
            file,
            "This is a web page or XML with the name of a workbook, as some systems export it.",
            "Open it in a spreadsheet program, save it as .xlsx and load that.",
        )
    if content.startswith(b"PK"):
        _refuse_oversized(file, content)
    elif not content.startswith(b"\xd0\xcf\x11\xe0"):
        raise IngestError(
            file,
            "The content is no workbook, whatever its name says.",
            "If it is text, name it .csv; otherwise save it as .xlsx and load that.",
        )


def _refuse_oversized(file: str, content: bytes) -> None:
    """A small archive can unpack to more than the machine holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _unreadable(file, "it is damaged") from error
    if unpacked > MOST_UNPACKED_BYTES:
        raise IngestError(
            file,
            f"It unpacks to {unpacked / 1e6:,.0f} MB, more than {MOST_UNPACKED_BYTES / 1e6:,.0f} MB.",
            "Split it, or remove pictures and unused sheets.",
        )


def _hidden(grid: RawGrid) -> Iterable[SkippedSheet]:
    """What to report about a hidden sheet; nothing where it holds no figures."""
    if _holds_figures(grid):
        yield SkippedSheet(
            grid.sheet,
            "hidden_sheet",
            f"Sheet {grid.sheet!r} is hidden and was not read.",
            "Show the sheet, or load it by its name.",
        )


def _holds_figures(grid: RawGrid) -> bool:
    """Whether a sheet is more than a page of notes."""
    is_notes = (grid.sheet or "").casefold().startswith(_NOTES_SHEETS)
    return not is_notes and any(is_number(cell) for row in grid.cells for cell in row)


def _no_figures(
    file: str, sheet: str | None, sheets: Sequence[_Sheet], skipped: Sequence[SkippedSheet]
) -> IngestError:
    where = f"Sheet {sheet!r}" if sheet else "No visible sheet"
    hidden = "".join(f" {left.reason}" for left in skipped)
    if not sheets:
        return IngestError(
            file,
            "The workbook has no worksheet, charts only.",
            "Load the workbook the charts were made from.",
        )
    if not any(cell for each in sheets for row in each.grid.cells for cell in row):
        return IngestError(file, "Every sheet of the workbook is empty.", "Export it again with its figures.")
    return IngestError(
        file,
        f"{where} {'holds no' if sheet else 'holds a'} figure.{hidden}",
        f"Figures stand under a header row ({allowed_names()}) or in one of the layouts of docs/figures.md.",
    )
