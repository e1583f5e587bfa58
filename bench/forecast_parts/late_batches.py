"""SIMULATED batches that come very late or are lost: what is said while they are overdue.

The generator's own lumpy series, with some of their batches moved by two to eight months; one that would
come in the next year is lost. There is no requirement on these tasks, and no real series of the kind.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pandas as pd

from forecast_parts.accuracy import against
from forecast_parts.markdown import shown, table_of, wrapped
from forecast_parts.scoring import mean_of
from forecast_parts.tasks import Folder, answer_folder, pooled_outcomes

LATE = 0.05
"""Share of the batches that are very late."""

ROUNDS = 8
"""Series that the generator makes for each seed, as multiples of the usual number: few batches are late."""

LEAST_DELAY, MOST_DELAY = 2, 8
LEAST_BATCH = 0.05
"""A month that brings at least this share of its year is a batch."""

OVERDUE = {"one month": (1, 1), "two or three months": (2, 3), "four months or more": (4, 11)}


class _Late(NamedTuple):
    """One series with late batches.

    Parameters
    ----------
    flows : ndarray, shape (n_years, 12)
    due, comes : ndarray of int, shape (n_late,)
        Months, from 0, in which the late batches of the last year were due and come.
    """

    flows: np.ndarray
    due: np.ndarray
    comes: np.ndarray


def late_outcomes(generator: Path, scratch: Path, *, seeds: Sequence[int], n: int) -> pd.DataFrame:
    """Make the tasks, answer them through `zhibiao forecast`, and put both together.

    Returns
    -------
    pandas.DataFrame
        As of `pooled_outcomes`, with `overdue`: months by which the batch that should have come first is
        overdue on as_of, 0 without any.
    """
    tasks = _module(generator)
    folders = [Folder("late", seed, scratch / f"late{seed}") for seed in seeds]
    late = {folder.seed: _make(tasks, folder, n) for folder in folders}
    for folder in folders:
        answer_folder(folder)
    rows = pooled_outcomes(folders)
    rows["overdue"] = [
        _overdue(late[seed][series], 12 - h)
        for seed, series, h in zip(rows.seed, rows.series_id, rows.h, strict=True)
    ]
    return rows


def late_section(outcomes: pd.DataFrame | None) -> str:
    """The section of the report."""
    title = "## 5. Very late batches"
    if outcomes is None:
        return f"{title}\n\nNot run."
    groups = [("all targets", outcomes), ("nothing", outcomes[outcomes.overdue == 0])]
    groups += [(name, outcomes[outcomes.overdue.between(*months)]) for name, months in OVERDUE.items()]
    rows = [_late_row(name, part.reset_index(drop=True)) for name, part in groups]
    text = wrapped(
        f"More tasks of batches from the same generator, of which {LATE:.0%} come {LEAST_DELAY} to "
        f"{MOST_DELAY} months late; what would come in the next year is lost. SIMULATED, by another rule "
        "than the courses of the training: how often batches are late in real years is not measured, so "
        "nothing is required here. Targets by how long the oldest missing batch is overdue."
    )
    head = ("overdue", "targets", "said", "came true", "chain ladder's Brier", "engine", "engine ÷ it")
    return "\n\n".join([title, text, table_of(head, rows)])


def _late_row(name: str, part: pd.DataFrame) -> Sequence[object]:
    theirs, ours, ratio = against(part, "chain")
    said, came = (mean_of(values.to_numpy(float), part.cluster) for values in (part.p, part.met))
    return name, f"{len(part):,}", said, came, theirs, ours, shown(ratio)


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("task_generator", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python file; give the task generator")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _make(tasks: ModuleType, folder: Folder, n: int) -> dict[str, _Late]:
    """Write one folder; its series by the names that the generator gives them."""
    rng = np.random.default_rng(folder.seed)
    made = [one for _ in range(ROUNDS) for one in tasks.lumpy_items(rng, n)]
    found = [(name, _delayed(flows, rng)) for name, group, flows in made if group == "batch"]
    kept = [(name, late) for name, late in found if (late.flows.sum(axis=1) > 0).all()]
    with redirect_stdout(StringIO()):
        tasks.ytd_write([(name, "batch", late.flows) for name, late in kept], rng, folder.path)
    names = pd.read_csv(folder.path / "series.csv").series_id
    return {name: late for name, (_, late) in zip(names, kept, strict=True)}


def _delayed(flows: np.ndarray, rng: np.random.Generator) -> _Late:
    """Some batches moved, or taken out of their year."""
    moved = flows.copy()
    batches = np.argwhere(flows >= LEAST_BATCH * flows.sum(axis=1, keepdims=True))
    late = rng.random(len(batches)) < LATE
    delays = rng.integers(LEAST_DELAY, MOST_DELAY + 1, len(batches))
    for (year, month), delay in zip(batches[late], delays[late], strict=True):
        moved[year, month] -= flows[year, month]
        if month + delay < moved.shape[1]:
            moved[year, month + delay] += flows[year, month]
    now = late & (batches[:, 0] == len(flows) - 1)
    return _Late(moved, batches[now, 1], batches[now, 1] + delays[now])


def _overdue(late: _Late, months: int) -> int:
    """Months by which the oldest missing batch is overdue when so many months of the year are known."""
    last = months - 1
    waiting = late.due[(late.due < last) & (late.comes > last)]
    return int(last - waiting.min()) if waiting.size else 0
