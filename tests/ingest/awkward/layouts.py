"""Tables as bureaus lay them out; all figures are made up for the simulated city."""

from __future__ import annotations

import datetime as dt

import openpyxl

from tests.ingest.awkward.making import Awkward, Figure, text, workbook

VALUE, STOCK, GRANTED, SHARE = (
    "sim_contract_value",
    "sim_hnte_stock",
    "sim_patents_granted",
    "sim_fiscal_st_share",
)
CITY, A, B, C = "SIM000", "SIM001", "SIM002", "SIM003"
DISTRICTS = tuple(f"示例{letter}区" for letter in "甲乙丙丁戊己庚辛")


def of(indicator: str, period: str, factor: float, **values: float) -> tuple[Figure, ...]:
    """Figures of one indicator and period by region code."""
    return tuple((indicator, region, period, value * factor) for region, value in values.items())


def each_district(indicator: str, period: str, factor: float, *values: float) -> tuple[Figure, ...]:
    """Figures of the eight districts in order."""
    return tuple(
        (indicator, f"SIM00{at}", period, value * factor) for at, value in enumerate(values, start=1)
    )


def _title_rows() -> bytes:
    return workbook(
        [
            ["2025年示例市各区技术合同成交额"],
            ["填报单位：示例市科技局（模拟）", None, None, "单位：亿元"],
            [],
            ["地区", "1-8月", "1—9月", "1～10月"],
            ["示例甲区", 8, 9.5, 11],
            ["示例乙区", 4, 4.5, 5],
        ],
        merged=["A1:D1"],
    )


def _merged_heads() -> bytes:
    return workbook(
        [
            ["示例市科技指标（2025年1-9月）"],
            ["序号", "区县", "技术合同成交额", None, "高新技术企业数", None],
            [None, None, "数值（万元）", "同比±%", "数量（家）", "排名"],
            [1, "示例甲区", "９５，０００", 12.5, 120, 1],
            [2, "示例乙区", "45 000", "-3.2", 80, 2],
        ],
        merged=["A1:F1", "C2:D2", "E2:F2", "A2:A3", "B2:B3"],
    )


def _months_down() -> bytes:
    return workbook(
        [
            ["高新技术企业数（家）"],
            ["月份", "示例甲区", "示例乙区"],
            ["2025年1月", 100, 50],
            ["2025年2月", 101, "—"],
        ]
    )


def _indicators_across() -> bytes:
    return workbook(
        [
            ["2025年1-9月主要科技指标"],
            ["地区", "技术合同成交额（亿元）", "财政科技支出占比（模拟）（%）"],
            ["示例甲区", 9.5, 3.21],
            ["示例乙区", 4.5, 2.8],
        ]
    )


def _indicators_down() -> bytes:
    return workbook(
        [
            ["示例市2025年科技工作月报"],
            ["指标名称", "计量单位", "1-8月", "1-9月", "同比增长（%）", "备注"],
            ["一、技术合同成交额", "亿元", 50, 60, 11.2, "含大额合同"],
            ["二、发明专利授权量（模拟）", "件", None, None, None, None],
            ["三、财政科技支出占比（模拟）", "%", 3.1, 3.3, "—", None],
        ]
    )


def _quarters() -> bytes:
    return workbook(
        [
            ["技术合同成交额（单位：亿元）"],
            ["地区", "2025年一季度", "2025年上半年", "2025年前三季度", "2025年三季度", "2025年"],
            ["示例甲区", 2, 5, 9, 4, 14],
        ]
    )


def _single_months() -> bytes:
    return workbook(
        [
            ["2025年技术合同成交额（亿元）"],
            ["地区", "8月", "9月当月", "1-9月累计"],
            ["示例甲区", 1, 1.5, 9.5],
        ]
    )


def _cumulative_in_title() -> bytes:
    return workbook([["2025年技术合同成交额累计情况（亿元）"], ["地区", "8月", "9月"], ["示例甲区", 8, 9.5]])


def _total_of_all() -> bytes:
    return workbook(
        [
            ["2025年9月末高新技术企业数", None],
            ["地区", "数量（家）"],
            ["合 计", 360],
            *([name, 10.0 * at] for at, name in enumerate(DISTRICTS, start=1)),
        ]
    )


