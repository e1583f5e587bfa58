"""Files into tables of text: the one place of the package that opens files."""

from __future__ import annotations

import io
from pathlib import Path, PurePath

from monitor.core.errors import IngestError
from monitor.ingest.content import Content, Readable
from monitor.ingest.csv_reader import read_csv_content
from monitor.ingest.excel_reader import read_workbook_bytes
from monitor.ingest.raw import RawFile, RawGrid

MOST_BYTES = 50_000_000
MOST_CSV_BYTES = 500_000_000  # read row by row; workbooks are unpacked whole
CSV_SUFFIXES = (".csv", ".tsv", ".txt")
WORKBOOK_SUFFIXES = (".xlsx", ".xls")
_MACRO_SUFFIXES = (".xlsm", ".xltm", ".xlsb", ".xlam")
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
        .csv, .tsv, .txt, .xlsx or .xls.
    sheet : str, optional
        Read this sheet only; workbooks have sheets, CSV files do not.

    Raises
    ------
    IngestError
        If the file is missing, empty, too large, or not what its ending says.
    """
    _refuse_ending(path.name)
    try:
        with path.open("rb") as stream:
            return _read(path.name, stream, sheet)
    except FileNotFoundError as error:
        raise IngestError(path.name, f"There is no file {path}.", "Check the path.") from error
    except IsADirectoryError as error:
        raise IngestError(path.name, f"{path} is a folder.", "Name a file in it.") from error
    except OSError as error:
        raise IngestError(
            path.name, f"The file cannot be opened: {error.strerror}.", "Check its permissions."
        ) from error


def read_bytes(name: str, content: bytes, *, sheet: str | None = None) -> RawFile:
    """Read the content of a CSV file or a workbook, by the ending of its name.

    Parameters
    ----------
    name : str
        Name shown in errors and reports; its ending says what the content is.
    content : bytes
        The file as it is.
    sheet : str, optional
        Read this sheet only; workbooks have sheets, CSV files do not.

    Raises
    ------
    IngestError
        If it is empty, too large, or not what its ending says.
    """
    return _read(name, io.BytesIO(content), sheet)


def _read(name: str, source: Readable, sheet: str | None) -> RawFile:
    is_workbook = _refuse_ending(name) in WORKBOOK_SUFFIXES
    content = Content(source, file=name, most_bytes=MOST_BYTES if is_workbook else MOST_CSV_BYTES)
    if is_workbook:
        book = read_workbook_bytes(name, content.read(), sheet=sheet)
        return RawFile(name, content.sha256, book.tables, book.skipped, book.grids)
    if sheet is not None:
        raise IngestError(name, f"A CSV file has no sheet {sheet!r}.", "Leave the sheet out.")
    _refuse_other_content(name, content.read(0, 8))
    read = read_csv_content(name, content)
    if isinstance(read, RawGrid):
        return RawFile(name, content.sha256, (), grids=(read,))
    return RawFile(name, content.sha256, (read,))


def _refuse_other_content(name: str, beginning: bytes) -> None:
    for start, kind in _KNOWN_STARTS.items():
        if beginning.startswith(start):
            raise IngestError(
                name,
                f"The name says text, but the content is {kind}.",
                "Name the file as what it is, or save the table as CSV (UTF-8).",
            )


def _refuse_ending(name: str) -> str:
    """The ending, if files of it are read."""
    suffix = PurePath(name).suffix.lower()
    if suffix in CSV_SUFFIXES + WORKBOOK_SUFFIXES:
        return suffix
    if suffix in _MACRO_SUFFIXES:
        raise IngestError(
            name,
            f"Workbooks that may hold macros ({suffix}) are not read.",
            "Save it as .xlsx, which keeps the figures and leaves the macros behind, and load that.",
        )
    raise IngestError(
        name,
        f"Files ending in {suffix or 'nothing'!r} are not read.",
        f"Save the table as one of {', '.join(CSV_SUFFIXES + WORKBOOK_SUFFIXES)}.",
    )
