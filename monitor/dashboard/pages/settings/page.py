"""What stands where on the page."""

from __future__ import annotations

import streamlit as st

from monitor.dashboard import choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.settings import audit, checks, departments, people, schedule, thresholds
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import text, title_line
from monitor.words.view import View

_SECTIONS = {
    "people": people.show,
    "departments": departments.show,
    "thresholds": thresholds.show,
    "schedule": schedule.show,
    "health": checks.show,
    "audit": audit.show,
}


def render(desk: Desk, view: View) -> None:
    """Show the page."""
    name = desk.settings.label(view.language.value)
    sheet(title_line(text(view.label("settings_title")), [name], view), key="title", language=view.language)
    words = {name: view.label(f"settings_{name}") for name in _SECTIONS}
    with st.container(key="filters", horizontal=True, vertical_alignment="center", gap="small"):
        chosen = choices.section("settings_section", words, view)
    _SECTIONS[chosen](desk, view)
