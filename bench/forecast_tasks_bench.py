"""Measure `forecast` on generated tasks against simple references.

    python bench/forecast_tasks_bench.py GENERATOR [--kinds intl cn ytd lumpy] [--seeds 1 2] [--n 200]

GENERATOR is the task script (`make KIND DIR`, `score DIR OUT`). Answers are written in the format of
`zhibiao forecast`; with `--command` they come from that command line instead of the package itself. The pool
of a question is what was known on its own as_of, by calendar date.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import forecast as fc

OUT_LEVELS = {"q05": 0.05, "q10": 0.10, "q25": 0.25, "q50": 0.50, "q75": 0.75, "q90": 0.90, "q95": 0.95}


def main() -> None:
    args = _arguments()
    with tempfile.TemporaryDirectory() as scratch:
        for kind in args.kinds:
            folders, answers, seconds = [], [], 0.0
            for seed in args.seeds:
                folder = Path(scratch) / f"{kind}{seed}"
                _run(args.generator, "make", kind, folder, "--seed", seed, "--n", args.n)
                began = time.perf_counter()
                (answer_by_command if args.command else answer_here)(folder, folder / "out.csv", args.seed)
                seconds += time.perf_counter() - began
                folders.append(str(folder))
                answers.append(str(folder / "out.csv"))
            scored = json.loads(_run(args.generator, "score", ",".join(folders), ",".join(answers)))
            print(
                json.dumps({"kind": kind, "seeds": args.seeds, "seconds": round(seconds, 2)} | scored),
                flush=True,
            )


def answer_here(folder: Path, out: Path, seed: int) -> None:
    """Answer the tasks of a folder through the package."""
    history = pd.read_csv(folder / "history.csv", dtype={"period": str})
    history["ends"] = _period_ends(history.period)
    described = pd.read_csv(folder / "series.csv", keep_default_na=False).set_index("series_id")
    targets = pd.read_csv(folder / "targets.csv", dtype={"start": str, "deadline": str, "as_of": str})
    rows: list[dict[str, object]] = []
    for as_of, asked in targets.groupby("as_of", sort=True):
        panel = _panel(history[history.ends <= pd.Timestamp(str(as_of))], described)
        questions = [_question(row, panel) for row in asked.itertuples()]
        rows += [_row(one) for one in fc.answer(panel, questions, seed=seed)]
    pd.DataFrame(rows).to_csv(out, index=False)


def answer_by_command(folder: Path, out: Path, seed: int) -> None:
    """Answer the tasks of a folder through the command line."""
    files = [folder / "history.csv", folder / "targets.csv", "--series", folder / "series.csv"]
    _run("-m", "monitor.cli", "forecast", *files, "--out", out, "--seed", seed)


def _panel(known: pd.DataFrame, described: pd.DataFrame) -> fc.Panel:
    return fc.Panel.of(
        _series(str(series_id), rows, described.loc[str(series_id)])
        for series_id, rows in known.groupby("series_id")
    )


def _series(series_id: str, rows: pd.DataFrame, about: pd.Series) -> fc.Series:
    per_year = 12 if "-" in rows.period.iloc[0] else 1
    ordinals = rows.period.map(lambda p: _ordinal(p, per_year)).to_numpy()
    values = np.full(ordinals.max() - ordinals.min() + 1, np.nan)
    values[ordinals - ordinals.min()] = rows.value.to_numpy(float)
    measure, reporting = fc.Measure(about.measure), fc.Reporting(about.reporting)
    return fc.Series(series_id, per_year, int(ordinals.min()), values, measure, reporting, about.group)


def _question(row: object, panel: fc.Panel) -> fc.Question:
    per_year = panel.series[row.series_id].periods_per_year
    start = None if pd.isna(row.start) or not str(row.start) else _ordinal(str(row.start), per_year)
    return fc.Question(
        row.target_id,
        row.series_id,
        fc.TargetKind(row.kind),
        fc.Comparator(row.comparator),
        row.value,
        deadline=_ordinal(row.deadline, per_year),
        start=start,
    )


def _ordinal(date: str, per_year: int) -> int:
    year, _, rest = date.partition("-")
    month = int(rest[:2]) if rest else 1
    return int(year) * per_year + (month - 1) * per_year // 12


def _period_ends(periods: pd.Series) -> pd.Series:
    months = periods.where(periods.str.contains("-"), periods + "-12")
    return pd.to_datetime(months + "-01") + pd.offsets.MonthEnd(0)


def _row(one: fc.Answer) -> dict[str, object]:
    at = dict(zip(fc.QUANTILE_LEVELS, one.quantiles or [np.nan] * len(fc.QUANTILE_LEVELS), strict=True))
    return {
        "target_id": one.question_id,
        "probability_met": one.probability_met,
        **{name: at[level] for name, level in OUT_LEVELS.items()},
        "observed_to": one.observed_to,
        "n_observations": one.n_observations,
        "method": one.method,
        "reason": one.reason,
    }


def _run(*command: object) -> str:
    done = subprocess.run([sys.executable, *map(str, command)], check=True, capture_output=True, text=True)
    return done.stdout


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("generator", type=Path)
    parser.add_argument("--kinds", nargs="+", default=["intl", "cn", "ytd", "lumpy"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="seed of the draws")
    parser.add_argument("--command", action="store_true", help="answer through `zhibiao forecast`")
    return parser.parse_args()


if __name__ == "__main__":
    main()
