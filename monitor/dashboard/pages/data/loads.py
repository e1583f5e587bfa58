"""Loads: which files came in, and what became of the rows of one of them."""

from __future__ import annotations

import streamlit as st

from monitor import queries
from monitor.core.access import Role
from monitor.core.errors import NotFoundError
from monitor.core.loading import LoadOutcome, LoadRecord, QuarantinedRow, QuarantineFilter
from monitor.core.records import Portion
from monitor.dashboard.choices import first_row, group_start
from monitor.dashboard.desk import Desk
from monitor.dashboard.doing import plain
from monitor.dashboard.pages.data import parts
from monitor.dashboard.pages.data.parts import ONE_PAGE, Names
from monitor.dashboard.sheet import card, sheet
from monitor.dashboard.widgets import head, text
from monitor.words.problems import problem_words
from monitor.words.view import View

COUNTS = ("new", "revised", "confirmed", "unchanged", "refused", "held")
_OUTCOMES = {
    LoadOutcome.COMPLETE: ("●", "green"),
    LoadOutcome.WITH_REFUSALS: ("▲", "yellow"),
    LoadOutcome.ALL_REFUSED: ("■", "red"),
    LoadOutcome.HELD: ("■", "red"),
}


def render(desk: Desk, view: View, names: Names) -> None:
    """Show the list, or one load."""
    load_id = parts.chosen_number("load")
    if load_id is None:
        _list(desk, view)
    else:
        _one(desk, view, names, load_id)


def _list(desk: Desk, view: View) -> None:
    sources = desk.ask(queries.load_sources)
    if not sources:
        card(view.label("data_no_loads"), view.label("data_no_loads_do"), key="empty", language=view.language)
        return
    options = {
        code: f"{code}（{count:,}）" if view.is_chinese else f"{code} ({count:,})"
        for code, count in sources.items()
    }
    with st.container(key="filters_loads", horizontal=True, vertical_alignment="center"):
        source = parts.pick("source", options, view, anything=view.label("data_any_source"), width=240)
        total = sources[source] if source else sum(sources.values())
        first = first_row("data_group_loads", total, view, size=ONE_PAGE)
    page = desk.ask(queries.load_page, source=source, first=first, limit=ONE_PAGE)
    waiting = desk.ask(queries.quarantine_counts).by_load if desk.actor.has(Role.PLANNER) else {}
    rows = "".join(
        parts.row_html(
            (
                *_about(load, view),
                *((_count(load.counts.get(name, 0)), "n") for name in COUNTS),
                (_count(waiting.get(load.id, 0)), "n b"),
            ),
            go=f"load:{load.id}",
        )
        for load in page.rows
    )
    columns = [("number", "n"), ("time", ""), ("outcome", ""), ("file", "fill"), ("source", ""), ("who", "")]
    columns += [(name, "n") for name in (*COUNTS, "waiting")]
    cells = [(view.label(f"data_column_{name}"), css) for name, css in columns]
    note = parts.note_html(view.label("data_loads_note", loads=view.counted(page.total, "load")))
    table = f"<table>{head(cells)}<tbody>{rows}</tbody></table>{note}"
    go = sheet(table, key="loads", language=view.language)
    if go:
        parts.choose("load", go.removeprefix("load:"))
        st.rerun()


def _about(load: LoadRecord, view: View) -> tuple[tuple[str, str], ...]:
    return (
        (str(load.id), "n m"),
        (parts.moment(load.finished_at), ""),
        (_outcome_html(load, view), ""),
        (f'<span title="{text(load.sha256)}">{text(load.file_name)}</span>', "clip"),
        (text(load.source), "m"),
        (text(parts.person(load.actor, view)), "m"),
    )


def _outcome_html(load: LoadRecord, view: View) -> str:
    shape, tone = _OUTCOMES[load.outcome]
    return f'<span class="f {tone}">{shape} {text(view.label(f"data_outcome_{load.outcome.value}"))}</span>'


def _count(count: int) -> str:
    return f"{count:,}" if count else '<span class="m">0</span>'


