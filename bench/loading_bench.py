"""How long and how much memory a large CSV file takes from its bytes to the database, on both databases.

    python bench/loading_bench.py [--rows 250000 1000000] [--store sqlite postgresql] [--no-naive]

The figures are simulated and labelled so: monthly cumulative indicators of the real catalogue, in the
regions of configs/ and in simulated cities, month by month. Every load runs in a process of its own,
so that its peak memory is its own. The naive way beside it reads the file at once and adds the rows
through the object mapper, without reading units, dates or periods, without checks and report.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from monitor import commands  # noqa: E402
from monitor.config import load_catalogue, load_settings  # noqa: E402
from monitor.core.access import LOCAL_ADMINISTRATOR as ACTOR  # noqa: E402
from monitor.core.indicators import Indicator, Reporting  # noqa: E402
from monitor.core.periods import Frequency  # noqa: E402
from monitor.core.records import Origin  # noqa: E402
from monitor.ingest import load_context, load_file  # noqa: E402
from monitor.store import Store  # noqa: E402
from monitor.tables import LoadRow, ObservationRow, RegionRow  # noqa: E402
from tests.postgresql import running_server  # noqa: E402

TODAY = dt.date(2026, 11, 21)
ORIGIN = Origin("simulated", "simulated", "simulated figures for a benchmark", None, None, 9)
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
LINE = "{:>9} {:<11} {:<8} {:>8} {:>7} {:>8} {:>8}  {}"
INDICATORS, CITIES_OF_A_PROVINCE = 25, 11


def chosen_indicators() -> list[Indicator]:
    """Monthly indicators that count from January."""
    catalogue = load_catalogue(load_settings("real").configs_dir)
    found = [
        each
        for each in catalogue.indicators.values()
        if each.frequency is Frequency.MONTHLY and each.reporting is Reporting.YTD
    ]
    return found[:INDICATORS]


def simulated_cities() -> list[dict[str, object]]:
    """Cities under the provinces of the catalogue; no such codes exist."""
    provinces = [region for region in _regions() if region.endswith("0000") and region != "100000"]
    return [
        {
            "code": f"{province[:2]}S{number:03d}",
            "name_zh": f"模拟市{province[:2]}{number:03d}",
            "short_zh": f"模拟{province[:2]}{number:03d}",
            "name_en": f"Simulated city {province[:2]}-{number:03d}",
            "level": "city",
            "parent": province,
        }
        for province, number in product(provinces, range(CITIES_OF_A_PROVINCE))
    ]


def _regions() -> list[str]:
    return [region.code for region in load_catalogue(load_settings("real").configs_dir).regions]


def write_file(path: Path, rows: int) -> None:
    """A file of so many simulated rows, month by month; every series grows within its year."""
    provinces = [region for region in _regions() if region.endswith("0000")]
    regions = [*provinces, *(str(city["code"]) for city in simulated_cities())]
    indicators = chosen_indicators()
    months = [f"{year}-{month:02d}" for year, month in product(range(2000, 2026), range(1, 13))]
    cells = product(enumerate(months), enumerate(regions), enumerate(indicators))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for _, ((at, month), (where, region), (which, indicator)) in zip(range(rows), cells, strict=False):
            value = (at % 12 + 1) * (100 + where + which) + at // 12
            unit = indicator.display_unit
            writer.writerow(
                [indicator.code, region, month, value, unit, "final", "", "", ORIGIN.code, "simulated 模拟"]
            )


def prepare(url: str) -> None:
    """A database with catalogue, simulated cities and one origin."""
    store = Store(url)
    store.migrate()
    catalogue = load_catalogue(load_settings("real").configs_dir)
    commands.seed_catalogue(store, ACTOR, catalogue, apply=True)
    commands.record_origins(store, ACTOR, [ORIGIN])
    ordinary = dict.fromkeys(("valid_from", "valid_to", "successor"))
    with store._engine.begin() as connection:  # the catalogue's own command takes files only
        connection.execute(sa.insert(RegionRow), [{**city, **ordinary} for city in simulated_cities()])
    store.dispose()


def load(url: str, path: Path) -> None:
    """The product's way."""
    store = Store(url)
    context = load_context(store, ACTOR, source="files")
    report = load_file(store, ACTOR, path, context=context, today=TODAY)
    store.dispose()
    print(json.dumps({"stored": report.stored, "unchanged": report.unchanged, "refused": report.refused}))


