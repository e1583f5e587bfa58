"""Numerals, Arabic and Chinese."""

from __future__ import annotations

import pytest

from monitor.workplan.numerals import parse_numeral


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("3.15", 3.15),
        ("12,600", 12600),
        ("十", 10),
        ("十六", 16),
        ("二十", 20),
        ("百", 100),
        ("一百零五", 105),
        ("三千五", 3500),
        ("两千三百", 2300),
        ("一万二千", 12000),
        ("三亿零五十万", 300500000),
        ("六点五", 6.5),
        ("二〇三一", 2031),
    ],
)
def test_reads(text: str, value: float) -> None:
    assert parse_numeral(text) == value


@pytest.mark.parametrize("text", ["", "若干", "点五", "1,20", "三x"])
def test_leaves_what_is_none(text: str) -> None:
    assert parse_numeral(text) is None
