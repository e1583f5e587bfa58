"""Sources, loads and freshness on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.clock import end_of_day
from monitor.core.access import LOCAL_ADMINISTRATOR
from monitor.health import Health, examine, open_unchecked
from tests.workspaces import ROOT

DAY = "2026-11-21"
FIGURES = (
    "indicator,region,period,value,unit,status,published_on,origin\n"
    "hightech_enterprises,510700,2025,{value},家,final,2026-06-30,{origin}\n"
)
SOURCES = """
sources:
  - {code: reports, title_zh: 报表, title_en: Reports, schedule: "0 7 * * mon-fri", department: mianyang_kjj,
     silent_after_days: 3, csv: {path: figures.csv}}
  - {code: off, title_zh: 停用, title_en: Off, schedule: "0 7 * * *", enabled: false, csv: {path: x.csv}}
"""
CORRECTIONS = """
corrections:
  - {code: typo, origin: ORIGIN, indicator: hightech_enterprises, region: "510700", period: "2025",
     wrong: 9999, right: 999, unit: 家, reason: one 9 too many, document: erratum}
"""


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(list(arguments)) == code, capsys.readouterr().err
    return capsys.readouterr().out


@pytest.fixture
def home(environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real workspace with sources and a correction of its own."""
    folder = tmp_path / "home"
    shutil.copytree(ROOT / "configs", folder / "configs")
    (folder / "data").symlink_to(ROOT / "data")
    origin = (ROOT / "data" / "origins.csv").read_text(encoding="utf-8").splitlines()[1].partition(",")[0]
    (folder / "configs" / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    correct = CORRECTIONS.replace("ORIGIN", origin)
    (folder / "configs" / "corrections.yaml").write_text(correct, encoding="utf-8")
    give(folder, 9999)
    monkeypatch.setenv("ZHIBIAO_HOME", str(folder))
    return folder


def give(home: Path, value: object) -> None:
    correct = (home / "configs" / "corrections.yaml").read_text(encoding="utf-8")
    origin = correct.partition("origin: ")[2].partition(",")[0]
    (home / "figures.csv").write_text(FIGURES.format(value=value, origin=origin), encoding="utf-8")


def findings() -> dict[str, tuple[Health, str]]:
    import datetime as dt

    opened = open_unchecked(None)
    found = {
        each.check: (each.health, each.message)
        for each in examine(opened, LOCAL_ADMINISTRATOR, now=end_of_day(dt.date(2026, 11, 22)))
    }
    opened.close()
    return found


def test_a_source_is_asked_listed_and_remembered(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = json.loads(printed(capsys, "sources", "list", "--json"))
    assert [(row["source"], row["state"], row["last_run"]) for row in before] == [
        ("reports", "silent", None),
        ("off", None, None),
    ]
    assert before[1]["next_expected"] is None
    told = printed(capsys, "sources", "run", "reports")
    assert told.startswith("loaded: figures.csv: 1 new")
    assert "Known errors of the source corrected: typo." in told
    assert json.loads(printed(capsys, "sources", "run", "reports", "--json"))["outcome"] == "unchanged"
    after = json.loads(printed(capsys, "sources", "list", "--json"))[0]
    assert (after["state"], after["last_run"]["outcome"]) == ("current", "unchanged")
    assert after["simulated"] is False
    history = json.loads(printed(capsys, "sources", "history", "reports", "--json"))
    assert [row["outcome"] for row in history] == ["unchanged", "loaded"]
    listed = printed(capsys, "sources", "list")
    assert "报表 Reports | mianyang_kjj" in listed
    assert "not enabled" in listed


def test_a_source_that_fails_says_why_and_ends_with_1(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = printed(capsys, "sources", "run", "off", code=1)
    assert "failed: x.csv: There is no file" in told
    assert "There is no file" in printed(capsys, "sources", "list")
    health, message = findings()["sources"]
    assert (health, "reports" in message) == (Health.WARNING, True)
    assert main(["sources", "run", "report"]) == 1
    assert "Did you mean reports?" in capsys.readouterr().err
    assert main(["sources", "history", "report"]) == 1


def test_doctor_says_when_a_source_was_repaired(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, "ingest", str(home / "figures.csv"))
    assert findings()["corrections"] == (Health.OK, "1 known errors of sources")
    give(home, 998)
    report = json.loads(printed(capsys, "ingest", str(home / "figures.csv"), "--json"))[0]
    assert (report["corrections_applied"], report["corrections_obsolete"]) == ([], ["typo"])
    health, message = findings()["corrections"]
    assert health is Health.WARNING
    assert "no longer gives the wrong figure of typo" in message
    (home / "configs" / "corrections.yaml").write_text("corrections: []\n", encoding="utf-8")
    assert findings()["corrections"] == (Health.OK, "0 known errors of sources")


def test_loads_are_listed_and_shown_with_what_they_refused(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = home / "bad.csv"
    bad.write_text(FIGURES.format(value=5, origin="nobody"), encoding="utf-8")
    assert main(["ingest", str(home / "figures.csv"), str(bad)]) == 0
    capsys.readouterr()
    last, first, *_ = json.loads(printed(capsys, "loads", "--json"))
    assert (last["file"], last["refused"], last["outcome"]) == ("bad.csv", 1, "all_refused")
    assert (first["file"], first["new"], first["source"]) == ("figures.csv", 1, "files")
    assert len(json.loads(printed(capsys, "loads", "--limit", "1", "--json"))) == 1
    shown = json.loads(printed(capsys, "loads", "show", str(last["load_id"]), "--json"))
    assert shown["refusals"][0]["rule"] == "unknown_origin"
    assert shown["refusals"][0]["cells"]["value"] == "5"
    assert "correction typo: applied" in printed(capsys, "loads", "show", str(first["load_id"]))
    assert "unknown_origin" in printed(capsys, "loads", "show", str(last["load_id"]))
    assert "0 new, 0 revised" in printed(capsys, "loads")
    assert main(["loads", "show", "99999"]) == 1
    assert "`zhibiao loads` lists them" in capsys.readouterr().err


@pytest.mark.workspace("simulated_city")
def test_series_are_listed_worst_first_with_their_owners(
    environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = json.loads(printed(capsys, "freshness", "--as-of", DAY, "--json"))
    severity = {"silent": 0, "late": 1, "expected": 2, "current": 3}
    ranks = [severity[row["state"]] for row in rows]
    assert ranks == sorted(ranks)
    found = {(row["indicator"], row["region"]): row for row in rows}
    # The owner who stopped reporting after May (data/simulated_city/README.md).
    stopped = found["sim_talents_introduced", "SIM000"]
    assert (stopped["state"], stopped["last_period"], stopped["missed"] > 2) == ("silent", "2026-05", True)
    assert stopped["departments"]
    late = found["sim_contract_value", "SIM006"]
    assert (late["state"], late["next_period"], late["missed"]) == ("late", "2026-10", 1)
    assert found["sim_contract_value", "SIM001"]["state"] == "current"
    worst = json.loads(printed(capsys, "freshness", "--as-of", DAY, "--late", "--json"))
    assert worst == [row for row in rows if row["state"] in ("silent", "late")]
    told = printed(capsys, "freshness", "--as-of", DAY, "--late")
    assert "模拟数据 / Simulated data" in told
    assert "sim_talents_introduced" in told


@pytest.mark.workspace("simulated_city")
def test_a_silent_series_is_a_grey_flag(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The list and the assessment agree on what silence is."""
    printed(capsys, "run", "--as-of", DAY, "--json")
    silent = {
        (row["indicator"], row["region"])
        for row in json.loads(printed(capsys, "freshness", "--as-of", DAY, "--json"))
        if row["state"] == "silent"
    }
    flags = json.loads(printed(capsys, "status", "--as-of", DAY, "--json"))
    grey = [row for row in flags if row["reason_code"] == "silent"]
    assert grey
    assert {(row["indicator"], row["region"]) for row in grey} <= silent
