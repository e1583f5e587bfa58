"""A scratch installation of the simulated city whose mail goes to a server of this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from monitor.clock import Clock
from monitor.core.access import LOCAL_ADMINISTRATOR as ACTOR
from monitor.setup import Workspace, initialise, open_workspace

__all__ = ["ACTOR", "make_home", "open_home"]

ROOT = Path(__file__).resolve().parents[2]
WORKSPACE = "simulated_city"
_DRAWS = 400
_HANG_S = 0.5
_JOBS = {
    "assess": {"kind": "assess", "cron": "0 20 * * sun"},
    "digest": {"kind": "digest", "cron": "30 8 * * mon", "on": "working_day"},
    "urgent": {"kind": "urgent", "cron": "0 9 * * *"},
    "remind": {"kind": "remind", "cron": "5 9 * * *", "on": "working_day", "options": {"days": "5"}},
    "deliver": {"kind": "deliver", "every": "1m"},
    "backup": {"kind": "backup", "cron": "30 3 * * *", "enabled": False},
}


def make_home(home: Path, url: str, clock: Clock, *, port: int) -> Path:
    """Copy configuration and figures, point mail at a port, and initialise as of the clock's moment."""
    shutil.copytree(ROOT / "configs", home / "configs")
    shutil.copytree(ROOT / "data", home / "data")
    (home / "data" / WORKSPACE / "milestone_reports.csv").unlink()  # reports of days that lie ahead
    _change(home / "configs" / "settings.yaml", n_draws=_DRAWS)
    _change(home / "configs" / "schedule.yaml", jobs=_JOBS)
    mail = yaml.safe_load((home / "configs" / "mail.yaml").read_text(encoding="utf-8"))
    quick = dict.fromkeys(("command_timeout_s", "final_reply_timeout_s"), _HANG_S)
    _change(
        home / "configs" / "mail.yaml",
        enabled=True,
        server={**mail["server"], "port": port, **quick},
        sender={**mail["sender"], "address": "zhibiao@example.org"},
    )
    os.environ |= _environment(home, url)
    initialise(WORKSPACE, ACTOR, clock=clock)
    return home


@contextmanager
def open_home(home: Path, url: str, clock: Clock) -> Iterator[Workspace]:
    """The workspace of the installation."""
    os.environ |= _environment(home, url)
    workspace = open_workspace(WORKSPACE, clock=clock)
    try:
        yield workspace
    finally:
        workspace.close()


def _environment(home: Path, url: str) -> dict[str, str]:
    return {"ZHIBIAO_HOME": str(home), "ZHIBIAO_WORKSPACE": WORKSPACE, "ZHIBIAO_DATABASE_URL": url}


def _change(path: Path, **changed: object) -> None:
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**found, **changed}, allow_unicode=True), encoding="utf-8")
