"""CSV and Parquet as offices and programs write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from monitor.core.errors import IngestError
from monitor.forecasting import read_inputs
from tests.monitor.files.builders import HISTORY, TARGETS, answered, figures, read, target, told, write

ROWS = figures("ab")
ASKED = [target(), target("u", "b")]


def expected(folder: Path) -> pd.DataFrame:
    return answered(read(folder, history=ROWS, targets=ASKED))


def from_history(history: Path, targets: Path | None = None) -> pd.DataFrame:
    inputs = read_inputs(history, targets or write(history.parent / "t.csv", TARGETS, ASKED), None)
    assert told(inputs) == ""
    return answered(inputs)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_encodings_of_offices_are_read(tmp_path: Path, encoding: str) -> None:
    rows = [row.replace("a,", "研发经费,") for row in ROWS]
    history = write(tmp_path / "h.csv", HISTORY, rows, encoding)
    targets = write(
        tmp_path / "t.csv", TARGETS, [row.replace(",a,", ",研发经费,") for row in ASKED], encoding
    )
    assert from_history(history, targets)["reason"].tolist() == ["ok", "ok"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(",2005,", ",２００５,").replace(",102", ",１０２"),
        lambda text: text.replace(",", " , "),
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\n" + text.replace("\n", "\n\n", 3),
        lambda text: text.replace("series_id,", '"series_id",').replace("\na,", '\n"a",'),
    ],
    ids=["full width", "spaces", "semicolons", "tabs", "windows", "blank lines", "quotes"],
)
def test_the_look_of_the_text_changes_nothing(tmp_path: Path, change: Callable[[str], str]) -> None:
    path = tmp_path / "h.csv"
    path.write_text(change("\n".join([HISTORY, *ROWS]) + "\n"), encoding="utf-8", newline="")
    pd.testing.assert_frame_equal(from_history(path), expected(tmp_path))


def test_rows_are_numbered_as_a_person_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "h.csv"
    path.write_text(f"\n{HISTORY}\n\na,2018,5\n\r\na,2019,x\n", encoding="utf-8", newline="")
    inputs = read_inputs(path, write(tmp_path / "t.csv", TARGETS, ASKED), None)
    assert "h.csv, row 6, column value: 'x' is not" in told(inputs)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"PK\x03\x04....", "an Excel workbook"),
        (b"\x00\x01\x02", "not text in UTF-8 or GB18030"),
        (b"PAR1....", "cannot be read as Parquet"),
        (b"series_id,value\n", "columns missing: 'period'. Allowed: series_id, period, value, known_on"),
        (b"series_id,period,value,colour\n", "unknown: 'colour'"),
        (b"series_id,period,value,value\n", "twice: 'value'"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_whole(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "history.csv"
    path.write_bytes(content)
    with pytest.raises(IngestError, match=words) as error:
        read_inputs(path, write(tmp_path / "t.csv", TARGETS, ASKED), None)
    assert "history.csv" in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="no such file"):
        read_inputs(tmp_path / "none.csv", tmp_path / "t.csv", None)


def test_headings_alone_ask_nothing_and_answer_nothing(tmp_path: Path) -> None:
    assert answered(read(tmp_path)).empty
    inputs = read(tmp_path, history=[], targets=ASKED)
    assert answered(inputs)["reason"].tolist() == ["no_data", "no_data"]
    assert inputs.problems.count == 2


@pytest.mark.parametrize(
    "period",
    [
        lambda years: years.astype("int64"),
        lambda years: years.astype("float64"),
        lambda years: years.astype(str),
        lambda years: years.astype(str).astype("category"),
    ],
    ids=["integers", "floats", "text", "categories"],
)
@pytest.mark.parametrize("value", [float, Decimal, str], ids=["floats", "decimals", "text"])
def test_parquet_of_odd_types_is_read(tmp_path: Path, period: Callable[..., object], value: type) -> None:
    cells = pd.DataFrame([row.split(",") for row in ROWS], columns=HISTORY.split(","))
    cells["period"] = period(cells["period"].astype(int))
    cells["value"] = [
        value(cell if value is not Decimal else f"{float(cell):.12f}") for cell in cells["value"]
    ]
    cells.to_parquet(tmp_path / "h.parquet")
    found, wanted = from_history(tmp_path / "h.parquet"), expected(tmp_path)
    np.testing.assert_allclose(found["q50"], wanted["q50"])


def test_days_of_parquet_may_be_days_or_moments(tmp_path: Path) -> None:
    rows = [row.split(",") for row in ASKED]
    asked = pd.DataFrame(rows, columns=TARGETS.split(","))
    asked["as_of"] = pd.to_datetime(asked["as_of"])
    asked["deadline"] = [dt.date.fromisoformat(day) for day in asked["deadline"]]
    asked["value"] = asked["value"].astype(float)
    asked["start"] = pd.Series([None, None], dtype=object)
    asked["value_upper"] = np.nan
    asked.to_parquet(tmp_path / "t.parquet")
    found = from_history(write(tmp_path / "h.csv", HISTORY, ROWS), tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(found, expected(tmp_path))


def test_a_list_in_a_cell_of_parquet_is_refused(tmp_path: Path) -> None:
    table = pa.table({"series_id": ["a"], "period": ["2020"], "value": [[1.0, 2.0]]})
    pyarrow.parquet.write_table(table, tmp_path / "h.parquet")
    with pytest.raises(IngestError, match="column value holds list"):
        read_inputs(tmp_path / "h.parquet", tmp_path / "t.csv", None)


def test_rows_of_parquet_are_counted_from_one(tmp_path: Path) -> None:
    pd.DataFrame({"series_id": ["a", "a"], "period": [2019, 2020], "value": [1.0, np.inf]}).to_parquet(
        tmp_path / "h.parquet"
    )
    inputs = read_inputs(tmp_path / "h.parquet", write(tmp_path / "t.csv", TARGETS, ASKED), None)
    assert "row 2, column value: 'inf' is not a finite number" in told(inputs)


def test_an_empty_value_is_a_gap(tmp_path: Path) -> None:
    rows = [row if not row.startswith("a,2010") else "a,2010," for row in ROWS]
    inputs = read(tmp_path, history=rows, targets=ASKED)
    assert (told(inputs), inputs.n_gaps) == ("", 1)
    assert answered(inputs)["n_observations"].tolist() == [13, 14]


def test_a_year_of_publication_means_its_last_day(tmp_path: Path) -> None:
    rows = [f"{row},{int(row.split(',')[1]) + 1}" for row in ROWS]
    found = answered(read(tmp_path, history=rows, targets=ASKED, head="series_id,period,value,known_on"))
    assert found["observed_to"].tolist() == ["2017", "2017"]


def test_ids_come_back_as_they_were_given(tmp_path: Path) -> None:
    found = answered(read(tmp_path, history=ROWS, targets=[target("目标（1）"), target(" 007")]))
    assert found.index.tolist() == ["目标（1）", " 007"]
