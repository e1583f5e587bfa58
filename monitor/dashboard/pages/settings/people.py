"""People who are told: the list, and the form in which one is added or changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

import streamlit as st

from monitor import commands, queries
from monitor.clock import local_date
from monitor.config import load_mail_settings
from monitor.core.errors import ConfigError
from monitor.core.people import Person, PersonVersion, Rhythm
from monitor.core.records import Department
from monitor.dashboard import choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.dialogs import decide, input_key, open_dialog, refuse, show_dialog
from monitor.dashboard.doing import button_once, plain
from monitor.dashboard.sheet import card, sheet
from monitor.dashboard.widgets import head, muted, text
from monitor.words.view import View

_DIALOG, _NEW_DIALOG = "settings_person", "settings_new_person"


def show(desk: Desk, view: View) -> None:
    """Everyone, and what can be done about them."""
    held = desk.ask(queries.person_versions)
    departments = desk.ask(queries.get_departments)
    with st.container(key="filters_people", horizontal=True, vertical_alignment="center"):
        if st.button(view.label("settings_add_person"), key=f"settings_add:{view.language.value}"):
            open_dialog(_NEW_DIALOG)
        first = choices.first_row("settings_people_group", len(held), view)
    if held:
        ordered = sorted(held.values(), key=lambda each: (not each.person.active, each.person.code))
        part = ordered[first : first + choices.PAGE_ROWS]
        html = _table_html(part, held, departments, view)
        opening = choices.on_choice(
            "settings_people", lambda go: open_dialog(_DIALOG, go.removeprefix("person:"))
        )
        sheet(html, key="settings_people", language=view.language, on_go=opening)
    else:
        card(
            view.label("settings_nobody"),
            view.label("settings_nobody_do"),
            key="settings_nobody",
            language=view.language,
        )

    def dialog(code: str) -> None:
        _form(desk, view, code, held, departments)

    show_dialog(_DIALOG, view.label("settings_edit_person"), dialog, view, width="large")
    show_dialog(_NEW_DIALOG, view.label("settings_add_person"), dialog, view, width="large")


def _table_html(
    part: list[PersonVersion],
    held: Mapping[str, PersonVersion],
    departments: Mapping[str, Department],
    view: View,
) -> str:
    names = ("person", "email", "departments", "rhythm", "urgent", "language", "rises", "changed")
    classes = ("", "", "fill", "", "", "", "", "")
    cells = [(view.label(f"settings_column_{name}"), css) for name, css in zip(names, classes, strict=True)]
    rows = "".join(_row_html(each, held, departments, view) for each in part)
    note = text(view.label("settings_people_note", count=f"{len(held):,}"))
    return f'<table>{head(cells)}<tbody>{rows}</tbody></table><p class="note">{note}</p>'


def _row_html(
    each: PersonVersion, held: Mapping[str, PersonVersion], departments: Mapping[str, Department], view: View
) -> str:
    person = each.person
    named = ", ".join(department_name(code, departments, view) for code in person.departments)
    rises = held.get(person.escalates_to or "")
    above = rises.person.name if rises else ""
    ways = ", ".join(way for way in (person.email, *person.channels) if way)
    rhythm = view.label(f"settings_rhythm_{person.rhythm.value}" if person.active else "settings_left")
    css = "" if person.active and person.rhythm is not Rhythm.NEVER else ' class="m"'
    cells = [
        f"<td><b>{text(person.name)}</b> {muted(person.code)}</td>",
        f"<td>{text(ways) or muted(view.label('settings_no_address'))}</td>",
        f'<td class="clip" title="{text(named)}">{text(named)}</td>',
        f"<td{css}>{text(rhythm)}</td>",
        f"<td>{text(view.label('settings_yes' if person.urgent and person.active else 'settings_no'))}</td>",
        f"<td>{text(view.label(f'settings_language_{person.language}'))}</td>",
        f"<td>{text(above)}</td>",
        f'<td title="{text(each.reason)}">{local_date(each.recorded_at)} {muted(f"v{each.version}")}</td>',
    ]
    return f'<tr data-go="person:{text(person.code)}">{"".join(cells)}</tr>'


def department_name(code: str, departments: Mapping[str, Department], view: View) -> str:
    """The name of a department, or its code where it is not known."""
    return view.department(departments[code]) if code in departments else code


def _form(
    desk: Desk,
    view: View,
    code: str,
    held: Mapping[str, PersonVersion],
    departments: Mapping[str, Department],
) -> None:
    """The person's fields; what is typed stays until the dialog is closed."""
    standing = held.get(code)
    seen = st.session_state.setdefault(input_key("seen"), standing.version if standing else 0)
    person = standing.person if standing else Person("", "", "", view.language.value, ())
    # What a field shows first must not follow a version somebody else saves meanwhile.
    first: Person = st.session_state.setdefault(input_key("first"), person)
    has_looked = False
    if standing is not None and standing.version != seen:
        has_looked = _changed_meanwhile(view, standing, first, departments)
    wanted = _fields(desk, view, first, held, departments)
    if standing is not None and has_looked:
        wanted, seen = _merged(wanted, first=first, latest=standing.person), standing.version
    reason = st.text_input(view.label("settings_reason"), key=input_key("reason")) or ""
    with st.container(horizontal=True):
        saves = button_once(view.label("settings_save"), key="settings_save", type="primary")
        can_leave = standing is not None and (person.rhythm is not Rhythm.NEVER or person.urgent)
        leaves = can_leave and button_once(view.label("settings_unsubscribe"), key="settings_unsubscribe")
    if (saves or leaves) and not reason.strip():
        refuse(view.label("settings_reason_needed"))
    if saves:
        _save(desk, view, wanted, reason, seen)
    elif leaves:
        _unsubscribe(desk, view, person, reason)


