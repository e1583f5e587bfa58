"""What the parts of the page share: where a click leads, and lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from monitor.dashboard import address
from monitor.dashboard.widgets import text
from monitor.words.view import View

NEW, REVIEW = "new:", "review:"
"""What the address calls the upload, and a review; codes of plans hold no colon."""

ITEM, SHOWN = "item", "plans_shown"
"""What it calls the chosen proposal, and the filter of a review."""

Row = TypeVar("Row")


def go_to(chosen: str | None) -> None:
    """Show another part of the page; a review opens with all its proposals."""
    st.session_state.pop(SHOWN, None)
    address.keep({"id": chosen, ITEM: None, SHOWN: None})
    st.rerun()


def back_link(view: View) -> str:
    """The way back to the list, in the title line."""
    return f'<span class="lk" data-go="list">{text(view.label("plans_title"))}</span>'


def page_of(rows: Sequence[Row], name: str, label: str, *, size: int, show: int | None = None) -> list[Row]:
    """The rows of the chosen page of a list; a control chooses where there is more than one.

    Parameters
    ----------
    show : int, optional
        Index of a row to turn to, where it has just been chosen.
    """
    if len(rows) <= size:
        return list(rows)
    starts = list(range(0, len(rows), size))
    if show is not None:
        st.session_state[name] = show // size * size
    if st.session_state.get(name) not in starts:
        st.session_state[name] = 0

    def named(start: int) -> str:
        first, last = start + 1, min(start + size, len(rows))
        return f"{first}{'' if first == last else f'–{last}'} / {len(rows)}"

    start = int(
        st.selectbox(label, starts, format_func=named, key=name, label_visibility="collapsed", width=150)
    )
    return list(rows[start : start + size])
