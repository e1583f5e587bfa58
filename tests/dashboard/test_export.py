"""The table as CSV."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from monitor.dashboard.export import COLUMNS, csv_table, excel_table
from monitor.words.cells import csv_cell
from monitor.words.lines import line_of
from tests.dashboard import builder


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "  =1", "＝1+1"])
def test_no_cell_is_a_formula(text):
    assert csv_cell(text).startswith("'")


@pytest.mark.parametrize("value", [-0.24, 12, "-3.5", "四川", ""])
def test_numbers_and_plain_text_stay_as_they_are(value):
    assert csv_cell(value) == str(value)


def test_the_file_has_one_row_per_target_and_opens_in_spreadsheets():
    view = builder.a_view()
    content = csv_table([line_of(builder.a_status(), view)], view)
    assert content.startswith("\ufeff".encode())
    header, row = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert tuple(header) == COLUMNS
    named = dict(zip(header, row, strict=True))
    assert named["gap"] == "-0.24"
    assert named["statement"] == "2027 年 ≥ 2.50%"
    assert named["flag"] == "关注"


def test_a_workbook_keeps_numbers_dates_and_hostile_names_as_what_they_are():
    view = builder.a_view()
    hostile = builder.a_status("=1+1", region=builder.a_region("@SUM(A1)"))
    book = openpyxl.load_workbook(io.BytesIO(excel_table([line_of(hostile, view)], view)))
    header, row = book.active.iter_rows()
    named = {cell.value: found for cell, found in zip(header, row, strict=True)}
    assert tuple(named) == COLUMNS
    assert (named["target"].value, named["target"].data_type, named["target"].quotePrefix) == (
        "=1+1",
        "s",
        True,
    )
    assert named["region"].data_type == "s"
    assert (named["gap"].value, named["gap"].data_type) == (-0.24, "n")
    assert named["deadline"].value.date() == hostile.terms.deadline
