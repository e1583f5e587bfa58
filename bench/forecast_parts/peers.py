"""Single-series libraries on a sample of the tasks: statsmodels and Prophet here, statsforecast elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

import forecast as fc
from forecast.models.libraries.history import history_of
from forecast.models.libraries.reported import to_path
from forecast_parts.tasks import Asked, Folder, asked_by_series

FAMILIES = ("ets", "components", "sarimax", "prophet")
HELPER = Path(__file__).resolve().parents[1] / "statsforecast_answers.py"
N_DRAWS = 1000
SIZE_OF_A_NUMBER = 1e-12
"""A simulated value of a series on logs is at least this share of its last one."""


@dataclass(frozen=True)
class PeerAnswers:
    """Answers of single-series methods to the sample.

    Parameters
    ----------
    table : DataFrame
        `key`, `target_id`, `method`, `said`, `low`, `high` (80 % band); a target that a method could
        not answer has no row.
    seconds : mapping of str to float
        Seconds a series of each method.
    """

    table: pd.DataFrame
    seconds: dict[str, float]


def sample_of(folders: Sequence[Folder], n: int) -> list[Asked]:
    """Some series of the folders together, the same whenever the tasks are."""
    everything = [asked for folder in folders for asked in asked_by_series(folder)]
    chosen = np.random.default_rng(0).permutation(len(everything))[:n]
    return [everything[place] for place in sorted(chosen.tolist())]


def library_answers(sample: Sequence[Asked]) -> PeerAnswers:
    """Fit the families of the package to every series of the sample, in two processes."""
    jobs = [(name, asked) for asked in sample for name in FAMILIES]
    done = joblib.Parallel(n_jobs=2, batch_size=1)(joblib.delayed(_one_family)(*job) for job in jobs)
    rows = [row for one, _ in done for row in one]
    spent: dict[str, list[float]] = {name: [] for name in FAMILIES}
    for (name, _), (_, seconds) in zip(jobs, done, strict=True):
        spent[name].append(seconds)
    # The first fits of a process load the library; the median leaves them out.
    return PeerAnswers(_table(rows), {name: float(np.median(one)) for name, one in spent.items() if one})


def _one_family(name: str, asked: Asked) -> tuple[list[dict[str, object]], float]:
    began = _cpu_seconds()
    (family,) = fc.models_named([name])
    panel = fc.Panel.of([asked.series])
    answers = fc.answer(panel, asked.questions, seed=0, n_draws=N_DRAWS, models=(family,))
    return _rows(asked, answers, name), _cpu_seconds() - began


def _cpu_seconds() -> float:
    """Processor time of this process and of those it waited for: Prophet fits in one of its own."""
    return sum(os.times()[:4])


def statsforecast_answers(python: Path, sample: Sequence[Asked], scratch: Path) -> tuple[PeerAnswers, str]:
    """Let the helper simulate the series in its own environment; everything else is done here.

    Returns
    -------
    PeerAnswers and str
        Answers, and the helper's version.
    """
    histories = {asked.key: history_of(asked.series) for asked in sample}
    known = [asked for asked in sample if histories[asked.key] is not None]
    asked_for = [_to_simulate(asked) for asked in known]
    given, made = scratch / "statsforecast_in.json", scratch / "statsforecast_out.npz"
    given.write_text(json.dumps({"n_paths": N_DRAWS, "series": asked_for}), encoding="utf-8")
    done = subprocess.run([python, HELPER, given, made], check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"statsforecast: {done.stderr[-2000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    rows: list[dict[str, object]] = []
    with np.load(made) as paths:
        for name in paths.files:
            place, _, method = name.partition("|")
            rows += _from_simulated(known[int(place)], paths[name], method)
    return PeerAnswers(_table(rows), told["seconds"]), told["version"]


def _to_simulate(asked: Asked) -> dict[str, object]:
    """Single periods without gaps, on the natural and on the modelling scale."""
    history = history_of(asked.series)
    if history is None:
        raise ValueError(f"{asked.key} has no history")
    scales = {"": history.space.back(history.filled).tolist()}
    if history.space.kind == "log":
        scales[" (logs)"] = history.filled.tolist()
    return {"scales": scales, "season": history.season, "steps": int(history.future(asked.until).size)}


def _from_simulated(asked: Asked, simulated: np.ndarray, method: str) -> list[dict[str, object]]:
    history = history_of(asked.series)
    if history is None or not np.isfinite(simulated).all():
        return []
    future = np.asarray(simulated, dtype=float)
    if not method.endswith("(logs)"):
        least = SIZE_OF_A_NUMBER * abs(float(history.space.back(history.filled[-1:])[0]))
        future = history.space.forward(np.maximum(future, least) if history.space.kind == "log" else future)
    path = to_path(history, future, until=asked.until, seed=0, name=method)
    answers = fc.answer_from_paths({asked.series.series_id: path}, asked.questions)
    return _rows(asked, answers, f"statsforecast {method}")


def _rows(asked: Asked, answers: Sequence[fc.Answer], method: str) -> list[dict[str, object]]:
    band = [fc.QUANTILE_LEVELS.index(level) for level in (0.10, 0.90)]
    return [
        {
            "key": asked.key,
            "target_id": one.question_id,
            "method": method,
            "said": one.probability_met,
            "low": one.quantiles[band[0]] if one.quantiles else np.nan,
            "high": one.quantiles[band[1]] if one.quantiles else np.nan,
        }
        for one in answers
        if one.probability_met is not None
    ]


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["key", "target_id", "method", "said", "low", "high"])


def seconds_a_series(
    panel: fc.Panel, *, n_steps: int, n_series: int, names: Sequence[str]
) -> dict[str, float]:
    """Wall seconds a series of library families on a panel, one process, loaded beforehand."""
    chosen = list(panel)[: n_series + 1]
    found = {}
    for name in names:
        (family,) = fc.models_named([name])
        until = {one.series_id: (one.observed_to or 0) + n_steps for one in chosen}
        began = time.perf_counter()
        for place, one in enumerate(chosen):
            if place == 1:
                began = time.perf_counter()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                family.paths(fc.Panel.of([one]), [one.series_id], until=until, n_draws=N_DRAWS, seed=0)
        found[name] = (time.perf_counter() - began) / n_series
    return found
