"""Answers and measures: who was told of which red, what was said, what is late and to whom it rises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from monitor import commands, queries
from monitor.clock import local_date, today
from monitor.config import load_working_days
from monitor.config.schedule import days_to_answer, load_schedule
from monitor.core.acknowledgements import Acknowledgement, AwaitedAnswer, NewAcknowledgement
from monitor.core.flags import Flag
from monitor.core.overviews import TargetStatus
from monitor.core.people import Person
from monitor.core.weeks import Week
from monitor.dashboard import address, choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.dialogs import decide, input_key, open_dialog, show_dialog
from monitor.dashboard.doing import button_once
from monitor.dashboard.pages.mail.words import name_of
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import flag_html, head, muted, text
from monitor.words import wording
from monitor.words.lines import context_of, flag_of, short_name, short_region
from monitor.words.view import View

_DIALOG = "mail_answer"
_LATEST = 100


def show(desk: Desk, view: View) -> None:
    """Reds that await an answer, then what was answered lately."""
    days = days_to_answer(load_schedule(desk.settings))
    day = choices.day_at_work(desk, view)
    rows = {row.target: row for row in desk.ask(queries.overview, as_of=day).rows}
    awaited = desk.ask_now(
        queries.awaited_answers,
        reds={code: row.terms.departments for code, row in rows.items() if flag_of(row) is Flag.RED},
        as_of=day,
        days_to_answer=days,
        calendar=load_working_days(desk.settings),
    )
    people = desk.ask(queries.get_people)
    title = f"<h4>{text(view.label('mail_awaited'))}<span class='m'>{len(awaited):,}</span></h4>"
    first = choices.first_row("mail_awaited_group", len(awaited), view)
    if awaited:
        part = awaited[first : first + choices.PAGE_ROWS]
        note = f'<p class="note">{text(view.label("mail_awaited_note", days=days))}</p>'
        body = _awaited_html(part, rows, people, view) + note
    else:
        body = f'<p class="m">{text(view.label("mail_no_reds"))}</p>'
    opening = choices.on_choice("mail_awaited", lambda go: open_dialog(_DIALOG, go.removeprefix("answer:")))
    sheet(title + body, key="mail_awaited", language=view.language, on_go=opening)
    _show_latest(desk, view, rows, people)

    def dialog(target: str) -> None:
        _answer_form(desk, view, rows.get(target), target, people)

    show_dialog(_DIALOG, view.label("mail_answer_dialog"), dialog, view)


def _awaited_html(
    awaited: Sequence[AwaitedAnswer],
    rows: Mapping[str, TargetStatus],
    people: Mapping[str, Person],
    view: View,
) -> str:
    names = ("target", "standing", "rises", "answer", "measure", "until", "told")
    classes = ("", "", "", "", "fill", "", "")
    cells = [_column(name, css, view) for name, css in zip(names, classes, strict=True)]
    body = "".join(_awaited_row(each, rows.get(each.target), people, view) for each in awaited)
    return f'<table class="wrap">{head([("", ""), *cells])}<tbody>{body}</tbody></table>'


def _column(name: str, css: str, view: View) -> tuple[str, str]:
    return view.label("column_target" if name == "target" else f"mail_column_{name}"), css


def _awaited_row(
    each: AwaitedAnswer, status: TargetStatus | None, people: Mapping[str, Person], view: View
) -> str:
    flag = flag_html(flag_of(status), view.language) if status else ""
    cells = [
        f'<td class="nb">{flag}</td>',
        f'<td class="nb">{_target_html(each.target, status, view)}</td>',
        f'<td class="nb">{_standing_html(each, view)}</td>',
        f'<td class="nb">{"<br>".join(text(name_of(code, people)) for code in each.rises_to)}</td>',
        *_answer_cells(each.last, people, view),
        f'<td class="nb">{_told_html(each, people, view)}</td>',
    ]
    return f'<tr data-go="answer:{text(each.target)}">{"".join(cells)}</tr>'


def _told_html(each: AwaitedAnswer, people: Mapping[str, Person], view: View) -> str:
    """Since when it is red; how many were told when first, and who at the pointer."""
    red = view.label("mail_red_since", day=local_date(each.red_since)) if each.red_since else ""
    if not each.told:
        return f"{muted(view.label('mail_told_nobody'))}<br>{muted(red)}"
    names = ", ".join(f"{name_of(one.person, people)} {one.on.isoformat()}" for one in each.told)
    first = min(one.on for one in each.told).isoformat()
    said = view.label("mail_told_count", count=len(each.told), day=first)
    return f'<span class="m s" title="{text(names)}">{text(said)}</span><br>{muted(red)}'


def _target_html(code: str, status: TargetStatus | None, view: View) -> str:
    if status is None:
        return text(code)
    deadline = muted(wording.deadline_text(status.terms.deadline))
    return f"<b>{text(short_region(status, view))}</b> {text(short_name(status, view))} {deadline}"


def _standing_html(each: AwaitedAnswer, view: View) -> str:
    if each.late:
        first = each.late[0]
        said = view.label(f"mail_standing_{first.reason.value}", day=first.since.isoformat())
        return f'<span class="f red">× {text(said)}</span>'
    if each.last is not None:
        return f'<span class="f green">● {text(view.label("mail_standing_answered"))}</span>'
    if each.told:
        return f'<span class="f yellow">▲ {text(view.label("mail_standing_waiting"))}</span>'
    return f'<span class="f grey">○ {text(view.label("mail_standing_untold"))}</span>'


def _answer_cells(
    answer: Acknowledgement | None, people: Mapping[str, Person], view: View
) -> tuple[str, str, str]:
    if answer is None:
        return "<td></td>", "<td></td>", "<td></td>"
    who = f"{name_of(answer.person, people)} {local_date(answer.recorded_at)}"
    until = answer.due_on.isoformat() if answer.due_on else ""
    return (
        f'<td class="nb">{text(who)}</td>',
        f"<td>{text(answer.measure or view.label('mail_seen'))}</td>",
        f'<td class="nb">{text(until)}</td>',
    )


def _show_latest(
    desk: Desk, view: View, rows: Mapping[str, TargetStatus], people: Mapping[str, Person]
) -> None:
    """What anybody answered lately, about any target."""
    answers = desk.ask(queries.get_acknowledgements, latest=_LATEST)
    title = f"<h4>{text(view.label('mail_all_answers'))}<span class='m'>{len(answers)}</span></h4>"
    if not answers:
        body = f'<p class="m">{text(view.label("mail_no_answers"))}</p>'
        sheet(title + body, key="mail_latest", language=view.language)
        return
    names = ("target", "answer", "measure", "until", "period", "recorded_by")
    classes = ("", "", "fill", "", "", "")
    cells = [_column(name, css, view) for name, css in zip(names, classes, strict=True)]
    body = "".join(
        f'<tr data-go="target:{text(each.target)}">'
        f'<td class="nb">{_target_html(each.target, rows.get(each.target), view)}</td>'
        f"{''.join(_answer_cells(each, people, view))}<td>{text(each.period)}</td>"
        f"<td>{muted(name_of(each.actor, people))}</td></tr>"
        for each in reversed(answers)
    )
    table = f'<table class="wrap">{head(cells)}<tbody>{body}</tbody></table>'
    address.follow(sheet(title + table, key="mail_latest", language=view.language))


def _answer_form(
    desk: Desk, view: View, status: TargetStatus | None, target: str, people: Mapping[str, Person]
) -> None:
    able = _able(status, people)
    now_on = today(desk.opened.store.clock)
    if status is not None:
        statement = wording.target_statement(context_of(status), view.language)
        body = f"<p>{_target_html(target, status, view)} {text(statement)}</p>"
        sheet(body, key="mail_answer_target", language=view.language)
    if not able:
        st.info(view.label("mail_answer_nobody"))
        return
    person = st.selectbox(
        view.label("mail_answer_person"),
        list(able),
        format_func=lambda code: able[code].name,
        key=input_key("person"),
    )
    measure = st.text_area(view.label("mail_answer_measure"), key=input_key("measure"))
    due_on = st.date_input(
        view.label("mail_answer_until"),
        value=None,
        min_value=now_on,
        format="YYYY-MM-DD",
        key=input_key("due_on"),
    )
    if button_once(view.label("mail_answer_do"), key="mail_answer", type="primary"):
        entry = NewAcknowledgement(target, person, str(Week.containing(now_on)), measure or "", due_on)
        name = able[person].name

        def told(is_new: bool) -> str:
            return view.label("mail_answer_done" if is_new else "mail_answer_same", person=name)

        decide(desk, view, told, commands.acknowledge, entry)


def _able(status: TargetStatus | None, people: Mapping[str, Person]) -> dict[str, Person]:
    """Who can answer for a target: people of its departments, by name."""
    departments = set(status.terms.departments) if status else set()
    found = [
        person for person in people.values() if person.active and departments.intersection(person.departments)
    ]
    return {person.code: person for person in sorted(found, key=lambda person: person.name)}
