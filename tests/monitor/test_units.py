"""Units are converted once, and never into something they do not measure."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.errors import UnitError
from monitor.core.units import BASE_UNITS, from_base, to_base, unit_named

WRITTEN = [
    "元",
    "万元",
    "亿元",
    "万亿元",
    "家",
    "万家",
    "人次",
    "%",
    "个百分点",
    "件/万人",
    "万人年",
    "天",
    "位",
    "倍",
]


@pytest.mark.parametrize(
    ("value", "unit", "base", "expected"),
    [
        (0.1, "亿元", "CNY", 10_000_000.0),
        (1.2, "万亿元", "CNY", 1_200_000_000_000.0),
        (1.7, "万家", "count", 17_000.0),
        (3.42, "％", "percent", 3.42),
        (5, "个百分点", "percentage_point", 5.0),
        (2.4, "万人年", "person_year", 24_000.0),
        (6.5, "个工作日", "day", 6.5),
        (2, "倍", "multiple", 2.0),
    ],
)
def test_conversion(value: float, unit: str, base: str, expected: float) -> None:
    assert to_base(value, unit, base=base) == expected


@given(st.floats(0.01, 1e6), st.sampled_from(WRITTEN))
def test_there_and_back(value: float, unit: str) -> None:
    base = unit_named(unit).base
    assert math.isclose(from_base(to_base(value, unit, base=base), unit), value, rel_tol=1e-4)


@pytest.mark.parametrize(
    ("unit", "base"), [("%", "percentage_point"), ("个百分点", "percent"), ("家", "CNY"), ("亿元", "count")]
)
def test_other_measures_are_not_converted(unit: str, base: str) -> None:
    with pytest.raises(UnitError, match=f"but {base} is expected; they are not converted"):
        to_base(1, unit, base=base)


def test_an_unknown_unit_lists_the_known() -> None:
    with pytest.raises(UnitError, match="Unknown unit '斤'; known: CNY, count"):
        unit_named("斤")


def test_base_units_are_units() -> None:
    assert all(unit_named(base).base == base for base in BASE_UNITS)
