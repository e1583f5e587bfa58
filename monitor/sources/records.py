"""Records of a query, a web answer or an SDMX message as a table in the observation layout."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from monitor.clock import local_date
from monitor.config.figure_sources import ColumnEntry, ColumnsEntry
from monitor.core.errors import SourceError
from monitor.ingest.raw import RawFile, RawRow, RawTable

Record = Mapping[str, Any]
_ABSENT = object()
_ENCODINGS = ("utf-8-sig", "gb18030")


def to_raw_file(
    source: str, name: str, records: Sequence[Record], columns: ColumnsEntry, *, sha256: str
) -> RawFile:
    """The records as rows of text, numbered from 1.

    Parameters
    ----------
    source : str
        Code of the source, for messages.
    name : str
        What refusals name as the file.
    records : sequence of mapping
        At least one.
    columns : ColumnsEntry
        Which field is which column.
    sha256 : str
        Digest of the content, in hexadecimal.

    Raises
    ------
    SourceError
        If there is no record, or a named field is in none of them.
    """
    if not records:
        raise SourceError(
            source, "It gave no record.", "Check the query, the address and the path `records`."
        )
    entries = columns.entries()
    _check_fields(source, records, entries.values())
    rows = tuple(
        RawRow(number, {column: _cell(record, entry) for column, entry in entries.items()})
        for number, record in enumerate(records, start=1)
    )
    return RawFile(name, sha256, (RawTable(name, None, tuple(entries), rows),))


def digest_of(records: Iterable[Record]) -> str:
    """Digest of records, whatever their order."""
    lines = sorted(
        "\x1f".join(f"{key}={as_text(value)}" for key, value in record.items()) for record in records
    )
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()


def csv_records(source: str, content: bytes) -> list[Record]:
    """The rows of a CSV text under its own header.

    Raises
    ------
    SourceError
        If it is no text, or a row is longer than the header.
    """
    reader = csv.DictReader(io.StringIO(decode(source, content), newline=""), restkey="")
    try:
        rows: list[Record] = list(reader)
    except csv.Error as error:
        raise SourceError(
            source, f"The answer is not CSV ({error}).", "Check the address and the format."
        ) from error
    long = next((number for number, row in enumerate(rows, start=2) if row.get("")), None)
    if long is not None:
        raise SourceError(
            source,
            f"Row {long} of the CSV has more cells than its header.",
            "Have the source quote its texts.",
        )
    return rows


def decode(source: str, content: bytes) -> str:
    """The content as text: UTF-8, else GB18030.

    Raises
    ------
    SourceError
        If it is neither.
    """
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SourceError(
        source, "The answer is not text in UTF-8 or GB18030.", "Check the address and the format."
    )


def find_in(record: Any, path: str) -> Any:
    """The value a path of names and positions leads to, or `ABSENT`."""
    for step in path.split(".") if path else ():
        if isinstance(record, Mapping) and step in record:
            record = record[step]
        elif isinstance(record, list) and step.isdecimal() and int(step) < len(record):
            record = record[int(step)]
        else:
            return _ABSENT
    return record


def is_absent(value: Any) -> bool:
    """Whether `find_in` found nothing."""
    return value is _ABSENT


def as_text(value: Any) -> str:
    """A value as a cell: dates as ISO dates, numbers without an exponent, nothing as an empty cell.

    An aware moment is written as the date it is in Shanghai.
    """
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return (local_date(value) if value.tzinfo else value.date()).isoformat()
    if isinstance(value, float):
        value = Decimal(repr(value))
    return format(value, "f") if isinstance(value, Decimal) else storable(str(value).strip())


def storable(text: str) -> str:
    """The text without what no database keeps: NUL, and halves of characters."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")


def _field(record: Record, name: str) -> Any:
    """A field by its whole name, else by its path."""
    return record[name] if name in record else find_in(record, name)


def _cell(record: Record, entry: ColumnEntry) -> str:
    if entry.field is None:
        return entry.constant or ""
    found = _field(record, entry.field)
    text = "" if is_absent(found) else as_text(found)
    return entry.codes.get(text, text)


def _check_fields(source: str, records: Sequence[Record], entries: Iterable[ColumnEntry]) -> None:
    for entry in entries:
        name = entry.field
        if name is not None and all(is_absent(_field(record, name)) for record in records):
            there = ", ".join(str(key) for key in list(records[0])[:12])
            raise SourceError(
                source,
                f"No record has the field {name!r}; there are {there}.",
                "Correct `columns` in sources.yaml.",
            )
