"""What needs a person: messages that may have arrived, failed ones, and pending ones to take back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from monitor import commands, queries
from monitor.clock import today
from monitor.core.outbox import DeliveryAttempt, MessageLine, MessageState, OutboxPage, SeenMessage
from monitor.core.people import Person
from monitor.core.weeks import Week
from monitor.dashboard import choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.dialogs import decide, input_key, open_dialog, refuse, show_dialog
from monitor.dashboard.doing import button_once, plain
from monitor.dashboard.pages.mail.messages import answer_of, open_message, outcome_html, time_words
from monitor.dashboard.pages.mail.words import channel_words, kind_words, name_of
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import head, muted, text
from monitor.words.view import View

DECISIONS = {
    MessageState.UNCERTAIN: (MessageState.DELIVERED, MessageState.FAILED, MessageState.QUEUED),
    MessageState.FAILED: (MessageState.QUEUED,),
    MessageState.QUEUED: (MessageState.CANCELLED,),
}
"""What a person may decide about messages that stand so."""
_RECENT_WEEKS = 8
_ALL, _NONE = "all", "none"


def show(desk: Desk, view: View) -> None:
    """The three groups, each with what can be decided about it."""
    people = desk.ask(queries.get_people)
    _show_unqueued(desk, view, people)
    for state in DECISIONS:
        _show_group(desk, view, state, people)


def _show_unqueued(desk: Desk, view: View, people: Mapping[str, Person]) -> None:
    """Digests an interruption left composed and not queued."""
    since = Week.containing(today(desk.opened.store.clock)).shift(-_RECENT_WEEKS)
    left = desk.ask_now(queries.unqueued_digests, since=since)
    told = [
        f"{week}: {', '.join(name_of(code, people) for code in recipients)}"
        for week, recipients in left.items()
    ]
    if told:
        st.warning(plain(view.label("mail_unqueued", told="; ".join(told))))


def _show_group(desk: Desk, view: View, state: MessageState, people: Mapping[str, Person]) -> None:
    name = f"mail_group_{state.value}"
    found = desk.ask_now(
        queries.outbox_page,
        states=(state,),
        limit=choices.PAGE_ROWS,
        offset=st.session_state.get(name, 0),
    )
    chosen = _still_chosen(desk, view, state)
    sheet(_head_html(state, found.total, view), key=f"{name}_head", language=view.language)
    if not found.total:
        return
    if not found.messages:
        st.session_state[name] = 0
        st.rerun()
    with st.container(
        key=f"filters_{state.value}", horizontal=True, vertical_alignment="center", gap="small"
    ):
        _buttons(view, state, chosen)
        choices.first_row(name, found.total, view)
    numbers = tuple(each.id for each in found.messages)
    made = desk.ask_now(queries.delivery_attempts, messages=numbers)
    last = {each.message: each for each in made}  # in the order they were recorded
    html = _table_html(found.messages, last, [each.id for each in chosen], people, view)
    taking = choices.on_choice(f"{name}_table", lambda go: _take(go, state, found))
    sheet(html, key=f"{name}_table", language=view.language, on_go=taking)
    for wanted in DECISIONS[state]:
        _show_decision(desk, view, state, wanted, chosen=chosen, people=people)


def _chosen_key(state: MessageState) -> str:
    return f"mail_chosen_{state.value}"


def _chosen(state: MessageState) -> Mapping[int, SeenMessage]:
    """The chosen messages, as they stood when they were chosen."""
    chosen: Mapping[int, SeenMessage] = st.session_state.get(_chosen_key(state), {})
    return chosen


def _still_chosen(desk: Desk, view: View, state: MessageState) -> tuple[MessageLine, ...]:
    """The chosen messages that still stand as they were chosen; of the others it is told how many."""
    chosen = _chosen(state)
    if not chosen:
        return ()
    page = desk.ask_now(queries.outbox_page, ids=tuple(chosen), states=(state,), limit=len(chosen))
    kept = tuple(each for each in page.messages if each.seen == chosen[each.id])
    if len(kept) < len(chosen):
        st.info(view.label("mail_changed", count=len(chosen) - len(kept)))
        st.session_state[_chosen_key(state)] = {each.id: each.seen for each in kept}
    return kept


def _head_html(state: MessageState, total: int, view: View) -> str:
    note = view.label(f"mail_group_{state.value}_note") if total else view.label("mail_group_none")
    title = text(view.label(f"mail_group_{state.value}"))
    return f'<h4>{title}<span class="m">{total:,}</span></h4><p class="m s">{text(note)}</p>'


def _buttons(view: View, state: MessageState, chosen: Sequence[MessageLine]) -> None:
    for wanted in DECISIONS[state]:
        label = view.label(f"mail_do_{wanted.value}")
        key = f"mail_do_{state.value}_{wanted.value}:{view.language.value}"
        if st.button(label, key=key, disabled=not chosen):
            open_dialog(_dialog_name(state, wanted))
    told = view.label("mail_chosen", count=len(chosen)) if chosen else view.label("mail_choose_hint")
    st.caption(told)


def _dialog_name(state: MessageState, wanted: MessageState) -> str:
    return f"mail_{state.value}_{wanted.value}"


def _take(go: str, state: MessageState, found: OutboxPage) -> None:
    """A click in the table: choose a message or all of them, or open one."""
    what, _, number = go.partition(":")
    if what == "open":
        open_message(number)
        st.session_state["mail_section"] = "messages"
    else:
        seen = {each.id: each.seen for each in found.messages}
        chosen = _chosen(state)
        if number == _ALL:
            chosen = seen
        elif number == _NONE:
            chosen = {}
        elif int(number) in chosen:
            chosen = {each: stood for each, stood in chosen.items() if each != int(number)}
        elif int(number) in seen:  # else the list moved on under the pointer
            chosen = {**chosen, int(number): seen[int(number)]}
        st.session_state[_chosen_key(state)] = chosen


def _table_html(
    messages: Sequence[MessageLine],
    last: Mapping[int, DeliveryAttempt],
    chosen: Sequence[int],
    people: Mapping[str, Person],
    view: View,
) -> str:
    names = ("recipient", "channel", "period", "kind", "subject", "attempts", "time")
    classes = ("", "", "", "", "fill", "n", "")
    cells = [
        ("", ""),
        *((view.label(f"mail_column_{name}"), css) for name, css in zip(names, classes, strict=True)),
    ]
    rows = "".join(
        _row_html(each, each.id in chosen, people, view) + _known_html(last.get(each.id), each, view)
        for each in messages
    )
    both = " ".join(
        f'<span class="lk m s" data-go="pick:{which}">{text(view.label(f"mail_choose_{which}"))}</span>'
        for which in (_ALL, _NONE)
    )
    return f"<table>{head(cells)}<tbody>{rows}</tbody></table><p class='note'>{both}</p>"


def _row_html(message: MessageLine, is_chosen: bool, people: Mapping[str, Person], view: View) -> str:
    pick = f'data-go="pick:{message.id}"'
    box = (
        f'<td {pick} role="checkbox" aria-checked="{str(is_chosen).lower()}" '
        f'aria-label="{text(message.subject)}"><span class="box">{"■" if is_chosen else "□"}</span></td>'
    )
    cells = [
        box,
        f'<td class="b" title="{text(message.address)}">{text(name_of(message.recipient, people))}</td>',
        f"<td>{text(channel_words(message.channel, view))}</td>",
        f"<td>{text(message.period)}</td>",
        f"<td>{text(kind_words(message.kind, view))}</td>",
        f'<td class="clip"><span class="lk" data-go="open:{message.id}">{text(message.subject)}</span></td>',
        f'<td class="n">{message.attempts}</td>',
        f"<td>{text(time_words(message, view))}</td>",
    ]
    return f'<tr class="open">{"".join(cells)}</tr>'


def _known_html(last: DeliveryAttempt | None, message: MessageLine, view: View) -> str:
    """What is known of it: how the last attempt ended, what the server said, why it stands so."""
    parts = []
    if last is not None:
        parts.append(f"{outcome_html(last, view)} {muted(last.attempt.host)} {text(answer_of(last))}")
    if message.last_error and not (last and message.last_error in answer_of(last)):
        parts.append(text(message.last_error))
    return f'<tr class="more"><td></td><td class="m s" colspan="7">{" · ".join(parts)}</td></tr>'


def _show_decision(
    desk: Desk,
    view: View,
    state: MessageState,
    wanted: MessageState,
    *,
    chosen: Sequence[MessageLine],
    people: Mapping[str, Person],
) -> None:
    count = f"{len(chosen):,}"
    title = view.label(f"mail_confirm_{wanted.value}", count=count)

    def body(_: str) -> None:
        if not chosen:
            st.info(view.label("mail_none_chosen"))
            return
        _list_chosen(chosen, people, view)
        reason = st.text_area(
            view.label("mail_reason"), key=input_key("reason"), placeholder=view.label("mail_reason_hint")
        )
        if button_once(title, key=f"mail_decide_{state.value}_{wanted.value}", type="primary"):
            if not (reason or "").strip():
                refuse(view.label("mail_reason_needed"))
            _carry_out(desk, view, state, wanted, chosen=chosen, reason=reason or "")

    show_dialog(_dialog_name(state, wanted), title, body, view)


def _list_chosen(chosen: Sequence[MessageLine], people: Mapping[str, Person], view: View) -> None:
    """The messages that are decided about, once more."""
    lines = [
        f"<p>{text(name_of(each.recipient, people))} {muted(each.address)} {text(each.subject)}</p>"
        for each in chosen
    ]
    sheet("".join(lines), key="mail_decided_about", language=view.language)


def _carry_out(
    desk: Desk,
    view: View,
    state: MessageState,
    wanted: MessageState,
    *,
    chosen: Sequence[MessageLine],
    reason: str,
) -> None:
    """Decide about the chosen messages; done, none is chosen any more."""
    seen = {each.id: each.seen for each in chosen}

    def finished(count: int) -> str:
        st.session_state[_chosen_key(state)] = {}
        return view.label(f"mail_done_{wanted.value}", count=f"{count:,}")

    if wanted is MessageState.CANCELLED:
        decide(desk, view, finished, commands.cancel_messages, tuple(seen), reason=reason)
    else:
        decide(desk, view, finished, commands.settle_messages, seen, state=wanted, reason=reason)
