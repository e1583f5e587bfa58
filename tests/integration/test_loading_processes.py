"""Loads in processes of their own: killed at any moment, twice, and two at once."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor import commands, queries
from monitor.core.periods import Period
from monitor.ingest import load_context, load_file
from monitor.store import Store
from tests.ingest.builders import HEADER, write_csv
from tests.monitor.builders import ADMIN, catalogue

ROOT = Path(__file__).resolve().parents[2]
TODAY = dt.date(2026, 3, 20)
# Small pieces, so that the killed load has stored some of its rows and not the others.
CHILD = """
import datetime as dt, os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from monitor.commands import figures
from monitor.ingest import load_file
from monitor.ingest import load_context
from monitor.store import Store
from tests.monitor.builders import ADMIN

url, path, moment = sys.argv[1:]
figures._PIECE = 50
store = Store(url)
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)

def progress(done, total):
    if moment.endswith("%") and done * 100 >= int(moment[:-1]) * total:
        die()

if moment == "commit":
    sa.event.listen(store._engine, "commit", die)
context = load_context(store, ADMIN, source="files")
if moment == "together":
    print("ready", flush=True)
    sys.stdin.readline()
report = load_file(store, ADMIN, Path(path), context=context, today=dt.date(2026, 3, 20), progress=progress)
print(report.stored, report.unchanged, report.refused)
"""


@pytest.fixture
def seeded(store: Store) -> Store:
    commands.seed_catalogue(store, ADMIN, catalogue())
    return store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Four series of a hundred years, and two rows that are refused."""
    rows = [
        [code, region, year, 500 + year - 1900, unit, "", "", "", "", ""]
        for code, unit in (("hightech_enterprises", "家"), ("rd_expenditure", "亿元"))
        for region in ("510000", "510700")
        for year in range(1900, 2000)
    ]
    rows.insert(7, ["hightech_enterprises", "成都", 2000, 1, "家", "", "", "", "", ""])
    rows.append(["hightech_enterprises", "510700", 2000, -1, "家", "", "", "", "", ""])
    return write_csv(tmp_path / "figures.csv", rows, header=HEADER)


def start(store: Store, path: Path, moment: str) -> subprocess.Popen[str]:
    url = store._url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, url, str(path), moment],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def tables(store: Store) -> dict[str, int]:
    names = ("loads", "observations", "refused_rows", "origins", "audit_entries")
    with store.read() as session:
        return {
            name: session.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
            for name in names
        }


@pytest.mark.parametrize("moment", ["10%", "50%", "90%", "commit"])
def test_a_load_killed_at_any_moment_leaves_the_old_state(seeded: Store, file: Path, moment: str) -> None:
    before = tables(seeded)
    seeded.dispose()
    child = start(seeded, file, moment)
    _, errors = child.communicate(timeout=120)
    assert child.returncode == -signal.SIGKILL, errors
    assert tables(seeded) == before
    context = load_context(seeded, ADMIN, source="files")
    report = load_file(seeded, ADMIN, file, context=context, today=TODAY)
    assert (report.stored, report.refused, report.was_loaded_before) == (400, 2, False)


def test_two_loads_of_one_file_at_once_leave_its_rows_once(seeded: Store, file: Path) -> None:
    seeded.dispose()
    children = [start(seeded, file, "together") for _ in range(2)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    said = [child.communicate(timeout=120) for child in children]
    assert [child.returncode for child in children] == [0, 0], said
    assert sorted(answer.split() for answer, _ in said) == [["0", "400", "2"], ["400", "0", "2"]]
    found = tables(seeded)
    assert (found["loads"], found["observations"], found["refused_rows"]) == (1, 400, 2)
    kept = queries.known_observations(seeded, ADMIN, as_of=TODAY)
    assert len({(row.indicator, row.region, row.period) for row in kept}) == 400


def test_a_file_in_many_pieces_is_stored_like_a_file_in_one(
    seeded: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches of five rows divide every family, pieces of three every series."""
    from monitor.commands import figures
    from monitor.ingest import batches, csv_reader, staging

    monkeypatch.setattr(batches, "_MOST_TOGETHER", 5)
    monkeypatch.setattr(staging, "_MOST_WAITING_ROWS", 7)
    monkeypatch.setattr(staging, "_IN_MEMORY_BYTES", 100)
    monkeypatch.setattr(csv_reader, "_SMALL_BYTES", 100)
    monkeypatch.setattr(figures, "_PIECE", 3)
    context = load_context(seeded, ADMIN, source="files")
    report = load_file(seeded, ADMIN, file, context=context, today=TODAY)
    assert (report.new, report.refused) == (400, 2)
    assert [(refusal.row, refusal.rule) for refusal in report.refusals] == [
        (9, "unknown_region"),
        (403, "below_lower_bound"),
    ]
    again = load_file(seeded, ADMIN, file, context=context, today=TODAY)
    assert (again.stored, again.unchanged, again.was_loaded_before) == (0, 400, True)
    kept = queries.known_observations(seeded, ADMIN, as_of=TODAY)
    assert all(row.value % 1e8 in (0, 500 + Period.parse(row.period).year - 1900) for row in kept)


def test_many_rows_take_the_fast_way_into_the_database(seeded: Store, tmp_path: Path) -> None:
    """Over a thousand figures and refused rows at once: COPY on PostgreSQL, quarantine's JSON included."""
    good = [
        ["rd_expenditure", "510700", year, 500, "亿元", "", "", f"basis {basis}", "", "备注"]
        for year in range(1900, 2000)
        for basis in range(11)
    ]
    bad = [["rd_expenditure", "510700", 2000, f"约{n}", "亿元", "", "", "", "", ""] for n in range(1_100)]
    path = write_csv(tmp_path / "many.csv", [*good, *bad], header=HEADER)
    context = load_context(seeded, ADMIN, source="files")
    report = load_file(seeded, ADMIN, path, context=context, today=TODAY)
    assert (report.stored, report.refused) == (1_100, 1_100)
    waiting = queries.refused_rows(seeded, ADMIN)
    assert [row.raw["value"] for row in waiting] == [f"约{n}" for n in range(1_100)]
    kept = queries.known_observations(seeded, ADMIN, as_of=TODAY)
    assert {(row.value, row.note, row.recorded_at.tzinfo) for row in kept} == {(500e8, "备注", dt.UTC)}
