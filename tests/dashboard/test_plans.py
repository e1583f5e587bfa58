"""The page of plans: list, upload, review, record; what is refused, stale, hostile or empty."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from streamlit.testing.v1 import AppTest

from monitor import queries
from monitor.core.access import LOCAL_ADMINISTRATOR, Actor, Role
from monitor.core.reviews import Decision
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.plans import reviewing
from monitor.dashboard.pages.plans.passages import Mark, passage_html, stretch_of, stretches
from monitor.documents import read_document_bytes
from monitor.plan_review import begin_review, decide, load_review
from monitor.setup import Workspace
from monitor.store import Store
from monitor.words.display import Language
from tests.dashboard.pages import markup, readable, run_page
from tests.documents.builders import pdf_file

TEXT = """绵阳市科学技术局2027年科技创新工作要点（示例）
绵科示〔2027〕9号

一、目标
全市高新技术企业达到1200家，全社会研发经费投入强度达到7.6%。技术合同成交额达到150亿元。
二、任务
技术合同成交额达到150亿元，新增市级示范食堂7家。<script>alert("x")</script>
"""
NET, INTENSITY, CONTRACTS, CONTRACTS_AGAIN, CANTEENS = range(5)
COLLEAGUE = Actor("colleague", frozenset({Role.PLANNER}))


class OwnDesk(Desk):
    """A desk at the database of one test; its name keeps its answers apart from those of other tests."""

    def __init__(self, opened: Workspace) -> None:
        super().__init__(f"test-{uuid.uuid4().hex}")
        self._own = opened

    @property
    def opened(self) -> Workspace:
        return self._own


@pytest.fixture
def desk(workspace: Workspace) -> OwnDesk:
    return OwnDesk(workspace)


def show(desk: object, language: str = "zh") -> None:
    from monitor.dashboard.doing import show_said
    from monitor.dashboard.pages import plans
    from tests.dashboard import builder

    show_said()
    plans.render(desk, builder.a_view(language))


def opened_at(desk: Desk, place: str, **facts: str) -> AppTest:
    app = AppTest.from_function(show, kwargs={"desk": desk, **facts}, default_timeout=60)
    app.query_params["id"] = place
    app.run()
    assert not app.exception, [entry.value for entry in app.exception]
    return app


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [each for each in app.button if each.label == label]
    button.click().run()
    assert not app.exception, [entry.value for entry in app.exception]
    return app


def field(app: AppTest, kind: str, label: str):
    (found,) = [each for each in app.get(kind) if each.label == label]
    return found


def begun(store: Store) -> int:
    return begin_review(store, LOCAL_ADMINISTRATOR, read_document_bytes("plan.txt", TEXT.encode()))


def states(store: Store, review: int) -> list[Decision]:
    return [item.decision for item in load_review(store, LOCAL_ADMINISTRATOR, review).review.items]


def test_a_plan_goes_from_its_file_to_the_ledger(desk: OwnDesk, workspace: Workspace) -> None:
    store = workspace.store
    app = opened_at(desk, "new:")
    app.file_uploader[0].set_value(("plan.txt", TEXT.encode(), "text/plain")).run()
    assert field(app, "text_input", "标题").value.startswith("绵阳市科学技术局2027年")
    assert (field(app, "text_input", "文号").value, field(app, "number_input", "末年").value) == (
        "绵科示〔2027〕9号",
        2027,
    )
    field(app, "text_input", "标题").set_value("  ").run()
    assert [entry.value for entry in app.warning] == ["还缺：标题。"]
    field(app, "text_input", "标题").set_value("绵阳市2027年科技创新工作要点（示例）").run()
    press(app, "开始审核")
    assert app.query_params["id"] == "review:1"
    assert "已审 0 / 5" in readable(app)
    press(app, "接受")
    field(app, "number_input", "数值").set_value(7.8).run()
    press(app, "接受")
    press(app, "接受无疑问的 1 项")
    again = opened_at(desk, "review:1")  # another session: nothing is lost
    assert "已审 4 / 5" in readable(again)
    assert load_review(store, LOCAL_ADMINISTRATOR, 1).review.item(INTENSITY).draft.value == 7.8
    press(again, "退回")
    assert states(store, 1) == [Decision.ACCEPTED] * 4 + [Decision.REJECTED]
    press(again, "登记 4 项…")
    press(again, "确认登记")
    assert "已登记 3 项目标" in readable(again)
    plan = load_review(store, LOCAL_ADMINISTRATOR, 1).review.plan.code
    entered = {
        target.history[0].terms.indicator: target
        for target in queries.get_targets(store, LOCAL_ADMINISTRATOR, plan=plan)
    }
    assert entered["rd_intensity"].history[0].terms.value == 7.8
    assert "审核完毕" in readable(again)
    shown = opened_at(desk, plan)
    assert "3 项目标" in readable(shown)
    assert '">7.6%</span>' in markup(shown)
    assert f'data-go="target:{entered["rd_intensity"].code}"' in markup(shown)


def test_what_cannot_be_read_is_told_and_changes_nothing(desk: OwnDesk, workspace: Workspace) -> None:
    before = queries.state_token(workspace.store, LOCAL_ADMINISTRATOR)
    app = opened_at(desk, "new:")
    for name, content, said in (
        ("empty.txt", b"  \n", "文件是空的"),
        ("program.exe", b"MZ\x90\x00\x03" + bytes(range(256)) * 8, "不是可读的规划文本"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "旧版 Word"),
        ("broken.docx", b"PK\x03\x04broken", "已损坏"),
        ("scan.pdf", pdf_file(), "扫描件"),
        ("secret.pdf", pdf_file("2027 plan", encrypt=True), "设有密码"),
    ):
        app.file_uploader[0].set_value((name, content, "")).run()
        assert not app.exception
        (error,) = app.error
        assert said in error.value, (name, error.value)
        assert name in error.value
    assert queries.state_token(workspace.store, LOCAL_ADMINISTRATOR) == before


def test_the_second_of_two_reviewers_is_told_and_keeps_what_he_typed(
    desk: OwnDesk, workspace: Workspace
) -> None:
    store = workspace.store
    review = begun(store)
    app = opened_at(desk, f"review:{review}", language="en")
    app.query_params["item"] = str(INTENSITY)
    app.run()
    field(app, "number_input", "Value").set_value(8.1).run()
    decide(store, COLLEAGUE, review, INTENSITY, Decision.ACCEPTED, seen=0, changes={"value": 7.9})
    press(app, "Accept")
    assert "no longer as you saw it: accepted by colleague" in app.error[0].value
    assert "colleague left this as: accepted, ≥ 7.9%" in app.warning[0].value
    assert field(app, "number_input", "Value").value == 8.1
    assert load_review(store, LOCAL_ADMINISTRATOR, review).review.item(INTENSITY).draft.value == 7.9
    press(app, "Keep mine")
    press(app, "Accept")
    assert load_review(store, LOCAL_ADMINISTRATOR, review).review.item(INTENSITY).draft.value == 8.1
    app.query_params["item"] = str(CANTEENS)
    app.run()
    field(app, "date_input", "Deadline").set_value(None).run()
    assert "no deadline" in readable(app)
    press(app, "Accept")
    assert "names no indicator" in app.error[0].value
    assert states(store, review)[CANTEENS] is Decision.PENDING


def about_to_record_one(desk: OwnDesk, store: Store) -> tuple[int, AppTest]:
    """A review with one proposal accepted, and the page that asks whether to record it."""
    review = begun(store)
    decide(store, LOCAL_ADMINISTRATOR, review, INTENSITY, Decision.ACCEPTED, seen=0)
    app = opened_at(desk, f"review:{review}")
    press(app, "登记 1 项…")
    return review, app


def test_recording_what_others_went_on_with_is_refused(desk: OwnDesk, workspace: Workspace) -> None:
    store = workspace.store
    review, app = about_to_record_one(desk, store)
    decide(store, COLLEAGUE, review, INTENSITY, Decision.REJECTED, seen=1)
    press(app, "确认登记")
    assert "第 2 项已不是您看到的样子：colleague" in app.error[0].value
    plan = load_review(store, LOCAL_ADMINISTRATOR, review).review.plan.code
    assert queries.get_targets(store, LOCAL_ADMINISTRATOR, plan=plan) == ()
    press(app, "结束审核")
    field(app, "text_input", "理由（必填，写入台账）").set_value("重复上传").run()
    press(app, "确认结束")
    assert queries.plan_reviews(store, LOCAL_ADMINISTRATOR) == ()
    assert "审核已结束" in app.success[0].value


def test_a_stale_recording_offers_to_look_again(desk: OwnDesk, workspace: Workspace) -> None:
    store = workspace.store
    review, app = about_to_record_one(desk, store)
    decide(store, COLLEAGUE, review, NET, Decision.ACCEPTED, seen=0)
    press(app, "确认登记")
    assert "第 1 项已不是您看到的样子：colleague" in app.error[0].value
    press(app, "关闭并重新核对")
    press(app, "登记 2 项…")
    press(app, "确认登记")
    assert "已登记 2 项目标" in readable(app)


def test_a_row_decides_only_what_it_shows(
    desk: OwnDesk, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    clicks: list[str] = []

    def clicked(html: str, *, key: str, language: Language) -> str | None:
        return clicks.pop() if clicks and key == "plans_items" else None

    monkeypatch.setattr(reviewing, "sheet", clicked)
    review = begun(workspace.store)
    app = opened_at(desk, f"review:{review}")
    app.query_params["item"] = str(INTENSITY)
    app.run()
    field(app, "number_input", "数值").set_value(8.1).run()
    app.query_params["item"] = str(NET)
    app.run()
    clicks.append(f"accepted:{INTENSITY}:0")
    app.run()
    assert states(workspace.store, review)[INTENSITY] is Decision.PENDING
    assert "第 2 项有尚未保存的修改" in app.error[0].value
    assert (app.query_params["item"], field(app, "number_input", "数值").value) == (str(INTENSITY), 8.1)
    clicks.append(f"accepted:{NET}:0")
    app.run()
    assert states(workspace.store, review)[NET] is Decision.ACCEPTED


def test_years_the_fields_do_not_hold_break_nothing(desk: OwnDesk, workspace: Workspace) -> None:
    app = opened_at(desk, "new:")
    document = TEXT.replace("2027", "2065").encode()
    app.file_uploader[0].set_value(("plan.txt", document, "text/plain")).run()
    assert not app.exception
    assert field(app, "number_input", "末年").value is None
    assert [entry.value for entry in app.warning] == ["还缺：起止年份。"]
    review = begun(workspace.store)
    late = {"deadline": dt.date(2070, 12, 31)}
    decide(workspace.store, COLLEAGUE, review, NET, Decision.PENDING, seen=0, changes=late)
    shown = opened_at(desk, f"review:{review}")
    assert field(shown, "date_input", "期限").value == late["deadline"]


@pytest.mark.parametrize("number", ["100000000000000000000", "²", "-1"])
def test_an_address_of_no_review_is_told(desk: OwnDesk, number: str) -> None:
    assert number in opened_at(desk, f"review:{number}").error[0].value


def test_a_review_opens_with_all_proposals_whatever_the_last_one_showed(
    desk: OwnDesk, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f"review:{begun(workspace.store)}"
    app = opened_at(desk, place)
    app.session_state["plans_shown"] = "rejected"
    app.run()
    assert app.session_state["plans_shown"] == "rejected"
    monkeypatch.setattr(reviewing, "sheet", lambda html, *, key, language: "list" if key == "title" else None)
    app.run()
    assert "id" not in app.query_params
    monkeypatch.undo()
    app.query_params["id"] = place
    app.run()
    assert app.session_state["plans_shown"] == "all"


def test_the_list_shows_plans_and_reviews_in_both_languages(desk: OwnDesk, workspace: Workspace) -> None:
    begun(workspace.store)
    chinese = readable(opened_at(desk, ""))
    assert "正在审核 1" in chinese
    assert "已审 0 / 5" in chinese
    assert "32 份规划" in chinese
    english = opened_at(desk, "no_such_plan", language="en")
    assert "No plan 'no_such_plan'" in english.error[0].value
    assert "Under review" in readable(english)


def show_nothing(language: str) -> None:
    from monitor.dashboard.pages import plans
    from tests.dashboard import builder

    class EmptyDesk(builder.FakeDesk):
        def get_plans(self):  # type: ignore[no-untyped-def]
            return {}

        def plan_reviews(self):  # type: ignore[no-untyped-def]
            return ()

    plans.render(EmptyDesk([]), builder.a_view(language))


@pytest.mark.parametrize(("language", "said"), [("zh", "尚无规划"), ("en", "No plans yet")])
def test_without_plans_it_says_what_to_do(language: str, said: str) -> None:
    assert said in readable(run_page(show_nothing, language=language))


def test_words_of_a_stranger_stay_words() -> None:
    source = 'a<b onclick="x()">\u202e12家</b>\x00&amp; 3%'
    start = source.index("12")
    mark = Mark(start, start + 3, "item:0", "tgreen", 'hint"<i>', "1")
    shown = passage_html(source, (0, len(source)), [mark], chosen=mark, quote=(2, start + 3))
    for raw in ("<b", "</b>", "\u202e", "\x00", "<i>", 'onclick="x'):
        assert raw not in shown
    assert 'class="mark tgreen chosen" data-go="item:0" title="hint&quot;&lt;i&gt;">12家<sup>1</sup>' in shown


def test_of_marks_on_one_number_the_chosen_one_is_shown() -> None:
    first, second = Mark(0, 4, "item:0", "tgrey"), Mark(2, 6, "item:1", "tgrey")
    assert "item:1" not in passage_html("0123456789", (0, 10), [first, second])
    chosen = passage_html("0123456789", (0, 10), [first, second], chosen=second)
    assert 'data-go="item:1">2345</span>' in chosen
    assert 'data-go="item:0"' not in chosen


def test_a_long_text_is_shown_in_stretches() -> None:
    source = "\n".join(f"第{number}条 达到{number}家。" for number in range(20_000))
    parts = stretches(source)
    assert "".join(source[start:end] for start, end in parts) == source
    assert max(end - start for start, end in parts) <= 12_000
    place = source.index("第19999条")
    assert stretch_of(parts, place) == len(parts) - 1
    assert len(passage_html(source, parts[-1], [Mark(place, place + 3, "item:0", "tgrey")])) < 13_000
