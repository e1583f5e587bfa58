"""The same numbers however the work is spread, and nothing from after as_of."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from forecast_parts.tasks import Folder, answer_folder
from monitor.forecasting import Engine, answer_inputs, read_inputs


@dataclass(frozen=True)
class Checked:
    """One check on one folder: how many targets, and how many differ."""

    kind: str
    what: str
    n: int
    n_different: int | None

    @property
    def verdict(self) -> str:
        if self.n_different is None:
            return "not run"
        return "identical" if not self.n_different else f"{self.n_different:,} differ"


def same_numbers(folders: Sequence[Folder]) -> list[Checked]:
    """Compare the files written by one process, by two and by a Dask cluster, byte by byte."""
    found = []
    for folder in folders:
        one = _written(folder, "one", "--processes", 1)
        found.append(
            _compare(folder, "1 against 2 processes", one, _written(folder, "two", "--processes", 2))
        )
    if importlib.util.find_spec("distributed") is None:
        return [*found, *(Checked(one.kind, "1 process against Dask", 0, None) for one in folders)]
    from distributed import LocalCluster  # noqa: PLC0415 - an extra that need not be there

    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        for folder in folders:
            there = _written(folder, "dask", "--engine", cluster.scheduler_address)
            found.append(_compare(folder, "1 process against Dask", folder.path / "one.csv", there))
    return found


def _written(folder: Folder, name: str, *more: object) -> Path:
    out = folder.path / f"{name}.csv"
    answer_folder(folder, out=out, more=more)
    return out


def _compare(folder: Folder, what: str, left: Path, right: Path) -> Checked:
    a, b = left.read_bytes(), right.read_bytes()
    lines = list(zip(a.splitlines(), b.splitlines(), strict=False))
    different = sum(x != y for x, y in lines)
    return Checked(folder.kind, what, len(lines) - 1, max(different, 1) if a != b else 0)


def leaks(folder: Folder) -> Checked:
    """Answer the targets of each as_of again from files that end there, and compare with the whole files."""
    whole = pd.read_csv(folder.out, dtype=str, keep_default_na=False)
    history = pd.read_csv(folder.path / "history.csv", dtype=str)
    targets = pd.read_csv(folder.path / "targets.csv", dtype=str, keep_default_na=False)
    ends = _period_ends(history.period)
    scratch = folder.path / "cut"
    scratch.mkdir(exist_ok=True)
    parts = []
    for as_of, asked in targets.groupby("as_of"):
        history[ends <= pd.Timestamp(str(as_of))].to_csv(scratch / "history.csv", index=False)
        asked.to_csv(scratch / "targets.csv", index=False)
        inputs = read_inputs(scratch / "history.csv", scratch / "targets.csv", folder.path / "series.csv")
        answer_inputs(inputs, Engine("local", 1)).table.to_csv(scratch / "out.csv", index=False)
        parts.append(pd.read_csv(scratch / "out.csv", dtype=str, keep_default_na=False))
    again = pd.concat(parts).set_index("target_id").loc[whole.target_id].reset_index()
    different = (again[whole.columns] != whole).any(axis=1)
    what = f"history cut at each of {targets.as_of.nunique()} as_of dates"
    return Checked(folder.kind, what, len(whole), int(different.sum()))


def _period_ends(periods: pd.Series) -> pd.Series:
    months = periods.where(periods.str.contains("-"), periods + "-12")
    return pd.to_datetime(months + "-01") + pd.offsets.MonthEnd(0)
