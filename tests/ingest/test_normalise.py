"""Rows into figures: names, units, dates, and the wording of every refusal."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.core.errors import IngestError
from monitor.core.records import KnownOnBasis, Status
from monitor.ingest import contents_of, read_file
from tests.ingest.builders import CHINESE_HEADER, CONTEXT, HEADER, TODAY, load_rows, row, write_csv


def test_a_chinese_file_with_names_becomes_codes_and_base_units(tmp_path: Path) -> None:
    cells = [
        "技术合同登记额",
        "绵阳",
        "２０２２年",
        "７２．５",
        "亿元",
        "快报",
        "2023年3月",
        "输出地",
        "yearbook",
        "初报",
    ]
    path = write_csv(tmp_path / "a.csv", [cells], header=CHINESE_HEADER, encoding="gb18030")
    (figure,) = contents_of(read_file(path), context=CONTEXT, today=TODAY).rows
    assert (figure.indicator, figure.region, figure.period) == ("contract_value", "510700", "2022")
    assert (figure.value, figure.status) == (7_250_000_000.0, Status.PRELIMINARY)
    assert (figure.published_on, figure.known_on) == ("2023-03", dt.date(2023, 3, 31))
    assert figure.known_on_basis is KnownOnBasis.PARTIAL_DATE
    assert (figure.definition_basis, figure.origin, figure.note) == ("输出地", "yearbook", "初报")


def test_without_a_publication_date_the_lag_counts(tmp_path: Path) -> None:
    contents = load_rows(tmp_path, row(), row(period="2021", published_on="2022-08-31"))
    lagged, dated = contents.rows
    assert (lagged.known_on, lagged.known_on_basis) == (dt.date(2023, 8, 28), KnownOnBasis.LAG)
    assert (dated.known_on, dated.known_on_basis) == (dt.date(2022, 8, 31), KnownOnBasis.PUBLISHED)
    assert lagged.published_on is None


def test_rows_without_origin_belong_to_the_file(tmp_path: Path) -> None:
    contents = load_rows(tmp_path, row())
    assert contents.rows[0].origin == "file:figures.csv"
    assert [origin.code for origin in contents.origins] == ["file:figures.csv"]


def test_a_default_origin_must_be_recorded(tmp_path: Path) -> None:
    named = replace(CONTEXT, default_origin="yearbook")
    assert load_rows(tmp_path, row(), context=named).rows[0].origin == "yearbook"
    with pytest.raises(IngestError, match="The origin 'nobody' is not recorded"):
        load_rows(tmp_path, row(), context=replace(CONTEXT, default_origin="nobody"))


def test_the_embargo_column_is_optional(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [[*row(), "2026-04"]], header=(*HEADER, "embargo_until"))
    (figure,) = contents_of(read_file(path), context=CONTEXT, today=TODAY).rows
    assert figure.embargo_until == dt.date(2026, 4, 30)


@pytest.mark.parametrize(
    ("published_on", "embargo", "known_on"),
    [
        ("", "2026-04-30", "2026-04-30"),
        ("", "2023-01-01", "2023-08-28"),
        ("2023-03-01", "2026-04-30", "2023-03-01"),
    ],
)
def test_an_undated_figure_is_not_known_before_its_embargo_ends(
    tmp_path: Path, published_on: str, embargo: str, known_on: str
) -> None:
    cells = [*row(published_on=published_on), embargo]
    path = write_csv(tmp_path / "a.csv", [cells], header=(*HEADER, "embargo_until"))
    (figure,) = contents_of(read_file(path), context=CONTEXT, today=TODAY).rows
    assert figure.known_on.isoformat() == known_on


def test_a_percent_sign_may_repeat_the_unit(tmp_path: Path) -> None:
    (figure,) = load_rows(tmp_path, row(indicator="rd_intensity", value="2.55%", unit="%")).rows
    assert figure.value == 2.55


@pytest.mark.parametrize(
    ("cells", "where", "reason", "remedy"),
    [
        (
            {"indicator": "contract_valeu"},
            ("unknown_indicator", "indicator"),
            "No indicator goes by 'contract_valeu'.",
            "Did you mean contract_value or",
        ),
        (
            {"indicator": "技术合同额"},
            ("ambiguous_indicator", "indicator"),
            "'技术合同额' may mean contract_value_absorbed or contract_value_announced.",
            "Write the code",
        ),
        (
            {"region": "成都"},
            ("unknown_region", "region"),
            "No region goes by '成都'.",
            "configs/regions.yaml",
        ),
        (
            {"region": "朝阳"},
            ("ambiguous_region", "region"),
            "'朝阳' may mean 110105 (朝阳区) or 211300 (朝阳市).",
            "Write the code",
        ),
        (
            {"region": "合计"},
            ("unknown_region", "region"),
            "No region goes by '合计'.",
            "Write a code or name",
        ),
        (
            {"period": "22年"},
            ("bad_period", "period"),
            "'22年' is not a period.",
            "Write 2022, 2022-Q3 or 2022-09",
        ),
        (
            {"value": "—"},
            ("missing_value", "value"),
            "The row gives no figure ('—').",
            "Fill it in once it is known",
        ),
        ({"value": "约120"}, ("bad_value", "value"), "'约120' is not a number.", "Write digits only"),
        (
            {"value": "12%"},
            ("bad_value", "value"),
            "carries a percent sign, but the unit is 亿元",
            "Remove the sign",
        ),
        (
            {"value": "1e300", "unit": "万亿元"},
            ("bad_value", "value"),
            "too large to be a figure",
            "Check value",
        ),
        (
            {"unit": ""},
            ("unknown_unit", "unit"),
            "The row names no unit.",
            "given in 元, 万元, 亿元 or 万亿元.",
        ),
        (
            {"unit": "亿美元"},
            ("unknown_unit", "unit"),
            "'亿美元' is not a unit.",
            "contract_value is given in 元",
        ),
        (
            {"unit": "家"},
            ("unit_mismatch", "unit"),
            "家 measures count, but contract_value is kept in CNY.",
            "Write it in 元",
        ),
        (
            {"indicator": "rd_intensity", "unit": "个百分点"},
            ("unit_mismatch", "unit"),
            "个百分点 is a change of a share (percentage points), and rd_intensity is a share or rate",
            "Write % if the unit is mistaken",
        ),
        (
            {"indicator": "rd_intensity_change", "unit": "%"},
            ("unit_mismatch", "unit"),
            "% is a share or rate (percent), and rd_intensity_change is a change of a share",
            "Write 个百分点",
        ),
        ({"status": "预计"}, ("unknown_status", "status"), "'预计' is not a status.", "is no observation"),
        ({"published_on": "去年"}, ("bad_date", "published_on"), "'去年' is not a date.", "Write 2022-08-31"),
        (
            {"origin": "blog"},
            ("unknown_origin", "origin"),
            "The origin 'blog' is not recorded.",
            "Record publisher",
        ),
    ],
)
def test_every_refusal_says_what_and_what_to_do(
    tmp_path: Path, cells: dict[str, object], where: tuple[str, str], reason: str, remedy: str
) -> None:
    contents = load_rows(tmp_path, row(period="2021"), row(**cells))
    assert len(contents.rows) == 1
    ((refusal, raw),) = contents.refusals
    assert (refusal.file, refusal.sheet, refusal.row) == ("figures.csv", None, 3)
    assert (refusal.rule, refusal.column) == where
    column = where[1]
    assert reason in refusal.reason
    assert remedy in refusal.remedy
    assert raw[column] == str(cells[column] if column in cells else cells["indicator"])


def test_all_that_is_wrong_with_a_row_is_said_at_once(tmp_path: Path) -> None:
    ((refusal, _),) = load_rows(tmp_path, row(region="成都", value="x", status="?")).refusals
    assert refusal.rule == "unknown_region"
    assert "'x' is not a number." in refusal.reason
    assert "'?' is not a status." in refusal.reason


def test_a_cell_outside_the_header_refuses_its_row(tmp_path: Path) -> None:
    ((refusal, raw),) = load_rows(tmp_path, [*row(), "旁注"]).refusals
    assert (refusal.rule, refusal.column, refusal.found) == ("extra_cells", None, "旁注")
    assert raw["column K"] == "旁注"


def test_columns_are_named_as_the_file_names_them(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["x", "绵阳", 2022, 1, "家"]], header=CHINESE_HEADER[:5])
    ((refusal, _),) = contents_of(read_file(path), context=CONTEXT, today=TODAY).refusals
    assert refusal.column == "指标"


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ((*HEADER[:9], "remark"), "unknown column 'remark'. Allowed: indicator (指标), region (地区)"),
        (HEADER[:4], "the required column unit (单位) is missing."),
        (HEADER[1:4], "the required columns indicator (指标), unit (单位) are missing."),
    ],
)
def test_a_wrong_header_refuses_the_whole_file(tmp_path: Path, header: tuple[str, ...], problem: str) -> None:
    path = write_csv(tmp_path / "a.csv", [row()[: len(header)]], header=header)
    with pytest.raises(IngestError) as caught:
        contents_of(read_file(path), context=CONTEXT, today=TODAY)
    assert problem in str(caught.value)
