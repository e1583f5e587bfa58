"""Messages sent and pending: the list, and one message as it was sent."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from monitor import queries
from monitor.core.errors import NotFoundError
from monitor.core.outbox import (
    AttemptOutcome,
    DeliveryAttempt,
    MessageKind,
    MessageLine,
    MessageState,
    OutboxMessage,
)
from monitor.core.people import Person
from monitor.dashboard import address, choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.mail.letter import show_letter
from monitor.dashboard.pages.mail.words import (
    channel_words,
    kind_words,
    moment,
    name_of,
    state_html,
    state_words,
)
from monitor.dashboard.sheet import card, sheet
from monitor.dashboard.widgets import head, muted, text
from monitor.words.view import View

MESSAGE, STATE = "mail_message", "mail_state"
_OUTCOME_TONES = {
    AttemptOutcome.DELIVERED: "green",
    AttemptOutcome.TEMPORARY: "grey",
    AttemptOutcome.PERMANENT: "red",
    AttemptOutcome.UNCERTAIN: "yellow",
}


def take_address() -> None:
    """Once per session, and whenever another page sends the reader here, open the message that is named."""
    asked = address.number(st.query_params.get("id"))
    if asked is not None:
        st.session_state[MESSAGE] = str(asked)
        address.keep({"id": None})
    elif "_seeded_message" not in st.session_state:
        named = address.number(st.query_params.get(MESSAGE))
        st.session_state[MESSAGE] = None if named is None else str(named)
    st.session_state["_seeded_message"] = True


def open_message(number: str) -> None:
    """Show one message from the next run on."""
    st.session_state[MESSAGE] = number


def close_message() -> None:
    """Show the list again."""
    st.session_state[MESSAGE] = None


def show(desk: Desk, view: View) -> None:
    """The list, or the message that was chosen from it."""
    chosen = st.session_state.get(MESSAGE)
    address.keep({MESSAGE: chosen})
    people = desk.ask(queries.get_people)
    if chosen is None:
        _show_list(desk, view, people)
        return
    with st.container(key="filters_back"):
        goes_back = st.button(
            view.label("mail_back"), key=f"mail_back:{view.language.value}", type="tertiary"
        )
    if goes_back:
        close_message()
        st.rerun()
    try:
        _show_message(desk, view, int(chosen), people)
    except NotFoundError:
        st.info(view.label("mail_gone", id=chosen))


def _show_list(desk: Desk, view: View, people: Mapping[str, Person]) -> None:
    periods = desk.ask_now(queries.outbox_periods)
    if not periods:
        todo = view.label("mail_none_yet_do" if people else "mail_nobody")
        card(view.label("mail_none_yet"), todo, key="mail_empty", language=view.language)
        return
    state, kind, recipient, period = _filters(view, people, periods)
    found = desk.ask_now(
        queries.outbox_page,
        states=None if state is None else (MessageState(state),),
        kinds=None if kind is None else (MessageKind(kind),),
        recipient=recipient,
        period=period,
        limit=choices.PAGE_ROWS,
        offset=st.session_state.get("mail_group", 0),
    )
    if not found.messages and found.total:
        st.session_state["mail_group"] = 0
        st.rerun()
    if not found.messages:
        sheet(f'<p class="note">{text(view.label("mail_none"))}</p>', key="mail_none", language=view.language)
        return
    choices.first_row("mail_group", found.total, view)
    html = _list_html(found.messages, found.total, people, view)
    opening = choices.on_choice("mail_list", lambda go: open_message(go.removeprefix("message:")))
    sheet(html, key="mail_list", language=view.language, on_go=opening)


def _filters(
    view: View, people: Mapping[str, Person], periods: Mapping[str, int]
) -> tuple[str | None, str | None, str | None, str | None]:
    """State, kind, recipient and period, each None for all."""
    asked = {
        STATE: {state.value: state_words(state, view) for state in MessageState},
        "mail_kind": {kind.value: kind_words(kind, view) for kind in MessageKind},
        "mail_recipient": {code: person.name for code, person in people.items()},
        "mail_period": {period: f"{period} · {count:,}" for period, count in periods.items()},
    }
    with st.container(key="filters_mail", horizontal=True, vertical_alignment="center", gap="small"):
        state, kind, recipient, period = (
            choices.pick(name, words, view, label=view.label(name.replace("mail_", "mail_any_")), width=190)
            for name, words in asked.items()
        )
    if (state, kind, recipient, period) != st.session_state.get("mail_filtered"):
        st.session_state["mail_filtered"] = (state, kind, recipient, period)
        st.session_state["mail_group"] = 0
    return state, kind, recipient, period


def _list_html(
    messages: tuple[MessageLine, ...], total: int, people: Mapping[str, Person], view: View
) -> str:
    names = ("state", "period", "kind", "recipient", "channel", "subject", "attempts", "time")
    classes = ("", "", "", "", "", "fill", "n", "")
    cells = [(view.label(f"mail_column_{name}"), css) for name, css in zip(names, classes, strict=True)]
    rows = "".join(_row_html(message, people, view) for message in messages)
    note = text(view.label("mail_list_note", total=f"{total:,}"))
    return f'<table>{head(cells)}<tbody>{rows}</tbody></table><p class="note">{note}</p>'


def _row_html(message: MessageLine, people: Mapping[str, Person], view: View) -> str:
    why = f" {muted(message.last_error)}" if message.last_error else ""
    cells = [
        f"<td>{state_html(message.state, view)}</td>",
        f"<td>{text(message.period)}</td>",
        f"<td>{text(kind_words(message.kind, view))}</td>",
        f'<td class="b" title="{text(message.address)}">{text(name_of(message.recipient, people))}</td>',
        f"<td>{text(channel_words(message.channel, view))}</td>",
        f'<td class="clip" title="{text(message.subject)}">{text(message.subject)}{why}</td>',
        f'<td class="n">{message.attempts}</td>',
        f"<td>{text(time_words(message, view))}</td>",
    ]
    return f'<tr data-go="message:{message.id}">{"".join(cells)}</tr>'


def time_words(message: MessageLine, view: View) -> str:
    """The one moment that matters in the state a message is in."""
    if message.ended_at is not None:
        is_sent = message.state is MessageState.DELIVERED
        return view.label("mail_time_sent" if is_sent else "mail_time_ended", time=moment(message.ended_at))
    if message.state is MessageState.UNCERTAIN and message.handing_over_at is not None:
        return view.label("mail_time_handed", time=moment(message.handing_over_at))
    return view.label("mail_time_due", time=moment(message.next_attempt_at))


def _show_message(desk: Desk, view: View, number: int, people: Mapping[str, Person]) -> None:
    message = desk.ask_now(queries.get_message, number)
    attempts = desk.ask_now(queries.delivery_attempts, messages=(number,))
    sheet(_facts_html(message, people, view), key="mail_facts", language=view.language)
    said = message.message
    kept = "mail_as_sent" if message.state is MessageState.DELIVERED else "mail_as_queued"
    show_letter(said.html, said.text, said.pictures, view, note=view.label(kept))
    sheet(_attempts_html(attempts, view), key="mail_attempts", language=view.language)


def _facts_html(message: OutboxMessage, people: Mapping[str, Person], view: View) -> str:
    said = message.message
    to = f"{name_of(said.recipient, people)} {said.address or channel_words(said.channel, view)}"
    settled = ""
    if message.settled_by and message.settled_reason:
        settled = view.label("mail_settled", who=message.settled_by, reason=message.settled_reason)
    facts = [
        ("mail_subject", f"<b>{text(said.subject)}</b>"),
        ("mail_to", text(to)),
        (
            "mail_column_state",
            f"{state_html(message.state, view)}&ensp;{muted(message.last_error)} {muted(settled)}",
        ),
        ("mail_column_period", f"{text(said.period)} {muted(kind_words(said.kind, view))}"),
        ("mail_queued_at", f"{text(moment(message.queued_at))} {muted(f'#{message.id}')}"),
    ]
    body = "".join(f"<dt>{text(view.label(name))}</dt><dd>{value}</dd>" for name, value in facts)
    return f'<dl class="about">{body}</dl>'


def _attempts_html(attempts: tuple[DeliveryAttempt, ...], view: View) -> str:
    title = f"<h4>{text(view.label('mail_attempts'))}<span class='m'>{len(attempts)}</span></h4>"
    if not attempts:
        return f'{title}<p class="note">{text(view.label("mail_no_attempts"))}</p>'
    names = ("number", "began", "outcome", "host", "reply", "worker")
    classes = ("n", "", "", "", "fill", "")
    cells = [(view.label(f"mail_column_{name}"), css) for name, css in zip(names, classes, strict=True)]
    rows = "".join(
        f'<tr><td class="n">{each.number}</td><td class="nb">{text(moment(each.attempt.started_at))}</td>'
        f'<td class="nb">{outcome_html(each, view)}</td><td class="nb">{text(each.attempt.host)}</td>'
        f"<td>{text(answer_of(each))}</td><td>{muted(each.worker)}</td></tr>"
        for each in attempts
    )
    return f'{title}<table class="wrap">{head(cells)}<tbody>{rows}</tbody></table>'


def outcome_html(attempt: DeliveryAttempt, view: View) -> str:
    """How an attempt ended, in its colour."""
    outcome = attempt.attempt.outcome
    return (
        f'<span class="{_OUTCOME_TONES[outcome]}">{text(view.label(f"mail_outcome_{outcome.value}"))}</span>'
    )


def answer_of(attempt: DeliveryAttempt) -> str:
    """What the server said, and why it was not delivered."""
    return " ".join(part for part in (attempt.attempt.reply, attempt.attempt.error) if part)
