"""What stands around the pages: language, workspace, day."""

from __future__ import annotations

import datetime as dt

import pytest

from monitor.dashboard.shell import browser_language
from monitor.words.display import Language
from tests.dashboard.pages import readable, run_page


def show(missing: bool = False) -> None:
    from monitor.core.errors import StoreError
    from monitor.dashboard import shell
    from monitor.dashboard.desk import Desk
    from tests.dashboard import builder

    def opened(name: str) -> Desk:
        if missing:
            raise StoreError("The database is missing; run `zhibiao init`.")
        number = 2 if name == "simulated_city" else 1
        return builder.FakeDesk([builder.a_status(f"t{count}") for count in range(number)])

    shell.run(opened)


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        (None, Language.ZH),
        ("zh-CN", Language.ZH),
        ("zh", Language.ZH),
        ("en-US", Language.EN),
        ("de", Language.EN),
    ],
)
def test_the_browser_decides_the_language(locale, language):
    assert browser_language(locale) is language


def test_the_language_can_be_switched():
    app = run_page(show)
    app.session_state["lang"] = "en"
    assert "Science and technology targets" in readable(app.run())
    app.session_state["lang"] = "zh"
    assert "科技指标监测总览" in readable(app.run())


def test_the_simulated_city_is_another_workspace_with_its_label():
    app = run_page(show)
    assert "模拟数据" not in readable(app)
    app.session_state["workspace"] = "simulated_city"
    text = readable(app.run())
    assert "模拟数据" in text
    assert "2 项目标" in text


def test_the_last_assessed_day_is_shown_first():
    assert "截至 2026-11-20" in readable(run_page(show))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (13, "历史时点 2026-11-13：只用当时已知的数据与目标。灯号为当日评估。"),
        (16, "灯号与概率取自此前最近一次评估（2026-11-13）。"),
    ],
)
def test_a_day_in_the_past_is_said_to_be_one_and_leads_back(day, words):
    app = run_page(show)
    assert "历史时点" not in readable(app)
    app.session_state["as_of"] = dt.date(2026, 11, day)
    text = readable(app.run())
    assert words in text
    assert "回到最近评估日 2026-11-20" in text
    app.session_state["as_of"] = dt.date(2026, 11, 20)
    assert "历史时点" not in readable(app.run())


def test_who_looks_at_the_latest_day_goes_on_to_the_next():
    app = run_page(show)
    app.session_state["_last_day"] = app.session_state["as_of"] = dt.date(2026, 11, 13)
    assert "截至 2026-11-20" in readable(app.run())


def test_a_user_error_is_one_sentence():
    app = run_page(show, missing=True)
    assert app.error[0].value == "数据库无法使用：The database is missing; run `zhibiao init`."


def test_another_workspace_forgets_what_was_chosen_in_the_first():
    """The numbers of rows are not those of the other database."""
    app = run_page(show)
    app.session_state["mail_message"] = 3
    app.query_params["id"] = "review:1"
    app.run()
    assert app.session_state["mail_message"] == 3
    app.session_state["workspace"] = "simulated_city"
    app.run()
    assert "mail_message" not in app.session_state
    assert "id" not in app.query_params
