"""Words of the form in Chinese and English, and the fields its column titles stand for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from monitor.core.flags import Flag
from monitor.ingest.cells import name_key
from monitor.words.display import Language


class Field(StrEnum):
    """Columns of a form; those in `FILLED` are for the department."""

    NUMBER = "number"
    INDICATOR = "indicator"
    REGION = "region"
    PERIOD = "period"
    LAST = "last"
    UNIT = "unit"
    VALUE = "value"
    STATUS = "status"
    NOTE = "note"
    KEY = "key"
    TARGET = "target"
    TERMS = "terms"
    DEADLINE = "deadline"
    FLAG = "flag"
    DAYS_LEFT = "days_left"
    SAID = "said"
    MEASURE = "measure"
    DUE_ON = "due_on"
    MILESTONE = "milestone"
    DONE_ON = "done_on"
    DOCUMENT = "document"


TITLES: Mapping[Field, tuple[str, str]] = {
    Field.NUMBER: ("序号", "no."),
    Field.INDICATOR: ("指标", "indicator"),
    Field.REGION: ("地区", "region"),
    Field.PERIOD: ("时期", "period"),
    Field.LAST: ("最近一期数据", "latest figure"),
    Field.UNIT: ("单位", "unit"),
    Field.VALUE: ("本期数值", "figure"),
    Field.STATUS: ("数据状态", "status"),
    Field.NOTE: ("情况说明", "note"),
    Field.KEY: ("行码（勿改）", "row key (keep)"),
    Field.TARGET: ("目标", "target"),
    Field.TERMS: ("目标值", "must hold"),
    Field.DEADLINE: ("期限", "deadline"),
    Field.FLAG: ("亮灯", "flag"),
    Field.DAYS_LEFT: ("剩余时间", "time left"),
    Field.SAID: ("上次措施", "last measure"),
    Field.MEASURE: ("措施", "measure"),
    Field.DUE_ON: ("完成时限", "due on"),
    Field.MILESTONE: ("事项", "milestone"),
    Field.DONE_ON: ("办结日期", "done on"),
    Field.DOCUMENT: ("依据文件", "document"),
}
FILLED = frozenset(
    {
        Field.UNIT,
        Field.VALUE,
        Field.STATUS,
        Field.NOTE,
        Field.MEASURE,
        Field.DUE_ON,
        Field.DONE_ON,
        Field.DOCUMENT,
    }
)
DATES = frozenset({Field.DUE_ON, Field.DONE_ON})
_BY_TITLE = {name_key(title): field for field, titles in TITLES.items() for title in titles}

STATUSES = {Language.ZH: ("正式", "初步"), Language.EN: ("final", "preliminary")}
FLAG_COLOURS: Mapping[Flag, str] = {
    Flag.RED: "FFB3261E",
    Flag.MISSED: "FFB3261E",
    Flag.OVERDUE: "FFB3261E",
    Flag.YELLOW: "FF8A5A00",
    Flag.GREEN: "FF1B6E3C",
    Flag.MET: "FF1B6E3C",
}

TEXTS: Mapping[str, tuple[str, str]] = {
    "figures": ("数据填报", "Figures"),
    "targets": ("目标与措施", "Targets"),
    "milestones": ("重点事项", "Milestones"),
    "about": ("填表说明", "How to fill in"),
    "title": ("{department}指标数据报送表", "Reporting form of {department}"),
    "subtitle": (
        "报送期：{period}    制表日期：{made}    表号：{form}",
        "Period: {period}    Made on: {made}    Form: {form}",
    ),
    "signed": (
        "填报人：＿＿＿＿＿    审核人：＿＿＿＿＿    联系电话：＿＿＿＿＿＿    填报日期：＿＿＿＿＿",
        "Filled in by: ____________    Checked by: ____________    Telephone: __________    Date: ________",
    ),
    "simulated": ("{form}（模拟数据）", "{form} (simulated data)"),
    "preliminary": ("本期初步数 {value}", "preliminary {value}"),
    "no_figure": ("无", "none"),
    "nothing_due": ("本期没有应报而未报的数据。", "No figure is due and missing."),
    "until": ("{measure}（至 {day}）", "{measure} (by {day})"),
    "no_deadline": ("—", "—"),
    "unit_error": ("请从下拉列表中选择单位。", "Choose a unit from the list."),
    "status_error": ("请从下拉列表中选择“正式”或“初步”。", "Choose final or preliminary."),
    "value_error": (
        "请填数字；零填 0，没有数据则留空。",
        "Write a number; zero is 0, and nothing known is left empty.",
    ),
    "date_error": ("请填日期，例如 2026-12-31。", "Write a date such as 2026-12-31."),
}
ABOUT: tuple[tuple[str, str], ...] = (
    (
        "一、只填浅黄色单元格，其余单元格受保护。",
        "1. Fill in the pale yellow cells only; the others are protected.",
    ),
    (
        "二、数值按所选单位填写；单位从下拉列表中选择。零填 0；没有数据请留空，空白不作为零。",
        "2. Write figures in the unit chosen. Zero is 0; leave what is not known empty: empty is not zero.",
    ),
    (
        "三、时期写作“1—10 月”的为当年 1 月起的累计数。",
        "3. A period written January–October counts from January.",
    ),
    (
        "四、数据状态选“正式”或“初步”，不选按正式数处理；初步数不用于判定目标。",
        "4. Choose final or preliminary; nothing chosen means final. A preliminary figure settles no target.",
    ),
    (
        "五、措施写明要做什么，并填完成时限；情况说明写进展、困难和原因。",
        "5. A measure says what will be done, its date until when; a note tells progress and causes.",
    ),
    (
        "六、事项办结的，填办结日期和依据文件（名称、文号）。",
        "6. For a milestone that is done write the day and the document behind it.",
    ),
    (
        "七、可以排序、筛选、隐藏列、删除不报的行；请勿改动行码列和隐藏的工作表。",
        "7. Rows may be sorted or deleted and columns hidden; leave row keys and the hidden sheet alone.",
    ),
    (
        "八、同一份表可以分次报送；已入库的数值不会重复入库，与已入库数不一致的转人工核对。",
        "8. A form may be sent in parts; a figure stored before is not stored again, one that differs is "
        "put aside for a person to compare.",
    ),
)


def text(name: str, language: Language, **facts: object) -> str:
    """One text of the form in a language."""
    return TEXTS[name][language is Language.EN].format(**facts)


def title(field: Field, language: Language) -> str:
    """A column title: Chinese over English, or English alone."""
    chinese, english = TITLES[field]
    return english if language is Language.EN else f"{chinese}\n{english}"


def field_titled(written: str) -> Field | None:
    """The field a column title stands for, in either language or both; None where it is none."""
    for part in written.splitlines():
        field = _BY_TITLE.get(name_key(part))
        if field is not None:
            return field
    return _BY_TITLE.get(name_key(written))
