"""Small files of history, series and targets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from monitor.forecasting import Engine, Inputs, answer_inputs, read_inputs

HISTORY = "series_id,period,value"
TARGETS = "target_id,series_id,as_of,kind,comparator,value,value_upper,start,deadline"
GROWTH = {"a": 1.08, "b": 1.02, "c": 0.97}
ENGINE = Engine(processes=1, seed=3, n_draws=200)


def figures(names: Iterable[str] = GROWTH, first: int = 2005, years: int = 16) -> list[str]:
    """Rows of HISTORY: annual series that grow."""
    return [
        f"{name},{first + i},{100 * GROWTH.get(name, 1.05) ** i + i % 3}"
        for name in names
        for i in range(years)
    ]


def write(path: Path, head: str, rows: Iterable[str], encoding: str = "utf-8") -> Path:
    """A CSV file."""
    path.write_bytes(("\n".join([head, *rows]) + "\n").encode(encoding))
    return path


def target(
    name: str = "t",
    series: str = "a",
    as_of: str = "2018-12-31",
    value: object = 150,
    deadline: str = "2020-12-31",
    kind: str = "level",
) -> str:
    """A row of TARGETS."""
    return f"{name},{series},{as_of},{kind},at_least,{value},,,{deadline}"


def read(
    folder: Path,
    *,
    history: Iterable[str] | None = None,
    targets: Iterable[str] = (),
    series: tuple[str, Iterable[str]] | None = None,
    head: str = HISTORY,
) -> Inputs:
    """Write the files and read them."""
    return read_inputs(
        write(folder / "history.csv", head, figures() if history is None else history),
        write(folder / "targets.csv", TARGETS, targets),
        None if series is None else write(folder / "series.csv", *series),
    )


def answered(inputs: Inputs, engine: Engine = ENGINE) -> pd.DataFrame:
    """Answers by target."""
    return answer_inputs(inputs, engine).table.set_index("target_id")


def told(inputs: Inputs) -> str:
    """The problems, a line each."""
    return "\n".join(str(problem) for problem in inputs.problems.shown)
