"""A scheduler in a process of its own: `python -m tests.schedule.process HOME DATABASE_URL`."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

from monitor.schedule import serve
from tests.schedule.builders import KINDS, ROOT, workspace_at


def start_scheduler(home: Path, url: str) -> subprocess.Popen[bytes]:
    """A running scheduler process."""
    return subprocess.Popen([sys.executable, "-m", __name__, str(home), url], cwd=ROOT)


def serve_at(home: Path, url: str) -> None:
    """Serve until told to stop; what is logged goes to log.txt of the home."""
    logging.basicConfig(level=logging.INFO, filename=home / "log.txt", format="%(asctime)s %(message)s")
    serve(workspace_at(home, url), kinds=KINDS)


if __name__ == "__main__":
    serve_at(Path(sys.argv[1]), sys.argv[2])
