"""Words of periods, comparisons, totals and number formats, each by itself."""

from __future__ import annotations

import openpyxl
import pytest

from monitor.core.errors import IngestError
from monitor.core.records import Region
from monitor.ingest import contents_of, read_bytes, xlsx_formats
from monitor.ingest.findings import Finding
from monitor.ingest.layouts.labels import Labels, units_in
from monitor.ingest.layouts.periods import combined, head_words, period_text, title_words
from monitor.ingest.layouts.totals import total_region
from monitor.ingest.period_text import read_period
from tests.ingest.awkward.making import repacked, workbook
from tests.ingest.builders import CONTEXT, TODAY


@pytest.mark.parametrize(
    ("title", "head", "expected"),
    [
        ("2025年工作", "1—9月", "2025年1-9月"),
        ("2025年工作", "１～９月累计", "2025年1-9月"),
        ("2025年工作", "9月", "2025年9月当月"),
        ("2025年累计情况", "9月", "2025年1-9月"),
        ("2025年1-9月", "9月", "2025年9月当月"),
        ("2025年1-9月", "累计", "2025年1-9月"),
        ("2025年1-9月", "当月", "2025年9月当月"),
        ("2025年1-9月", "数值", "2025年1-9月"),
        ("2025年", "截至9月末", "2025-09"),
        ("2025年", "九月", "2025年9月当月"),
        ("2025年", "前三季度", "2025年1-9月"),
        ("2025年", "一至三季度", "2025年1-9月"),
        ("2025年", "上半年", "2025年1-6月"),
        ("2025年", "第三季度", "2025年3季度当季"),
        ("2025年", "三季度累计", "2025年1-9月"),
        ("2025年", "全年", "2025"),
        ("", "2025", "2025"),
        ("", "2025-09", "2025年9月当月"),
        ("2024—2025年情况", "2025年度", "2025"),
        ("2025年情况（2025年10月15日）", "1-9月", "2025年1-9月"),
    ],
)
def test_title_and_head_make_one_period(title: str, head: str, expected: str) -> None:
    words = head_words(head)
    parts = [title_words(title), *([words] if words else [])]
    assert period_text(combined(parts)) == expected
    assert read_period(expected).period.year == 2025


@pytest.mark.parametrize("text", ["甲区", "技术合同", "下半年", "2-9月", "13月", "9", "2025年2至9月"])
def test_what_is_no_period_is_not_taken_for_one(text: str) -> None:
    assert head_words(text) is None


@pytest.mark.parametrize(
    ("text", "is_compared"),
    [
        ("同比±%", True),
        ("比上年同期增长（%）", True),
        ("全市排名", True),
        ("上年同期数", True),
        ("年度目标", True),
        ("技术合同登记额增速", True),
        ("累计增速", False),
        ("研发投入占比", False),
        ("数量", False),
    ],
)
def test_rates_and_ranks_beside_a_figure_are_told_from_indicators(text: str, *, is_compared: bool) -> None:
    """累计增速 is an indicator of the catalogue; an unknown share is unknown, not a comparison."""
    assert Labels(CONTEXT).label(text).is_compared is is_compared


def test_units_are_found_where_bureaus_write_them() -> None:
    labels = Labels(CONTEXT)
    assert labels.label("技术合同登记额（亿元）").units == ("亿元",)
    assert labels.label("技术合同登记额，万元").units == ("万元",)
    assert labels.label("R&D经费投入强度 (单位：%)").units == ("%",)
    assert labels.label("高新技术企业数（有效期内）").units == ()
    assert units_in("计量单位：亿元、家") == ("亿元", "家")
    assert units_in("填报单位：科技局") == ()


def test_a_name_shared_by_two_indicators_is_never_chosen() -> None:
    content = workbook([["2022年情况（亿元）"], ["地区", "技术合同额"], ["绵阳", 3]])
    (refusal, cells), *others = contents_of(
        read_bytes("a.xlsx", content), context=CONTEXT, today=TODAY
    ).refusals
    assert (refusal.rule, refusal.row, refusal.column) == ("ambiguous_indicator", 3, "B3")
    assert cells["value"] == "3"
    assert others == []


def test_a_total_is_a_region_only_if_nothing_is_left_out() -> None:
    city = Region("C", "某市", "某市", "C", "city", "P")
    parts = [Region(f"C{at}", f"{at}区", f"{at}区", f"C{at}", "district", "C") for at in (1, 2)]
    regions = {each.code: each for each in (city, *parts)}
    labels = Labels(
        type(CONTEXT)(indicators={}, regions=regions, origins={}),
    )
    both = [labels.label("1区"), labels.label("2区")]
    assert total_region("合计", both, (), regions) == "C"
    assert total_region("全市", both[:1], (), regions) == "C"
    partly = total_region("合计", both[:1], (), regions)
    assert isinstance(partly, Finding)
    assert "it may leave out 2区 of 某市" in partly.reason
    assert isinstance(total_region("全省", both, (), regions), Finding)
    assert isinstance(total_region("小计", both, (), regions), Finding)
    assert total_region("合计", [], ("C",), regions) == "C"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("0.00%", "percent"),
        ("#,##0.00", ""),
        ("yyyy-mm", "month"),
        ('yyyy"年"m"月"', "month"),
        ('m"月"', "month"),
        ("yyyy", "year"),
        ("yyyy-mm-dd", ""),
        ("h:mm", ""),
        ('0.0"%"', ""),
        ("[Red]0.0", ""),
    ],
)
def test_number_formats(code: str, kind: str) -> None:
    """A percent sign in quotation marks is a word behind the number, which is not multiplied."""
    assert xlsx_formats.format_kind(code) == kind


def test_chinese_month_formats_without_a_text_and_days_from_1904_are_read() -> None:
    def change(book: openpyxl.Workbook, sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        sheet["B1"].number_format = "0.000"

    def rename(name: str, part: bytes) -> bytes:
        if not name.endswith("styles.xml"):
            return part
        return part.replace(b'formatCode="0.000"', b"").replace(b'numFmtId="164"', b'numFmtId="57"')

    content = repacked(workbook([["地区", 44439], ["绵阳", 1]], change=change), rename)
    (grid,) = read_bytes("a.xlsx", content).grids
    assert grid.cells[0][1] == "2025-09"


def test_a_table_without_period_says_what_was_looked_for() -> None:
    content = workbook([["技术合同登记额（亿元）"], ["地区", "数值"], ["绵阳", 3]])
    with pytest.raises(IngestError, match="names nowhere a period"):
        contents_of(read_bytes("a.xlsx", content), context=CONTEXT, today=TODAY)
