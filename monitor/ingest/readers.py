"""Files into tables of text: the one place of the package that opens files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from monitor.core.errors import IngestError
from monitor.ingest.csv_reader import read_csv_bytes
from monitor.ingest.excel_reader import read_workbook_bytes
from monitor.ingest.raw import RawFile

MOST_BYTES = 50_000_000
CSV_SUFFIXES = (".csv", ".tsv", ".txt")
WORKBOOK_SUFFIXES = (".xlsx", ".xls", ".xlsm")
_KNOWN_STARTS = {
    b"PK\x03\x04": "an .xlsx workbook or another archive",
    b"\xd0\xcf\x11\xe0": "an .xls workbook or another old Office file",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
}


def read_file(path: Path, *, sheet: str | None = None) -> RawFile:
    """Read a CSV file or a workbook, by its ending.

    Parameters
    ----------
    path : Path
        .csv, .tsv, .txt, .xlsx, .xlsm or .xls.
    sheet : str, optional
        Read this sheet only; workbooks have sheets, CSV files do not.

    Raises
    ------
    IngestError
        If the file is missing, empty, too large, or not what its ending says.
    """
    suffix = path.suffix.lower()
    if suffix in WORKBOOK_SUFFIXES:
        return read_excel(path, sheet)
    if suffix not in CSV_SUFFIXES:
        raise IngestError(
            path.name,
            f"Files ending in {suffix or 'nothing'!r} are not read.",
            f"Save the table as one of {', '.join(CSV_SUFFIXES + WORKBOOK_SUFFIXES)}.",
        )
    if sheet is not None:
        raise IngestError(path.name, f"A CSV file has no sheet {sheet!r}.", "Leave the sheet out.")
    return read_csv(path)


def read_bytes(name: str, content: bytes, *, sheet: str | None = None) -> RawFile:
    """Read a CSV file or a workbook from its content, by the ending of its name.

    Raises
    ------
    IngestError
        If it is empty, or not what its ending says.
    """
    digest = hashlib.sha256(content).hexdigest()
    if Path(name).suffix.lower() in WORKBOOK_SUFFIXES:
        tables, skipped = read_workbook_bytes(name, content, sheet=sheet)
        return RawFile(name, digest, tables, skipped)
    if Path(name).suffix.lower() not in CSV_SUFFIXES:
        allowed = ", ".join(CSV_SUFFIXES + WORKBOOK_SUFFIXES)
        raise IngestError(name, "Files of this ending are not read.", f"Save the table as one of {allowed}.")
    return RawFile(name, digest, (read_csv_bytes(name, content),))


def read_csv(path: Path) -> RawFile:
    """Read a CSV file: comma, semicolon or tab; UTF-8, UTF-16 with its mark, or GB18030.

    Raises
    ------
    IngestError
        If it cannot be read as such.
    """
    content = _read_bytes(path)
    for start, kind in _KNOWN_STARTS.items():
        if content.startswith(start):
            raise IngestError(
                path.name,
                f"The name says text, but the content is {kind}.",
                "Name the file as what it is, or save the table as CSV (UTF-8).",
            )
    return RawFile(path.name, hashlib.sha256(content).hexdigest(), (read_csv_bytes(path.name, content),))


def read_excel(path: Path, sheet: str | None = None) -> RawFile:
    """Read every sheet of a workbook that has a header row, or the one named.

    Raises
    ------
    IngestError
        If it cannot be read as such.
    """
    content = _read_bytes(path)
    tables, skipped = read_workbook_bytes(path.name, content, sheet=sheet)
    return RawFile(path.name, hashlib.sha256(content).hexdigest(), tables, skipped)


def _read_bytes(path: Path) -> bytes:
    """The content, read once, so that its digest belongs to what is loaded."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise IngestError(path.name, f"There is no file {path}.", "Check the path.") from error
    except IsADirectoryError as error:
        raise IngestError(path.name, f"{path} is a folder.", "Name a file in it.") from error
    except OSError as error:
        raise IngestError(
            path.name, f"The file cannot be opened: {error.strerror}.", "Check its permissions."
        ) from error
    if not content:
        raise IngestError(path.name, "The file is empty.", "Export it again with its header and figures.")
    if len(content) > MOST_BYTES:
        raise IngestError(
            path.name, f"The file is larger than {MOST_BYTES / 1e6:.0f} MB.", "Split it, by year for example."
        )
    return content
