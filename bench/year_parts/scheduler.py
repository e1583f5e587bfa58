"""A scheduler in a process of its own, on the clock of a file; it can be killed at any moment."""

from __future__ import annotations

import logging
import multiprocessing
from contextlib import ExitStack
from multiprocessing.process import BaseProcess
from pathlib import Path

from bench.mail_parts.worker import FileClock
from bench.year_parts.home import open_home
from monitor.core.errors import StoreError
from monitor.schedule import serve

_NO_DATABASE = 3


class Scheduler:
    """A running scheduler process."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    @property
    def pid(self) -> int | None:
        """Its number."""
        return self._process.pid

    def kill(self) -> None:
        """End it without warning (SIGKILL)."""
        self._process.kill()
        self._process.join()

    def end(self) -> None:
        """Ask it to end (SIGTERM), and wait."""
        self._process.terminate()
        self._process.join()

    def has_ended(self) -> bool:
        """Whether it ended by itself."""
        return not self._process.is_alive()

    def found_no_database(self) -> bool:
        """Whether it ended at its start, with a sentence, because the database was away."""
        return self._process.exitcode == _NO_DATABASE


def serve_at(home: Path, url: str, clock_file: Path) -> None:
    """What `zhibiao serve` does, on another clock; what is logged goes to a file."""
    logging.basicConfig(level=logging.INFO, filename=home / "log.txt", format="%(process)d %(message)s")
    clock = FileClock(clock_file)
    with ExitStack() as opened:
        try:
            workspace = opened.enter_context(open_home(home, url, clock))
        except StoreError as error:
            logging.warning("Not started: %s", error)
            raise SystemExit(_NO_DATABASE) from error
        try:
            serve(workspace, clock=clock)
        except BaseException:
            logging.exception("The scheduler ended.")
            raise


def start_scheduler(home: Path, url: str, clock: FileClock) -> Scheduler:
    """A new scheduler, forked from a server that has imported the product once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=serve_at, args=(home, url, clock.file))
    process.start()
    return Scheduler(process)