def _one(desk: Desk, view: View, names: Names, load_id: int) -> None:
    if st.button(view.label("data_all_loads"), key=f"all_loads:{view.language.value}", type="tertiary"):
        parts.choose("load", None)
        st.rerun()
    try:
        load = desk.ask(queries.get_load, load_id)
    except NotFoundError as error:
        st.warning(plain(problem_words(error, view.language)))
        return
    uses = desk.ask(queries.correction_uses, load_id=load_id)
    notes = [view.label(f"data_correction_{use.state.value}", code=use.correction) for use in uses]
    html = _facts_html(load, view) + "".join(map(parts.note_html, notes))
    sheet(html, key="load", language=view.language)
    if desk.actor.has(Role.PLANNER):
        _stopped(desk, view, load)
    _figures(desk, view, names, load)


def _facts_html(load: LoadRecord, view: View) -> str:
    title = view.label("data_load_title", load=load.id, file=load.file_name)
    about = " · ".join((parts.moment(load.finished_at), load.source, parts.person(load.actor, view)))
    cells = "".join(
        f'<div><p class="m s">{text(view.label(f"data_column_{name}"))}</p>'
        f'<span class="v">{load.counts.get(name, 0):,}</span></div>'
        for name in (*COUNTS, "warned")
    )
    first = (
        f'<div><p class="m s">{text(view.label("data_column_outcome"))}</p>{_outcome_html(load, view)}</div>'
    )
    return (
        f"<h4>{text(title)}<span class='m'>{text(about)}</span></h4>"
        f'<div class="strip facts">{first}{cells}</div>'
    )


def _stopped(desk: Desk, view: View, load: LoadRecord) -> None:
    """Rows that were not stored, each with its reason and what became of it."""
    wanted = QuarantineFilter(state=None, load_id=load.id)
    total = load.counts.get("refused", 0) + load.counts.get("held", 0)
    if not total:
        return
    st.space("small")
    first = first_row("data_group_stopped", total, view, size=ONE_PAGE)
    page = desk.ask(queries.quarantine_page, wanted, first=first, limit=ONE_PAGE)
    go = sheet(_stopped_html(page, view), key="stopped", language=view.language)
    if go:
        parts.choose("row", go.removeprefix("row:"))
        parts.choose("section", "quarantine")
        st.rerun()


def _stopped_html(page: Portion[QuarantinedRow], view: View) -> str:
    rows = "".join(_stopped_row(row, view) for row in page.rows)
    columns = (
        ("number", "n"),
        ("severity", ""),
        ("place", ""),
        ("rule", ""),
        ("reason", "fill"),
        ("state", ""),
    )
    cells = [(view.label(f"data_column_{name}"), css) for name, css in columns]
    title = f"<h4>{text(view.label('data_stopped'))}<span class='m'>{page.total:,}</span></h4>"
    if not page.rows:
        return title + parts.note_html(view.label("data_stopped_elsewhere"))
    return f'{title}<table class="wrap">{head(cells)}<tbody>{rows}</tbody></table>'


def _stopped_row(row: QuarantinedRow, view: View) -> str:
    words = parts.words_of(row.refusal, view)
    reason = f'{text(words.reason)} <span class="m">{text(words.remedy)}</span>'
    cells = (
        (str(row.row.id), "n nb m"),
        (parts.severity_html(row.refusal.severity, view), "nb"),
        (text(parts.place_of(row.row.refusal, view)), "nb"),
        (text(words.name), "nb"),
        (reason, ""),
        (text(view.label(f"data_state_{row.row.state.value}")), "nb"),
    )
    return parts.row_html(cells, go=f"row:{row.row.id}")


def _figures(desk: Desk, view: View, names: Names, load: LoadRecord) -> None:
    """Figures it stored."""
    start = group_start("data_group_figures")
    page = desk.ask(queries.figures_of_load, load.id, first=start, limit=ONE_PAGE)
    if start >= page.total > 0:
        page = desk.ask(queries.figures_of_load, load.id, first=0, limit=ONE_PAGE)
    title = f"<h4>{text(view.label('data_stored'))}<span class='m'>{page.total:,}</span></h4>"
    if not page.total:
        sheet(title + parts.note_html(view.label("data_stored_none")), key="stored", language=view.language)
        return
    first_row("data_group_figures", page.total, view, size=ONE_PAGE)
    sheet(title + parts.figures_html(page.rows, names), key="stored", language=view.language)
