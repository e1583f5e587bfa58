"""Which part of the page is shown: the list, one plan, the upload, or a review; the address says."""

from __future__ import annotations

import streamlit as st

from monitor.core.errors import NotFoundError
from monitor.dashboard.desk import Desk
from monitor.dashboard.doing import plain
from monitor.dashboard.pages.plans import listing, plan, reviewing, upload
from monitor.dashboard.pages.plans.controls import NEW, REVIEW
from monitor.words.problems import problem_words
from monitor.words.view import View


def render(desk: Desk, view: View) -> None:
    """Show the page."""
    chosen = st.query_params.get("id", "")
    try:
        if chosen == NEW:
            upload.render(desk, view)
        elif chosen.startswith(REVIEW):
            reviewing.render(desk, view, chosen.removeprefix(REVIEW))
        elif chosen:
            plan.render(desk, view, chosen)
        else:
            listing.render(desk, view)
    except NotFoundError as error:
        st.error(plain(problem_words(error, view.language)))
        listing.render(desk, view)
