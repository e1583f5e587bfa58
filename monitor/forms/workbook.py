"""The form as a workbook: protected, printable, with lists to choose from; every text is inert."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation

from monitor.clock import local_date
from monitor.core.flags import Flag
from monitor.core.indicators import Indicator
from monitor.core.overviews import TargetStatus
from monitor.core.records import Observation
from monitor.forms import labels
from monitor.forms.content import FigureCell, Form, RowKind, TargetLine, row_key
from monitor.forms.hidden import HIDDEN_SHEET, hidden_rows
from monitor.forms.labels import Field, text, title
from monitor.words import display
from monitor.words.cells import plain_text
from monitor.words.display import Language
from monitor.words.wording import WordingContext, flag_text, target_statement

HEADER_ROW = 4
_FONT = "宋体"
_LONGEST_CELL = 2_000
_FILLED = PatternFill("solid", fgColor="FFFFF9E5")
_HEADING = PatternFill("solid", fgColor="FFE3EAF2")
_THIN = Side(style="thin", color="FF9AA5B1")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WIDTHS: Mapping[Field, float] = {
    Field.NUMBER: 5,
    Field.INDICATOR: 30,
    Field.REGION: 11,
    Field.PERIOD: 15,
    Field.LAST: 27,
    Field.UNIT: 8,
    Field.VALUE: 14,
    Field.STATUS: 10,
    Field.NOTE: 26,
    Field.KEY: 12,
    Field.TARGET: 25,
    Field.TERMS: 21,
    Field.DEADLINE: 12,
    Field.FLAG: 10,
    Field.DAYS_LEFT: 9,
    Field.SAID: 18,
    Field.MEASURE: 26,
    Field.DUE_ON: 12,
    Field.MILESTONE: 38,
    Field.DONE_ON: 13,
    Field.DOCUMENT: 30,
}
_CENTRED = frozenset(
    {Field.NUMBER, Field.REGION, Field.UNIT, Field.STATUS, Field.FLAG, Field.DAYS_LEFT, Field.DEADLINE}
)
_FIGURE_FIELDS = (
    Field.NUMBER, Field.INDICATOR, Field.REGION, Field.PERIOD, Field.LAST, Field.VALUE, Field.UNIT,
    Field.STATUS, Field.NOTE, Field.KEY,
)  # fmt: skip
_TARGET_FIELDS = (
    Field.NUMBER, Field.TARGET, Field.REGION, Field.TERMS, Field.LAST, Field.DEADLINE, Field.DAYS_LEFT,
    Field.FLAG, Field.SAID, Field.NOTE, Field.MEASURE, Field.DUE_ON, Field.KEY,
)  # fmt: skip
_MILESTONE_FIELDS = (
    Field.NUMBER, Field.MILESTONE, Field.REGION, Field.DEADLINE, Field.DAYS_LEFT, Field.FLAG,
    Field.DONE_ON, Field.DOCUMENT, Field.NOTE, Field.KEY,
)  # fmt: skip

Cells = dict[Field, object]


@dataclass(frozen=True)
class _Line:
    """One row to write: what is shown, and what may be chosen in it."""

    cells: Cells
    flag: Flag | None = None
    units: tuple[str, ...] = ()
    lower: float | None = None


def form_bytes(form: Form, *, language: Language = Language.ZH) -> bytes:
    """The workbook of a form.

    Parameters
    ----------
    form : Form
        From `build_form`.
    language : Language
        Chinese labels carry the English ones below; English ones stand alone.
    """
    book = Workbook()
    book.properties.creator = "zhibiao"
    book.properties.title = text("title", language, department=_department(form, language))
    book.remove(book.active)
    tables: tuple[tuple[str, Sequence[Field], list[_Line]], ...] = (
        ("figures", _FIGURE_FIELDS, [_figure(form, cell, language) for cell in form.figures]),
        ("targets", _TARGET_FIELDS, [_target(form, line, language) for line in form.targets]),
        ("milestones", _MILESTONE_FIELDS, [_milestone(form, line, language) for line in form.milestones]),
    )
    for name, fields, lines in tables:
        if lines or name == "figures":
            _write_table(book.create_sheet(text(name, language)), form, fields, lines, language)
    _write_about(book.create_sheet(text("about", language)), language)
    _write_hidden(book.create_sheet(HIDDEN_SHEET), form)
    book.security = WorkbookProtection(lockStructure=True)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _department(form: Form, language: Language) -> str:
    department = form.head.department
    return department.name_en if language is Language.EN else department.name_zh


def _name(zh: str, en: str | None, language: Language) -> str:
    return (en or zh) if language is Language.EN else zh


def _figure(form: Form, cell: FigureCell, language: Language) -> _Line:
    indicator = cell.indicator
    period = display.period_text(str(cell.period), language, reporting=indicator.reporting)
    told = text("no_figure", language)
    if cell.last is not None:
        told = _told(cell.last, indicator, language)
    if cell.preliminary is not None:
        amount = display.level_scale(indicator, cell.preliminary.value, language).text(cell.preliminary.value)
        told = f"{told}\n{text('preliminary', language, value=amount)}"
    return _Line(
        {
            Field.INDICATOR: _name(indicator.name_zh, indicator.name_en, language),
            Field.REGION: _name(cell.region.short_zh, cell.region.name_en, language),
            Field.PERIOD: period,
            Field.LAST: told,
            Field.UNIT: cell.units[0],
            Field.KEY: row_key(form.head.form_id, RowKind.FIGURE, *cell.parts),
        },
        units=cell.units,
        lower=indicator.lower,
    )


def _told(entry: Observation, indicator: Indicator, language: Language) -> str:
    """A figure with its period: 1,203 家（2026 年 9 月）."""
    amount = display.level_scale(indicator, entry.value, language).text(entry.value)
    period = display.period_text(entry.period, language, reporting=indicator.reporting)
    return f"{amount} ({period})" if language is Language.EN else f"{amount}（{period}）"


def _target(form: Form, line: TargetLine, language: Language) -> _Line:
    status = line.status
    context = WordingContext(status.terms, status.indicator)
    told = text("no_figure", language)
    if line.last is not None and line.indicator is not None:
        told = _told(line.last, line.indicator, language)
    cells = _common(form, line, language, RowKind.TARGET) | {
        Field.TARGET: _title(status, language),
        Field.TERMS: target_statement(context, language),
        Field.LAST: told,
        Field.SAID: _said(line, language),
    }
    return _Line(cells, flag=status.assessment.flag if status.assessment else None)


def _milestone(form: Form, line: TargetLine, language: Language) -> _Line:
    status = line.status
    cells = _common(form, line, language, RowKind.MILESTONE) | {
        Field.MILESTONE: _title(status, language),
    }
    return _Line(cells, flag=status.assessment.flag if status.assessment else None)


def _common(form: Form, line: TargetLine, language: Language, kind: RowKind) -> Cells:
    status = line.status
    flag = status.assessment.flag if status.assessment else None
    return {
        Field.REGION: _name(status.region.short_zh, status.region.name_en, language),
        Field.FLAG: flag_text(flag, language) if flag else "—",
        Field.DEADLINE: status.terms.deadline.isoformat(),
        Field.DAYS_LEFT: display.days_left(status.days_left, language),
        Field.KEY: row_key(form.head.form_id, kind, status.target),
    }


def _title(status: TargetStatus, language: Language) -> str:
    if status.title_zh or status.indicator is None:
        return _name(status.title_zh or status.target, status.title_en, language)
    return _name(status.indicator.name_zh, status.indicator.name_en, language)


def _said(line: TargetLine, language: Language) -> str:
    """The last measure, with its day."""
    if line.said is None or not line.said.measure:
        return "—"
    if line.said.due_on is None:
        return line.said.measure
    return text("until", language, measure=line.said.measure, day=line.said.due_on)


def _write_table(
    sheet: Any, form: Form, fields: Sequence[Field], lines: Sequence[_Line], language: Language
) -> None:
    _write_heading(sheet, form, len(fields) - 1, language)
    for column, field in enumerate(fields, start=1):
        _put(sheet, HEADER_ROW, column, title(field, language), font=_font(bold=True), fill=_HEADING)
        described = sheet.column_dimensions[get_column_letter(column)]
        described.width, described.hidden = _WIDTHS[field], field is Field.KEY
    sheet.row_dimensions[HEADER_ROW].height = 34
    for number, line in enumerate(lines, start=1):
        _write_line(sheet, HEADER_ROW + number, fields, {Field.NUMBER: number, **line.cells}, line.flag)
    _add_choices(sheet, fields, lines, language)
    last = HEADER_ROW + max(len(lines), 1)
    if not lines:
        _put(sheet, last, 2, text("nothing_due", language))
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(len(fields))}{last}"
    sheet.freeze_panes = f"C{HEADER_ROW + 1}"
    _for_paper(sheet, f"A1:{get_column_letter(len(fields) - 1)}{last}")
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    _protect(sheet)


def _write_heading(sheet: Any, form: Form, columns: int, language: Language) -> None:
    head = form.head
    name = text("title", language, department=_department(form, language))
    if head.simulated:
        name = text("simulated", language, form=name)
    period = display.period_text(str(head.period), language)
    facts = {"period": period, "made": local_date(head.made_at), "form": head.form_id}
    lines = (name, text("subtitle", language, **facts), text("signed", language))
    for row, line in enumerate(lines, start=1):
        _put(sheet, row, 1, line, font=_font(bold=row == 1, size=16 if row == 1 else 10), border=None)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
        sheet.cell(row, 1).alignment = Alignment(
            horizontal="center" if row == 1 else "left", vertical="center"
        )
        sheet.row_dimensions[row].height = (30, 18, 22)[row - 1]


def _write_line(sheet: Any, row: int, fields: Sequence[Field], cells: Cells, flag: Flag | None) -> None:
    for column, field in enumerate(fields, start=1):
        is_filled = field in labels.FILLED
        colour = labels.FLAG_COLOURS.get(flag) if field is Field.FLAG and flag else None
        cell = _put(
            sheet,
            row,
            column,
            cells.get(field),
            font=_font(bold=colour is not None, colour=colour),
            fill=_FILLED if is_filled else None,
        )
        centred = field in _CENTRED or field in labels.DATES
        side = "center" if centred else "right" if field is Field.VALUE else "left"
        indent = 1 if side == "left" else 0
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal=side, indent=indent)
        cell.protection = Protection(locked=not is_filled)
        if field in labels.DATES:
            cell.number_format = "yyyy-mm-dd"
        elif is_filled and field is not Field.VALUE:
            cell.number_format = "@"  # what is typed here stays text, whatever it begins with
    sheet.row_dimensions[row].height = _height(fields, cells)


def _height(fields: Sequence[Field], cells: Cells) -> float:
    """Room for the longest text of a row; a hanzi is two letters wide."""
    lines = [1]
    for field in fields:
        if field is not Field.KEY:
            parts = str(cells.get(field) or "").splitlines()
            lines.append(sum(-(-_letters(part) // int(_WIDTHS[field] - 1)) for part in parts) or 1)
    return 14.5 * min(max(2, *lines), 12) + 4


def _letters(part: str) -> int:
    return sum(1 if char.isascii() else 2 for char in part) or 1


def _font(*, bold: bool = False, size: int = 10, colour: str | None = None) -> Font:
    return Font(name=_FONT, size=size, bold=bold, color=colour)


def _put(
    sheet: Any,
    row: int,
    column: int,
    value: object,
    *,
    font: Font | None = None,
    fill: PatternFill | None = None,
    border: Border | None = _BOX,
) -> Any:
    """One cell; a text stays a text, whatever its first character, also when it is edited."""
    cell = sheet.cell(row, column)
    if isinstance(value, int | float):
        cell.value = value
    elif value is not None:
        cell.value = "\n".join(plain_text(line) for line in str(value)[:_LONGEST_CELL].split("\n"))
        cell.data_type, cell.quotePrefix = "s", True
    cell.font = font or _font()
    if fill is not None:
        cell.fill = fill
    if border is not None:
        cell.border = border
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    return cell


def _add_choices(sheet: Any, fields: Sequence[Field], lines: Sequence[_Line], language: Language) -> None:
    """Lists and limits of the cells to fill, one validation for each distinct rule."""
    made: dict[object, DataValidation] = {}

    def validate(rule: object, cell: str, make: Callable[[], DataValidation]) -> None:
        if rule not in made:
            made[rule] = make()
            sheet.add_data_validation(made[rule])
        made[rule].add(cell)

    for number, line in enumerate(lines, start=HEADER_ROW + 1):
        for column, field in enumerate(fields, start=1):
            cell = f"{get_column_letter(column)}{number}"
            if field is Field.UNIT:
                validate(line.units, cell, partial(_list, line.units, "unit_error", language))
            elif field is Field.STATUS:
                validate(field, cell, partial(_list, labels.STATUSES[language], "status_error", language))
            elif field is Field.VALUE:
                floor = 0.0 if line.lower is not None and line.lower >= 0 else -1e15
                validate((field, floor), cell, partial(_number, floor, language))
            elif field in labels.DATES:
                validate("date", cell, partial(_day, language))


def _list(choices: Sequence[str], error: str, language: Language) -> DataValidation:
    rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    return _stopping(rule, text(error, language))


def _number(floor: float, language: Language) -> DataValidation:
    limits = {"formula1": f"{floor:.0f}", "formula2": "1000000000000000"}
    rule = DataValidation(type="decimal", operator="between", allow_blank=True, **limits)
    return _stopping(rule, text("value_error", language))


def _day(language: Language) -> DataValidation:
    first, last = (f"DATE({year},1,1)" for year in (2000, 2100))
    rule = DataValidation(type="date", operator="between", formula1=first, formula2=last, allow_blank=True)
    return _stopping(rule, text("date_error", language))


def _stopping(rule: DataValidation, message: str) -> DataValidation:
    rule.showErrorMessage, rule.errorStyle, rule.error = True, "stop", message
    return rule


def _write_about(sheet: Any, language: Language) -> None:
    _put(sheet, 1, 1, text("about", language), font=_font(bold=True, size=14), border=None)
    lines = [pair[1] if language is Language.EN else f"{pair[0]}\n{pair[1]}" for pair in labels.ABOUT]
    for row, line in enumerate(lines, start=2):
        cell = _put(sheet, row, 1, line, border=None)
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
        sheet.row_dimensions[row].height = 18 * len(line.split("\n")) + 14
    sheet.column_dimensions["A"].width = 110
    _for_paper(sheet, f"A1:A{len(lines) + 1}")
    _protect(sheet)


def _write_hidden(sheet: Any, form: Form) -> None:
    """What the form is, for the machine: no person needs to see it."""
    for row, cells in enumerate(hidden_rows(form), start=1):
        for column, value in enumerate(cells, start=1):
            _put(sheet, row, column, value, border=None)
    sheet.sheet_state = "veryHidden"
    _protect(sheet)


def _for_paper(sheet: Any, area: str) -> None:
    """A4, lying, as wide as the page and as long as it takes."""
    sheet.print_area = area
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.5, 0.75, 0.35
    sheet.oddFooter.center.text = "&P / &N"


def _protect(sheet: Any) -> None:
    """Locked but for the cells to fill; sorting, filtering and hiding columns stay possible."""
    protection = sheet.protection
    protection.sheet = True
    for allowed in ("sort", "autoFilter", "formatColumns", "formatRows", "deleteRows", "formatCells"):
        setattr(protection, allowed, False)  # False: not forbidden
