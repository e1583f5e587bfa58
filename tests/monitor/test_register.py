"""From a register entry to ledger terms."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from forecast.targets import TargetKind
from monitor.core.catalogue import TargetEntry
from monitor.core.errors import TargetRuleError, UnitError
from monitor.core.indicators import Indicator, JudgedOn, Measure, Polarity, Reporting, RollUp
from monitor.core.ledger import Part
from monitor.core.periods import Frequency
from monitor.core.register import base_unit_of_kind, target_part, target_terms, written_decimals
from monitor.core.term_rules import check_terms, resolve_start


def indicator(**changes: Any) -> Indicator:
    fields: dict[str, Any] = {
        "code": "contract_value",
        "name_zh": "技术合同认定登记额",
        "name_en": "Contract value",
        "aliases": (),
        "base_unit": "CNY",
        "display_unit": "亿元",
        "decimals": 2,
        "polarity": Polarity.HIGHER,
        "measure": Measure.FLOW,
        "frequency": Frequency.MONTHLY,
        "reporting": Reporting.YTD,
        "reported_months": (),
        "lag_days": 20,
        "publisher": "科技厅",
        "definition": "登记额",
        "lower": 0.0,
        "upper": None,
        "peers": "none",
        "roll_up": RollUp.NONE,
        "numerator": None,
        "denominator": None,
        "batch_months": (),
        "judged_on": JudgedOn.FIRST_RELEASE,
        "growth_indicator": None,
        "verified": False,
    }
    return Indicator(**{**fields, **changes})


def entry(**changes: Any) -> TargetEntry:
    fields: dict[str, Any] = {
        "code": "a.contracts",
        "indicator": "contract_value",
        "region": "510000",
        "kind": "level",
        "comparator": "at_least",
        "value": 1420,
        "unit": "亿元",
        "deadline": "2022-12-31",
        "citations": [{"clause": "三", "written": "1420亿元"}],
    }
    return TargetEntry.model_validate({**fields, **changes})


def test_values_are_converted_once_to_the_base_unit() -> None:
    terms = target_terms(entry(), indicator())
    assert (terms.value, terms.unit, terms.deadline) == (142_000_000_000.0, "亿元", dt.date(2022, 12, 31))


@pytest.mark.parametrize(
    ("kind", "value", "unit", "expected"),
    [("growth", 10, "%", 10.0), ("multiple", 2, "倍", 2.0), ("rank", 3, "位", 3.0)],
)
def test_kinds_compare_in_their_own_unit(kind: str, value: float, unit: str, expected: float) -> None:
    comparator = "at_most" if kind == "rank" else "at_least"
    assert (
        target_terms(entry(kind=kind, value=value, unit=unit, comparator=comparator), indicator()).value
        == expected
    )


def test_a_share_and_its_change_are_different_units() -> None:
    share = indicator(code="share", base_unit="percent", display_unit="%", measure=Measure.RATIO)
    change = entry(indicator="share", kind="change_pp", value=5, unit="个百分点", start="2021")
    assert target_terms(change, share).value == 5.0
    with pytest.raises(UnitError, match="measures percent, but percentage_point is expected"):
        target_terms(entry(indicator="share", kind="change_pp", value=5, unit="%"), share)


@pytest.mark.parametrize(
    ("written", "value", "decimals"),
    [
        ("3.42%", 3.42, 2),
        ("3.50%左右", 3.5, 2),
        ("3.5%", 3.5, 1),
        ("1,420亿元", 1420, 0),
        ("３．４２％", 3.42, 2),
        ("3 .1 %", 3.1, 1),
        ("100—250.0家", 250, 1),
        ("百亿元", 100, 0),
        (None, 0.25, 2),
        ("巧00家", 1500, 0),
    ],
)
def test_decimals_are_those_the_plan_wrote(written: str | None, value: float, decimals: int) -> None:
    assert written_decimals(entry(value=value, citations=[{"clause": "一", "written": written}])) == decimals


@pytest.mark.parametrize(
    ("text", "kind", "frequency", "expected"),
    [
        ("2021", TargetKind.NET_INCREASE, Frequency.ANNUAL, "2021"),
        ("2021", TargetKind.NET_INCREASE, Frequency.MONTHLY, "2021-12"),
        ("2021", TargetKind.AVERAGE_GROWTH, Frequency.QUARTERLY, "2021-Q4"),
        ("2022", TargetKind.CUMULATIVE, Frequency.MONTHLY, "2022-01"),
        ("2022", TargetKind.GROWTH_EACH_YEAR, Frequency.QUARTERLY, "2022-Q1"),
        ("2022-07", TargetKind.CUMULATIVE, Frequency.MONTHLY, "2022-07"),
    ],
)
def test_a_year_as_start_means_its_last_or_first_period(
    text: str, kind: TargetKind, frequency: Frequency, expected: str
) -> None:
    assert str(resolve_start(text, kind=kind, frequency=frequency)) == expected


def test_a_start_of_another_frequency_is_refused() -> None:
    with pytest.raises(TargetRuleError, match="2022-07 is monthly, but the indicator is annual"):
        resolve_start("2022-07", kind=TargetKind.CUMULATIVE, frequency=Frequency.ANNUAL)


def test_a_milestone_has_no_value() -> None:
    milestone = entry(
        indicator=None,
        kind="milestone",
        comparator=None,
        value=None,
        unit=None,
        title_zh="获批",
        title_en="Won",
    )
    terms = target_terms(milestone, None)
    assert (terms.indicator, terms.value, terms.written_decimals, terms.start) == (None, None, None, None)


def test_another_indicator_is_refused() -> None:
    with pytest.raises(TargetRuleError, match="names the indicator contract_value; other was given"):
        target_terms(entry(), indicator(code="other"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"value": -5e8}, "value: found -5 亿元; allowed: 0 亿元 or more"),
        ({"value": float("nan")}, "value: found nan; allowed: a finite number"),
        ({"value": float("inf")}, "value: found inf; allowed: a finite number"),
        ({"value_upper": 1e8}, "value_upper: found 1 亿元; allowed: a number above value"),
        ({"deadline": dt.date(2022, 12, 30)}, "the end of a period of the monthly contract_value"),
        ({"deadline": dt.date(1990, 12, 31)}, "from the plan's start"),
        ({"start": "2021-12"}, "no window"),
        ({"kind": TargetKind.CUMULATIVE, "start": "2023-01"}, "a period before 2022-12-31"),
        ({"kind": TargetKind.AVERAGE_GROWTH, "unit": "%"}, "the base period of the average"),
    ],
)
def test_terms_that_make_no_sense_are_refused(changes: dict[str, Any], sentence: str) -> None:
    terms = target_terms(entry(), indicator())
    check_terms(terms, indicator(), target="t", plan_start=dt.date(2021, 1, 1))
    with pytest.raises(TargetRuleError, match=sentence):
        check_terms(replace(terms, **changes), indicator(), target="t", plan_start=dt.date(2021, 1, 1))


def test_only_a_level_stands_within_the_bounds_of_its_indicator() -> None:
    terms = replace(target_terms(entry(), indicator()), kind=TargetKind.GROWTH, unit="%", value=-5.0)
    check_terms(terms, indicator(), target="t")


def test_places_in_the_tree() -> None:
    whole = entry(code="whole", deadline="2025-12-31")
    assert target_part(whole, None) is Part.WHOLE
    assert target_part(entry(deadline="2023-12-31"), whole) is Part.ANNUAL_SLICE
    assert target_part(entry(region="510700", deadline="2025-12-31"), whole) is Part.SHARE
    assert target_part(entry(departments=["high_tech"], deadline="2025-12-31"), whole) is Part.SHARE


def test_unit_of_kind() -> None:
    assert base_unit_of_kind(TargetKind.LEVEL, indicator_unit="count") == "count"
    assert base_unit_of_kind(TargetKind.RANK, indicator_unit="count") == "rank"
