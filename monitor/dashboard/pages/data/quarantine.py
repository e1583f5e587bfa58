"""Quarantine: the rows that wait, by rule, load, region and indicator; what is done to many of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from monitor import commands, queries
from monitor.clock import today
from monitor.config.corrections import load_corrections
from monitor.core.access import Actor, Role
from monitor.core.loading import QuarantineCounts, QuarantinedRow, QuarantineFilter, QuarantineState
from monitor.core.records import Portion
from monitor.dashboard.choices import first_row, group_start
from monitor.dashboard.desk import Desk
from monitor.dashboard.dialogs import decide, input_key, is_open, open_dialog, refuse, show_dialog
from monitor.dashboard.doing import button_once
from monitor.dashboard.pages.data import one_row, parts
from monitor.dashboard.pages.data.parts import ONE_PAGE, Names
from monitor.dashboard.sheet import card, sheet
from monitor.dashboard.widgets import head_cells, text
from monitor.ingest import load_context
from monitor.ingest.columns import Column, column_named
from monitor.quarantine import NamedRows, ReplayReport, named_rows, replay, rows_as_seen, rows_naming
from monitor.queries import Store
from monitor.words import display
from monitor.words.refusals import rule_name
from monitor.words.view import View

_PICKED, _ASKED = "data_picked", "data_asked"
_UNKNOWN = "?"
_SHOWN = (Column.INDICATOR, Column.REGION, Column.PERIOD, Column.VALUE, Column.UNIT)


def render(desk: Desk, view: View, names: Names) -> None:
    """Show the list, or one row."""
    if not desk.actor.has(Role.PLANNER):
        card(
            view.label("data_planners_only"),
            view.label("data_planners_only_do"),
            key="empty",
            language=view.language,
        )
        return
    row_id = parts.chosen_number("row")
    if row_id is None:
        _list(desk, view, names)
    else:
        one_row.render(desk, view, names, row_id)


def named_in(
    store: Store, actor: Actor, column: Column, *, state: QuarantineState | None
) -> tuple[NamedRows, ...]:
    """What refused rows name as indicator or region, against the catalogue in force."""
    context = load_context(store, actor, source="quarantine")
    return named_rows(store, actor, column, context=context, state=state)


def files_of(store: Store, actor: Actor, loads: Collection[int]) -> dict[int, str]:
    """File names of some loads, however many came after them."""
    if not loads:
        return {}
    (newest,) = queries.loads(store, actor, limit=1)
    since = queries.loads(store, actor, limit=newest.id - min(loads) + 1)
    return {each.id: each.file_name for each in since if each.id in loads}


def _list(desk: Desk, view: View, names: Names) -> None:
    everything = desk.ask(queries.quarantine_counts, state=None)
    if not everything.total:
        card(
            view.label("data_quarantine_empty"),
            view.label("data_quarantine_empty_do"),
            key="empty",
            language=view.language,
        )
        return
    with st.container(key="filters_quarantine", horizontal=True, vertical_alignment="center", gap="small"):
        wanted, counts = _filters(desk, view, names)
        start = group_start("data_group_quarantine")
        page = desk.ask(queries.quarantine_page, wanted, first=start, limit=ONE_PAGE)
        if start >= page.total:
            page = desk.ask(queries.quarantine_page, wanted, first=0, limit=ONE_PAGE)
        first_row("data_group_quarantine", page.total, view, size=ONE_PAGE)
    if not page.total:
        card(view.label("data_none_fit"), view.label("data_none_fit_do"), key="none", language=view.language)
        return
    picked = _picked()
    bar = st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small")
    _take(sheet(_table_html(page, picked, names), key="quarantine", language=view.language), page)
    with bar:
        _bulk(desk, view, wanted, page, counts)


def _filters(desk: Desk, view: View, names: Names) -> tuple[QuarantineFilter, QuarantineCounts]:
    """What the filter line says, and the counts it offers."""
    states = {state.value: view.label(f"data_state_{state.value}") for state in QuarantineState}
    state = QuarantineState(parts.segments("state", states, view, label=view.label("data_column_state")))
    counts = desk.ask(queries.quarantine_counts, state=state)
    rules = {rule: _counted(rule_name(rule, view.language), count) for rule, count in counts.by_rule.items()}
    rule = parts.pick("rule", rules, view, anything=view.label("data_any_rule"), width=190)
    files = desk.ask(files_of, tuple(counts.by_load))
    of_load = {
        str(load): _counted(f"{load} {files.get(load, '')}".strip(), count)
        for load, count in sorted(counts.by_load.items(), reverse=True)
    }
    load = parts.pick("of_load", of_load, view, anything=view.label("data_any_load"), width=220)
    cells = []
    for column, anything, named, width in (
        (Column.INDICATOR, "any_indicator", names.indicator, 190),
        (Column.REGION, "any_region", names.region, 140),
    ):
        found = desk.ask(named_in, column, state=state)
        options = {
            each.code or _UNKNOWN + each.texts[0]: _counted(_named(each, named, view), each.rows)
            for each in found
        }
        chosen = parts.pick(f"of_{column.value}", options, view, anything=view.label(anything), width=width)
        cells += [
            rows_naming(column, each) for each in found if (each.code or _UNKNOWN + each.texts[0]) == chosen
        ]
    return QuarantineFilter(state, int(load) if load else None, rule, tuple(cells)), counts


def _counted(name: str, count: int) -> str:
    return f"{name} · {count:,}"


def _named(each: NamedRows, named: Callable[[str], str], view: View) -> str:
    return named(each.code) if each.code else view.label("data_not_known", text=each.texts[0] or "—")


def _picked() -> dict[int, int]:
    """Rows picked for an act on several, with how often each was acted on when it was picked."""
    picked: dict[int, int] = st.session_state.setdefault(_PICKED, {})
    return picked


def _take(go: str | None, page: Portion[QuarantinedRow]) -> None:
    """A row is opened, or picked; picked rows are kept by id with the state in which they were seen."""
    if not go:
        return
    what, _, row_id = go.partition(":")
    if what == "row":
        parts.choose("row", row_id)
        st.rerun()
    picked, shown = _picked(), {row.row.id: row.actions for row in page.rows}
    if what == "page":
        st.session_state[_PICKED] = {} if shown.keys() <= picked.keys() else {**picked, **shown}
    elif int(row_id) in picked:
        del picked[int(row_id)]
    elif int(row_id) in shown:
        picked[int(row_id)] = shown[int(row_id)]
    st.rerun()


def _table_html(page: Portion[QuarantinedRow], picked: Mapping[int, int], names: Names) -> str:
    view = names.view
    waits = any(row.row.state is QuarantineState.WAITING for row in page.rows)
    columns = (
        ("number", "n"),
        ("severity", ""),
        ("rule", ""),
        ("named_indicator", ""),
        ("named_region", ""),
        ("named_period", ""),
        ("named_value", "n"),
        ("named_unit", ""),
        ("reason", "fill"),
        ("tried", "n"),
        ("file", ""),
        ("place", ""),
    )
    cells = [(view.label(f"data_column_{name}"), css) for name, css in columns]
    title = text(view.label("data_pick_page"))
    everyone = f'<th scope="col" data-go="page:" title="{title}" aria-label="{title}">□</th>' if waits else ""
    rows = "".join(_row_html(row, picked, names) for row in page.rows)
    return f"<table><thead><tr>{everyone}{head_cells(cells)}</tr></thead><tbody>{rows}</tbody></table>"


def _row_html(row: QuarantinedRow, picked: Mapping[int, int], names: Names) -> str:
    view = names.view
    words = parts.words_of(row.refusal, view)
    named = {column_named(name): held for name, held in row.cells.items()}
    row_id = row.row.id
    pick = ""
    if row.row.state is QuarantineState.WAITING:
        is_picked = row_id in picked
        label = text(view.label("data_pick_row", row=row_id))
        pick = (
            f'<td data-go="pick:{row_id}" role="checkbox" aria-checked="{str(is_picked).lower()}" '
            f'aria-label="{label}">{"■" if is_picked else "□"}</td>'
        )
    shown = "".join(
        f'<td class="{"n" if column is Column.VALUE else ""}"><span class="ell short" '
        f'title="{text(written)}">{text(_told(column, written, names))}</span></td>'
        for column, written in ((column, named.get(column, "")) for column in _SHOWN)
    )
    cells = (
        (str(row_id), "n m"),
        (parts.severity_html(row.refusal.severity, view), ""),
        (f'<span class="lk" data-go="row:{row_id}">{text(words.name)}</span>', ""),
    )
    rest = (
        (f'<span title="{text(words.reason)}">{text(words.reason)}</span>', "clip m"),
        (str(row.actions) if row.actions else '<span class="m">0</span>', "n"),
        (f'<span class="ell" title="{text(row.row.refusal.file)}">{text(row.row.refusal.file)}</span>', "m"),
        (text(parts.place_of(row.row.refusal, view)), "m"),
    )
    inner = "".join(f'<td class="{css}">{cell}</td>' for cell, css in cells)
    inner += shown + "".join(f'<td class="{css}">{cell}</td>' for cell, css in rest)
    return f"<tr>{pick}{inner}</tr>"


def _told(column: Column, written: str, names: Names) -> str:
    """A cell; a code by its name."""
    named = {Column.INDICATOR: names.indicator, Column.REGION: names.region}.get(column)
    return (named(written) if named else written) or display.MISSING


def _bulk(
    desk: Desk, view: View, wanted: QuarantineFilter, page: Portion[QuarantinedRow], counts: QuarantineCounts
) -> None:
    """What can be done to the picked rows, or to all that fit."""
    picked = _picked()
    if wanted.state is not QuarantineState.WAITING or not picked:
        st.caption(view.label("data_fit", count=f"{page.total:,}", total=f"{counts.total:,}"))
    else:
        st.caption(view.label("data_picked", count=f"{len(picked):,}"))
        if st.button(view.label("data_unpick"), key=f"unpick:{view.language.value}", type="tertiary"):
            st.session_state[_PICKED] = {}
            st.rerun()
    if wanted.state is not QuarantineState.WAITING:
        return
    st.space("stretch")
    for name in _ACTS:
        label = view.label(f"data_{name}_{'picked' if picked else 'all'}")
        if st.button(label, key=f"{name}:{view.language.value}:{bool(picked)}"):
            seen = dict(picked) if picked else dict(desk.ask_now(queries.quarantine_actions, wanted))
            st.session_state[_ASKED] = seen
            open_dialog(f"data_{name}")
    for name in _ACTS:
        if is_open(f"data_{name}"):
            _confirm(desk, view, name, st.session_state[_ASKED])


def _confirm(desk: Desk, view: View, name: str, seen: Mapping[int, int]) -> None:
    """Ask for the reason, then act on exactly the rows that were seen."""

    def told(answer: ReplayReport | int) -> str:
        st.session_state[_PICKED] = {}
        return _told_of(view, len(seen), answer)

    def body(_: str) -> None:
        st.write(view.label(f"data_{name}_about"))
        reason = st.text_input(view.label("data_reason"), key=input_key(f"data_{name}_reason"))
        if not button_once(view.label(f"data_{name}_do"), key=f"data_{name}_do", type="primary"):
            return
        if not reason.strip():
            refuse(view.label("data_reason_missing"))
        with st.spinner(view.label("data_working")):
            decide(desk, view, told, _ACTS[name], seen, reason, desk.settings.configs_dir)

    show_dialog(f"data_{name}", view.label(f"data_{name}_title", count=f"{len(seen):,}"), body, view)


def _told_of(view: View, count: int, answer: ReplayReport | int) -> str:
    if not isinstance(answer, ReplayReport):
        return view.label("data_dismissed", count=f"{count:,}")
    stored, refused = f"{len(answer.replayed):,}", f"{len(answer.refused):,}"
    return view.label("data_replayed", stored=stored, refused=refused)


def _dismiss(store: Store, actor: Actor, seen: Mapping[int, int], reason: str, _: Path) -> int:
    commands.dismiss_rows(store, actor, list(seen), seen=seen, reason=reason)
    return len(seen)


def _replay(store: Store, actor: Actor, seen: Mapping[int, int], reason: str, configs: Path) -> ReplayReport:
    corrections = load_corrections(configs)
    context = load_context(store, actor, source="quarantine", corrections=corrections)
    rows = rows_as_seen(store, actor, seen)
    return replay(store, actor, rows, context=context, today=today(store.clock), reason=reason)


_ACTS: Mapping[str, Callable[[Store, Actor, Mapping[int, int], str, Path], Any]] = {
    "replay": _replay,
    "dismiss": _dismiss,
}
