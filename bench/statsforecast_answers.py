"""Simulate series with statsforecast in an environment of its own; called by bench/forecast_bench.py.

    PYTHON bench/statsforecast_answers.py IN.json OUT.npz

IN holds `n_paths` and `series`: for each `scales` (name to gapless values), `season` and `steps`. OUT holds
an array (n_paths, steps) under "PLACE|METHOD"; what a model refuses is left out. The last line of standard
output is a JSON object with the version and the median seconds a series.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from multiprocessing import Pool
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import statsforecast
from statsforecast.models import AutoCES, AutoETS, AutoTheta, RandomWalkWithDrift

Simulated = tuple[str, float, np.ndarray | None]
"""Name of a model and scale, seconds, paths."""


def main() -> None:
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    jobs = [(place, series, given["n_paths"]) for place, series in enumerate(given["series"])]
    found: dict[str, np.ndarray] = {}
    spent: dict[str, list[float]] = {}
    with Pool(2) as pool:
        for place, simulated in enumerate(pool.starmap(simulate_all, jobs, chunksize=1)):
            for name, seconds, paths in simulated:
                spent.setdefault(name, []).append(seconds)
                if paths is not None:
                    found[f"{place}|{name}"] = paths
    np.savez(sys.argv[2], **found)
    seconds = {f"statsforecast {name}": median(one) for name, one in spent.items()}
    print(json.dumps({"version": statsforecast.__version__, "seconds": seconds}))


def simulate_all(place: int, series: dict[str, Any], n_paths: int) -> list[Simulated]:
    """Every model on every scale of one series."""
    done = []
    for scale, values in series["scales"].items():
        for name, model in models(series["season"]).items():
            began = time.perf_counter()
            paths = simulate(model, np.array(values), series["steps"], n_paths, seed=place)
            done.append((name + scale, time.perf_counter() - began, paths))
    return done


def models(season: int) -> dict[str, Any]:
    """The models of a series; CES where there is a season."""
    chosen = {
        "AutoETS": AutoETS(season_length=season),
        "AutoTheta": AutoTheta(season_length=season),
        "RandomWalkWithDrift": RandomWalkWithDrift(),
    }
    return chosen | ({"AutoCES": AutoCES(season_length=season)} if season > 1 else {})


def simulate(model: Any, values: np.ndarray, steps: int, n_paths: int, *, seed: int) -> np.ndarray | None:
    """Paths of one series, or None where the model refuses it."""
    if not steps:
        return np.empty((n_paths, 0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            paths = model.simulate(h=steps, n_paths=n_paths, y=values, seed=seed)
        except Exception:  # noqa: BLE001 - refusals have no class of their own; they are counted as unanswered
            return None
    return np.asarray(paths, dtype=float)


if __name__ == "__main__":
    main()
