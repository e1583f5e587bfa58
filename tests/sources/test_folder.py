"""The drop folder: everything put there is loaded or refused, nothing overwritten, nothing lost."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monitor import queries
from monitor.core.sources import SourceOutcome, SourceRun
from monitor.sources.folder import DropFolder
from monitor.store import Store
from tests.monitor.builders import ADMIN
from tests.sources.builders import a_source, ask, figures_csv, seeded

FOLDER = {"path": "inbox", "settle_seconds": 0}


def run(store: Store, home: Path) -> SourceRun:
    return ask(store, home, a_source("inbox", folder=FOLDER))


def put(home: Path, name: str, text: str) -> Path:
    path = home / "inbox" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names(home: Path, folder: str = "") -> list[str]:
    return sorted(path.name for path in (home / "inbox" / folder).iterdir() if not path.is_dir())


def test_files_are_loaded_in_name_order_and_moved(store: Store, tmp_path: Path) -> None:
    seeded(store)
    put(tmp_path, "b.csv", figures_csv(("2023", 600)))
    put(tmp_path, "a.csv", figures_csv(("2022", 512)))
    found = run(store, tmp_path)
    assert (found.outcome, found.files) == (SourceOutcome.LOADED, ("a.csv", "b.csv"))
    assert [load.file_name for load in queries.loads(store, ADMIN)] == ["b.csv", "a.csv"]
    assert (names(tmp_path), names(tmp_path, "loaded")) == ([], ["a.csv", "b.csv"])
    again = run(store, tmp_path)
    assert (again.outcome, again.message) == (SourceOutcome.UNCHANGED, "no file was waiting")


def test_a_file_that_cannot_be_read_is_refused_with_the_reason_beside_it(
    store: Store, tmp_path: Path
) -> None:
    seeded(store)
    put(tmp_path, "note.csv", "just words\n")
    put(tmp_path, "scan.pdf", "%PDF")
    put(tmp_path, "empty.csv", "")
    put(tmp_path, "good.csv", figures_csv(("2022", 512)))
    found = run(store, tmp_path)
    assert found.outcome is SourceOutcome.WITH_REFUSALS
    assert names(tmp_path, "loaded") == ["good.csv"]
    refused = names(tmp_path, "refused")
    assert refused == ["empty.csv", "empty.csv.txt", "note.csv", "note.csv.txt", "scan.pdf", "scan.pdf.txt"]
    why = (tmp_path / "inbox/refused/note.csv.txt").read_text(encoding="utf-8")
    assert "No header row was found" in why
    assert (tmp_path / "inbox/refused/note.csv").read_text(encoding="utf-8") == "just words\n"


def test_a_file_with_refused_rows_is_loaded(store: Store, tmp_path: Path) -> None:
    seeded(store)
    put(tmp_path, "a.csv", figures_csv(("2022", 512), ("2023", "n/a?")))
    assert run(store, tmp_path).outcome is SourceOutcome.WITH_REFUSALS
    assert names(tmp_path, "loaded") == ["a.csv"]
    assert len(queries.refused_rows(store, ADMIN)) == 1


def test_names_that_are_taken_get_a_number(store: Store, tmp_path: Path) -> None:
    seeded(store)
    for value in (512, 513, 514):
        put(tmp_path, "a.csv", figures_csv(("2022", value)))
        put(tmp_path, "x.csv", f"words {value}\n")
        run(store, tmp_path)
    assert names(tmp_path, "loaded") == ["a (2).csv", "a (3).csv", "a.csv"]
    kept = [(tmp_path / "inbox/loaded" / name).read_text(encoding="utf-8") for name in ("a.csv", "a (3).csv")]
    assert kept == [figures_csv(("2022", 512)), figures_csv(("2022", 514))]
    assert names(tmp_path, "refused") == [
        "x (2).csv", "x (2).csv.txt", "x (3).csv", "x (3).csv.txt", "x.csv", "x.csv.txt",
    ]  # fmt: skip


def test_a_refused_name_never_meets_the_reason_of_another(store: Store, tmp_path: Path) -> None:
    """`x.csv.txt` is a file somebody sends, and the name of the reason beside `x.csv`."""
    seeded(store)
    for name in ("x.csv", "x.csv.txt"):
        put(tmp_path, name, f"words of {name}\n")
    run(store, tmp_path)
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "inbox/refused").iterdir()]
    assert {"words of x.csv\n", "words of x.csv.txt\n"} <= set(texts)
    assert len(texts) == 4


def test_links_are_refused_and_what_they_lead_to_is_left_alone(store: Store, tmp_path: Path) -> None:
    seeded(store)
    outside = tmp_path / "outside.csv"
    outside.write_text(figures_csv(("2022", 512)), encoding="utf-8")
    put(tmp_path, "a.csv", figures_csv(("2023", 600)))
    (tmp_path / "inbox" / "link.csv").symlink_to(outside)
    found = run(store, tmp_path)
    assert "link to another place" in found.message
    assert outside.exists()
    assert (tmp_path / "inbox/refused/link.csv").is_symlink()
    assert [load.file_name for load in queries.loads(store, ADMIN)] == ["a.csv"]


def test_a_name_in_the_encoding_of_an_office_machine_is_read(store: Store, tmp_path: Path) -> None:
    seeded(store)
    put(tmp_path, "a.csv", figures_csv(("2022", 512)))
    written = os.fsdecode("月报.csv".encode("gb18030"))
    (tmp_path / "inbox" / "a.csv").rename(tmp_path / "inbox" / written)
    found = run(store, tmp_path)
    assert (found.outcome, found.files) == (SourceOutcome.LOADED, ("月报.csv",))
    assert [os.fsencode(name) for name in names(tmp_path, "loaded")] == ["月报.csv".encode("gb18030")]


def test_a_folder_that_leads_elsewhere_stops_the_run(store: Store, tmp_path: Path) -> None:
    seeded(store)
    put(tmp_path, "a.csv", figures_csv(("2022", 512)))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "inbox" / "loaded").symlink_to(tmp_path / "elsewhere")
    found = run(store, tmp_path)
    assert (found.outcome, names(tmp_path)) == (SourceOutcome.FAILED, ["a.csv"])
    assert "leads to another place" in found.message


def test_what_is_still_being_written_is_left_alone(tmp_path: Path) -> None:
    folder = DropFolder("inbox", tmp_path / "inbox")
    for name in ("growing.csv", "done.csv", ".hidden.csv", "~$open.xlsx", "half.csv.part"):
        put(tmp_path, name, "x")
    (tmp_path / "inbox" / "folder.csv").mkdir()

    def meanwhile(_seconds: float) -> None:
        put(tmp_path, "growing.csv", "x and more")
        put(tmp_path, "new.csv", "x")

    waiting = folder.waiting(settle_seconds=1, pause=meanwhile)
    assert [file.path.name for file in waiting] == ["done.csv"]


def test_a_file_replaced_while_it_was_loaded_stays(tmp_path: Path) -> None:
    folder = DropFolder("inbox", tmp_path / "inbox")
    put(tmp_path, "a.csv", "old")
    (file,) = folder.waiting(settle_seconds=0, pause=lambda _seconds: None)
    put(tmp_path, "a.csv", "new content")
    folder.keep(file)
    assert (names(tmp_path), names(tmp_path, "loaded")) == (["a.csv"], [])


_SLOW_RUN = """
import sys, time
from pathlib import Path
import monitor.sources.folder as folder
from monitor.store import Store
from tests.sources.builders import a_source, ask

