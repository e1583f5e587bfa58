"""What stands where on the page: one of six sections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import streamlit as st

from monitor.dashboard.choices import day_at_work
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.data import forms, freshness, loads, parts, quarantine, releases, upload
from monitor.dashboard.pages.data.parts import Names
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import text, title_line
from monitor.words.view import View

_SECTIONS: Mapping[str, Callable[[Desk, View, Names], None]] = {
    "loads": loads.render,
    "quarantine": quarantine.render,
    "freshness": freshness.render,
    "releases": releases.render,
    "forms": forms.render,
    "upload": upload.render,
}


def render(desk: Desk, view: View) -> None:
    """Show the page."""
    _arrive()
    view = replace(view, as_of=day_at_work(desk, view))
    facts = [view.label("as_of", day=view.as_of.isoformat())]
    sheet(title_line(text(view.label("data_title")), facts, view), key="title", language=view.language)
    options = {name: view.label(f"data_section_{name}") for name in _SECTIONS}
    with st.container(key="filters", horizontal=True, vertical_alignment="center"):
        section = parts.segments("section", options, view, label=view.label("data_title"))
    _SECTIONS[section](desk, view, parts.names_of(desk, view))


def _arrive() -> None:
    """Another page leads here with `data:quarantine`: the section stands as the id."""
    asked = st.query_params.get("id")
    if asked is not None:
        del st.query_params["id"]
    if asked in _SECTIONS:
        parts.choose("section", asked)
