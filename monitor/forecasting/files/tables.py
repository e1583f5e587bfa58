"""CSV and Parquet into columns, with the row numbers a person would count."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from monitor.core.errors import IngestError

PARQUET_SUFFIXES = (".parquet", ".pq")
_DELIMITERS = ",;\t"
_NOT_TABLES = {
    b"PK\x03\x04": "an Excel workbook or another archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook or another old Office file",
    b"%PDF": "a PDF document",
}
_UNFIT = (
    pa.types.is_nested,
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_fixed_size_binary,
    pa.types.is_duration,
)
_REMEDY = "Give a table as CSV (UTF-8 or GB18030, one header row) or Parquet."


@dataclass(frozen=True)
class Columns:
    """The columns a file may have."""

    required: tuple[str, ...]
    optional: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A file as read.

    Parameters
    ----------
    path : Path
        File.
    columns : mapping of str to pyarrow array
        By column name; text from CSV, whatever it was from Parquet.
    rows : ndarray of int
        Number of each row as a person counts it: the line of a CSV file (its heading is row 1), the
        row of a Parquet file from 1.
    ragged : ndarray of int
        Places of rows with more or fewer cells than the heading.
    """

    path: Path
    columns: dict[str, pa.ChunkedArray]
    rows: NDArray[np.int64]
    ragged: NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.rows.size)


def read_table(path: Path, allowed: Columns) -> Table:
    """Read a file and hold its heading against the columns it may have.

    Raises
    ------
    IngestError
        If there is no such file, it is no table, or a column is missing, unknown or given twice.
    """
    if not path.is_file():
        raise IngestError(str(path), "there is no such file.", "Check the path.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise IngestError(str(path), f"it cannot be opened ({error.strerror}).", "Check the path.") from error
    if not content:
        raise IngestError(str(path), "the file is empty.", _REMEDY)
    if content.startswith(b"PAR1") or path.suffix.lower() in PARQUET_SUFFIXES:
        return _read_parquet(path, content, allowed)
    for start, kind in _NOT_TABLES.items():
        if content.startswith(start):
            raise IngestError(str(path), f"the content is {kind}.", _REMEDY)
    return _read_csv(path, content, allowed)


def _check_heading(path: Path, found: Sequence[str], allowed: Columns) -> None:
    known = (*allowed.required, *allowed.optional)
    lists = {
        "missing": [name for name in allowed.required if name not in found],
        "unknown": [name for name in dict.fromkeys(found) if name not in known],
        "twice": [name for name in dict.fromkeys(found) if found.count(name) > 1],
    }
    told = [f"{word}: {', '.join(map(repr, names))}" for word, names in lists.items() if names]
    if told:
        raise IngestError(str(path), f"columns {'; '.join(told)}.", f"Allowed: {', '.join(known)}.")


def _read_parquet(path: Path, content: bytes, allowed: Columns) -> Table:
    try:
        table = pyarrow.parquet.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError) as error:
        raise IngestError(str(path), f"it cannot be read as Parquet ({error}).", _REMEDY) from error
    names = [clean(name) for name in table.column_names]
    _check_heading(path, names, allowed)
    for name, column in zip(names, table.columns, strict=True):
        if any(is_unfit(column.type) for is_unfit in _UNFIT):
            raise IngestError(str(path), f"column {name} holds {column.type}.", "Give numbers, text or days.")
    rows = np.arange(1, table.num_rows + 1)
    return Table(path, dict(zip(names, table.columns, strict=True)), rows, np.empty(0, dtype=np.int64))


def _read_csv(path: Path, content: bytes, allowed: Columns) -> Table:
    text = _decode(path, content)
    if "\n" not in text:
        text = text.replace("\r", "\n")  # line ends of old machines
    head, line_end, body = text.lstrip("\ufeff\r\n").partition("\n")
    if not head.strip():
        raise IngestError(str(path), "the file is empty.", _REMEDY)
    delimiter = max(_DELIMITERS, key=head.count)
    names = [clean(name) for name in next(csv.reader([head.rstrip("\r")], delimiter=delimiter))]
    _check_heading(path, names, allowed)
    heading_row = text[: len(text) - len(body) - len(line_end)].count("\n") + 1
    parsed = _parse_fast(body, names, delimiter)
    if parsed is None:
        return _parse_slowly(path, body, names, delimiter=delimiter, heading_row=heading_row)
    rows = _line_numbers(body, parsed.num_rows) + heading_row
    return Table(path, dict(zip(names, parsed.columns, strict=True)), rows, np.empty(0, dtype=np.int64))


def _decode(path: Path, content: bytes) -> str:
    """Text in UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030 (GBK, GB2312)."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = () if b"\x00" in content else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise IngestError(str(path), "the content is not text in UTF-8 or GB18030.", _REMEDY)


def _parse_fast(body: str, names: list[str], delimiter: str) -> pa.Table | None:
    """All columns as text; None where a row has not as many cells as the heading."""
    if not body.strip():
        return pa.table({name: pa.array([], pa.string()) for name in names})
    try:
        return pyarrow.csv.read_csv(
            pa.BufferReader(body.encode()),
            read_options=pyarrow.csv.ReadOptions(column_names=names),
            parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values='"' in body),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None


def _line_numbers(body: str, count: int) -> NDArray[np.int64]:
    """Lines after the heading that hold a row: blank ones are skipped, but counted."""
    numbers = np.arange(1, count + 1)
    if body.count("\n") + 1 <= count + body.endswith("\n"):
        return numbers
    lines = [number for number, line in enumerate(body.split("\n"), start=1) if line not in {"", "\r"}]
    # A quoted cell may span lines; then rows are counted, not lines.
    return np.array(lines) if len(lines) == count else numbers


def _parse_slowly(path: Path, body: str, names: list[str], *, delimiter: str, heading_row: int) -> Table:
    """Row by row, so that a row with too many or too few cells is found and kept."""
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter)
    cells: list[list[str]] = []
    rows: list[int] = []
    ragged: list[int] = []
    try:
        for row in reader:
            if not row:
                continue
            if len(row) != len(names):
                ragged.append(len(cells))
            cells.append((row + [""] * len(names))[: len(names)])
            rows.append(reader.line_num + heading_row)
    except csv.Error as error:
        line = reader.line_num + heading_row
        raise IngestError(str(path), f"row {line} is no CSV ({error}).", _REMEDY) from error
    columns = {
        name: pa.chunked_array([pa.array([row[place] for row in cells], pa.string())])
        for place, name in enumerate(names)
    }
    return Table(path, columns, np.array(rows, dtype=np.int64), np.array(ragged, dtype=np.int64))


def clean(text: str) -> str:
    """Full-width forms made ordinary, outer spaces removed."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()
