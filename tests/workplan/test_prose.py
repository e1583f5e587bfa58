"""Sentences of plans: what is a target, of what kind, by when, whose, and what is none."""

from __future__ import annotations

import datetime as dt

import pytest

from forecast.targets import Comparator, TargetKind
from monitor.core.ledger import Commitment
from monitor.workplan import ReviewReason
from tests.workplan.builders import FIVE_YEARS, one, read, values

K = TargetKind


@pytest.mark.parametrize(
    ("text", "name", "value", "kind"),
    [
        ("高新技术企业达到430家。", "高新技术企业", 430, K.LEVEL),
        ("净增高新技术企业35家。", "高新技术企业", 35, K.NET_INCREASE),
        ("新认定市级实验室4个。", "市级实验室", 4, K.NET_INCREASE),
        ("技术合同成交额实现26亿元。", "技术合同成交额", 2.6e9, K.LEVEL),
        ("科技保险保额累计突破9亿元。", "科技保险保额", 9e8, K.CUMULATIVE),
        ("工业技改投资增长9%以上。", "工业技改投资", 9, K.GROWTH),
        ("规上工业企业研发机构覆盖率提高6个百分点。", "规上工业企业研发机构覆盖率", 6, K.CHANGE_PP),
        ("新型研发机构数量翻一番。", "新型研发机构数量", 2, K.MULTIPLE),
        ("举办成果路演22场。", "举办成果路演", 22, K.CUMULATIVE),
        ("培训技术经纪人75人次。", "培训技术经纪人", 75, K.CUMULATIVE),
        ("攻克8项卡脖子技术。", "攻克卡脖子技术", 8, K.CUMULATIVE),
        ("突破6项共性技术。", "突破共性技术", 6, K.CUMULATIVE),
        ("建成中试平台3个。", "中试平台", 3, K.LEVEL),
        ("推动60家规上企业设立研发机构。", "推动规上企业设立研发机构", 60, K.CUMULATIVE),
        ("保持研发投入10%左右增幅。", "研发投入", 10, K.GROWTH),
    ],
)
def test_name_value_and_kind(text: str, name: str, value: float, kind: TargetKind) -> None:
    found = one(text)
    assert (found.indicator_name, found.value, found.kind) == (name, value, kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("研发经费投入年均增长11%。", K.AVERAGE_GROWTH),
        ("技术合同成交额每年保持15%左右增幅。", K.GROWTH_EACH_YEAR),
    ],
)
def test_growth_over_years(text: str, kind: TargetKind) -> None:
    assert one(text, head=FIVE_YEARS).kind is kind


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("高新技术企业达到430家。", Comparator.AT_LEAST),
        ("高新技术企业突破430家。", Comparator.MORE_THAN),
        ("高新技术企业达到430家左右。", Comparator.ABOUT),
        ("贷款不良率控制在3%以内。", Comparator.AT_MOST),
        ("项目审批时限压减至7个工作日。", Comparator.AT_MOST),
        ("育成新品种2—4个。", Comparator.BETWEEN),
        ("省级以上科技奖励不少于5项。", Comparator.AT_LEAST),
    ],
)
def test_comparators(text: str, comparator: Comparator) -> None:
    assert one(text).comparator is comparator


def test_respective_lists() -> None:
    found = read("科技型中小企业、高新技术企业、瞪羚企业分别达到600家、240家和12家。")
    assert [(each.indicator_name, each.value) for each in found] == [
        ("科技型中小企业", 600),
        ("高新技术企业", 240),
        ("瞪羚企业", 12),
    ]


def test_levels_share_the_noun_at_the_end() -> None:
    found = read("国家级、省级孵化器分别达到2家、9家。")
    assert [each.indicator_name for each in found] == ["国家级孵化器", "省级孵化器"]


def test_a_verb_holds_for_the_numbers_that_follow() -> None:
    found = read("新增独角兽企业2家，瞪羚企业（含种子）15家、雏鹰企业60家，科技型中小企业总量突破900家。")
    assert [each.kind for each in found] == [K.NET_INCREASE] * 3 + [K.LEVEL]


def test_after_its_whole() -> None:
    found = read("形成新产品90个，其中高端新产品12个。")
    assert [each.kind for each in found] == [K.CUMULATIVE, K.CUMULATIVE]


def test_numbers_that_ran_together() -> None:
    assert values("取得新技术80项以上其中核心技术20项以上形成新产品45个以上。") == [80, 20, 45]


def test_two_tiers() -> None:
    found = read("科技贷款确保6000万元、力争7000万元。")
    assert [(each.value, each.commitment) for each in found] == [
        (6e7, Commitment.OBLIGATORY),
        (7e7, Commitment.STRETCH),
    ]
    assert not any(ReviewReason.CONFLICT in each.review for each in found)


