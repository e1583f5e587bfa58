"""Formulae of a workbook that nobody has calculated: without a stored result they read as empty."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")

Position = tuple[int, int]
"""Row and column, counted from 0."""


def uncalculated_formulas(content: bytes) -> dict[str, dict[Position, str]]:
    """The formulae without a stored result, by sheet and position.

    Parameters
    ----------
    content : bytes
        An .xlsx workbook that was read before, and so is whole and of bearable size.

    Returns
    -------
    dict
        Sheet name to the formulae of its cells; empty for what is no .xlsx workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: dict(_found(archive, part)) for name, part in _sheets(archive).items()}
    except (KeyError, zipfile.BadZipFile, ElementTree.ParseError):
        return {}


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part of the archive by sheet name."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    found = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        path = target.removeprefix("/") if target.startswith("/") else posixpath.join("xl", target)
        found[sheet.get("name", "")] = path
    return found


def _found(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[Position, str]]:
    with archive.open(part) as stream:
        for _, cell in ElementTree.iterparse(stream):  # noqa: S314
            if cell.tag != f"{_MAIN}c":
                continue
            formula, value = cell.find(f"{_MAIN}f"), cell.find(f"{_MAIN}v")
            if formula is not None and (value is None or not value.text):
                place = _CELL.fullmatch(cell.get("r", ""))
                if place is not None:
                    yield (int(place[2]) - 1, _column(place[1])), f"={formula.text or ''}"
            cell.clear()


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
