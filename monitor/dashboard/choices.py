"""Choices on a page: sections, filters, groups of rows. Kept under names that no language changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import streamlit as st

from monitor.clock import today
from monitor.dashboard import address
from monitor.dashboard.desk import Desk
from monitor.words.display import Language
from monitor.words.view import View

PAGE_ROWS = 100
_TURN = "_turn:"


def section(
    name: str, words: Mapping[str, str], view: View, *, kept: str | None = None, label: str | None = None
) -> str:
    """The chosen section of a page: a segmented control, kept in the address.

    Parameters
    ----------
    name : str
        Of the choice in the address.
    words : mapping of str to str
        Code to what stands on the control; the first is chosen until another is.
    kept : str
        Of the choice in the session, where it is not that in the address.
    label : str
        What a screen reader says of it; `name` unless told.
    """
    kept = kept or name
    asked = st.query_params.get("id")
    if asked in words:  # another page sent the reader here
        choose(kept, asked)
        address.keep({"id": None})
    address.seed(name, list(words), kept=kept)
    first = next(iter(words))
    if st.session_state.get(kept) not in words:
        st.session_state[kept] = first
    named: Callable[[str], str] = words.__getitem__
    key = in_language(kept, view.language)
    chosen = st.segmented_control(
        label or name,
        list(words),
        format_func=named,
        key=key,
        on_change=take,
        args=(kept, key),
        required=True,
        label_visibility="collapsed",
    )
    address.keep({name: None if chosen == first else chosen})
    return chosen or first


def pick(
    name: str,
    words: Mapping[str, str],
    view: View,
    *,
    label: str,
    width: int = 160,
    kept: str | None = None,
    placeholder: str | None = None,
) -> str | None:
    """One of several, or None for all of them: a filter, kept in the address.

    Parameters
    ----------
    name : str
        Of the choice in the address.
    words : mapping of str to str
        Code to what stands in the list.
    label : str
        What stands there while nothing is chosen; above the control where there is a `placeholder`.
    width : int
        Of the control. [px]
    kept : str
        Of the choice in the session, where it is not that in the address.
    """
    kept = kept or name
    address.seed(name, list(words), kept=kept)
    if st.session_state.get(kept) not in words:
        st.session_state[kept] = None
    named: Callable[[str], str] = words.__getitem__
    key = in_language(kept, view.language)
    chosen = st.selectbox(
        label,
        list(words),
        index=None,
        format_func=named,
        key=key,
        on_change=take,
        args=(kept, key),
        placeholder=placeholder or label,
        label_visibility="visible" if placeholder else "collapsed",
        width=width,
    )
    address.keep({name: chosen})
    return chosen


def choose(kept: str, value: str | None) -> None:
    """Set a choice from elsewhere, for the next run of the page.

    Its control is a new one from then on: the old one may still tell its old value with the next press.
    """
    st.session_state[f"{_TURN}{kept}"] = st.session_state.get(f"{_TURN}{kept}", 0) + 1
    st.session_state[kept] = value


def first_row(name: str, total: int, view: View, *, size: int | None = None) -> int:
    """Index of the first row of the chosen group; a control where there are more than one group.

    Parameters
    ----------
    name : str
        Of the choice, in the session.
    size : int
        Rows of a group; `PAGE_ROWS` unless told.
    """
    size = size or PAGE_ROWS
    starts = list(range(0, total, size))
    if len(starts) < 2:
        return 0

    def named(start: int) -> str:
        return f"{start + 1:,}–{min(start + size, total):,} / {total:,}"

    if st.session_state.get(name) not in starts:
        st.session_state[name] = 0
    chosen = st.selectbox(
        view.label("group"), starts, format_func=named, key=name, label_visibility="collapsed", width=220
    )
    return int(chosen)


def group_start(name: str) -> int:
    """Where the chosen group of a list begins, before its length is known."""
    return int(st.session_state.get(name, 0))


def day_at_work(desk: Desk, view: View) -> dt.date:
    """Today while the page stands at the last assessment, so that what is done today is seen at once."""
    assessed = desk.available_dates()
    if assessed and view.as_of < assessed[-1]:
        return view.as_of
    return today(desk.opened.store.clock)


def on_choice(key: str, take: Callable[[str], None]) -> Callable[[], None]:
    """What a sheet is given as `on_go`: it takes what was chosen, once, whatever runs of the page follow.

    Parameters
    ----------
    key : str
        Of the sheet.
    take : callable
        Takes the `data-go` of what was chosen.
    """

    def called() -> None:
        go = st.session_state[key].go
        if go:
            take(go)

    return called


def in_language(kept: str, language: Language) -> str:
    """Key of a control in this language, set to what is chosen: it keeps the words it was made with."""
    turn = st.session_state.get(f"{_TURN}{kept}", 0)
    key = f"{kept}:{language.value}" + (f":{turn}" if turn else "")
    st.session_state[key] = st.session_state.get(kept)
    return key


def take(kept: str, key: str) -> None:
    """Keep a choice under a name that no language changes."""
    st.session_state[kept] = st.session_state[key]
