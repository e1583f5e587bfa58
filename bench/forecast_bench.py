"""Measure the forecast engine on generated tasks and write one report.

    python bench/forecast_bench.py GENERATOR --seeds 1 2 3 4 [--n 700] [--libraries 60] [--date YYYY-MM-DD]
                                   [--statsforecast PYTHON] [--out docs/forecast_report.md]

GENERATOR is the task script (`make KIND DIR --seed N --n N`). PYTHON is that of an environment with
statsforecast, which wants an older pandas:

    uv venv DIR && uv pip install --python DIR/bin/python statsforecast 'pandas<3' pyarrow

`--libraries 0`, `--no-speed` and `--no-checks` leave parts out; `--kinds` measures some kinds of tasks only.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from forecast_parts.accuracy import outcomes_with_rules
from forecast_parts.checks import leaks, same_numbers
from forecast_parts.late_batches import late_outcomes
from forecast_parts.peers import library_answers, sample_of, statsforecast_answers
from forecast_parts.report import Measured, report
from forecast_parts.speed import measure_speed
from forecast_parts.tasks import KINDS, Folder, answer_folder, make_folders

BEGAN = time.perf_counter()


def main() -> None:
    args = _arguments()
    with tempfile.TemporaryDirectory() as scratch:
        measured = _measure(args, Path(scratch))
    args.out.write_text(report(measured), encoding="utf-8")
    _tell(f"written: {args.out}")


def _measure(args: argparse.Namespace, scratch: Path) -> Measured:
    speed = None
    if args.speed:
        _tell("speed")
        speed = measure_speed(scratch, n_series=args.series, repeats=args.repeats, n_peers=args.timed)
    folders = make_folders(args.generator, scratch, kinds=args.kinds, seeds=args.seeds, n=args.n)
    by_kind = {kind: [one for one in folders if one.kind == kind] for kind in args.kinds}
    told = {}
    for kind, chosen in by_kind.items():
        _tell(f"answering {kind}")
        told[kind] = [answer_folder(one) for one in chosen]
    measured = Measured(
        seeds=args.seeds,
        n=args.n,
        date=args.date,
        outcomes={kind: outcomes_with_rules(chosen) for kind, chosen in by_kind.items()},
        told=told,
        n_sample=args.libraries,
        speed=speed,
    )
    if "lumpy" in args.kinds:
        _tell("very late batches")
        measured.late = late_outcomes(args.generator, scratch, seeds=args.seeds, n=args.n)
    if args.libraries:
        _ask_libraries(measured, by_kind, args, scratch)
    if args.checks:
        _tell("the same numbers, and leaks")
        first = [chosen[0] for chosen in by_kind.values()]
        measured.checks += same_numbers(first) + [leaks(one) for one in first]
    return measured


def _ask_libraries(
    measured: Measured, by_kind: dict[str, list[Folder]], args: argparse.Namespace, scratch: Path
) -> None:
    """Fit the libraries to a sample of every kind."""
    for kind, chosen in by_kind.items():
        _tell(f"libraries on {kind}")
        sample = sample_of(chosen, args.libraries)
        measured.peers[kind] = [library_answers(sample)]
        if args.statsforecast:
            answers, measured.statsforecast = statsforecast_answers(args.statsforecast, sample, scratch)
            measured.peers[kind].append(answers)


def _tell(text: str) -> None:
    print(f"{time.perf_counter() - BEGAN:6.1f} s  {text}", file=sys.stderr, flush=True)


def _arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("generator", type=Path)
    parser.add_argument("--seeds", nargs="+", type=int, required=True)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--n", type=int, default=700, help="series a folder, as the generator counts them")
    parser.add_argument("--libraries", type=int, default=60, help="series a kind that the libraries answer")
    parser.add_argument("--statsforecast", type=Path, help="Python of an environment with statsforecast")
    parser.add_argument("--series", type=int, default=10_000, help="series of the speed test")
    parser.add_argument("--repeats", type=int, default=5, help="of each speed test")
    parser.add_argument("--timed", type=int, default=6, help="series on which the libraries are timed")
    parser.add_argument("--speed", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--checks", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--date", default="not given", help="date to print; the clock is not asked")
    parser.add_argument("--out", type=Path, default=Path("docs/forecast_report.md"))
    return parser.parse_args(given)


if __name__ == "__main__":
    main()
