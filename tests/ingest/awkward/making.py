"""Makes the bytes of awkward files: workbooks with formats and merged cells, pages, damaged archives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

Rows = Sequence[Sequence[object]]
Figure = tuple[str, str, str, float]
"""Indicator, region, period and value in base units."""


@dataclass(frozen=True)
class Awkward:
    """One awkward file and what must come of it.

    Parameters
    ----------
    name : str
        File name; its ending says how it is read.
    make : callable
        Gives the content.
    figures : tuple of Figure
        Exactly the figures that are loaded, in any order.
    refused : tuple of (str, str or None)
        Rule and column of every refusal, in order; for a laid out table the column is the cell.
    stopped_by : str
        Part of the sentence that refuses the whole file; empty if it is loaded.
    remark : str
        Part of a remark of the load.
    """

    name: str
    make: Callable[[], bytes]
    figures: tuple[Figure, ...] = ()
    refused: tuple[tuple[str, str | None], ...] = ()
    stopped_by: str = ""
    remark: str = ""


def workbook(
    rows: Rows | Mapping[str, Rows],
    *,
    merged: Iterable[str] = (),
    formats: Mapping[str, str] | None = None,
    change: Callable[[openpyxl.Workbook, Worksheet], Any] | None = None,
) -> bytes:
    """An .xlsx workbook of one sheet 表1, or of the sheets given; `change` has the last word."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    sheets = rows if isinstance(rows, Mapping) else {"表1": rows}
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    first = book.worksheets[0]
    for area in merged:
        first.merge_cells(area)
    for cell, code in (formats or {}).items():
        first[cell].number_format = code
    if change is not None:
        change(book, first)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes], **added: bytes) -> bytes:
    """The archive with its parts changed one by one, and parts added under names with dots for slashes."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, part in added.items():
            new.writestr(name.replace("__", "/").replace("_", "."), part)
    return stream.getvalue()


def text(*lines: str, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """Lines of a text file."""
    return end.join([*lines, ""]).encode(encoding)
