"""Compare the model families at rolling origins and write the report behind their default weights.

    python bench/families_bench.py M3_FOLDER [--annual 100] [--monthly 36] [--provincial 80]
                                   [--report docs/families.md] [--weights forecast/family_weights.py]

M3_FOLDER holds m3_yearly_{train,test}.parquet, m3_monthly_{train,test}.parquet and m3_meta.csv. Only series
with an even crc32 of their name are read: the other half is for evaluation of the whole engine. The shipped
provincial figures are scored and shown, and never enter the default weights: evaluations redraw them.
"""

from __future__ import annotations

import argparse
import os
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

import forecast as fc
from forecast.backtest import Score, clustered_se, rolling_origins, summarise
from forecast.combine import Learned, learn_family_weights, pool_crps
from forecast.families import FAMILIES, POOLED
from forecast.models.base import Model
from monitor.config import load_catalogue

ROOT = Path(__file__).resolve().parents[1]
LAST_YEAR = 2000
"""Competition series have no comparable calendar; they are laid side by side with their ends in this year."""

N_FOLDS = 5

MARKER = "<!-- What follows is made by bench/families_bench.py; do not edit. -->"
"""The report keeps what stands before it."""


@dataclass
class Timed:
    """A family that remembers how long it took and over how many series."""

    model: Model
    seconds: float = 0.0
    n_series: int = 0

    @property
    def name(self) -> str:
        return self.model.name

    def paths(
        self,
        panel: fc.Panel,
        series_ids: Sequence[str],
        *,
        until: Mapping[str, int],
        n_draws: int,
        seed: int,
    ) -> dict[str, fc.PathDraws]:
        began = _cpu_seconds()
        drawn = self.model.paths(panel, series_ids, until=until, n_draws=n_draws, seed=seed)
        self.seconds += _cpu_seconds() - began
        self.n_series += len(series_ids)
        return drawn


@dataclass
class Measured:
    """One data set and what the families did on it."""

    title: str
    note: str
    scores: tuple[Score, ...]
    refusals: Mapping[tuple[str, fc.Reason], int]
    seconds: dict[str, float] = field(default_factory=dict)


def _cpu_seconds() -> float:
    """Processor time of this process and of those it waited for: Prophet fits in one of its own."""
    return sum(os.times()[:4])


def main() -> None:
    args = _arguments()
    sets = [
        _measure(
            "Annual competition series",
            f"{args.annual} of the M3 yearly series; origins 6, 9 and 12 years before their end.",
            _m3_yearly(args.m3),
            origins=[_december(LAST_YEAR - back) for back in (12, 9, 6)],
            n_series=args.annual,
            n_draws=args.draws,
        ),
        _measure(
            "Monthly competition series, as sums since January",
            f"{args.monthly} of the M3 monthly series, at most nine years; known to March, "
            "June and September of three years.",
            _m3_monthly(args.m3),
            origins=[_month(LAST_YEAR - 2, 3), _month(LAST_YEAR - 1, 6), _month(LAST_YEAR, 9)],
            n_series=args.monthly,
            n_draws=args.draws,
        ),
        _measure(
            "Provincial figures of the shipped observations",
            f"{args.provincial} series of final figures; origins 2016, 2018 and 2020; "
            "the pool holds all provinces.",
            _provincial(),
            origins=[_december(year) for year in (2016, 2018, 2020)],
            n_series=args.provincial,
            n_draws=args.draws,
        ),
    ]
    taught = learn_family_weights([score for one in sets[:2] for score in one.scores])
    written = args.report.read_text(encoding="utf-8") if args.report.exists() else ""
    head = written.partition(MARKER)[0]
    args.report.write_text(head + _report(sets, taught), encoding="utf-8")
    args.weights.write_text(_module(taught), encoding="utf-8")


def _measure(
    title: str, note: str, panel: fc.Panel, *, origins: Sequence[int], n_series: int, n_draws: int
) -> Measured:
    ids = sorted(panel.series, key=lambda one: zlib.crc32(f"pick {one}".encode()))[:n_series]
    families = [Timed(model) for model in FAMILIES.values()]
    tested = rolling_origins(panel, families, origins=origins, series_ids=ids, n_draws=n_draws, seed=1)
    seconds = {one.name: one.seconds / max(one.n_series, 1) for one in families}
    print(title, {name: round(value, 3) for name, value in seconds.items()}, flush=True)
    return Measured(title, note, tested.scores, tested.refusals, seconds)


