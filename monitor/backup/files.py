"""Writing backups: from one consistent state to a file that is whole or not there."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from monitor.backup.format import FORMAT, MANIFEST, ColumnPart, Manifest, TablePart, check, kind_of, line_of
from monitor.config import Settings
from monitor.core.errors import OutputError, StoreError
from monitor.engine import sqlite_file
from monitor.store import Store
from monitor.tables import Base, SchedulerJobRow, WorkspaceFact

_CHUNK = 5000
_LEFT_OVER_SECONDS = 86_400
_LEFT_OUT = frozenset({SchedulerJobRow.__tablename__})
"""The scheduler's next due times are made anew from the schedule."""


@dataclass(frozen=True)
class BackupMade:
    """A backup that was written and read back."""

    path: Path
    rows: int
    tables: int


def backup_folder(settings: Settings) -> Path:
    """Where backups go unless told: `backups/` beside an SQLite file, else `var/backups/` of home."""
    file = sqlite_file(sa.make_url(settings.database_url))
    return file.parent / "backups" if file is not None else settings.home / "var" / "backups"


def backup_name(settings: Settings, now: dt.datetime, *, prefix: str = "zhibiao") -> str:
    """Name of a backup taken at a moment."""
    return f"{prefix}_{settings.workspace}_{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}.zip"


def scheduled_backup(store: Store, settings: Settings, *, now: dt.datetime) -> BackupMade:
    """A backup in the usual folder, under a name that tells when."""
    return write_backup(store, backup_folder(settings) / backup_name(settings, now), now=now)


def prune_backups(settings: Settings, *, keep: int) -> tuple[Path, ...]:
    """Remove all but the newest backups of the workspace in the usual folder; gives those removed."""
    found = sorted(backup_folder(settings).glob(f"zhibiao_{settings.workspace}_*.zip"))
    removed = tuple(found[: max(0, len(found) - keep)])
    for path in removed:
        path.unlink(missing_ok=True)
    return removed


def write_backup(store: Store, path: Path, *, now: dt.datetime) -> BackupMade:
    """Write every table to a file, read it back, and only then give it its name.

    Parameters
    ----------
    store : Store
        What is saved, as it stands at one moment; others go on reading and writing.
    path : Path
        The file; one that is there is replaced at the end. Its folder is created.
    now : datetime.datetime
        Told in the file.

    Raises
    ------
    OutputError
        If the file cannot be written.
    StoreError
        If the database has no tables.
    """
    revision = store.revision()
    if revision is None:
        raise StoreError(f"The database {store.address} has no tables; there is nothing to back up.")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_left_over(path.parent)
        with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                _write_tables(store, archive, revision=revision, now=now)
            file.flush()
            os.fsync(file.fileno())
        manifest = check(part)
        part.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise OutputError(str(path), error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return BackupMade(path, sum(table.rows for table in manifest.tables), len(manifest.tables))


def _write_tables(store: Store, archive: zipfile.ZipFile, *, revision: str, now: dt.datetime) -> None:
    with store.read() as session:
        facts = {row.key: row.value for row in session.execute(sa.select(*WorkspaceFact.__table__.c))}
        tables = tuple(
            _write_table(session, archive, table)
            for table in Base.metadata.sorted_tables
            if table.name not in _LEFT_OUT
        )
    manifest = Manifest(format=FORMAT, revision=revision, workspace=facts, taken_at=now, tables=tables)
    archive.writestr(MANIFEST, manifest.model_dump_json(indent=2))


def _write_table(session: Session, archive: zipfile.ZipFile, table: sa.Table) -> TablePart:
    columns = tuple(ColumnPart(name=column.name, kind=kind_of(column)) for column in table.c)
    part = TablePart(name=table.name, columns=columns, rows=0, sha256="")
    digest, count = hashlib.sha256(), 0
    statement = sa.select(*table.c).order_by(*table.primary_key.columns)
    with archive.open(part.member, "w", force_zip64=True) as lines:
        for row in session.execute(statement.execution_options(yield_per=_CHUNK)):
            line = line_of(row, columns)
            digest.update(line)
            lines.write(line)
            count += 1
    return part.model_copy(update={"rows": count, "sha256": digest.hexdigest()})


def _remove_left_over(folder: Path) -> None:
    """Parts of backups whose process died; a part that is being written is younger."""
    for part in folder.glob(".*.part"):
        if time.time() - part.stat().st_mtime > _LEFT_OVER_SECONDS:
            part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
