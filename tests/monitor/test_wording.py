"""Every reason has a sentence, in both languages, with nothing left to fill."""

import dataclasses
import datetime as dt
import re
import string

import pytest

from forecast.targets import Comparator, TargetKind
from monitor.core.flags import Flag
from monitor.core.indicators import Measure, Polarity, Reporting
from monitor.core.ledger import Commitment
from monitor.core.periods import Frequency
from monitor.core.reasons import ChangeParts, DetailCode, Reason, ReasonCode
from monitor.core.records import Status
from monitor.words import wording
from monitor.words.display import Language
from monitor.words.messages import CHINESE, ENGLISH
from monitor.words.wording import WordingContext, sentence, target_statement
from tests.dashboard.builder import an_indicator, some_terms

FACTS = {
    ReasonCode.ABOVE_GREEN_LINE: {"probability": 0.83, "green_at": 0.8},
    ReasonCode.BELOW_GREEN_LINE: {"probability": 0.6, "green_at": 0.8},
    ReasonCode.BELOW_YELLOW_LINE: {"probability": 0.02, "yellow_at": 0.5},
    ReasonCode.HELD_BY_HYSTERESIS: {"probability": 0.82, "shown": "yellow", "bare": "green"},
    ReasonCode.RECOVERING: {"probability": 0.9},
    ReasonCode.REACHED: {"quantity": 2.61, "period": "2027"},
    ReasonCode.NOT_REACHED: {"quantity": 2.41, "period": "2027"},
    ReasonCode.FIGURE_NOT_OUT: {"expected_on": "2028-10-01"},
    ReasonCode.UNFIRM_FIGURE: {
        "period": "2027",
        "value": 2.61,
        "status": "preliminary",
        "quantity": 2.61,
        "reached": True,
    },
    ReasonCode.NO_DATA: {"indicator": "rd_intensity"},
    ReasonCode.TOO_SHORT: {"n": 1, "needed": 3},
    ReasonCode.SILENT: {"days_overdue": 41, "last_period": "2024", "missed": 3},
    ReasonCode.MISSING_BASE: {"period": "2020"},
    ReasonCode.NEEDS_PUBLISHED_RATE: {},
    ReasonCode.NO_PEERS: {"have": 1, "needed": 5},
    ReasonCode.DEFINITION_CHANGED: {"period": "2024", "old": "四经普", "new": "五经普"},
    ReasonCode.MILESTONE_DUE: {"days_left": 41},
    ReasonCode.MILESTONE_DONE: {"done_on": "2026-09-30"},
    ReasonCode.MILESTONE_OVERDUE: {"days_overdue": 1},
    DetailCode.OUTCOME_RANGE: {"q10": 2.37, "q90": 2.71, "q50": 2.55},
    DetailCode.PACE: {"required": 0.06, "achieved_mean3": 0.03, "reached": 5, "of": 8, "per": "year"},
    DetailCode.DATA_STATE: {
        "observed_to": "2023",
        "missing": ["2024", "2025"],
        "next_period": "2027",
        "expected_on": "2028-10-01",
    },
    DetailCode.LATE_DATA: {"days": 12, "period": "2025"},
    DetailCode.STRAIGHT_LINE: {"share": 0.41, "due": 0.83, "ahead": -0.42},
    DetailCode.GROWTH_RATE_RULE: {"actual": 1.8, "required": 2.6, "ratio": 0.7, "verdict": "insufficient"},
    DetailCode.TOLERANCE: {"floor": 3.415},
    DetailCode.FIRST_RELEASE: {"value": 2.26, "period": "2021", "latest": 2.2},
    DetailCode.CONFLICT: {"other": "sc_kjt_2026_3", "value": 2.6, "plan": "2026 年工作要点"},
    DetailCode.PUBLISHED_TARGET: {"probability_published": 0.41, "value": 2.8, "deadline": "2030-12-31"},
    DetailCode.SAFE_VALUE: {"value": 2.37, "level": 0.8},
    DetailCode.BEFORE_FIRST_BATCH: {"month": 7},
}
OPTIONAL = {
    ReasonCode.REACHED: [{"early": True}],
    ReasonCode.BELOW_YELLOW_LINE: [
        {"required": 0.22, "reached": 0, "of": 8, "per": "year", "unit": None},
        {"required": -0.1, "reached": 0, "of": 8, "per": "year"},
    ],
    ReasonCode.UNFIRM_FIGURE: [{"period": "2026", "quantity": None}, {"status": "year_inferred"}],
    ReasonCode.TOO_SHORT: [{"n": 0, "needed": 2, "full_years": True}],
    DetailCode.GROWTH_RATE_RULE: [{"years": 5}],
    DetailCode.CONFLICT: [{"plan": None}],
    DetailCode.STRAIGHT_LINE: [{"share": 0.83}, {"share": 0.9}],
    DetailCode.PACE: [{"required": -0.01}, {"required": 5.0, "unit": "percent"}],
    ReasonCode.FIGURE_NOT_OUT: [{"days_overdue": 12}],
}
DROPPABLE = {
    "quantity", "period", "expected_on", "last_period", "missed", "have", "needed", "q50", "achieved_mean3",
    "reached", "of", "latest", "value", "plan", "deadline", "observed_to",
    "next_period", "indicator",
}  # fmt: skip
REQUIRED = {
    ReasonCode.TOO_SHORT: {"needed"},
    ReasonCode.DEFINITION_CHANGED: {"period"},
    DetailCode.FIRST_RELEASE: {"value", "period"},
    DetailCode.SAFE_VALUE: {"value"},
    ReasonCode.UNFIRM_FIGURE: {"period", "value"},
}
CONTEXT = WordingContext(some_terms(), an_indicator())