@pytest.mark.parametrize(
    ("text", "stretch"),
    [
        ("力争高企达到300家，技术合同成交额达到18亿元。", [True, True]),
        ("高企力争达到300家，技术合同成交额达到18亿元。", [True, False]),
        ("争取省级科技项目40个。", [False]),
        ("全力争创省级平台5个。", [False]),
        ("争取高企突破300家。", [True]),
    ],
)
def test_stretch(text: str, stretch: list[bool]) -> None:
    assert [each.commitment is Commitment.STRETCH for each in read(text)] == stretch


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("高企达到430家。", "2035-12-31"),
        ("到2033年，高企达到320家。", "2033-12-31"),
        ("2032年6月底前，建成中试平台2个。", "2032-06-30"),
        ("到“十六五”末，高企达到430家。", "2035-12-31"),
        ("到2033年，平台建设取得进展。高企达到320家。", "2033-12-31"),
    ],
)
def test_deadlines(text: str, deadline: str) -> None:
    assert str(one(text, head=FIVE_YEARS).deadline) == deadline


def test_a_moment_inside_a_clause_binds_its_sentence_only() -> None:
    found = read("到2032年建成实验室1个。引进团队20个。", head=FIVE_YEARS)
    assert [str(each.deadline)[:4] for each in found] == ["2032", "2035"]


def test_years_that_only_compare_are_no_deadline() -> None:
    found = one("PCT专利申请量较2030年增长40%。", head=FIVE_YEARS)
    assert str(found.deadline) == "2035-12-31"


@pytest.mark.parametrize(
    "text",
    [
        "2030年，全市新增高新技术企业41家，技术合同成交额达到19亿元。",
        "去年，全市研发投入突破30亿元，同比增长13.4%。",
        "目前，全市已建成省级平台14家。",
        "一、2030年工作回顾\n新增高新技术企业41家。举办活动30场。",
        "一、主要成效\n高新技术企业达到380家。",
        "但研发投入强度仍低于全省平均0.4个百分点。",
        "支持总投资6000万元以上的产业化项目。",
        "对研发投入超过300万元的企业给予奖励。",
        "对首次认定的企业给予15万元奖励。",
        "每家最高不超过80万元。",
        "按照“2468+3”的工作思路推进各项工作。",
        "实施“百企千才”工程。",
        "聚焦3项重点任务，开展5个专项行动。",
        "落实科创新政18条。",
        "办好第七届创新大会，启动第三批试点。",
        "建立一个科长联系一个乡镇制度。",
        "围绕六大产业集群，深化三项改革。",
        "晴科发〔2031〕9号",
        "联系电话：0835-6712345。",
        "强化考核，权重不低于12%。",
        "《晴川市人才发展二十条措施》印发实施。",
        "园区占地600亩，总投资18亿元。",
    ],
)
def test_what_is_no_target(text: str) -> None:
    assert values(text) == []


def test_a_threshold_stays_in_the_name() -> None:
    found = one("营业收入超5亿元的高新技术企业达到11家。")
    assert (found.value, found.indicator_name) == (11, "营业收入超5亿元的高新技术企业")


def test_a_base_is_kept_beside_its_target() -> None:
    found = one("亩均税收由16万元提高到21万元。")
    assert (found.value, found.baseline_value) == (2.1e5, 1.6e5)


def test_a_missing_base_is_named() -> None:
    assert ReviewReason.NO_BASELINE in one("净增高新技术企业35家。").review


def test_a_decline_is_marked() -> None:
    assert ReviewReason.DECLINE in one("单位产值能耗下降4%。").review


def test_look_alikes_are_proposed_and_marked() -> None:
    found = one("新增高新技术企业巧0家。")
    assert found.value == 150
    assert ReviewReason.OCR_REPAIR in found.review


def test_the_noun_before_helps_a_name_that_says_too_little() -> None:
    found = read("研发经费投入达到40亿元，占GDP比重达到2.6%。")
    assert found[1].indicator_name == "研发经费投入占GDP比重"
    assert ReviewReason.INHERITED_NAME in found[1].review


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("新增平台4家。（高新科、社发科）", "高新科、社发科"),
        ("新增平台4家。（责任单位：市科技局、市财政局）", "市科技局、市财政局"),
        ("新增平台4家。（牵头单位：市科技局；配合单位：市工信局）", "市科技局"),
        ("新增平台4家。（市科技局、市教育局按职责分工负责）", "市科技局、市教育局"),
        ("新增平台4家。（市科技局、各县（区）人民政府）", "市科技局、各县(区)人民政府"),
        ("新增平台4家。\n责任单位：市科技局", "市科技局"),
        ("新增瞪羚企业（含潜在、种子）4家。", None),
        ("支持3个县（市、区）建设平台，新增平台4家。", None),
    ],
)
def test_departments(text: str, names: str | None) -> None:
    assert read(text)[-1].responsible == names


def test_ranks() -> None:
    found = one("综合科技创新指数进入全省前6位。")
    assert (found.kind, found.value, found.comparator) == (K.RANK, 6, Comparator.AT_MOST)


def test_hostile_text_is_only_text() -> None:
    found = one('=HYPERLINK("x")新增<b>平台</b>7家。')
    assert found.value == 7


@pytest.mark.parametrize("since", ["去年以来", "2029年以来", "自2030年以来", "今年以来", "“十五五”以来"])
def test_what_happened_since_a_moment_is_no_target(since: str) -> None:
    found = read(f"{since}，我市引进院士团队13个。今年力争引进院士团队9个。")
    assert [(each.value, each.deadline) for each in found] == [(9, dt.date(2031, 12, 31))]
