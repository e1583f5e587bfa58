"""Quantities: units, scales, ranges, words for shares, and comparators on either side."""

from __future__ import annotations

import pytest

from forecast.targets import Comparator
from monitor.workplan.quantities import find_quantities


@pytest.mark.parametrize(
    ("text", "value", "base", "comparator"),
    [
        ("36家", 36, "count", None),
        ("1.8万家以上", 18000, "count", Comparator.AT_LEAST),
        ("千户", 1000, "count", None),
        ("2400万元", 2.4e7, "CNY", None),
        ("百亿元", 1e10, "CNY", None),
        ("3.2万亿元左右", 3.2e12, "CNY", Comparator.ABOUT),
        ("不低于4.5%", 4.5, "percent", Comparator.AT_LEAST),
        ("超过60%", 60, "percent", Comparator.MORE_THAN),
        ("2%以内", 2, "percent", Comparator.AT_MOST),
        ("不超过8%", 8, "percent", Comparator.AT_MOST),
        ("百分之七点五", 7.5, "percent", None),
        ("七成以上", 70, "percent", Comparator.AT_LEAST),
        ("一半以上", 50, "percent", Comparator.AT_LEAST),
        ("三分之二以上", 200 / 3, "percent", Comparator.AT_LEAST),
        ("0.4个百分点", 0.4, "pp", None),
        ("翻一番", 2, "times", None),
        ("翻两番", 4, "times", None),
        ("900人次", 900, "count", None),
        ("约70场次", 70, "count", Comparator.ABOUT),
        ("前五位", 5, "rank", None),
    ],
)
def test_one_quantity(text: str, value: float, base: str, comparator: Comparator | None) -> None:
    (found,) = find_quantities(text)
    assert (found.value, found.base, found.comparator) == (pytest.approx(value), base, comparator)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("3—5家", 3, 5),
        ("15%至20%", 15, 20),
        ("2到3个", 2, 3),
        ("4000万-6000万元", 4e7, 6e7),
        ("8~10项", 8, 10),
    ],
)
def test_ranges(text: str, low: float, high: float) -> None:
    (found,) = find_quantities(text)
    assert (found.value, found.value_upper, found.comparator) == (low, high, Comparator.BETWEEN)


@pytest.mark.parametrize(
    "text",
    ["G80走廊", "第三批", "2031年", "1026+7", "5G", "0835-6712345", "省级以上", "二类以上", "签约仪式"],
)
def test_what_is_no_quantity(text: str) -> None:
    assert not [each for each in find_quantities(text) if each.value != 2 or "类" not in text]


@pytest.mark.parametrize(
    ("text", "value"), [("85.6亿元", 8.56e9), ("1.1万家", 11000.0), ("2.45万亿元", 2.45e12)]
)
def test_scaled_values_carry_no_binary_dust(text: str, value: float) -> None:
    (found,) = find_quantities(text)
    assert found.value == value
