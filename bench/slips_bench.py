"""What the checks at the door stop: clean figures wrongly, slipped figures rightly.

    python bench/slips_bench.py [--seed N] [--verbose] [--as-served FILE] [--speed]

Figures of both workspaces, real and simulated, are loaded as published (no stop may be false) and with
slips put in on purpose. Thresholds were set on one half of the series (CRC-32 of indicator and region
even); the table shows that half, the other half, and both. Exits 1 if a required number is missed.

`--as-served` takes a CSV of a cumulative series as its publisher's service gave it (year, month, value
in 亿元, what each figure really is) and tells how much of it is stopped. `--speed` times all rules on
200,000 simulated rows instead.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from slips_parts import clean, speed  # noqa: E402
from slips_parts.served import as_served  # noqa: E402
from slips_parts.slips import FACTORS, Injector, Trial, counted  # noqa: E402
from slips_parts.world import World, is_clean, read_world  # noqa: E402

REQUIRED = {
    **dict.fromkeys(FACTORS, 1.0),
    "single month as cumulative": 0.95,
    "cumulative starts again": 0.95,
}
MOST_FALSE_PER_THOUSAND = 1.0


def main() -> int:
    options = _options()
    if options.speed:
        return speed.main()
    worlds = [
        read_world("real", ROOT / "configs", ROOT / "data"),
        read_world("simulated_city", ROOT / "configs" / "simulated_city", ROOT / "data" / "simulated_city"),
    ]
    failures = [*_clean(worlds, verbose=options.verbose)]
    trials = [trial for world in worlds for trial in _trials(world, seed=options.seed)]
    failures += _table(trials)
    if options.verbose:
        _tell_missed(trials)
    if options.as_served is not None:
        as_served(options.as_served)
    for failure in failures:
        print(f"MISSED: {failure}")
    return 1 if failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--verbose", action="store_true", help="name every false stop and missed slip")
    parser.add_argument("--as-served", type=Path, default=None)
    parser.add_argument("--speed", action="store_true")
    return parser.parse_args()


def _trials(world: World, *, seed: int) -> list[Trial]:
    injector = Injector(world, seed=seed)
    makers = (
        injector.unit_slips,
        injector.percent_slips,
        injector.single_months,
        injector.resets,
        injector.copies,
        injector.swaps,
    )
    return [trial for maker in makers for trial in maker()]


def _clean(worlds: Sequence[World], *, verbose: bool) -> list[str]:
    print("Clean figures: rows wrongly refused or held\n")
    print("| figures | loaded | rows | stopped | per 1,000 |\n|---|---|---|---|---|")
    failures = []
    for how, run in (("whole files", clean.whole_files), ("by publication", clean.in_order_of_publication)):
        in_all, stops_in_all = 0, 0
        for world in worlds:
            stops = list(run(world))
            rows = sum(is_clean(row) for row in world.rows)
            in_all, stops_in_all = in_all + rows, stops_in_all + len(stops)
            print(f"| {world.name} | {how} | {rows:,} | {len(stops)} | {1000 * len(stops) / rows:.2f} |")
            if verbose:
                for row, rule in stops:
                    print(
                        f"  {rule}: {row.indicator.code} {row.region} {row.period} {row.value:g} {row.note}"
                    )
        rate = 1000 * stops_in_all / in_all
        print(f"| all | {how} | {in_all:,} | {stops_in_all} | {rate:.2f} |")
        if rate >= MOST_FALSE_PER_THOUSAND:
            failures.append(f"{rate:.2f} false stops per 1,000 rows, {how}")
    return failures


def _table(trials: Sequence[Trial]) -> list[str]:
    print("\nSlips put in: caught of those in series with three earlier values\n")
    print("| slip | loaded as | caught | rate | tuned half | other half | short: caught, marked, missed |")
    print("|---|---|---|---|---|---|---|")
    failures = []
    for kind in dict.fromkeys(trial.kind for trial in trials):
        for mode in ("update", "file"):
            some = [trial for trial in trials if trial.kind == kind and trial.mode == mode]
            if some:
                failures += _line(kind, mode, some)
    return failures


def _line(kind: str, mode: str, trials: Sequence[Trial]) -> list[str]:
    due = [trial for trial in trials if trial.is_due]
    caught = sum(trial.rule is not None for trial in due)
    halves = [_rate([trial for trial in due if trial.is_tuned_on is half]) for half in (True, False)]
    short = counted(trials, lambda trial: not trial.is_due)
    told = f"{short['caught']}, {short['marked']}, {short['missed']}"
    rate = _rate(due)
    print(
        f"| {kind} | {mode} | {caught} of {len(due)} | {_pct(rate)} | {_pct(halves[0])} | {_pct(halves[1])} "
        f"| {told} |"
    )
    wanted = REQUIRED.get(kind)
    if wanted is None:
        return []
    missed = [] if rate is None or rate >= wanted else [f"{kind}, {mode}: {_pct(rate)} of {len(due)}"]
    if kind in FACTORS and short["missed"]:
        missed.append(f"{kind}, {mode}: {short['missed']} first figures neither caught nor marked")
    return missed


def _rate(trials: Sequence[Trial]) -> float | None:
    return sum(trial.rule is not None for trial in trials) / len(trials) if trials else None


def _pct(rate: float | None) -> str:
    return "–" if rate is None else f"{100 * rate:.1f}%"


def _tell_missed(trials: Sequence[Trial]) -> None:
    print("\nRules that caught:", dict(Counter(f"{trial.kind}: {trial.rule}" for trial in trials)))
    for trial in trials:
        if trial.rule is None and not trial.is_marked and trial.kind in REQUIRED:
            row = trial.row
            print(
                f"  missed {trial.kind} ({trial.mode}, due {trial.is_due}): {row.indicator.code} "
                f"{row.region} {row.period} {row.value:g} -> {trial.value:g}"
            )


if __name__ == "__main__":
    sys.exit(main())
