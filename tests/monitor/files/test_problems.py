"""Slips in the files: each is named by file, row and column, and sinks its own series or target alone."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from monitor.core.errors import IngestError
from monitor.forecasting import read_inputs
from tests.monitor.files.builders import TARGETS, answered, figures, read, target, told, write

WELL = target("well", "b", value=120)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            "t,a,2018-12-31,levle,at_least,1,,,2020-12-31",
            "column kind: kind 'levle' is unknown. Allowed: level",
        ),
        (
            "t,a,2018-12-31,level,above,1,,,2020-12-31",
            "column comparator: comparator 'above' is unknown. Allowed: at_least",
        ),
        ("t,a,2018-12-31,level,,1,,,2020-12-31", "column comparator: comparator is empty"),
        ("t,a,2018-12-31,level,at_least,,,,2020-12-31", "column value: value is empty"),
        ("t,a,2018-12-31,level,at_least,many,,,2020-12-31", "column value: 'many' is not a finite number"),
        ("t,a,2018-12-31,level,at_least,NaN,,,2020-12-31", "column value: 'NaN' is not a finite number"),
        ("t,a,2018-12-31,level,at_least,inf,,,2020-12-31", "column value: 'inf' is not a finite number"),
        ("t,a,2018-12-31,level,between,1,,,2020-12-31", "column value_upper: between needs value_upper"),
        (
            "t,a,2018-12-31,level,between,2,1,,2020-12-31",
            "column value_upper: value_upper '1' is below value",
        ),
        ("t,a,2018-13-31,level,at_least,1,,,2020-12-31", "column as_of: '2018-13-31' is not a day"),
        ("t,a,2018-12,level,at_least,1,,,2020-12-31", "column as_of: '2018-12' is not a day"),
        ("t,a,,level,at_least,1,,,2020-12-31", "column as_of: as_of is empty"),
        ("t,a,2018-12-31,level,at_least,1,,,soon", "column deadline: 'soon' is not a day"),
        ("t,a,2018-12-31,level,at_least,1,,,", "column deadline: deadline is empty"),
        (
            "t,a,2018-12-31,level,at_least,1,,,2018-12-30",
            "column deadline: the deadline '2018-12-30' is before",
        ),
        ("t,a,2018-12-31,cumulative,at_least,1,,2025,2020-12-31", "column start: .*leaves no window"),
        ("t,a,2018-12-31,cumulative,at_least,1,,2019-Q1,2020-12-31", "column start: .*quarterly"),
        ("t,a,2018-12-31,cumulative,at_least,1,,{0},2020-12-31", "column start: '\\{0\\}' is not a period"),
        (",a,2018-12-31,level,at_least,1,,,2020-12-31", "column target_id: target_id is empty"),
        ("t,,2018-12-31,level,at_least,1,,,2020-12-31", "column series_id: series_id is empty"),
        ("t,a,2018-12-31,level,at_least,1,234.5,,,2020-12-31", "column target_id: .*not as many cells"),
    ],
)
def test_a_target_that_makes_no_sense_is_named_and_stays_grey(tmp_path: Path, row: str, words: str) -> None:
    inputs = read(tmp_path, targets=[WELL, row])
    found = answered(inputs)
    assert re.search(rf"targets\.csv, row 3, {words}", told(inputs)), told(inputs)
    assert found["reason"].tolist() == ["ok", "bad_input"]
    assert found["probability_met"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,2021,many", "column value: 'many' is not a finite number"),
        ("a,2021,NaN", "column value: 'NaN' is not a finite number"),
        ("a,2021,inf", "column value: 'inf' is not a finite number"),
        ("a,2021,1,234", "column value: the row of series 'a' has not as many cells"),
        ("a,2021", "column value: the row of series 'a' has not as many cells"),
        ("a,,5", "column period: '' is not a period"),
        ("a,2021-13,5", "column period: '2021-13' is not a period"),
        ("a,0221,5", "column period: '0221' is not a period"),
        ("a,2021-03,5", "column period: series 'a' is annual, and this period is monthly"),
        ("a,2010,5", "column period: series 'a' has this period already in row 7"),
    ],
)
def test_a_figure_that_makes_no_sense_sinks_its_series_alone(tmp_path: Path, row: str, words: str) -> None:
    asked = [target("t", as_of="2022-12-31", deadline="2024-12-31"), WELL]
    inputs = read(tmp_path, history=[*figures(), row], targets=asked)
    found = answered(inputs)
    assert re.search(rf"history\.csv, row 50, {words}", told(inputs)), told(inputs)
    assert inputs.problems.count == 1
    assert found["reason"].to_dict() == {"t": "bad_input", "well": "ok"}


def test_a_bad_series_is_no_part_of_the_pool(tmp_path: Path) -> None:
    without = answered(read(tmp_path, history=figures("bc"), targets=[WELL]))
    rows = [*figures(), "a,2010,many"]
    assert answered(read(tmp_path, history=rows, targets=[WELL])).equals(without)


def test_a_row_without_a_series_is_named(tmp_path: Path) -> None:
    inputs = read(tmp_path, history=[*figures(), ",2010,5"], targets=[WELL])
    assert "row 50, column series_id: series_id is empty" in told(inputs)
    assert answered(inputs)["reason"].to_dict() == {"well": "ok"}


def test_a_series_without_history_is_named(tmp_path: Path) -> None:
    inputs = read(tmp_path, targets=[WELL, target("t", "nowhere")])
    assert "targets.csv, row 3, column series_id: series 'nowhere' has no row in" in told(inputs)
    assert answered(inputs)["reason"].to_dict() == {"well": "ok", "t": "no_data"}


def test_targets_of_one_id_are_all_refused(tmp_path: Path) -> None:
    inputs = read(tmp_path, targets=[target(), WELL, target(value=160)])
    assert told(inputs).count("target 't' comes more than once") == 2
    assert answered(inputs)["reason"].tolist() == ["bad_input", "ok", "bad_input"]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("a,speed,,,,", "column measure: measure 'speed' is unknown. Allowed: flow"),
        ("a,,sum,,,", "column reporting: reporting 'sum' is unknown"),
        ("a,,,low,,", "column lower: 'low' is not a finite number"),
        ("a,,,5,3,", "column upper: the upper bound '3' is not above"),
        ("a,,,,,13", "column batch_months: '13' are not months"),
        (",,,,,", "column series_id: series_id is empty"),
        ("b,flow,,,,\nb,stock,,,,", "column series_id: series 'b' is described more than once"),
    ],
)
def test_a_description_that_makes_no_sense_sinks_its_series(tmp_path: Path, cells: str, words: str) -> None:
    head = "series_id,measure,reporting,lower,upper,batch_months"
    inputs = read(tmp_path, targets=[target(), target("u", "b"), target("v", "c")], series=(head, [cells]))
    assert f"series.csv, row 2, {words}" in told(inputs)
    sunk = {"a": "t", "b": "u"}.get(cells[:1])
    assert {name for name, reason in answered(inputs)["reason"].items() if reason == "bad_input"} == (
        {sunk} if sunk else set()
    )


def test_a_numerator_needs_a_denominator(tmp_path: Path) -> None:
    inputs = read(tmp_path, targets=[target()], series=("series_id,numerator,denominator", ["a,b,"]))
    assert "row 2, column denominator: there is a numerator, but no denominator" in told(inputs)


def test_a_later_release_replaces_and_a_second_of_the_day_is_refused(tmp_path: Path) -> None:
    releases = ["a,2019,700,2020-06-01", "a,2019,900,2020-07-01"]
    rows = [f"{row},{row.split(',')[1]}-12-31" for row in figures("ab")]
    rows = [row for row in rows if not row.startswith("a,2019")]
    asked = [
        target(as_of=f"2020-0{month}-15", value=800, kind="level", deadline="2020-12-31") for month in (6, 7)
    ]
    asked = [row.replace("t,", f"t{place},", 1) for place, row in enumerate(asked)]
    head = "series_id,period,value,known_on"
    early, late = answered(read(tmp_path, history=[*rows, *releases], targets=asked, head=head))["q50"]
    assert late > early
    inputs = read(tmp_path, history=[*rows, *releases, "a,2019,901,2020-07-01"], targets=asked, head=head)
    assert (
        "row 35, column period: series 'a' has this period already in row 34, known on the same day"
        in told(inputs)
    )
    assert answered(inputs)["reason"].to_dict() == {"t0": "ok", "t1": "bad_input"}


def test_a_day_of_publication_that_is_none_sinks_its_series(tmp_path: Path) -> None:
    rows = [f"{row}," for row in figures("ab")]
    inputs = read(
        tmp_path,
        history=[*rows, "a,2021,5,soon"],
        targets=[target(), WELL],
        head="series_id,period,value,known_on",
    )
    assert "row 34, column known_on: 'soon' is not a day" in told(inputs)
    assert answered(inputs)["reason"].to_dict() == {"t": "bad_input", "well": "ok"}


def test_many_problems_are_counted_and_the_first_told(tmp_path: Path) -> None:
    inputs = read(
        tmp_path, history=[*figures("b"), *(f"a,{year},x" for year in range(1900, 2000))], targets=[WELL]
    )
    assert (len(inputs.problems.shown), inputs.problems.untold, inputs.problems.count) == (20, 80, 100)


def test_figures_beyond_what_their_series_can_be_are_told(tmp_path: Path) -> None:
    rows = [f"a,{2005 + i},{90 + i}" for i in range(14)] + [f"n,{2005 + i},{-i}" for i in range(14)]
    asked = [target("share", "a"), target("count", "n"), target("early", "a", as_of="2014-12-31")]
    described = ("series_id,measure,upper", ["a,ratio,100", "n,counter,"])
    inputs = read(tmp_path, history=rows, targets=asked, series=described)
    answers = answered(inputs)
    assert answers["reason"].tolist() == ["bad_input", "bad_input", "ok"]
    assert "row 13, column value: '101' is beyond what its series can be" in told(inputs)


def test_a_direction_is_up_or_down(tmp_path: Path) -> None:
    def asked(name: str, series: str, comparator: str) -> str:
        return f"{name},{series},2020-12-31,direction,{comparator},,,2019,2020-12-31"

    targets = [
        asked("rise", "a", "more_than"),
        asked("fall", "a", "less_than"),
        asked("sinks", "c", "at_most"),
        asked("band", "a", "between"),
    ]
    answers = answered(read(tmp_path, targets=targets))
    assert answers["probability_met"].fillna(-1).tolist() == [1.0, 0.0, 1.0, -1]
    assert answers["reason"]["band"] == "bad_input"


def test_line_ends_of_old_machines_are_read(tmp_path: Path) -> None:
    inputs = read(tmp_path, targets=[target()])
    for name in ("history.csv", "targets.csv"):
        path = tmp_path / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r"))
    again = read_inputs(tmp_path / "history.csv", tmp_path / "targets.csv", None)
    pd.testing.assert_frame_equal(answered(again), answered(inputs))


@pytest.mark.parametrize("kind", [pa.large_binary(), pa.binary(2), pa.duration("s")])
def test_columns_that_hold_no_cells_are_refused(tmp_path: Path, kind: pa.DataType) -> None:
    values = {"series_id": pa.array(["a"]), "period": pa.array(["2020"])}
    value = pa.array([b"12" if "binary" in str(kind) else 1], kind)
    pq.write_table(pa.table(values | {"value": value}), tmp_path / "history.parquet")
    targets = write(tmp_path / "targets.csv", TARGETS, [target()])
    with pytest.raises(IngestError, match="column value holds"):
        read_inputs(tmp_path / "history.parquet", targets, None)
