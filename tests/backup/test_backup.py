"""Backups: everything comes back, on either database; a damaged or half-written one is never taken."""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor import commands, queries
from monitor.backup import prune_backups, read_manifest, restore_backup, scheduled_backup, write_backup
from monitor.backup.format import BackupError
from monitor.config import Settings, load_settings
from monitor.core.access import SCHEDULER
from monitor.core.errors import PermissionDeniedError, StoreError, UsageError
from monitor.core.jobs import JobOutcome
from monitor.core.ledger import broken_link
from monitor.core.outbox import MessageState
from monitor.store import Store
from monitor.tables import Base
from tests.conftest import NewDatabase
from tests.delivery.builders import message
from tests.monitor.builders import ADMIN, PLANNER, TARGET, catalogue, figure, load

ROOT = Path(__file__).resolve().parents[2]
NOW = dt.datetime(2026, 11, 22, 3, 30, tzinfo=dt.UTC)
MADE_ANEW = {"scheduler_jobs"}


def settings_of(url: str, workspace: str = "real") -> Settings:
    return load_settings(workspace, {"ZHIBIAO_HOME": str(ROOT), "ZHIBIAO_DATABASE_URL": url})


def fill(store: Store) -> None:
    """Rows of every kind of value: dates, moments, numbers, documents, revisions."""
    store.claim_workspace("real", simulated=False)
    commands.seed_catalogue(store, ADMIN, catalogue())
    commands.record_load(store, ADMIN, load(figure()))
    (target,) = queries.get_targets(store, ADMIN, codes=[TARGET])
    commands.revise_target(
        store,
        ADMIN,
        TARGET,
        terms=replace(target.history[-1].terms, value=950.1),
        effective_on=dt.date(2024, 1, 1),
        reason="中期评估",
        document="",
        expected_sequence=1,
    )
    epoch = commands.take_lead(store, SCHEDULER, name="x", host="h", pid=1)
    commands.enqueue_messages(store, ADMIN, [message()])
    commands.claim_job_run(store, SCHEDULER, job="a", kind="note", due_at=NOW, leader=epoch)


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    with store.read() as session:
        return {
            name: sorted((tuple(map(repr, row)) for row in session.execute(sa.select(*table.c))), key=repr)
            for name, table in Base.metadata.tables.items()
            if name not in MADE_ANEW
        }


@pytest.fixture
def source(sqlite_template: Path, tmp_path: Path) -> Store:
    path = tmp_path / "source" / "zhibiao.db"
    path.parent.mkdir()
    path.write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite:///{path}")
    fill(store)
    return store


def url_of(store: Store) -> str:
    return store._url.render_as_string(hide_password=False)


def test_everything_comes_back_on_either_database(
    source: Store, new_database: NewDatabase, tmp_path: Path
) -> None:
    before = contents(source)
    file = tmp_path / "out.zip"
    made = write_backup(source, file, now=NOW)
    assert made.rows == sum(map(len, before.values()))

    url = new_database(False)
    store = Store(url)
    restored = restore_backup(store, ADMIN, settings_of(url), file, replace=False, now=NOW)
    assert (restored.taken_at, restored.replaced, restored.uncertain) == (NOW, None, 1)
    assert [run.outcome for run in queries.job_runs(store, ADMIN)] == [JobOutcome.ABANDONED]
    (message_then,) = queries.outbox(store, ADMIN)
    assert message_then.state is MessageState.UNCERTAIN
    assert "may have been sent since" in message_then.last_error
    after = contents(store)
    (told,) = set(after.pop("audit_entries")) - set(before["audit_entries"])
    assert "database_restored" in repr(told)
    work = {"audit_entries", "job_runs", "outbox_messages"}
    assert {**after, **dict.fromkeys(work)} == {**before, **dict.fromkeys(work)}
    assert store.schema_is_current()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), store._engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM target_revisions"))
    # What is written next gets numbers of its own, and the chain goes on.
    commands.record_load(store, ADMIN, load(figure(901.0, "2021"), name="next.csv"))
    (target,) = queries.get_targets(store, ADMIN, codes=[TARGET])
    assert broken_link(target.history) is None
    again = write_backup(store, tmp_path / "again.zip", now=NOW)
    assert again.rows > made.rows
    store.dispose()


