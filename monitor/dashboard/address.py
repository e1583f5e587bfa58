"""The address bar: filters and the chosen target are in it, as codes that no language changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

PAGES = "_pages"
_SHARED = ("workspace", "as_of", "lang")
_LARGEST = 2**63 - 1  # of a number in either database


def seed(name: str, options: Sequence[str], *, kept: str | None = None) -> None:
    """Once per session, take a filter's value from the address if it is one of the options.

    It is kept in the session under its own name, or under `kept`.
    """
    kept = kept or name
    marker = f"_seeded_{kept}"
    if marker in st.session_state:
        return
    st.session_state[marker] = True
    asked = st.query_params.get(name)
    if asked in options:
        st.session_state[kept] = asked


def keep(values: Mapping[str, str | None]) -> None:
    """Write values into the address; None takes a name out of it."""
    for name, value in values.items():
        if value is None:
            if name in st.query_params:
                del st.query_params[name]
        elif st.query_params.get(name) != value:
            st.query_params[name] = value


def leave_only_shared() -> None:
    """Take out of the address what belongs to one page of one workspace."""
    keep({name: None for name in list(st.query_params) if name not in _SHARED})


def number(text: str | None) -> int | None:
    """The number of a row in the address; None for anything else, and for what no row can have."""
    if text is None or not (text.isascii() and text.isdigit()):
        return None
    found = int(text) if len(text) <= len(str(_LARGEST)) else _LARGEST + 1
    return found if found <= _LARGEST else None


def follow(go: str | None) -> None:
    """Go where a sheet's `data-go` says: `target:CODE`, `overview:`, or another page and what it shows."""
    if not go:
        return
    page, _, code = go.partition(":")
    pages = st.session_state.get(PAGES, {})
    if page in pages:
        shared = {name: st.query_params[name] for name in _SHARED if name in st.query_params}
        st.switch_page(pages[page], query_params={**({"id": code} if code else {}), **shared})
