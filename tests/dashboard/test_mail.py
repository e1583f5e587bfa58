"""The page of messages: what was sent, what needs a person, who answered."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from monitor import commands, queries
from monitor.core.acknowledgements import AwaitedAnswer, NewAcknowledgement
from monitor.core.outbox import MessageState, Picture, SeenMessage
from monitor.dashboard import choices
from monitor.dashboard.pages.mail.letter import inert
from monitor.store import Store
from tests.dashboard.mail_desks import fill, small_store
from tests.dashboard.pages import markup, readable, run_page
from tests.monitor.builders import ADMIN, TARGET, FakeClock

UNCERTAIN, FAILED = 2, 3


def show(store: object, language: str = "zh") -> None:
    from monitor.dashboard.doing import show_said
    from monitor.dashboard.pages import mail
    from tests.dashboard import mail_desks as desks

    show_said()
    mail.render(desks.StoreDesk(store), desks.a_view_of(desks.DAY, language))


@pytest.fixture
def empty(sqlite_template: Path, tmp_path: Path, clock: FakeClock) -> Iterator[Store]:
    opened = small_store(sqlite_template, tmp_path, clock)
    yield opened
    opened.dispose()


@pytest.fixture
def filled(empty: Store, clock: FakeClock) -> Store:
    fill(empty, clock)
    return empty


def at_section(app: AppTest, section: str) -> AppTest:
    app.session_state["mail_section"] = section
    app.run()
    assert not app.exception, [entry.value for entry in app.exception]
    return app


def press(app: AppTest, label: str) -> AppTest:
    """Press the button of that label that can be pressed."""
    next(each for each in app.button if each.label == label and not each.disabled).click().run()
    assert not app.exception, [entry.value for entry in app.exception]
    return app


def state(store: Store, number: int) -> MessageState:
    return queries.get_message(store, ADMIN, number).state


def seen(store: Store, number: int) -> SeenMessage:
    return queries.get_message(store, ADMIN, number).seen


def decisions(store: Store) -> int:
    return len(queries.audit_records(store, ADMIN, actions={"message_settled", "message_cancelled"}))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ["● 已送达 1", "▲ 存疑 1", "× 失败 1", "李娜", "2026-03-02 09:00 送达"]),
        ("en", ["● Delivered 1", "▲ Uncertain 1", "× Failed 1", "sent 2026-03-02 09:00"]),
    ],
)
def test_every_section_speaks_both_languages(filled: Store, language: str, words: list[str]) -> None:
    app = run_page(show, store=filled, language=language)
    assert all(word in readable(app) for word in words), readable(app)
    told = readable(at_section(app, "waiting"))
    assert "550 no such user" in told
    assert ("核定" if language == "zh" else "It arrived") in "".join(each.label for each in app.button)
    told = readable(at_section(app, "answers"))
    assert ("逾期未签收，自 2026-03-10" if language == "zh" else "late since 2026-03-10") in told
    assert "王处长" in told
    app.session_state["preview_recipient"] = "li_na"
    told = readable(at_section(app, "preview"))
    assert ("尚未编制" if language == "zh" else "Not composed yet") in told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_database_says_what_to_do(empty: Store, language: str) -> None:
    app = run_page(show, store=empty, language=language)
    assert ("先在“设置”中添加人员" if language == "zh" else "add people") in readable(app)
    for section in ("waiting", "answers", "preview"):
        assert readable(at_section(app, section)).strip()


def test_a_message_is_shown_as_sent_and_inert(filled: Store) -> None:
    app = run_page(show, store=filled)
    app.session_state["mail_message"] = "1"
    app.run()
    shown = markup(app)
    assert '<iframe class="letter" sandbox ' in shown
    frame = html.unescape(shown.partition('srcdoc="')[2].partition('"')[0])
    assert "data:image/png;base64," in frame
    assert "href=" not in frame
    assert "cid:" not in frame
    assert "【指标周报】" in readable(app)
    assert "mail.example.org:25" in readable(app)
    app.session_state["mail_message"] = "99"
    app.run()
    assert "第 99 封" in app.info[0].value


def test_a_number_no_message_can_have_shows_the_list(filled: Store) -> None:
    app = AppTest.from_function(show, kwargs={"store": filled}, default_timeout=60)
    for name in ("id", "mail_message"):
        app.query_params[name] = "9" * 40
    app.run()
    assert not app.exception, [entry.value for entry in app.exception]
    assert "共 4 封" in readable(app)


def test_every_red_can_be_reached(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "PAGE_ROWS", 1)
    awaited = [AwaitedAnswer(name, None, (), None, (), ()) for name in ("first_red", "second_red")]
    monkeypatch.setattr(queries, "awaited_answers", lambda *_, **__: tuple(awaited))
    app = at_section(run_page(show, store=filled), "answers")
    assert "first_red" in readable(app)
    assert "second_red" not in readable(app)
    app.selectbox(key="mail_awaited_group").set_value(1).run()
    assert "second_red" in readable(app)


def test_a_strange_message_loads_nothing() -> None:
    shown = inert('<head></head><img src="cid:a"><a href="https://example.org">x</a>', [Picture("a", b"png")])
    assert shown.startswith('<head><meta http-equiv="Content-Security-Policy" content="default-src \'none\'')
    assert "https://" not in shown
    assert inert("<p>x</p>", []).startswith("<meta")


def test_messages_are_settled_with_a_reason_and_once(filled: Store) -> None:
    app = run_page(show, store=filled)
    app.session_state["mail_chosen_uncertain"] = {UNCERTAIN: seen(filled, UNCERTAIN)}
    press(at_section(app, "waiting"), "核定为已送达…")
    press(app, "核定 1 封为已送达")
    assert "请写明理由" in app.error[0].value
    assert state(filled, UNCERTAIN) is MessageState.UNCERTAIN
    app.text_area[0].set_value("电话核实，对方已收到")
    deciding = next(each for each in app.button if each.label == "核定 1 封为已送达")
    deciding.click().run()
    assert app.success[0].value == "1 封已核定为送达。"
    assert not app.info
    deciding.click().run()  # on the page as it stood: the second click of a double click
    assert not app.exception
    assert (state(filled, UNCERTAIN), decisions(filled)) == (MessageState.DELIVERED, 1)


def test_a_message_that_changed_meanwhile_is_not_decided_again(filled: Store) -> None:
    app = run_page(show, store=filled)
    app.session_state["mail_chosen_failed"] = {FAILED: seen(filled, FAILED)}
    press(at_section(app, "waiting"), "重新发送…")
    stood = seen(filled, FAILED)
    commands.settle_message(filled, ADMIN, FAILED, seen=stood, state=MessageState.QUEUED, reason="改了地址")
    app.text_area[0].set_value("再试").run()
    assert any("1 封状态已变" in each.value for each in app.info)
    assert not [each for each in app.button if each.label.startswith("重新发送 ")]
    assert decisions(filled) == 1


def test_an_answer_is_recorded_for_a_department(filled: Store) -> None:
    app = run_page(show, store=filled)
    app.session_state["_dialog"] = ("mail_answer", TARGET)
    at_section(app, "answers")
    app.text_area[0].set_value("本月补报").run()
    press(app, "登记")
    assert app.success[0].value == "已登记 李娜 的签收。"
    (answer,) = queries.get_acknowledgements(filled, ADMIN)
    assert (answer.person, answer.measure, answer.actor) == ("li_na", "本月补报", ADMIN.name)
    assert "● 已签收" in readable(app)


def test_the_last_answers_are_read_in_order_of_recording(filled: Store) -> None:
    for measure in ("一", "二", "三"):
        commands.acknowledge(filled, ADMIN, NewAcknowledgement(TARGET, "li_na", "2026-W09", measure, None))
    for about in (None, [TARGET]):
        latest = queries.get_acknowledgements(filled, ADMIN, targets=about, latest=2)
        assert [each.measure for each in latest] == ["二", "三"]
