"""CSV text in the encodings and with the delimiters that offices send."""

from __future__ import annotations

import codecs
import csv
import io
import re

from monitor.core.errors import IngestError
from monitor.ingest.cells import is_number
from monitor.ingest.columns import Column, column_named
from monitor.ingest.raw import RawGrid, RawTable, build_table, find_header

_DELIMITERS = ",;\t"
_MOST_LINES_IN_A_CELL = 10
_DAMAGED_SHARE = 0.05
_DELIMITER_LINE = re.compile(r"\ufeff?sep=(?P<mark>.)(?:\r\n|\r|\n)", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,(?:\d{1,2}|\d{4,})")
_TEXT_CONTROLS = frozenset("\t\n\r\x0b\x0c\x1a")


def read_csv_bytes(file: str, content: bytes) -> RawTable | RawGrid:
    """The one table of a CSV file; a grid where no header row names the known columns.

    Parameters
    ----------
    file : str
        Name shown in errors.
    content : bytes
        UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030 (GBK, GB2312).

    Raises
    ------
    IngestError
        If the content is no text or holds no figure, a quotation mark is left open, lines are divided
        in two ways, or numbers are written with a decimal comma.
    """
    text = decode_text(file, content)
    if not text.strip():
        raise IngestError(file, "The file is empty.", "Export it again with a header row and its figures.")
    told = _DELIMITER_LINE.match(text)
    delimiter = told["mark"] if told else None
    text = text[told.end() :] if told else text
    delimiter = delimiter or _sniff_delimiter(text)
    grid = _parse(file, text, delimiter)
    header_at = find_header(grid)
    if header_at is not None:
        _refuse_other_forms(file, grid, header_at, delimiter)
        return build_table(file, None, grid, header_at=header_at)
    if not any(is_number(cell) for row in grid for cell in row[1:]):
        first = next((row for row in grid if any(row)), [])
        raise IngestError(
            file,
            f"No header row was found; the file begins with {' | '.join(first)[:80]!r}.",
            "Begin it with a header row: indicator,region,period,value,unit or 指标,地区,时期,数值,单位.",
        )
    return RawGrid(None, grid)


def _refuse_other_forms(file: str, grid: list[list[str]], header_at: int, delimiter: str) -> None:
    """A line divided by another mark, or a decimal comma, would be read as something it does not say."""
    value_at = next(
        (place for place, name in enumerate(grid[header_at]) if column_named(name) is Column.VALUE), None
    )
    for number, row in enumerate(grid[header_at + 1 :], start=header_at + 2):
        if len(row) == 1 and any(row[0].count(mark) >= 3 for mark in _DELIMITERS if mark != delimiter):
            raise IngestError(
                file,
                f"Row {number} is not divided by {delimiter!r} as the header is.",
                "Divide all lines by the same mark, or save the table as CSV (UTF-8) again.",
            )
        if value_at is not None and len(row) > value_at and _DECIMAL_COMMA.fullmatch(row[value_at]):
            raise IngestError(
                file,
                f"Row {number} writes {row[value_at]!r} with a decimal comma.",
                "Write a point for the decimals: with a comma, 1,420 could mean two numbers.",
            )


def decode_text(file: str, content: bytes) -> str:
    """Text of the content.

    Raises
    ------
    IngestError
        If it is no text in UTF-8, UTF-16 with its mark, or GB18030.
    """
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
    """The delimiter under which a header row appears, or else the one most lines hold.

    Counting marks alone would be misled by commas and semicolons inside notes.
    """
    lines = text[:20_000].splitlines()
    for delimiter in _DELIMITERS:
        grid = [[cell.strip(' "') for cell in line.split(delimiter)] for line in lines]
        if find_header(grid) is not None:
            return delimiter
    return max(_DELIMITERS, key=lambda mark: sum(mark in line for line in lines))


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
