"""The overview: counts, filters, worst first, what changed, milestones, and the matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from monitor import queries
from monitor.clock import ZONE
from monitor.core.flags import Flag
from monitor.core.records import Overview, PlanState, TargetStatus
from monitor.dashboard import address
from monitor.dashboard.desk import Desk
from monitor.dashboard.export import csv_table
from monitor.dashboard.pages.overview import parts
from monitor.dashboard.pages.overview.matrix import matrix_html
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import text, title_line
from monitor.words import wording
from monitor.words.lines import (
    flag_of,
    is_milestone,
    line_of,
    plain,
    short_name,
    short_region,
    worst_first,
)
from monitor.words.view import View

ONE_PAGE = 200
PAGE_ROWS = 100
MILESTONES_SHOWN = 20
ALL = "all"
_FILTER_PX = {"plan": 166, "region": 126, "department": 154, "indicator": 146}


@dataclass(frozen=True)
class Choice:
    """What the filters say; None is everything. `plan` is a code, or a state of plans."""

    flag: str
    plan: str | None
    region: str | None
    department: str | None
    indicator: str | None


def render(desk: Desk, view: View) -> None:
    """Show the page."""
    address.keep({"id": None})
    whole = desk.ask(queries.overview, as_of=view.as_of)
    title = st.container()
    if not whole.rows:
        with title:
            sheet(_title(whole, view), key="title", language=view.language)
        sheet(_empty_html(view), key="empty", language=view.language)
        return
    strip, filters = st.container(), st.container()
    with filters:
        choice, export = _filters(whole, view)
    shown = _ask(desk, whole, view, choice)
    with title:
        sheet(_title(shown, view), key="title", language=view.language)
    with strip:
        sheet(parts.counts_html(shown, view), key="counts", language=view.language, on_go=_choose_flag)
    rows = [status for status in shown.rows if _passes(status, choice)]
    ordered = sorted(rows, key=worst_first)
    _offer_export(export, ordered, view)
    left, right = st.columns([3.1, 1], gap="small")
    with left:
        _table([status for status in ordered if not is_milestone(status)], view)
    with right:
        _beside(shown, rows, view)
    _below(ordered, view)


def _title(overview: Overview, view: View) -> str:
    targets = [status for status in overview.rows if not is_milestone(status)]
    facts = [view.label("as_of", day=view.as_of.isoformat())]
    if overview.data_cutoff:
        facts.append(view.label("data_to", day=overview.data_cutoff.isoformat()))
    facts.append(view.label("targets_count", count=f"{len(targets):,}"))
    facts.append(view.label("regions_count", count=f"{len({status.region.code for status in targets}):,}"))
    if overview.assessed_at:
        facts.append(
            view.label("assessed_at", time=f"{overview.assessed_at.astimezone(ZONE):%Y-%m-%d %H:%M}")
        )
    return title_line(text(view.label("overview_title")), facts, view)


def _empty_html(view: View) -> str:
    todo = text(view.label("nothing_yet_do"))
    return f'<div class="card"><p class="big">{text(view.label("nothing_yet"))}</p>{todo}</div>'


def _ask(desk: Desk, whole: Overview, view: View, choice: Choice) -> Overview:
    """The overview of the chosen plan, region and department; the whole one if none is chosen."""
    if not (choice.plan or choice.region or choice.department):
        return whole
    state = PlanState(choice.plan) if choice.plan in set(PlanState) else None
    return desk.ask(
        queries.overview,
        as_of=view.as_of,
        plan=None if state else choice.plan,
        plan_state=state,
        region=choice.region,
        department=choice.department,
    )


def _passes(status: TargetStatus, choice: Choice) -> bool:
    if choice.flag != ALL and flag_of(status).value != choice.flag:
        return False
    return choice.indicator is None or (
        status.indicator is not None and status.indicator.code == choice.indicator
    )


def _choose_flag() -> None:
    """A count was chosen in the strip: set the filter to it, or back to all."""
    go = st.session_state["counts"].go
    if go:
        flag = go.removeprefix("flag:")
        st.session_state["flag"] = ALL if st.session_state.get("flag") == flag else flag


def _filters(overview: Overview, view: View) -> tuple[Choice, st.delta_generator.DeltaGenerator]:
    """The filter line; also answers the place at its right end."""
    with st.container(key="filters", horizontal=True, vertical_alignment="center", gap="small"):
        flag = _flag_filter(overview, view)
        choices = {name: _pick(name, options, view) for name, options in _options(overview, view).items()}
        st.space("stretch")
        place = st.container(width="content")
    choice = Choice(flag=flag, **choices)
    address.keep({"flag": None if flag == ALL else flag, **choices})
    return choice, place


def _flag_filter(overview: Overview, view: View) -> str:
    options = [ALL, *(flag.value for flag in parts.counted_flags(overview))]
    address.seed("flag", options)
    if st.session_state.get("flag") not in options:
        st.session_state["flag"] = ALL
    key = _in_language("flag", view)

    def named(option: str) -> str:
        return view.label("all") if option == ALL else wording.flag_text(Flag(option), view.language)

    chosen = st.segmented_control(
        view.label("column_flag"),
        options,
        format_func=named,
        key=key,
        on_change=_take,
        args=("flag", key),
        required=True,
        label_visibility="collapsed",
    )
    return chosen or ALL


def _in_language(name: str, view: View) -> str:
    """Key of a filter in this language, set to what is chosen: a control keeps the words it was made with."""
    key = f"{name}:{view.language.value}"
    st.session_state[key] = st.session_state.get(name)
    return key


def _take(name: str, key: str) -> None:
    """Keep a choice under a name that no language changes."""
    st.session_state[name] = st.session_state[key]


def _options(overview: Overview, view: View) -> dict[str, dict[str, str]]:
    """Code to name, per filter, of what occurs on this day."""
    rows = sorted(overview.rows, key=lambda status: (status.region.level != "nation", status.region.code))
    return {
        "plan": {
            **{state.value: view.label(f"plans_{state.value}") for state in PlanState},
            **{plan.code: view.plan(plan) for plan in overview.plans},
        },
        "region": {status.region.code: short_region(status, view) for status in rows},
        "department": {
            department.code: plain(view.department(department), view)
            for status in rows
            for department in status.departments
        },
        "indicator": {
            status.indicator.code: short_name(status, view)
            for status in rows
            if status.indicator is not None and not is_milestone(status)
        },
    }


def _pick(name: str, options: dict[str, str], view: View) -> str | None:
    address.seed(name, list(options))
    if name not in st.session_state and name == "plan":
        st.session_state[name] = PlanState.RUNNING.value
    if st.session_state.get(name) not in options:
        st.session_state[name] = None
    key = _in_language(name, view)
    named: Callable[[str], str] = options.__getitem__
    return st.selectbox(
        view.label(f"column_{name}"),
        list(options),
        index=None,
        format_func=named,
        key=key,
        on_change=_take,
        args=(name, key),
        placeholder=view.label(f"any_{name}"),
        label_visibility="collapsed",
        width=_FILTER_PX[name],
    )


def _offer_export(place: st.delta_generator.DeltaGenerator, rows: Sequence[TargetStatus], view: View) -> None:
    """All rows of the choice, milestones too, made when asked for."""
    name = f"zhibiao_{view.workspace.code}_{view.as_of.isoformat()}.csv"
    place.download_button(
        view.label("export"),
        data=lambda: csv_table([line_of(status, view) for status in rows], view),
        file_name=name,
        mime="text/csv",
        key="export",
        on_click="ignore",
    )


def _table(rows: Sequence[TargetStatus], view: View) -> None:
    """The table, in groups when there are too many rows for one sheet."""
    if not rows:
        sheet(f'<p class="note">{text(view.label("none_match"))}</p>', key="none", language=view.language)
        return
    start = _first_row(len(rows), view)
    part = rows if len(rows) <= ONE_PAGE else rows[start : start + PAGE_ROWS]
    counts = {"total": f"{len(rows):,}", "first": f"{start + 1:,}", "last": f"{start + len(part):,}"}
    note = view.label("table_note" if len(part) == len(rows) else "table_note_part", **counts)
    body = (
        parts.table_html([line_of(status, view) for status in part], view)
        + f'<p class="note">{text(note)}</p>'
    )
    address.follow(sheet(body, key="table", language=view.language))


def _first_row(count: int, view: View) -> int:
    """Index of the first row of the chosen group."""
    if count <= ONE_PAGE:
        return 0
    starts = list(range(0, count, PAGE_ROWS))

    def named(start: int) -> str:
        return f"{start + 1:,}–{min(start + PAGE_ROWS, count):,} / {count:,}"

    if st.session_state.get("group") not in starts:
        st.session_state["group"] = 0
    chosen = st.selectbox(
        view.label("group"), starts, format_func=named, key="group", label_visibility="collapsed", width=220
    )
    return int(chosen)


def _beside(overview: Overview, rows: Sequence[TargetStatus], view: View) -> None:
    html = parts.changes_html(overview, view) + parts.data_state_html(rows, view)
    address.follow(sheet(f'<div class="side">{html}</div>', key="changes", language=view.language))


def _below(rows: Sequence[TargetStatus], view: View) -> None:
    """Milestones, then the matrix."""
    milestones = [status for status in rows if is_milestone(status)]
    if milestones:
        title = f"<h4>{text(view.label('milestones'))}<span class='m'>{len(milestones)}</span></h4>"
        first, rest = milestones[:MILESTONES_SHOWN], milestones[MILESTONES_SHOWN:]
        body = title + parts.milestones_html(first, view)
        address.follow(sheet(body, key="milestones", language=view.language))
        if rest:
            with st.expander(view.label("more_milestones", count=f"{len(rest):,}")):
                body = parts.milestones_html(rest, view)
                address.follow(sheet(body, key="more_milestones", language=view.language))
    matrix = matrix_html(rows, view)
    if matrix:
        address.follow(sheet(matrix, key="matrix", language=view.language))
