"""Tables: columns by their titles, cells apart, one a line, or glued; places over indicators."""

from __future__ import annotations

from forecast.targets import Comparator, TargetKind
from monitor.core.ledger import Commitment
from monitor.workplan import ReviewReason
from tests.workplan.builders import FIVE_YEARS, read

TABBED = (
    "序号\t指标名称\t单位\t2030年\t2035年\t属性\n"
    "1\t研发经费投入强度\t%\t2.2\t3.0\t预期性\n"
    "2\t科技型中小企业\t家\t900\t≥2000\t约束性\n"
    "3\t技术合同成交额年均增长率\t%\t-\t12左右\t预期性\n"
)


def test_target_and_base_columns() -> None:
    first, second, third = read(TABBED, head=FIVE_YEARS)
    assert (first.indicator_name, first.value, first.baseline_value) == ("研发经费投入强度", 3.0, 2.2)
    assert first.commitment is Commitment.EXPECTED
    assert (second.value, second.commitment) == (2000, Commitment.OBLIGATORY)
    assert (third.kind, third.comparator) == (TargetKind.AVERAGE_GROWTH, Comparator.ABOUT)


def test_every_year_has_its_deadline() -> None:
    found = read("指标|单位|2030年实际|2031年|2033年|2035年\n高企|家|80|90|120|150\n", head=FIVE_YEARS)
    assert [(each.value, str(each.deadline)[:4]) for each in found] == [
        (90, "2031"),
        (120, "2033"),
        (150, "2035"),
    ]


def test_units_in_the_name() -> None:
    (found,) = read("指标\t2030年预计\t2035年目标\n技术合同成交额（亿元）\t20\t45\n", head=FIVE_YEARS)
    assert (found.indicator_name, found.value, found.unit) == ("技术合同成交额", 4.5e9, "CNY")


def test_tasks_with_departments_and_dates() -> None:
    found = read(
        "序号\t重点任务\t目标要求\t责任单位\t完成时限\n"
        "1\t培育企业\t新增瞪羚企业6家；高企总数达到90家\t市科技局\t12月底\n"
        "2\t建平台\t建成中试基地2个\t市发改委\t6月底\n"
    )
    assert [(each.value, each.responsible, str(each.deadline)) for each in found] == [
        (6, "市科技局", "2031-12-31"),
        (90, "市科技局", "2031-12-31"),
        (2, "市发改委", "2031-06-30"),
    ]


def test_one_cell_a_line() -> None:
    found = read("指标\n2031年\n2033年\n高企（家）\n90\n120\n孵化器（个）\n4\n6\n", head=FIVE_YEARS)
    assert [(each.indicator_name, each.value) for each in found] == [
        ("高企", 90),
        ("高企", 120),
        ("孵化器", 4),
        ("孵化器", 6),
    ]


def test_glued_cells_are_split_and_marked() -> None:
    found = read(
        "序号指标名称单位2030年基期值2035年目标值指标属性\n1研发投入强度%2.153.2预期性\n2高新技术企业数家312605预期性\n",
        head=FIVE_YEARS,
    )
    assert [(each.value, each.baseline_value) for each in found] == [(3.2, 2.15), (605, 312)]
    assert all(ReviewReason.GLUED_CELLS in each.review for each in found)


def test_cells_apart_by_blanks() -> None:
    found = read("序号 指标 单位 2030年 2035年 属性\n1 高新技术企业 家 300 640 预期性\n", head=FIVE_YEARS)
    assert [each.value for each in found] == [640]


def test_places_over_indicators() -> None:
    found = read("县区\t高新技术企业（家）\t技术合同成交额（亿元）\n东城区\t60\t12.5\n西河县\t25\t4.2\n")
    assert [(each.region, each.indicator_name, each.value) for each in found] == [
        ("东城区", "高新技术企业", 60),
        ("东城区", "技术合同成交额", 1.25e9),
        ("西河县", "高新技术企业", 25),
        ("西河县", "技术合同成交额", 4.2e8),
    ]


def test_the_upper_end_of_a_range_carries_no_binary_dust() -> None:
    (found,) = read("指标\t单位\t目标值\n技术合同成交额\t亿元\t83.1-85.6\n")
    assert (found.value, found.value_upper) == (8.31e9, 8.56e9)
