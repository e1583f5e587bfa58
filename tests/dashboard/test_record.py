"""The record page on hand-made records."""

from __future__ import annotations

import pytest

from tests.dashboard.pages import markup, readable, run_page


def show(part: str = "scores", language: str = "zh", kind: str = "one", **chosen: str) -> None:
    import streamlit as st

    from monitor.dashboard.pages import record
    from tests.dashboard import builder
    from tests.dashboard.record_desk import RecordDesk

    st.session_state["record_part"] = part
    for name, value in chosen.items():
        st.session_state.setdefault(name, value)
    record.render(RecordDesk(kind), builder.a_view(language))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh",
            [
                "有结果的目标 1 项",
                "不足 30 项",
                "0.766 / 1.000",
                "+0.23 技巧分",
                "该规则未曾表态",
                "80%–100%",
            ],
        ),
        (
            "en",
            ["1 targets have an outcome", "they prove nothing", "skill +0.23", "under 3 months", "0%–79%"],
        ),
    ],
)
def test_one_judged_target_is_scored_and_said_to_prove_nothing(language: str, words: list[str]) -> None:
    app = run_page(show, language=language)
    text = readable(app)
    for word in words:
        assert (word in text) is (word != "under 3 months"), word
    assert len(app.get("vega_lite_chart")) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("part", ["scores", "plans", "day"])
def test_an_empty_database_is_told_what_to_do_next(part: str, language: str) -> None:
    text = readable(run_page(show, part=part, kind="empty", language=language))
    told = {
        "scores": ("还没有目标有了结果", "No target has an outcome"),
        "plans": ("还没有已结束的规划", "No plan is finished"),
        "day": ("没有这一来源的评估", "has no assessment by"),
    }[part]
    assert told[language == "en"] in text


def test_a_source_without_readings_says_when_it_will_have_some() -> None:
    text = readable(run_page(show, record_source="in_advance"))
    assert "还没有可以对照的概率" in text
    assert "继续按周评估" in text


def test_a_plan_that_was_not_replayed_names_the_command() -> None:
    assert "zhibiao replay --plan old" in readable(run_page(show, part="plans", kind="unreplayed"))


def test_a_replayed_plan_shows_each_day_and_what_came() -> None:
    app = run_page(show, part="plans")
    text = readable(app)
    for word in ("25-09", "● 85%", "● 90%", "× 未完成", "入库数据，2026-02-10", "3 项事项", "正常"):
        assert word in text, word
    assert 'data-go="target:t1"' in markup(app)
    assert "<b>旧规划" not in markup(app)
    assert len(app.get("vega_lite_chart")) == 1
    app.selectbox(key="replay_day").set_value("2026-03-31").run()
    assert not app.exception
    assert "正常" not in readable(app).split("依据")[1], "the rule said nothing on that day"


def test_a_past_day_lists_its_flags_by_what_became_of_them() -> None:
    text = readable(run_page(show, part="day", record_shown="replay"))
    assert "已判定 1 项" in text
    assert "1 项的评估在当日之后才入库" in text
    assert "× 未完成" in text
