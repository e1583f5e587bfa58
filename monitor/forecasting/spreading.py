"""Where the groups of `zhibiao forecast` are answered: in this process, in several, or on a Dask cluster.

Draws depend on the seed and the series id alone, so the numbers are the same wherever they are made.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass

import joblib

import forecast
from monitor.core.errors import UsageError, UserFacingError

LOCAL = "local"
FEWEST_GROUPS = 16
"""Below this, starting processes costs more than they save."""


@dataclass(frozen=True)
class Group:
    """Everything known on one day, and the questions of that day."""

    series: tuple[forecast.Series, ...]
    questions: tuple[forecast.Question, ...]


def answer_group(group: Group, *, seed: int, n_draws: int) -> list[forecast.Answer]:
    """Answers of one group, in the order of its questions; module-level, so that workers find it."""
    return forecast.answer(forecast.Panel.of(group.series), group.questions, seed=seed, n_draws=n_draws)


def answer_groups(
    groups: Iterable[Group], *, count: int, engine: str, seed: int, n_draws: int, processes: int | None = None
) -> Iterator[list[forecast.Answer]]:
    """Answers of each group, in their order.

    Parameters
    ----------
    count : int
        How many groups there are; few are answered in this process.
    engine : str
        `local`, or the address of a Dask scheduler (`tcp://host:port`).
    processes : int, optional
        Of `local`; by default decided by cores and `count`.
    """
    n_jobs = processes or (1 if count < FEWEST_GROUPS else min(joblib.cpu_count(), count))
    with _backend(engine):
        run = joblib.Parallel(n_jobs=n_jobs if engine == LOCAL else -1, return_as="generator")
        yield from run(joblib.delayed(answer_group)(group, seed=seed, n_draws=n_draws) for group in groups)


def _backend(engine: str) -> AbstractContextManager[object]:
    """What joblib works with inside the block.

    Raises
    ------
    UsageError
        If the engine is neither `local` nor an address, or Dask is not installed.
    UserFacingError
        If no scheduler answers.
    """
    if engine == LOCAL:
        return nullcontext()
    if not engine.startswith("tcp://"):
        raise UsageError(f"--engine {engine!r} is unknown; write local or tcp://host:port.")
    try:
        client = importlib.import_module("distributed").Client
    except ImportError as error:
        raise UsageError(
            f"--engine {engine} needs the package `distributed`, which is not installed; "
            "install it, or use --engine local."
        ) from error
    stack = ExitStack()
    try:
        stack.enter_context(client(engine, timeout=10))
    except (OSError, ValueError) as error:
        raise UserFacingError(f"No Dask scheduler answers at {engine} ({error}).") from error
    stack.enter_context(joblib.parallel_config(backend="dask"))
    return stack