def _cases():
    for code, facts in FACTS.items():
        yield code, facts
        yield from ((code, {**facts, **extra}) for extra in OPTIONAL.get(code, []))
        kept = REQUIRED.get(code, set())
        for name in sorted(DROPPABLE & set(facts) - kept):
            yield code, {key: value for key, value in facts.items() if key != name}
            yield code, {**facts, name: None}


def test_every_code_has_facts_here():
    assert set(FACTS) == {*ReasonCode, *DetailCode}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(("code", "facts"), list(_cases()))
def test_every_reason_is_a_complete_sentence(code, facts, language):
    said = sentence(Reason(code, facts), language, CONTEXT)
    assert not re.search(r"[{}⟦⟧]|None|nan|可能", said)
    assert said.endswith("。" if language is Language.ZH else ".")
    assert language is Language.ZH or not said[0].islower()


@pytest.mark.parametrize("language", list(Language))
def test_a_milestone_without_indicator_can_be_worded(language):
    terms = some_terms(kind=TargetKind.MILESTONE, indicator=None, value=None, unit=None, comparator=None)
    said = sentence(Reason(ReasonCode.NO_DATA, {}), language, WordingContext(terms, None))
    assert said


def test_the_words_of_the_guide():
    def chinese(code):
        return sentence(Reason(code, FACTS[code]), Language.ZH, CONTEXT)

    assert chinese(ReasonCode.BELOW_GREEN_LINE) == "达标概率 60%，低于 80% 的正常线。"
    assert (
        chinese(DetailCode.PACE)
        == "每年需提高 0.06 个百分点；近 8 年有 5 年达到，最近 3 年平均 0.03 个百分点。"
    )
    assert chinese(DetailCode.DATA_STATE) == "2024、2025 年数据尚未入库；2027 年数约在 2028 年 10 月公布。"
    assert chinese(DetailCode.SAFE_VALUE) == "80% 把握的目标值为 2.37%。"
    assert chinese(ReasonCode.RECOVERING) == "达标概率 90%；由预警恢复，先转为关注。"


def test_units_meet_words_without_a_blank():
    context = WordingContext(some_terms(value=60e8, unit="亿元"), MONEY)
    reason = Reason(DetailCode.OUTCOME_RANGE, {"q10": 50e8, "q90": 70e8})
    said = sentence(reason, Language.ZH, context)
    assert said == "期末值有 80% 的把握在 50.0 亿元至 70.0 亿元之间。"


def test_no_periods_at_all_is_no_data():
    reason = Reason(ReasonCode.TOO_SHORT, {"n": 0, "needed": 3})
    assert sentence(reason, Language.ZH, CONTEXT) == "本地区没有“研发经费投入强度”的数据。"


def test_key_figures_can_be_marked():
    reason = Reason(ReasonCode.BELOW_GREEN_LINE, FACTS[ReasonCode.BELOW_GREEN_LINE])
    assert sentence(reason, Language.ZH, CONTEXT, mark=("<b>", "</b>")).startswith("达标概率 <b>60%</b>")