def stop_before_moving(self, file):
    print("stored", flush=True)
    time.sleep(60)

folder.DropFolder.keep = stop_before_moving
ask(Store(sys.argv[1]), Path(sys.argv[2]), a_source("inbox", folder={"path": "inbox", "settle_seconds": 0}))
"""


def test_a_run_killed_between_storing_and_moving_loses_and_doubles_nothing(
    sqlite_template: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    (tmp_path / "killed.db").write_bytes(sqlite_template.read_bytes())
    store = seeded(Store(url))
    put(tmp_path, "a.csv", figures_csv(("2022", 512), ("2023", 600)))
    command = [sys.executable, "-c", _SLOW_RUN, url, str(tmp_path)]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stored\n"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert names(tmp_path) == ["a.csv"]
    found = run(store, tmp_path)
    assert (found.outcome, names(tmp_path), names(tmp_path, "loaded")) == (
        SourceOutcome.UNCHANGED, [], ["a.csv"],
    )  # fmt: skip
    assert len(queries.loads(store, ADMIN)) == 1
    stored = queries.known_observations(store, ADMIN, as_of=dt.date(2030, 1, 1))
    assert [entry.value for entry in stored] == [512.0, 600.0]
    store.dispose()


def test_a_database_that_fails_leaves_the_file_where_it_was(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeded(store)
    put(tmp_path, "a.csv", figures_csv(("2022", 512)))

    def breaks(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device", "zhibiao.db")

    monkeypatch.setattr("monitor.sources.running.load_raw", breaks)
    found = run(store, tmp_path)
    assert (found.outcome, names(tmp_path)) == (SourceOutcome.FAILED, ["a.csv"])
    assert found.message == "zhibiao.db cannot be used: No space left on device."


def test_waiting_is_short_for_an_empty_folder(tmp_path: Path) -> None:
    started = time.monotonic()
    assert DropFolder("inbox", tmp_path / "inbox").waiting(settle_seconds=5, pause=time.sleep) == []
    assert time.monotonic() - started < 2