def _changed_meanwhile(
    view: View,
    standing: PersonVersion,
    first: Person,
    departments: Mapping[str, Department],
) -> bool:
    """Tell what somebody else saved; answers whether the editor has looked at it."""
    differing = [
        (each.name, getattr(standing.person, each.name))
        for each in fields(Person)
        if getattr(first, each.name) != getattr(standing.person, each.name)
    ]
    told = "; ".join(
        f"{view.label(f'settings_field_{name}')}: {_value_words(name, value, departments, view)}"
        for name, value in differing
    )
    st.warning(plain(view.label("settings_changed", version=standing.version, told=told)))
    return st.checkbox(view.label("settings_looked"), key=input_key(f"looked_{standing.version}"))


def _merged(wanted: Person, *, first: Person, latest: Person) -> Person:
    """What the editor changed, on top of what somebody else saved meanwhile."""
    own = {
        each.name: getattr(wanted, each.name)
        for each in fields(Person)
        if getattr(wanted, each.name) != getattr(first, each.name)
    }
    return replace(latest, **own)


def _value_words(name: str, value: object, departments: Mapping[str, Department], view: View) -> str:
    if isinstance(value, bool):
        return view.label("settings_yes" if value else "settings_no")
    if isinstance(value, Rhythm):
        return view.label(f"settings_rhythm_{value.value}")
    if name == "departments" and isinstance(value, tuple):
        return ", ".join(department_name(code, departments, view) for code in value) or "—"
    return ", ".join(value) if isinstance(value, tuple) else str(value or "—")


def _fields(
    desk: Desk,
    view: View,
    first: Person,
    held: Mapping[str, PersonVersion],
    departments: Mapping[str, Department],
) -> Person:
    """The inputs, and the person they describe."""
    left, right = st.columns(2, gap="small")
    with left:
        described = _switches(view, first, _naming(view, first))
    with right:
        return replace(
            described,
            departments=_departments(view, first, departments),
            rhythm=_rhythm(view, first),
            escalates_to=_above(view, first, held),
            channels=_ways(desk, view, first),
        )


def _field(name: str, view: View) -> str:
    return view.label(f"settings_field_{name}")


def _naming(view: View, first: Person) -> Person:
    """Code, name, address and language; the code of a person who stands already is not changed."""
    code = first.code or st.text_input(
        _field("code", view),
        key=input_key("code"),
        placeholder="zhang_wei",
        help=view.label("settings_code_help"),
    )
    name = st.text_input(_field("name", view), value=first.name, key=input_key("name"))
    email = st.text_input(_field("email", view), value=first.email, key=input_key("email"))
    language = st.selectbox(
        _field("language", view),
        ["zh", "en"],
        index=["zh", "en"].index(first.language),
        format_func=lambda value: view.label(f"settings_language_{value}"),
        key=input_key("language"),
    )
    return replace(first, code=code.strip(), name=name.strip(), email=email.strip(), language=language)


def _switches(view: View, first: Person, described: Person) -> Person:
    """What is on or off."""
    names = ("urgent", "sees_embargoed", "active")
    urgent, sees, active = (
        st.toggle(_field(name, view), value=getattr(first, name), key=input_key(name)) for name in names
    )
    return replace(described, urgent=urgent, sees_embargoed=sees, active=active)


def _departments(view: View, first: Person, departments: Mapping[str, Department]) -> tuple[str, ...]:
    chosen = st.multiselect(
        _field("departments", view),
        list(departments),
        default=[each for each in first.departments if each in departments],
        format_func=lambda value: department_name(value, departments, view),
        key=input_key("departments"),
        placeholder=view.label("settings_choose"),
    )
    return tuple(chosen)


def _rhythm(view: View, first: Person) -> Rhythm:
    chosen = st.selectbox(
        _field("rhythm", view),
        list(Rhythm),
        index=list(Rhythm).index(first.rhythm),
        format_func=lambda value: view.label(f"settings_rhythm_{value.value}"),
        key=input_key("rhythm"),
    )
    return chosen or first.rhythm


def _above(view: View, first: Person, held: Mapping[str, PersonVersion]) -> str | None:
    """Whom what is late rises to."""
    others = [other for other in held if other != first.code]
    return st.selectbox(
        _field("escalates_to", view),
        others,
        index=others.index(first.escalates_to) if first.escalates_to in others else None,
        format_func=lambda value: held[value].person.name,
        key=input_key("escalates_to"),
        placeholder=view.label("settings_nobody_above"),
    )


def _ways(desk: Desk, view: View, first: Person) -> tuple[str, ...]:
    """Channels besides e-mail."""
    ways = sorted({*_channels(desk), *first.channels})
    chosen = st.multiselect(
        _field("channels", view),
        ways,
        default=list(first.channels),
        key=input_key("channels"),
        placeholder=view.label("settings_choose" if ways else "settings_no_channels"),
        disabled=not ways,
    )
    return tuple(chosen)


def _channels(desk: Desk) -> tuple[str, ...]:
    """Names of the channels of `configs/mail.yaml`; none where that cannot be read."""
    try:
        return tuple(load_mail_settings(desk.settings).channels)
    except ConfigError:
        return ()


def _save(desk: Desk, view: View, wanted: Person, reason: str, seen: int) -> None:
    def told(version: int | None) -> str:
        if version is None:
            return view.label("settings_same", person=wanted.name)
        return view.label("settings_saved", person=wanted.name, version=version)

    decide(desk, view, told, commands.save_person, wanted, reason=reason, seen_version=seen)


def _unsubscribe(desk: Desk, view: View, person: Person, reason: str) -> None:
    said = view.label("settings_unsubscribed", person=person.name)
    decide(desk, view, said, commands.unsubscribe_person, person.code, reason=reason)
