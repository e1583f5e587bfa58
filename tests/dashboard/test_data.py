"""The page of figures at a small database: every section, both languages, refusals and two people at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from monitor import commands, queries
from monitor.core.access import Actor, Role
from monitor.core.corrections import Corrections
from monitor.core.loading import QuarantineState
from monitor.dashboard.pages.data import quarantine
from monitor.quarantine import Repair, repair
from monitor.store import Store
from monitor.uploads import store_upload
from tests.dashboard.desks import StoreDesk, a_desk
from tests.dashboard.pages import markup, readable
from tests.forms.builders import prepared
from tests.monitor.builders import ADMIN, PLANNER, VIEWER, YEARBOOK

pytestmark = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)

HEADER = "指标,地区,时期,数值,单位,发布日期,来源\n"
TODAY = dt.date(2026, 3, 2)


def show(desk: object, language: str = "zh") -> None:
    import datetime as dt

    import streamlit as st

    from monitor.core.errors import UserFacingError
    from monitor.dashboard import doing
    from monitor.dashboard.pages import data
    from monitor.words.display import Language
    from monitor.words.problems import problem_words
    from monitor.words.view import View, Workspace

    view = View(Language(language), dt.date(2026, 3, 2), Workspace("real", simulated=False))
    doing.show_said()
    try:
        data.render(desk, view)  # type: ignore[arg-type]
    except UserFacingError as error:
        st.error(problem_words(error, view.language))


@pytest.fixture
def seeded(store: Store) -> Store:
    """High-tech enterprises of a city to 2024, and a department with a form."""
    prepared(store)
    commands.record_origins(store, ADMIN, [YEARBOOK])
    earlier = range(2010, 2024)
    upload(
        store,
        *(figure(str(year), str(400 + 30 * (year - 2010)), day=f"{year + 1}-03-01") for year in earlier),
    )
    return store


@pytest.fixture
def desk(seeded: Store, tmp_path: Path) -> StoreDesk:
    return a_desk(seeded, tmp_path)


def figure(
    period: str, value: str, unit: str = "家", *, region: str = "绵阳市", day: str = "2026-02-20"
) -> str:
    return f"hightech_enterprises,{region},{period},{value},{unit},{day},yearbook\n"


def upload(store: Store, *rows: str, name: str = "年报.csv") -> None:
    store_upload(store, ADMIN, name, (HEADER + "".join(rows)).encode(), corrections=Corrections())


def opened(desk: StoreDesk, section: str, language: str = "zh", **state: str) -> AppTest:
    """The page at a section; a page that raises fails the test."""
    app = AppTest.from_function(show, kwargs={"desk": desk, "language": language}, default_timeout=30)
    for name, value in {"section": section, **state}.items():
        app.session_state[f"data_{name}"] = value
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, [entry.value for entry in app.exception]
    return app


def press(app: AppTest, label: str) -> AppTest:
    """Press a button by its words."""
    (button,) = (each for each in app.button if each.label == label)
    button.click()
    return run(app)


def fill(app: AppTest, label: str, text: str) -> None:
    (field,) = (each for each in app.text_input if each.label == label)
    field.input(text)


def stored(store: Store) -> dict[str, float]:
    found = queries.known_observations(store, ADMIN, as_of=TODAY, indicators=["hightech_enterprises"])
    return {each.period: each.value for each in found}


def waiting(store: Store) -> list[int]:
    return [row.row.id for row in queries.quarantined_rows(store, ADMIN)]


# --- loads


def test_loads_are_listed_and_one_tells_its_refusals_in_both_languages(desk: StoreDesk) -> None:
    upload(desk.opened.store, figure("2025", "约600"), figure("2025", "850"), name="二月.csv")
    text = readable(opened(desk, "loads"))
    assert "二月.csv" in text
    assert "▲ 部分未入库" in text
    one = readable(opened(desk, "loads", load="3"))
    assert "“约600”不能作为数值。" in one
    assert "只写数字" in one
    assert "850" in one
    assert "'约600' is not a number" in readable(opened(desk, "loads", "en", load="3"))


def test_before_the_first_load_every_section_says_what_to_do(store: Store, tmp_path: Path) -> None:
    desk = a_desk(store, tmp_path)
    said = {
        "loads": "尚无入库记录",
        "quarantine": "没有待处理的行",
        "freshness": "尚无数据序列",
        "releases": "请选择指标",
        "forms": "尚无责任部门",
        "upload": "尚未选择文件",
    }
    for section, words in said.items():
        assert words in readable(opened(desk, section)), section


def test_a_load_or_row_that_is_not_there_gives_a_sentence(desk: StoreDesk) -> None:
    assert "999" in opened(desk, "loads", load="999").warning[0].value
    assert "999" in opened(desk, "quarantine", row="999").warning[0].value


@pytest.mark.parametrize("asked", ["²", "٣", "9" * 40, "-1", "x"])
def test_a_number_that_no_row_can_have_shows_the_list(desk: StoreDesk, asked: str) -> None:
    app = AppTest.from_function(show, kwargs={"desk": desk}, default_timeout=30)
    app.query_params["load"] = asked
    assert "入库" in readable(run(app))
    assert not app.warning
    assert "load" not in app.query_params


def test_a_viewer_sees_loads_but_no_rows_that_were_stopped(seeded: Store, tmp_path: Path) -> None:
    upload(seeded, figure("2025", "约600"), name="二月.csv")
    desk = a_desk(seeded, tmp_path, VIEWER)
    assert "约600" not in readable(opened(desk, "loads", load="3"))
    assert "仅规划人员可见" in readable(opened(desk, "quarantine"))
    assert not opened(desk, "upload").file_uploader


# --- quarantine


def test_the_list_is_filtered_by_what_rows_name_in_whatever_words(desk: StoreDesk) -> None:
    rows = (
        figure("2025", "约600"),
        figure("2025", "约6", region="510700"),
        figure("2025", "6", region="火星"),
    )
    upload(desk.opened.store, *rows, name="二月.csv")
    for name, value, count in (("of_region", "510700", 2), ("of_region", "?火星", 1)):
        app = opened(desk, "quarantine", **{name: value})
        assert f"符合 {count} 行，共 3 行" in app.caption[0].value, value


def test_an_old_load_keeps_its_file_name_in_the_filter(desk: StoreDesk) -> None:
    store = desk.opened.store
    upload(store, figure("2025", "约6"), name="一月.csv")
    for value in range(3):
        upload(store, figure("2025", f"85{value}"), name=f"后来{value}.csv")
    (old,) = (each.id for each in queries.loads(store, ADMIN) if each.file_name == "一月.csv")
    assert quarantine.files_of(store, ADMIN, (old,)) == {old: "一月.csv"}
    assert quarantine.files_of(store, ADMIN, ()) == {}


def test_a_bad_unit_is_tried_repaired_and_stored(desk: StoreDesk) -> None:
    upload(desk.opened.store, figure("2025", "850", "吨"), name="二月.csv")
    (row_id,) = waiting(desk.opened.store)
    app = opened(desk, "quarantine", row=str(row_id))
    text = readable(app)
    assert "单位无法识别" in text
    assert "2024 820" in text  # its neighbour
    assert waiting(desk.opened.store) == [row_id]  # looking writes nothing
    fill(app, "单位", "家")
    run(app)
    assert "通过检查，将入库" in readable(app)
    press(app, "修正并重新入库")
    assert "先写明理由" in app.error[0].value
    assert "2025" not in stored(desk.opened.store)
    fill(app, "理由（必填，随记录保留）", "按年鉴核对")
    press(app, "修正并重新入库")
    assert "已入库" in app.success[0].value
    assert stored(desk.opened.store)["2025"] == 850.0
    (row,) = queries.quarantined_rows(desk.opened.store, ADMIN, ids=[row_id])
    assert row.row.state is QuarantineState.REPLAYED
    assert row.row.raw["单位"] == "吨"
    assert row.repairs[0].reason == "按年鉴核对"


def test_a_repair_that_is_still_wrong_is_kept_and_says_why(desk: StoreDesk) -> None:
    upload(desk.opened.store, figure("2025", "约", "吨"), name="二月.csv")
    (row_id,) = waiting(desk.opened.store)
    app = opened(desk, "quarantine", "en", row=str(row_id))
    fill(app, "Unit", "家")
    fill(app, "Reason (required, kept on record)", "checked")
    run(app)
    press(app, "Repair and replay")
    assert "refused again" in app.success[0].value
    assert "Unit (as read: 吨)" in [each.label for each in app.text_input]
    assert waiting(desk.opened.store) == [row_id]


def test_a_held_row_is_accepted_with_a_reason_and_a_refused_one_is_not_offered(desk: StoreDesk) -> None:
    upload(desk.opened.store, figure("2025", "3500"), figure("2025", "5", "吨"), name="二月.csv")
    held, refused = sorted(
        queries.quarantined_rows(desk.opened.store, ADMIN), key=lambda row: row.row.refusal.row or 0
    )
    labels = [each.label for each in opened(desk, "quarantine", row=str(refused.row.id)).button]
    assert "认可并入库" not in labels
    app = opened(desk, "quarantine", row=str(held.row.id))
    fill(app, "理由（必填，随记录保留）", "扩围")
    press(app, "认可并入库")
    assert stored(desk.opened.store)["2025"] == 3500.0


def test_the_second_person_is_told_and_keeps_what_was_typed(desk: StoreDesk) -> None:
    store = desk.opened.store
    upload(store, figure("2025", "850", "吨"), name="二月.csv")
    (row_id,) = waiting(store)
    app = opened(desk, "quarantine", row=str(row_id))
    fill(app, "单位", "家")
    fill(app, "理由（必填，随记录保留）", "按年鉴核对")
    run(app)
    rows = queries.quarantined_rows(store, ADMIN, ids=[row_id])
    li_na = Actor("李娜", frozenset({Role.PLANNER}))
    repair(store, li_na, rows, Repair(cells={"数值": "856"}), reason="来电更正")
    press(app, "修正并重新入库")
    assert "李娜" in app.error[0].value
    assert "来电更正" in app.error[0].value
    assert "未写入任何内容" in app.error[0].value
    assert "李娜" in app.warning[0].value
    assert [each.value for each in app.text_input if each.label == "单位"] == ["家"]
    press(app, "按最新内容继续")
    press(app, "修正并重新入库")
    assert stored(store)["2025"] == 856.0


def test_many_rows_are_paged_and_dismissed_together_unless_somebody_acted(desk: StoreDesk) -> None:
    store = desk.opened.store
    upload(store, *(figure("2025", f"约{number}") for number in range(230)), name="大表.csv")
    app = opened(desk, "quarantine")
    assert markup(app).count('data-go="row:') == 200
    app.session_state["data_group_quarantine"] = 200
    run(app)
    assert markup(app).count('data-go="row:') == 30
    ids = waiting(store)
    app.session_state["data_picked"] = {ids[0]: 0, ids[1]: 0}
    run(app)
    press(app, "所选关闭…")
    press(app, "关闭")
    assert "先写明理由" in app.error[0].value
    fill(app, "理由（必填，随记录保留）", "重复上报")
    commands.dismiss_rows(store, PLANNER, [ids[0]], seen={ids[0]: 0}, reason="作废")
    press(app, "关闭")
    assert "作废" in app.error[0].value
    assert len(waiting(store)) == 229
    app.session_state["data_picked"] = {}
    run(app)
    press(app, "全部关闭…")
    fill(app, "理由（必填，随记录保留）", "重复上报")
    press(app, "关闭")
    assert "已关闭 229 行" in app.success[0].value
    assert waiting(store) == []


# --- freshness, releases, forms


def test_freshness_tells_who_answers_and_how_to_run_a_source(desk: StoreDesk) -> None:
    text = readable(opened(desk, "freshness"))
    assert "科技成果登记数" in text
    assert "zhibiao sources run office" in text
    only = readable(opened(desk, "freshness", fresh="silent"))
    assert "没有符合条件的行" in only or "失联" in only


def test_releases_and_days_stand_side_by_side(desk: StoreDesk) -> None:
    store = desk.opened.store
    rows = (
        f"hightech_enterprises,510700,{year},{value},家,revised,2026-02-20,yearbook\n"
        for year, value in ((2022, 761), (2023, 790))
    )
    header = "indicator,region,period,value,unit,status,published_on,origin\n"
    store_upload(store, ADMIN, "修订.csv", (header + "".join(rows)).encode(), corrections=Corrections())
    for way in ("release", "day"):
        app = opened(desk, "releases", r_indicator="hightech_enterprises", r_region="510700", r_by=way)
        text = readable(app)
        assert "1 期不同" in text, way
        assert "+1.0" in text, way
    assert "修订经过" in text


def test_a_day_chosen_before_the_page_went_back_in_time_is_brought_back_too(desk: StoreDesk) -> None:
    state = {"r_indicator": "hightech_enterprises", "r_region": "510700", "r_by": "day"}
    app = opened(desk, "releases", **state)
    app.session_state["data_r_to"] = dt.date(2026, 3, 9)  # chosen while the page stood a week later
    run(app)
    assert [each.value for each in app.date_input] == [dt.date(2025, 3, 2), TODAY]
    app.date_input[0].set_value(dt.date(2024, 6, 1))
    run(app)
    assert app.date_input[0].value == dt.date(2024, 6, 1)


def test_a_form_goes_out_and_comes_back_once(desk: StoreDesk) -> None:
    from tests.forms.builders import DEPARTMENT, exported, filled
    from tests.forms.test_forms import FULL

    store = desk.opened.store
    app = opened(desk, "forms", f_owner=DEPARTMENT)
    assert "待报数据" in readable(app)
    assert app.get("download_button")
    before = len(queries.loads(store, ADMIN))
    app.file_uploader[0].upload("空表.xlsx", exported(store))
    run(app)
    assert "没有新内容" in readable(app)
    app.file_uploader[0].upload("表.xlsx", filled(exported(store), FULL))
    run(app)
    assert "通过检查的数据" in readable(app)
    press(app, "入库…")
    assert len(queries.loads(store, ADMIN)) == before  # looking and asking write nothing
    press(app, "确认入库")
    assert "表.xlsx 已存入" in app.success[0].value
    assert len(queries.loads(store, ADMIN)) == before + 1
    app.file_uploader[0].upload("不是表.xlsx", b"hello")
    run(app)
    assert "内容不是工作簿" in app.error[0].value


# --- upload


def test_a_file_is_checked_before_anything_is_written(desk: StoreDesk) -> None:
    store = desk.opened.store
    before = (stored(store), len(queries.loads(store, ADMIN)))
    content = HEADER + figure("2025", "850") + figure("2025", "约6")
    app = opened(desk, "upload")
    app.file_uploader[0].upload("[二月]*.csv", content.encode())
    run(app)
    text = readable(app)
    assert "若入库" in text
    assert "“约6”不能作为数值。" in text
    assert (stored(store), len(queries.loads(store, ADMIN))) == before
    press(app, "入库…")
    assert any("\\[二月\\]\\*.csv" in each.value for each in app.markdown)
    press(app, "确认入库")
    assert "入库完成" in app.success[0].value
    assert len(queries.loads(store, ADMIN)) == before[1] + 1
    press(app, "处理未入库的行")
    assert "符合 1 行" in app.caption[0].value


def test_a_file_that_cannot_be_read_gives_a_sentence_and_the_page_stays(desk: StoreDesk) -> None:
    app = opened(desk, "upload")
    app.file_uploader[0].upload("a.docx", b"x")
    run(app)
    assert "不读取扩展名为“.docx”的文件" in app.error[0].value
    assert "未写入任何内容" in app.error[0].value
