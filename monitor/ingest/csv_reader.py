"""CSV text in the encodings and with the delimiters that offices send."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, islice, repeat

from monitor.core.errors import IngestError
from monitor.ingest.cells import is_number
from monitor.ingest.columns import Column, column_named
from monitor.ingest.content import Content
from monitor.ingest.raw import (
    HEADER_SEARCH_ROWS,
    RawGrid,
    RawLine,
    RawTable,
    RowsInLines,
    build_table,
    find_header,
    lines_under,
)

_DELIMITERS = ",;\t"
_MOST_LINES_IN_A_CELL = 10
_DAMAGED_SHARE = 0.05
_ROWS_AT_A_TIME = 1_000
_END_OF_FILE = "\x1a"
_BYTES_OF_A_CHARACTER = 4
_TEXT_BYTES = bytes({*b"\t\n\r\x0b\x0c\x1a", *range(32, 256)})
_SNIFFED_CHARACTERS = 20_000
_PIECE_BYTES = 1_000_000
_SMALL_BYTES = 1_000_000  # read at once, so that its errors are told before anything is done with it
_MOST_BYTES_OF_A_GRID = 20_000_000  # a layout is understood from all of its cells, held in memory
_DELIMITER_LINE = re.compile(r"sep=(?P<mark>.)(?:\r\n|\r|\n)", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,(?:\d{1,2}|\d{4,})")


def read_csv_content(file: str, content: Content) -> RawTable | RawGrid:
    """The one table of a CSV file, a grid where no header row names the known columns.

    The rows of a large table are read when they are asked for.

    Parameters
    ----------
    file : str
        Name shown in errors.
    content : Content
        UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030 (GBK, GB2312).

    Raises
    ------
    IngestError
        If the content is no text, holds neither a header row nor figures, or is too large to be
        understood without a header. Also if a quotation mark is left open, lines are divided in two
        ways or numbers are written with a decimal comma; of a large file these are found only when
        its rows are read.
    """
    grid = _Grid(file, content, _encoding(file, content))
    rows = iter(grid)
    beginning = list(islice(rows, HEADER_SEARCH_ROWS))
    header_at = find_header(beginning)
    if header_at is None:
        return _without_header(file, content, chain(beginning, rows))
    table = build_table(file, None, beginning[: header_at + 1], header_at=header_at)
    under = _RowsUnder(grid, header_at, table.header)
    return replace(table, rows=tuple(under) if content.size <= _SMALL_BYTES else under)


class _RowsUnder(RowsInLines):
    """Rows under the header, read from the content each time they are asked for."""

    def __init__(self, grid: _Grid, header_at: int, header: Sequence[str]) -> None:
        self._grid = grid
        self._header_at = header_at
        self._header = header

    @property
    def header(self) -> Sequence[str]:
        return self._header

    def lines(self) -> Iterator[RawLine]:
        rows = islice(self._grid, self._header_at, None)
        header, number = next(rows), self._header_at + 2
        while some := list(islice(rows, _ROWS_AT_A_TIME)):
            _refuse_other_form(self._grid, header, some, first_number=number)
            yield from lines_under(header, some, first_number=number)
            number += len(some)

    def __length_hint__(self) -> int:
        """Lines of the file: its rows, unless cells hold line breaks."""
        with self._grid.content.open() as stream:
            return sum(piece.count(b"\n") for piece in _pieces(stream))


@dataclass(frozen=True)
class _Grid:
    """Rows of cells as the file has them, header and titles included."""

    file: str
    content: Content
    encoding: str

    def __iter__(self) -> Iterator[list[str]]:
        return chain.from_iterable(self._pieces())

    def _pieces(self) -> Iterator[list[list[str]]]:
        with self._text() as text:
            lines: Iterable[str] = text
            if self._may_end_in_a_mark:
                lines = (line.rstrip(_END_OF_FILE) for line in text)
            if self._told_delimiter is not None:
                lines = islice(lines, 1, None)
            yield from _parse(self.file, lines, self.delimiter)

    @property
    def _may_end_in_a_mark(self) -> bool:
        """Whether a lone end-of-file mark of old systems follows the last row."""
        return _END_OF_FILE.encode() in self.content.read(max(self.content.size - _BYTES_OF_A_CHARACTER, 0))

    @cached_property
    def delimiter(self) -> str:
        """The mark that divides the cells of a line."""
        if self._told_delimiter is not None:
            return self._told_delimiter
        with self._text() as text:
            return _sniff_delimiter(text.read(_SNIFFED_CHARACTERS))

    @cached_property
    def _told_delimiter(self) -> str | None:
        """What a first line `sep=;` says, as spreadsheet programs write it."""
        with self._text() as text:
            told = _DELIMITER_LINE.fullmatch(text.readline(_SNIFFED_CHARACTERS))
        return told["mark"] if told else None

    def _text(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(self.content.open(), encoding=self.encoding, newline="")


def _without_header(file: str, content: Content, rows: Iterator[list[str]]) -> RawGrid:
    """All cells of a small file with figures, which may be laid out in another way."""
    grid = list(rows) if content.size <= _MOST_BYTES_OF_A_GRID else [next(rows)]
    if any(is_number(cell) for row in grid for cell in row[1:]) and len(grid) > 1:
        return RawGrid(None, grid)
    first = next((row for row in grid if any(row)), None)
    if first is None:
        raise IngestError(file, "The file is empty.", "Export it again with its header and figures.")
    raise IngestError(
        file,
        f"No header row was found; the file begins with {' | '.join(first)[:80]!r}.",
        "Begin it with a header row: indicator,region,period,value,unit or 指标,地区,时期,数值,单位.",
    )


def _refuse_other_form(
    grid: _Grid, header: list[str], rows: Sequence[list[str]], *, first_number: int
) -> None:
    """A line divided by another mark, or a decimal comma, would be read as what it does not say."""
    value_at = next(
        (place for place, name in enumerate(header) if column_named(name) is Column.VALUE), len(header)
    )
    widths = set(map(len, rows))
    if 1 not in widths and not any("," in row[value_at] for row in rows if len(row) > value_at):
        return
    for number, row in enumerate(rows, start=first_number):
        if len(row) == 1 and any(row[0].count(mark) >= 3 for mark in _DELIMITERS if mark != grid.delimiter):
            raise IngestError(
                grid.file,
                f"Row {number} is not divided by {grid.delimiter!r} as the header is.",
                "Divide all lines by the same mark, or save the table as CSV (UTF-8) again.",
            )
        if len(row) > value_at and "," in row[value_at] and _DECIMAL_COMMA.fullmatch(row[value_at]):
            raise IngestError(
                grid.file,
                f"Row {number} writes {row[value_at]!r} with a decimal comma.",
                "Write a point for the decimals: with a comma, 1,420 could mean two numbers.",
            )


def decode_text(file: str, content: bytes) -> str:
    """Text of content at hand, in one of the encodings of `read_csv_content`.

    Raises
    ------
    IngestError
        If it is no text.
    """
    held = Content(io.BytesIO(content), file=file, most_bytes=len(content))
    return content.decode(_encoding(file, held)).rstrip("\x1a")


def _encoding(file: str, content: Content) -> str:
    """The encoding all of the content is text in."""
    if content.read(0, 2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if _is_text_in("utf-16", content):
            return "utf-16"
        raise _not_text(file)
    with content.open() as stream:
        if any(piece.translate(None, _TEXT_BYTES) for piece in _pieces(stream)):
            raise _not_text(file)
    if _is_text_in("utf-8-sig", content):
        return "utf-8-sig"
    _refuse_damaged_utf8(file, content)
    if _is_text_in("gb18030", content):
        return "gb18030"
    raise _not_text(file)


def _is_text_in(encoding: str, content: Content) -> bool:
    """Whether all of it decodes, and into nothing but text."""
    try:
        return not any(
            text.encode("utf-8", "replace").translate(None, _TEXT_BYTES)
            for text in _decoded(content, encoding)
        )
    except UnicodeDecodeError:
        return False


def _decoded(content: Content, encoding: str, errors: str = "strict") -> Iterator[str]:
    with content.open() as stream:
        yield from codecs.iterdecode(_pieces(stream), encoding, errors)


def _pieces(stream: io.BufferedReader) -> Iterator[bytes]:
    return iter(partial(stream.read, _PIECE_BYTES), b"")


def _not_text(file: str) -> IngestError:
    return IngestError(
        file,
        "The content is not text in UTF-8 or GB18030.",
        "Save the table as CSV (UTF-8), or load the workbook itself as .xlsx or .xls.",
    )


def _refuse_damaged_utf8(file: str, content: Content) -> None:
    """A UTF-8 file with a few broken bytes would decode as GB18030, into nonsense."""
    foreign = damaged = 0
    line, first_damaged = 1, None
    for text in _decoded(content, "utf-8", "replace"):
        foreign += len(text) - len(text.encode("ascii", "ignore"))
        damaged += text.count("\ufffd")
        if damaged and first_damaged is None:
            first_damaged = line + text.count("\n", 0, text.index("\ufffd"))
        line += text.count("\n")
    if damaged < foreign * _DAMAGED_SHARE:
        raise IngestError(
            file,
            f"Line {first_damaged} holds a damaged character (UTF-8).",
            "Repair it or export the file again.",
        )


def _sniff_delimiter(text: str) -> str:
    """The delimiter under which a header row appears, or else the one most lines hold.

    Counting marks alone would be misled by commas and semicolons inside notes.
    """
    lines = text.splitlines()
    for delimiter in _DELIMITERS:
        grid = [[cell.strip(' "') for cell in line.split(delimiter)] for line in lines]
        if find_header(grid) is not None:
            return delimiter
    return max(_DELIMITERS, key=lambda mark: sum(mark in line for line in lines))


def _parse(file: str, lines: Iterable[str], delimiter: str) -> Iterator[list[list[str]]]:
    """Rows, some at a time: first no more than a header may be sought in."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = lines_read = 0
    for size in chain([HEADER_SEARCH_ROWS], repeat(_ROWS_AT_A_TIME)):
        rows: list[list[str]] = []
        try:
            rows.extend(islice(reader, size))
        except csv.Error as error:
            raise IngestError(
                file,
                f"Near row {number + len(rows) + 1} the text is no CSV: {error}.",
                'Look for a quotation mark that is left open; inside a quoted cell write "" for one.',
            ) from error
        if not rows:
            return
        if reader.line_num - lines_read - len(rows) >= _MOST_LINES_IN_A_CELL:
            _refuse_swallowed_lines(file, rows, first_number=number + 1)
        lines_read = reader.line_num
        number += len(rows)
        yield [list(map(str.strip, row)) for row in rows]


def _refuse_swallowed_lines(file: str, rows: Iterable[list[str]], *, first_number: int) -> None:
    """A stray quotation mark makes one cell of many rows, which would be lost without a word."""
    for number, row in enumerate(rows, start=first_number):
        if any(cell.count("\n") > _MOST_LINES_IN_A_CELL for cell in row):
            raise IngestError(
                file,
                f"Row {number} holds a cell of more than {_MOST_LINES_IN_A_CELL} lines.",
                "A quotation mark is probably left open there; close it and load the file again.",
            )
