"""Choices that outlive a change of language and stand in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from monitor.dashboard import address
from monitor.dashboard.choices import in_language, take
from monitor.words.view import View


def choose(
    name: str,
    options: Sequence[str],
    view: View,
    *,
    named: Callable[[str], str],
    usual: str | None = None,
) -> str:
    """One of some codes side by side, the usual one or the first until another is chosen."""
    kept = _kept(name, options, usual=usual or options[0])
    key = in_language(kept, view.language)
    chosen = st.segmented_control(
        view.label(kept),
        options,
        format_func=named,
        key=key,
        on_change=take,
        args=(kept, key),
        required=True,
        label_visibility="collapsed",
    )
    address.keep({kept: chosen})
    return chosen or options[0]


def choose_one(name: str, names: Mapping[str, str], view: View, *, usual: str, width_px: int) -> str:
    """One of many codes in a box, by name; the usual one until another is chosen."""
    options = list(names)
    kept = _kept(name, options, usual=usual)
    key = in_language(kept, view.language)
    chosen = st.selectbox(
        view.label(kept),
        options,
        format_func=names.__getitem__,
        key=key,
        on_change=take,
        args=(kept, key),
        label_visibility="collapsed",
        width=width_px,
    )
    address.keep({kept: chosen})
    return str(chosen)


def _kept(name: str, options: Sequence[str], *, usual: str) -> str:
    """Name of a choice in session and address, of this page alone; it has a value that is an option."""
    kept = f"record_{name}"
    address.seed(kept, options)
    if st.session_state.get(kept) not in options:
        st.session_state[kept] = usual
    return kept
