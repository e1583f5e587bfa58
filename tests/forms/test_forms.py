"""The department's form: what it asks, and that it is read back whatever happened to it."""

from __future__ import annotations

import datetime as dt
import io
import random
import threading
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from monitor import commands, queries
from monitor.core.access import Actor, Role, Scope
from monitor.core.errors import IngestError, PermissionDeniedError, TargetRuleError, UsageError
from monitor.core.loading import QuarantineState
from monitor.core.periods import Period
from monitor.core.records import Status, TargetNote
from monitor.forms import FormReport, build_form, check_form, form_bytes, import_form, read_form
from monitor.forms.labels import Field
from monitor.store import Store
from monitor.words.display import Language
from tests.forms.builders import (
    COUNTER,
    COUNTER_TARGET,
    DEPARTMENT,
    DONE,
    FIGURE,
    SAID,
    counted,
    edited,
    exported,
    filled,
    prepared,
    rows_of,
)
from tests.monitor.builders import ADMIN, MILESTONE, OWNER, PLANNER, VIEWER, FakeClock, load

ON_SQLITE = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1:A9)",
    "<script>alert(1)</script>",
    "正常\x00\x1b[31m\u202e反转",
    "长" * 5_000,
)


@pytest.fixture
def city(store: Store) -> Store:
    return prepared(store)


def imported(city: Store, content: bytes, actor: Actor = ADMIN, **options: Any) -> FormReport:
    return import_form(city, actor, "form.xlsx", content, **options)


def counter_values(city: Store) -> dict[str, tuple[float, str]]:
    day = dt.date(2026, 12, 31)
    found = queries.known_observations(city, ADMIN, as_of=day, indicators=[COUNTER])
    return {entry.period: (entry.value, entry.origin) for entry in found}


def waiting(city: Store) -> list[tuple[str, dict[str, str]]]:
    return [(row.refusal.rule, row.cells) for row in queries.quarantined_rows(city, ADMIN)]


FULL = {
    (FIGURE, Field.VALUE): 0,
    (SAID, Field.NOTE): "春节后集中登记",
    (SAID, Field.MEASURE): "4 月底前完成 12 项登记",
    (SAID, Field.DUE_ON): dt.date(2026, 4, 30),
    (DONE, Field.DONE_ON): "2026-02-27",
    (DONE, Field.DOCUMENT): "国科函〔2026〕3号",
}


@ON_SQLITE
def test_only_what_is_due_and_missing_is_asked(city: Store, clock: FakeClock) -> None:
    form = build_form(city, ADMIN, DEPARTMENT)
    assert [cell.parts for cell in form.figures] == [(COUNTER, "510700", "2026-02")]
    assert form.figures[0].last is not None
    assert form.figures[0].last.value == 0.0
    clock.advance(days=70)  # 11 May: April is asked, and the yearly stock of 2025, due on 30 April
    asked = {cell.parts[::2] for cell in build_form(city, ADMIN, DEPARTMENT).figures}
    assert asked == {(COUNTER, f"2026-{month:02d}") for month in (2, 3, 4)} | {
        ("hightech_enterprises", "2025")
    }
    with pytest.raises(UsageError, match="lies ahead"):
        build_form(city, ADMIN, DEPARTMENT, period=Period.parse("2026-07"))


@ON_SQLITE
def test_a_preliminary_figure_does_not_end_the_asking(city: Store) -> None:
    commands.record_load(city, ADMIN, load(counted(4.0, "2026-02", status=Status.PRELIMINARY), name="p.csv"))
    (cell,) = build_form(city, ADMIN, DEPARTMENT).figures
    assert cell.preliminary is not None
    report = imported(city, filled(exported(city), {(FIGURE, Field.VALUE): 4}))
    assert (report.load and report.load.confirmed, report.problems) == (1, ())
    assert build_form(city, ADMIN, DEPARTMENT).figures == ()


def test_a_filled_form_is_stored_once_and_a_zero_is_a_zero(city: Store, clock: FakeClock) -> None:
    content = filled(exported(city), FULL)
    untouched = queries.state_token(city, ADMIN)
    check = check_form(city, ADMIN, "form.xlsx", content)
    assert ([(new.value, held) for new, held in check.figures], check.report.notes) == ([(0.0, None)], 1)
    assert queries.state_token(city, ADMIN) == untouched
    report = imported(city, content)
    assert (report.load and report.load.new, report.notes, report.milestones) == (1, 1, 1)
    assert counter_values(city)["2026-02"] == (0.0, f"form:{DEPARTMENT}")
    (said,) = queries.target_notes(city, ADMIN)[COUNTER_TARGET]
    assert (said.measure, said.due_on, said.period) == (
        "4 月底前完成 12 项登记",
        dt.date(2026, 4, 30),
        "2026-02",
    )
    assert queries.milestone_reports(city, ADMIN)[MILESTONE].document == "国科函〔2026〕3号"
    before, token = counter_values(city), queries.state_token(city, ADMIN)
    clock.advance(days=3)
    again = imported(city, content)
    assert not again.changed
    then = check_form(city, ADMIN, "form.xlsx", content)
    assert (then.figures, then.report) == ((), again)
    assert (again.load, again.already_reported, again.problems) == (None, 1, ())
    assert (counter_values(city), queries.state_token(city, ADMIN)) == (before, token)


