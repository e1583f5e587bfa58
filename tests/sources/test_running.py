"""Runs of sources of every kind: what is stored, what is recorded, what is never told."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor import queries
from monitor.config.figure_sources import load_sources
from monitor.core.errors import PermissionDeniedError
from monitor.core.freshness import FreshnessState
from monitor.core.sources import SourceOutcome
from monitor.sources import run_source, standings
from monitor.store import Store
from tests.ingest.builders import write_xlsx
from tests.monitor.builders import ADMIN, VIEWER, FakeClock
from tests.sources.builders import COLUMNS, NOW, a_source, ask, figures_csv, seeded, settings_in
from tests.sources.servers import Answer, running_server

FAR = dt.date(2030, 1, 1)
INSIDE = {"allow_http": True, "allow_private": True}
JSON = {"Content-Type": "application/json"}
SDMX_COLUMNS = {
    "indicator": {"constant": "rd_expenditure"},
    "region": {"field": "REF_AREA", "codes": {"MY": "510700"}},
    "period": "TIME_PERIOD",
    "value": "OBS_VALUE",
    "unit": "UNIT_MEASURE",
}


def records(*pairs: tuple[int, float]) -> bytes:
    return json.dumps([{"area": "MY", "year": year, "count": count} for year, count in pairs]).encode()


def values(store: Store) -> list[float]:
    return [entry.value for entry in queries.known_observations(store, ADMIN, as_of=FAR)]


def test_records_from_the_web_are_stored_once_and_asked_for_by_their_stamp(
    store: Store, clock: FakeClock, tmp_path: Path
) -> None:
    seeded(store)
    with running_server(
        Answer(records((2022, 512)), headers=JSON | {"ETag": '"1"'}), Answer(status=304)
    ) as server:
        source = a_source(
            origin="yearbook", http={"url": f"{server.url}/x", "format": "json", "columns": COLUMNS, **INSIDE}
        )
        first = ask(store, tmp_path, source)
        clock.advance(days=1)
        second = ask(store, tmp_path, source)
        third = ask(store, tmp_path, source)
    assert (first.outcome, second.outcome, third.outcome) == (
        SourceOutcome.LOADED,
        SourceOutcome.UNCHANGED,
        SourceOutcome.UNCHANGED,
    )
    assert [headers.get("If-None-Match") for _, headers in server.asked] == [None, '"1"', '"1"']
    assert (values(store), first.files, len(first.load_ids)) == ([512.0], ("office.json",), 1)
    assert second.message == "the source says that nothing has changed"
    (load,) = queries.loads(store, ADMIN)
    assert (load.source, load.id) == ("office", first.load_ids[0])
    runs = queries.source_runs(store, ADMIN, source="office")
    assert runs == (third, second, first)


def test_a_run_with_refused_rows_is_asked_for_in_full_again(store: Store, tmp_path: Path) -> None:
    """Rows that were refused may pass once the catalogue is repaired, whatever the source's stamp says."""
    seeded(store)
    body = json.dumps([{"area": "XX", "year": 2022, "count": 1}, {"area": "MY", "year": 2022, "count": 5}])
    with running_server(Answer(body.encode(), headers=JSON | {"ETag": '"1"'})) as server:
        source = a_source(http={"url": f"{server.url}/x", "format": "json", "columns": COLUMNS, **INSIDE})
        runs = [ask(store, tmp_path, source) for _ in range(2)]
    assert {run.outcome for run in runs} == {SourceOutcome.WITH_REFUSALS}
    assert "If-None-Match" not in server.asked[1][1]
    assert len(queries.refused_rows(store, ADMIN)) == 1


def test_a_failed_run_is_recorded_and_stores_nothing(store: Store, tmp_path: Path) -> None:
    seeded(store)
    page = Answer(b"<html>maintenance</html>", headers={"Content-Type": "text/html"})
    with running_server(page) as server:
        source = a_source(http={"url": f"{server.url}/x", "format": "json", "columns": COLUMNS, **INSIDE})
        found = ask(store, tmp_path, source)
    assert (found.outcome, values(store)) == (SourceOutcome.FAILED, [])
    assert "a web page where JSON was expected" in found.message
    assert queries.last_source_runs(store, ADMIN) == {"office": found}
    assert queries.last_source_runs(store, ADMIN, good=True) == {}


