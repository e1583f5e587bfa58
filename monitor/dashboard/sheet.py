"""The one component that shows tables and strips: inline, themed, clickable by mouse and keyboard."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import streamlit as st

from monitor.dashboard.styles import SHEET_CSS, SHEET_JS
from monitor.dashboard.widgets import text
from monitor.words.display import Language


@functools.cache
def _component() -> Callable[..., Any]:
    """Registered once per process."""
    return st.components.v2.component(
        "zhibiao_sheet", html='<div class="zb"></div>', css=SHEET_CSS, js=SHEET_JS
    )


def sheet(html: str, *, key: str, language: Language, on_go: Callable[[], None] | None = None) -> str | None:
    """Show trusted markup and answer which element with `data-go` was chosen, if one was.

    Parameters
    ----------
    html : str
        Markup built by `monitor.dashboard.widgets` and its users, every text in it escaped.
    key : str
        Unique on the page; the trigger is `st.session_state[key].go`.
    on_go : callable, optional
        Called before the next run of the page.
    """
    lang = "zh-CN" if language is Language.ZH else "en"
    result = _component()(data={"html": html, "lang": lang}, key=key, on_go_change=on_go or _ignore)
    go: str | None = result.go
    return go


def card(large: str, small: str = "", *, key: str, language: Language) -> None:
    """An empty state: what there is not, and what to do."""
    sheet(
        f'<div class="card"><p class="big">{text(large)}</p>{text(small)}</div>', key=key, language=language
    )


def _ignore() -> None:
    """A trigger exists only if it has a callback."""
