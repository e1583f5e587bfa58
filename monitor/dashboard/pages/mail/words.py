"""Words and marks the sections share: states, people, moments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from monitor.clock import ZONE
from monitor.core.outbox import MessageKind, MessageState
from monitor.core.people import Person
from monitor.dashboard.widgets import text
from monitor.words.view import View

STATE_SHAPES = {
    MessageState.QUEUED: "○",
    MessageState.SENDING: "→",
    MessageState.DELIVERED: "●",
    MessageState.FAILED: "×",
    MessageState.UNCERTAIN: "▲",
    MessageState.CANCELLED: "—",
}
STATE_TONES = {
    MessageState.QUEUED: "blue",
    MessageState.SENDING: "blue",
    MessageState.DELIVERED: "green",
    MessageState.FAILED: "red",
    MessageState.UNCERTAIN: "yellow",
    MessageState.CANCELLED: "grey",
}
"""Theme colour of each state; shape and word tell states of one colour apart."""


def state_words(state: MessageState, view: View) -> str:
    """Shape and word: ● 已送达."""
    return f"{STATE_SHAPES[state]} {view.label(f'mail_state_{state.value}')}"


def state_html(state: MessageState, view: View) -> str:
    """Shape and word in the state's colour."""
    return f'<span class="f {STATE_TONES[state]}">{text(state_words(state, view))}</span>'


def kind_words(kind: MessageKind, view: View) -> str:
    """周报, Digest."""
    return view.label(f"mail_kind_{kind.value}")


def channel_words(channel: str, view: View) -> str:
    """E-mail by its word, another channel by its name."""
    return view.label("mail_channel_email") if channel == "email" else channel


def name_of(code: str, people: Mapping[str, Person]) -> str:
    """The name of a person, or the code of one who is not known."""
    return people[code].name if code in people else code


def moment(when: dt.datetime) -> str:
    """A moment in Asia/Shanghai, to the minute."""
    return f"{when.astimezone(ZONE):%Y-%m-%d %H:%M}"
