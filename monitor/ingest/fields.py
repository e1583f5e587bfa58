"""The cells of one row, each read by its own rule."""

from __future__ import annotations

import math
from dataclasses import dataclass

from monitor.core.errors import PeriodError, Refusal, Severity, UnitError
from monitor.core.indicators import Indicator
from monitor.core.records import Status
from monitor.core.units import to_base, unit_named
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
UNITS_OF_BASE = {
    "CNY": "元, 万元, 亿元 or 万亿元",
    "count": "个, 家, 项, 件, 人, 人次 or 万家, 万件 and so on",
    "percent": "%",
    "percentage_point": "个百分点",
    "per_10k_people": "件/万人",
    "person_year": "人年 or 万人年",
    "rank": "位",
    "multiple": "倍",
}
_RATES = {"percent": "share or rate (percent)", "percentage_point": "change of a share (percentage points)"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its table, its row, and the columns as the file names them."""

    table: RawTable
    names: dict[Column, str]
    row: RawRow

    def text(self, column: Column) -> str:
        """The cell of a column; empty where the column is not there or the cell says so."""
        name = self.names.get(column)
        text = self.row.cells.get(name, "") if name is not None else ""
        return "" if is_missing(text) else text

    def written(self, column: Column) -> str:
        """The cell as read, a dash included."""
        name = self.names.get(column)
        return self.row.cells.get(name, "") if name is not None else ""

    def refusal(self, *findings: Finding, severity: Severity = Severity.REFUSE) -> Refusal:
        """What this row is told."""
        return to_refusal(
            findings,
            file=self.table.file,
            sheet=self.table.sheet,
            row=self.row.number,
            names=self.names,
            severity=severity,
        )


def refuse_extra_cells(place: Place) -> None:
    """Refuse a row with a cell outside the header."""
    if len(place.row.cells) > len(place.table.header):
        extra = [name for name in place.row.cells if name not in place.table.header]
        raise RowProblem(
            RuleId.EXTRA_CELLS,
            None,
            place.row.cells[extra[0]],
            reason=f"The row has a cell in {extra[0]}, which has no name in the header.",
            remedy="Quote a text that contains the delimiter, or move the remark to the column note (备注).",
        )


def read_value(place: Place) -> WrittenNumber:
    """The figure as written."""
    text = place.text(Column.VALUE)
    if not text:
        written = place.written(Column.VALUE)
        raise RowProblem(
            RuleId.MISSING_VALUE,
            Column.VALUE,
            written,
            reason=f"The row gives no figure ({shown(written)!r}).",
            remedy="Fill it in once it is known, or delete the row; a formula must be calculated and saved.",
        )
    try:
        return read_number(text)
    except ValueError as error:
        raise RowProblem(
            RuleId.BAD_VALUE,
            Column.VALUE,
            text,
            reason=f"{shown(text)!r} is not a number.",
            remedy="Write digits only, such as 1420.5 or 1,420.5; unit and remarks have their own columns.",
        ) from error


def value_in_base(place: Place, number: WrittenNumber, indicator: Indicator) -> float:
    """The value in the base unit of the indicator."""
    unit = plain(place.text(Column.UNIT))
    try:
        base = unit_named(unit).base
    except UnitError as error:
        raise RowProblem(
            RuleId.UNKNOWN_UNIT,
            Column.UNIT,
            unit,
            reason=f"{shown(unit)!r} is not a unit." if unit else "The row names no unit.",
            remedy=f"{indicator.code} is given in {UNITS_OF_BASE[indicator.base_unit]}.",
        ) from error
    if base != indicator.base_unit:
        raise _unit_mismatch(unit, base, indicator)
    if number.has_percent and base != "percent":
        raise RowProblem(
            RuleId.BAD_VALUE,
            Column.VALUE,
            place.text(Column.VALUE),
            reason=f"The value carries a percent sign, but the unit is {unit}.",
            remedy="Remove the sign, or correct the unit.",
        )
    value = to_base(number.value, unit, base=base)
    if not math.isfinite(value):
        raise RowProblem(
            RuleId.BAD_VALUE,
            Column.VALUE,
            place.text(Column.VALUE),
            reason=f"{shown(place.text(Column.VALUE))} {unit} is too large to be a figure.",
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


def read_status(place: Place) -> Status:
    """How firm the figure is; final where nothing is said."""
    text = place.text(Column.STATUS)
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


def read_date(place: Place, column: Column) -> PartialDate | None:
    """A date, perhaps a partial one, or None where the cell is empty."""
    text = place.text(column)
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
