"""Forms, quarantine and releases as a person uses them, on the simulated city."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import main
from monitor.forms.labels import Field
from tests.forms.builders import filled

TALENTS = "figure/sim_talents_introduced/SIM000/2026-"
BULLETIN = "rd_bulletin@2024-10-02"


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(printed(capsys, *arguments, "--json"))


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 1) -> str:
    assert main(list(arguments)) == code
    return capsys.readouterr().err


def a_filled_form(capsys: pytest.CaptureFixture[str], folder: Path) -> Path:
    """Three months of a counter, one of them not a number."""
    path = folder / "form.xlsx"
    printed(
        capsys, "form", "export", "--department", "sim_talents", "--period", "2026-10", "--out", str(path)
    )
    cells = {(f"{TALENTS}06", Field.VALUE): 131, (f"{TALENTS}07", Field.VALUE): "约一百四"}
    said = {("target/sim2026.talents", Field.MEASURE): "走访 10 家企业"}
    path.write_bytes(filled(path.read_bytes(), cells | said))
    return path


@pytest.mark.workspace("simulated_city")
def test_from_the_form_to_the_flag(
    environment: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = a_filled_form(capsys, tmp_path)
    told = answered(capsys, "form", "import", str(path))
    assert (told["new"], told["notes"], told["simulated"]) == (1, 1, True)
    assert [problem["rule"] for problem in told["problems"]] == ["bad_value"]
    assert "Nothing new" not in printed(capsys, "form", "import", str(path))
    assert [note["measure"] for note in answered(capsys, "form", "notes")] == ["走访 10 家企业"]
    assert "not of sim_finance" in refused(capsys, "form", "import", str(path), "--department", "sim_finance")

    (row,) = [row for row in answered(capsys, "quarantine", "list") if row["rule"] == "bad_value"]
    number = str(row["id"])
    printed(capsys, "quarantine", "repair", number, "--value", "140", "--reason", "电话核对")
    assert "约一百四 → 140" in printed(capsys, "quarantine", "show", number)
    replayed = answered(capsys, "quarantine", "replay", number)
    assert (replayed["replayed"], replayed["refused"]) == ([row["id"]], [])
    assert "replayed with load" in refused(capsys, "quarantine", "dismiss", number, "--reason", "x")

    newest = answered(capsys, "releases", "list", "--indicator", "sim_talents_introduced")[0]
    assert (newest["origin"], newest["figures"]) == ("form:sim_talents", 2)
    compared = answered(capsys, "releases", "compare", "before", newest["release"])
    assert (compared["only_new"], compared["changed"]) == (2, [])


@pytest.mark.workspace("simulated_city")
def test_a_release_is_told_with_the_flags_it_changed_and_nothing_is_stored(
    environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report of the third quarter lifts the city's contracts."""
    told = answered(capsys, "releases", "compare", "before", "sim_contracts@2026-10-15", "--flags")
    changed = {each["target"]: (each["old_flag"], each["new_flag"]) for each in told["flags"]}
    assert changed["sim2026.contract_value"] == ("red", "yellow")
    assert all(target.startswith("sim2026.contract_value") for target in changed)
    rows = answered(capsys, "status", "--as-of", "2026-10-15")
    assert all(row["flag"] is None for row in rows)


@pytest.mark.workspace("simulated_city")
def test_many_rows_are_repaired_only_after_a_look(
    environment: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(
        "indicator,region,period,value,unit\n"
        + "".join(f"sim_talents_introduced,SIM999,2026-{month:02d},{130 + month},人\n" for month in (6, 7)),
        encoding="utf-8",
    )
    refused(capsys, "ingest", str(bad))
    (load,) = {str(row["load_id"]) for row in _bad_rows(capsys)}
    asked = ("quarantine", "repair", "--all", "--load", load, "--rule", "unknown_region")
    change = ("--region", "SIM000", "--reason", "地区代码误填")
    shown = printed(capsys, *asked, *change)
    assert shown.count("region SIM999 → SIM000") == 2
    assert "Nothing was changed" in shown
    assert [row["repairs"] for row in _bad_rows(capsys)] == [[], []]
    printed(capsys, *asked, *change, "--yes")
    assert len(answered(capsys, "quarantine", "replay", "--all", "--load", load)["replayed"]) == 2
    assert _bad_rows(capsys) == []


def _bad_rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Those waiting from the file of the test; two of the shipped figures wait as well."""
    return [row for row in answered(capsys, "quarantine", "list") if row["file"] == "bad.csv"]


def test_releases_of_real_figures(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "releases", "list", "--indicator", "rd_expenditure", "--as-of", "2025-01-01")
    bulletin = next(release for release in found if release["release"] == BULLETIN)
    assert (bulletin["kind"], bulletin["series"]) == ("first", 32)
    told = answered(capsys, "releases", "compare", "rd_bulletin@2023-09-18", BULLETIN)
    assert (told["only_new"] > 0, told["unchanged"]) == (True, 0)
    assert "No release 'rd_bulletin@1999-01-01'" in refused(
        capsys, "releases", "compare", "before", "rd_bulletin@1999-01-01"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("form", "export", "--department", "nobody", "--out", "x.xlsx"), "No department"),
        (("form", "import", "missing.xlsx"), "cannot be opened"),
        (("form", "import", __file__), "no workbook"),
        (("quarantine", "show", "7"), "No refused row"),
        (("releases", "list", "--indicator", "rd_expenditur"), "rd_expenditure"),
    ],
)
def test_a_mistake_is_one_sentence(
    environment: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    assert told in refused(capsys, *arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("quarantine", "repair", "1", "--reason", "x"),
        ("quarantine", "repair", "1", "--cell", "note", "--reason", "x"),
        ("quarantine", "replay"),
        ("quarantine", "replay", "--all"),
        ("quarantine", "list", "--state", "lost"),
        ("releases", "compare", "before", "nothing"),
    ],
)
def test_wrong_use_has_its_exit_code(
    environment: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    refused(capsys, *arguments, code=2)
