"""The line that says a day in the past is shown, and leads back to the latest one."""

from __future__ import annotations

import datetime as dt
from functools import partial

import streamlit as st

from monitor.dashboard.desk import Desk
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import text
from monitor.words.view import View


def show_past(desk: Desk, view: View) -> None:
    """Say what a day other than that of the latest assessment means; nothing on that day."""
    days = desk.available_dates()
    if not days or view.as_of == days[-1]:
        return
    assessed_on = max((day for day in days if day <= view.as_of), default=None)
    said = text(_sentence(view, assessed_on, is_past=view.as_of < days[-1]))
    back = text(view.label("past_back", day=days[-1].isoformat()))
    body = f'<p class="past">{said} <span class="lk" data-go="back">{back}</span></p>'
    sheet(body, key="past", language=view.language, on_go=partial(_back_to, days[-1]))


def _sentence(view: View, assessed_on: dt.date | None, *, is_past: bool) -> str:
    day = view.as_of.isoformat()
    lead = view.label("past_day" if is_past else "past_since", day=day)
    if assessed_on is None:
        return lead + view.label("past_unassessed")
    if assessed_on == view.as_of:
        return lead + view.label("past_assessed")
    return lead + view.label("past_last_assessed", day=assessed_on.isoformat())


def _back_to(day: dt.date) -> None:
    if st.session_state["past"].go:
        st.session_state["as_of"] = day