def test_less_is_better_turns_the_pace_around():
    context = WordingContext(some_terms(comparator=Comparator.AT_MOST), an_indicator(polarity=Polarity.LOWER))
    facts = {"required": -0.2, "achieved_mean3": -0.1, "per": "year"}
    said = sentence(Reason(DetailCode.PACE, facts), Language.ZH, context)
    assert said == "每年需降低 0.20 个百分点，最近 3 年平均 0.10 个百分点。"


def test_a_low_probability_says_why():
    facts = {"probability": 0.01, "yellow_at": 0.5, "required": 0.22, "reached": 0, "of": 8, "per": "year"}
    reason = Reason(ReasonCode.BELOW_YELLOW_LINE, facts)
    said = sentence(reason, Language.ZH, CONTEXT)
    assert said == "达标概率 1%，低于 50% 的关注线；每年需提高 0.22 个百分点，近 8 年无一年达到。"
    said = sentence(reason, Language.EN, CONTEXT)
    assert said == (
        "1% chance, below the 50% line; it needs +0.22 pp a year, reached in no year of the last 8 years."
    )


def test_no_cause_is_told_where_nothing_more_is_needed():
    facts = {"probability": 0.6, "green_at": 0.8, "required": -0.1, "reached": 6, "of": 8, "per": "year"}
    said = sentence(Reason(ReasonCode.BELOW_GREEN_LINE, facts), Language.ZH, CONTEXT)
    assert said == "达标概率 60%，低于 80% 的正常线。"


def test_a_small_pace_is_not_nothing():
    facts = {"required": 0.004, "per": "month"}
    said = sentence(Reason(DetailCode.PACE, facts), Language.ZH, CONTEXT)
    assert said == "每月需提高 0.004 个百分点。"


def test_shortness_in_full_years():
    reason = Reason(ReasonCode.TOO_SHORT, {"n": 0, "needed": 2, "full_years": True})
    assert sentence(reason, Language.ZH, CONTEXT) == "完整年度数据仅 0 年，至少需要 2 年。"
    assert (
        sentence(reason, Language.EN, CONTEXT) == "Only 0 full years of data; at least 2 full years needed."
    )


def test_the_growth_rate_rule_counts_from_its_base():
    facts = {"actual": 29.3, "required": 12.0, "ratio": 2.44, "verdict": "on_track", "years": 5}
    said = sentence(Reason(DetailCode.GROWTH_RATE_RULE, facts), Language.ZH, CONTEXT)
    assert said == "增长率法：近 5 年年均 29.3%；从 5 年前的基数起全程年均需 12.0%，比值 2.44，可达。"


MONEY = an_indicator("contracts", base_unit="CNY", display_unit="亿元", decimals=1, measure=Measure.FLOW)


@pytest.mark.parametrize(
    ("changes", "indicator", "zh", "en"),
    [
        ({}, an_indicator(), "2027 年 ≥ 2.50%", "2027 ≥ 2.50%"),
        ({"comparator": Comparator.ABOUT}, an_indicator(), "2027 年 约 2.50%", "2027 ≈ 2.50%"),
        (
            {"kind": TargetKind.GROWTH, "value": 10.0, "deadline": dt.date(2026, 12, 31)},
            MONEY,
            "2026 年增长 ≥ 10.0%",
            "2026 growth ≥ 10.0%",
        ),
        (
            {
                "kind": TargetKind.CUMULATIVE,
                "value": 60e8,
                "unit": "亿元",
                "comparator": Comparator.MORE_THAN,
                "start": "2023",
                "deadline": dt.date(2025, 12, 31),
            },
            MONEY,
            "2023–2025 年累计 > 60 亿元",
            "2023–2025 total > 6 bn yuan",
        ),
        (
            {
                "kind": TargetKind.AVERAGE_GROWTH,
                "value": 7.0,
                "start": "2025",
                "deadline": dt.date(2030, 12, 31),
            },
            MONEY,
            "2026–2030 年年均增长 ≥ 7.0%",
            "2026–2030 average growth ≥ 7.0%",
        ),
        (
            {"comparator": Comparator.BETWEEN, "value": 2.0, "value_upper": 3.0},
            an_indicator(),
            "2027 年 2.00–3.00%",
            "2027 2.00–3.00%",
        ),
        (
            {"kind": TargetKind.MILESTONE, "value": None, "comparator": None},
            None,
            "2027-12-31 前完成",
            "done by 2027-12-31",
        ),
        (
            {"kind": TargetKind.RANK, "value": 3, "comparator": None},
            an_indicator(),
            "2027 年位次 ≤ 3 位",
            "2027 rank ≤ 3",
        ),
        (
            {"kind": TargetKind.DIRECTION, "value": None},
            an_indicator(),
            "2027 年逐年提升",
            "2027 rises every year",
        ),
        ({"value": None}, an_indicator(), "2027 年，未写明数值", "2027, no number stated"),
    ],
)
def test_target_statements(changes, indicator, zh, en):
    context = WordingContext(some_terms(**changes), indicator)
    assert target_statement(context, Language.ZH) == zh
    assert target_statement(context, Language.EN) == en


