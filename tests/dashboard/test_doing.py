"""Acts: carried out once, told once, refused in words."""

from __future__ import annotations

import pytest

from monitor.dashboard.address import number
from monitor.dashboard.doing import plain
from tests.dashboard.pages import run_page


def show(language: str = "zh") -> None:
    import streamlit as st

    from monitor.core.access import Actor
    from monitor.core.errors import StaleEditError
    from monitor.dashboard import doing
    from monitor.queries import Store
    from tests.dashboard import builder

    class PaperDesk(builder.FakeDesk):
        def do(self, command, *facts, **named_facts):  # type: ignore[no-untyped-def]
            return command(None, self.actor, *facts, **named_facts)

    def stamp(store: Store, actor: Actor, paper: str) -> int:
        if paper == "stale":
            raise StaleEditError(
                "t1", seen=1, current=2, changed_by="li_na", changed_on="2026-11-20", what="value"
            )
        st.session_state["stamps"] = st.session_state.get("stamps", 0) + 1
        return int(st.session_state["stamps"])

    desk, view = PaperDesk([]), builder.a_view(language)
    doing.show_said()
    for paper in ("good", "stale"):
        if doing.button_once(paper, key=paper):
            doing.act(desk, view, lambda count: f"stamped {count}", stamp, paper)
            st.rerun()


def test_an_act_is_told_once() -> None:
    app = run_page(show)
    app.button[0].click().run()
    assert [entry.value for entry in app.success] == ["stamped 1"]
    assert not app.run().success


def test_the_second_press_of_a_double_click_does_nothing() -> None:
    app = run_page(show)
    pressed = app.button[0]
    pressed.click().run()
    pressed.click().run()
    assert app.session_state["stamps"] == 1


@pytest.mark.parametrize(("language", "said"), [("zh", "目标已被他人修改"), ("en", "has changed since")])
def test_a_refusal_is_a_sentence_in_the_readers_language(language: str, said: str) -> None:
    app = run_page(show, language=language)
    app.button[1].click().run()
    assert said in app.error[0].value
    assert "li_na" in app.error[0].value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12", 12),
        (None, None),
        ("", None),
        ("-1", None),
        ("²", None),
        ("9" * 30, None),
        (str(2**63 - 1), 2**63 - 1),
    ],
)
def test_a_number_in_the_address_is_one_a_row_can_have(text: str | None, found: int | None) -> None:
    assert number(text) == found


def test_reasons_are_no_markup_in_messages() -> None:
    assert plain("see [x](http://a) *now* $1$") == r"see \[x\](http://a) \*now\* \$1\$"
