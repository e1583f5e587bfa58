"""Rows read by columns say what rows read one by one say."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.units import BASE_UNITS
from monitor.ingest import read_file
from monitor.ingest.candidates import Candidate, Rejected
from monitor.ingest.columns import Column, resolve_columns
from monitor.ingest.fields import UNITS_OF_BASE
from monitor.ingest.figure_rows import FigureColumns, FigureRows
from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.lines import Lines, plain_lines
from monitor.ingest.lookup import Lookup
from monitor.ingest.normalise import Normaliser
from monitor.ingest.raw import RawRow, RawTable
from tests.ingest.builders import CONTEXT, HEADER, row, write_csv

CELLS = {
    Column.INDICATOR: (
        "contract_value",
        "技术合同额",
        "财政支出累计",
        "patents_ytd",
        "rd_intensity",
        "nothing",
        "",
    ),
    Column.REGION: ("510700", "绵阳", "朝阳", "nowhere", "", "１００000"),
    Column.PERIOD: ("2022", "2022-09", "2022年1—9月", "2022-Q3", "2022-13", "2022-09-15", "", "2021年 度"),
    Column.VALUE: (
        "72.5",
        "1,420",
        "１２",
        "12.5%",
        "—",
        "",
        "=A1",
        "#REF!",
        "1e400",
        "abc",
        "-0",
        "0.1",
        "1e3",
    ),
    Column.UNIT: ("亿元", "万元", "%", "家", "个百分点", "斤", ""),
    Column.STATUS: ("", "final", "初步", "maybe"),
    Column.PUBLISHED_ON: ("", "2022-08", "2023年1月5日", "2022", "bad"),
    Column.BASIS: ("", "2016", "—", "Ａ"),
    Column.ORIGIN: ("", "yearbook", "unknown"),
    Column.NOTE: ("", "—", "a note", "长备注"),
    Column.EMBARGO_UNTIL: ("", "2027-01-01", "bad", "2023"),
}
GOOD = {column.value: cells[0] for column, cells in CELLS.items()}
ODD = Finding(RuleId.UNCLEAR_CELL, Column.VALUE, "?", "Unclear.", "Look.")

rows_as_written = st.fixed_dictionaries(
    {column.value: st.one_of(st.just(cells[0]), st.sampled_from(cells)) for column, cells in CELLS.items()}
)
surroundings = st.sampled_from(["", "", "", "extra cell", "problem", "short"])


@given(st.lists(st.tuples(rows_as_written, surroundings), max_size=12))
def test_both_ways_find_the_same(written: list[tuple[dict[str, str], str]]) -> None:
    rows = tuple(_raw(number, *each) for number, each in enumerate(written, start=2))
    table = RawTable("figures.csv", None, tuple(CELLS), rows)
    lines, one_by_one = _lines(table), _normaliser()
    read = _normaliser().read(lines)
    alone = [one_by_one.row(place) for place in lines]
    assert _said(read.figures) == _said([each for each in alone if isinstance(each, Candidate)])
    assert read.rejected == tuple(each for each in alone if isinstance(each, Rejected))


def test_tables_with_other_columns_stay_in_file_order(tmp_path: Path) -> None:
    several = write_csv(tmp_path / "a.csv", [row(period=str(year)) for year in (2020, 2021)])
    narrow = write_csv(
        tmp_path / "b.csv",
        [["亿元", "7", "2019", "510700", "contract_value"]],
        header=("unit", "value", "period", "region", "indicator"),
    )
    tables = [read_file(path).tables[0] for path in (several, narrow)]
    first, second = (list(plain_lines(at, at, table.lines())) for at, table in enumerate(tables))
    named = [(table, resolve_columns(table.file, None, table.header)) for table in tables]
    figures = _normaliser().read(Lines(named, [first[0], *second, first[1]])).figures
    assert [str(each.period) for each in figures] == ["2020", "2019", "2021"]
    assert [each.place.table.file for each in figures] == ["a.csv", "b.csv", "a.csv"]
    assert figures[1].value == 7e8


def test_only_rows_that_are_looked_at_become_candidates(tmp_path: Path) -> None:
    (table,) = read_file(
        write_csv(tmp_path / "a.csv", [row(period=str(year)) for year in range(2015, 2020)])
    ).tables
    figures = _normaliser().read(_lines(table)).figures
    looked_at = figures[3]
    left = figures.without([looked_at])
    assert [str(period) for period in left.columns.period] == ["2015", "2016", "2017", "2019"]
    assert left[3].place.row.number == 6
    assert figures[4] is left[3]
    corrected = left.replaced({0: _changed(left[0])})
    assert (corrected.columns.value[0], corrected[0].note) == (1.0, "corrected")
    assert corrected[3] is left[3]
    assert figures[0].value == 72.5e8


def test_large_and_small_files_are_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    lines = [[*HEADER, ""], [*row(), ""], row()[:5], [], [*row(), "", "x"], [*row(note="a\nb"), ""]]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)
    (small,) = read_file(path).tables
    monkeypatch.setattr("monitor.ingest.csv_reader._SMALL_BYTES", 1)
    monkeypatch.setattr("monitor.ingest.csv_reader._ROWS_AT_A_TIME", 2)
    (large,) = read_file(path).tables
    assert isinstance(small.rows, tuple)
    assert tuple(large.rows) == small.rows
    assert list(large.lines()) == list(small.lines())
    assert [number for number, *_ in large.lines()] == [2, 3, 5, 6]


def test_every_base_unit_can_be_named_in_a_refusal() -> None:
    assert set(UNITS_OF_BASE) == set(BASE_UNITS)


def _raw(number: int, cells: dict[str, str], surrounding: str) -> RawRow:
    if surrounding == "short":
        cells = dict(list(cells.items())[:7])
    if surrounding == "extra cell":
        cells = cells | {"column L": "x"}
    return RawRow(number, cells, problems=(ODD,) if surrounding == "problem" else ())


def _lines(table: RawTable) -> Lines:
    named = (table, resolve_columns(table.file, table.sheet, table.header))
    return Lines([named], list(plain_lines(0, 0, table.lines())) if table.rows else [])


def _normaliser() -> Normaliser:
    return Normaliser(Lookup(CONTEXT, default_origin="file:figures.csv"))


def _said(rows: FigureRows | list[Candidate]) -> list[list[object]]:
    said = [[getattr(each, name) for name in FigureColumns._fields] for each in rows]
    by_columns = [list(each) for each in zip(*FigureRows.of(rows).columns, strict=True)]
    assert said == by_columns
    return [[*values, each.place] for values, each in zip(said, rows, strict=True)]


def _changed(row_: Candidate) -> Candidate:
    return replace(row_, value=1.0, note="corrected")
