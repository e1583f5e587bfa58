"""What an .xls workbook says about its cells besides their values; part of the reading process.

The records of the sheet stream (BIFF8, [MS-XLS]) inside its compound file ([MS-CFB]) are passed over
for number formats, errors, and rows and columns that are hidden. Older files (BIFF5) give no notes.
"""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_SIGNATURE = b"\xd0\xcf\x11\xe0"
_END_OF_CHAIN = 0xFFFFFFF0
_MACRO_STORAGE = "_VBA_PROJECT_CUR".encode("utf-16-le")
_BOF, _EOF, _DATE_MODE, _BOUND_SHEET, _FORMAT, _XF = 0x809, 0x0A, 0x22, 0x85, 0x41E, 0xE0
_NUMBER, _RK, _MUL_RK, _FORMULA, _BOOL_ERR, _ROW, _COLUMN_INFO = 0x203, 0x27E, 0xBD, 0x06, 0x205, 0x208, 0x7D
_BIFF8 = 0x600
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def _neighbour(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_shared = _neighbour("xlsx_formats")


def has_macros(content: bytes) -> bool:
    """Whether the workbook brings a program along."""
    return _MACRO_STORAGE in content


class Workbook:
    """The records of an .xls file that say how its cells are to be read."""

    def __init__(self, content: bytes) -> None:
        self.is_from_1904 = False
        self._starts: dict[str, int] = {}
        self._kinds: list[str] = []
        try:
            self._stream = _workbook_stream(content)
            self._read_globals()
        except (struct.error, IndexError, ValueError):
            self._stream = b""  # the cell reader says what is wrong with the file

    def notes(self, sheet: str) -> Any:
        """The notes of the sheet of that name; none where it is not found."""
        found = _shared.SheetNotes()
        start = self._starts.get(sheet)
        if start is not None:
            try:
                self._read_sheet(start, found)
            except (struct.error, IndexError):
                return found
        return found

    def _read_globals(self) -> None:
        formats: dict[int, str] = {}
        styles: list[int] = []
        for kind, data in _records(self._stream, 0):
            if kind == _BOF and struct.unpack_from("<H", data)[0] != _BIFF8:
                return
            if kind == _DATE_MODE:
                self.is_from_1904 = data[:1] == b"\x01"
            elif kind == _BOUND_SHEET:
                self._starts[_text(data[6:], length_bytes=1)] = struct.unpack_from("<I", data)[0]
            elif kind == _FORMAT:
                formats[struct.unpack_from("<H", data)[0]] = _shared.format_kind(
                    _text(data[2:], length_bytes=2)
                )
            elif kind == _XF:
                styles.append(struct.unpack_from("<H", data, 2)[0])
        self._kinds = [formats.get(each) or _shared.built_in_kind(each) for each in styles]

    def _read_sheet(self, start: int, found: Any) -> None:
        for kind, data in _records(self._stream, start):
            if kind == _ROW:
                row, options = struct.unpack_from("<H10xH", data)
                if options & 0x20:
                    found.hidden_rows.append(row)
            elif kind == _COLUMN_INFO:
                first, last, _, _, options = struct.unpack_from("<5H", data)
                if options & 1:
                    found.hidden_columns += range(first, last + 1)
            elif kind in {_NUMBER, _RK, _FORMULA, _BOOL_ERR, _MUL_RK}:
                self._read_cell(kind, data, found)

    def _read_cell(self, kind: int, data: bytes, found: Any) -> None:
        row, column, style = struct.unpack_from("<3H", data)
        if kind == _BOOL_ERR and data[7]:
            found.cells[row, column] = ("error", _ERRORS.get(data[6], "#VALUE!"))
        elif kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
            found.cells[row, column] = ("error", _ERRORS.get(data[8], "#VALUE!"))
        elif kind == _MUL_RK:
            for place in range((len(data) - 6) // 6):
                self._note(found, row, column + place, struct.unpack_from("<H", data, 4 + 6 * place)[0])
        else:
            self._note(found, row, column, style)

    def _note(self, found: Any, row: int, column: int, style: int) -> None:
        kind = self._kinds[style] if style < len(self._kinds) else ""
        if kind:
            found.cells[row, column] = (kind, "")


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records from a place to the end of its substream."""
    while start + 4 <= len(stream):
        kind, size = struct.unpack_from("<2H", stream, start)
        yield kind, stream[start + 4 : start + 4 + size]
        if kind == _EOF:
            return
        start += 4 + size


def _text(data: bytes, *, length_bytes: int) -> str:
    """A Unicode string of BIFF8: a length, a flag for two bytes a character, the characters."""
    count = int.from_bytes(data[:length_bytes], "little")
    is_wide = data[length_bytes] & 1
    characters = data[length_bytes + 1 :]
    return characters[: 2 * count].decode("utf-16-le") if is_wide else characters[:count].decode("latin-1")


def _workbook_stream(content: bytes) -> bytes:
    """The stream `Workbook` of a compound file; short streams lie in small sectors of their own."""
    if not content.startswith(_SIGNATURE):
        return b""
    size, small_size = (1 << power for power in struct.unpack_from("<2H", content, 30))
    first_directory, smallest, first_small = struct.unpack_from("<I4x2I", content, 48)
    table = _sector_table(content, size)
    sectors = content[size:]
    directory = _chain(sectors, table, first_directory, size)
    start, length = _entry(directory, "workbook")
    if length >= smallest:
        return _chain(sectors, table, start, size)[:length]
    small_bytes = _chain(sectors, table, first_small, size)
    small_table = [*struct.unpack(f"<{len(small_bytes) // 4}I", small_bytes)]
    small_sectors = _chain(sectors, table, _entry(directory, "root entry")[0], size)
    return _chain(small_sectors, small_table, start, small_size)[:length]


def _entry(directory: bytes, name: str) -> tuple[int, int]:
    """First sector and length of a stream; nothing where there is none of the name."""
    for at in range(0, len(directory), 128):
        entry = directory[at : at + 128]
        name_size = struct.unpack_from("<H", entry, 64)[0]
        if entry[: max(name_size - 2, 0)].decode("utf-16-le", errors="replace").casefold() == name:
            start, length = struct.unpack_from("<2I", entry, 116)
            return start, length
    return 0, 0


def _sector_table(content: bytes, size: int) -> list[int]:
    """For every sector the one that follows it."""
    sectors = list(struct.unpack_from("<109I", content, 76))
    further, count = struct.unpack_from("<2I", content, 68)
    for _ in range(min(count, len(content) // size + 1)):
        block = struct.unpack_from(f"<{size // 4}I", content, (further + 1) * size)
        sectors += block[:-1]
        further = block[-1]
    table: list[int] = []
    for sector in sectors:
        if sector < _END_OF_CHAIN:
            table += struct.unpack_from(f"<{size // 4}I", content, (sector + 1) * size)
    return table


def _chain(sectors: bytes, table: list[int], sector: int, size: int) -> bytes:
    parts: list[bytes] = []
    while sector < len(table) and len(parts) <= len(table):
        parts.append(sectors[sector * size : (sector + 1) * size])
        sector = table[sector]
    return b"".join(parts)