FIRMS = an_indicator("firms", base_unit="count", display_unit="家", decimals=0, measure=Measure.STOCK)
DAYS = an_indicator("days", base_unit="day", display_unit="天", decimals=0, polarity=Polarity.LOWER)


@pytest.mark.parametrize(
    ("changes", "indicator", "quantity", "zh", "en"),
    [
        ({}, an_indicator(), 2.61, "2027 年为 2.61%，达到 ≥ 2.50% 的目标。", "2027 stands at 2.61%, which"),
        (
            {"kind": TargetKind.NET_INCREASE, "value": 1500.0, "unit": "家", "start": "2025"},
            FIRMS,
            4300.0,
            "2026–2027 年净增 4,300 家，达到 ≥ 1,500 家的目标。",
            "2026–2027 brought a net increase of 4,300, which",
        ),
        (
            {"kind": TargetKind.CUMULATIVE, "value": 60e8, "unit": "亿元", "start": "2025"},
            MONEY,
            62e8,
            "2025–2027 年累计 62.0 亿元，达到 ≥ 60 亿元的目标。",
            "2025–2027 totals 6.20 bn yuan, which",
        ),
        (
            {"kind": TargetKind.GROWTH, "value": 8.0},
            MONEY,
            8.9,
            "2027 年增长 8.9%，达到 ≥ 8.0% 的目标。",
            "2027 grew by 8.9%, which",
        ),
        (
            {"kind": TargetKind.GROWTH, "value": -5.0},
            MONEY,
            -1.2,
            "2027 年下降 1.2%，达到 ≥ −5.0% 的目标。",
            "2027 fell by 1.2%, which",
        ),
        (
            {"kind": TargetKind.CHANGE_PP, "value": 0.2, "unit": "个百分点", "start": "2025"},
            an_indicator(),
            0.3,
            "2027 年比 2025 年提高 0.3 个百分点，达到 ≥ 0.2 个百分点的目标。",
            "2027 is 0.3 pp above 2025, which",
        ),
        (
            {"kind": TargetKind.RANK, "value": 5, "unit": None, "comparator": None},
            an_indicator(),
            3.0,
            "2027 年位次第 3，达到 ≤ 5 位的目标。",
            "2027 ranks no. 3, which",
        ),
        (
            {"value": 3.0, "unit": "天", "comparator": Comparator.AT_MOST, "written_decimals": 0},
            DAYS,
            2.0,
            "2027 年为 2 天，达到 ≤ 3 天的目标。",
            "2027 stands at 2 days, which",
        ),
        (
            {"kind": TargetKind.DIRECTION, "value": None, "start": "2027"},
            MONEY,
            12e8,
            "2027 年较上年变化 +12.0 亿元，达到目标。",
            "2027 changed by +1.20 bn yuan on the year before, which",
        ),
        (
            {"kind": TargetKind.DIRECTION, "value": None, "start": "2025"},
            MONEY,
            12e8,
            "2025–2027 年各年较上年变化最差为 +12.0 亿元，达到目标。",
            "The worst yearly change of 2025–2027 is +1.20 bn yuan, which",
        ),
    ],
)
def test_what_a_settled_target_came_to(changes, indicator, quantity, zh, en):
    context = WordingContext(some_terms(**changes), indicator)
    reason = Reason(ReasonCode.REACHED, {"quantity": quantity, "period": "2027"})
    assert sentence(reason, Language.ZH, context) == zh
    assert sentence(reason, Language.EN, context).startswith(en)


