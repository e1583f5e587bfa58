"""The cells of one row, each read by its own rule."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from monitor.core.errors import PeriodError, Refusal, Severity, UnitError
from monitor.core.indicators import Indicator
from monitor.core.records import Status
from monitor.core.units import Unit, unit_named
from monitor.ingest.cells import (
    PartialDate,
    WrittenNumber,
    is_missing,
    name_key,
    plain,
    read_number,
    read_partial_date,
    shown,
)
from monitor.ingest.columns import Column
from monitor.ingest.findings import Finding, RowProblem, RuleId, to_refusal
from monitor.ingest.raw import RawRow, RawTable

STATUS_WORDS = {
    "final": Status.FINAL,
    "最终": Status.FINAL,
    "最终数": Status.FINAL,
    "正式": Status.FINAL,
    "preliminary": Status.PRELIMINARY,
    "初步": Status.PRELIMINARY,
    "初步数": Status.PRELIMINARY,
    "快报": Status.PRELIMINARY,
    "快报数": Status.PRELIMINARY,
    "revised": Status.REVISED,
    "修订": Status.REVISED,
    "修订数": Status.REVISED,
    "derived": Status.DERIVED,
    "推算": Status.DERIVED,
    "year_inferred": Status.YEAR_INFERRED,
    "年份推断": Status.YEAR_INFERRED,
}
_STATUS_CHOICE = "final 最终, preliminary 初步, revised 修订, derived 推算, year_inferred 年份推断"
CELL_ERRORS = frozenset(
    {"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#N/A", "#NULL!", "#SPILL!", "#CALC!"}
)
UNITS_OF_BASE = {
    "CNY": "元, 万元, 亿元 or 万亿元",
    "count": "个, 家, 项, 件, 人, 人次 or 万家, 万件 and so on",
    "percent": "%",
    "percentage_point": "个百分点",
    "per_10k_people": "件/万人",
    "person_year": "人年 or 万人年",
    "day": "天 or 个工作日",
    "rank": "位",
    "multiple": "倍",
}
ORDINARY_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_RATES = {"percent": "share or rate (percent)", "percentage_point": "change of a share (percentage points)"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its table, its row, and the columns as the file names them.

    Parameters
    ----------
    order : int
        Its place among all rows of the file, from 0.
    """

    table: RawTable
    names: dict[Column, str]
    row: RawRow
    order: int = 0

    def text(self, column: Column) -> str:
        """The cell of a column; empty where the column is not there or the cell says so."""
        return text_of(self.written(column))

    def written(self, column: Column) -> str:
        """The cell as read, a dash included."""
        return self.row.cells.get(self.names.get(column, ""), "")

    def refusal(self, *findings: Finding, severity: Severity = Severity.REFUSE) -> Refusal:
        """What this row is told."""
        return to_refusal(
            findings,
            file=self.table.file,
            sheet=self.table.sheet,
            row=self.row.number,
            names=self.names,
            where=self.row.where,
            severity=severity,
        )


def text_of(written: str) -> str:
    """A cell as read, or nothing where it says that there is nothing."""
    return "" if is_missing(written) else written


def find_extra_cells(place: Place) -> Finding | None:
    """What is wrong with a row that has a cell outside the header."""
    if len(place.row.cells) <= len(place.table.header):
        return None
    extra = [name for name in place.row.cells if name not in place.table.header]
    return Finding(
        RuleId.EXTRA_CELLS,
        None,
        place.row.cells[extra[0]],
        f"The row has a cell in {extra[0]}, which has no name in the header.",
        "Quote a text that contains the delimiter, or move the remark to the column note (备注).",
    )


def read_value(written: str) -> WrittenNumber:
    """The figure of a cell."""
    if ORDINARY_NUMBER.fullmatch(written):
        return WrittenNumber(float(written), has_percent=False)
    if is_missing(written):
        raise RowProblem(
            RuleId.MISSING_VALUE,
            Column.VALUE,
            written,
            reason=f"The row gives no figure ({shown(written)!r}).",
            remedy="Fill it in once it is known, or delete the row; a formula must be calculated and saved.",
        )
    _refuse_formula(written)
    try:
        return read_number(written)
    except ValueError as error:
        raise RowProblem(
            RuleId.BAD_VALUE,
            Column.VALUE,
            written,
            reason=f"{shown(written)!r} is not a number.",
            remedy="Write digits only, such as 1420.5 or 1,420.5; unit and remarks have their own columns.",
        ) from error