@ON_SQLITE
def test_an_empty_form_stores_nothing(city: Store) -> None:
    token = queries.state_token(city, ADMIN)
    report = imported(city, exported(city))
    assert not report.changed
    assert (report.empty, report.removed) == (4, 0)
    assert queries.state_token(city, ADMIN) == token
    assert "2026-02" not in counter_values(city)


def shuffled(book: Any) -> None:
    """Rows in another order, columns moved behind the others and hidden, sheets renamed, a row deleted."""
    for sheet, rows in {sheet.title: (sheet, []) for sheet, _, _ in rows_of(book)}.values():
        places = [(row, columns) for found, row, columns in rows_of(book) if found is sheet]
        first, last, columns = places[0][0], places[-1][0], places[0][1]
        grid = [[cell.value for cell in line] for line in sheet.iter_rows(first - 1, last)]
        order = list(range(len(columns)))
        random.Random(7).shuffle(order)
        body = grid[1:]
        random.Random(8).shuffle(body)
        for offset, line in enumerate([grid[0], *body]):
            for place, column in enumerate(order, start=1):
                sheet.cell(first - 1 + offset, place).value = line[column]
        sheet.column_dimensions["B"].hidden = True
        sheet.title = f"改名{sheet.title}"
        sheet.insert_rows(2, 3)
        rows.clear()


@ON_SQLITE
def test_sorted_moved_and_renamed_it_reads_the_same(city: Store) -> None:
    content = filled(exported(city), FULL)
    straight, moved = read_form("form.xlsx", content), read_form("form.xlsx", edited(content, shuffled))
    assert moved.digest == straight.digest
    assert imported(city, edited(content, shuffled)).problems == ()
    assert counter_values(city)["2026-02"][0] == 0.0


@ON_SQLITE
def test_deleted_rows_are_told(city: Store) -> None:
    def delete(book: Any) -> None:
        sheet, row, _ = next(each for each in rows_of(book) if each[0].title == "目标与措施")
        sheet.delete_rows(row)

    report = imported(city, edited(filled(exported(city), {(FIGURE, Field.VALUE): 5}), delete))
    assert report.removed == 1
    assert counter_values(city)["2026-02"][0] == 5.0


@ON_SQLITE
@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({(FIGURE, Field.VALUE): "约五项"}, "bad_value"),
        ({(FIGURE, Field.VALUE): "=SUM(B1:B9)"}, "formula_without_value"),
        ({(FIGURE, Field.VALUE): 5, (FIGURE, Field.UNIT): "亿元"}, "unit_mismatch"),
        ({(FIGURE, Field.VALUE): 5, (FIGURE, Field.STATUS): "预计"}, "unknown_status"),
        ({(FIGURE, Field.VALUE): -1}, "below_lower_bound"),
        ({(FIGURE, Field.NOTE): "11 日后才能出数"}, "missing_value"),
        ({(SAID, Field.MEASURE): "抓紧", (SAID, Field.DUE_ON): "年底"}, "bad_date"),
        ({(SAID, Field.DUE_ON): "2026-05-01"}, "date_without_measure"),
        ({(DONE, Field.DONE_ON): "2027-01-01"}, "milestone_ahead"),
        ({(DONE, Field.DOCUMENT): "国科函〔2026〕3号"}, "milestone_without_day"),
        ({(FIGURE, Field.VALUE): 7, (FIGURE, Field.KEY): "figure/results_registered/510700/2026-01/0"},
         "unknown_form_row"),
        ({(FIGURE, Field.VALUE): 7, (FIGURE, Field.KEY): ""}, "unknown_form_row"),
    ],
)  # fmt: skip
def test_a_bad_cell_waits_in_quarantine_and_the_rest_is_stored(
    city: Store, cells: dict[tuple[str, Field], object], rule: str
) -> None:
    other = {("target/stock_2026", Field.NOTE): "进度正常"}
    content = filled(exported(city), cells | other)
    report = imported(city, content)
    assert [problem.rule for problem in report.problems] == [rule]
    assert report.notes == 1
    (found, held) = waiting(city)[0]
    assert found == rule
    given = {str(text) for (_, field), text in cells.items() if field not in {Field.KEY}}
    assert given <= set(held.values())
    imported(city, content)
    assert len(waiting(city)) == 1
    assert "2026-02" not in counter_values(city)