def test_a_database_in_use_is_replaced_only_on_request_and_kept(source: Store, tmp_path: Path) -> None:
    settings = settings_of(url_of(source))
    old = scheduled_backup(source, settings, now=NOW)
    commands.record_load(source, ADMIN, load(figure(901.0, "2021"), name="later.csv"))
    newer = contents(source)
    with pytest.raises(UsageError, match="not empty; say --yes"):
        restore_backup(source, ADMIN, settings, old.path, replace=False, now=NOW)
    assert contents(source) == newer
    restored = restore_backup(source, ADMIN, settings, old.path, replace=True, now=NOW)
    assert len(contents(source)["observations"]) == len(newer["observations"]) - 1
    assert restored.replaced is not None
    restore_backup(source, ADMIN, settings, restored.replaced, replace=True, now=NOW + dt.timedelta(hours=1))
    assert contents(source)["observations"] == newer["observations"]


def rewritten(file: Path, member: str, change: Any) -> Path:
    """A copy of a backup with one member changed."""
    copy = file.with_name("changed.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == member else old.read(name))
    return copy


def with_manifest(**changes: Any) -> Any:
    return lambda text: json.dumps({**json.loads(text), **changes}).encode()


@pytest.mark.parametrize(
    ("member", "change", "told"),
    [
        (
            "tables/target_revisions.jsonl",
            lambda text: text.replace(b"950.1", b"900.1"),
            "rows of target_revisions",
        ),
        ("tables/observations.jsonl", lambda _: b"", "rows of observations"),
        ("manifest.json", lambda _: b"{}", "format 1"),
        ("manifest.json", with_manifest(format=2), "format 1"),
        ("manifest.json", with_manifest(revision="9999"), "newer version"),
        ("manifest.json", with_manifest(workspace={"workspace": "simulated_city"}), "--workspace"),
    ],
)
def test_a_backup_that_is_not_what_was_written_changes_nothing(
    source: Store, tmp_path: Path, member: str, change: Any, told: str
) -> None:
    write_backup(source, tmp_path / "out.zip", now=NOW)
    before = contents(source)
    file = rewritten(tmp_path / "out.zip", member, change)
    with pytest.raises(BackupError, match=told):
        restore_backup(source, ADMIN, settings_of(url_of(source)), file, replace=True, now=NOW)
    assert contents(source) == before
    assert source.schema_is_current()


def test_a_part_of_a_backup_or_none_is_one_sentence(source: Store, tmp_path: Path) -> None:
    file = tmp_path / "out.zip"
    write_backup(source, file, now=NOW)
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(BackupError, match="only a part"):
        read_manifest(file)
    with pytest.raises(BackupError, match="no such file"):
        read_manifest(tmp_path / "none.zip")


def test_only_administrators_restore(source: Store, tmp_path: Path) -> None:
    write_backup(source, tmp_path / "out.zip", now=NOW)
    with pytest.raises(PermissionDeniedError):
        restore_backup(
            source, PLANNER, settings_of(url_of(source)), tmp_path / "out.zip", replace=True, now=NOW
        )


def test_a_database_without_tables_has_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no tables"):
        write_backup(Store(f"sqlite:///{tmp_path / 'none.db'}"), tmp_path / "out.zip", now=NOW)
    assert not list(tmp_path.iterdir())


def test_the_newest_are_kept(source: Store) -> None:
    settings = settings_of(url_of(source))
    made = [scheduled_backup(source, settings, now=NOW + dt.timedelta(days=n)).path for n in range(4)]
    assert prune_backups(settings, keep=2) == tuple(made[:2])
    assert [path.exists() for path in made] == [False, False, True, True]


KILLED_BACKUP = """
import os, signal, sys
from pathlib import Path
from monitor.backup import write_backup
from monitor.clock import now
from monitor.store import Store

def die(self, target):
    os.kill(os.getpid(), signal.SIGKILL)

Path.replace = die
write_backup(Store(sys.argv[1]), Path(sys.argv[2]), now=now())
"""


def test_a_backup_killed_before_its_end_has_no_name(source: Store, tmp_path: Path) -> None:
    target = tmp_path / "backups" / "out.zip"
    ended = subprocess.run(
        [sys.executable, "-c", KILLED_BACKUP, url_of(source), str(target)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert [path.suffix for path in target.parent.iterdir()] == [".part"]
    write_backup(source, target, now=NOW)
    assert read_manifest(target).taken_at == NOW
