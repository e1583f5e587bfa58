"""Where units are answered: in this process, in several, or on a Dask cluster; the numbers are the same."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import joblib

from monitor.forecasting.clusters import cluster_errors, connect, watched, workers_of
from monitor.forecasting.evidence import Evidence
from monitor.forecasting.units import Answered, Placed, Progress, Unit, answer_unit, count_of, cut, each_known

LOCAL = "local"
LOST: tuple[type[BaseException], ...] = (BrokenExecutor, CancelledError, OSError)
LEAST_QUESTIONS = 2_000
"""A day is cut no finer: each part judges the whole pool again."""
MOST_QUESTIONS = 200_000
"""Where nobody asked for processes, only a longer day is cut."""
SECONDS_WORTH_PROCESSES = 6.0
"""Work left that is worth starting processes for: that alone costs one to two seconds."""


class Told:
    """Passes progress on, whoever makes it."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def within_unit(self, done: int, _: int) -> None:
        """So many questions of the present unit are answered."""
        if self.progress is not None:
            self.progress(self.done + done, self.total)

    def add(self, count: int) -> None:
        """A unit is answered."""
        self.done += count
        self.within_unit(0, 0)


@dataclass(frozen=True)
class Engine:
    """Where and how answers are made.

    Parameters
    ----------
    address : str
        `local`, or that of a Dask scheduler, `tcp://host:port`.
    processes : int or None
        Of `local`; None decides by the work.
    seed, n_draws : int
        Of the draws.
    tell : callable
        Told one sentence when workers are lost.
    """

    address: str = LOCAL
    processes: int | None = None
    seed: int = 0
    n_draws: int = 2000
    tell: Callable[[str], None] = lambda _: None

    def answer_here(self, evidence: Evidence, units: Sequence[Unit], told: Told) -> Iterator[Answered]:
        """Answers made in this process."""
        for known, unit in each_known(units, evidence.known_on):
            answered = answer_unit(
                known, unit, seed=self.seed, n_draws=self.n_draws, progress=told.within_unit
            )
            told.add(len(unit.asked))
            yield answered

    def jobs(self, evidence: Evidence, units: Sequence[Unit]) -> Iterator[Any]:
        """The same work as calls for joblib."""
        for known, unit in each_known(units, evidence.known_on):
            yield joblib.delayed(answer_unit)(known, unit, seed=self.seed, n_draws=self.n_draws)


def answer_all(
    evidence: Evidence, asked: Sequence[Placed], engine: Engine, progress: Progress | None = None
) -> Iterator[tuple[Unit, Answered]]:
    """Answer questions, each in the panel of its day.

    Units lost with their worker are answered in this process.

    Raises
    ------
    UsageError
        If the engine is neither `local` nor an address, or Dask is not installed.
    UserFacingError
        If no scheduler answers, or it has no workers.
    """
    told = Told(progress, len(asked))
    if engine.address != LOCAL:
        yield from _on_cluster(evidence, asked, engine, told)
    elif engine.processes is not None and engine.processes > 1:
        units = cut(asked, most=_share(len(asked), engine.processes))
        yield from _in_processes(evidence, units, engine, told, n_jobs=engine.processes)
    else:
        units = cut(asked, most=MOST_QUESTIONS)
        done = 0
        is_open = engine.processes is None and joblib.cpu_count() > 1
        for answered in _until_worth_more(evidence, units, engine, told, is_open=is_open):
            yield units[done], answered
            done += 1
        if done < len(units):
            n_jobs = min(joblib.cpu_count(), len(units) - done)
            yield from _in_processes(evidence, units[done:], engine, told, n_jobs=n_jobs)


def _share(count: int, n_jobs: int) -> int:
    return max(LEAST_QUESTIONS, math.ceil(count / n_jobs))


def _until_worth_more(
    evidence: Evidence, units: Sequence[Unit], engine: Engine, told: Told, *, is_open: bool
) -> Iterator[Answered]:
    """Answers made here, until what is left is seen to be worth several processes."""
    began = time.perf_counter()
    for done, answered in enumerate(engine.answer_here(evidence, units, told), start=1):
        yield answered
        a_unit = (time.perf_counter() - began) / done
        if is_open and len(units) - done > 1 and a_unit * (len(units) - done) > SECONDS_WORTH_PROCESSES:
            return


def _in_processes(
    evidence: Evidence, units: Sequence[Unit], engine: Engine, told: Told, *, n_jobs: int
) -> Iterator[tuple[Unit, Answered]]:
    run = joblib.Parallel(n_jobs=n_jobs, backend="loky", return_as="generator", batch_size=1)
    results = run(engine.jobs(evidence, units))
    yield from _with_losses(results, evidence, units, engine, told)


def _with_losses(
    results: Iterator[Answered], evidence: Evidence, units: Sequence[Unit], engine: Engine, told: Told
) -> Iterator[tuple[Unit, Answered]]:
    """Results in the order of the units; once workers are lost, the rest is answered here."""
    done = 0
    try:
        for answered in results:
            told.add(len(units[done].asked))
            yield units[done], answered
            done += 1
    except LOST + cluster_errors() as error:
        left = units[done:]
        engine.tell(
            f"Workers were lost ({type(error).__name__}); the {count_of(left):,} targets they left are "
            "answered in this process."
        )
        yield from zip(left, engine.answer_here(evidence, left, told), strict=True)


def _on_cluster(
    evidence: Evidence, asked: Sequence[Placed], engine: Engine, told: Told
) -> Iterator[tuple[Unit, Answered]]:
    with closing(connect(engine.address)) as client:
        n_jobs = workers_of(client, engine.address)
        units = cut(asked, most=_share(len(asked), n_jobs))
        with joblib.parallel_config(backend="dask"):
            run = joblib.Parallel(n_jobs=-1, return_as="generator", batch_size=1)
            results = run(engine.jobs(evidence, units))
        yield from _with_losses(watched(results, client), evidence, units, engine, told)
