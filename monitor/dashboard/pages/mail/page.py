"""What stands where on the page."""

from __future__ import annotations

import streamlit as st

from monitor import queries
from monitor.config import load_mail_settings
from monitor.core.errors import ConfigError
from monitor.core.outbox import MessageState, OutboxAge
from monitor.dashboard import choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.mail import answers, messages, previewing, waiting
from monitor.dashboard.pages.mail.words import STATE_TONES, moment, state_html
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import text, title_line
from monitor.words.problems import problem_words
from monitor.words.view import View

SECTION = "mail_section"
_SECTIONS = {
    "messages": messages.show,
    "waiting": waiting.show,
    "answers": answers.show,
    "preview": previewing.show,
}
_NEEDS_A_PERSON = (MessageState.UNCERTAIN, MessageState.FAILED)


def render(desk: Desk, view: View) -> None:
    """Show the page."""
    age = desk.ask_now(queries.outbox_age, now=desk.opened.store.clock.now())
    sheet(_title(desk, view, age), key="title", language=view.language)
    messages.take_address()
    taking = choices.on_choice("mail_counts", _choose_state)
    sheet(_counts_html(age, view), key="mail_counts", language=view.language, on_go=taking)
    with st.container(key="filters", horizontal=True, vertical_alignment="center", gap="small"):
        chosen = choices.section(SECTION, _section_words(age, view), view)
    _SECTIONS[chosen](desk, view)


def _title(desk: Desk, view: View, age: OutboxAge) -> str:
    facts = []
    if age.oldest_due_at is not None:
        facts.append(view.label("mail_oldest", time=moment(age.oldest_due_at)))
    try:
        enabled = load_mail_settings(desk.settings).enabled
        facts += [] if enabled else [view.label("mail_switched_off")]
    except ConfigError as error:
        facts.append(problem_words(error, view.language))
    return title_line(text(view.label("mail_title")), facts, view)


def _section_words(age: OutboxAge, view: View) -> dict[str, str]:
    waiting_count = sum(age.counts.get(state, 0) for state in _NEEDS_A_PERSON)
    words = {name: view.label(f"mail_{name}") for name in _SECTIONS}
    return {**words, "waiting": f"{words['waiting']} {waiting_count}"} if waiting_count else words


def _counts_html(age: OutboxAge, view: View) -> str:
    """How many messages stand where; a count chooses those messages."""
    most = max(1, *age.counts.values())
    cells = []
    for state in MessageState:
        count, tone = age.counts.get(state, 0), STATE_TONES[state]
        bar = f'<b class="b{tone}" style="width:{count / most * 100:.0f}%"></b>' if count else ""
        cells.append(
            f'<div data-go="state:{state.value}">{state_html(state, view)}'
            f'<span class="v">{count:,}</span>{bar}</div>'
        )
    return f'<div class="strip">{"".join(cells)}</div>'


def _choose_state(go: str) -> None:
    """A count was chosen: list those messages, or all of them again."""
    state = go.removeprefix("state:")
    chosen = st.session_state.get(messages.STATE)
    st.session_state[SECTION] = "messages"
    st.session_state[messages.STATE] = None if chosen == state else state
    messages.close_message()
