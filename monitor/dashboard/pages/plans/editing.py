"""The chosen proposal in full: what the plan says, what speaks against it, its terms, and the acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from monitor.core.reviews import Decision
from monitor.core.term_rules import TermProblem
from monitor.dashboard import address
from monitor.dashboard.desk import Desk
from monitor.dashboard.doing import act, button_once, plain, say
from monitor.dashboard.pages.plans import forms
from monitor.dashboard.pages.plans.controls import ITEM
from monitor.dashboard.pages.plans.fields import draft_fields
from monitor.dashboard.pages.plans.items import State, goal_text, problem_sentences, state_html, state_of
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import muted, text
from monitor.plan_review import Item, OngoingReview, decide, draft_problems, edit
from monitor.words.problems import term_problem_words
from monitor.words.view import View


def panel(desk: Desk, view: View, ongoing: OngoingReview, item: Item) -> None:
    """Show the chosen proposal; its fields can be changed while the review is open."""
    go = sheet(_said_html(ongoing, item, view), key="plans_said", language=view.language)
    if go and go.startswith("item:"):
        address.keep({ITEM: go.removeprefix("item:")})
        st.rerun()
    address.follow(go)
    if ongoing.head.ended_at is not None or item.entered_as is not None:
        return
    form = forms.form_of(ongoing, item.position)
    _told_changed(ongoing, item, form, view)
    form = replace(form, typed=draft_fields(desk, view, ongoing, item, form))
    forms.keep_form(ongoing, item.position, form)
    _live_problems(ongoing, item, form, view)
    _buttons(desk, view, ongoing, item, form)


def _said_html(ongoing: OngoingReview, item: Item, view: View) -> str:
    """The words of the plan, where they stand, and why a person must look."""
    found = item.candidate
    facts = [found.clause, found.value_as_written, found.responsible or ""]
    lines = " ".join(
        f'<span class="nb">▲ {text(each)}</span>' for each in problem_sentences(ongoing, item, view)
    )
    links = [(f"item:{other}", f"#{other + 1}") for other in found.conflicts_with]
    if found.repeat_of is not None:
        links.append((f"item:{found.repeat_of}", f"#{found.repeat_of + 1}"))
    targets = [item.entered_as] if item.entered_as else [*item.same_as, *item.conflicts_with]
    links += [(f"target:{code}", code) for code in targets]
    led = " ".join(f'<span class="lk" data-go="{text(go)}">{text(name)}</span>' for go, name in links)
    stood = ongoing.decisions.get(item.position)
    by = view.label("plans_decided_by", by=stood.actor) if stood else ""
    return (
        f'<div class="said"><h4>{item.position + 1}　{text(found.indicator_name)}'
        f'<span class="m">{state_html(item, view)} {text(by)}</span></h4>'
        f'<p class="w">“{text(found.quote)}” {muted(" · ".join(fact for fact in facts if fact))}</p>'
        f'<p class="yellow s w">{lines}</p><p class="s w">{led}</p></div>'
    )


def _told_changed(ongoing: OngoingReview, item: Item, form: forms.Form, view: View) -> None:
    """Somebody decided while the person typed: both are shown, and the person chooses."""
    if form.seen == ongoing.sequence(item.position) or not form.is_touched:
        return
    stood = ongoing.decisions[item.position]
    told = {"by": stood.actor, "state": view.label(f"plans_state_{state_of(item)}")}
    st.warning(plain(view.label("plans_changed_meanwhile", goal=goal_text(item.draft, view), **told)))
    with st.container(horizontal=True):
        if st.button(view.label("plans_take_theirs"), key="plans_take_theirs"):
            forms.refill(ongoing, item.position)
            st.rerun()
        if st.button(view.label("plans_keep_mine"), key="plans_keep_mine"):
            forms.insist(ongoing, item.position)
            st.rerun()


def _live_problems(ongoing: OngoingReview, item: Item, form: forms.Form, view: View) -> None:
    """What stands against the terms as typed, before anything is pressed."""
    if not form.is_touched:
        return
    edited = edit(ongoing.review, item.position, **vars(form.typed))
    told = [
        term_problem_words(problem, view.language)
        if isinstance(problem, TermProblem)
        else view.label(f"plans_gap_{problem}")
        for problem in draft_problems(edited, edited.item(item.position))
    ]
    words = "；".join(told) if told else view.label("plans_fits")
    sheet(f'<p class="s">{text(words)}</p>', key="plans_live", language=view.language)


def _buttons(desk: Desk, view: View, ongoing: OngoingReview, item: Item, form: forms.Form) -> None:
    """Accept, reject, keep the changes and leave it open, take a decision back."""
    offered: list[tuple[Decision, str]] = []
    state = state_of(item)
    if state is not State.ACCEPTED or form.is_touched:
        offered.append((Decision.ACCEPTED, "plans_do_accepted"))
    if state is not State.REJECTED:
        offered.append((Decision.REJECTED, "plans_do_rejected"))
    if state is not State.OPEN:
        offered.append((Decision.PENDING, "plans_do_pending"))
    elif form.is_touched:
        offered.append((Decision.PENDING, "plans_do_save"))
    with st.container(horizontal=True, gap="small"):
        for decision, label in offered:
            kind = "primary" if decision is Decision.ACCEPTED else "secondary"
            key = f"plans_{decision.value}"
            if button_once(view.label(label), key=key, type=kind, width="content"):
                changes = vars(form.typed) if form.is_touched else {}
                _decide(desk, view, ongoing, item.position, decision, seen=form.seen, changes=changes)


def decide_row(
    desk: Desk, view: View, ongoing: OngoingReview, position: int, decision: Decision, *, seen: int
) -> None:
    """Decide a proposal as its row shows it; one with changes not stored yet is turned to instead."""
    if forms.form_of(ongoing, position).is_touched:
        say(view.label("plans_typed_first", number=position + 1), refused=True)
        address.keep({ITEM: str(position)})
        st.rerun()
    _decide(desk, view, ongoing, position, decision, seen=seen, changes={})


def _decide(
    desk: Desk,
    view: View,
    ongoing: OngoingReview,
    position: int,
    decision: Decision,
    *,
    seen: int,
    changes: Mapping[str, Any],
) -> None:
    """Store a decision, and turn to the next open proposal."""
    facts = (ongoing.head.id, position, decision)
    answer = act(desk, view, "", decide, *facts, seen=seen, changes=changes)
    if answer is not None:
        forms.refill(ongoing, position)
        if decision is not Decision.PENDING:
            address.keep({ITEM: _next_open(ongoing, position)})
    st.rerun()


def _next_open(ongoing: OngoingReview, position: int) -> str | None:
    items = ongoing.review.items
    after = [*items[position + 1 :], *items[:position]]
    found = next((item for item in after if state_of(item) is State.OPEN), None)
    return str(found.position) if found is not None else str(position)
