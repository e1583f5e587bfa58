"""Repairs, and that every character still knows where it came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.workplan.text import repair


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("比重达到2 .9 %", "比重达到2.9%"),
        ("拥有量7. 4 件", "拥有量7.4件"),
        ("培 育 ４５ 家", "培育45家"),
        ("成交额1 200亿元", "成交额1200亿元"),
        ("（2031一2035年）", "(2031-2035年)"),
        ("二〇三一年", "2031年"),
        ("巧0项", "150项"),
        ("l2家", "12家"),
        ("3O亿元", "30亿元"),
        ("R & D", "R&D"),
        ("Deep learning", "Deep learning"),
        ("巧家县", "巧家县"),
    ],
)
def test_repairs(source: str, text: str) -> None:
    assert repair(source).text == text


def test_look_alikes_are_marked() -> None:
    repaired = repair("新增3O家，完成20家")
    assert repaired.was_mended(2, 4)
    assert not repaired.was_mended(7, 10)


def test_running_page_numbers_inside_words_go() -> None:
    page = "围绕本地优势产业，" + "持续推动各类创新要素集聚，" * 14
    source = "".join(f"{number}、{page}建设研究\n" for number in range(1, 7))
    assert "研究\n2、" not in repair(source).text
    assert "建设研究围绕" in repair(source).text


def test_numbered_lists_keep_their_lines() -> None:
    source = "".join(f"{number}.完成任务{number}0项\n" for number in range(1, 8))
    assert repair(source).text == source


def test_page_numbers_between_halves_of_a_sentence_go() -> None:
    source = "全年围绕重点产业链，新建省级以上研\n— 12 —\n发平台6个。"
    assert "研发平台6个" in repair(source).text


def test_lines_of_a_narrow_page_join() -> None:
    source = "全市上下要坚持创新驱动发展，大力培育高新技术企业，力争达到\n430家。\n二、任务\n"
    assert repair(source).text == source.replace("达到\n", "达到").replace("，", ",")


def test_tables_keep_their_cells() -> None:
    source = "序号 指标名称 单位 2030年 2035年\n1 研发投入强度 % 2.1 3.0\n"
    assert repair(source).text.split("\n")[1].split("\t") == ["1", "研发投入强度", "%", "2.1", "3.0"]


@given(st.text(alphabet="新增12 .家％。\n\t、3O巧—一到亿元（）“”R&D\u200b\ufeff|", max_size=80))
def test_origins_never_go_back(source: str) -> None:
    repaired = repair(source)
    assert len(repaired.text) == len(repaired.origins)
    assert all(before <= after for before, after in zip(repaired.origins, repaired.origins[1:], strict=False))
    assert all(0 <= origin < len(source) for origin in repaired.origins)
