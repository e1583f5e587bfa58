"""How past probabilities turned out: scores by source, finished plans replayed, any past day."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from monitor.dashboard import address
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.record import days, plans, scores
from monitor.dashboard.pages.record.choosing import choose
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import text, title_line
from monitor.words.view import View

PARTS = ("scores", "plans", "day")

_SHOW: dict[str, Callable[[Desk, View, DeltaGenerator], None]] = {
    "scores": scores.show,
    "plans": plans.show,
    "day": days.show,
}


def render(desk: Desk, view: View) -> None:
    """Show the page."""
    address.keep({"id": None})
    facts = [view.label("as_of", day=view.as_of.isoformat())]
    sheet(title_line(text(view.label("record_title")), facts, view), key="title", language=view.language)
    filters = st.container(key="filters", horizontal=True, vertical_alignment="center", gap="small")
    with filters:
        part = choose("part", PARTS, view, named=lambda name: view.label(f"record_part_{name}"))
    _SHOW[part](desk, view, filters)
