"""How long a large workbook takes to read, and to load whole; run by hand.

Usage: .venv/bin/python bench/workbook_bench.py [rows]

A made-up workbook of one figure a row for the simulated city is written to a temporary folder, read
once, and loaded into a database of its own. Each figure has some 170 releases.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl

from monitor import commands
from monitor.config.loading import load_catalogue
from monitor.core.access import LOCAL_ADMINISTRATOR
from monitor.ingest import load_context, load_file, read_file
from monitor.store import Store

ROOT = Path(__file__).parents[1]
TODAY = dt.date(2026, 3, 20)


def rows(count: int) -> Iterator[list[object]]:
    """Releases of a stock that grows evenly: eight districts, months, and days of publication."""
    for number in range(count):
        month = number // 8 % 72
        year, part = 2019 + month // 12, month % 12 + 1
        published = dt.date(2025, 1, 1) + dt.timedelta(days=number // 576)
        yield [
            "sim_hnte_stock",
            f"SIM00{number % 8 + 1}",
            f"{year}-{part:02d}",
            100 + month,
            "家",
            published.isoformat(),
        ]


def write(path: Path, count: int) -> None:
    """The workbook."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("数据")
    sheet.append(["指标", "地区", "时期", "数值", "单位", "发布日期"])
    for row in rows(count):
        sheet.append(row)
    book.save(path)


def cpu_seconds() -> float:
    """Processor time of this process and of the reading process, which other work on the machine spares."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def main() -> None:
    """Print the seconds of reading alone, and of the whole load."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.xlsx"
        write(path, count)
        store = Store(f"sqlite:///{folder}/bench.db")
        store.migrate()
        catalogue = load_catalogue(ROOT / "configs" / "simulated_city")
        commands.seed_catalogue(store, LOCAL_ADMINISTRATOR, catalogue, apply=True)
        context = load_context(store, LOCAL_ADMINISTRATOR, source="files")

        start, worked = time.perf_counter(), cpu_seconds()
        read_file(path)
        reading, reading_worked = time.perf_counter() - start, cpu_seconds() - worked

        start, worked = time.perf_counter(), cpu_seconds()
        report = load_file(store, LOCAL_ADMINISTRATOR, path, context=context, today=TODAY)
        loading, loading_worked = time.perf_counter() - start, cpu_seconds() - worked
        store.dispose()
    print(f"{count:,} rows, {report.stored:,} stored, {report.refused:,} refused")
    print(f"reading alone {reading:.1f} s ({reading_worked:.1f} s of processor time)")
    print(f"loading whole, reading included, {loading:.1f} s ({loading_worked:.1f} s of processor time)")


if __name__ == "__main__":
    main()
