"""Folders of generated tasks, answered by the command line and read back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median

import pandas as pd

import forecast as fc
from monitor.forecasting import Inputs, read_inputs

KINDS = ("intl", "cn", "ytd", "lumpy")
ANNUAL = ("intl", "cn")
NAMES = {
    "intl": "international annual",
    "cn": "provincial annual",
    "ytd": "year to date",
    "lumpy": "lumpy year to date",
}
COMMAND = "from monitor.cli import main; main()"
"""What the installed `zhibiao` does, in the Python that runs the bench."""

TOLD = re.compile(r"Read ([\d,]+) figures in ([\d.]+) s; answered .* in ([\d.]+) s, ([\d.]+) s of it")


@dataclass(frozen=True)
class Folder:
    """One folder of tasks, and where its answers lie."""

    kind: str
    seed: int
    path: Path

    @property
    def files(self) -> list[Path | str]:
        """Arguments that name its files on the command line."""
        return [self.path / "history.csv", self.path / "targets.csv", "--series", self.path / "series.csv"]

    @property
    def out(self) -> Path:
        return self.path / "answers.csv"

    def read(self) -> Inputs:
        """The files as the command line reads them."""
        return read_inputs(self.path / "history.csv", self.path / "targets.csv", self.path / "series.csv")


@dataclass(frozen=True)
class Told:
    """Seconds that the command line tells on standard error."""

    n_figures: int
    reading: float
    answering: float
    panels: float
    wall: float

    @classmethod
    def median_of(cls, runs: Sequence[Told]) -> Told:
        """The median of every field over runs of the same files."""
        return cls(*(median(column) for column in zip(*map(astuple, runs), strict=True)))


@dataclass(frozen=True)
class Asked:
    """The questions on one series, with the series as known on their as_of."""

    key: str
    series: fc.Series
    questions: tuple[fc.Question, ...]

    @property
    def until(self) -> int:
        return max(question.deadline for question in self.questions)


def make_folders(
    generator: Path, scratch: Path, *, kinds: Sequence[str], seeds: Sequence[int], n: int
) -> list[Folder]:
    """Let the generator make a folder for every kind and seed."""
    folders = [Folder(kind, seed, scratch / f"{kind}{seed}") for kind in kinds for seed in seeds]
    for one in folders:
        run(generator, "make", one.kind, one.path, "--seed", one.seed, "--n", n)
    return folders


def answer_folder(folder: Folder, *, out: Path | None = None, more: Sequence[object] = ()) -> Told:
    """Answer a folder through `zhibiao forecast`."""
    return forecast_files(*folder.files, "--out", out or folder.out, *more)


def forecast_files(*arguments: object) -> Told:
    """Run `zhibiao forecast` and read the seconds that it tells."""
    began = time.perf_counter()
    done = run("-c", COMMAND, "forecast", *arguments)
    wall = time.perf_counter() - began
    found = TOLD.search(" ".join(done.stderr.split()))
    if found is None:
        raise SystemExit(f"the command line did not tell its seconds: {done.stderr}")
    figures, *seconds = (float(one.replace(",", "")) for one in found.groups())
    return Told(int(figures), *seconds, wall)


def run(*command: object) -> subprocess.CompletedProcess[str]:
    """Run this Python on a command; what went wrong is shown."""
    plain = os.environ | {"COLUMNS": "1000", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, env=plain, check=False
    )
    if done.returncode:
        raise SystemExit(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def pooled_outcomes(folders: Sequence[Folder]) -> pd.DataFrame:
    """Outcomes of folders of one kind beside the answers, and the columns that scores are grouped by.

    `cluster` is the series behind a task: other windows of it, also of another seed, hang together.
    """
    parts = []
    for folder in folders:
        outcomes = pd.read_csv(folder.path / "outcomes.csv")
        joined = outcomes.merge(pd.read_csv(folder.out), on="target_id", how="left", suffixes=("", "_out"))
        targets = pd.read_csv(folder.path / "targets.csv", usecols=["target_id", "value", "as_of"])
        parts.append(joined.merge(targets, on="target_id").assign(seed=folder.seed))
    pooled = pd.concat(parts, ignore_index=True)
    pooled["key"] = pooled.seed.astype(str) + "/" + pooled.series_id
    pooled["cluster"] = pooled.series_id.str.replace(r"[~@].*", "", regex=True)
    pooled["unanswered"] = pooled.probability_met.isna()
    pooled["p"] = pooled.probability_met.fillna(0.5).clip(0, 1)
    return pooled


def asked_by_series(folder: Folder) -> Iterator[Asked]:
    """The questions of a folder, series by series, each cut at its own as_of."""
    inputs = folder.read()
    places: dict[tuple[int, str], list[fc.Question]] = {}
    for day, question in zip(inputs.asked.as_of.tolist(), inputs.asked.questions, strict=True):
        if question is not None:
            places.setdefault((day, question.series_id), []).append(question)
    panels = {day: inputs.evidence.known_on(day).panel() for day in sorted({day for day, _ in places})}
    for (day, series_id), questions in places.items():
        series = panels[day].find(series_id)
        if series is not None:
            yield Asked(f"{folder.seed}/{series_id}", series, tuple(questions))
