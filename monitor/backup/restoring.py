"""Restoring a backup: all of it in one transaction, or nothing."""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from monitor import queries
from monitor.backup.files import backup_folder, backup_name, write_backup
from monitor.backup.format import COLUMN_TYPES, BackupError, Manifest, TablePart, check, rows_in
from monitor.config import Settings
from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.errors import StoreError, UsageError
from monitor.core.jobs import JobOutcome
from monitor.core.ledger import broken_link
from monitor.core.outbox import MessageState
from monitor.store import Store
from monitor.tables import Base, JobRunRow, OutboxMessageRow

_CHUNK = 2000


@dataclass(frozen=True)
class Restored:
    """What was restored, from when, and where the state it replaced is kept (None: it was empty).

    `uncertain` messages waited when the backup was taken, and may have been sent since.
    """

    rows: int
    taken_at: dt.datetime
    replaced: Path | None
    uncertain: int


def restore_backup(
    store: Store, actor: Actor, settings: Settings, path: Path, *, replace: bool, now: dt.datetime
) -> Restored:
    """Fill the database of a workspace from a backup, of SQLite or of PostgreSQL.

    Parameters
    ----------
    actor : Actor
        An administrator.
    replace : bool
        Whether a database that holds anything may be replaced; a backup of it is written first.
    now : datetime.datetime
        Told in that backup's name.

    Raises
    ------
    BackupError
        If the file is damaged, of a newer version, or of another workspace; nothing was changed.
    UsageError
        If the database is not empty and `replace` is not asked for.
    StoreError
        If the ledger's hash chains do not hold in what was restored.
    """
    actor.check(Role.ADMIN, action="restore a backup")
    manifest = check(path)
    _check_workspace(path, manifest, settings)
    replaced = None
    if not _is_empty(store):
        if not replace:
            raise UsageError(
                f"The database {store.address} is not empty; say --yes to replace what it holds."
            )
        name = backup_name(settings, now, prefix="before_restore")
        replaced = write_backup(store, backup_folder(settings) / name, now=now).path
    try:
        with store.rebuild(manifest.revision) as connection:
            _fill(connection, path, manifest)
            uncertain = _settle_work(connection, manifest, now=now)
    except StoreError as error:
        raise BackupError(path, f"it was written by a newer version. {error}") from error
    store.claim_workspace(settings.workspace, settings.simulated)
    _account(store, actor, path, manifest)
    _check_ledger(store, actor)
    return Restored(sum(table.rows for table in manifest.tables), manifest.taken_at, replaced, uncertain)


def _check_workspace(path: Path, manifest: Manifest, settings: Settings) -> None:
    found = manifest.workspace.get("workspace")
    if found is not None and found != settings.workspace:
        raise BackupError(
            path, f"it is of the workspace {found!r}, not {settings.workspace!r}; choose it with --workspace."
        )


def _is_empty(store: Store) -> bool:
    """Whether no table of the product holds a row."""
    if store.revision() is None:
        return True
    with store.read() as session:
        there = set(sa.inspect(session.connection()).get_table_names())
        for table in Base.metadata.sorted_tables:
            if table.name in there and session.execute(sa.select(sa.literal(1)).select_from(table)).first():
                return False
    return True


def _fill(connection: sa.Connection, path: Path, manifest: Manifest) -> None:
    with zipfile.ZipFile(path) as archive:
        for table in manifest.tables:
            columns = [sa.column(each.name, COLUMN_TYPES[each.kind]()) for each in table.columns]
            insert = sa.insert(sa.table(table.name, *columns))
            rows = rows_in(archive, table)
            while chunk := list(islice(rows, _CHUNK)):
                connection.execute(insert, chunk)
            _raise_counter(connection, table)


def _settle_work(connection: sa.Connection, manifest: Manifest, *, now: dt.datetime) -> int:
    """Whatever was on its way may have arrived after the backup: nothing of it is done again unasked."""
    there = {table.name for table in manifest.tables}
    uncertain = 0
    if OutboxMessageRow.__tablename__ in there:
        waiting = OutboxMessageRow.state.in_([MessageState.QUEUED.value, MessageState.SENDING.value])
        told = (
            f"Restored from a backup of {manifest.taken_at:%Y-%m-%d %H:%M} UTC; it may have been sent since."
        )
        values = {"state": MessageState.UNCERTAIN.value, "last_error": told}
        uncertain = connection.execute(sa.update(OutboxMessageRow).where(waiting).values(values)).rowcount
    if JobRunRow.__tablename__ in there:
        running = JobRunRow.outcome == JobOutcome.RUNNING.value
        ended = {"outcome": JobOutcome.ABANDONED.value, "finished_at": now}
        told = "It was running when the backup was taken that was restored."
        connection.execute(sa.update(JobRunRow).where(running).values(**ended, told=told))
    return uncertain


def _raise_counter(connection: sa.Connection, table: TablePart) -> None:
    """PostgreSQL numbers rows by a counter of its own, which knows nothing of ids that were given."""
    if connection.dialect.name != "postgresql" or "id" not in {column.name for column in table.columns}:
        return
    counter = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, "id")))
    if counter is not None and table.rows:
        highest = sa.select(sa.func.max(sa.column("id"))).select_from(sa.table(table.name)).scalar_subquery()
        connection.execute(sa.select(sa.func.setval(counter, highest)))


def _account(store: Store, actor: Actor, path: Path, manifest: Manifest) -> None:
    taken = manifest.taken_at.isoformat()
    audit = AuditEntry(
        "database_restored",
        "workspace",
        manifest.workspace.get("workspace", ""),
        f"restored from {path.name}, taken {taken}",
        new={"file": path.name, "taken_at": taken},
    )
    with store.write(actor) as transaction:
        transaction.insert(audit=audit)


def _check_ledger(store: Store, actor: Actor) -> None:
    broken = [
        each.code for each in queries.get_targets(store, actor) if broken_link(each.history) is not None
    ]
    if broken:
        raise StoreError(
            f"Restored, but the hash chain is broken for {', '.join(broken[:5])}; take an earlier backup."
        )
