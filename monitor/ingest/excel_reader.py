"""Workbooks, .xlsx and .xls, read as text: macros never run, formulas count by their stored result."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from monitor.core.errors import IngestError
from monitor.ingest.columns import allowed_names
from monitor.ingest.raw import RawTable, SkippedSheet, build_table, find_header

MOST_UNPACKED_BYTES = 500_000_000
MOST_SECONDS = 120
_CHILD = Path(__file__).with_name("workbook_child.py")
_WEB_PAGE_STARTS = (b"<html", b"<!doctype", b"<table", b"<head", b"<meta", b"<?xml", b"<style", b"<div")
_NOTES_SHEETS = ("说明", "填表说明", "填报说明", "notes", "readme")


def read_workbook_bytes(
    file: str, content: bytes, *, sheet: str | None = None
) -> tuple[tuple[RawTable, ...], tuple[SkippedSheet, ...]]:
    """Every sheet with a header row, or the one that is named.

    Parameters
    ----------
    file : str
        Name shown in errors.
    content : bytes
        The workbook.
    sheet : str, optional
        Read this sheet only, even if it is hidden.

    Returns
    -------
    tuple
        Tables, and the sheets that seem to hold figures and were not read.

    Raises
    ------
    IngestError
        If it is no workbook, is protected by a password, has no such sheet or no header row.
    """
    _refuse_what_only_looks_like_a_workbook(file, content)
    tables: list[RawTable] = []
    skipped: list[SkippedSheet] = []
    for name, is_hidden, grid in _sheets(file, content, sheet):
        header_at = find_header(grid)
        is_left_out = is_hidden and sheet is None
        if header_at is not None and not is_left_out:
            tables.append(build_table(file, name, grid, header_at=header_at))
        elif left_out := _left_out(name, grid, is_hidden=is_left_out):
            skipped.append(left_out)
    if not tables:
        raise _no_header(file, sheet, skipped)
    return tuple(tables), tuple(skipped)


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
    return tuple((name, grid) for name, _, grid in _sheets(file, content, None))


def _sheets(file: str, content: bytes, sheet: str | None) -> list[tuple[str, bool, list[list[str]]]]:
    """Name, whether hidden, and cells of the sheets, read by a process that may die of them."""
    command = [sys.executable, "-I", str(_CHILD), *([] if sheet is None else [sheet])]
    try:
        done = subprocess.run(  # noqa: S603 - our own script; the workbook is its input, not its name
            command, input=content, capture_output=True, timeout=MOST_SECONDS, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise _unreadable(file, f"reading took more than {MOST_SECONDS} seconds") from error
    except subprocess.CalledProcessError as error:
        raise _unreadable(file, "it is damaged, or has cells far away from the table") from error
    answer = json.loads(done.stdout)
    if answer["status"] != "read":
        raise _refused_by_reader(file, sheet, answer)
    return [(each["name"], each["is_hidden"], each["grid"]) for each in answer["sheets"]]


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
    if start.startswith(_WEB_PAGE_STARTS):
        raise IngestError(
            file,
            "This is a web page (HTML or XML) with the name of a workbook, as some systems export it.",
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


def _left_out(name: str, grid: Sequence[Sequence[str]], *, is_hidden: bool) -> SkippedSheet | None:
    """What to report about a sheet that is not read; nothing where it holds no figures."""
    if name.casefold().startswith(_NOTES_SHEETS) or not any(_is_figure(cell) for row in grid for cell in row):
        return None
    if is_hidden:
        return SkippedSheet(
            name,
            "hidden_sheet",
            f"Sheet {name!r} is hidden and was not read.",
            "Show the sheet, or load it by its name.",
        )
    return SkippedSheet(
        name,
        "sheet_without_header",
        f"Sheet {name!r} holds figures but no header row, and was not read.",
        f"Give it a header row ({allowed_names()}), or let its name begin with 说明.",
    )


def _is_figure(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _no_header(file: str, sheet: str | None, skipped: Sequence[SkippedSheet]) -> IngestError:
    where = f"sheet {sheet!r}" if sheet else "any visible sheet"
    hidden = "".join(f" {left.reason}" for left in skipped if left.rule == "hidden_sheet")
    return IngestError(
        file,
        f"No header row was found in {where}.{hidden}",
        f"One of the first rows must hold column names: {allowed_names()}.",
    )
