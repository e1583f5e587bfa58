"""The command line as a person uses it: output, exit codes, one sentence for each mistake."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pandas as pd
import pytest

from monitor.cli import main
from monitor.clock import end_of_day
from monitor.core.access import LOCAL_ADMINISTRATOR
from monitor.health import Health, examine, open_unchecked

TODAY = "2026-11-21"
INTENSITY = "sichuan_rd_input_plan.rd_intensity_2027"
REVISE = ("target", "revise", INTENSITY, "--reason", "x")
REQUIRED = {
    "target_id", "plan", "indicator", "region", "department", "commitment", "kind", "comparator", "value",
    "value_upper", "unit", "window_start", "deadline", "published_value", "probability_met", "flag",
    "reason_code", "reason", "as_of", "observed_to",
}  # fmt: skip


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 1) -> str:
    assert main(list(arguments)) == code
    found = capsys.readouterr()
    assert "Traceback" not in found.err + found.out
    return found.err


def test_status_json_lists_every_target(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, "run", "--as-of", TODAY, "--json")
    rows = json.loads(printed(capsys, "status", "--as-of", TODAY, "--json"))
    assert len(rows) == 304
    assert all(set(row) >= REQUIRED for row in rows)
    jiangxi = next(row for row in rows if row["target_id"] == "jiangxi_2021.rd_intensity")
    assert (jiangxi["flag"], jiangxi["value"], jiangxi["unit"]) == ("missed", 2.0, "percent")
    assert "1.70" in jiangxi["reason"]


def test_explain_says_why(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed(capsys, "run", "--as-of", "2021-06-30", "--plan", "jiangxi_2021")
    told = printed(capsys, "explain", "jiangxi_2021.rd_intensity", "--as-of", "2021-06-30")
    assert "预警" in told
    assert "近 8 年" in told
    assert "全社会研发经费投入强度" in told
    english = printed(capsys, "explain", "jiangxi_2021.rd_intensity", "--as-of", "2021-06-30", "--english")
    assert "At risk" in english
    assert "Jiangxi" in english
    assert "江西" not in english


def test_whatif_answers_and_writes_nothing(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ("whatif", "sichuan_rd_input_plan.rd_intensity_2027", "--as-of", TODAY, "--json")
    lower = json.loads(printed(capsys, *ask, "--value", "2.3"))
    higher = json.loads(printed(capsys, *ask, "--value", "2.7"))
    now = lower["now"]["probability_met"]
    assert lower["tried"]["probability_met"] > now > higher["tried"]["probability_met"]
    assert json.loads(printed(capsys, *ask))["tried"]["probability_met"] == now
    shown = json.loads(printed(capsys, "target", "show", "sichuan_rd_input_plan.rd_intensity_2027", "--json"))
    assert len(shown["ledger"]) == 1


def test_the_safe_value_has_the_chance_it_promises(
    environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = ("whatif", "hainan_2026.rd_intensity", "--as-of", TODAY, "--json")
    safe = json.loads(printed(capsys, *ask))["safe_value"]
    assert json.loads(printed(capsys, *ask, "--value", str(safe)))["tried"]["probability_met"] >= 0.79


def test_revise_adds_a_dated_entry(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = "henan_2026.hightech_enterprises"
    printed(capsys, "target", "revise", code, "--value", "14500.0", "--reason", "测试", "--effective", TODAY)
    ledger = json.loads(printed(capsys, "target", "show", code, "--json"))["ledger"]
    found = [(entry["value"], entry["written_decimals"]) for entry in ledger]
    assert found == [(15000.0, 0), (14500.0, 1)]
    listed = json.loads(printed(capsys, "target", "list", "--as-of", "2026-11-20", "--json"))
    assert next(row for row in listed if row["target"] == code)["value"] == 15000.0


@pytest.mark.workspace("simulated_city")
def test_simulated_figures_are_labelled_everywhere(
    environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = "sim2026.contract_value_stretch"
    commands = (
        ("run", "--as-of", TODAY),
        ("status", "--as-of", TODAY),
        ("explain", code, "--as-of", TODAY),
        ("whatif", code, "--as-of", TODAY),
        ("target", "show", code),
        ("target", "list"),
        ("doctor",),
    )
    for command in commands:
        assert printed(capsys, *command).startswith("模拟数据 / Simulated data")
        found = json.loads(printed(capsys, *command, "--json"))
        assert all(entry["simulated"] is True for entry in (found if isinstance(found, list) else [found]))


def test_real_figures_say_so_too(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Simulated" not in printed(capsys, "target", "show", INTENSITY)
    assert json.loads(printed(capsys, "target", "show", INTENSITY, "--json"))["simulated"] is False


def test_a_withdrawn_target_is_no_longer_in_force(
    environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(capsys, "target", "withdraw", INTENSITY, "--reason", "改为年度考核")
    assert INTENSITY not in printed(capsys, "target", "list")
    told = printed(capsys, "explain", INTENSITY)
    assert "已撤销" in told
    assert "改为年度考核" in told
    assert "was withdrawn" in refused(capsys, "whatif", INTENSITY)


def test_codes_and_sentences_stay_whole_on_a_narrow_terminal(
    environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(capsys, "target", "list").splitlines()
    assert any(
        line.startswith("anonymous_city_2023_2025.industrial_firms_with_rd_activity_share") for line in lines
    )
    summary = printed(capsys, "run", "--as-of", "2021-06-30", "--plan", "jiangxi_2021").splitlines()[0]
    assert summary.endswith(" s).")


def test_a_settled_target_says_so(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = printed(capsys, "whatif", "jiangxi_2021.rd_intensity", "--as-of", TODAY)
    assert "Settled: × 未完成 / Missed." in told


def test_export_is_a_table(environment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "targets.csv"
    printed(capsys, "target", "export", "--out", str(out), "--plan", "sichuan_2022")
    assert out.read_text(encoding="utf-8-sig").startswith("target,plan,indicator")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("explain", "no_such_target"), 1, "No target 'no_such_target'"),
        (("run", "--as-of", "yesterday"), 2, "is not a day"),
        (("run", "--every", "hour"), 2, "write week or month"),
        (("ingest", "no_such_file.csv"), 1, "no_such_file.csv"),
        (("target", "revise", "henan_2026.rd", "--reason", "x"), 2, "Nothing to revise"),
        ((*REVISE, "--value", "-5"), 1, "allowed: 0 % or more"),
        ((*REVISE, "--value", "nan"), 2, "is not a number"),
        ((*REVISE, "--value", "1e400"), 1, "a finite number"),
        ((*REVISE, "--deadline", "1990-12-31"), 1, "from the plan's start"),
        ((*REVISE, "--deadline", "2027-11-30"), 1, "the end of a period of the annual"),
        ((*REVISE, "--value", "2.6", "--effective", "2099-01-01"), 1, "choose an earlier day"),
        (("whatif", INTENSITY, "--sure", "1.5"), 2, "no chance"),
        (("whatif", INTENSITY, "--sure", "nan"), 2, "no chance"),
        (("whatif", INTENSITY, "--value", "nan"), 2, "is not a number"),
        (("whatif", INTENSITY, "--as-of", TODAY, "--deadline", "2025-12-31"), 2, "lies before"),
        (("whatif", INTENSITY, "--deadline", "2027-11-30"), 1, "the end of a period of the annual"),
        (("status", "--plan", "sichuan_2202"), 1, "Did you mean"),
        (("status", "--region", "999999"), 1, "No region '999999'"),
        (("status", "--department", "x"), 1, "No department 'x'"),
        (("target", "list", "--plan", "nope"), 1, "No plan 'nope'"),
        (("target", "export", "--out", "/no/such/folder/x.csv"), 1, "cannot be written"),
        (("no-such-command",), 2, "No such command"),
        (("--workspace", "nowhere", "status"), 1, "real, simulated_city"),
    ],
)
def test_mistakes_are_one_sentence(
    environment: str,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    assert words in refused(capsys, *arguments, code=code)


def test_a_database_that_was_not_set_up_says_what_to_do(
    environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHIBIAO_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    assert "zhibiao init" in refused(capsys, "status")


def test_simulated_figures_never_enter_the_real_database(
    environment: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHIBIAO_WORKSPACE", "simulated_city")
    assert "kept apart" in refused(capsys, "init")


def test_doctor_finds_a_broken_chain(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    import os
    import sqlite3

    printed(capsys, "doctor")
    with sqlite3.connect(os.environ["ZHIBIAO_DATABASE_URL"].removeprefix("sqlite:///")) as database:
        for (name,) in database.execute("select name from sqlite_master where type='trigger'").fetchall():
            database.execute(f'drop trigger "{name}"')
        database.execute("update target_revisions set reason = 'changed' where id = 1")
    database.close()
    assert main(["doctor"]) == 1
    assert "hash chain is broken" in capsys.readouterr().out.replace("\n", " ")


def test_doctor_finds_a_ledger_cut_at_its_end(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    import os
    import sqlite3

    printed(capsys, *REVISE, "--value", "2.6")
    printed(capsys, "doctor")
    with sqlite3.connect(os.environ["ZHIBIAO_DATABASE_URL"].removeprefix("sqlite:///")) as database:
        for (name,) in database.execute("select name from sqlite_master where type='trigger'").fetchall():
            database.execute(f'drop trigger "{name}"')
        database.execute("delete from target_revisions where sequence = 2")
    database.close()
    assert main(["doctor"]) == 1
    assert "differ in number" in " ".join(capsys.readouterr().out.split())


def test_doctor_reports_a_database_that_was_not_set_up(
    environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHIBIAO_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    assert main(["doctor", "--json"]) == 1
    found = {entry["check"]: entry["health"] for entry in json.loads(capsys.readouterr().out)}
    assert found == {"database": "failed", "disk": "ok"}


def test_doctor_fails_when_the_last_run_lies_ahead(
    environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(capsys, "run", "--as-of", TODAY, "--plan", "jiangxi_2021")
    opened = open_unchecked(environment)
    found = {f.check: f for f in examine(opened, LOCAL_ADMINISTRATOR, now=end_of_day(dt.date(2026, 11, 1)))}
    opened.close()
    assert found["assessment"].health is Health.FAILED
    assert "lies ahead" in found["assessment"].message


def test_loading_the_shipped_figures_again_changes_nothing(
    environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    again = json.loads(printed(capsys, "init", "--json"))
    assert again["catalogue"]["differences"] == []
    for load in again["loads"]:
        assert (load["new"], load["revised"], load["refused"]) == (0, 0, 0)


def test_forecast_answers_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history = tmp_path / "history.csv"
    rows = [f"a,{2010 + i},{100 * 1.08**i}" for i in range(12)]
    history.write_text("series_id,period,value\n" + "\n".join(rows) + "\n", encoding="utf-8")
    targets = tmp_path / "targets.csv"
    targets.write_text(
        "target_id,series_id,as_of,kind,comparator,value,start,deadline\n"
        "low,a,2021-12-31,level,at_least,100,,2022-12-31\n"
        "high,a,2021-12-31,level,at_least,900,,2022-12-31\n"
        "none,b,2021-12-31,level,at_least,900,,2022-12-31\n"
        "early,a,2009-12-31,level,at_least,900,,2022-12-31\n",
        encoding="utf-8",
    )
    out = tmp_path / "out.csv"
    printed(capsys, "forecast", str(history), str(targets), "--out", str(out))
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("target_id,probability_met,q05,q10,q25,q50,q75,q90,q95,observed_to")
    found = {line.split(",")[0]: line.split(",") for line in lines[1:]}
    assert float(found["low"][1]) > 0.95
    assert float(found["high"][1]) < 0.05
    assert found["none"][-1] == "no_data"
    assert found["early"][-1] == "no_data"


def test_forecast_refuses_what_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history = tmp_path / "history.csv"
    history.write_text("series_id,period,value,colour\na,2020,1,red\n", encoding="utf-8")
    assert "colour" in refused(capsys, "forecast", str(history), str(history))


def forecast_files(folder: Path, *rows: str) -> tuple[str, str]:
    history, targets = folder / "history.csv", folder / "targets.csv"
    figures = [f"{name},{2010 + i},{100 * 1.08**i}" for name in "ab" for i in range(12)]
    history.write_text("\n".join(["series_id,period,value", *figures, *rows]) + "\n", encoding="utf-8")
    targets.write_text(
        "target_id,series_id,as_of,kind,comparator,value,start,deadline\n"
        + "".join(f"{name},{name},2021-12-31,level,at_least,250,,2022-12-31\n" for name in "ab"),
        encoding="utf-8",
    )
    return str(history), str(targets)


def test_forecast_answers_the_rest_when_a_series_is_bad(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["forecast", *forecast_files(tmp_path, "a,2009,many")]) == 0
    found = capsys.readouterr()
    assert [line.rpartition(",")[2] for line in found.out.splitlines()] == ["reason", "bad_input", "ok"]
    assert "history.csv, row 26, column value: 'many' is not a finite number" in found.err
    assert (
        "Problems in the files: 1. Targets that stay grey for them (reason bad_input): 1 of 2." in found.err
    )
    assert "Read 25 figures in" in found.err


def test_forecast_fails_where_nothing_can_be_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = forecast_files(tmp_path, "a,2009,many", "b,2010,5")
    out = tmp_path / "out.parquet"
    said = refused(capsys, "forecast", *files, "--out", str(out))
    assert "row 27, column period: series 'b' has this period already in row 14" in said
    assert "No target could be answered" in said
    assert pd.read_parquet(out)["reason"].tolist() == ["bad_input", "bad_input"]


def test_forecast_says_first_that_it_cannot_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = forecast_files(tmp_path)
    assert "cannot be written" in refused(
        capsys, "forecast", *files, "--out", str(tmp_path / "no" / "out.csv")
    )
    assert "'.xlsx'" in refused(capsys, "forecast", *files, "--out", str(tmp_path / "out.xlsx"), code=2)


@pytest.mark.workspace("simulated_city")
def test_finished_plans_are_replayed_for_the_record(
    environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(printed(capsys, "replay", "--every", "year", "--json"))
    assert told["plans"] == ["sim_work_plan_2025"]
    assert told["days"][0] == "2025-12-31"
    assert told["stored"] == told["assessed"] > 0
    assert "write quarter or year" in refused(capsys, "replay", "--every", "week", code=2)
    assert "only finished plans" in refused(capsys, "replay", "--plan", "sim_work_plan_2026", code=2)