@ON_SQLITE
def test_a_stored_result_of_a_formula_counts(city: Store) -> None:
    content = filled(exported(city), {(FIGURE, Field.VALUE): "=2+3"})
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<f>2+3</f><v></v>", b"<f>2+3</f><v>5</v>"))
    assert imported(city, written.getvalue()).problems == ()
    assert counter_values(city)["2026-02"][0] == 5.0


@ON_SQLITE
def test_a_period_reported_meanwhile_is_compared_and_not_overwritten(city: Store) -> None:
    content = exported(city)
    commands.record_load(city, ADMIN, load(counted(4.0, "2026-02"), name="monthly.csv"))
    same = imported(city, filled(content, {(FIGURE, Field.VALUE): 4}))
    assert (same.already_reported, same.problems) == (1, ())
    other = imported(city, filled(content, {(FIGURE, Field.VALUE): 6}))
    assert [problem.rule for problem in other.problems] == ["reported_meanwhile"]
    assert "4 项" in other.problems[0].reason
    assert counter_values(city)["2026-02"] == (4.0, "yearbook")


@ON_SQLITE
def test_a_row_copied_and_filled_twice_is_not_believed(city: Store) -> None:
    def twice(book: Any) -> None:
        sheet, row, columns = next(rows_of(book))
        for column in columns.values():
            sheet.cell(row + 1, column).value = sheet.cell(row, column).value
        sheet.cell(row + 1, columns[Field.VALUE]).value = 9

    report = imported(city, edited(filled(exported(city), {(FIGURE, Field.VALUE): 5}), twice))
    assert [problem.rule for problem in report.problems] == ["row_filled_twice"] * 2
    assert [cells["value"] for _, cells in waiting(city)] == ["5", "9"]


@ON_SQLITE
def test_forms_from_elsewhere_are_refused(city: Store) -> None:
    content = exported(city)
    with pytest.raises(IngestError, match="not of kjj_guihua"):
        imported(city, content, department="kjj_guihua")
    with pytest.raises(IngestError, match="hidden sheet is missing"):
        imported(city, edited(content, lambda book: book.remove(book["_zhibiao"])))

    def of_another_version(book: Any) -> None:
        book["_zhibiao"]["B2"].value = "9"

    def of_another_department(book: Any) -> None:
        book["_zhibiao"]["B4"].value = "kjj_guihua"

    with pytest.raises(IngestError, match="version 9"):
        imported(city, edited(content, of_another_version))
    with pytest.raises(IngestError, match="was changed"):
        imported(city, edited(content, of_another_department))
    form = build_form(city, ADMIN, DEPARTMENT)
    elsewhere = replace(form, head=replace(form.head, workspace="simulated_city", simulated=True))
    with pytest.raises(IngestError, match="workspace 'simulated_city'"):
        imported(city, form_bytes(elsewhere))


@ON_SQLITE
def test_targets_changed_since_the_form_was_made_are_told(city: Store) -> None:
    content = filled(exported(city), {(FIGURE, Field.VALUE): 5, (SAID, Field.NOTE): "正常"})
    (target,) = queries.get_targets(city, ADMIN, codes=[COUNTER_TARGET])
    facts = {"reason": "机构调整", "document": "", "effective_on": dt.date(2026, 3, 1)}
    terms = target.history[0].terms
    commands.revise_target(
        city, ADMIN, COUNTER_TARGET, terms=replace(terms, value=50.0),
        expected_sequence=1, **facts,
    )  # fmt: skip
    report = imported(city, content)
    assert "entry 2" in report.remarks[0]
    assert (report.load and report.load.new, report.notes) == (1, 1)
    commands.withdraw_target(city, ADMIN, COUNTER_TARGET, expected_sequence=2, **facts)
    late = imported(city, filled(content, {(SAID, Field.NOTE): "补充"}))
    assert {problem.rule for problem in late.problems} == {"not_answered_for"}


