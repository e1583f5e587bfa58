"""The table of answers: its columns, its file."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from monitor.core.errors import UsageError
from monitor.forecasting import answer_inputs, check_out, write_table
from tests.monitor.files.builders import ENGINE, read, target

COLUMNS = [
    "target_id", "probability_met", "q05", "q10", "q25", "q50", "q75", "q90", "q95",
    "observed_to", "n_observations", "method", "reason",
]  # fmt: skip


@pytest.fixture
def table(tmp_path: Path) -> pd.DataFrame:
    asked = [target(), target("grey", value="many"), target("early", as_of="1990-12-31"), target("u", "b")]
    return answer_inputs(read(tmp_path, targets=asked), ENGINE).table


def test_columns_and_order_are_as_documented(table: pd.DataFrame) -> None:
    assert list(table.columns) == COLUMNS
    assert table["target_id"].tolist() == ["t", "grey", "early", "u"]
    assert table["reason"].tolist() == ["ok", "bad_input", "no_data", "ok"]
    assert table["observed_to"].isna().tolist() == [False, True, True, False]
    assert table.loc[0, "observed_to"] == "2018"


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out"])
def test_a_file_holds_the_table_and_nothing_else_is_left(
    tmp_path: Path, table: pd.DataFrame, name: str
) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    path = folder / name
    path.write_text("before")
    path.chmod(0o640)
    write_table(table, path)
    found = (
        pd.read_parquet(path) if name.endswith("parquet") else pd.read_csv(path, dtype={"observed_to": "str"})
    )
    found = found.fillna({"method": ""})
    pd.testing.assert_frame_equal(found, table, check_dtype=False, check_exact=True)
    assert [each.name for each in folder.iterdir()] == [name]
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_that_cannot_be_written_stays_as_it_was(
    tmp_path: Path, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "out.csv"
    path.write_text("before")
    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(OSError, match="No space"):
        write_table(table, path)
    assert (path.read_text(), sorted(tmp_path.iterdir())) == ("before", before)


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path, table: pd.DataFrame) -> None:
    write_table(table, Path(os.devnull))
    assert not Path(os.devnull).is_file()
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "real.csv")
    write_table(table, link)
    assert link.is_symlink()
    assert len(pd.read_csv(tmp_path / "real.csv")) == 4


def test_where_nothing_can_be_written_is_said_first(tmp_path: Path) -> None:
    check_out(tmp_path / "out.csv")
    with pytest.raises(UsageError, match=r"choose \.csv or \.parquet"):
        check_out(tmp_path / "out.xlsx")
    with pytest.raises(OSError, match="folder"):
        check_out(tmp_path / "none" / "out.csv")
    with pytest.raises(OSError, match="folder"):
        check_out(tmp_path)


@pytest.mark.parametrize(
    ("measure", "kind", "value", "floor"),
    [
        ("ratio", "level", "100.20", "100.195"),
        ("flow", "level", "100.20", "95.19"),
        ("flow", "growth", "2.0", "1.95"),
        ("flow", "growth", "25e-1", "2.45"),
        ("flow", "growth", "2", "1.5"),
    ],
)
def test_about_allows_what_the_plan_did_not_write(
    tmp_path: Path, measure: str, kind: str, value: str, floor: str
) -> None:
    exact = target("floor", value=floor, kind=kind)
    about = target("about", value=value, kind=kind).replace("at_least", "about")
    inputs = read(tmp_path, targets=[about, exact], series=("series_id,measure", [f"a,{measure}"]))
    chances = answer_inputs(inputs, ENGINE).table["probability_met"].tolist()
    assert chances[0] == chances[1] < 1
