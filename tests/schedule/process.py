"""A scheduler in a process of its own, forked from a server that has imported the product once."""

from __future__ import annotations

import logging
import multiprocessing
from multiprocessing.process import BaseProcess
from pathlib import Path

from monitor.schedule import serve
from tests.schedule.builders import KINDS, workspace_at


def serve_at(home: Path, url: str) -> None:
    """Serve until told to stop; what is logged goes to log.txt of the home."""
    logging.basicConfig(level=logging.INFO, filename=home / "log.txt", format="%(asctime)s %(message)s")
    serve(workspace_at(home, url), kinds=KINDS)


def start_scheduler(home: Path, url: str) -> BaseProcess:
    """A running scheduler process."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=serve_at, args=(home, url))
    process.start()
    return process
