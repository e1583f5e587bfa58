"""A whole load through a recorder, its idempotence, hostile cells, and how long it takes."""

import io
import time
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from monitor.core.access import LOCAL_ADMINISTRATOR, Actor
from monitor.core.errors import IngestError
from monitor.core.loading import LoadContents, LoadReport
from monitor.core.records import Observation
from monitor.ingest import LoadContext, load_raw, report_to_json, report_to_table
from monitor.ingest.load import contents_of
from monitor.ingest.readers import read_file
from monitor.store import Store
from tests.ingest.builders import CONTEXT, HEADER, TODAY, load_rows, row, write_csv, write_xlsx

NO_STORE = Store("sqlite://")


class FakeRecorder:
    """Remembers figures as the command does: what is there already is unchanged."""

    def __init__(self) -> None:
        self.kept: set[object] = set()
        self.digests: list[str] = []

    def __call__(self, _store: Store, _actor: Actor, load: LoadContents) -> LoadReport:
        fresh = set(load.rows) - self.kept
        seen = load.sha256 in self.digests
        self.kept |= fresh
        self.digests.append(load.sha256)
        refusals = tuple(refusal for refusal, _ in load.refusals)
        counts = {"new": len(fresh), "revised": 0, "confirmed": 0, "unchanged": len(load.rows) - len(fresh)}
        return LoadReport(
            load_id=1,
            rows_without_origin=load.rows_without_origin,
            file_name=load.file_name,
            refused=len(refusals),
            refusals=refusals,
            was_loaded_before=seen,
            **counts,
        )


def _nothing(*_asked: object) -> tuple[Observation, ...]:
    return ()


def _load(
    path: Path, recorder: FakeRecorder, *, context: LoadContext = CONTEXT, **options: object
) -> LoadReport:
    return load_raw(
        NO_STORE,
        LOCAL_ADMINISTRATOR,
        read_file(path),
        context=context,
        today=TODAY,
        record=recorder,
        stored=_nothing,
        **options,
    )  # type: ignore[arg-type]


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    recorder = FakeRecorder()
    path = write_csv(tmp_path / "a.csv", [row(), row(period="2023"), row(region="成都")])
    first, second = _load(path, recorder), _load(path, recorder)
    assert (first.new, first.refused, first.was_loaded_before) == (2, 1, False)
    assert (second.new, second.unchanged, second.was_loaded_before) == (0, 2, True)
    assert second.refusals == first.refusals


def test_refusals_do_not_depend_on_the_day_of_the_load(tmp_path: Path) -> None:
    """The command recognises a refusal it has kept by its text."""
    raw = read_file(write_csv(tmp_path / "a.csv", [row(period="2030"), row(published_on="2029-01-01")]))
    days = [contents_of(raw, context=CONTEXT, today=TODAY.replace(day=day)).refusals for day in (1, 20)]
    assert days[0] == days[1]


def test_a_file_refused_as_a_whole_records_nothing(tmp_path: Path) -> None:
    recorder = FakeRecorder()
    with pytest.raises(IngestError, match="unknown column"):
        _load(write_csv(tmp_path / "a.csv", [row()], header=(*HEADER[:9], "x")), recorder)
    assert recorder.digests == []


def test_sheets_progress_and_skipped_sheets_reach_the_report(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = write_xlsx(
        tmp_path / "a.xlsx",
        甲=[HEADER, row(), row(value="x")],
        乙=[HEADER, row(period=2021.0)],
        丙=[["绵阳", 7]],
    )
    report = _load(path, FakeRecorder(), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)
    assert told == sorted(told)
    assert report.new == 2
    assert [(each.sheet, each.row, each.rule) for each in report.refusals] == [
        ("丙", None, "layout_not_understood"),
        ("甲", 3, "bad_value"),
    ]


def test_hostile_cells_are_text_and_nothing_else(tmp_path: Path) -> None:
    evil = ["=cmd|'/c calc'!A1", "<script>alert(1)</script>", "[red]x[/red]", "'; DROP TABLE observations;--"]
    good = [row(period=str(2015 + index), note=f'"{text}"') for index, text in enumerate(evil)]
    bad = [row(region=f'"{text}"') for text in (*evil, "\u202eevil", "a" * 5000)]
    contents = load_rows(tmp_path, *good, *bad)
    assert [figure.note for figure in contents.rows] == evil
    assert len(contents.refusals) == len(bad)
    assert contents.refusals[-1][1]["region"] == "a" * 5000
    assert all(len(refusal.reason) < 200 for refusal, _ in contents.refusals)


def test_the_printed_report_shows_markup_and_escapes_as_text(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a[bold].csv", [row(region="[red]x[/red]"), row(region='"\x85\u202ey"')])
    report = _load(path, FakeRecorder())
    console = Console(file=io.StringIO(), width=400, force_terminal=True)
    console.print(report_to_table(report))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "[red]x[/red]" in text
    assert "a[bold].csv: 0 new" in text
    assert "\u202e" not in text
    assert "\\u202e" in text


def test_a_long_report_says_how_many_lines_it_leaves_out(tmp_path: Path) -> None:
    report = _load(write_csv(tmp_path / "a.csv", [row(region="?")] * 5), FakeRecorder())
    table = report_to_table(report, most_lines=2)
    assert table.row_count == 3
    assert "... and 3 more" in list(table.columns[5].cells)


def test_the_report_as_json_names_everything(tmp_path: Path) -> None:
    plain = report_to_json(_load(write_csv(tmp_path / "a.csv", [row(value="x")]), FakeRecorder()))
    assert plain["refused"] == 1
    assert plain["refusals"][0] == {
        "file": "a.csv",
        "sheet": None,
        "row": 2,
        "column": "value",
        "severity": "refuse",
        "rule": "bad_value",
        "found": "x",
        "reason": "'x' is not a number.",
        "remedy": "Write digits only, such as 1420.5 or 1,420.5; unit and remarks have their own columns.",
    }


def test_the_report_says_how_many_rows_name_no_origin(tmp_path: Path) -> None:
    rows = [row(), row(period="2023"), row(period="2021", origin="yearbook"), row(value="x")]
    report = _load(write_csv(tmp_path / "a.csv", rows), FakeRecorder())
    assert report_to_json(report)["rows_without_origin"] == 2
    assert "2 rows name no origin and are kept under file:a.csv" in str(report_to_table(report).caption)


def test_rows_with_an_origin_of_their_own_or_by_default_need_no_remark(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [row()])
    context = replace(CONTEXT, default_origin="yearbook")
    report = _load(path, FakeRecorder(), context=context)
    assert report_to_json(report)["rows_without_origin"] == 0
    assert report_to_table(report).caption is None


def test_a_loaded_context_is_not_changed_by_a_load(tmp_path: Path) -> None:
    before = replace(CONTEXT)
    load_rows(tmp_path, row())
    assert before == CONTEXT


def test_ten_thousand_rows_pass_the_door_quickly(
    tmp_path: Path, record_property: pytest.FixtureRequest
) -> None:
    """Measured at 0.4 s; the bound is loose so that a busy machine does not fail it."""
    rows = [
        row(
            period=f"{1926 + index % 100}",
            basis=f"b{index // 100}",
            value=f'"{index % 7 + 1},420.5"',
            note="备注",
        )
        for index in range(10_000)
    ]
    path = write_csv(tmp_path / "a.csv", rows)
    started = time.perf_counter()
    contents = contents_of(read_file(path), context=CONTEXT, today=TODAY)
    elapsed = time.perf_counter() - started
    record_property("seconds", elapsed)  # type: ignore[operator]
    assert len(contents.rows) == 10_000
    assert elapsed < 10
