"""The settings page: people, departments, rules, schedule, health, audit trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from monitor import commands, queries
from monitor.core.jobs import JobOutcome
from monitor.store import Store
from monitor.tables import SchedulerJobRow
from tests.dashboard.mail_desks import CLERK, UNASSIGNED, fill, small_store
from tests.dashboard.pages import readable, run_page
from tests.monitor.builders import ADMIN, FakeClock

SECTIONS = ("people", "departments", "thresholds", "schedule", "health", "audit")


def show(store: object, language: str = "zh") -> None:
    from monitor.dashboard.doing import show_said
    from monitor.dashboard.pages import settings
    from tests.dashboard import mail_desks as desks

    show_said()
    settings.render(desks.StoreDesk(store), desks.a_view_of(desks.DAY, language))


@pytest.fixture
def empty(sqlite_template: Path, tmp_path: Path, clock: FakeClock) -> Iterator[Store]:
    opened = small_store(sqlite_template, tmp_path, clock)
    yield opened
    opened.dispose()


@pytest.fixture
def filled(empty: Store, clock: FakeClock) -> Store:
    fill(empty, clock)
    return empty


def at_section(app: AppTest, section: str) -> str:
    app.session_state["settings_section"] = section
    app.run()
    assert not app.exception, [entry.value for entry in app.exception]
    return readable(app)


def press(app: AppTest, label: str) -> None:
    next(each for each in app.button if each.label == label).click().run()
    assert not app.exception, [entry.value for entry in app.exception]


def field(app: AppTest, name: str) -> AppTest:
    return next(each for each in app.text_input if each.key == f"_dialog_input:{name}")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh",
            ["王处长", "有目标，无收件人", "现行规则", "没有调度进程", "它属于工作区", "人员入库"],
        ),
        (
            "en",
            [
                "王处长",
                "targets, and nobody told",
                "Rules in force",
                "No scheduler",
                "it belongs to",
                "People entered",
            ],
        ),
    ],
)
def test_every_section_speaks_both_languages(filled: Store, language: str, words: list[str]) -> None:
    nobody = replace(CLERK, active=False)
    commands.save_person(filled, ADMIN, nobody, reason="调离")
    app = run_page(show, store=filled, language=language)
    for section, word in zip(SECTIONS, words, strict=True):
        assert word in at_section(app, section), section


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_database_says_what_to_do(empty: Store, language: str) -> None:
    app = run_page(show, store=empty, language=language)
    assert ("还没有人员" if language == "zh" else "Nobody yet") in readable(app)
    for section in SECTIONS:
        assert at_section(app, section).strip()


def test_a_new_person_is_saved_once_and_a_refusal_keeps_what_was_typed(filled: Store) -> None:
    app = run_page(show, store=filled)
    press(app, "添加人员…")
    for name, value in {"code": "zhao", "name": "赵敏", "email": "zhao at home", "reason": "新任"}.items():
        field(app, name).set_value(value)
    app.run()
    press(app, "保存")
    assert "邮箱须为一个地址" in app.error[0].value
    assert field(app, "name").value == "赵敏"
    field(app, "email").set_value("zhao@example.invalid").run()
    press(app, "保存")
    assert app.success[0].value == "赵敏 已保存（第 1 版）。"
    assert "保存" not in [each.label for each in app.button]
    assert queries.person_versions(filled, ADMIN)["zhao"].version == 1


def test_two_people_who_edit_one_person_lose_neither_edit(filled: Store) -> None:
    app = run_page(show, store=filled)
    app.session_state["_dialog"] = ("settings_person", "li_na")
    app.run()
    field(app, "name").set_value("李娜（主任）")
    field(app, "reason").set_value("职务变动").run()
    moved = replace(CLERK, email="new@example.invalid", channels=("[群](x)",))
    commands.save_person(filled, ADMIN, moved, reason="换邮箱", seen_version=1)
    press(app, "保存")
    assert "已被他人修改" in app.error[0].value
    assert "new@example.invalid" in app.warning[0].value
    assert r"\[群\](x)" in app.warning[0].value
    assert field(app, "name").value == "李娜（主任）"
    app.checkbox[0].check().run()
    press(app, "保存")
    held = queries.person_versions(filled, ADMIN)["li_na"]
    assert (held.person.name, held.person.email) == ("李娜（主任）", "new@example.invalid")
    assert held.version == 3


def test_a_target_of_nobody_gets_its_department(filled: Store) -> None:
    app = run_page(show, store=filled)
    assert "没有责任科室的目标 1" in at_section(app, "departments")
    app.session_state["_dialog"] = ("settings_assign", UNASSIGNED)
    app.run()
    app.multiselect[0].select("kjj_guihua")
    field(app, "reason").set_value("分工明确").run()
    press(app, "记入台账")
    target = queries.get_target(filled, ADMIN, UNASSIGNED)
    assert target.history[-1].terms.departments == ("kjj_guihua",)
    assert "在执行的目标都有责任科室" in readable(app)


def test_other_lines_are_counted_and_nothing_is_written(filled: Store) -> None:
    before = queries.state_token(filled, ADMIN)
    app = run_page(show, store=filled)
    assert "1 项中有 0 项变色" in at_section(app, "thresholds")
    app.number_input[1].set_value(20).run()
    assert "1 项中有 1 项变色" in readable(app)
    app.number_input[0].set_value(15).run()
    assert "关注线须低于正常线" in app.warning[0].value
    assert queries.state_token(filled, ADMIN) == before


def test_the_audit_trail_is_filtered_and_an_entry_opens(filled: Store) -> None:
    app = run_page(show, store=filled)
    app.session_state["audit_kind"] = "person"
    told = at_section(app, "audit")
    assert "共 1 条" in told
    (entry,) = queries.audit_page(filled, ADMIN, subject_kind="person", limit=5).records
    app.session_state["settings_entry"] = entry.id
    app.run()
    assert '["li_na", "head"]' in readable(app)


def test_the_schedule_tells_who_leads_what_is_due_and_what_ran(filled: Store, clock: FakeClock) -> None:
    epoch = commands.take_lead(filled, ADMIN, name="x", host="h", pid=7)
    due = clock.now()
    run = commands.claim_job_run(filled, ADMIN, job="assess", kind="assess", due_at=due, leader=epoch)
    assert run is not None
    outcome = JobOutcome.FAILED
    commands.finish_job_run(filled, ADMIN, run, outcome=outcome, told="No figures.", facts={})
    jobs = {"digest": clock.now() + dt.timedelta(days=1), "backup": clock.now() - dt.timedelta(hours=1)}
    engine = sa.create_engine(filled.address)
    with engine.begin() as connection:
        for name, next_due in jobs.items():
            row = {"id": name, "next_run_time": next_due.timestamp(), "job_state": b""}
            connection.execute(sa.insert(SchedulerJobRow).values(row))
    engine.dispose()
    app = run_page(show, store=filled)
    told = at_section(app, "schedule")
    for words in ("调度进程在运行，0 秒前有心跳", "周一 08:30，遇休息日顺延", "2026-03-21 12:00", "× 失败"):
        assert words in told
    assert "应于 2026-03-20 11:00，未运行" in told
    assert told.count("No figures.") == 2
