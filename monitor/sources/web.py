"""JSON records and CSV from the web."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NoReturn

from monitor.config.figure_sources import HttpEntry
from monitor.core.errors import SourceError
from monitor.ingest import read_bytes
from monitor.ingest.raw import RawFile
from monitor.sources.fetching import Fetched
from monitor.sources.records import Record, csv_records, decode, find_in, is_absent, to_raw_file


def read_answer(source: str, entry: HttpEntry, fetched: Fetched) -> RawFile:
    """What an address gave, as a table.

    Raises
    ------
    SourceError
        If it is not what the entry says.
    IngestError
        If it is CSV that holds neither the observation layout nor figures, and no columns are named.
    """
    refuse_page(source, fetched, expected=entry.format.upper())
    name = f"{source}.{entry.format}"
    if entry.columns is None:
        return read_bytes(name, fetched.content)
    if entry.format == "csv":
        records = csv_records(source, fetched.content)
    else:
        records = _json_records(source, fetched.content, entry.records)
    digest = hashlib.sha256(fetched.content).hexdigest()
    return to_raw_file(source, name, records, entry.columns, sha256=digest)


def refuse_page(source: str, fetched: Fetched, *, expected: str) -> None:
    """Raise where a web page came instead: a sign-in form, or a notice of maintenance.

    Raises
    ------
    SourceError
        If the content is HTML.
    """
    start = fetched.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if fetched.content_type == "text/html" or start.startswith((b"<!doctype html", b"<html")):
        raise SourceError(
            source,
            f"It answered with a web page where {expected} was expected.",
            "Open the address in a browser: it may ask to sign in, or have moved.",
        )


def _json_records(source: str, content: bytes, path: str) -> list[Record]:
    document = _parsed(source, decode(source, content))
    found = find_in(document, path)
    where = f"at {path!r}" if path else "at its top"
    if is_absent(found):
        keys = ", ".join(list(document)[:12]) if isinstance(document, dict) else type(document).__name__
        raise SourceError(source, f"The JSON has nothing {where}; there is {keys}.", "Correct `records`.")
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise SourceError(source, f"The JSON has no list of records {where}.", "Correct `records`.")
    return found


def _parsed(source: str, text: str) -> Any:
    """The document, numbers as they are written."""
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        detail = str(error) if isinstance(error, ValueError) else "nested too deeply"
        raise SourceError(
            source, f"The answer is not JSON ({detail}).", "Check the address and the format."
        ) from error


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")
