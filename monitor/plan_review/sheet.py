"""The review sheet: every proposal as a row of a workbook, and the decisions read back from it.

Every cell is written as text or number, never as a formula, so that words of a stranger stay words.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from forecast.targets import Comparator, TargetKind
from monitor.core.errors import IngestError, UserFacingError
from monitor.core.indicators import Indicator
from monitor.core.ledger import Commitment
from monitor.core.reviews import Decision
from monitor.documents import Document
from monitor.ingest.excel_reader import read_cells
from monitor.plan_review.review import Draft, Item, PlanReview, accept, edit, reject
from monitor.plan_review.terms import draft_of
from monitor.words.cells import plain_text
from monitor.workplan import Candidate, Extraction

SHEET, ABOUT = "目标", "说明"
_DECISIONS = {
    "": Decision.PENDING,
    "接受": Decision.ACCEPTED,
    "accept": Decision.ACCEPTED,
    "accepted": Decision.ACCEPTED,
    "y": Decision.ACCEPTED,
    "退回": Decision.REJECTED,
    "reject": Decision.REJECTED,
    "rejected": Decision.REJECTED,
    "n": Decision.REJECTED,
}
_WRITTEN = {Decision.PENDING: "", Decision.ACCEPTED: "接受", Decision.REJECTED: "退回"}
_COLUMNS = (
    ("序号 / no", 6),
    ("决定 / decision", 10),
    ("指标代码 / indicator", 30),
    ("原文名称 / name", 34),
    ("类型 / kind", 16),
    ("比较 / comparator", 12),
    ("数值 / value", 12),
    ("上限 / upper", 10),
    ("单位 / unit", 8),
    ("起始 / start", 8),
    ("截止 / deadline", 12),
    ("约束 / commitment", 12),
    ("责任部门 / responsible", 24),
    ("把握 / confidence", 8),
    ("请核对 / review", 30),
    ("重复 / repeat of", 8),
    ("冲突 / conflicts", 10),
    ("条目 / clause", 10),
    ("原文 / quote", 60),
    ("位置 / quote_start", 8),
    ("数起 / value_start", 8),
    ("数止 / value_end", 8),
    ("同处 / nth", 8),
)
_PLACE = ("quote_start", "value_start", "value_end", "nth")
_HEADING = PatternFill("solid", fgColor="FFDCE6F1")


def sheet_bytes(
    document: Document,
    extraction: Extraction,
    indicators: Mapping[str, Indicator],
    *,
    items: Sequence[Item] = (),
) -> bytes:
    """A workbook with every proposal, to be decided by a person and read back.

    Each row holds what would enter the ledger, and in hidden columns the place its number stands at.

    Parameters
    ----------
    document : Document
        Whose hash ties the sheet to its text.
    extraction : Extraction
    indicators : mapping of str to Indicator
        Of the catalogue, for the units they measure.
    items : sequence of Item, optional
        Every proposal as a review left it; by default all are undecided, as the text proposes them.
    """
    book = Workbook()
    book.properties.creator = "zhibiao"
    sheet: Any = book.active
    sheet.title, sheet.freeze_panes = SHEET, "C2"
    for number, (title, width) in enumerate(_COLUMNS):
        column = sheet.column_dimensions[_letter(number)]
        column.width, column.hidden = width, _key(title) in _PLACE
    _write(sheet, 1, [title for title, _ in _COLUMNS], bold=True)
    places = _places(extraction.candidates)
    for number, (candidate, place) in enumerate(zip(extraction.candidates, places, strict=True), start=1):
        indicator = indicators.get(candidate.indicator or "")
        draft = draft_of(candidate, region="", indicator=indicator, departments={})
        cells = list(_row(number, candidate, items[number - 1].draft if items else draft))
        cells[1] = _WRITTEN[items[number - 1].decision] if items else ""
        _write(sheet, number + 1, (*cells, *place))
    choices = DataValidation(type="list", formula1='"接受,退回"', allow_blank=True)
    choices.add(f"B2:B{len(extraction.candidates) + 1}")
    sheet.add_data_validation(choices)
    about = book.create_sheet(ABOUT)
    for number, line in enumerate(_about(document, extraction), start=1):
        _write(about, number, line)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _letter(number: int) -> str:
    return chr(ord("A") + number)


def _key(title: str) -> str:
    return title.rsplit(" / ", maxsplit=1)[-1].strip()


def _places(candidates: Sequence[Candidate]) -> list[tuple[int, int, int, int]]:
    """Where each number stands, and which of the proposals on that number it is."""
    seen: Counter[tuple[int, int, int]] = Counter()
    found = []
    for each in candidates:
        place = (each.start, each.value_start, each.value_end)
        seen[place] += 1
        found.append((*place, seen[place]))
    return found


def _write(sheet: Any, row: int, values: Sequence[object], *, bold: bool = False) -> None:
    """A row of cells that are text or numbers, whatever their first character."""
    for column, value in enumerate(values, start=1):
        if isinstance(value, int | float) or value is None:
            sheet.cell(row, column, value)
            continue
        cell = sheet.cell(row, column, plain_text(value))
        cell.data_type = "s"  # a first character = would make a formula of it
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if bold:
            cell.font, cell.fill = Font(bold=True), _HEADING


def _row(number: int, candidate: Candidate, draft: Draft) -> tuple[object, ...]:
    """The cells of a proposal, without its place; terms are those that would enter the ledger."""
    return (
        number,
        "",
        draft.indicator or "",
        candidate.indicator_name,
        draft.kind.value,
        draft.comparator.value,
        draft.value,
        draft.value_upper,
        draft.unit,
        draft.start or "",
        draft.deadline.isoformat() if draft.deadline else "",
        draft.commitment.value,
        candidate.responsible or "",
        round(candidate.confidence, 2),
        "; ".join(reason.value for reason in candidate.review),
        None if candidate.repeat_of is None else candidate.repeat_of + 1,
        "; ".join(str(other + 1) for other in candidate.conflicts_with),
        candidate.clause,
        candidate.quote,
    )


def _about(document: Document, extraction: Extraction) -> list[tuple[object, ...]]:
    facts = extraction.facts
    return [
        ("文件 / document", document.name),
        ("sha256", document.sha256),
        ("标题 / title", facts.title or ""),
        ("文号 / number", facts.number or ""),
        ("地区 / region", facts.region or ""),
        ("年份 / years", f"{facts.first_year or ''}–{facts.last_year or ''}"),
        (
            "用法",
            "在“决定”栏填“接受”或“退回”；可改指标代码、类型、比较、数值、单位、起始、截止、约束；空白为未决定。",
        ),
        (
            "use",
            "Write 接受/accept or 退回/reject under decision; code, kind, comparator, value, unit, start, "
            "deadline and commitment may be changed; empty is undecided.",
        ),
        ("读回 / read back", "zhibiao plan import DOCUMENT --sheet THIS_FILE"),
    ]


@dataclass(frozen=True)
class _Line:
    """One row of the sheet by the English half of its column titles."""

    row: int
    cells: Mapping[str, str]

    def get(self, title: str) -> str:
        return self.cells.get(title, "").strip()


def read_decisions(review: PlanReview, name: str, content: bytes) -> PlanReview:
    """The review with the decisions and edits of a sheet.

    Parameters
    ----------
    review : PlanReview
        Of the same document, undecided.
    name : str
        Of the sheet, for messages.
    content : bytes
        The workbook.

    Raises
    ------
    IngestError
        If it is no review sheet, belongs to another document, or a cell makes no sense.
    """
    grids = dict(read_cells(name, content))
    if SHEET not in grids or ABOUT not in grids:
        raise IngestError(name, "This is no review sheet.", "Make one with `zhibiao extract --format xlsx`.")
    about = {row[0]: row[1] for row in grids[ABOUT] if len(row) > 1}
    if about.get("sha256") != review.document.sha256:
        raise IngestError(
            name,
            f"The sheet was made from another document ({about.get('文件 / document', 'unknown')}).",
            "Extract this document again and review that sheet.",
        )
    for line in _lines(name, grids[SHEET]):
        review = _decided(review, name, line)
    return review


def _lines(name: str, grid: Sequence[Sequence[str]]) -> list[_Line]:
    if not grid:
        raise IngestError(name, "The review sheet is empty.", "Make it again with `zhibiao extract`.")
    titles = [_key(title) for title in grid[0]]
    if not {"no", "decision", "indicator"} <= set(titles):
        raise IngestError(
            name, "The header row of the review sheet is missing.", "Keep the first row as it was."
        )
    if not {"quote", *_PLACE} <= set(titles):
        raise IngestError(
            name,
            "The hidden columns that tell where each number stands are missing.",
            "Make the sheet again with `zhibiao extract --format xlsx`.",
        )
    rows = enumerate(grid[1:], start=2)
    return [_Line(number, dict(zip(titles, row, strict=False))) for number, row in rows if any(row)]


def _decided(review: PlanReview, name: str, line: _Line) -> PlanReview:
    decision = _decision(name, line)
    if decision is Decision.PENDING:
        return review
    position = _position(review, name, line)
    if decision is Decision.REJECTED:
        return reject(review, position)
    changes = _changes(review, position, name, line)
    try:
        return accept(edit(review, position, **changes), position)
    except UserFacingError as error:
        raise IngestError(
            name, f"Row {line.row}: {error}", "Correct the row and read the sheet again."
        ) from error


def _decision(name: str, line: _Line) -> Decision:
    written, number = line.get("decision"), line.get("no")
    if not number.isdecimal():
        raise IngestError(name, f"Row {line.row}: {number!r} under no is no number.", "Keep that column.")
    decision = _DECISIONS.get(written.lower())
    if decision is None:
        raise IngestError(
            name, f"Row {line.row}: {written!r} is no decision.", "Write 接受 or 退回, or leave it empty."
        )
    return decision


def _position(review: PlanReview, name: str, line: _Line) -> int:
    """Of the proposal at the place and with the quote of the row; its number alone binds nothing."""
    candidates = review.extraction.candidates
    told = tuple(line.get(title) for title in _PLACE)
    for position, place in enumerate(_places(candidates)):
        is_quoted = _bare(candidates[position].quote) == _bare(line.get("quote"))
        if is_quoted and tuple(str(each) for each in place) == told:
            return position
    raise IngestError(
        name,
        f"Row {line.row}: this document no longer proposes it.",
        "Make the sheet again with the same --year and --region.",
    )


def _bare(text: str) -> str:
    return "".join(plain_text(text).split())


def _changes(review: PlanReview, position: int, name: str, line: _Line) -> dict[str, Any]:
    """The fields a person changed; what stands as it was written keeps the draft of the review."""
    item = review.item(position)
    row = _row(position + 1, item.candidate, item.draft)
    was = {
        _key(title): "" if value is None else _plain(value)
        for (title, _), value in zip(_COLUMNS, row, strict=False)
    }
    found: dict[str, Any] = {}
    for title, field, read, allowed in _EDITABLE:
        written = line.get(title)
        if written == was[title]:
            continue
        try:
            found[field] = read(written)
        except ValueError as error:
            told = f"Row {line.row}: {written!r} under {title} cannot be read."
            raise IngestError(name, told, f"Write {allowed}.") from error
    return found


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return plain_text(value).strip()


def _number(written: str) -> float | None:
    found = float(written.replace(",", "")) if written else None
    if found is not None and not math.isfinite(found):
        raise ValueError(written)
    return found


def _text(written: str) -> str | None:
    return written or None


_A_NUMBER = "a plain number such as 3600, or nothing"
_EDITABLE: tuple[tuple[str, str, Any, str], ...] = (
    ("indicator", "indicator", _text, "a code of the catalogue"),
    ("kind", "kind", TargetKind, "one of " + ", ".join(TargetKind)),
    ("comparator", "comparator", Comparator, "one of " + ", ".join(Comparator)),
    ("value", "value", _number, _A_NUMBER),
    ("upper", "value_upper", _number, _A_NUMBER),
    ("unit", "unit", str, "a unit such as 亿元"),
    ("start", "start", _text, "a year such as 2024"),
    ("deadline", "deadline", dt.date.fromisoformat, "a date such as 2025-12-31"),
    ("commitment", "commitment", Commitment, "one of " + ", ".join(Commitment)),
)
