"""A whole document: its head, repeats, conflicts, indicators, and speed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from monitor.config import load_catalogue
from monitor.workplan import Resolver, ReviewReason, extract_targets
from monitor.workplan.heading import plan_facts
from monitor.workplan.resolve import SURE_AT
from tests.workplan.builders import FIVE_YEARS, HEAD, read

CATALOGUE = load_catalogue(Path(__file__).resolve().parents[2] / "configs")


@pytest.mark.parametrize(
    ("text", "region", "years"),
    [
        ("晴川市科学技术局2031年工作要点\n", "晴川市", (2031, 2031)),
        ("云岭省“十六五”科技创新规划\n", "云岭省", (2031, 2035)),
        ("晴川市科技创新三年行动方案\n(2031—2033年)\n", "晴川市", (2031, 2033)),
        ("晴川市科技强市五年行动计划(2031-2035年)\n", "晴川市", (2031, 2035)),
        ("科技工作安排\n今年新增平台3个。\n晴川市科技局\n2031年2月9日", "晴川市", (2031, 2031)),
        ("晴川市2030年工作总结和2031年工作计划\n", "晴川市", (2031, 2031)),
    ],
)
def test_the_head_tells_place_and_years(text: str, region: str, years: tuple[int, int]) -> None:
    facts = plan_facts(text)
    assert (facts.region, (facts.first_year, facts.last_year)) == (region, years)


def test_the_reader_may_know_better() -> None:
    found = extract_targets(HEAD + "新增平台3个。", year=2032, region="东城区")
    assert (found.facts.last_year, found.candidates[0].region) == (2032, "东城区")


def test_repeats_point_to_the_first_and_conflicts_to_each_other() -> None:
    found = read("一、目标\n瞪羚企业达到20家，高企达到90家。\n二、任务\n高企达到90家。瞪羚企业达到18家。")
    assert [each.repeat_of for each in found] == [None, None, 1, None]
    assert found[0].conflicts_with == (3,)
    assert ReviewReason.CONFLICT in found[3].review


def test_names_resolve_to_codes_and_doubts_are_marked() -> None:
    found = extract_targets(
        HEAD + "全社会研发经费投入强度达到2.6%。新增市级示范食堂7家。", indicators=CATALOGUE.indicators
    ).candidates
    assert found[0].indicator == "rd_intensity"
    assert found[0].confidence > 0.9
    assert found[1].indicator is None
    assert ReviewReason.NO_INDICATOR in found[1].review


def test_a_unit_that_cannot_fit_is_not_proposed() -> None:
    resolver = Resolver(CATALOGUE.indicators)
    found = resolver.propose(
        "高新技术企业", kind=read("高企达到9家。")[0].kind, unit="CNY", written_unit="亿元"
    )
    assert "hightech_enterprises" not in [each.code for each in found]


def test_a_hundred_pages_take_seconds() -> None:
    page = (
        "持续推进平台建设，围绕产业链部署创新链，完善体制机制。" * 30
        + "新增高新技术企业12家，研发投入增长9%。\n"
    )
    started = time.perf_counter()
    found = extract_targets(FIVE_YEARS + page * 100, indicators=CATALOGUE.indicators)
    assert len(found.candidates) == 200
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("text", ["", "\n", "。", "|||", "\t\t\t", "（（（", "““““", "1、\n2、\n", "％％％"])
def test_nothing_breaks_on_nothing(text: str) -> None:
    assert extract_targets(text).candidates == ()


def test_a_floor_repeats_a_floor_but_contradicts_a_ceiling() -> None:
    floors = read("技术合同成交额突破72亿元。\n技术合同成交额达到72亿元。")
    assert [each.repeat_of for each in floors] == [None, 0]
    opposed = read("平均办理时间不低于9天。\n平均办理时间不超过9天。")
    assert [each.repeat_of for each in opposed] == [None, None]
    assert [each.conflicts_with for each in opposed] == [(1,), (0,)]


def test_levels_of_the_same_thing_do_not_contradict_each_other() -> None:
    found = extract_targets(
        HEAD + "国家级、省级、市级科技企业孵化器分别达到3家、16家、38家。", indicators=CATALOGUE.indicators
    ).candidates
    assert [each.value for each in found] == [3, 16, 38]
    assert all(not each.conflicts_with and each.repeat_of is None for each in found)


@pytest.mark.parametrize("text", ["新认定高新技术企业31家。", "指标\t目标值\n新认定高新技术企业（家）\t31\n"])
def test_newly_recognised_enterprises_are_not_surely_the_stock(text: str) -> None:
    (found,) = extract_targets(HEAD + text, indicators=CATALOGUE.indicators).candidates
    assert ReviewReason.UNSURE_INDICATOR in found.review
    assert found.confidence < SURE_AT
