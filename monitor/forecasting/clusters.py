"""The little that is Dask's own: connecting to a scheduler, and noticing that its workers are gone."""

from __future__ import annotations

import importlib
import queue
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any, TypeVar

from monitor.core.errors import UsageError, UserFacingError

SECONDS_WITHOUT_WORKERS = 15.0
"""A cluster without any worker for so long is given up; a nanny restarts one within a few seconds."""
_SECONDS_TO_ANSWER = 10
_LOOK_EVERY = 1.0
_Result = TypeVar("_Result")


class WorkersGoneError(OSError):
    """A cluster has had no worker for a while, or its scheduler is gone."""


def connect(address: str) -> Any:
    """A client of the scheduler at an address.

    Raises
    ------
    UsageError
        If that is no address, or Dask is not installed.
    UserFacingError
        If no scheduler answers.
    """
    if not address.startswith("tcp://"):
        raise UsageError(f"--engine {address!r} is unknown; write local or tcp://host:port.")
    try:
        client = importlib.import_module("distributed").Client
    except ImportError as error:
        raise UsageError(
            f"--engine {address} needs the package `distributed`, which is not installed; "
            "install zhibiao[dask], or use --engine local."
        ) from error
    try:
        return client(address, timeout=_SECONDS_TO_ANSWER)
    except (OSError, ValueError) as error:
        raise UserFacingError(f"No Dask scheduler answers at {address} ({error}).") from error


def workers_of(client: Any, address: str) -> int:
    """How many tasks the cluster works on at a time; waits a little for the first worker.

    Raises
    ------
    UserFacingError
        If there is no worker.
    """
    try:
        client.wait_for_workers(1, timeout=_SECONDS_TO_ANSWER)
    except (OSError, TimeoutError) as error:
        raise UserFacingError(f"The Dask scheduler at {address} has no workers; start some.") from error
    return sum(client.ncores().values())


def cluster_errors() -> tuple[type[BaseException], ...]:
    """What Dask raises when a task dies with its workers; nothing where Dask was never used."""
    module = sys.modules.get("distributed")
    return () if module is None else (module.scheduler.KilledWorker, module.client.FuturesCancelledError)


def watched(results: Iterator[_Result], client: Any) -> Iterator[_Result]:
    """Results as they come, for as long as the cluster lives.

    joblib waits for ever for a cluster that lost all its workers, so it is read in a thread of its own.

    Raises
    ------
    WorkersGoneError
        If the scheduler is gone, or no worker has been there for a while.
    UserFacingError
        If the workers cannot import this package.
    """
    box: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(results, box), daemon=True).start()
    seen_alive = time.monotonic()
    while True:
        try:
            what, result = box.get(timeout=_LOOK_EVERY)
        except queue.Empty:
            if _has_workers(client):
                seen_alive = time.monotonic()
            elif time.monotonic() - seen_alive > SECONDS_WITHOUT_WORKERS:
                raise WorkersGoneError("the cluster has no workers any more") from None
            continue
        seen_alive = time.monotonic()
        if what == "error" and isinstance(result, ImportError):
            raise UserFacingError(
                f"The workers of the cluster lack a package ({result}); install zhibiao there."
            )
        if what == "error":
            raise result
        if what == "end":
            return
        yield result


def _read(results: Iterator[Any], box: queue.SimpleQueue[tuple[str, Any]]) -> None:
    try:
        for result in results:
            box.put(("result", result))
    except BaseException as error:  # noqa: BLE001 - handed to the thread that asked, which raises it
        box.put(("error", error))
    else:
        box.put(("end", None))


def _has_workers(client: Any) -> bool:
    try:
        return client.status == "running" and bool(client.ncores())
    except (OSError, TimeoutError):
        return False
