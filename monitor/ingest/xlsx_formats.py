"""What an .xlsx workbook says about its cells besides their values; part of the reading process.

The cell reader gives values alone. Here the sheet is passed over once more, as a stream, for number
formats, errors, formulas that were never calculated, and rows and columns that are hidden.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from typing import IO, Any
from xml.parsers import expat

Note = tuple[str, str]
"""`percent`, `month`, `year` or `day` (number formats, no text), `error` or `formula` with its text."""

MOST_UNPACKED_BYTES = 500_000_000
_CHUNK = 1 << 20
_LONGEST_ATTRIBUTE = 40
_BUILT_IN = {
    **dict.fromkeys((9, 10), "percent"),
    **dict.fromkeys((28, 29, 30, 31, 36, 50, 53, 54, 58), "day"),
    **dict.fromkeys((17, 27, 52, 57), "month"),
}
"""Formats that have a number and no text in the file; 27 to 58 are those of Chinese offices.

Days of other formats are known to the cell reader.
"""

_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


def built_in_kind(number: int) -> str:
    """What a format shows that has a number and no text in the file."""
    return _BUILT_IN.get(number, "")


class TooLargeError(Exception):
    """The workbook unpacks to more than is read."""


class SheetNotes:
    """What was found on one sheet: notes by (row, column), hidden rows and columns, from 0."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], Note] = {}
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[int] = []


def format_kind(code: str) -> str:
    """What a number format shows: `percent`, `month`, `year`, or nothing of the sort (a day is none).

    Examples
    --------
    >>> format_kind("0.00%"), format_kind('yyyy"年"m"月"'), format_kind("#,##0.0")
    ('percent', 'month', '')
    """
    plain = _LITERAL.sub("", code.split(";", maxsplit=1)[0]).casefold()
    if "%" in plain:
        return "percent"
    if "d" in plain:
        return ""
    if "y" in plain:
        return "month" if "m" in plain else "year"
    has_month_word = "月" in code
    return "month" if "m" in plain and has_month_word and "h" not in plain else ""


def check_size(archive: zipfile.ZipFile) -> None:
    """Inflate every part once and throw it away, so that declared sizes need not be believed.

    Raises
    ------
    TooLargeError
        If the parts together are more than is read.
    """
    unpacked = 0
    for member in archive.infolist():
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > MOST_UNPACKED_BYTES:
                    raise TooLargeError


def has_macros(archive: zipfile.ZipFile) -> bool:
    """Whether the workbook brings a program along."""
    return any(name.casefold().endswith("vbaproject.bin") for name in archive.namelist())


class Workbook:
    """The parts of an .xlsx archive that say how its cells are to be read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._styles = _read_styles(archive)
        self._parts, self.is_from_1904 = _read_parts(archive)

    def notes(self, sheet: str) -> SheetNotes:
        """The notes of the sheet of that name; none where its part is not found."""
        part = self._parts.get(sheet)
        if part is None:
            return SheetNotes()
        with self._archive.open(part) as stream:
            if _is_plain(stream, self._styles):
                return SheetNotes()
        with self._archive.open(part) as stream:
            return _SheetPass(self._styles).read(stream)


def _is_plain(stream: IO[bytes], styles: dict[str, str]) -> bool:
    """Whether nothing in a sheet asks for the slow pass; most long tables are so."""
    numbers = "|".join(styles) or "none"
    telling = re.compile(
        rf"""\st=["']e|<(?:\w+:)?f[\s>/]|\shidden=["'](?:1|t)|\ss=["'](?:{numbers})["']""".encode()
    )
    before = b""
    while chunk := stream.read(_CHUNK):
        if telling.search(before + chunk):
            return False
        before = chunk[-_LONGEST_ATTRIBUTE:]
    return True


def _read_styles(archive: zipfile.ZipFile) -> dict[str, str]:
    """Kind of number format by style number, for the styles that matter."""
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        inside.append(tag)
        if tag == "numFmt":
            formats[attributes.get("numFmtId", "")] = format_kind(attributes.get("formatCode", ""))
        elif tag == "xf" and "cellXfs" in inside:
            styles.append(attributes.get("numFmtId", "0"))

    name = _part(archive, "xl/styles.xml")
    if name is not None:
        with archive.open(name) as stream:
            _parse(stream, start, lambda _tag: inside.pop())
    kinds = [formats.get(each) or (built_in_kind(int(each)) if each.isdigit() else "") for each in styles]
    return {str(number): kind for number, kind in enumerate(kinds) if kind}


