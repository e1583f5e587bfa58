"""The audit trail: who did what, when and why; filtered, a group of rows at a time, one entry whole."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import streamlit as st

from monitor import queries
from monitor.clock import ZONE, end_of_day
from monitor.core.audit import AuditRecord
from monitor.dashboard import choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.settings.words import label_or
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import head, muted, text
from monitor.words.view import View

_ENTRY = "settings_entry"
_LONGEST_VALUE = 2_000
_GROUP = "settings_audit_group"


def show(desk: Desk, view: View) -> None:
    """Filters, rows, and the entry that was chosen."""
    action, kind, by, subject, since, until = _filters(desk, view)
    asked = (action, kind, by, subject, since, until)
    if asked != st.session_state.get("settings_audit_asked"):
        st.session_state["settings_audit_asked"] = asked
        st.session_state[_GROUP] = 0
    found = desk.ask(
        queries.audit_page,
        action=action,
        subject_kind=kind,
        by=by,
        subject=subject,
        since=_start_of_day(since) if since else None,
        until=end_of_day(until) if until else None,
        limit=choices.PAGE_ROWS,
        offset=st.session_state.get(_GROUP, 0),
    )
    if not found.records:
        body = f'<p class="note">{text(view.label("settings_audit_none"))}</p>'
        sheet(body, key="settings_audit_none", language=view.language)
        return
    choices.first_row(_GROUP, found.total, view)
    html = _table_html(found.records, found.total, st.session_state.get(_ENTRY), view)
    opening = choices.on_choice("settings_audit", _take)
    sheet(html, key="settings_audit", language=view.language, on_go=opening)


def _take(go: str) -> None:
    """An entry was chosen: show all of it, or no longer."""
    number = int(go.removeprefix("entry:"))
    st.session_state[_ENTRY] = None if st.session_state.get(_ENTRY) == number else number


def _filters(
    desk: Desk, view: View
) -> tuple[str | None, str | None, str | None, str | None, dt.date | None, dt.date | None]:
    known = desk.ask(queries.audit_choices)
    with st.container(key="filters_audit", horizontal=True, vertical_alignment="center"):
        action = choices.pick(
            "audit_action",
            {each: action_words(each, view) for each in known.actions},
            view,
            label=view.label("settings_any_action"),
            width=200,
        )
        kind = choices.pick(
            "audit_kind",
            {each: kind_words(each, view) for each in known.subject_kinds},
            view,
            label=view.label("settings_any_kind"),
        )
        by = choices.pick(
            "audit_by",
            {each: actor_words(each, view) for each in known.actors},
            view,
            label=view.label("settings_any_actor"),
        )
        subject = st.text_input(
            view.label("settings_subject_holds"),
            key="settings_subject",
            placeholder=view.label("settings_subject_holds"),
            label_visibility="collapsed",
            width=200,
        )
        days = [
            st.date_input(
                view.label(f"settings_audit_{end}"),
                value=None,
                format="YYYY-MM-DD",
                key=f"settings_audit_{end}",
                label_visibility="collapsed",
                width=140,
            )
            for end in ("since", "until")
        ]
    return action, kind, by, (subject or "").strip() or None, days[0], days[1]


def _start_of_day(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, tzinfo=ZONE)


def action_words(action: str, view: View) -> str:
    """What was done, in words; an action without words stands for itself."""
    return label_or(f"settings_action_{action}", action, view)


def kind_words(kind: str, view: View) -> str:
    """What it was done to, in words."""
    return label_or(f"settings_kind_{kind}", kind, view)


def actor_words(actor: str, view: View) -> str:
    """Who did it; people by their own names."""
    return label_or(f"actor_{actor}", actor, view)


def _table_html(records: Sequence[AuditRecord], total: int, opened: int | None, view: View) -> str:
    names = ("time", "actor", "action", "subject", "why")
    classes = ("", "", "", "", "fill")
    cells = [(view.label(f"settings_column_{name}"), css) for name, css in zip(names, classes, strict=True)]
    rows = "".join(
        _row_html(record, view) + (_whole_html(record, view) if record.id == opened else "")
        for record in records
    )
    note = text(view.label("settings_audit_note", total=f"{total:,}"))
    return f'<table>{head(cells)}<tbody>{rows}</tbody></table><p class="note">{note}</p>'


def _row_html(record: AuditRecord, view: View) -> str:
    entry = record.entry
    subject = f"{muted(kind_words(entry.subject_kind, view))} {text(entry.subject)}"
    return (
        f'<tr data-go="entry:{record.id}"><td>{record.recorded_at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}</td>'
        f"<td>{text(actor_words(record.actor, view))}</td><td>{text(action_words(entry.action, view))}</td>"
        f'<td><span class="ell" style="max-width:320px" title="{text(entry.subject)}">{subject}</span></td>'
        f'<td class="clip" title="{text(entry.reason)}">{text(entry.reason)}</td></tr>'
    )


def _whole_html(record: AuditRecord, view: View) -> str:
    """Every value before and after, and the whole reason."""
    entry = record.entry
    old, new = entry.old or {}, entry.new or {}
    names = [*old, *(name for name in new if name not in old)]
    lines = "".join(
        f"<tr><td>{text(name)}</td><td>{text(_value(old.get(name)))}</td>"
        f"<td>{text(_value(new.get(name)))}</td></tr>"
        for name in names
    )
    cells = [
        (view.label("settings_value"), ""),
        (view.label("column_old"), ""),
        (view.label("column_new"), "fill"),
    ]
    values = f'<table class="wrap">{head(cells)}<tbody>{lines}</tbody></table>' if lines else ""
    return f'<tr class="more"><td></td><td colspan="4"><p>{text(entry.reason)}</p>{values}</td></tr>'


def _value(value: Any) -> str:
    """A stored value as one text; long ones are cut, and said to be."""
    if value is None:
        return "—"
    told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return told if len(told) <= _LONGEST_VALUE else f"{told[:_LONGEST_VALUE]}…"
