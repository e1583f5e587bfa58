"""Files into tables of text: the one place of the package that opens files."""

from __future__ import annotations

from pathlib import Path

from monitor.core.errors import IngestError
from monitor.ingest.content import Content
from monitor.ingest.csv_reader import read_csv_content
from monitor.ingest.excel_reader import read_workbook_bytes
from monitor.ingest.raw import RawFile

MOST_BYTES = 50_000_000
MOST_CSV_BYTES = 500_000_000  # read row by row; workbooks are unpacked whole
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


def read_csv(path: Path) -> RawFile:
    """Read a CSV file: comma, semicolon or tab; UTF-8, UTF-16 with its mark, or GB18030.

    Raises
    ------
    IngestError
        If it cannot be read as such.
    """
    content = _content(path, MOST_CSV_BYTES)
    beginning = content.read(0, 8)
    for start, kind in _KNOWN_STARTS.items():
        if beginning.startswith(start):
            raise IngestError(
                path.name,
                f"The name says text, but the content is {kind}.",
                "Name the file as what it is, or save the table as CSV (UTF-8).",
            )
    return RawFile(path.name, content.sha256, (read_csv_content(path.name, content),))


def read_excel(path: Path, sheet: str | None = None) -> RawFile:
    """Read every sheet of a workbook that has a header row, or the one named.

    Raises
    ------
    IngestError
        If it cannot be read as such.
    """
    content = _content(path, MOST_BYTES)
    tables, skipped = read_workbook_bytes(path.name, content.read(), sheet=sheet)
    return RawFile(path.name, content.sha256, tables, skipped)


def _content(path: Path, most_bytes: int) -> Content:
    try:
        with path.open("rb") as stream:
            return Content(stream, file=path.name, most_bytes=most_bytes)
    except FileNotFoundError as error:
        raise IngestError(path.name, f"There is no file {path}.", "Check the path.") from error
    except IsADirectoryError as error:
        raise IngestError(path.name, f"{path} is a folder.", "Name a file in it.") from error
    except OSError as error:
        raise IngestError(
            path.name, f"The file cannot be opened: {error.strerror}.", "Check its permissions."
        ) from error
