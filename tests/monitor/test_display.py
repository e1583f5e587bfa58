"""Numbers as a person reads them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.targets import TargetKind
from monitor.core.indicators import Reporting
from monitor.words import display
from monitor.words.display import Language
from tests.dashboard.builder import an_indicator, some_terms


@pytest.mark.parametrize(
    ("base", "reference", "value", "zh", "en"),
    [
        ("CNY", 60e8, 38.04e8, "38.0 亿元", "3.80 bn yuan"),
        ("CNY", 3000e8, 1363.2e8, "1,363 亿元", "136.3 bn yuan"),
        ("CNY", 1.2e12, 0.98e12, "0.98 万亿元", "0.98 tn yuan"),
        ("CNY", 0.5e8, 3.2e7, "3,200 万元", "32.00 m yuan"),
        ("count", 900, 850, "850 家", "850"),
        ("count", 15000, 12800, "1.28 万家", "12,800"),
        ("percent", 2.5, 2.264, "2.26%", "2.26%"),
        ("per_10k_people", 22, 16.02, "16.0 件/万人", "16.0 per 10k"),
        ("multiple", 2, 1.5, "1.50 倍", "1.50 times"),
        ("rank", 3, 4, "4 位", "4"),
    ],
)
def test_a_row_keeps_the_unit_and_decimals_of_its_target(base, reference, value, zh, en):
    shown = [
        display.scale_for(base, reference, language=language, display_unit="家").text(value)
        for language in Language
    ]
    assert shown == [zh, en]


def test_the_minus_sign_is_a_minus_sign():
    assert display.number(-0.24, 2) == "−0.24"
    assert display.number(0.24, 2, signed=True) == "+0.24"
    assert display.number(-0.001, 2) == "0.00"
    assert display.number(None, 2) == "—"


def test_a_gap_of_percentages_is_in_points():
    scale = display.scale_of(some_terms(), an_indicator(), Language.ZH)
    assert scale.gap_text(-0.24) == "−0.24 个百分点"
    assert display.scale_of(some_terms(), an_indicator(), Language.EN).gap_text(-0.24) == "−0.24 pp"


def test_growth_has_one_decimal_and_a_ratio_as_many_as_are_published_or_written():
    growth = some_terms(kind=TargetKind.GROWTH, value=10.0)
    assert display.scale_of(growth, an_indicator(), Language.ZH).text(10.0) == "10.0%"
    assert (
        display.scale_of(some_terms(written_decimals=3), an_indicator(), Language.ZH).text(3.415) == "3.415%"
    )


def test_amounts_are_written_without_trailing_zeros():
    scale = display.scale_for("CNY", 60e8, language=Language.ZH)
    assert scale.written(60e8) == "60 亿元"


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(None, "—"), (0.004, "<1%"), (0.01, "1%"), (0.6, "60%"), (0.985, "99%"), (0.999, ">99%")],
)
def test_probabilities_never_claim_certainty(probability, shown):
    assert display.percent(probability) == shown


def test_changes_are_differences_of_what_is_shown():
    assert display.points_between(0.556, 0.474) == -9
    assert [display.arrow(points) for points in (4, -6, 0, None)] == ["↑4", "↓6", "0", "—"]


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=6), st.integers(-100, 100))
def test_parts_always_add_up(parts, total):
    assert sum(display.whole_parts(parts, total)) == total


@pytest.mark.parametrize(
    ("days", "zh", "en"), [(41, "41 天", "41 d"), (399, "399 天", "399 d"), (1502, "4.1 年", "4.1 y")]
)
def test_time_left(days, zh, en):
    assert display.days_left(days, Language.ZH) == zh
    assert display.days_left(days, Language.EN) == en


def test_periods_in_words():
    assert display.period_text("2022", Language.ZH) == "2022 年"
    assert display.period_text("2022-Q3", Language.ZH) == "2022 年三季度"
    assert display.period_text("2022-09", Language.EN) == "September 2022"
    assert display.period_text("2022-09", Language.ZH, reporting=Reporting.YTD) == "2022 年 1—9 月"
    assert display.period_text("soon", Language.EN) == "soon"


def test_a_deadline_is_as_short_as_it_can_be():
    assert display.deadline_period(dt.date(2027, 12, 31)) == "2027"
    assert display.deadline_period(dt.date(2026, 6, 30)) == "2026-06"
    assert display.deadline_period(dt.date(2026, 6, 15)) == "2026-06-15"


def test_days_keep_the_decimals_of_the_indicator_or_of_the_plan():
    indicator = an_indicator(base_unit="day", display_unit="天", decimals=1)
    terms = some_terms(value=4.5, unit="天", written_decimals=1)
    assert display.scale_of(terms, indicator, Language.ZH).text(5.4) == "5.4 天"
    assert display.scale_of(terms, indicator, Language.EN).text(4.5) == "4.5 days"
    assert display.scale_of(terms, indicator, Language.ZH).gap_text(0.9) == "+0.9 天"


def test_a_chance_just_below_a_line_never_reads_as_the_line():
    assert [display.percent(value) for value in (0.795, 0.7999, 0.8, 0.496, 0.5)] == [
        "79%",
        "79%",
        "80%",
        "49%",
        "50%",
    ]
    assert display.points_between(0.8, 0.796) == -1
    assert display.finer_percent(0.79996) == "79.9%"


def test_the_level_of_an_amount_is_shown_in_the_unit_of_its_size():
    indicator = an_indicator(base_unit="CNY", display_unit="万元")
    assert display.level_scale(indicator, 1.2117e11, Language.ZH).text(1.2117e11) == "1,212 亿元"
    assert display.level_scale(indicator, 1.2117e11, Language.EN).text(1.2117e11) == "121.2 bn yuan"
