"""The overview on hand-made records."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from monitor.core.flags import Flag
from monitor.core.reasons import Reason, ReasonCode
from monitor.dashboard.pages.overview.departments import departments_html
from monitor.dashboard.pages.overview.filters import Choice
from monitor.dashboard.pages.overview.matrix import Matrix
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
    assert markup(app).count("<tr data-go") == 30
    assert "第 1—30 项，共 201 项" in readable(app)
    app.session_state["group"] = 180
    assert "第 181—201 项，共 201 项" in readable(app.run())


def test_of_very_many_targets_the_matrix_waits_until_it_is_asked_for():
    app = run_page(show, kind="many", count=1_001)
    assert "地区 × 指标" not in readable(app)
    assert '<div class="cell' not in markup(app)
    app.session_state["matrix"] = "indicators"
    assert '<div class="cell' in markup(app.run())
    assert app.query_params["matrix"] == "indicators"


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


def test_filters_narrow_rows_counts_and_changes_alike():
    from dataclasses import replace

    other = replace(builder.a_plan("over"), period_start="2021", period_end="2025")
    here, there = builder.a_status("t1"), builder.a_status("t2", region=builder.a_region("山西", "140000"))
    past = builder.a_status("t3", plan=other)
    whole = builder.an_overview([here, there, past], changes=(builder.a_flag_change("t2"),))

    def narrowed(**chosen):
        nothing = dict.fromkeys(("plan", "region", "department", "indicator"))
        shown = Choice(**{"flag": "all", **nothing, **chosen}).narrowed(whole)
        return [row.target for row in shown.rows], sum(shown.counts.values()), len(shown.changes)

    assert narrowed() == (["t1", "t2", "t3"], 3, 1)
    assert narrowed(plan="running") == (["t1", "t2"], 2, 1)
    assert narrowed(plan="finished") == (["t3"], 1, 0)
    assert narrowed(plan="over", region="140000") == ([], 0, 0)
    assert narrowed(region="140000") == (["t2"], 1, 1)
    assert narrowed(department="nobody") == ([], 0, 0)


@pytest.mark.parametrize(("language", "word"), [("zh", "责任科室"), ("en", "Department")])
def test_departments_stand_beside_their_targets_and_the_choice_is_in_the_address(language, word):
    app = run_page(show, language=language)
    assert 'class="departments"' not in markup(app)
    app.session_state["matrix"] = "departments"
    html = markup(app.run())
    assert app.query_params["matrix"] == "departments"
    rows = html.split('class="departments"')[1]
    assert word in rows
    assert {"规划处" if language == "zh" else "Planning division"} <= set(
        re.findall(r'class="r">([^<]+)', rows)
    )
    assert 'data-go="target:t1"' in rows


def test_targets_nobody_answers_for_have_a_row_of_their_own():
    html = departments_html([builder.a_status(departments=()), builder.a_grey()], builder.a_view())
    assert "未定科室" in html
    assert "规划处" in html


def test_a_crowded_cell_says_how_many_are_left_out():
    html = departments_html([builder.a_status(f"t{number}") for number in range(11)], builder.a_view())
    assert "另 3 项" in html
    assert html.count("data-go") == 8


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wall_shows_every_target_page_by_page_and_nothing_else(language):
    app = AppTest.from_function(show, kwargs={"language": language, "kind": "many", "count": 40})
    app.query_params["view"] = "wall"
    app.run()
    html = markup(app)
    assert html.count('class="tile') == 40
    assert html.count('class="page"') == 3
    assert "@keyframes turn" in html
    assert "<tr" not in html
    assert not app.selectbox
    assert [button.label for button in app.button] == [{"zh": "退出挂图", "en": "Leave"}[language]]
    app.button[0].click()
    assert "<tr" in markup(app.run())
    assert "view" not in app.query_params


def test_the_wall_escapes_what_it_is_told():
    app = AppTest.from_function(show, kwargs={"kind": "hostile"})
    app.query_params["view"] = "wall"
    html = markup(app.run())
    assert "<script>" not in html
    assert "<img" not in html


def test_a_matrix_with_room_tells_value_target_gap_and_time_left():
    matrix = Matrix.of([builder.a_status()], builder.a_view())
    assert "2.26 / 2.50% · −0.24 · 1.1 年" in matrix.html({}, builder.a_view())
