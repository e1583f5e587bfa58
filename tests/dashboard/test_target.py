"""The target page on hand-made records."""

from __future__ import annotations

import json

import pytest

from tests.dashboard.pages import markup, readable, run_page


def show(language: str = "zh", *, kind: str = "usual", simulated: bool = False) -> None:
    from dataclasses import replace

    import streamlit as st

    from monitor.core.flags import Flag
    from monitor.dashboard.pages import target
    from tests.dashboard import builder

    usual = builder.a_detail()
    detail = {
        "usual": usual,
        "grey": builder.a_detail(builder.a_grey("t1"), series=(), assessments=()),
        "milestone": builder.a_detail(builder.a_milestone("t1", Flag.DONE), series=(), releases=()),
        "broken": replace(usual, chain_holds=False),
        "outcome": builder.a_detail(builder.a_status(outcome=builder.an_outcome())),
        "hostile": replace(
            usual, target=replace(usual.target, citations=(("<script>alert(1)</script>", "<img src=x>"),))
        ),
        "conflict": replace(
            usual,
            target=replace(usual.target, conflicts_with=("t2",)),
            same_indicator=(usual.status, builder.a_status("t2")),
        ),
    }[kind]
    if kind != "unknown":
        st.query_params["id"] = "t1"
    workspace = builder.SIMULATED if simulated else builder.REAL
    desk = builder.FakeDesk([detail.status], [detail], fan=builder.a_fan())
    target.render(desk, builder.a_view(language, workspace=workspace))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_says_how_likely_why_and_at_what_pace(language):
    app = run_page(show, language=language)
    text = readable(app)
    words = {
        "zh": [
            "2027 年 ≥ 2.50%",
            "▲ 60%",
            "低于 80% 的正常线",
            "+0.06",
            "较上周 −6 个百分点",
            "80% 把握的目标值为",
            "校验链完整",
        ],
        "en": [
            "2027 ≥ 2.50%",
            "▲ 60%",
            "below the 80% line",
            "+0.06",
            "−6 points on the week",
            "the chain holds",
        ],
    }
    for word in words[language]:
        assert word in text, word
    assert len(app.get("vega_lite_chart")) == 3


def test_every_number_of_the_fan_is_also_text():
    text = readable(run_page(show))
    assert "97.5%" in text
    assert "2.26%" in text


def test_a_grey_is_said_large_with_what_would_be_needed():
    app = run_page(show, kind="grey")
    text = readable(app)
    assert "仅 1 期" in text
    assert "需要" in text
    assert not app.get("vega_lite_chart")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_milestone_has_no_charts(language):
    app = run_page(show, language=language, kind="milestone")
    assert not app.get("vega_lite_chart")
    assert {"zh": "◆ 已办", "en": "◆ Done"}[language] in readable(app)


def test_a_broken_chain_is_said():
    assert "校验链断开" in readable(run_page(show, kind="broken"))


def test_the_real_outcome_is_shown_where_it_is_known():
    assert "2.61%" in readable(run_page(show, kind="outcome"))


def test_a_conflict_is_named_beside_the_other_target():
    assert "× 不一致" in readable(run_page(show, kind="conflict"))


def test_hostile_text_is_escaped():
    html = markup(run_page(show, kind="hostile"))
    assert "<script>" not in html
    assert "<img" not in html


@pytest.mark.parametrize("language", ["zh", "en"])
def test_simulated_figures_are_labelled(language):
    tag = {"zh": "模拟数据", "en": "Simulated data"}[language]
    assert tag in readable(run_page(show, language=language, simulated=True))


def choose() -> None:
    from monitor.dashboard.pages import target
    from tests.dashboard import builder

    target.render(builder.FakeDesk([builder.a_status()], [builder.a_detail()]), builder.a_view())


def test_without_a_target_it_offers_all_of_them():
    app = run_page(choose)
    assert app.selectbox(key="chosen_target").options == ["▲ 四川 · 研发经费投入强度 2027 年 ≥ 2.50%"]


def missing() -> None:
    import streamlit as st

    from monitor.dashboard.pages import target
    from tests.dashboard import builder

    st.query_params["id"] = "nope"
    target.render(builder.FakeDesk([builder.a_status()], [builder.a_detail()]), builder.a_view())


