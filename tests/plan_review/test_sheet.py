"""The review sheet: out, edited, in; words of strangers stay words."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from monitor.core.access import LOCAL_ADMINISTRATOR
from monitor.core.errors import IngestError
from monitor.documents import Document, read_document_bytes
from monitor.plan_review import Decision, PlanReview, open_review, read_decisions, sheet_bytes
from monitor.plan_review.sheet import SHEET
from monitor.setup import Workspace

TEXT = (
    "绵阳市科学技术局2025年工作要点\n高新技术企业达到700家。技术合同成交额达到88亿元。新增市级示范食堂7家。"
)


def opened(workspace: Workspace, text: str = TEXT) -> tuple[Document, PlanReview]:
    document = read_document_bytes("plan.txt", text.encode())
    return document, open_review(workspace.store, LOCAL_ADMINISTRATOR, document)


def edited(content: bytes, changes: dict[str, Any]) -> bytes:
    book = load_workbook(io.BytesIO(content))
    for cell, value in changes.items():
        book[SHEET][cell] = value
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_decisions_and_edits_come_back(workspace: Workspace) -> None:
    document, review = opened(workspace)
    sheet = sheet_bytes(document, review.extraction, review.indicators)
    changes = {"B2": "接受", "G2": 720, "B3": "退回", "B4": "accept", "C4": "hightech_enterprises"}
    decided = read_decisions(review, "sheet.xlsx", edited(sheet, changes))
    assert [item.decision for item in decided.items] == [
        Decision.ACCEPTED,
        Decision.REJECTED,
        Decision.ACCEPTED,
    ]
    assert decided.item(0).draft.value == 720
    assert decided.item(2).draft.indicator == "hightech_enterprises"


def test_an_untouched_sheet_decides_nothing(workspace: Workspace) -> None:
    document, review = opened(workspace)
    assert (
        read_decisions(review, "s.xlsx", sheet_bytes(document, review.extraction, review.indicators))
        == review
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"B2": "好"}, "is no decision"),
        ({"B4": "接受"}, "names no indicator"),
        ({"B2": "接受", "C2": "nothing_like_it"}, "No indicator"),
        ({"B2": "接受", "G2": "约3600"}, "Row 2: '约3600' under value cannot be read.*plain number"),
        ({"B2": "接受", "G2": "nan"}, "under value"),
        ({"B2": "接受", "E2": "miracle"}, "under kind cannot be read.*net_increase"),
        ({"B2": "接受", "K2": "年底"}, "under deadline cannot be read.*2025-12-31"),
        ({"A2": "x", "B2": "接受"}, "'x' under no is no number"),
        ({"U4": 5, "B4": "退回"}, "Row 4: this document no longer proposes it.*--year"),
        ({"S2": "别的话", "B2": "接受"}, "Row 2: this document no longer proposes it"),
        ({"T1": ""}, "hidden columns"),
    ],
)
def test_a_row_that_makes_no_sense_is_named(workspace: Workspace, changes: dict[str, Any], told: str) -> None:
    document, review = opened(workspace)
    sheet = edited(sheet_bytes(document, review.extraction, review.indicators), changes)
    with pytest.raises(IngestError, match=told):
        read_decisions(review, "s.xlsx", sheet)


def test_the_sheet_of_another_document_is_refused(workspace: Workspace) -> None:
    document, review = opened(workspace)
    _, other = opened(workspace, TEXT + "完。")
    with pytest.raises(IngestError, match="another document"):
        read_decisions(other, "s.xlsx", sheet_bytes(document, review.extraction, review.indicators))


def test_words_of_strangers_are_never_formulas(workspace: Workspace) -> None:
    hostile = TEXT + "\n=cmd|'/c calc'!A1新增<script>7</script>平台9家\x1b[31m。"
    document, review = opened(workspace, hostile)
    book = load_workbook(io.BytesIO(sheet_bytes(document, review.extraction, review.indicators)))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "inlineStr"}
    shown = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any("\x1b" in text for text in shown)


def test_a_row_goes_by_its_place_whatever_its_number(workspace: Workspace) -> None:
    document, review = opened(workspace)
    sheet = sheet_bytes(document, review.extraction, review.indicators)
    decided = read_decisions(review, "s.xlsx", edited(sheet, {"A3": 1, "B3": "退回"}))
    assert [item.position for item in decided.items if item.decision is Decision.REJECTED] == [1]
    columns = load_workbook(io.BytesIO(sheet))[SHEET].column_dimensions
    assert all(columns[letter].hidden for letter in "TUVW")


def test_a_decline_is_shown_and_edited_as_it_would_enter(workspace: Workspace) -> None:
    document, review = opened(workspace, TEXT + "单位工业增加值能耗下降3%。")
    sheet = sheet_bytes(document, review.extraction, review.indicators)
    shown = load_workbook(io.BytesIO(sheet))[SHEET]
    assert (shown["F5"].value, shown["G5"].value) == ("at_most", -3)
    changes = {"B5": "接受", "G5": -3.5, "C5": "hightech_enterprises"}
    draft = read_decisions(review, "s.xlsx", edited(sheet, changes)).item(3).draft
    assert (draft.comparator.value, draft.value) == ("at_most", -3.5)
