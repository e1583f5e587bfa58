"""The file of a backup: a zip of one text per table, a row a line, and a manifest with their checksums."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, ValidationError

from monitor.core.errors import UserFacingError
from monitor.tables import UTC
from monitor.tables.base import Json

FORMAT = 1
MANIFEST = "manifest.json"

ValueKind = Literal["plain", "moment", "day", "json", "bytes"]
COLUMN_TYPES: Mapping[ValueKind, Callable[[], sa.types.TypeEngine[Any]]] = {
    "plain": sa.types.NullType,
    "moment": UTC,
    "day": sa.Date,
    "json": lambda: Json,
    "bytes": sa.LargeBinary,
}


class BackupError(UserFacingError):
    """A backup cannot be used; the message names the file and what is wrong."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path} cannot be restored: {problem}")


class ColumnPart(BaseModel):
    """A column, and how its values are written."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    kind: ValueKind


class TablePart(BaseModel):
    """A table of the backup, with what its text must be."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    columns: tuple[ColumnPart, ...]
    rows: int
    sha256: str

    @property
    def member(self) -> str:
        """Its file inside the zip."""
        return f"tables/{self.name}.jsonl"


class Manifest(BaseModel):
    """What a backup holds.

    Parameters
    ----------
    revision : str
        Migration its tables are at.
    workspace : mapping
        Facts of the workspace it belongs to.
    taken_at : datetime.datetime
        When, aware.
    tables : tuple of TablePart
        In the order in which they can be filled.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    format: Literal[1]
    revision: str
    workspace: dict[str, str]
    taken_at: dt.datetime
    tables: tuple[TablePart, ...]


@dataclass(frozen=True)
class Sum:
    """Rows and checksum of a text."""

    rows: int
    sha256: str


def kind_of(column: sa.Column[Any]) -> ValueKind:
    """How the values of a column are written."""
    kinds: tuple[tuple[ValueKind, type[sa.types.TypeEngine[Any]]], ...] = (
        ("moment", UTC),
        ("day", sa.Date),
        ("json", sa.JSON),
        ("bytes", sa.LargeBinary),
    )
    return next((kind for kind, found in kinds if isinstance(column.type, found)), "plain")


_WRITERS: Mapping[str, Callable[[Any], Any]] = {
    "moment": lambda value: value.isoformat(),
    "day": lambda value: value.isoformat(),
    "bytes": lambda value: base64.b64encode(value).decode("ascii"),
}
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "moment": dt.datetime.fromisoformat,
    "day": dt.date.fromisoformat,
    "bytes": base64.b64decode,
}


def line_of(row: sa.Row[Any], columns: tuple[ColumnPart, ...]) -> bytes:
    """A row as one line."""
    values = [
        _WRITERS[column.kind](value) if value is not None and column.kind in _WRITERS else value
        for value, column in zip(row, columns, strict=True)
    ]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def row_of(line: bytes, columns: tuple[ColumnPart, ...]) -> dict[str, Any]:
    """The inverse of `line_of`, by column name."""
    return {
        column.name: _READERS[column.kind](value) if value is not None and column.kind in _READERS else value
        for value, column in zip(json.loads(line), columns, strict=True)
    }


def read_manifest(path: Path) -> Manifest:
    """What a backup says it holds.

    Raises
    ------
    BackupError
        If the file is missing, is no backup, or is of a format this version does not know.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return Manifest.model_validate_json(archive.read(MANIFEST))
    except FileNotFoundError as error:
        raise BackupError(path, "there is no such file.") from error
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise BackupError(path, "it is no backup, or only a part of one; take another.") from error
    except ValidationError as error:
        raise BackupError(path, f"its manifest is not of format {FORMAT}; use another version.") from error


def check(path: Path) -> Manifest:
    """Read a backup whole and compare every table with its checksum.

    Raises
    ------
    BackupError
        If anything differs.
    """
    manifest = read_manifest(path)
    try:
        with zipfile.ZipFile(path) as archive:
            for table in manifest.tables:
                if _sum(archive, table.member) != Sum(table.rows, table.sha256):
                    raise BackupError(path, f"the rows of {table.name} are not those that were written.")
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise BackupError(path, f"it is damaged ({error}); take another.") from error
    return manifest


def rows_in(archive: zipfile.ZipFile, table: TablePart) -> Iterator[dict[str, Any]]:
    """The rows of a table, by column name."""
    with archive.open(table.member) as lines:
        for line in lines:
            yield row_of(line, table.columns)


def _sum(archive: zipfile.ZipFile, member: str) -> Sum:
    digest, rows = hashlib.sha256(), 0
    with archive.open(member) as lines:
        for line in lines:
            digest.update(line)
            rows += 1
    return Sum(rows, digest.hexdigest())
