"""Measure the counter model on labelled simulations against the rules offices use and the chain ladder.

    python bench/counters_bench.py [--panels 40] [--seed 1] [--years 0 1 2]

Every panel is a made-up city: counters of several courses of the year (even, December surge, two seasons,
batches, bursts, nearly empty), some alone and some in groups, most with whole years, some with little or no
history. Nothing of it is a figure of any place. Prints Markdown.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import forecast as fc
from forecast.models.chain_ladder import ChainLadder
from forecast.models.counter import Counter
from forecast.models.drift import AnnualDrift

NOW = 2026
LEVELS = (0.1, 0.9)
SILENT = 0.5
"""What a method that cannot answer is taken to say."""

SHAPES: dict[str, tuple[tuple[float, ...], float, float]] = {
    "even": ((1.0,) * 12, 40.0, 40.0),
    "December surge": ((1.0,) * 9 + (2.0, 4.0, 9.0), 25.0, 60.0),
    "two seasons": ((0.4, 0.4, 2.0, 3.0, 3.0, 1.0, 0.4, 0.4, 2.0, 3.0, 3.0, 1.0), 25.0, 30.0),
    "batches": ((0.0,) * 6 + (3.0, 0.0, 0.0, 4.0, 0.0, 3.0), 20.0, 120.0),
    "bursts": ((1.0,) * 12, 4.0, 50.0),
    "nearly empty": ((1.0,) * 12, 20.0, 2.0),
}
"""Course of the year, its Dirichlet concentration, and a typical yearly total."""

BATCHES = {"batches": (7, 10, 12)}


@dataclass(frozen=True)
class Task:
    """One question with its outcome and what the rules of thumb say."""

    shape: str
    years: int
    month: int
    question: fc.Question
    outcome: float
    straight_line: float
    last_year: float


def main() -> None:
    args = _arguments()
    began = time.perf_counter()
    tasks, answers = [], {name: [] for name in ("counter", "chain ladder")}
    for number in range(args.panels):
        panel, found = _city(np.random.default_rng([args.seed, number]), args.years)
        tasks += found
        questions = [task.question for task in found]
        for name, models in (
            ("counter", (Counter(enough_whole_years=99),)),
            ("chain ladder", (AnnualDrift(), ChainLadder())),
        ):
            answers[name] += fc.answer(panel, questions, seed=1, n_draws=1000, models=models)
    print(
        f"{len(tasks)} tasks, {args.panels} panels, seed {args.seed}, {time.perf_counter() - began:.0f} s\n"
    )
    _print_by("course", [task.shape for task in tasks], tasks, answers)
    _print_by("whole years", [str(task.years) for task in tasks], tasks, answers)
    _print_by(
        "month", [f"{(t.month - 1) // 3 * 3 + 1}-{(t.month - 1) // 3 * 3 + 3}" for t in tasks], tasks, answers
    )
    _print_reliability(tasks, answers)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--panels", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--years", type=int, nargs="+", default=[0, 1, 2])
    return parser.parse_args()


def _city(random: np.random.Generator, years: Sequence[int]) -> tuple[fc.Panel, list[Task]]:
    month = int(random.integers(2, 12))
    members, tasks = [], []
    for shape, (course, concentration, typical) in SHAPES.items():
        for unit, size in enumerate((4, 1, 1, 1)):
            # Every counter has a course of its own around the shape; a group shares one, and a level.
            base = random.dirichlet(30 * np.array(course) / sum(course) + 1e-3)
            level = typical * np.exp(random.normal(0, 0.8))
            for one in range(size):
                series_id = f"{shape}/{unit}/{one}"
                group = f"{shape}/{unit}" if size > 1 else ""
                rate = level * np.exp(random.normal(0, 0.3))
                is_short = one == 0
                n_years = int(random.choice(list(years))) if is_short else 4
                counts = _counts(random, rate, base, concentration, n_years + 1)
                series = _series(series_id, counts, month, group=group, shape=shape, random=random)
                members.append(series)
                if is_short:
                    tasks.append(_task(series_id, shape, counts, month=month, rate=rate, random=random))
    return fc.Panel.of(members), tasks


def _counts(
    random: np.random.Generator, rate: float, base: np.ndarray, concentration: float, n_years: int
) -> np.ndarray:
    """Events by year and month: gamma-Poisson totals with growth, on a course that differs by year."""
    growth = np.exp(random.normal(0.04, 0.08) * np.arange(1 - n_years, 1))
    rates = rate * growth * random.gamma(1 / 0.08, 0.08, n_years)
    courses = random.dirichlet(concentration * base + 1e-3, n_years)
    return random.poisson(rates[:, None] * courses)


def _series(
    series_id: str, counts: np.ndarray, month: int, *, group: str, shape: str, random: np.random.Generator
) -> fc.Series:
    is_ytd = bool(random.random() < 0.7)
    values = (np.cumsum(counts, axis=1) if is_ytd else counts).astype(float).ravel()
    return fc.Series(
        series_id,
        12,
        (NOW - len(counts) + 1) * 12,
        values[: values.size - 12 + month],
        measure=fc.Measure.COUNTER,
        reporting=fc.Reporting.YTD if is_ytd else fc.Reporting.PERIOD,
        group=group,
        lower=0.0,
        batch_months=BATCHES.get(shape, ()),
    )


def _task(
    series_id: str, shape: str, counts: np.ndarray, *, month: int, rate: float, random: np.random.Generator
) -> Task:
    """Ask for a total that a planner who knows the usual level would set, and note what came of it."""
    usual = counts[-2].sum() * 1.05 if len(counts) > 1 and random.random() < 0.5 else rate
    target = float(max(np.round(usual * np.exp(random.normal(0, 0.25))), 1))
    there, share = counts[-1, :month].sum(), month / 12
    if len(counts) > 1 and counts[-2].sum():
        last_share = counts[-2, :month].sum() / counts[-2].sum()
    else:
        last_share = share
    question = fc.Question(
        series_id, series_id, fc.TargetKind.LEVEL, fc.Comparator.AT_LEAST, target, NOW * 12 + 11
    )
    return Task(
        shape,
        len(counts) - 1,
        month,
        question,
        float(counts[-1].sum()),
        float(there / target >= share),
        float(there / target >= last_share),
    )


def _said(answers: Sequence[fc.Answer]) -> np.ndarray:
    return np.array([SILENT if a.probability_met is None else a.probability_met for a in answers])


def _print_by(
    title: str, labels: Sequence[str], tasks: Sequence[Task], answers: dict[str, list[fc.Answer]]
) -> None:
    met = np.array([task.outcome >= (task.question.value or 0.0) for task in tasks], dtype=float)
    said = {name: _said(found) for name, found in answers.items()} | {
        "straight line": np.array([task.straight_line for task in tasks]),
        "last year's share": np.array([task.last_year for task in tasks]),
    }
    print(f"| {title} | n | " + " | ".join(f"Brier {name}" for name in said) + " | coverage 80 | answered |")
    print("|---|" + "---:|" * (len(said) + 3))
    for label in [*dict.fromkeys(sorted(labels)), "all"]:
        rows = [i for i, one in enumerate(labels) if label in {one, "all"}]
        scores = " | ".join(f"{((values[rows] - met[rows]) ** 2).mean():.3f}" for values in said.values())
        print(f"| {label} | {len(rows)} | {scores} | {_coverage(rows, tasks, answers)} |")
    print()


def _coverage(rows: Sequence[int], tasks: Sequence[Task], answers: dict[str, list[fc.Answer]]) -> str:
    """Share inside the 80 % band, and share answered, of the counter model and the chain ladder."""
    texts = []
    for kind in range(2):
        parts = []
        for found in answers.values():
            spoken = [i for i in rows if found[i].quantiles is not None]
            low, high = (fc.QUANTILE_LEVELS.index(level) for level in LEVELS)
            inside = [found[i].quantiles[low] <= tasks[i].outcome <= found[i].quantiles[high] for i in spoken]
            share = len(spoken) / len(rows) if kind else (np.mean(inside) if inside else np.nan)
            parts.append(f"{share:.2f}")
        texts.append(" / ".join(parts))
    return " | ".join(texts)


def _print_reliability(tasks: Sequence[Task], answers: dict[str, list[fc.Answer]]) -> None:
    met = np.array([task.outcome >= (task.question.value or 0.0) for task in tasks], dtype=float)
    print("| bin | " + " | ".join(f"{name}: n, said, came true" for name in answers) + " |")
    print("|---|" + "---|" * len(answers))
    for lower in np.arange(5) / 5:
        cells = []
        for found in answers.values():
            spoken = np.array([a.probability_met is not None for a in found])
            said = _said(found)
            here = spoken & (said > lower) & (said <= lower + 0.2)
            cells.append(
                f"{here.sum()}, {said[here].mean():.2f}, {met[here].mean():.2f}" if here.any() else "0"
            )
        print(f"| {lower:.1f}-{lower + 0.2:.1f} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