def load_naively(url: str, path: Path) -> None:
    """Everything in memory, then objects into a session."""
    store = Store(url)
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    now = dt.datetime.now(dt.UTC)  # noqa: TID251 - a benchmark has no clock of its own
    with Session(store._engine) as session:
        header = LoadRow(
            source="naive",
            file_name=path.name,
            sha256="",
            started_at=now,
            finished_at=now,
            actor="bench",
            counts={},
            outcome="complete",
        )
        session.add(header)
        session.flush()
        session.add_all(
            ObservationRow(
                indicator=row["indicator"],
                region=row["region"],
                period=row["period"],
                value=float(row["value"]),
                status=row["status"],
                published_on=None,
                known_on=TODAY,
                known_on_basis="lag",
                recorded_at=now,
                definition_basis="",
                embargo_until=None,
                origin=row["origin"],
                note=row["note"],
                load_id=header.id,
            )
            for row in rows
        )
        session.commit()
    print(json.dumps({"stored": len(rows)}))


@contextmanager
def databases(kinds: list[str], folder: Path) -> Iterator[dict[str, str]]:
    """Addresses of empty databases by kind."""
    urls = {}
    if "sqlite" in kinds:
        urls["sqlite"] = f"sqlite:///{folder}/{{name}}.db"
    if "postgresql" not in kinds:
        yield urls
        return
    with running_server() as url:
        urls["postgresql"] = url
        yield urls


def new_database(kind: str, urls: dict[str, str], name: str) -> str:
    """A database with its catalogue."""
    if kind == "sqlite":
        url = urls[kind].format(name=name)
    else:
        server = sa.create_engine(urls[kind], isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        url = server.url.set(database=name).render_as_string(hide_password=False)
        server.dispose()
    prepare(url)
    return url


def measure(way: str, url: str, path: Path) -> dict[str, float]:
    """Seconds, peak memory and counts of one load in a process of its own."""
    ended = subprocess.run(
        [sys.executable, __file__, "--child", way, url, str(path)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    *_, counts, usage = ended.stdout.splitlines()
    return {**json.loads(counts), **json.loads(usage)}


def run_child(way: str, url: str, path: str) -> None:
    """One load; its counts, time without starting Python, and peak memory on standard output."""
    started, worked = time.perf_counter(), time.process_time()
    {"product": load, "again": load, "naive": load_naively}[way](url, Path(path))
    usage = {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - worked,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(usage))


def main() -> None:
    """Every size on every database, in the product's way, again, and the naive way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[250_000, 1_000_000])
    parser.add_argument("--store", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--no-naive", action="store_true")
    parser.add_argument("--no-again", action="store_true")
    parser.add_argument("--child", nargs=3)
    options = parser.parse_args()
    if options.child:
        run_child(*options.child)
        return
    print(LINE.format("rows", "database", "way", "seconds", "of CPU", "rows/s", "peak MB", "counts"))
    with (
        tempfile.TemporaryDirectory(prefix="zhibiao-bench-") as temporary,
        databases(options.store, Path(temporary)) as urls,
    ):
        for rows, kind in product(options.rows, options.store):
            path = Path(temporary) / f"simulated_{rows}.csv"
            if not path.exists():
                write_file(path, rows)
            url = new_database(kind, urls, f"product_{rows}")
            show(rows, kind, "product", measure("product", url, path))
            if not options.no_again:
                show(rows, kind, "again", measure("again", url, path))
            if not options.no_naive:
                url = new_database(kind, urls, f"naive_{rows}")
                show(rows, kind, "naive", measure("naive", url, path))


def show(rows: int, kind: str, way: str, found: dict[str, float]) -> None:
    """One line of the table."""
    counts = {name: int(found[name]) for name in ("stored", "unchanged", "refused") if name in found}
    seconds, worked, peak = (f"{found[name]:.1f}" for name in ("seconds", "cpu_seconds", "peak_mb"))
    line = LINE.format(
        f"{rows:,}", kind, way, seconds, worked, f"{rows / found['seconds']:,.0f}", peak, str(counts)
    )
    print(line, flush=True)


if __name__ == "__main__":
    main()
