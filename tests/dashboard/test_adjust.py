"""The page that tries and revises targets, on the simulated city: at once, confirmed, never lost."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace

import openpyxl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from monitor import commands, queries, whatif
from monitor.clock import ZONE
from monitor.core.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.core.ledger import Revision
from monitor.dashboard.pages.adjust.sharebook import share_workbook
from monitor.setup import Workspace
from monitor.words.display import Language
from monitor.words.lines import line_of
from monitor.words.view import View
from monitor.words.view import Workspace as ViewedWorkspace
from tests.dashboard.pages import markup, readable, run_page

pytestmark = pytest.mark.workspace("simulated_city")
CODE = "sim2026.contract_value"
MILESTONE = "sim2026.corridor_plan"


@pytest.fixture
def city(workspace: Workspace) -> Iterator[Workspace]:
    """The simulated city, with nothing kept from other tests."""
    st.cache_resource.clear()
    yield workspace
    st.cache_resource.clear()


def show(code: str, language: str = "zh", mode: str = "try", day: str = "2026-11-15") -> None:
    import datetime as dt

    import streamlit as st

    from monitor.dashboard import doing
    from monitor.dashboard.desk import Desk
    from monitor.dashboard.pages import adjust
    from monitor.words.display import Language
    from monitor.words.view import View, Workspace

    if "id" not in st.query_params:
        st.query_params["id"] = code
        st.session_state["adjust_mode"] = mode
    doing.show_said()
    view = View(Language(language), dt.date.fromisoformat(day), Workspace("simulated_city", simulated=True))
    adjust.render(Desk("simulated_city"), view)


def opened(code: str = CODE, **arguments: str) -> AppTest:
    return run_page(show, code=code, **arguments)


def fill(app: AppTest, name: str, value: object, language: str = "zh") -> AppTest:
    """Type into a field by the name of its key."""
    fields = [*app.number_input, *app.text_area, *app.text_input, *app.date_input]
    (found,) = [one for one in fields if one.key and one.key.startswith(f"adjust_{name}:")]
    return found.set_value(value).run()


def press(app: AppTest, name: str) -> AppTest:
    (found,) = [one for one in app.button if one.key and one.key.startswith(f"adjust_{name}")]
    return found.click().run()


def ledger(city: Workspace, code: str = CODE) -> tuple[Revision, ...]:
    return queries.get_target(city.store, ADMIN, code).history


def somebody_else_revises(city: Workspace, value: float) -> None:
    last = ledger(city)[-1]
    commands.revise_target(
        city.store,
        ADMIN,
        CODE,
        terms=replace(last.terms, deadline=dt.date(2027, 12, 31), value=value),
        effective_on=dt.date(2026, 11, 15),
        reason="市政府常务会议决定",
        document="",
        expected_sequence=last.sequence,
    )


def test_a_planner_tries_confirms_and_finds_it_in_the_ledger(city: Workspace) -> None:
    app = opened()
    assert "试算与现行条款相同" in readable(app)
    fill(app, "value", 180.0)
    assert "把目标由 190.0 亿元 改为 180.0 亿元" in readable(app)
    assert "试算不写入台账" in readable(app)
    press(app, "revise")
    assert [entry.value for entry in app.warning] == ["请先写明理由。"]
    fill(app, "reason", "三季度后重新测算")
    fill(app, "document", "示科发〔2026〕9号")
    press(app, "revise")
    said = readable(app)
    for word in ("原值", "190.0 亿元", "180.0 亿元", "公布", "调整后", "示科发〔2026〕9号"):
        assert word in said, word
    assert len(ledger(city)) == 1
    confirm = next(one for one in app.button if one.key and one.key.startswith("adjust_confirm_"))
    confirm.click().run()
    confirm.click().run()
    first, second = ledger(city)
    assert (first.terms.value, second.terms.value) == (190e8, 180e8)
    assert (second.reason, second.document) == ("三季度后重新测算", "示科发〔2026〕9号")


def test_the_second_editor_sees_the_new_terms_beside_what_he_typed(city: Workspace) -> None:
    app = opened()
    fill(app, "value", 185.0)
    fill(app, "reason", "我的理由")
    press(app, "revise")
    somebody_else_revises(city, 200e8)
    press(app, "confirm_")
    assert len(ledger(city)) == 2
    assert "已被他人修改" in app.error[0].value
    said = readable(app)
    for word in ("本机管理员", "市政府常务会议决定", "您的输入", "185.0 亿元", "200.0 亿元"):
        assert word in said, word
    assert f"{ledger(city)[-1].recorded_at.astimezone(ZONE):%Y-%m-%d %H:%M} 登记" in said
    assert [one.value for one in app.text_area] == ["我的理由"]
    press(app, "look_")
    assert "您的输入" not in readable(app)
    press(app, "revise")
    press(app, "confirm_")
    last = ledger(city)[-1]
    assert (last.sequence, last.terms.value, last.terms.deadline) == (3, 185e8, dt.date(2027, 12, 31))


def test_a_milestone_is_reported_and_its_target_withdrawn(city: Workspace) -> None:
    app = opened(MILESTONE, language="en")
    fill(app, "reason", "Printed")
    press(app, "report")
    press(app, "confirm_")
    assert "Reported as done" in app.success[0].value
    (report,) = [
        one for one in queries.milestone_reports(city.store, ADMIN).values() if one.target == MILESTONE
    ]
    assert report.reason == "Printed"
    fill(app, "reason", "No longer wanted")
    press(app, "withdraw")
    press(app, "confirm_")
    assert ledger(city, MILESTONE)[-1].terms.withdrawn


def test_a_day_typed_before_anything_else_is_kept(city: Workspace) -> None:
    app = opened(MILESTONE)
    for name in ("effective", "done_on"):
        fill(app, name, dt.date(2026, 11, 18))
        (field,) = [one for one in app.date_input if one.key and one.key.startswith(f"adjust_{name}:")]
        assert field.value == dt.date(2026, 11, 18)


def test_terms_that_make_no_sense_are_refused_in_words_and_kept(city: Workspace) -> None:
    app = opened("sim2026.fiscal_st_share")
    fill(app, "value_upper", 4.0)
    assert "上限" in app.warning[0].value
    assert "4" in app.warning[0].value
    assert [one.value for one in app.number_input] == [4.5, 4.0]
    (revise,) = [one for one in app.button if one.key == "adjust_revise"]
    assert revise.disabled
    assert any("上限" in one.value for one in app.caption)


def test_a_day_before_any_target_says_what_to_do_next(city: Workspace) -> None:
    app = opened(day="2020-01-01")
    assert "尚无在执行的目标" in readable(app)
    assert not app.selectbox


@pytest.mark.parametrize(("code", "said"), [("sim2026.contract_rank", "In force"), ("nonsense", "no target")])
def test_other_kinds_and_unknown_targets_have_a_page(city: Workspace, code: str, said: str) -> None:
    assert said in readable(opened(code, language="en"))


def test_a_split_is_shown_exported_and_recorded_together(city: Workspace) -> None:
    app = opened()
    fill(app, "value", 180.0)
    app.session_state["adjust_mode"] = "split"
    app.run()
    said = readable(app)
    assert "现行份额合计等于总目标" in said
    assert "示例甲区" in said
    fill(app, "reason", "按机会相等重新分解")
    press(app, "shares")
    assert "以下 8 项地区目标一并记入台账" in readable(app)
    press(app, "confirm_shares_button")
    shares = [ledger(city, f"{CODE}.sim00{place}")[-1] for place in range(1, 9)]
    assert {entry.sequence for entry in shares} == {2}
    assert sum(entry.terms.value or 0.0 for entry in shares) == pytest.approx(190e8)
    assert not any(one.value for one in app.text_area)
    app.session_state["adjust_mode"] = "try"
    app.run()
    assert [one.value for one in app.number_input] == [180.0]


def test_what_cannot_be_split_says_why(city: Workspace) -> None:
    app = opened("sim2026.contract_rank", mode="split")
    assert "不能分解" in app.info[0].value
    assert "<script" not in markup(app)


def test_the_workbook_holds_numbers_and_inert_words(city: Workspace) -> None:
    policy, as_of = city.policy, dt.date(2026, 11, 15)
    division = whatif.divide(city.store, ADMIN, policy, CODE, as_of=as_of)
    first, *others = division.split({}, {})
    hostile = replace(first.part.region, short_zh='=HYPERLINK("http://127.0.0.1","点我")')
    shares = (replace(first, part=replace(first.part, region=hostile)), *others)
    status = queries.target_detail(city.store, ADMIN, CODE, as_of=as_of).status
    view = View(Language.ZH, as_of, ViewedWorkspace("simulated_city", simulated=True))
    book = openpyxl.load_workbook(io.BytesIO(share_workbook(shares, division, line_of(status, view))))
    rows = list(book.worksheets[0].iter_rows())
    assert {cell.data_type for row in rows for cell in row} <= {"s", "inlineStr", "n"}  # no "f": no formula
    (heading,) = [place for place, row in enumerate(rows) if row[0].value == "地区"]
    table = [[cell.value for cell in row] for row in rows[heading + 1 :]]
    assert table[0][0] == hostile.short_zh
    assert [row[4] for row in table[:-1]] == [round((one.proposed or 0.0) / 1e8, 9) for one in shares]
    assert table[-1][2] == table[-1][4] == 190
    assert "模拟数据" in [row[0].value for row in rows[:heading]]
