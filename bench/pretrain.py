"""Make the pretrained coefficients of the pooled models.

    python bench/pretrain.py BENCHMARKS [--out FILE]

BENCHMARKS is the folder with the M3 competition and official monthly series. Only the half of them whose
`zlib.crc32(name) % 2 == 0` is read; the other half is for evaluation. Lumpy years are SIMULATED: batches of
recognition and year-end surges over real annual totals of that half, given the growth and the noise of young
indicators. No series of the product's own data enters.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from forecast.coefficients import Coefficients, to_data
from forecast.completion_experts import FIRST_MONTH, LAST_MONTH, YearTables
from forecast.pretrained import FILE
from forecast.season_average import SeasonPrior
from forecast.training import (
    Examples,
    annual_examples,
    learn_annual,
    learn_season_prior,
    learn_trend_prior,
    learn_year,
    year_examples,
)
from forecast.year_classes import split_by_class

SEED = 20260701
LEAST_YEARS, MOST_YEARS = 5, 8
OFFICIAL_WINDOWS, COMPETITION_WINDOWS = 2, 4
"""Random windows of every monthly series: competition series are nearer to what is asked about."""

LUMPY_REPEATS = 120
"""Simulated courses over every annual series: batches that are very late are rare."""

LATE, COMES_AFTER_ALL = 0.1, 0.3
"""Share of simulated batches that are late besides their usual moving; share that comes each month then."""

MISSING = 0.08
"""Share of monthly cells that are taken away, besides every January."""

SOURCES = (
    "M3 competition, yearly and monthly series, half with even crc32 of the name",
    "official monthly series (ABS, Medicare Australia, US Census Bureau), half with even crc32 of the name",
    "SIMULATED batches and year-end surges over annual totals of the even M3 half",
)
TRAINED_THROUGH = "2025-12-31"


def main() -> None:
    args = _arguments()
    with threadpool_limits(limits=1):  # the same numbers on any machine with the same libraries
        _learn(args)


def _learn(args: argparse.Namespace) -> None:
    began = time.perf_counter()
    generator = np.random.default_rng(SEED)
    yearly = yearly_logs(args.benchmarks)
    steps = [np.diff(row) for row in yearly]
    drift = float(np.median([row.mean() for row in steps]))
    log_variance = float(np.mean([np.log(row.var() + 1e-8) for row in steps]))
    windows = [_window(row, generator) for row in yearly for _ in range(2)]
    prior = learn_trend_prior(windows, drift=drift, log_variance=log_variance)
    examples = annual_examples(
        yearly, prior, drift=drift, log_variance=log_variance, shortest=3, repeats=2, generator=generator
    )
    annual = learn_annual(examples, prior, log_variance)
    _say(f"annual: {len(prior.grid)} trend models, {examples.outcomes.size} examples", began)
    smooth = YearTables(smooth_years(args.benchmarks, generator)).filled().values
    lumpy = YearTables(lumpy_years(yearly, generator)).filled().values
    seasons = season_prior(smooth, lumpy, generator)
    _say(f"{len(seasons.grid)} seasonal models", began)
    years = {}
    # Simulated series teach what they look like; the smooth class learns from real ones alone.
    for name, values in (split_by_class(lumpy, lumpy) | {"smooth": smooth}).items():
        shown = _years(YearTables(values), seasons, name)
        years[name] = learn_year(shown)
        _say(f"{name} years: {shown.outcomes.size} examples", began)
    learned = Coefficients(TRAINED_THROUGH, SOURCES, annual, seasons, **years)
    args.out.write_text(json.dumps(to_data(learned), separators=(",", ":")) + "\n", encoding="utf-8")
    _say(f"wrote {args.out}, {args.out.stat().st_size // 1024} KB", began)


def season_prior(smooth: np.ndarray, lumpy: np.ndarray, generator: np.random.Generator) -> SeasonPrior:
    """Seasonal models to believe in, from the last years of windows, each up to a random month."""
    tables = np.concatenate([smooth, lumpy[:: LUMPY_REPEATS // 2]])
    whole = tables[np.isfinite(tables[:, -2:, -1]).all(axis=1) & (tables[:, -2, -1] > 0)]
    months = generator.integers(FIRST_MONTH, LAST_MONTH + 1, len(whole))
    return learn_season_prior(YearTables(whole), months)


def _years(tables: YearTables, seasons: SeasonPrior, year_class: str) -> Examples:
    examples = year_examples(tables, seasons, year_class)
    if examples is None:
        raise SystemExit("No series has three whole years in a row; check the folder.")
    return examples


def is_for_training(name: str) -> bool:
    """Whether a series belongs to the half that may be learned from."""
    return zlib.crc32(name.encode()) % 2 == 0


def yearly_logs(folder: Path) -> list[np.ndarray]:
    """Logs of the M3 yearly series of the training half, whole."""
    table = _both(folder, "m3_yearly")
    rows = []
    for name, one in table.groupby("unique_id"):
        values = one.y.to_numpy(float)
        if is_for_training(str(name)) and values.size >= 8 and (values > 0).all():
            rows.append(np.log(values))
    return rows


def smooth_years(folder: Path, generator: np.random.Generator) -> np.ndarray:
    """Windows of monthly series as cumulative tables, shape (n, 8, 12)."""
    tables: list[np.ndarray] = []
    official = pd.read_parquet(folder / "monthly_official_dev.parquet")
    days = pd.to_datetime(official.ds)
    official = official.assign(year=days.dt.year, month=days.dt.month)
    for name, one in official.groupby("series"):
        if is_for_training(str(name)):
            years = one.pivot_table(index="year", columns="month", values="y").dropna().to_numpy(float)
            tables += [_cut(years, generator) for _ in range(OFFICIAL_WINDOWS)]
    starts = pd.read_csv(folder / "m3_meta.csv").set_index("unique_id").start
    for name, one in _both(folder, "m3_monthly").groupby("unique_id"):
        if is_for_training(str(name)):
            start = float(starts.get(name, 1990.0))
            values = one.y.to_numpy(float)[(12 - round((start % 1) * 12)) % 12 :]
            years = values[: values.size // 12 * 12].reshape(-1, 12)
            tables += [_cut(years, generator) for _ in range(COMPETITION_WINDOWS)]
    return _masked(np.stack([one for one in tables if one.size]), generator)


def lumpy_years(yearly: list[np.ndarray], generator: np.random.Generator) -> np.ndarray:
    """SIMULATED courses of the year over real annual totals, shape (n, 8, 12)."""
    tables = []
    for row in yearly:
        for _ in range(LUMPY_REPEATS):
            length = int(generator.integers(LEAST_YEARS, MOST_YEARS + 1))
            end = int(generator.integers(length, row.size + 1)) if row.size >= length else row.size
            logs = row[max(end - length, 0) : end]
            noise = generator.standard_normal(logs.size) * generator.choice([0, 0.05, 0.15, 0.3])
            totals = np.exp(logs + generator.normal(0.06, 0.06) * np.arange(logs.size) + np.cumsum(noise))
            table = np.full((MOST_YEARS, 12), np.nan)
            table[MOST_YEARS - logs.size :] = _lumpy(totals, generator).cumsum(axis=1)
            tables.append(table)
    return _masked(np.stack(tables), generator)


def _lumpy(totals: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Monthly flows in two to four moving batches, or with a surge in December."""
    flows = np.zeros((totals.size, 12))
    if generator.random() < 0.5:
        count = int(generator.integers(2, 5))
        months = np.sort(generator.choice(np.arange(2, 12), count, replace=False))
        shares = generator.dirichlet(np.full(count, generator.uniform(2, 6)))
        steady = np.exp(generator.uniform(np.log(10), np.log(1000)))
        trickle, moving = generator.uniform(0, 0.08), generator.uniform(0, 0.6)
        for year, total in enumerate(totals):
            for month, share in zip(months, generator.dirichlet(shares * steady), strict=True):
                comes = _comes_in(month, moving, generator)
                if comes < 12:
                    flows[year, comes] += share * total
            flows[year] = flows[year] * (1 - trickle) + trickle * total / 12
        return flows
    surge = generator.uniform(0.2, 0.55)
    weights = generator.uniform(0.5, 1.5, 12)
    weights[[2, 5, 8]] *= generator.uniform(1, 2)
    weights[11] = 0
    weights = weights / weights.sum() * (1 - surge)
    weights[11] = surge
    steady = np.exp(generator.uniform(np.log(30), np.log(250)))
    for year, total in enumerate(totals):
        flows[year] = generator.dirichlet(weights * steady) * total + 1e-9 * total
    return flows


