"""Forecasts from files: the same numbers anywhere, and one sentence for each slip in a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.core.errors import IngestError, UsageError
from monitor.forecasting import answer_files

HEAD = "target_id,series_id,as_of,kind,comparator,value,value_upper,start,deadline"


def history(folder: Path) -> Path:
    path = folder / "history.csv"
    rows = [
        f"{name},{2005 + i},{100 * growth**i + i % 3}" for name, growth in GROWTH.items() for i in range(16)
    ]
    path.write_text("\n".join(["series_id,period,value", *rows]) + "\n", encoding="utf-8")
    return path


GROWTH = {"a": 1.08, "b": 1.02, "c": 0.97}


def targets(folder: Path, *rows: str) -> Path:
    path = folder / "targets.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


def test_one_process_and_two_give_the_same_numbers(tmp_path: Path) -> None:
    rows = [
        f"{name}{year},{name},{year}-12-31,level,at_least,{150 + year % 7},,,{year + 2}-12-31"
        for name in GROWTH
        for year in (2012, 2015, 2018)
    ]
    paths = history(tmp_path), targets(tmp_path, *rows), None
    alone = answer_files(*paths, seed=3, n_draws=300, processes=1)
    shared = answer_files(*paths, seed=3, n_draws=300, processes=2)
    assert alone.to_csv(index=False) == shared.to_csv(index=False)
    assert list(alone["target_id"]) == [row.partition(",")[0] for row in rows]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("t,a,2018-12-31,levle,at_least,1,,,2020-12-31", "row 2: kind 'levle' is unknown. Allowed: level"),
        (
            "t,a,2018-12-31,level,above,1,,,2020-12-31",
            "row 2: comparator 'above' is unknown. Allowed: at_least",
        ),
        ("t,a,2018-12-31,level,at_least,,,,2020-12-31", "row 2: .*needs a finite value"),
        ("t,a,2018-12-31,level,at_least,many,,,2020-12-31", "row 2: value 'many' is not a number"),
        ("t,a,2018-12-31,level,between,1,,,2020-12-31", "row 2: .*two ends in order"),
        ("t,a,2018-13-31,level,at_least,1,,,2020-12-31", "row 2: '2018-13-31' is not a day"),
        ("t,a,,level,at_least,1,,,2020-12-31", "row 2: as_of is empty"),
        ("t,a,2018-12-31,level,at_least,1,,,soon", "row 2: 'soon' is not a day"),
        ("t,a,2018-12-31,level,at_least,1,,,", "row 2: deadline is empty"),
        ("t,a,2018-12-31,cumulative,at_least,1,,2025,2020-12-31", "row 2: .*leaves no window"),
        ("t,a,2018-12-31,cumulative,at_least,1,,2019-Q1,2020-12-31", "row 2: .*quarterly"),
    ],
)
def test_a_row_that_makes_no_sense_is_named(tmp_path: Path, row: str, words: str) -> None:
    with pytest.raises(IngestError, match=words):
        answer_files(history(tmp_path), targets(tmp_path, row), None, seed=1)


def test_a_day_of_publication_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text("series_id,period,value,known_on\na,2018,1,soon\n", encoding="utf-8")
    with pytest.raises(IngestError, match="row 2: known_on 'soon' is not a day"):
        answer_files(path, targets(tmp_path), None, seed=1)


@pytest.mark.parametrize(
    ("engine", "words"), [("dask", "write local or tcp://host:port"), ("tcp://127.0.0.1:1", "`distributed`")]
)
def test_an_engine_that_is_not_there_is_named(tmp_path: Path, engine: str, words: str) -> None:
    row = "t,a,2018-12-31,level,at_least,1,,,2020-12-31"
    with pytest.raises(UsageError, match=words):
        answer_files(history(tmp_path), targets(tmp_path, row), None, seed=1, engine=engine)