def test_an_amount_reached_early_is_counted_to_the_last_figure():
    monthly = dataclasses.replace(MONEY, frequency=Frequency.MONTHLY, reporting=Reporting.YTD)
    terms = some_terms(kind=TargetKind.CUMULATIVE, value=60e8, unit="亿元", start="2026-01")
    reason = Reason(ReasonCode.REACHED, {"quantity": 62e8, "period": "2027-09", "early": True})
    said = sentence(reason, Language.ZH, WordingContext(terms, monthly))
    assert said == "2026 年 1 月–2027 年 9 月累计 62.0 亿元，已提前达到 ≥ 60 亿元的目标。"


def test_the_range_names_its_quantity():
    context = WordingContext(some_terms(kind=TargetKind.GROWTH, value=8.0), MONEY)
    reason = Reason(DetailCode.OUTCOME_RANGE, {"q10": 5.0, "q90": 9.0})
    assert sentence(reason, Language.ZH, context) == "增速有 80% 的把握在 5.0% 至 9.0% 之间。"
    assert sentence(reason, Language.EN, context) == "80% sure that the growth lies between 5.0% and 9.0%."


def test_a_weak_figure_is_told_for_what_it_is():
    facts = {"period": "2027", "value": 2.61, "status": "preliminary", "quantity": 2.61, "reached": True}
    said = sentence(Reason(ReasonCode.UNFIRM_FIGURE, facts), Language.ZH, CONTEXT)
    assert said == ("期限 2027-12-31 已过，只有初步数：2027 年为 2.61%，达到 ≥ 2.50% 的目标；以正式数为准。")
    rises = WordingContext(some_terms(kind=TargetKind.DIRECTION, value=None, start="2027"), MONEY)
    base = Reason(ReasonCode.UNFIRM_FIGURE, {"period": "2026", "value": 50e8, "status": "preliminary"})
    said = sentence(base, Language.ZH, rises)
    assert said == "期限 2027-12-31 已过，2026 年的基期值只有初步数 50.0 亿元；正式数公布前不判定。"


def test_a_change_names_its_parts_and_they_add_up():
    change = ChangeParts(new_data=-0.04, revised_data=0.0, target_edit=0.0, time_passing=-0.02, model=0.0)
    said = wording.change_sentence(change, -6, Language.ZH, since=dt.date(2026, 11, 14))
    assert said == "较 2026-11-14：−6（新数据 −4，时间推移 −2，数据修订、目标调整、模型 0）。"
    undated = wording.change_sentence(change, -6, Language.ZH)
    assert undated.startswith("较上次评估：−6（新数据 −4")
    assert sum(points for _, points in wording.change_parts(change, -7, Language.ZH)) == -7
    nothing = ChangeParts(0, 0, 0, 0, 0)
    assert wording.change_sentence(nothing, 0, Language.EN) == "Since the last assessment: no change."
    said = wording.change_sentence(nothing, 0, Language.EN, since=dt.date(2026, 11, 14))
    assert said == "Since 2026-11-14: no change."


def _fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("part", [field.name for field in dataclasses.fields(CHINESE)])
def test_catalogues_have_the_same_keys_and_places(part):
    chinese, english = getattr(CHINESE, part), getattr(ENGLISH, part)
    assert set(chinese) == set(english)
    for key in chinese:
        assert _fields(chinese[key]) == _fields(english[key]), key


def test_every_state_has_a_word_and_a_shape_that_old_systems_can_print():
    for flag in Flag:
        assert wording.SHAPES[flag].encode("gb2312")
        for language in Language:
            assert wording.flag_word(flag, language)
    texts = {wording.flag_text(flag, language) for flag in Flag for language in Language}
    assert len(texts) == 2 * len(Flag)


@pytest.mark.parametrize("language", list(Language))
def test_every_enumeration_has_its_words(language):
    texts = wording.messages(language)
    assert set(texts.kinds) == {kind.value for kind in TargetKind}
    assert set(texts.comparators) == {comparator.value for comparator in Comparator}
    assert set(texts.commitments) == {commitment.value for commitment in Commitment}
    assert set(texts.statuses) == {status.value for status in Status}
    assert set(texts.change_parts) == {field.name for field in dataclasses.fields(ChangeParts)}
