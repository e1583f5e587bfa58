"""Small catalogue and files for the tests of `monitor.ingest`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from monitor.core.indicators import Indicator, Measure, Reporting
from monitor.core.loading import LoadContents
from monitor.core.periods import Frequency
from monitor.core.records import Observation, Origin, Region
from monitor.ingest import LoadContext, contents_of, read_file
from tests.builders import an_indicator

TODAY = dt.date(2026, 3, 20)
HEADER = (
    "indicator",
    "region",
    "period",
    "value",
    "unit",
    "status",
    "published_on",
    "basis",
    "origin",
    "note",
)
CHINESE_HEADER = ("指标", "地区", "时期", "数值", "单位", "状态", "发布日期", "口径", "来源", "备注")

_PLAIN = an_indicator("contract_value", aliases=("技术合同登记额",))


def indicator(code: str, name_zh: str, **changes: Any) -> Indicator:
    """An indicator that is called by its code in English."""
    return an_indicator(code, **{"name_zh": name_zh, "name_en": code, **changes})


MONTHLY_YTD = {"frequency": Frequency.MONTHLY, "reporting": Reporting.YTD, "lag_days": 20}
INDICATORS = (
    _PLAIN,
    indicator("contract_value_absorbed", "技术合同吸纳额", aliases=("技术合同额",)),
    indicator("contract_value_announced", "技术合同公布额", aliases=("技术合同额",)),
    indicator("rd_intensity", "R&D经费投入强度", base_unit="percent", measure=Measure.RATIO, upper=100.0),
    indicator(
        "rd_intensity_change", "研发强度变化", base_unit="percentage_point", measure=Measure.RATIO, lower=None
    ),
    indicator("hightech_enterprises", "高新技术企业数", base_unit="count", measure=Measure.STOCK),
    indicator("patents_per_10k", "每万人口专利", base_unit="per_10k_people", measure=Measure.RATIO),
    indicator("announced_ytd", "技术合同公布累计", reporting=Reporting.YTD),
    indicator("fiscal_ytd", "财政支出累计", **MONTHLY_YTD),
    indicator(
        "growth_ytd", "累计增速", base_unit="percent", measure=Measure.RATIO, lower=None, **MONTHLY_YTD
    ),
    indicator(
        "patents_ytd",
        "专利授权累计",
        **MONTHLY_YTD | {"frequency": Frequency.QUARTERLY, "base_unit": "count"},
    ),
    indicator("retail_monthly", "社零当月", **MONTHLY_YTD | {"reporting": Reporting.PERIOD}),
)
REGIONS = (
    Region("100000", "全国", "全国", "China", "nation", None),
    Region("510700", "绵阳市", "绵阳", "Mianyang", "city", "510000"),
    Region("110105", "朝阳区", "朝阳", "Chaoyang District", "district", "110000"),
    Region("211300", "朝阳市", "朝阳", "Chaoyang", "city", "210000"),
)
YEARBOOK = Origin("yearbook", "科技部", "年鉴", None, None, 1)
CONTEXT = LoadContext(
    indicators={each.code: each for each in INDICATORS},
    regions={each.code: each for each in REGIONS},
    origins={YEARBOOK.code: YEARBOOK},
    source="files",
)


def write_csv(
    path: Path, rows: Iterable[Sequence[object]], *, header: Sequence[str] = HEADER, encoding: str = "utf-8"
) -> Path:
    """A CSV file; cells with a comma must bring their own quotation marks."""
    lines = [",".join(map(str, line)) for line in (header, *rows)]
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


def write_xlsx(path: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    """A workbook with one sheet for each name."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def row(**cells: object) -> list[object]:
    """A row in layout order; what is not named is an ordinary value."""
    ordinary = {
        "indicator": "contract_value",
        "region": "510700",
        "period": "2022",
        "value": 72.5,
        "unit": "亿元",
    }
    return [{**ordinary, **cells}.get(name, "") for name in HEADER]


def load_rows(
    path: Path,
    *rows: Sequence[object],
    context: LoadContext = CONTEXT,
    stored: Iterable[Observation] = (),
) -> LoadContents:
    """What would be stored of a CSV file of these rows, given what is stored already."""
    raw = read_file(write_csv(path / "figures.csv", rows))
    return contents_of(raw, context=context, today=TODAY, stored=stored)


def as_stored(contents: LoadContents) -> list[Observation]:
    """The figures of a load as the database would hold them."""
    moment = dt.datetime.combine(TODAY, dt.time(), dt.UTC)
    return [Observation(**figure._asdict(), recorded_at=moment) for figure in contents.rows]
