"""Dialogs in which something is decided: open until it is done or dismissed, whatever runs meanwhile.

What is typed stays when a command refuses: the dialog is shown again with the words of the refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, Literal, ParamSpec, TypeVar

import streamlit as st

from monitor.core.access import Actor
from monitor.core.errors import UserFacingError
from monitor.dashboard.desk import Desk
from monitor.dashboard.doing import plain, say, told
from monitor.queries import Store
from monitor.words.problems import problem_words
from monitor.words.view import View

Facts = ParamSpec("Facts")
Answer = TypeVar("Answer")

_OPEN, _REFUSED, _INPUT = "_dialog", "_dialog_refused", "_dialog_input:"


def open_dialog(name: str, fact: str = "") -> None:
    """Open a dialog from the next run of `show_dialog` on, about one thing named by its code."""
    close_dialog()
    st.session_state[_OPEN] = (name, fact)


def close_dialog() -> None:
    """Close whichever is open, and forget what was typed in it."""
    for key in [_OPEN, _REFUSED, *(key for key in st.session_state if str(key).startswith(_INPUT))]:
        st.session_state.pop(key, None)


def is_open(name: str) -> bool:
    """Whether this dialog is the one that is open."""
    opened = st.session_state.get(_OPEN)
    return opened is not None and opened[0] == name


def input_key(name: str) -> str:
    """Key of an input inside a dialog: kept while the dialog is open."""
    return f"{_INPUT}{name}"


def show_dialog(
    name: str,
    title: str,
    body: Callable[[str], None],
    view: View,
    *,
    width: Literal["small", "medium", "large"] = "medium",
) -> None:
    """Show a dialog if it is the one that is open.

    Parameters
    ----------
    name : str
        Of the dialog.
    title : str
        Its heading.
    body : callable
        Draws it; takes what it is about. An error in it is shown in it.
    """
    opened = st.session_state.get(_OPEN)
    if opened is None or opened[0] != name:
        return

    def drawn() -> None:
        refused = st.session_state.pop(_REFUSED, None)
        if refused:
            st.error(plain(refused))
        with told(view):
            body(opened[1])

    st.dialog(title, width=width, on_dismiss=close_dialog)(drawn)()


def decide(
    desk: Desk,
    view: View,
    done: str | Callable[[Answer], str],
    command: Callable[Concatenate[Store, Actor, Facts], Answer],
    *facts: Facts.args,
    **named_facts: Facts.kwargs,
) -> None:
    """Carry out a command from inside a dialog, and start the page anew.

    Done, the dialog closes and the sentence stands at the top of the page; refused, it stays open with
    the words of the refusal. Arguments are those of `doing.act`.
    """
    try:
        answer = desk.do(command, *facts, **named_facts)
    except UserFacingError as error:
        st.session_state[_REFUSED] = problem_words(error, view.language)
    else:
        say(done if isinstance(done, str) else done(answer))
        close_dialog()
    st.rerun()


def refuse(sentence: str) -> None:
    """Keep the dialog open with a sentence: what was typed cannot be used."""
    st.session_state[_REFUSED] = sentence
    st.rerun()