def test_characters_no_database_keeps_are_replaced(store: Store, tmp_path: Path) -> None:
    seeded(store)
    body = rb'[{"area": "M\u0000Y", "year": "20\ud8002", "count": 1, "odd\ud800": 1}]'
    with running_server(Answer(body, headers=JSON)) as server:
        http = {"url": f"{server.url}/x", "format": "json", "columns": COLUMNS, **INSIDE}
        found = ask(store, tmp_path, a_source(http=http))
        assert found.outcome is SourceOutcome.WITH_REFUSALS
        http["columns"] = {**COLUMNS, "value": "amount"}
        assert ask(store, tmp_path, a_source(http=http)).outcome is SourceOutcome.FAILED
    (row,) = queries.refused_rows(store, ADMIN)
    assert (row.raw["region"], row.raw["period"]) == ("M\ufffdY", "20?2")


def test_a_query_is_read_and_its_password_never_told(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeded(store)
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'register.db'}")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE r (area TEXT, year INTEGER, count INTEGER)"))
        connection.execute(sa.text("INSERT INTO r VALUES ('MY', 2022, 512)"))
    engine.dispose()
    settings_in(tmp_path)
    (tmp_path / "configs" / "r.sql").write_text("SELECT * FROM r", encoding="utf-8")
    monkeypatch.setenv("ZHIBIAO_SECRET_R", f"sqlite:///{tmp_path / 'register.db'}")
    source = a_source(sql={"url_env": "ZHIBIAO_SECRET_R", "query_file": "r.sql", "columns": COLUMNS})
    assert ask(store, tmp_path, source).outcome is SourceOutcome.LOADED
    assert ask(store, tmp_path, source).outcome is SourceOutcome.UNCHANGED
    assert values(store) == [512.0]
    monkeypatch.setenv("ZHIBIAO_SECRET_R", "postgresql://user:geheim@127.0.0.1:1/geheim")
    failed = ask(store, tmp_path, source)
    assert failed.outcome is SourceOutcome.FAILED
    trail = repr(queries.audit_trail(store, ADMIN, "source", "office"))
    assert "geheim" not in failed.message + trail
    monkeypatch.delenv("ZHIBIAO_SECRET_R")
    assert "ZHIBIAO_SECRET_R" in ask(store, tmp_path, source).message


def test_a_token_a_server_repeats_is_blotted_out(store: Store, tmp_path: Path) -> None:
    seeded(store)
    (tmp_path / "token").write_text("t0ps3cret\n", encoding="utf-8")
    (tmp_path / "token").chmod(0o600)
    leads = Answer(status=302, headers={"Location": "https://t0ps3cret.example/"})
    with running_server(leads) as server:
        address = {"url": f"{server.url}/x", "token_file": "token", **INSIDE}
        found = ask(store, tmp_path, a_source(http={**address, "format": "json", "columns": COLUMNS}))
    assert server.asked[0][1]["Authorization"] == "Bearer t0ps3cret"
    assert "https://•••.example" in found.message


@pytest.mark.parametrize("kind", ["csv", "excel"])
def test_a_file_is_read_from_home(store: Store, tmp_path: Path, kind: str) -> None:
    seeded(store)
    path = tmp_path / "figures.csv"
    path.write_text(figures_csv(("2022", 512)), encoding="utf-8")
    section = {"path": "figures.csv"}
    if kind == "excel":
        rows = [line.split(",") for line in figures_csv(("2022", 512)).splitlines()]
        write_xlsx(tmp_path / "figures.xlsx", Title=[["x"]], Figures=rows)
        section = {"path": "figures.xlsx", "sheet": "Figures"}
    assert ask(store, tmp_path, a_source(**{kind: section})).outcome is SourceOutcome.LOADED
    assert values(store) == [512.0]


def test_a_missing_file_is_a_failed_run(store: Store, tmp_path: Path) -> None:
    seeded(store)
    found = ask(store, tmp_path, a_source(csv={"path": "nowhere.csv"}))
    assert (found.outcome, "There is no file" in found.message) == (SourceOutcome.FAILED, True)


