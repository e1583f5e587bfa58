"""挂图作战: every target as a tile, large enough for the far end of a room; it turns its own pages."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from monitor import queries
from monitor.core.flags import COLOURS
from monitor.core.overviews import Overview
from monitor.dashboard import address
from monitor.dashboard.desk import Desk
from monitor.dashboard.doing import told
from monitor.dashboard.pages.overview import filters, parts
from monitor.dashboard.sheet import sheet
from monitor.dashboard.styles import WALL_PAGE_CSS
from monitor.dashboard.widgets import TONES, flag_html, text
from monitor.words import display
from monitor.words.lines import Line, line_of, plain
from monitor.words.view import View

TILES_A_PAGE = 16
TILES_SHOWN = 400
SECONDS_A_PAGE = 15
LOOKS_EVERY = "20s"
_ASKED = "wall"


def is_asked_for() -> bool:
    """Whether the address asks for the wall chart."""
    return st.query_params.get("view") == _ASKED


def offer(view: View) -> None:
    """The button that leads to it."""
    key = f"wall:{view.language.value}"
    st.button(view.label("wall"), key=key, on_click=_go, args=(_ASKED,), help=view.label("wall_help"))


def _go(where: str | None) -> None:
    address.keep({"view": where})


def show(desk: Desk, view: View) -> None:
    """Fill the screen; look every few seconds whether something new was recorded."""
    st.html(f"<style>{WALL_PAGE_CSS}</style>")
    with st.container(key="wall_out"):
        st.button(view.label("wall_out"), key=f"wall_out:{view.language.value}", on_click=_go, args=(None,))
    st.fragment(_chart, run_every=LOOKS_EVERY)(desk, view)


def _chart(desk: Desk, view: View) -> None:
    with told(view):
        _draw(desk, view)


def _draw(desk: Desk, view: View) -> None:
    days = desk.available_dates()
    if days and days[-1] > view.as_of and "as_of" not in st.query_params:
        st.rerun()  # the latest day was shown, and there is a later one
    whole = desk.ask(queries.overview, as_of=view.as_of)
    shown = filters.chosen_before(whole, view).narrowed(whole)
    lines = [line_of(status, view) for status in shown.rows[:TILES_SHOWN]]
    sheet(wall_html(shown, lines, view), key="wall_chart", language=view.language)


def wall_html(overview: Overview, lines: Sequence[Line], view: View) -> str:
    """The whole chart: title and counts, and pages of tiles that take turns."""
    pages = [lines[start : start + TILES_A_PAGE] for start in range(0, len(lines), TILES_A_PAGE)]
    tiles = "".join(_page_html(page, number, len(pages), view) for number, page in enumerate(pages))
    counted = parts.counts_html(overview, view)
    return (
        f'<div class="wall"><style>{_turning(len(pages))}</style>{_head_html(overview, view)}{counted}'
        f'<div class="pages">{tiles}</div>{_foot_html(overview, lines, view)}</div>'
    )


def _turning(count: int) -> str:
    """Each page is seen for its share of the round and hidden for the rest; a single one stays."""
    if count < 2:
        return ""
    return (
        f"@keyframes turn {{ 0%, {100 / count:.4f}% {{ visibility: visible; }}"
        f" {100 / count + 0.0001:.4f}%, 100% {{ visibility: hidden; }} }}"
        f".wall .page {{ animation: turn {count * SECONDS_A_PAGE}s step-end infinite both; }}"
    )


def _head_html(overview: Overview, view: View) -> str:
    tag = f'<span class="tag">{text(view.label("simulated_tag"))}</span>' if overview.simulated else ""
    day = text(view.label("as_of", day=view.as_of.isoformat()))
    return f'<div class="over"><h1>{text(view.label("overview_title"))}{tag}</h1><span>{day}</span></div>'


def _foot_html(overview: Overview, lines: Sequence[Line], view: View) -> str:
    facts = [view.label("wall_note")]
    if overview.data_cutoff:
        facts.append(view.label("data_to", day=overview.data_cutoff.isoformat()))
    if len(overview.rows) > len(lines):
        facts.append(view.label("wall_part", shown=f"{len(lines):,}", total=f"{len(overview.rows):,}"))
    return f'<div class="under">{text(" · ".join(facts))}</div>'


def _page_html(lines: Sequence[Line], number: int, count: int, view: View) -> str:
    delay = f' style="animation-delay:{(number - count) * SECONDS_A_PAGE if number else 0}s"'
    turn = f'<span class="turn">{number + 1} / {count}</span>' if count > 1 else ""
    return f'<div class="page"{delay}>{"".join(_tile_html(line, view) for line in lines)}{turn}</div>'


def _tile_html(line: Line, view: View) -> str:
    status, tone = line.status, TONES[line.flag]
    chance = display.percent(line.probability) if line.flag in COLOURS else ""
    answering = " / ".join(plain(view.department(each), view) for each in status.departments)
    until = " · ".join(part for part in (line.deadline, answering) if part)
    return (
        f'<div class="tile e{tone}">'
        f'<div class="who">{flag_html(line.flag, view.language)}'
        f'<span class="chance {tone}">{text(chance)}</span></div>'
        f'<div class="what"><b>{text(line.short_region)}</b> {text(line.short_name)}'
        f"<small>{text(line.kind)}</small></div>"
        f'<div class="much">{_amounts(line)}</div>'
        f'<div class="when"><span>{text(until)}</span><span>{text(_left(line))}</span></div></div>'
    )


def _amounts(line: Line) -> str:
    """Value and target in one unit."""
    if line.status.terms.value is None:
        return ""
    now, goal = line.view.label("column_value"), line.view.label("column_target")
    year = f"<small>{text(line.value_period)}</small>" if line.value is not None else ""
    target = f"{parts.prefix_html(line, line.view)}{text(parts.target_number(line))}"
    return (
        f"<span><small>{text(now)}</small>{text(line.scale.number(line.value))}{year}</span>"
        f"<span><small>{text(goal)}</small>{target}<small>{text(line.scale.unit)}</small></span>"
    )


def _left(line: Line) -> str:
    if line.is_settled and line.flag.value not in ("due", "overdue"):
        return ""
    days = display.days_left(abs(line.status.days_left), line.view.language)
    return line.view.label("wall_left" if line.status.days_left >= 0 else "wall_past", days=days)
