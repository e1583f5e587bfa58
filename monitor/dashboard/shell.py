"""What stands around every page: navigation, workspace, day and language."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable
from types import ModuleType

import streamlit as st
from streamlit.navigation.page import StreamlitPage as Page

from monitor.core.errors import UserFacingError
from monitor.dashboard import address
from monitor.dashboard.choices import in_language, take
from monitor.dashboard.desk import WORKSPACES, Desk
from monitor.dashboard.doing import plain, show_said
from monitor.dashboard.past import show_past
from monitor.dashboard.styles import PAGE_CSS
from monitor.words.display import Language
from monitor.words.problems import problem_words
from monitor.words.view import View, Workspace
from monitor.words.wording import messages

OpenDesk = Callable[[str], Desk]

_WORKSPACE = "_workspace"
_OF_THE_FRAME = (
    "workspace",
    "lang",
    "as_of",
    "_last_day",
    "_pages",
    "_said",
    "_ticket:",
    "_workspace",
    "_seeded_lang",
    "_seeded_workspace",
)
"""Keys of the session, or how they begin, that a change of workspace leaves alone."""

PAGES = ("overview", "target", "adjust", "plans", "data", "mail", "record", "settings")


def prepare() -> None:
    """Import what the first page needs, so that the first visitor waits for no module."""
    _page(PAGES[0])


def _page(name: str) -> ModuleType:
    return importlib.import_module(f"monitor.dashboard.pages.{name}")


def run(open_desk: OpenDesk = Desk) -> None:
    """Show the chosen page of the chosen workspace, day and language."""
    st.html(f"<style>{PAGE_CSS}</style>")
    language = _language()
    try:
        view, desk = _look(language, open_desk)
        if view.workspace.simulated:
            st.html(f'<div class="zb-running">{view.label("simulated_tag")}</div>')
        page = _navigation(view, desk)
        show_said()
        show_past(desk, view)
        page.run()
    except UserFacingError as error:
        with st.container(key="problem"):
            st.error(plain(problem_words(error, language)))


def _navigation(view: View, desk: Desk) -> Page:
    """The pages at the top, each imported when it is first shown."""

    def shown(name: str) -> Callable[[], None]:
        def show() -> None:
            _page(name).render(desk, view)

        return show

    pages = {
        name: st.Page(shown(name), title=view.label(f"nav_{name}"), url_path=name, default=name == PAGES[0])
        for name in PAGES
    }
    st.session_state[address.PAGES] = pages
    return st.navigation(list(pages.values()), position="top")


def browser_language(locale: str | None) -> Language:
    """Chinese unless the browser asks for another language first."""
    return Language.ZH if not locale or locale.lower().startswith("zh") else Language.EN


def _language() -> Language:
    """Chosen language; the browser's until one is chosen."""
    options = [language.value for language in Language]
    address.seed("lang", options)
    if st.session_state.get("lang") not in options:
        st.session_state["lang"] = browser_language(st.context.locale).value
    return Language(st.session_state["lang"])


def _look(language: Language, open_desk: OpenDesk) -> tuple[View, Desk]:
    """The controls of the top line, and what they say."""
    with st.container(key="globals", horizontal=True, vertical_alignment="center", gap="small"):
        workspace = _workspace(language, open_desk)
        _settle_in(workspace.code)
        desk = open_desk(workspace.code)
        day = _day(language, desk)
        _language_switch(language)
    address.keep({"workspace": workspace.code, "lang": language.value})
    return View(language=language, as_of=day, workspace=workspace), desk


def _workspace(language: Language, open_desk: OpenDesk) -> Workspace:
    """Real figures or the simulated city."""
    known = {workspace.code: workspace for workspace in open_desk(WORKSPACES[0]).workspaces()}
    labels = messages(language).labels
    address.seed("workspace", list(known))
    if st.session_state.get("workspace") not in known:
        st.session_state["workspace"] = next(iter(known))
    key = in_language("workspace", language)
    chosen = st.segmented_control(
        labels["workspace"],
        list(known),
        format_func=lambda code: labels["simulated_city" if known[code].simulated else "real_figures"],
        key=key,
        on_change=take,
        args=("workspace", key),
        required=True,
        label_visibility="collapsed",
    )
    return known[chosen or next(iter(known))]


def _settle_in(workspace: str) -> None:
    """On a change of workspace, forget what was chosen and typed: its numbers mean other things here."""
    before = st.session_state.get(_WORKSPACE)
    if before not in (None, workspace):
        for key in [key for key in st.session_state if not str(key).startswith(_OF_THE_FRAME)]:
            del st.session_state[key]
        address.leave_only_shared()
    st.session_state[_WORKSPACE] = workspace


def _day(language: Language, desk: Desk) -> dt.date:
    """The day asked for: the last assessed one until another is chosen."""
    available = desk.available_dates()
    last = available[-1] if available else desk.today
    first = available[0] if available else last
    latest = max(last, desk.today)
    asked = _day_in_address()
    before = st.session_state.get("_last_day")
    if before is not None and before == st.session_state.get("as_of"):
        st.session_state["as_of"] = last  # who looks at the latest day goes on to the next one
    st.session_state["_last_day"] = last
    if "as_of" not in st.session_state or not first <= st.session_state["as_of"] <= latest:
        st.session_state["as_of"] = asked if asked and first <= asked <= latest else last
    chosen = st.date_input(
        messages(language).labels["as_of_day"],
        min_value=first,
        max_value=latest,
        format="YYYY-MM-DD",
        key="as_of",
        required=True,
        label_visibility="collapsed",
    )
    address.keep({"as_of": chosen.isoformat() if chosen != last else None})
    return chosen


def _day_in_address() -> dt.date | None:
    try:
        return dt.date.fromisoformat(st.query_params.get("as_of", ""))
    except ValueError:
        return None


def _language_switch(language: Language) -> None:
    names = {"zh": "中文", "en": "English"}
    st.segmented_control(
        messages(language).labels["language"],
        list(names),
        format_func=names.__getitem__,
        key="lang",
        required=True,
        label_visibility="collapsed",
    )