def _comes_in(month: int, moving: float, generator: np.random.Generator) -> int:
    """Month of a batch, from 0: as usual, one beside it, or late; past 11 it is lost to the year."""
    if generator.random() < LATE:
        return month + int(generator.geometric(COMES_AFTER_ALL))
    shift = generator.choice([-1, 1]) if generator.random() < moving else 0
    return int(np.clip(month + shift, 1, 11))


def _cut(years: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """A random window of whole years as a cumulative table; empty where there is none."""
    if len(years) < LEAST_YEARS + 1:
        return np.empty((0, 12))
    length = int(generator.integers(LEAST_YEARS, min(MOST_YEARS, len(years)) + 1))
    begin = int(generator.integers(0, len(years) - length + 1))
    flows = years[begin : begin + length]
    if not (flows > 0).all() or flows.max() / flows.min() > 1e4:
        return np.empty((0, 12))
    table = np.full((MOST_YEARS, 12), np.nan)
    table[MOST_YEARS - length :] = flows.cumsum(axis=1)
    return table


def _masked(tables: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """As bureaus report: no January, and a month missing here and there."""
    gone = generator.random(tables.shape) < MISSING
    gone[:, :, 11], gone[:, :, 0] = False, True
    return np.where(gone, np.nan, tables)


def _window(row: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    length = int(generator.integers(6, min(25, row.size) + 1))
    end = int(generator.integers(length, row.size + 1))
    return row[end - length : end]


def _both(folder: Path, name: str) -> pd.DataFrame:
    parts = [pd.read_parquet(folder / f"{name}_{part}.parquet") for part in ("train", "test")]
    return pd.concat(parts).sort_values(["unique_id", "ds"])


def _say(text: str, began: float) -> None:
    print(f"{time.perf_counter() - began:6.1f} s  {text}", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("benchmarks", type=Path)
    shipped = Path(__file__).resolve().parent.parent / "forecast" / "pretrained" / FILE
    parser.add_argument("--out", type=Path, default=shipped)
    return parser.parse_args()


if __name__ == "__main__":
    main()