def _total_of_some() -> bytes:
    return workbook(
        [
            ["2025年9月高新技术企业数（家）"],
            ["地区", "数量"],
            ["示例甲区", 10],
            ["示例乙区", 20],
            ["合计", 30],
            ["全市", 360],
        ]
    )


def _part_rows() -> bytes:
    return workbook(
        [
            ["2025年9月高新技术企业数（家）"],
            ["地区", "数量"],
            ["示例市", 360],
            ["其中：示例甲区", 10],
            ["其中：高新园区", 7],
        ]
    )


def _total_columns() -> bytes:
    return workbook(
        [
            ["2025年高新技术企业数（家）"],
            ["月份", "全市", "示例甲区", "示例乙区"],
            ["8月末", 350, 9, 19],
            ["9月末", 360, 10, 20],
        ]
    )


def _sheet_names() -> bytes:
    rows = [["地区", "2025年1-9月"], ["示例甲区", 9.5]]
    return workbook({"技术合同成交额（亿元）": rows, "说明": [["口径", 1]], "空": []})


def _several_tables() -> bytes:
    return workbook(
        [
            ["示例市2025年1-9月情况"],
            ["表1 技术合同成交额（亿元）"],
            ["地区", "1-9月"],
            ["示例甲区", 9.5],
            ["注：初步核算"],
            [],
            ["表2 高新技术企业数（家）"],
            ["地区", "9月末"],
            ["示例甲区", 120],
        ]
    )


def _side_by_side() -> bytes:
    return workbook(
        [
            ["2025年1-9月技术合同成交额（亿元）"],
            ["地区", "数值", "地区", "数值"],
            ["示例甲区", 9.5, "示例乙区", 4.5],
            ["示例丙区", 3.5, "示例丁区", 2.5],
        ]
    )


def _sections() -> bytes:
    return workbook(
        [
            ["2025年1-9月"],
            ["地区", "数值"],
            ["一、技术合同成交额（亿元）"],
            ["示例甲区", 9.5],
            ["二、财政科技支出占比（模拟）（%）"],
            ["示例甲区", 3.2],
        ]
    )


def _missing_marks() -> bytes:
    return workbook(
        [
            ["2025年1-9月技术合同成交额（亿元）"],
            ["地区", "数值"],
            *(
                [name, mark]
                for name, mark in zip(DISTRICTS, ["—", "…", "-", "/", "*", "暂无", "N/A", 0], strict=True)
            ),
        ]
    )


def _footnotes() -> bytes:
    return workbook(
        [
            ["2025年1-9月技术合同成交额（亿元）"],
            ["地区", "数值"],
            ["示例甲区*", 9.5],
            ["注：1. 示例甲区含园区 12 家。"],
            ["资料来源：示例市科技局（模拟）"],
        ]
    )


