"""Periods in words, and whether they fit the indicator."""

import pytest

from monitor.core.errors import PeriodError
from monitor.ingest.findings import RowProblem
from monitor.ingest.period_text import period_for, read_period
from tests.ingest.builders import CONTEXT


@pytest.mark.parametrize(
    ("text", "period", "is_cumulative"),
    [
        ("2022", "2022", False),
        ("2022年", "2022", False),
        ("2022年度", "2022", False),
        ("2022-Q3", "2022-Q3", False),
        ("2022Q3", "2022-Q3", False),
        ("2022年三季度", "2022-Q3", False),
        ("2022年第3季度", "2022-Q3", False),
        ("2022-09", "2022-09", False),
        ("2022年9月", "2022-09", False),
        ("2022/9", "2022-09", False),
        ("202209", "2022-09", False),
        ("2022年1-9月", "2022-09", True),
        ("2022年1—9月", "2022-09", True),
        ("２０２２年１～９月", "2022-09", True),
        ("2022年1月至9月", "2022-09", True),
        ("2022年1-12月累计", "2022-12", True),
        ("2022年上半年", "2022-06", True),
        ("2022年前三季度", "2022-09", True),
    ],
)
def test_ways_to_write_a_period(text: str, period: str, is_cumulative: bool) -> None:
    written = read_period(text)
    assert (str(written.period), written.is_cumulative) == (period, is_cumulative)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "22年",
        "2022.9",
        "2022年13月",
        "2022-00",
        "2022年4-6月",
        "2022-09-15",
        "0022",
        "9999",
        "2022-Q5",
        "合计",
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(PeriodError):
        read_period(text)


@pytest.mark.parametrize(
    ("text", "code", "period"),
    [
        ("2022", "contract_value", "2022"),
        ("2022-06", "announced_ytd", "2022-06"),
        ("2022年1-9月", "announced_ytd", "2022-09"),
        ("2022-Q2", "hightech_enterprises", "2022-Q2"),
        ("2022-06", "patents_per_10k", "2022-06"),
        ("2022年1-9月", "fiscal_ytd", "2022-09"),
        ("2022-09", "fiscal_ytd", "2022-09"),
        ("2022-09-01", "fiscal_ytd", "2022-09"),
        ("2022-09-30", "fiscal_ytd", "2022-09"),
        ("2022", "fiscal_ytd", "2022-12"),
        ("2022", "patents_ytd", "2022-Q4"),
        ("2022年1-9月", "patents_ytd", "2022-Q3"),
        ("2022年上半年", "patents_ytd", "2022-Q2"),
    ],
)
def test_periods_that_fit(text: str, code: str, period: str) -> None:
    assert str(period_for(text, CONTEXT.indicators[code])) == period


@pytest.mark.parametrize(
    ("text", "code", "rule", "reason"),
    [
        ("9月", "fiscal_ytd", "bad_period", "'9月' is not a period."),
        (
            "2022-01-01",
            "contract_value",
            "bad_period",
            "'2022-01-01' is a day, and contract_value is annual.",
        ),
        (
            "2022-03",
            "rd_intensity",
            "period_does_not_fit_frequency",
            "rd_intensity is annual; '2022-03' is no such period",
        ),
        ("2022-Q1", "contract_value", "period_does_not_fit_frequency", "contract_value is annual"),
        (
            "2022",
            "retail_monthly",
            "period_does_not_fit_frequency",
            "retail_monthly is monthly; '2022' is no such",
        ),
        (
            "2022-Q3",
            "fiscal_ytd",
            "period_does_not_fit_frequency",
            "fiscal_ytd is monthly; '2022-Q3' is no such",
        ),
        (
            "2022-08",
            "patents_ytd",
            "period_does_not_fit_frequency",
            "patents_ytd is quarterly; '2022-08' is no",
        ),
        ("2022年1-8月", "patents_ytd", "period_does_not_fit_frequency", "patents_ytd is quarterly"),
        (
            "2022年1-9月",
            "retail_monthly",
            "period_is_cumulative",
            "counts from January, but retail_monthly is",
        ),
        (
            "2022年上半年",
            "contract_value",
            "period_is_cumulative",
            "counts from January, but contract_value is",
        ),
    ],
)
def test_periods_that_do_not_fit(text: str, code: str, rule: str, reason: str) -> None:
    with pytest.raises(RowProblem) as caught:
        period_for(text, CONTEXT.indicators[code])
    assert caught.value.finding.rule == rule
    assert reason in caught.value.finding.reason
