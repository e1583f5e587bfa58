"""Backup and restore."""

from __future__ import annotations

from pathlib import Path

import typer

from monitor.backup import prune_backups, restore_backup, scheduled_backup, write_backup
from monitor.cli.common import ACTOR, JsonOption, print_banner, print_json, say, workspace
from monitor.clock import SYSTEM_CLOCK
from monitor.core.errors import StoreError
from monitor.health import open_unchecked
from monitor.schedule import leader_lock


def backup(
    context: typer.Context,
    out: Path | None = typer.Option(
        None, "--out", help="File to write; by default named by the moment, in backups/ beside the database."
    ),
    keep: int | None = typer.Option(
        None, "--keep", min=1, help="Then remove all but so many of the usual folder."
    ),
    as_json: bool = JsonOption,
) -> None:
    """Write everything in the database to one checked file, while others go on working."""
    with workspace(context, as_json=as_json) as opened:
        now, settings = SYSTEM_CLOCK.now(), opened.settings
        made = (
            scheduled_backup(opened.store, settings, now=now)
            if out is None
            else write_backup(opened.store, out, now=now)
        )
        removed = prune_backups(settings, keep=keep) if keep is not None else ()
        if as_json:
            value = {"file": str(made.path), "rows": made.rows, "removed": [str(path) for path in removed]}
            print_json(value, simulated=settings.simulated)
        else:
            say(f"{made.rows:,} rows of {made.tables} tables written to {made.path} and read back.")
            for path in removed:
                say(f"Removed {path}.")


def restore(
    context: typer.Context,
    file: Path = typer.Argument(help="A backup, of SQLite or PostgreSQL."),
    yes: bool = typer.Option(
        False, "--yes", help="Replace what the database holds; a backup of it is written first."
    ),
) -> None:
    """Fill the workspace's database from a backup; all of it, or nothing is changed."""
    opened = open_unchecked(context.obj)
    print_banner(simulated=opened.settings.simulated)
    lock = leader_lock(opened.settings.database_url)
    try:
        if not lock.acquire():
            raise StoreError("A scheduler works on this database; stop `zhibiao serve` first.")
        restored = restore_backup(
            opened.store, ACTOR, opened.settings, file, replace=yes, now=SYSTEM_CLOCK.now()
        )
    finally:
        lock.release()
        opened.close()
    if restored.replaced is not None:
        say(f"What was there is kept in {restored.replaced}.")
    taken = restored.taken_at.isoformat(timespec="seconds")
    say(f"{restored.rows:,} rows restored as of {taken}; every hash chain holds.")
    if restored.uncertain:
        say(
            f"{restored.uncertain} messages waited then and may have been sent since: they are uncertain "
            "now; `zhibiao mail list --state uncertain` shows them, `zhibiao mail settle` decides."
        )
