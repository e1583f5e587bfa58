"""Answer targets on series from files: forecast."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import typer

from monitor.cli.common import errors, progress_bar, writing
from monitor.core.errors import UserFacingError
from monitor.forecasting import (
    Engine,
    Inputs,
    Outcome,
    Problems,
    answer_inputs,
    check_out,
    read_inputs,
    write_table,
)


def forecast(
    history: Path = typer.Argument(help="series_id, period, value[, known_on]; CSV or Parquet."),
    targets: Path = typer.Argument(
        help="target_id, series_id, as_of, kind, comparator, value, ...; CSV or Parquet."
    ),
    series: Path | None = typer.Option(None, "--series", help="series_id, measure, reporting, group, ..."),
    out: Path | None = typer.Option(
        None, "--out", help="CSV or Parquet to write, by its ending; standard output by default."
    ),
    seed: int = typer.Option(0, "--seed", min=0, help="Seed of the draws."),
    n_draws: int = typer.Option(2000, "--draws", min=200, help="Draws a series."),
    engine: str = typer.Option("local", "--engine", help="local, or tcp://host:port of a Dask scheduler."),
    processes: int | None = typer.Option(
        None, "--processes", min=1, help="Of the local engine; by default decided by the work."
    ),
) -> None:
    """Answer targets on series from files; no database is used."""
    if out is not None:
        with writing(out):
            check_out(out)
    times = [time.perf_counter()]
    with _nothing_collected():
        inputs = read_inputs(history, targets, series)
        times.append(time.perf_counter())
        _tell_problems(inputs.problems)
        with progress_bar("Forecasting") as report:
            place = Engine(engine, processes, seed, n_draws, tell=_tell)
            outcome = answer_inputs(inputs, place, report)
    times.append(time.perf_counter())
    if out is None:
        typer.echo(outcome.table.to_csv(index=False), nl=False)
    else:
        with writing(out):
            write_table(outcome.table, out)
    times.append(time.perf_counter())
    _tell_how_it_went(inputs, outcome, times)
    if inputs.problems.count and not outcome.n_answered:
        raise UserFacingError("No target could be answered; correct the rows named above.")


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Without searches for garbage: a hundred thousand objects are made and all of them are needed."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _tell(text: str) -> None:
    """One sentence beside the output."""
    errors.print(text, markup=False, highlight=False, soft_wrap=True)


def _tell_problems(problems: Problems) -> None:
    """Rows that cannot be used, on standard error: the first of each file, and how many more there are."""
    for problem in problems.shown:
        _tell(str(problem))
    if problems.untold:
        _tell(f"... and {problems.untold:,} more.")


def _tell_how_it_went(inputs: Inputs, outcome: Outcome, times: Sequence[float]) -> None:
    """What was left out, and the seconds of reading, answering and writing apart."""
    reading, answering, writing_out = (later - earlier for earlier, later in pairwise(times))
    if inputs.problems.count:
        _tell(
            f"Problems in the files: {inputs.problems.count:,}. Targets that stay grey for them "
            f"(reason bad_input): {outcome.n_bad:,} of {len(outcome.answers):,}."
        )
    if inputs.n_gaps:
        _tell(f"Empty values, read as gaps: {inputs.n_gaps:,}.")
    _tell(
        f"Read {inputs.n_figures:,} figures in {reading:.2f} s; answered {outcome.n_answered:,} of "
        f"{len(outcome.answers):,} targets in {answering:.2f} s, {outcome.panel_seconds:.2f} s of it for "
        f"putting the figures of each day together; wrote them in {writing_out:.2f} s."
    )
