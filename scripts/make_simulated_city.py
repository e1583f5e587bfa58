"""Write the figures of the simulated city 示例市 (`data/simulated_city/`), or check that they are current.

    python scripts/make_simulated_city.py [--seed 20260101] [--out FOLDER] [--check]

The catalogue, the plans, the origins and the README beside them are written by hand; this script
makes `observations/*.csv` alone, byte for byte the same from the same seed.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from simulated_city.releases import Row, publish  # noqa: E402 - the two folders must be found first
from simulated_city.world import simulate  # noqa: E402

DEFAULT_SEED = 20260101
HEADER = (
    "indicator",
    "region",
    "period",
    "value",
    "unit",
    "status",
    "published_on",
    "basis",
    "origin",
    "note",
)


def make_files(seed: int) -> dict[str, str]:
    """File name to content, for every observation file."""
    published = publish(simulate(seed), seed)
    return {f"{name}.csv": _as_csv(rows) for name, rows in sorted(published.items())}


def _as_csv(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(row.cells() for row in rows)
    return text.getvalue()


def differences(files: dict[str, str], folder: Path) -> list[str]:
    """What in `folder` is not what the seed gives."""
    there = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.csv"))}
    return [
        *(f"{name} is missing" for name in files if name not in there),
        *(f"{name} is not made by this script" for name in there if name not in files),
        *(f"{name} differs" for name in files if name in there and files[name] != there[name]),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files; with `--check` compare them and answer 1 where they differ."""
    parser = argparse.ArgumentParser(description="Make the figures of the simulated city.")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "simulated_city")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    asked = parser.parse_args(arguments)
    files, folder = make_files(asked.seed), asked.out / "observations"
    if asked.check:
        found = differences(files, folder)
        print("\n".join(found) or "The simulated city is as its seed makes it.")
        return 1 if found else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
        print(f"{folder / name}: {text.count(chr(10)) - 1} rows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