@pytest.mark.parametrize("place", ["path", "address"])
def test_a_statistical_message_is_read_from_a_file_and_from_the_web(
    store: Store, tmp_path: Path, place: str
) -> None:
    seeded(store)
    sample = Path(__file__).with_name("sample_sdmx.xml").read_bytes()
    (tmp_path / "sample.xml").write_bytes(sample)
    with running_server(Answer(sample, headers={"Content-Type": "application/xml"})) as server:
        where = {"path": "sample.xml", "address": {"url": f"{server.url}/x", **INSIDE}}
        section = {"format": "xml", "columns": SDMX_COLUMNS, place: where[place]}
        found = ask(store, tmp_path, a_source(origin="yearbook", sdmx=section))
    assert (found.outcome, values(store)) == (SourceOutcome.LOADED, pytest.approx([7.25e9, 8.01e9]))


def test_a_known_error_is_corrected_until_the_source_is_repaired(store: Store, tmp_path: Path) -> None:
    seeded(store)
    settings_in(tmp_path)
    (tmp_path / "configs" / "corrections.yaml").write_text(
        """
corrections:
  - code: mianyang_2022_typo
    origin: yearbook
    indicator: hightech_enterprises
    region: "510700"
    period: "2022"
    wrong: 5120
    right: 512
    unit: 家
    reason: 多印了一个零
    document: 勘误表第 3 页
""",
        encoding="utf-8",
    )
    source = a_source(csv={"path": "figures.csv"})
    path = tmp_path / "figures.csv"
    path.write_text(figures_csv(("2021", 480), ("2022", 5120)), encoding="utf-8")
    first = ask(store, tmp_path, source)
    assert values(store) == [480.0, 512.0]
    corrected = queries.known_observations(store, ADMIN, as_of=FAR)[1]
    assert "the source gives 5120 家" in corrected.note
    assert "mianyang_2022_typo" in first.message
    path.write_text(figures_csv(("2021", 480), ("2022", 515)), encoding="utf-8")
    second = ask(store, tmp_path, source)
    assert "remove the entry from corrections.yaml" in second.message
    (use,) = queries.correction_uses(store, ADMIN)
    assert (use.correction, use.state.value, use.found) == ("mianyang_2022_typo", "obsolete", 515.0)
    (use,) = queries.correction_uses(store, ADMIN, load_id=first.load_ids[0])
    assert use.state.value == "applied"


def test_a_viewer_runs_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(PermissionDeniedError):
        run_source(store, VIEWER, settings_in(tmp_path), a_source(csv={"path": "a.csv"}), now=NOW)


def test_how_sources_stand(store: Store, clock: FakeClock, tmp_path: Path) -> None:
    seeded(store)
    clock.moment = NOW
    (tmp_path / "figures.csv").write_text(figures_csv(("2025", 512)), encoding="utf-8")
    file = {"path": "figures.csv"}
    sources = {
        "by_days": a_source("by_days", csv=file, silent_after_days=5),
        "by_calendar": a_source("by_calendar", csv=file),
        "never": a_source("never", csv=file, silent_after_days=5, enabled=False),
        "new": a_source("new", csv=file),
    }
    ask(store, tmp_path, sources["by_days"])
    (tmp_path / "figures.csv").write_text(figures_csv(("2024", 500), ("2025", 512)), encoding="utf-8")
    ask(store, tmp_path, sources["by_calendar"])

    def states(now: dt.datetime) -> dict[str, str | None]:
        found = standings(store, ADMIN, sources, now=now, timezone="Asia/Shanghai", silent_after_missed=2)
        return {each.source: each.state.value if each.state else None for each in found}

    assert states(NOW + dt.timedelta(days=4)) == {
        "by_days": "current", "by_calendar": "expected", "never": "silent", "new": None,
    }  # fmt: skip
    late = states(NOW + dt.timedelta(days=4 * 366))
    assert (late["by_days"], late["by_calendar"]) == ("silent", "silent")
    found = standings(store, ADMIN, sources, now=NOW, timezone="Asia/Shanghai", silent_after_missed=2)
    expected = {each.source: each.next_expected for each in found}
    assert expected["never"] is None
    assert expected["new"] is not None
    # Friday 20 March 2026, 09:00 in Shanghai: the next working day is Monday.
    assert expected["new"].isoformat() == "2026-03-23T07:00:00+08:00"
    assert next(each for each in found if each.source == "by_days").state is FreshnessState.CURRENT


def test_the_sources_that_ship_can_be_read() -> None:
    configs = Path(__file__).resolve().parents[2] / "configs"
    shipped = {**load_sources(configs), **load_sources(configs / "simulated_city")}
    assert {entry.kind for entry in shipped.values()} == {"folder"}
    assert len({entry.folder.path for entry in shipped.values() if entry.folder}) == 2
