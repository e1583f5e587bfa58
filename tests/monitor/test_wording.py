"""Every reason has a sentence, in both languages, with nothing left to fill."""

import dataclasses
import datetime as dt
import re
import string

import pytest

from forecast.targets import Comparator, TargetKind
from monitor import wording
from monitor.display import Language
from monitor.flags import Flag
from monitor.indicators import Measure, Polarity
from monitor.ledger import Commitment
from monitor.messages import CHINESE, ENGLISH
from monitor.reasons import ChangeParts, DetailCode, Reason, ReasonCode
from monitor.records import Status
from monitor.wording import WordingContext, sentence, target_statement
from tests.dashboard.builder import an_indicator, some_terms

FACTS = {
    ReasonCode.ABOVE_GREEN_LINE: {"probability": 0.83, "green_at": 0.8},
    ReasonCode.BELOW_GREEN_LINE: {"probability": 0.6, "green_at": 0.8},
    ReasonCode.BELOW_YELLOW_LINE: {"probability": 0.02, "yellow_at": 0.5},
    ReasonCode.HELD_BY_HYSTERESIS: {"probability": 0.82, "shown": "yellow", "bare": "green"},
    ReasonCode.REACHED: {"quantity": 2.61, "period": "2027"},
    ReasonCode.NOT_REACHED: {"quantity": 2.41, "period": "2027"},
    ReasonCode.FIGURE_NOT_OUT: {"expected_on": "2028-10-01"},
    ReasonCode.NO_DATA: {"indicator": "rd_intensity"},
    ReasonCode.TOO_SHORT: {"n": 1, "needed": 3},
    ReasonCode.SILENT: {"days_overdue": 41, "last_period": "2024", "missed": 3},
    ReasonCode.MISSING_BASE: {"period": "2020"},
    ReasonCode.NEEDS_PUBLISHED_RATE: {},
    ReasonCode.NOT_QUANTIFIED: {},
    ReasonCode.NO_PEERS: {"have": 1, "needed": 5},
    ReasonCode.DEFINITION_CHANGED: {"period": "2024", "old": "四经普", "new": "五经普"},
    ReasonCode.CONTRADICTED: {"period": "2022", "values": [2.1, 2.3]},
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
    DetailCode.REVISED_SINCE: {"period": "2020", "old": 2.17, "new": 2.1, "revised_on": "2025-01-20"},
    DetailCode.CONFLICT: {"other": "sc_kjt_2026_3", "value": 2.6, "plan": "2026 年工作要点"},
    DetailCode.PUBLISHED_TARGET: {"probability_published": 0.41, "value": 2.8, "deadline": "2030-12-31"},
    DetailCode.SAFE_VALUE: {"value": 2.37, "level": 0.8, "keep_until": "2030-12-31"},
    DetailCode.BEFORE_FIRST_BATCH: {"month": 7},
    DetailCode.SIMULATED: {},
}
OPTIONAL = {
    ReasonCode.REACHED: [{"preliminary": True}, {"early": True}],
    DetailCode.CONFLICT: [{"plan": None}],
    DetailCode.STRAIGHT_LINE: [{"share": 0.83}, {"share": 0.9}],
    DetailCode.PACE: [{"required": -0.01}, {"required": 5.0, "unit": "percent"}],
    ReasonCode.FIGURE_NOT_OUT: [{"days_overdue": 12}],
}
DROPPABLE = {
    "quantity", "period", "expected_on", "last_period", "missed", "have", "needed", "q50", "achieved_mean3",
    "reached", "of", "latest", "revised_on", "value", "plan", "deadline", "keep_until", "observed_to",
    "next_period", "indicator",
}  # fmt: skip
REQUIRED = {
    ReasonCode.TOO_SHORT: {"needed"},
    ReasonCode.DEFINITION_CHANGED: {"period"},
    ReasonCode.CONTRADICTED: {"period"},
    DetailCode.FIRST_RELEASE: {"value", "period"},
    DetailCode.REVISED_SINCE: {"period"},
    DetailCode.SAFE_VALUE: {"value"},
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
    assert chinese(DetailCode.PACE) == "每年需提高 0.06 个百分点；近 8 年有 5 年达到，最近 3 年平均 0.03。"
    assert chinese(DetailCode.DATA_STATE) == "2024、2025 年数据尚未入库；2027 年数约在 2028 年 10 月公布。"
    assert chinese(DetailCode.SAFE_VALUE) == "80% 把握的目标值为 2.37%；维持 2.50% 则期限需到 2030 年。"


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
    assert said == "每年需降低 0.20 个百分点，最近 3 年平均 0.10。"


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


def test_a_change_names_its_parts_and_they_add_up():
    change = ChangeParts(new_data=-0.04, revised_data=0.0, target_edit=0.0, time_passing=-0.02, model=0.0)
    said = wording.change_sentence(change, -6, Language.ZH)
    assert said == "较上周 −6：新数据 −4，时间推移 −2，数据修订、目标调整、模型 0。"
    assert sum(points for _, points in wording.change_parts(change, -7, Language.ZH)) == -7
    assert wording.change_sentence(ChangeParts(0, 0, 0, 0, 0), 0, Language.EN) == "No change on the week."


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
