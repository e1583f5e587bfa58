"""CSV text in the encodings and with the delimiters that offices send."""

from __future__ import annotations

import codecs
import csv
import io

from monitor.core.errors import IngestError
from monitor.ingest.raw import RawTable, build_table, find_header

_DELIMITERS = ",;\t"
_MOST_LINES_IN_A_CELL = 10
_DAMAGED_SHARE = 0.05
_TEXT_CONTROLS = frozenset("\t\n\r\x0b\x0c\x1a")


def read_csv_bytes(file: str, content: bytes) -> RawTable:
    """The one table of a CSV file.

    Parameters
    ----------
    file : str
        Name shown in errors.
    content : bytes
        UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030 (GBK, GB2312).

    Raises
    ------
    IngestError
        If the content is no text, has no header row, or a quotation mark is left open.
    """
    text = _decode(file, content)
    if not text.strip():
        raise IngestError(file, "The file is empty.", "Export it again with a header row and its figures.")
    grid = _parse(file, text, _sniff_delimiter(text))
    header_at = find_header(grid)
    if header_at is None:
        first = next((row for row in grid if any(row)), [])
        raise IngestError(
            file,
            f"No header row was found; the file begins with {' | '.join(first)[:80]!r}.",
            "Begin it with a header row: indicator,region,period,value,unit or 指标,地区,时期,数值,单位.",
        )
    return build_table(file, None, grid, header_at=header_at)


def _decode(file: str, content: bytes) -> str:
    """Text of the content; refuses what is not text."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(file, content, "utf-16")
    if b"\x00" in content:
        raise _not_text(file)
    try:
        return _without_controls(file, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        _refuse_damaged_utf8(file, content, error.start)
    return _checked(file, content, "gb18030")


def _checked(file: str, content: bytes, encoding: str) -> str:
    try:
        return _without_controls(file, content.decode(encoding))
    except UnicodeDecodeError as error:
        raise _not_text(file) from error


def _without_controls(file: str, text: str) -> str:
    controls = {char for char in set(text) if ord(char) < 32} - _TEXT_CONTROLS
    if controls:
        raise _not_text(file)
    return text.rstrip("\x1a")


def _not_text(file: str) -> IngestError:
    return IngestError(
        file,
        "The content is not text in UTF-8 or GB18030.",
        "Save the table as CSV (UTF-8), or load the workbook itself as .xlsx or .xls.",
    )


def _refuse_damaged_utf8(file: str, content: bytes, position: int) -> None:
    """A UTF-8 file with a few broken bytes would decode as GB18030, into nonsense."""
    text = content.decode("utf-8", errors="replace")
    foreign = sum(1 for char in text if not char.isascii())
    if foreign and text.count("\ufffd") / foreign < _DAMAGED_SHARE:
        line = content.count(b"\n", 0, position) + 1
        raise IngestError(
            file, f"Line {line} holds a damaged character (UTF-8).", "Repair it or export the file again."
        )


def _sniff_delimiter(text: str) -> str:
    """The delimiter under which a header row appears; a comma if none does.

    Counting marks would be misled by commas and semicolons inside notes.
    """
    lines = text[:20_000].splitlines()
    for delimiter in _DELIMITERS:
        grid = [[cell.strip(' "') for cell in line.split(delimiter)] for line in lines]
        if find_header(grid) is not None:
            return delimiter
    return ","


def _parse(file: str, text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    grid: list[list[str]] = []
    try:
        for row in reader:
            grid.append([cell.strip() for cell in row])
            if reader.line_num - len(grid) > 0:
                _refuse_swallowed_lines(file, row, len(grid))
    except csv.Error as error:
        raise IngestError(
            file,
            f"Near row {len(grid) + 1} the text is no CSV: {error}.",
            'Look for a quotation mark that is left open; inside a quoted cell write "" for one.',
        ) from error
    return grid


def _refuse_swallowed_lines(file: str, row: list[str], number: int) -> None:
    """A stray quotation mark makes one cell of many rows, which would be lost without a word."""
    if any(cell.count("\n") > _MOST_LINES_IN_A_CELL for cell in row):
        raise IngestError(
            file,
            f"Row {number} holds a cell of more than {_MOST_LINES_IN_A_CELL} lines.",
            "A quotation mark is probably left open there; close it and load the file again.",
        )
