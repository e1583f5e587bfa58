"""The figures that ship, loaded into a database twice, and the report that is wrong on purpose."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor import queries
from monitor.core.access import LOCAL_ADMINISTRATOR
from monitor.ingest import load_context, load_file
from monitor.setup import Workspace, initialise, load_figures, open_workspace

ROOT = Path(__file__).resolve().parents[2]
DAY = dt.date(2026, 11, 22)
FAULTS = {
    2: "unit_slip",
    3: "cumulative_falls",
    4: "unknown_region",
    5: "bad_period",
    6: "unit_mismatch",
}


@pytest.fixture(params=["real", "simulated_city"])
def workspace(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    monkeypatch.setenv("ZHIBIAO_HOME", str(ROOT))
    monkeypatch.setenv("ZHIBIAO_WORKSPACE", request.param)
    monkeypatch.setenv("ZHIBIAO_DATABASE_URL", f"sqlite:///{tmp_path / 'zhibiao.db'}")
    done = initialise(request.param, LOCAL_ADMINISTRATOR)
    assert [load.file_name for load in done.loads if load.refused] == []
    opened = open_workspace(request.param)
    yield opened
    opened.close()


def test_shipped_figures_loaded_again_change_nothing(workspace: Workspace) -> None:
    again = list(load_figures(workspace.store, LOCAL_ADMINISTRATOR, workspace.settings))
    assert sum(load.unchanged for load in again) > 3_000
    assert [(load.stored, load.refused) for load in again] == [(0, 0)] * len(again)


@pytest.mark.parametrize("workspace", ["simulated_city"], indirect=True)
def test_every_row_of_the_faulty_report_is_refused_once(workspace: Workspace) -> None:
    store, actor = workspace.store, LOCAL_ADMINISTRATOR
    context = load_context(store, actor, source="files")
    path = workspace.settings.data_dir / "faulty_report.csv"
    first, second = (load_file(store, actor, path, context=context, today=DAY) for _ in range(2))
    assert {refusal.row: refusal.rule for refusal in first.refusals} == FAULTS
    assert first.stored == second.stored == 0
    assert second.refusals == first.refusals
    kept = [row for row in queries.refused_rows(store, actor) if row.refusal.file == path.name]
    assert len(kept) == len(FAULTS)


@pytest.mark.parametrize("workspace", ["simulated_city"], indirect=True)
def test_of_the_honest_figures_two_wait_for_a_person(workspace: Workspace) -> None:
    """Februaries that stand nearer to last year's month than to its sum: what the rule costs."""
    held = queries.refused_rows(workspace.store, LOCAL_ADMINISTRATOR)
    assert {(row.refusal.rule, row.refusal.file) for row in held} == {
        ("single_month", "contracts.csv"),
        ("single_month", "counters.csv"),
    }
    assert len(held) == 2