def _read_parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """Part of the archive by sheet name, and whether days are counted from 1904."""
    links: dict[str, str] = {}
    sheets: dict[str, str] = {}
    is_from_1904 = False

    def link(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            links[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        nonlocal is_from_1904
        if tag == "sheet":
            ids = [value for key, value in attributes.items() if key.rpartition(":")[2] == "id"]
            sheets[attributes.get("name", "")] = ids[0] if ids else ""
        elif tag == "workbookPr":
            is_from_1904 = attributes.get("date1904", "0") in {"1", "true"}

    for name, handler in (("xl/_rels/workbook.xml.rels", link), ("xl/workbook.xml", sheet)):
        found = _part(archive, name)
        if found is not None:
            with archive.open(found) as stream:
                _parse(stream, handler, lambda _tag: None)
    parts = {name: _part(archive, _joined(links.get(identity, ""))) for name, identity in sheets.items()}
    return {name: part for name, part in parts.items() if part is not None}, is_from_1904


def _joined(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _part(archive: zipfile.ZipFile, name: str) -> str | None:
    """The name as the archive spells it; some writers differ in case or slashes."""
    wanted = name.casefold()
    return next(
        (each for each in archive.namelist() if each.replace("\\", "/").casefold() == wanted),
        None,
    )


def _parse(stream: IO[bytes], start: Callable[[str, dict[str, str]], Any], end: Callable[[str], Any]) -> None:
    """Pass over a part, with tags named without their prefix."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    parser.ParseFile(stream)


class _SheetPass:
    """One pass over a sheet; text is looked at inside formulas and errors alone, to be quick."""

    def __init__(self, styles: dict[str, str]) -> None:
        self._styles = styles
        self._found = SheetNotes()
        self._prefix: str | None = None
        self._row, self._column = -1, -1
        self._at = (0, 0)
        self._is_error = self._is_formula = False
        self._texts: dict[str, str] = {}
        self._inside = ""
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, stream: IO[bytes]) -> SheetNotes:
        self._parser.ParseFile(stream)
        return self._found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._prefix is None:
            self._prefix = name[: name.find(":") + 1]
        tag = name[len(self._prefix) :] if self._prefix else name
        if tag == "c":
            self._cell(attributes)
        elif tag == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1
            if attributes.get("hidden") in {"1", "true"}:
                self._found.hidden_rows.append(self._row)
        elif tag == "f" or (tag == "v" and (self._is_error or self._is_formula)):
            self._is_formula = self._is_formula or tag == "f"
            self._inside = tag
            self._parser.CharacterDataHandler = self._text
        elif tag == "col" and attributes.get("hidden") in {"1", "true"}:
            last = min(int(attributes.get("max", "0")), 16_384)
            self._found.hidden_columns += range(int(attributes.get("min", "1")) - 1, last)

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            self._column = _column_of(reference)
        self._at = (self._row, self._column)
        self._is_error, self._is_formula = attributes.get("t") == "e", False
        if self._texts:
            self._texts = {}
        kind = self._styles.get(attributes.get("s", ""))
        if kind is not None:
            self._found.cells[self._at] = (kind, "")

    def _text(self, data: str) -> None:
        self._texts[self._inside] = self._texts.get(self._inside, "") + data

    def _end(self, name: str) -> None:
        if self._inside and name.endswith(self._inside):
            self._inside = ""
            self._parser.CharacterDataHandler = None
        elif (self._is_error or self._is_formula) and name.endswith("c"):
            self._close_cell()

    def _close_cell(self) -> None:
        value = self._texts.get("v", "").strip()
        if self._is_error:
            self._found.cells[self._at] = ("error", value or "#VALUE!")
        elif not value:
            self._found.cells[self._at] = ("formula", f"={self._texts.get('f', '').strip()}")
        self._is_error = self._is_formula = False


_columns: dict[str, int] = {}


def _column_of(reference: str) -> int:
    """Zero-based column of a reference such as `AB12`."""
    letters = reference.rstrip("0123456789")
    if letters not in _columns:
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter.upper()) - 64
        _columns[letters] = number - 1
    return _columns[letters]