def _hidden() -> bytes:
    def hide(_book: openpyxl.Workbook, sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["B"].hidden = True

    return workbook(
        [
            ["技术合同成交额（亿元）"],
            ["地区", "2025年1-8月", "2025年1-9月"],
            ["示例甲区", 8, 9.5],
            ["示例乙区", 4, 4.5],
        ],
        change=hide,
    )


def _hidden_sheet() -> bytes:
    def hide(book: openpyxl.Workbook, _sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        book["底稿"].sheet_state = "hidden"

    rows = [["技术合同成交额（亿元）"], ["地区", "2025年1-9月"], ["示例甲区", 9.5]]
    return workbook({"表": rows, "底稿": rows}, change=hide)


def _years_as_numbers() -> bytes:
    return workbook(
        [["研发投入强度（%）"], ["地区", 2022, 2023, 2024], ["示例市", 2.5, 2.62, 2.7]],
    )


def _years_down() -> bytes:
    return workbook([["示例市研发投入强度（%）"], ["年份", "数值"], [2023, 2.62], [2024, 2.7]])


def _two_level_years() -> bytes:
    return workbook(
        [
            ["技术合同成交额", None, None, None, "单位：亿元"],
            ["地区", "2024年", None, "2025年", None],
            [None, "1-8月", "1-9月", "1-8月", "1-9月"],
            ["示例甲区", 7, 8, 8, 9.5],
        ]
    )


def _column_numbers() -> bytes:
    return workbook(
        [
            ["2025年1-9月"],
            ["地区", "技术合同成交额（亿元）", "高新技术企业数（家）"],
            ["甲", 1, 2],
            ["示例甲区", 9.5, 120],
        ]
    )


def _percent_cells() -> bytes:
    return workbook(
        [
            ["地区", "财政科技支出占比（模拟）", "财政科技支出占比（模拟）"],
            [None, "2025年1-8月", "2025年1-9月"],
            ["示例甲区", 0.0255, 0.031],
        ],
        formats={"B3": "0.00%", "C3": "0%"},
    )


def _month_cells() -> bytes:
    return workbook(
        [
            ["高新技术企业数（家）"],
            ["地区", dt.date(2025, 8, 1), dt.date(2025, 9, 1)],
            ["示例甲区", 119, 120],
        ],
        formats={"B2": "yyyy-mm", "C2": 'yyyy"年"m"月"'},
    )


def _errors() -> bytes:
    def break_cells(_book: openpyxl.Workbook, sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["B3"] = "#REF!"
        sheet["B3"].data_type = "e"
        sheet["B4"] = "=B3*2"

    return workbook(
        [
            ["2025年1-9月技术合同成交额（亿元）"],
            ["地区", "数值"],
            ["示例甲区", 1],
            ["示例乙区", 2],
            ["示例丙区", 3.5],
        ],
        change=break_cells,
    )


def _merged_figure() -> bytes:
    return workbook(
        [["2025年1-9月技术合同成交额（亿元）"], ["地区", "数值"], ["示例甲区", 9.5], ["示例乙区", None]],
        merged=["B3:B4"],
    )


def _unknown_names() -> bytes:
    return workbook(
        [
            ["2025年1-9月"],
            ["地区", "技术合同成交额（亿元）", "其中：出口"],
            ["示例甲区", 9.5, 1],
            ["高新园区", 2, 1],
        ]
    )


def _no_year() -> bytes:
    return workbook([["技术合同成交额（亿元）"], ["地区", "1-9月"], ["示例甲区", 9.5]])


def _no_indicator() -> bytes:
    return workbook([["2025年1-9月情况表"], ["地区", "数值"], ["示例甲区", 9.5]])


def _no_unit() -> bytes:
    return workbook([["2025年1-9月技术合同成交额"], ["地区", "数值"], ["示例甲区", 9.5]])


def _two_units() -> bytes:
    return workbook(
        [
            ["2025年1-9月", None, "单位：亿元、家、%"],
            ["地区", "技术合同成交额", "高新技术企业数"],
            ["示例甲区", 9.5, 120],
        ]
    )


def _wrong_unit() -> bytes:
    return workbook([["2025年9月", "单位：万元"], ["地区", "高新技术企业数"], ["示例甲区", 120]])


def _year_beside_months() -> bytes:
    return workbook(
        [["2025年1-9月技术合同成交额（亿元）"], ["地区", "2024年", "2025年1-9月"], ["示例甲区", 12, 9.5]]
    )


def _flash() -> bytes:
    return workbook([["2025年1-9月技术合同成交额快报（亿元）"], ["地区", "数值"], ["示例甲区", 9.5]])


def _blank_labels() -> bytes:
    return workbook(
        [
            ["示例市（模拟）"],
            ["地区", "月份", "高新技术企业数（家）"],
            ["示例甲区", "2025年8月", 119],
            [None, "2025年9月", 120],
            ["示例乙区", "合计", 80],
        ]
    )


def _figures_like_years() -> bytes:
    return workbook(
        [
            ["2025年高新技术企业数（家）"],
            ["地区", "8月", "9月"],
            ["示例甲区", 2010, 2011],
            ["高新园区", 2012, 2013],
        ]
    )


def _kinds_of_firms() -> bytes:
    return workbook([["2025年9月高新技术企业数（家）"], ["地区", "类型", "数值"], ["示例甲区", "规上", 3]])


def _page() -> bytes:
    return (
        "<html><head><meta charset=gb2312><style>td{x:1}</style></head><table>"
        "<tr><td colspan=3>2025年技术合同成交额（亿元）<tr><td>地区<td>1-8月<td>1-9月"
        "<tr><td>示例甲区&nbsp;<td>8<td>9.5</table>"
    ).encode("gb18030")


def _csv_layout() -> bytes:
    return text("2025年技术合同成交额（亿元）,,", "地区,1-8月,1-9月", "示例甲区,8,9.5", encoding="gb18030")


_NINE = of(VALUE, "2025-09", 1e8, SIM001=9.5)
_BOTH = of(VALUE, "2025-08", 1e8, SIM001=8) + _NINE

LAYOUTS = (
    Awkward(
        "title_rows.xlsx",
        _title_rows,
        (
            *_BOTH,
            *of(VALUE, "2025-10", 1e8, SIM001=11, SIM002=5),
            *of(VALUE, "2025-08", 1e8, SIM002=4),
            *of(VALUE, "2025-09", 1e8, SIM002=4.5),
        ),
    ),
    Awkward(
        "merged_heads.xlsx",
        _merged_heads,
        (*of(VALUE, "2025-09", 1e4, SIM001=95000, SIM002=45000),),
        refused=(("period_is_cumulative", "E4"), ("period_is_cumulative", "E5")),
        remark="'技术合同成交额 同比±%'",
    ),
    Awkward(
        "months_down.xlsx",
        _months_down,
        (
            *of(STOCK, "2025-01", 1, SIM001=100, SIM002=50),
            *of(STOCK, "2025-02", 1, SIM001=101),
        ),
        remark="1 cell of its tables holds no figure",
    ),
    Awkward(
        "indicators_across.xlsx",
        _indicators_across,
        (
            *of(VALUE, "2025-09", 1e8, SIM001=9.5, SIM002=4.5),
            *of(SHARE, "2025-09", 1, SIM001=3.21, SIM002=2.8),
        ),
    ),
    Awkward(
        "indicators_down.xlsx",
        _indicators_down,
        (
            *of(VALUE, "2025-08", 1e8, SIM000=50),
            *of(VALUE, "2025-09", 1e8, SIM000=60),
            *of(SHARE, "2025-08", 1, SIM000=3.1),
            *of(SHARE, "2025-09", 1, SIM000=3.3),
        ),
        remark="'同比增长'",
    ),
    Awkward(
        "quarters.xlsx",
        _quarters,
        (
            *of(VALUE, "2025-03", 1e8, SIM001=2),
            *of(VALUE, "2025-06", 1e8, SIM001=5),
            *of(VALUE, "2025-09", 1e8, SIM001=9),
            *of(VALUE, "2025-12", 1e8, SIM001=14),
        ),
        refused=(("period_is_single", "E3"),),
    ),
    Awkward(
        "single_months.xlsx",
        _single_months,
        _NINE,
        refused=(("period_is_single", "B3"), ("period_is_single", "C3")),
    ),
    Awkward("cumulative_in_title.xlsx", _cumulative_in_title, _BOTH),
    Awkward(
        "total_of_all.xlsx",
        _total_of_all,
        (
            *of(STOCK, "2025-09", 1, SIM000=360),
            *each_district(STOCK, "2025-09", 1, *range(10, 90, 10)),
        ),
    ),
    Awkward(
        "total_of_some.xlsx",
        _total_of_some,
        of(STOCK, "2025-09", 1, SIM001=10, SIM002=20, SIM000=360),
        refused=(("unknown_region", "B5"),),
    ),
    Awkward(
        "part_rows.xlsx",
        _part_rows,
        of(STOCK, "2025-09", 1, SIM000=360, SIM001=10),
        refused=(("unknown_region", "B5"),),
    ),
    Awkward(
        "total_columns.xlsx",
        _total_columns,
        (
            *of(STOCK, "2025-08", 1, SIM000=350, SIM001=9, SIM002=19),
            *of(STOCK, "2025-09", 1, SIM000=360, SIM001=10, SIM002=20),
        ),
    ),
    Awkward("sheet_names.xlsx", _sheet_names, _NINE),
    Awkward("several_tables.xlsx", _several_tables, (*_NINE, *of(STOCK, "2025-09", 1, SIM001=120))),
    Awkward("side_by_side.xlsx", _side_by_side, each_district(VALUE, "2025-09", 1e8, 9.5, 4.5, 3.5, 2.5)),
    Awkward("sections.xlsx", _sections, (*_NINE, *of(SHARE, "2025-09", 1, SIM001=3.2))),
    Awkward(
        "missing_marks.xlsx",
        _missing_marks,
        of(VALUE, "2025-09", 1e8, SIM008=0),
        remark="7 cells of its tables hold no figure",
    ),
    Awkward("footnotes.xlsx", _footnotes, _NINE),
    Awkward("hidden_rows.xlsx", _hidden, _NINE, remark="1 hidden row and 1 hidden column"),
    Awkward("hidden_sheet.xlsx", _hidden_sheet, _NINE, refused=(("hidden_sheet", None),)),
    Awkward(
        "years_as_numbers.xlsx",
        _years_as_numbers,
        (
            ("sim_rd_intensity", CITY, "2022", 2.5),
            ("sim_rd_intensity", CITY, "2023", 2.62),
            ("sim_rd_intensity", CITY, "2024", 2.7),
        ),
    ),
    Awkward(
        "years_down.xlsx",
        _years_down,
        (
            ("sim_rd_intensity", CITY, "2023", 2.62),
            ("sim_rd_intensity", CITY, "2024", 2.7),
        ),
    ),
    Awkward(
        "two_level_years.xlsx",
        _two_level_years,
        (
            *_BOTH,
            *of(VALUE, "2024-08", 1e8, SIM001=7),
            *of(VALUE, "2024-09", 1e8, SIM001=8),
        ),
    ),
    Awkward("column_numbers.xlsx", _column_numbers, _NINE, refused=(("period_is_cumulative", "C4"),)),
    Awkward(
        "percent_cells.xlsx",
        _percent_cells,
        (
            *of(SHARE, "2025-08", 1, SIM001=2.55),
            *of(SHARE, "2025-09", 1, SIM001=3.1),
        ),
    ),
    Awkward(
        "month_cells.xlsx",
        _month_cells,
        (
            *of(STOCK, "2025-08", 1, SIM001=119),
            *of(STOCK, "2025-09", 1, SIM001=120),
        ),
    ),
    Awkward(
        "errors_and_formulas.xlsx",
        _errors,
        of(VALUE, "2025-09", 1e8, SIM003=3.5),
        refused=(("bad_value", "B3"), ("missing_value", "B4")),
    ),
    Awkward("merged_figure.xlsx", _merged_figure, _NINE, refused=(("unclear_cell", "B4"),)),
    Awkward(
        "unknown_names.xlsx",
        _unknown_names,
        _NINE,
        refused=(("unclear_cell", "C3"), ("unknown_region", "B4"), ("unclear_cell", "C4")),
    ),
    Awkward("no_year.xlsx", _no_year, refused=(("bad_period", "B3"),)),
    Awkward("no_indicator.xlsx", _no_indicator, stopped_by="names nowhere an indicator (指标)"),
    Awkward("no_unit.xlsx", _no_unit, refused=(("unknown_unit", "B3"),)),
    Awkward("several_units.xlsx", _two_units, _NINE, refused=(("period_is_cumulative", "C3"),)),
    Awkward("wrong_unit.xlsx", _wrong_unit, refused=(("unit_mismatch", "B3"),)),
    Awkward("year_beside_months.xlsx", _year_beside_months, _NINE, refused=(("bad_period", "B3"),)),
    Awkward("flash_estimate.xlsx", _flash, _NINE),
    Awkward(
        "blank_labels.xlsx",
        _blank_labels,
        of(STOCK, "2025-08", 1, SIM001=119),
        refused=(("unclear_cell", "C4"), ("unclear_cell", "C5")),
    ),
    Awkward(
        "figures_like_years.xlsx",
        _figures_like_years,
        (*of(STOCK, "2025-08", 1, SIM001=2010), *of(STOCK, "2025-09", 1, SIM001=2011)),
        refused=(("unknown_region", "B4"), ("unknown_region", "C4")),
    ),
    Awkward("kinds_of_firms.xlsx", _kinds_of_firms, stopped_by="holds a column of texts, '类型'"),
    Awkward("web_page.xls", _page, _BOTH),
    Awkward("layout.csv", _csv_layout, _BOTH),
)
