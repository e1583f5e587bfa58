"""The table as CSV."""

from __future__ import annotations

import csv
import io

import pytest

from monitor.dashboard.export import COLUMNS, csv_table
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
