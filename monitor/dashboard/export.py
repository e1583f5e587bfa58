"""The table as a file that a spreadsheet can open without running anything in it: CSV or Excel."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from monitor.words import wording
from monitor.words.cells import csv_cell, plain_text
from monitor.words.lines import Line
from monitor.words.view import View

EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CELL = 32_767
COLUMNS = (
    "target",
    "flag",
    "region",
    "indicator",
    "kind",
    "statement",
    "value",
    "value_period",
    "target_value",
    "gap",
    "unit",
    "probability_met",
    "change_points",
    "deadline",
    "days_left",
    "departments",
    "plan",
    "reason",
    "outcome",
    "simulated",
)


def csv_table(lines: Sequence[Line], view: View) -> bytes:
    """All lines as UTF-8 with a byte-order mark, one header row, numbers in the units shown."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow([csv_cell(value) for value in _row(line, view)])
    return buffer.getvalue().encode("utf-8-sig")


def excel_table(lines: Sequence[Line], view: View) -> bytes:
    """The same as a workbook: numbers stay numbers, dates are dates, and every text stays a text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("targets")
    sheet.freeze_panes = "B2"
    sheet.append(COLUMNS)
    for line in lines:
        sheet.append([_cell(sheet, value) for value in _row(line, view)])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(sheet: Any, value: object) -> object:
    """A number as it is; a text in a cell that is told to be one, whatever its first character."""
    if value is None or isinstance(value, int | float | dt.date):
        return value
    cell = WriteOnlyCell(sheet, value=plain_text(value)[:_LONGEST_CELL])
    cell.data_type, cell.quotePrefix = "s", True
    return cell


def _row(line: Line, view: View) -> list[object]:
    status, assessment = line.status, line.status.assessment
    reason = wording.sentence(assessment.reason, view.language, line.context) if assessment else ""
    return [
        status.target,
        wording.flag_word(line.flag, view.language),
        line.region,
        line.name,
        line.kind,
        line.statement,
        _shown(line, line.value),
        line.value_period,
        _shown(line, status.terms.value),
        _shown(line, line.gap),
        line.scale.unit,
        None if line.probability is None else round(line.probability, 4),
        line.change,
        status.terms.deadline,
        status.days_left,
        " / ".join(view.department(department) for department in status.departments),
        view.plan(status.plan),
        reason,
        status.outcome.verdict if status.outcome else None,
        int(view.workspace.simulated),
    ]


def _shown(line: Line, value: float | None) -> float | None:
    """A value in the shown unit, with all its digits."""
    return None if value is None else round(value / line.scale.factor, 6)
