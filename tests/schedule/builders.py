"""A workspace with a schedule of its own, whose jobs write lines to a file."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import OperationalError

from monitor.config import load_settings
from monitor.core.flags import Thresholds
from monitor.core.policy import Policy
from monitor.schedule import JobContext, JobKind, JobReport
from monitor.setup import Workspace
from monitor.store import Store

ROOT = Path(__file__).resolve().parents[2]
POLICY = Policy(Thresholds(0.8, 0.5, 0.05, 2), 2, 0.05, 1, 200, "test")


def note(context: JobContext) -> JobReport:
    """Write down which process ran which due time, and take as long as told."""
    path = context.workspace.settings.home / "notes.txt"
    with path.open("a") as file:
        file.write(f"{os.getpid()} {context.due_at.astimezone(dt.UTC).isoformat()}\n")
    time.sleep(float(context.options.get("seconds", "0")))
    return JobReport("Noted.", {"pid": os.getpid()})


def stumble(context: JobContext) -> JobReport:
    """Meet a fault of the database at first, and get through as often as the option says later."""
    note(context)
    if len(notes(context.workspace.settings.home)) < int(context.options.get("until", "99")):
        statement = "INSERT INTO people VALUES (?)"
        raise OperationalError(statement, ("li_na@example.org",), Exception("database is locked"))
    return JobReport("Got through.")


KINDS = {
    "stumble": JobKind(stumble, options=frozenset({"until"})),
    "stumble_once": JobKind(stumble, repeatable=False),
    "note": JobKind(note, options=frozenset({"seconds"})),
    "note_once": JobKind(note, repeatable=False),
}


def make_home(folder: Path, jobs: str) -> Path:
    """A home with the product's settings and a schedule of these jobs."""
    configs = folder / "home" / "configs"
    configs.mkdir(parents=True)
    (configs / "settings.yaml").write_text((ROOT / "configs" / "settings.yaml").read_text())
    write_schedule(configs.parent, jobs)
    return configs.parent


def write_schedule(home: Path, jobs: str) -> None:
    (home / "configs" / "schedule.yaml").write_text(f"timezone: Asia/Shanghai\njobs:\n{jobs}")


def workspace_at(home: Path, url: str) -> Workspace:
    settings = load_settings("real", {"ZHIBIAO_HOME": str(home), "ZHIBIAO_DATABASE_URL": url})
    return Workspace(settings, POLICY, Store(url))


def notes(home: Path) -> list[tuple[int, str]]:
    """(process, due time) of every run, in order."""
    path = home / "notes.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return [(int(line.split()[0]), line.split()[1]) for line in lines]


def wait_until(happened: Callable[[], bool], *, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)
