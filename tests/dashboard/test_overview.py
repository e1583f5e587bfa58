"""The overview on hand-made records."""

from __future__ import annotations

import pytest

from monitor.core.flags import Flag
from monitor.core.reasons import Reason, ReasonCode
from monitor.dashboard.pages.overview.parts import changes_html, table_html
from monitor.words.lines import line_of
from tests.dashboard import builder
from tests.dashboard.pages import markup, readable, run_page


def show(language: str = "zh", *, simulated: bool = False, kind: str = "usual", count: int = 0) -> None:
    from dataclasses import replace

    from monitor.core.flags import Flag
    from monitor.dashboard.pages import overview
    from tests.dashboard import builder

    workspace = builder.SIMULATED if simulated else builder.REAL
    rows = {
        "usual": [
            builder.a_status("t1"),
            builder.a_grey("g1"),
            builder.a_milestone("m1"),
            builder.a_milestone("m2", Flag.OVERDUE),
            builder.a_status("o1", outcome=builder.an_outcome("o1")),
        ],
        "none": [],
        "milestones": [builder.a_milestone(f"m{number}") for number in range(count)],
        "many": [builder.a_status(f"t{number}") for number in range(count)],
        "hostile": [
            replace(
                builder.a_status("t1"),
                region=builder.a_region("<img src=x onerror=alert(1)>", english="<script>alert(1)</script>"),
                indicator=builder.an_indicator(name_zh='<b>甲</b>" onclick="x', name_en="<i>a</i>"),
            )
        ],
    }[kind]
    desk = builder.FakeDesk(rows, changes=[builder.a_flag_change()] if kind == "usual" else [])
    overview.render(desk, builder.a_view(language, workspace=workspace))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_shows_counts_targets_changes_and_matrix(language):
    text = readable(run_page(show, language=language))
    words = {
        "zh": [
            "科技指标监测总览",
            "■ 预警",
            "研发经费投入强度",
            "60%",
            "↓6",
            "本周变灯",
            "66%",
            "新数据 −4",
            "地区 × 指标",
        ],
        "en": [
            "Science and technology targets",
            "■ At risk",
            "R&D intensity",
            "60%",
            "Flags changed",
            "new data −4",
        ],
    }
    for word in words[language]:
        assert word in text, word


@pytest.mark.parametrize(("language", "tag"), [("zh", "模拟数据"), ("en", "Simulated data")])
def test_simulated_figures_are_labelled_and_real_ones_are_not(language, tag):
    assert tag in readable(run_page(show, language=language, simulated=True))
    assert tag not in readable(run_page(show, language=language))


def test_milestones_stand_apart_from_probabilities():
    text = readable(run_page(show))
    assert "事项类目标" in text
    assert "△ 待办" in text
    assert "× 逾期" in text
    assert "获批创新型县" not in readable(run_page(show)).split("事项类目标")[0]


def test_a_known_outcome_stands_where_the_chance_stood():
    view = builder.a_view()
    over = builder.a_status(
        assessment=builder.an_assessment(
            flag=Flag.MET,
            probability=1.0,
            reason=Reason(ReasonCode.REACHED, {"quantity": 2.61, "period": "2027"}),
        ),
        outcome=builder.an_outcome(),
    )
    html = table_html([line_of(over, view)], view)
    assert "实际" in html
    assert "2.61%" in html
    assert ">99%" not in html
    assert "&gt;99%" not in html


def test_an_outcome_known_later_marks_the_chance_of_then():
    view = builder.a_view()
    html = table_html([line_of(builder.a_status(outcome=builder.an_outcome()), view)], view)
    assert "60%" in html
    assert 'aria-label="已完成"' in html


def test_before_the_first_run_it_says_what_to_do():
    assert "zhibiao init" in readable(run_page(show, kind="none"))


def test_hostile_text_is_escaped():
    for language in ("zh", "en"):
        html = markup(run_page(show, language=language, kind="hostile"))
        assert "<script>" not in html
        assert "<img" not in html
        assert "<b>甲" not in html
        assert 'onclick="x' not in html


def test_a_flag_filter_leaves_only_its_rows():
    app = run_page(show)
    app.session_state["flag"] = "grey"
    text = readable(app.run())
    assert "共 1 项" in text


def test_long_lists_are_shown_in_groups():
    app = run_page(show, kind="many", count=201)
    assert markup(app).count("<tr data-go") == 100
    assert "第 1—100 项，共 201 项" in readable(app)
    app.session_state["group"] = 200
    assert "第 201—201 项，共 201 项" in readable(app.run())


def test_a_page_of_two_hundred_is_one_sheet():
    assert markup(run_page(show, kind="many", count=200)).count("<tr data-go") == 200


def test_shown_parts_add_up_to_the_shown_change():
    overview = builder.an_overview([builder.a_status()], changes=(builder.a_flag_change(),))
    html = changes_html(overview, builder.a_view())
    assert "66% → <b>60%</b>" in html
    assert "新数据 −4 时间推移 −2" in html


def test_an_empty_table_has_a_head():
    assert "<thead>" in table_html([], builder.a_view())


def test_many_milestones_are_folded():
    app = run_page(show, kind="milestones", count=25)
    assert app.expander[0].label == "其余 5 项"


def test_a_held_colour_is_marked_and_says_why():
    view = builder.a_view()
    facts = {"probability": 0.78, "shown": "green", "bare": "yellow"}
    held = builder.an_assessment(
        flag=Flag.GREEN, probability=0.78, reason=Reason(ReasonCode.HELD_BY_HYSTERESIS, facts)
    )
    html = table_html([line_of(builder.a_status(assessment=held), view)], view)
    assert "防抖</span>" in html
    assert "未满足变灯条件" in html


def test_a_change_that_rounds_to_nothing_shows_a_decimal_and_its_reason():
    from dataclasses import replace

    change = replace(builder.a_flag_change(), old_probability=0.7874, new_probability=0.7874)
    overview = builder.an_overview([builder.a_status()], changes=(change,))
    html = changes_html(overview, builder.a_view())
    assert "78.7% → <b>78.7%</b>" in html
    assert "连续两次低于分界线" in html


def test_the_badge_takes_the_suffix_out_of_the_table():
    view = builder.a_view("en", workspace=builder.SIMULATED)
    status = builder.a_status(region=builder.a_region(english="Example City (simulated)"))
    html = table_html([line_of(status, view)], view)
    assert ">Example City</span>" in html
