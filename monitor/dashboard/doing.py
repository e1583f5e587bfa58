"""Acts: a command is carried out once, and what came of it stands at the top of the page.

A button that writes carries a ticket in its key. The first press spends it, so the second press of a
double click is a press on a button that is gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from monitor.core.access import Actor
from monitor.core.errors import UserFacingError
from monitor.dashboard.desk import Desk
from monitor.queries import Store
from monitor.words.problems import problem_words
from monitor.words.view import View

Facts = ParamSpec("Facts")
Answer = TypeVar("Answer")

_SAID = "_said"
_MARKUP = re.compile(r"[\\*\[\]$~<]")


def button_once(label: str, *, key: str, **options: Any) -> bool:
    """Whether the button was pressed, told once per press however often it was clicked.

    Parameters
    ----------
    label, options
        As of `st.button`.
    key : str
        Unique on the page; the widget's own key adds the ticket.
    """
    ticket = st.session_state.setdefault(f"_ticket:{key}", 0)
    pressed = st.button(label, key=f"{key}:{ticket}", **options)
    if pressed:
        st.session_state[f"_ticket:{key}"] = ticket + 1
    return pressed


def act(
    desk: Desk,
    view: View,
    done: str | Callable[[Answer], str],
    command: Callable[Concatenate[Store, Actor, Facts], Answer],
    *facts: Facts.args,
    **named_facts: Facts.kwargs,
) -> Answer | None:
    """Carry out a command and keep a sentence for the next run of the page, which the caller starts.

    Parameters
    ----------
    desk, view
        Who acts where, and in which language it is told.
    done : str or callable
        What to say when it is done, or what makes it from the command's answer; nothing is said with an
        empty text, where the page itself shows what changed.
    command : callable
        Takes store and actor first; then `facts` and `named_facts`.

    Returns
    -------
    object or None
        The command's answer; None if it refused, and then nothing was written.
    """
    try:
        answer = desk.do(command, *facts, **named_facts)
    except UserFacingError as error:
        say(problem_words(error, view.language), refused=True)
        return None
    sentence = done if isinstance(done, str) else done(answer)
    if sentence:
        say(sentence)
    return answer


@contextmanager
def told(view: View) -> Iterator[None]:
    """Show an error as its sentence where no page around it does: inside dialogs and fragments."""
    try:
        yield
    except UserFacingError as error:
        st.error(plain(problem_words(error, view.language)))


def plain(sentence: str) -> str:
    """A sentence for a Streamlit message, in which reasons, names and cells are no markup."""
    return _MARKUP.sub(r"\\\g<0>", sentence)


def say(sentence: str, *, refused: bool = False) -> None:
    """Keep a sentence for the top of the page."""
    st.session_state[_SAID] = [*st.session_state.get(_SAID, ()), (refused, sentence)]


def show_said() -> None:
    """Show what was kept since the last run, once."""
    for refused, sentence in st.session_state.pop(_SAID, ()):
        (st.error if refused else st.success)(plain(sentence))