def _m3(folder: Path, kind: str) -> pd.DataFrame:
    parts = [pd.read_parquet(folder / f"m3_{kind}_{part}.parquet") for part in ("train", "test")]
    rows = pd.concat(parts).sort_values(["unique_id", "ds"])
    return rows[rows.unique_id.map(lambda name: zlib.crc32(str(name).encode()) % 2 == 0)]


def _m3_yearly(folder: Path) -> fc.Panel:
    return fc.Panel.of(
        fc.Series(str(name), 1, LAST_YEAR - len(rows) + 1, rows.y.to_numpy(float))
        for name, rows in _m3(folder, "yearly").groupby("unique_id")
    )


def _m3_monthly(folder: Path) -> fc.Panel:
    starts = pd.read_csv(folder / "m3_meta.csv").set_index("unique_id").start
    return fc.Panel.of(
        series
        for name, rows in _m3(folder, "monthly").groupby("unique_id")
        if (series := _since_january(str(name), rows.y.to_numpy(float), float(starts.get(name, 1990.0))))
    )


def _since_january(name: str, flows: np.ndarray, start: float) -> fc.Series | None:
    first_month = round((start % 1) * 12) % 12
    flows = flows[(12 - first_month) % 12 :]
    years = flows[: len(flows) // 12 * 12].reshape(-1, 12)[-9:]
    if len(years) < 7 or not (years > 0).all():
        return None
    first = (LAST_YEAR - len(years) + 1) * 12
    return fc.Series(name, 12, first, years.cumsum(axis=1).ravel(), reporting=fc.Reporting.YTD)


def _provincial() -> fc.Panel:
    indicators = load_catalogue(ROOT / "configs").indicators
    files = sorted((ROOT / "data" / "observations").glob("*.csv"))
    rows = pd.concat([pd.read_csv(one, dtype={"region": str, "period": str}) for one in files])
    is_province = rows.region.str.endswith("0000") & (rows.region != "100000")
    rows = rows[is_province & (rows.period.str.len() == 4) & (rows.status == "final")]
    rows = rows[(rows.basis == "as_published") & rows.indicator.isin(list(indicators))]
    rows = rows.drop_duplicates(["indicator", "region", "period"], keep="last")
    members = []
    for (code, region), found in rows.groupby(["indicator", "region"]):
        years = found.period.astype(int).to_numpy()
        values = np.full(years.max() - years.min() + 1, np.nan)
        values[years - years.min()] = found.value.to_numpy(float)
        if len(found) >= 9:
            measure = fc.Measure(indicators[str(code)].measure.value)
            members.append(fc.Series(f"{code}|{region}", 1, years.min(), values, measure, group=str(code)))
    return fc.Panel.of(members)


def _report(sets: Sequence[Measured], taught: Mapping[str, Learned]) -> str:
    lines = [MARKER, ""]
    for one in sets:
        lines += [f"### {one.title}", "", one.note, ""]
        lines += [*_score_table(one), "", *_pool_lines(one, taught), ""]
    lines += ["### Default weights", ""]
    lines += _weights_table(taught)
    return "\n".join(lines) + "\n"


def _score_table(one: Measured) -> list[str]:
    lines = [
        "| class | step | family | n | CRPS (SE) | less pooled (SE) | Brier (SE) | in 80 % | CPU s |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in summarise(one.scores):
        gap = _against_pooled(one.scores, row.series_class, row.step, row.family)
        lines.append(
            f"| {row.series_class} | {row.step} | {row.family} | {row.n} "
            f"| {row.crps:.3f} ({row.crps_se:.3f}) | {gap} | {row.brier:.3f} ({row.brier_se:.3f}) "
            f"| {row.coverage_80:.2f} | {one.seconds[row.family]:.3f} |"
        )
    refused = [f"{family} {count} ({reason})" for (family, reason), count in sorted(one.refusals.items())]
    return [*lines, "", f"Without draws: {'; '.join(refused) or 'none'}."]


def _against_pooled(scores: Sequence[Score], series_class: str, step: int, family: str) -> str:
    if family == POOLED:
        return "–"
    here = [s for s in scores if s.series_class == series_class and s.step == step]
    base = {s.task: s.crps for s in here if s.family == POOLED}
    both = [s for s in here if s.family == family and s.task in base]
    gaps = np.array([s.crps - base[s.task] for s in both])
    return f"{gaps.mean():+.3f} ({clustered_se(gaps, [s.series_id for s in both]):.3f})"


def _pool_lines(one: Measured, taught: Mapping[str, Learned]) -> list[str]:
    """What pooling brings on series that taught nothing, and what the default weights bring here."""
    lines = [
        "| class | pooled alone | weights learned here, other series | default weights |",
        "|---|---|---|---|",
    ]
    for name in sorted({s.series_class for s in one.scores}):
        here = [s for s in one.scores if s.series_class == name]
        alone, learned, clusters = [], [], []
        for fold in range(N_FOLDS):
            test = [s for s in here if _fold(s) == fold]
            weights = learn_family_weights([s for s in here if _fold(s) != fold])
            if test and name in weights:
                alone.append(pool_crps(test, {POOLED: 1.0}))
                learned.append(pool_crps(test, weights[name].weights))
                clusters += [t[0] for t in sorted({s.task for s in test if s.family == POOLED})]
        default = taught[name].weights if name in taught else {POOLED: 1.0}
        if not alone:  # one series cannot teach another
            continue
        base = np.concatenate(alone)
        changed = np.concatenate(learned) - base
        shipped = pool_crps(here, default) - pool_crps(here, {POOLED: 1.0})
        tasks = [t[0] for t in sorted({s.task for s in here if s.family == POOLED})]
        lines.append(
            f"| {name} | {base.mean():.3f} | {changed.mean():+.3f} ({clustered_se(changed, clusters):.3f}) "
            f"| {shipped.mean():+.3f} ({clustered_se(shipped, tasks):.3f}) |"
        )
    return lines


def _fold(score: Score) -> int:
    return zlib.crc32(f"fold {score.series_id}".encode()) % N_FOLDS


def _weights_table(taught: Mapping[str, Learned]) -> list[str]:
    names = [name for name in FAMILIES if name != POOLED]
    lines = [
        f"| class | outcomes | series | origins | pooled | {' | '.join(names)} |",
        "|---|---|---|---|---|" + "---|" * len(names),
    ]
    for series_class, one in taught.items():
        cells = [
            f"{one.weights.get(n, 0.0):.2f} (gain {one.gains[n]:+.3f}, doubt {one.charges[n]:.3f})"
            for n in names
        ]
        lines.append(
            f"| {series_class} | {one.n_outcomes} | {one.n_series} | {one.n_origins} "
            f"| {one.weights.get(POOLED, 0.0):.2f} | {' | '.join(cells)} |"
        )
    return lines


def _module(taught: Mapping[str, Learned]) -> str:
    rows = []
    for name, one in taught.items():
        shares = "".join(
            f'                "{family}": {share:.3f},\n' for family, share in one.weights.items()
        )
        rows.append(
            f'        "{name}": MappingProxyType(\n            {{\n{shares}            }}\n        ),\n'
        )
    return (
        '"""Default shares of the families by class of series; made by bench/families_bench.py.\n\n'
        "A class that is not named is left to the pooled engine. Evidence: docs/families.md, section 4.\n"
        '"""\n\nfrom __future__ import annotations\n\n'
        "from collections.abc import Mapping\nfrom types import MappingProxyType\n\n"
        "DEFAULT_WEIGHTS: Mapping[str, Mapping[str, float]] = MappingProxyType(\n    {\n"
        f"{''.join(rows)}    }}\n)\n"
        '"""Shares by family name, by `forecast.backtest.class_of`."""\n'
    )


def _december(year: int) -> int:
    return _month(year, 12)


def _month(year: int, month: int) -> int:
    return year * 12 + month - 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("m3", type=Path)
    parser.add_argument("--annual", type=int, default=100)
    parser.add_argument("--monthly", type=int, default=36)
    parser.add_argument("--provincial", type=int, default=80)
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--report", type=Path, default=ROOT / "docs" / "families.md")
    parser.add_argument("--weights", type=Path, default=ROOT / "forecast" / "family_weights.py")
    return parser.parse_args()


if __name__ == "__main__":
    main()
