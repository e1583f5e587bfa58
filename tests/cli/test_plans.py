"""Plans on the command line: extract in four formats, review in the terminal, import from a sheet."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from monitor import queries
from monitor.cli import main
from monitor.core.access import LOCAL_ADMINISTRATOR
from monitor.setup import open_workspace
from monitor.workplan import Candidate

TEXT = (
    "绵阳市科学技术局2025年工作要点\n力争高新技术企业达到700家，技术合同成交额达到88亿元。\n"
    "=cmd|x新增\u202e平台9家。"
)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def answers(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def token(environment: str) -> str:
    opened = open_workspace(environment)
    found = queries.state_token(opened.store, LOCAL_ADMINISTRATOR)
    opened.close()
    return found


def test_json_is_a_list_of_proposals(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "extract", str(plan), "--format", "json")
    rows = json.loads(out)
    assert [set(row) for row in rows] == [set(Candidate.field_names())] * 3
    for row in rows:
        assert TEXT[row["start"] : row["end"]] == row["quote"]
    assert "\u202e" not in out
    assert rows[0]["commitment"] == "stretch"


def test_table_shows_no_control_characters(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "extract", str(plan))
    assert "700家" in out
    assert "\u202e" not in out


def test_csv_cells_are_no_formulas(plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "found.csv"
    printed(capsys, "extract", str(plan), "--format", "csv", "--out", str(out))
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert len(rows) == 3
    assert not any((value or "").startswith(("=", "+", "@")) for row in rows for value in row.values())


@pytest.mark.parametrize("year", ["1999", "x"])
def test_a_year_out_of_range_is_wrong_use(plan: Path, year: str) -> None:
    assert main(["extract", str(plan), "--year", year]) == 2


def test_a_sheet_needs_a_file(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", str(plan), "--format", "xlsx"]) == 2
    assert "--out" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("extract",), ("plan", "import")])
def test_a_bad_file_is_one_sentence_and_stores_nothing(
    environment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    path = tmp_path / "photo.txt"
    path.write_bytes(bytes(range(256)) * 20)
    before = token(environment)
    assert main([*command, str(path)]) == 1
    found = capsys.readouterr()
    assert found.err.strip().count("\n") == 0
    assert "Traceback" not in found.err + found.out
    assert token(environment) == before


def test_review_in_the_terminal(
    environment: str, plan: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, "y", "v 90", "y", "n")
    out = printed(capsys, "plan", "import", str(plan))
    assert "2 targets entered into plan_510700_2025" in out
    ledger = json.loads(printed(capsys, "target", "list", "--plan", "plan_510700_2025", "--json"))
    assert sorted(row["value"] for row in ledger) == [700, 9e9]
    answers(monkeypatch, "s")
    again = printed(capsys, "plan", "import", str(plan))
    assert "Nothing new was entered;" in again


def test_a_wrong_answer_is_asked_again_and_stopping_is_free(
    environment: str, plan: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = token(environment)
    answers(monkeypatch, "i nothing_like_it", "v many", "what", "q")
    out = printed(capsys, "plan", "import", str(plan))
    assert "Nothing new was entered and no plan was registered" in out
    answers(monkeypatch)
    assert main(["plan", "import", str(plan)]) == 1
    assert token(environment) == before


def test_import_from_an_edited_sheet(
    environment: str, plan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "review.xlsx"
    printed(capsys, "extract", str(plan), "--format", "xlsx", "--out", str(sheet))
    book = load_workbook(sheet)
    book["目标"]["B2"], book["目标"]["B3"] = "接受", "退回"
    book.save(sheet)
    arguments = ("plan", "import", str(plan), "--sheet", str(sheet))
    assert "1 targets entered" in printed(capsys, *arguments)
    assert "Nothing new was entered;" in printed(capsys, *arguments)
    assert main([*arguments[:-1], str(tmp_path / "none.xlsx")]) == 2