def test_an_owner_reports_for_the_own_department_only(city: Store) -> None:
    content = filled(exported(city), FULL)
    stranger = Actor("other", frozenset({Role.OWNER}), Scope(departments=frozenset({"kjj_guihua"})))
    for actor in (stranger, VIEWER):
        with pytest.raises(PermissionDeniedError):
            imported(city, content, actor)
    assert queries.target_notes(city, ADMIN) == {}
    report = imported(city, content, OWNER)
    assert (report.load and report.load.new, report.notes, report.milestones) == (1, 1, 1)
    foreign = load(counted(1.0, "2026-02"), name="x.csv")
    with pytest.raises(PermissionDeniedError, match="for department kjj_guihua"):
        commands.record_department_report(city, ADMIN, foreign, department="kjj_guihua")


def test_a_note_is_of_a_department_that_answers(city: Store) -> None:
    with pytest.raises(TargetRuleError, match="not answered for"):
        commands.record_target_notes(
            city, PLANNER, [TargetNote(COUNTER_TARGET, "2026-02", "x", "", None, "kjj_guihua")]
        )
    with pytest.raises(TargetRuleError, match="says something"):
        commands.record_target_notes(
            city, PLANNER, [TargetNote(COUNTER_TARGET, "2026-02", " ", "", None, DEPARTMENT)]
        )


@ON_SQLITE
@pytest.mark.parametrize("words", HOSTILE, ids=["cmd", "plus", "at", "html", "control", "long"])
def test_hostile_words_come_back_as_text(city: Store, words: str) -> None:
    note = TargetNote(COUNTER_TARGET, "2026-01", "", words, None, DEPARTMENT)
    commands.record_target_notes(city, ADMIN, [note])
    content = exported(city)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type in {"s", "n"} for cell in cells)
    said = [cell for cell in cells if str(cell.value)[:1] in "=+@<正长" and cell.value in {words, cell.value}]
    assert said
    assert all(cell.quotePrefix for cell in said)
    assert not any(char in str(cell.value) for cell in cells for char in "\x00\x1b\u202e")
    read_form("form.xlsx", content)


@ON_SQLITE
def test_words_a_department_typed_are_kept_whole(city: Store) -> None:
    content = filled(exported(city), {(SAID, Field.NOTE): "长" * 5_000, (SAID, Field.MEASURE): "<b>抓紧</b>"})
    assert imported(city, content).problems == ()
    (said,) = queries.target_notes(city, ADMIN)[COUNTER_TARGET]
    assert (said.note, said.measure) == ("长" * 5_000, "<b>抓紧</b>")


@ON_SQLITE
def test_it_is_locked_but_for_the_cells_to_fill_and_fits_the_paper(city: Store) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported(city)))
    assert book.security.lockStructure
    assert book["_zhibiao"].sheet_state == "veryHidden"
    for sheet in book.worksheets:
        assert sheet.protection.sheet
    sheet, row, columns = next(rows_of(book))
    unlocked = {field for field, column in columns.items() if not sheet.cell(row, column).protection.locked}
    assert unlocked == {Field.VALUE, Field.UNIT, Field.STATUS, Field.NOTE}
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("C5", "$4:$4")
    rules = {rule.type: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert set(rules) == {"list", "decimal"}
    assert any("项,万项" in str(rule.formula1) for rule in sheet.data_validations.dataValidation)


@ON_SQLITE
def test_english_labels_are_read_back_too(city: Store) -> None:
    content = exported(city, Language.EN)
    report = imported(
        city, filled(content, {(FIGURE, Field.VALUE): 5, (FIGURE, Field.STATUS): "preliminary"})
    )
    assert report.problems == ()
    day = dt.date(2026, 3, 31)
    entries = queries.known_observations(city, ADMIN, as_of=day, indicators=[COUNTER])
    assert next(entry.status for entry in entries if entry.period == "2026-02") is Status.PRELIMINARY


@ON_SQLITE
def test_a_refused_figure_of_a_form_can_be_repaired_where_it_waits(city: Store) -> None:
    imported(city, filled(exported(city), {(FIGURE, Field.VALUE): "约五项", (FIGURE, Field.KEY): "x"}))
    (row,) = queries.quarantined_rows(city, ADMIN, state=QuarantineState.WAITING)
    assert row.cells["indicator"] == "科技成果登记数"
    assert row.cells["period"] == "2026 年 1—2 月"
    assert row.cells["origin"] == f"form:{DEPARTMENT}"


def test_one_form_sent_by_two_people_at_once_is_stored_once(city: Store) -> None:
    content = filled(exported(city), {(FIGURE, Field.VALUE): 5, (SAID, Field.NOTE): "正常"})
    reports: list[FormReport] = []
    people = [threading.Thread(target=lambda: reports.append(imported(city, content))) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(reports) == 4
    assert sum(report.load.new for report in reports if report.load) == 1
    assert sum(report.notes for report in reports) == 1
    assert counter_values(city)["2026-02"][0] == 5.0