def _refuse_formula(written: str) -> None:
    """A formula that failed, or one without a stored result, as the workbook reader writes them."""
    if written.startswith("="):
        raise RowProblem(
            RuleId.MISSING_VALUE,
            Column.VALUE,
            written,
            reason=f"The cell holds the formula {shown(written)} without its result.",
            remedy="Open the file in a spreadsheet program, which calculates it, save it and load it again.",
        )
    if written in CELL_ERRORS:
        raise RowProblem(
            RuleId.BAD_VALUE,
            Column.VALUE,
            written,
            reason=f"The cell shows the error {written}.",
            remedy="Repair its formula, or type the figure.",
        )


def read_unit(text: str, indicator: Indicator) -> Unit:
    """The unit of a cell, which must measure what the indicator does."""
    unit = plain(text)
    try:
        found = unit_named(unit)
    except UnitError as error:
        raise RowProblem(
            RuleId.UNKNOWN_UNIT,
            Column.UNIT,
            unit,
            reason=f"{shown(unit)!r} is not a unit." if unit else "The row names no unit.",
            remedy=f"{indicator.code} is given in {UNITS_OF_BASE[indicator.base_unit]}.",
        ) from error
    if found.base != indicator.base_unit:
        raise _unit_mismatch(unit, found.base, indicator)
    return found


def value_in_base(written: str, number: WrittenNumber, unit: Unit) -> float:
    """The figure in the base unit."""
    if number.has_percent and unit.base != "percent":
        raise RowProblem(
            RuleId.BAD_VALUE,
            Column.VALUE,
            written,
            reason=f"The value carries a percent sign, but the unit is {unit.name}.",
            remedy="Remove the sign, or correct the unit.",
        )
    value = unit.to_base(number.value)
    if not math.isfinite(value):
        raise RowProblem(
            RuleId.BAD_VALUE,
            Column.VALUE,
            written,
            reason=f"{shown(written)} {unit.name} is too large to be a figure.",
            remedy="Check value and unit.",
        )
    return value


def _unit_mismatch(unit: str, base: str, indicator: Indicator) -> RowProblem:
    if {base, indicator.base_unit} == set(_RATES):
        reason = f"{unit} is a {_RATES[base]}, and {indicator.code} is a {_RATES[indicator.base_unit]}."
        remedy = (
            f"Write {UNITS_OF_BASE[indicator.base_unit]} if the unit is mistaken; "
            "otherwise the figure belongs to another indicator."
        )
    else:
        reason = f"{unit} measures {base}, but {indicator.code} is kept in {indicator.base_unit}."
        remedy = f"Write it in {UNITS_OF_BASE[indicator.base_unit]}, or correct the indicator."
    return RowProblem(RuleId.UNIT_MISMATCH, Column.UNIT, unit, reason=reason, remedy=remedy)


def read_status(text: str) -> Status:
    """How firm the figure is; final where nothing is said."""
    if not text:
        return Status.FINAL
    status = STATUS_WORDS.get(name_key(text))
    if status is None:
        raise RowProblem(
            RuleId.UNKNOWN_STATUS,
            Column.STATUS,
            text,
            reason=f"{shown(text)!r} is not a status.",
            remedy=f"Write one of {_STATUS_CHOICE}; an expected value (预计) is no observation.",
        )
    return status


def read_date(text: str, column: Column) -> PartialDate | None:
    """A date, perhaps a partial one, or None where the cell is empty."""
    if not text:
        return None
    try:
        return read_partial_date(text)
    except PeriodError as error:
        raise RowProblem(
            RuleId.BAD_DATE,
            column,
            text,
            reason=f"{shown(text)!r} is not a date.",
            remedy="Write 2022-08-31; 2022-08 or 2022 if the day is unknown; nothing if no date is known.",
        ) from error