def test_an_unknown_target_is_said_in_one_sentence_with_a_choice():
    app = run_page(missing)
    text = readable(app)
    assert "没有编号为“nope”的目标" in text
    assert "返回总览" in text
    assert "zhibiao" not in text
    assert app.selectbox(key="chosen_target").options


def settled() -> None:
    import streamlit as st

    from monitor.core.flags import Flag
    from monitor.core.reasons import Reason, ReasonCode
    from monitor.dashboard.pages import target
    from tests.dashboard import builder

    st.query_params["id"] = "t1"
    reason = Reason(ReasonCode.REACHED, {"quantity": 2.61, "period": "2027"})
    assessment = builder.an_assessment(flag=Flag.MET, probability=1.0, reason=reason, details=builder.DETAILS)
    detail = builder.a_detail(builder.a_status(assessment=assessment))
    desk = builder.FakeDesk([detail.status], [detail], fan=builder.a_fan())
    target.render(desk, builder.a_view())


def test_a_settled_target_keeps_nothing_of_the_forecast():
    text = readable(run_page(settled))
    for word in ("可行动作", "所需进度", "期末值", "预测区间"):
        assert word not in text, word


def moved(language: str = "zh") -> None:
    """A target whose chance moved with new data and then with an edit, one with words of its plan."""
    import datetime as dt
    from dataclasses import replace

    import streamlit as st

    from monitor.core.reasons import ChangeParts
    from monitor.core.records import DocumentQuote
    from monitor.dashboard.pages import target
    from monitor.other_models import FamilyRecord
    from tests.dashboard import builder

    class Desk(builder.FakeDesk):
        def other_models(self, policy: object, code: str, *, as_of: dt.date) -> tuple[FamilyRecord, ...]:
            st.session_state["times_fitted"] = st.session_state.get("times_fitted", 0) + 1
            return (
                FamilyRecord("pooled", 0.6, "ok", 0.83, 8, 0.04, 0.875, 0.87),
                FamilyRecord("ets", None, "too_short", 0.0, 0, None, None, None),
            )

    days = [builder.AS_OF - dt.timedelta(days=back) for back in (21, 14, 7, 0)]
    parts = (
        None,
        ChangeParts(-0.12, 0.0, 0.0, -0.02, 0.0),
        ChangeParts(0.0, 0.0, 0.004, 0.0, 0.0),
        ChangeParts(0.01, 0.0, 0.2, 0.0, 0.0),
    )
    told = tuple(
        builder.an_assessment(probability=chance, as_of=day, change=change)
        for day, chance, change in zip(days, (0.53, 0.39, 0.394, 0.604), parts, strict=True)
    )
    quote = DocumentQuote("plan.docx", "研发投入强度达到2.5%<以上>")
    detail = replace(builder.a_detail(), assessments=told, quotes=(quote,))
    st.query_params["id"] = "t1"
    desk = Desk([detail.status], [detail], fan=builder.a_fan())
    target.render(desk, builder.a_view(language))


def test_what_moved_the_chance_is_marked_on_its_line():
    app = run_page(moved)
    assert "标记：新 新数据 · 调 目标调整" in readable(app)
    charts = [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]
    (marked,) = [chart for chart in charts if '"told"' in json.dumps(chart)]
    (signs,) = [
        each for each in marked["layer"] if each["mark"]["type"] == "text" and len(each["encoding"]) == 5
    ]
    assert signs["encoding"]["tooltip"][1]["field"] == "told"


def test_it_leads_to_adjusting_and_back_and_quotes_the_plan():
    app = run_page(moved, language="en")
    assert 'data-go="adjust:t1"' in markup(app)
    assert 'data-go="overview:"' in markup(app)
    assert "“研发投入强度达到2.5%&lt;以上&gt;” " in markup(app)
    assert "plan.docx" in readable(app)


def test_other_models_are_fitted_only_when_asked_for():
    app = run_page(moved)
    assert "times_fitted" not in app.session_state
    app.button(key="models_run").click().run()
    assert not app.exception
    text = readable(app)
    assert app.session_state["times_fitted"] == 1
    for word in ("合并引擎", "83%", "0.04 个百分点", "88%", "历史太短"):
        assert word in text, word


def test_without_any_target_it_says_what_to_do():
    def page() -> None:
        from monitor.dashboard.pages import target
        from tests.dashboard import builder

        target.render(builder.FakeDesk([], []), builder.a_view())

    said = readable(run_page(page))
    assert "尚无目标" in said
    assert "zhibiao init" in said
