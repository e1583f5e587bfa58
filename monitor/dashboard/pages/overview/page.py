"""The overview: counts, filters, worst first, what changed, milestones, and a matrix; or the wall chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from monitor import queries
from monitor.clock import ZONE
from monitor.core.overviews import Overview, TargetStatus
from monitor.dashboard import address, choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.export import EXCEL_TYPE, csv_table, excel_table
from monitor.dashboard.pages.overview import filters, parts, wall
from monitor.dashboard.pages.overview.departments import departments_html
from monitor.dashboard.pages.overview.matrix import Matrix
from monitor.dashboard.sheet import card, sheet
from monitor.dashboard.widgets import text, title_line
from monitor.words.lines import line_of
from monitor.words.view import View

ONE_PAGE, GROUP_ROWS = 200, 30
MILESTONES_SHOWN = 20
MATRICES, MATRIX_HIDDEN = ("indicators", "departments"), "hidden"
MATRIX_AT_ONCE = 1_000
"""With more targets the matrix waits until it is asked for: every filter would draw hundreds of cells."""


def render(desk: Desk, view: View) -> None:
    """Show the page."""
    address.keep({"id": None})
    whole = desk.ask(queries.overview, as_of=view.as_of)
    if whole.rows and wall.is_asked_for():
        wall.show(desk, view)
        return
    title = st.container()
    if not whole.rows:
        with title:
            sheet(_title(whole, view), key="title", language=view.language)
        card(view.label("nothing_yet"), view.label("nothing_yet_do"), key="empty", language=view.language)
        return
    strip, line = st.container(), st.container()
    left, right = st.columns([3.1, 1], gap="small")
    with line:
        choice, place = filters.filter_line(whole, view)
    shown = choice.narrowed(whole)
    rows = choice.listed(shown.rows)
    with left:  # before all else: it is what was asked for
        _table(desk, [status for status in rows if not status.is_milestone], view)
    with title:
        sheet(_title(shown, view), key="title", language=view.language)
    with strip:
        body = parts.counts_html(shown, view)
        sheet(body, key="counts", language=view.language, on_go=filters.choose_flag)
    with place:
        _offer_export(desk, rows, view)
        wall.offer(view)
    with right:
        _beside(shown, rows, view)
    _milestones(rows, view)
    _matrix(desk, rows, view, is_waiting=len(whole.rows) > MATRIX_AT_ONCE)


def _title(overview: Overview, view: View) -> str:
    facts = [view.label("as_of", day=view.as_of.isoformat())]
    if overview.data_cutoff:
        facts.append(view.label("data_to", day=overview.data_cutoff.isoformat()))
    facts.append(view.counted(len(overview.targets), "target"))
    facts.append(view.counted(len({status.region.code for status in overview.targets}), "place"))
    if overview.assessed_at:
        facts.append(
            view.label("assessed_at", time=f"{overview.assessed_at.astimezone(ZONE):%Y-%m-%d %H:%M}")
        )
    return title_line(text(view.label("overview_title")), facts, view)


def _with_recent(desk: Desk, rows: Sequence[TargetStatus], view: View) -> list[TargetStatus]:
    """The rows with their latest values, which an overview leaves out."""
    codes = tuple(sorted(status.target for status in rows))
    values = desk.ask(queries.recent_values, as_of=view.as_of, targets=codes) if codes else {}
    return [replace(status, recent=values.get(status.target, ())) for status in rows]


def _offer_export(desk: Desk, rows: Sequence[TargetStatus], view: View) -> None:
    """All rows of the choice, milestones too, made when asked for."""
    menu = st.popover(view.label("export"), key=f"export:{view.language.value}")
    name = f"zhibiao_{view.workspace.code}_{view.as_of.isoformat()}"
    kinds: tuple[tuple[str, str, Callable[..., bytes]], ...] = (
        ("csv", "text/csv", csv_table),
        ("xlsx", EXCEL_TYPE, excel_table),
    )
    for ending, mime, table in kinds:

        def content(table: Callable[..., bytes] = table) -> bytes:
            return table([line_of(status, view) for status in _with_recent(desk, rows, view)], view)

        menu.download_button(
            view.label(f"export_{ending}"),
            data=content,
            file_name=f"{name}.{ending}",
            mime=mime,
            key=f"export_{ending}",
            on_click="ignore",
            width="stretch",
        )


def _table(desk: Desk, rows: Sequence[TargetStatus], view: View) -> None:
    """The table, in groups when there are too many rows for one sheet."""
    if not rows:
        sheet(f'<p class="note">{text(view.label("none_match"))}</p>', key="none", language=view.language)
        return
    start = choices.first_row("group", len(rows), view, size=GROUP_ROWS) if len(rows) > ONE_PAGE else 0
    part = rows[start : start + GROUP_ROWS] if len(rows) > ONE_PAGE else rows
    counts = {"total": f"{len(rows):,}", "first": f"{start + 1:,}", "last": f"{start + len(part):,}"}
    note = view.label("table_note" if len(part) == len(rows) else "table_note_part", **counts)
    lines = [line_of(status, view) for status in _with_recent(desk, part, view)]
    body = parts.table_html(lines, view) + f'<p class="note">{text(note)}</p>'
    address.follow(sheet(body, key="table", language=view.language))


def _beside(overview: Overview, rows: Sequence[TargetStatus], view: View) -> None:
    html = parts.changes_html(overview, view) + parts.data_state_html(rows, view)
    address.follow(sheet(f'<div class="side">{html}</div>', key="changes", language=view.language))


def _milestones(rows: Sequence[TargetStatus], view: View) -> None:
    milestones = [status for status in rows if status.is_milestone]
    if not milestones:
        return
    title = f"<h4>{text(view.label('milestones'))}<span class='m'>{len(milestones)}</span></h4>"
    first, rest = milestones[:MILESTONES_SHOWN], milestones[MILESTONES_SHOWN:]
    body = title + parts.milestones_html(first, view)
    address.follow(sheet(body, key="milestones", language=view.language))
    if rest:
        with st.expander(view.label("more_milestones", count=f"{len(rest):,}")):
            body = parts.milestones_html(rest, view)
            address.follow(sheet(body, key="more_milestones", language=view.language))


def _matrix(desk: Desk, rows: Sequence[TargetStatus], view: View, *, is_waiting: bool) -> None:
    """Regions by indicators, or departments by targets; with very many targets only when asked for."""
    if not rows:
        return
    names = (MATRIX_HIDDEN, *MATRICES) if is_waiting else MATRICES
    words = {name: view.label(f"matrix_of_{name}") for name in names}
    with st.container(key="matrix_line"):
        chosen = choices.section("matrix", words, view, label=view.label("matrix"))
    if chosen == "departments":
        address.follow(sheet(departments_html(rows, view), key="departments", language=view.language))
    elif chosen == "indicators" and (matrix := Matrix.of(rows, view)):
        body = matrix.html({each.target: each for each in _with_recent(desk, matrix.plotted, view)}, view)
        address.follow(sheet(body, key="matrix", language=view.language))
