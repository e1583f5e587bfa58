"""Departments: who answers for how many targets, and targets nobody answers for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from monitor import commands, queries
from monitor.clock import today
from monitor.core.overviews import TargetStatus
from monitor.core.people import Person, Rhythm
from monitor.core.records import Department, PlanState, Region
from monitor.dashboard import choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.dialogs import decide, input_key, open_dialog, refuse, show_dialog
from monitor.dashboard.doing import button_once
from monitor.dashboard.pages.settings.people import department_name
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import flag_html, head, muted, text
from monitor.words.lines import flag_of, line_of
from monitor.words.view import View

_DIALOG = "settings_assign"


def show(desk: Desk, view: View) -> None:
    """Departments that answer for targets, targets of nobody, then the other departments."""
    departments = desk.ask(queries.get_departments)
    day = choices.day_at_work(desk, view)
    rows = desk.ask(queries.overview, as_of=day, plan_state=PlanState.RUNNING).rows
    counts = Counter(department.code for row in rows for department in row.departments)
    told = _told_by_department(desk.ask(queries.get_people))
    if not departments:
        sheet(_note("settings_no_departments", view), key="settings_none", language=view.language)
    answering = [each for each in departments.values() if counts[each.code]]
    answering.sort(key=lambda each: (each.code in told, each.code))
    _show_departments(desk, view, "departments", answering, counts=counts, told=told)
    _show_unassigned(desk, view, [row for row in rows if not row.departments], departments)
    others = [each for each in departments.values() if not counts[each.code]]
    _show_departments(desk, view, "idle", others, counts=counts, told=told)


def _show_departments(
    desk: Desk,
    view: View,
    name: str,
    departments: Sequence[Department],
    *,
    counts: Mapping[str, int],
    told: Mapping[str, Sequence[Person]],
) -> None:
    """One of the two lists, a group of rows at a time."""
    if not departments:
        return
    title = _heading(f"settings_{name}", len(departments), view)
    sheet(title, key=f"settings_{name}_head", language=view.language)
    first = choices.first_row(f"settings_{name}_group", len(departments), view)
    part = departments[first : first + choices.PAGE_ROWS]
    html = _table_html(part, counts, told, desk.ask(queries.get_regions), view)
    sheet(html, key=f"settings_{name}", language=view.language)


def _told_by_department(people: Mapping[str, Person]) -> dict[str, list[Person]]:
    """People who hear of a department's targets."""
    found: dict[str, list[Person]] = {}
    for person in people.values():
        if person.active and (person.rhythm is not Rhythm.NEVER or person.urgent):
            for code in person.departments:
                found.setdefault(code, []).append(person)
    return found


def _heading(name: str, count: int, view: View) -> str:
    return f"<h4>{text(view.label(name))}<span class='m'>{count:,}</span></h4>"


def _note(name: str, view: View) -> str:
    return f'<p class="note">{text(view.label(name))}</p>'


def _table_html(
    part: Sequence[Department],
    counts: Mapping[str, int],
    told: Mapping[str, Sequence[Person]],
    regions: Mapping[str, Region],
    view: View,
) -> str:
    names = ("department", "region", "targets", "told", "standing")
    classes = ("", "", "n", "fill", "")
    cells = [(view.label(f"settings_column_{name}"), css) for name, css in zip(names, classes, strict=True)]
    body = ""
    for each in part:
        region = view.region(regions[each.region]) if each.region in regions else (each.region or "")
        names_told = ", ".join(person.name for person in told.get(each.code, ()))
        body += (
            f"<tr><td><b>{text(view.department(each))}</b> {muted(each.code)}</td><td>{text(region)}</td>"
            f'<td class="n">{counts.get(each.code, 0):,}</td>'
            f'<td class="clip" title="{text(names_told)}">{text(names_told)}</td>'
            f"<td>{_standing_html(counts.get(each.code, 0), bool(names_told), view)}</td></tr>"
        )
    return f"<table>{head(cells)}<tbody>{body}</tbody></table>"


def _standing_html(count: int, is_told: bool, view: View) -> str:
    if count and not is_told:
        return f'<span class="f red">× {text(view.label("settings_nobody_told"))}</span>'
    if count:
        return f'<span class="f green">● {text(view.label("settings_is_told"))}</span>'
    return muted(view.label("settings_no_targets"))


def _show_unassigned(
    desk: Desk, view: View, rows: Sequence[TargetStatus], departments: Mapping[str, Department]
) -> None:
    """Targets without a department reach nobody; a row assigns one."""
    sheet(_heading("settings_unassigned", len(rows), view), key="settings_un_head", language=view.language)
    if not rows:
        sheet(_note("settings_all_assigned", view), key="settings_un_none", language=view.language)
    else:
        first = choices.first_row("settings_unassigned_group", len(rows), view)
        html = _unassigned_html(rows[first : first + choices.PAGE_ROWS], view)
        opening = choices.on_choice(
            "settings_unassigned", lambda go: open_dialog(_DIALOG, go.removeprefix("assign:"))
        )
        sheet(html, key="settings_unassigned", language=view.language, on_go=opening)

    def dialog(target: str) -> None:
        _form(desk, view, target, next((row for row in rows if row.target == target), None), departments)

    show_dialog(_DIALOG, view.label("settings_assign"), dialog, view)


def _unassigned_html(rows: Sequence[TargetStatus], view: View) -> str:
    names = ("flag", "region", "indicator", "target", "plan")
    cells = [(view.label(f"column_{name}"), "fill" if name == "plan" else "") for name in names]
    body = ""
    for row in rows:
        line = line_of(row, view)
        body += (
            f'<tr data-go="assign:{text(row.target)}"><td>{flag_html(flag_of(row), view.language)}</td>'
            f'<td class="b">{text(line.short_region)}</td><td>{text(line.short_name)}</td>'
            f'<td>{text(line.statement)}</td><td class="clip m">{text(view.plan(row.plan))}</td></tr>'
        )
    return f"<table>{head(cells)}<tbody>{body}</tbody></table>{_note('settings_unassigned_note', view)}"


def _form(
    desk: Desk, view: View, code: str, row: TargetStatus | None, departments: Mapping[str, Department]
) -> None:
    """Which departments answer for a target, and why."""
    target = desk.ask(queries.get_target, code)
    last = target.history[-1]
    seen = st.session_state.setdefault(input_key("seen"), last.sequence)
    if row is not None:
        line = line_of(row, view)
        about = f"<p><b>{text(line.region)}</b> {text(line.name)} {muted(line.statement)}</p>"
        sheet(about, key="settings_assign_target", language=view.language)
    near = [each.code for each in departments.values() if each.region == last.terms.region]
    chosen = st.multiselect(
        view.label("settings_column_department"),
        [*near, *(each for each in departments if each not in near)],
        default=near if len(near) == 1 else None,
        format_func=lambda value: department_name(value, departments, view),
        key=input_key("departments"),
        placeholder=view.label("settings_choose"),
    )
    reason = st.text_input(view.label("settings_reason"), key=input_key("reason")) or ""
    document = st.text_input(view.label("settings_document"), key=input_key("document")) or ""
    if button_once(view.label("settings_assign_do"), key="settings_assign_do", type="primary"):
        if not reason.strip():
            refuse(view.label("settings_reason_needed"))
        decide(
            desk,
            view,
            view.label("settings_assigned", target=code),
            commands.revise_target,
            code,
            terms=replace(last.terms, departments=tuple(chosen)),
            effective_on=today(desk.opened.store.clock),
            reason=reason,
            document=document,
            expected_sequence=seen,
        )
