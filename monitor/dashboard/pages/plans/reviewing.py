"""A document under review: its text at the left, what it proposes at the right, and the acts on all of it."""

from __future__ import annotations

import streamlit as st

from monitor.clock import ZONE
from monitor.core.errors import NotFoundError
from monitor.core.reviews import Decision
from monitor.dashboard import address, choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.doing import act, button_once
from monitor.dashboard.pages.plans import editing, ending
from monitor.dashboard.pages.plans.controls import ITEM, SHOWN, back_link, go_to, page_of
from monitor.dashboard.pages.plans.items import State, asks, item_marks, items_html, state_of
from monitor.dashboard.pages.plans.passages import passage_html, stretch_of, stretches
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import text, title_line
from monitor.plan_review import Item, OngoingReview, accept_clean, load_review
from monitor.words.view import View

ROWS = 12


def render(desk: Desk, view: View, number: str) -> None:
    """Show a review.

    Raises
    ------
    NotFoundError
        If there is none of that number.
    """
    review = address.number(number)
    if review is None:
        raise NotFoundError("review of a plan", number)
    ongoing = desk.ask(load_review, review)
    _follow(desk, view, ongoing, sheet(_title(ongoing, view), key="title", language=view.language))
    ending.show_report(ongoing, view)
    if not ongoing.review.items:
        told = text(view.label("plans_nothing_found"))
        sheet(f'<div class="card">{told}</div>', key="plans_nothing", language=view.language)
        ending.offer(desk, view, ongoing)
        return
    shown = _filters(desk, view, ongoing)
    chosen = _chosen(ongoing, shown)
    left, right = st.columns([1, 1.55], gap="small")
    with left:
        go = _text(ongoing, chosen, view)
    with right:
        _list(desk, view, ongoing, shown, chosen)
    _follow(desk, view, ongoing, go)


def _title(ongoing: OngoingReview, view: View) -> str:
    plan, items = ongoing.review.plan, ongoing.review.items
    done = sum(state_of(item) is not State.OPEN for item in items)
    facts = [
        ongoing.head.name,
        view.label("plans_new_plan" if ongoing.review.is_new_plan else "plans_old_plan", code=plan.code),
        view.label("plans_reviewed", done=done, total=len(items)),
        view.label("plans_saved"),
    ]
    if ongoing.head.ended_at is not None:
        day = f"{ongoing.head.ended_at.astimezone(ZONE):%Y-%m-%d}"
        facts[-1] = view.label(f"plans_ended_{ongoing.head.ended_as}", by=ongoing.head.ended_by, day=day)
    return title_line(f"{back_link(view)} / {text(plan.title)}", facts, view)


def _filters(desk: Desk, view: View, ongoing: OngoingReview) -> list[Item]:
    """The line of filters and acts on all; gives the proposals that pass."""
    items = ongoing.review.items
    kinds = {
        "all": list(items),
        **{state.value: [item for item in items if state_of(item) is state] for state in State},
        "problems": [item for item in items if asks(ongoing, item)],
    }
    names = {
        name: f"{view.label('all' if name == 'all' else f'plans_state_{name}')} {len(found)}"
        for name, found in kinds.items()
        if found or name in {"all", st.session_state.get(SHOWN)}
    }
    with st.container(key="filters", horizontal=True, vertical_alignment="center", gap="small"):
        name = choices.section(SHOWN, names, view)
        st.space("stretch")
        if ongoing.head.ended_at is None:
            _accept_clean(desk, view, ongoing)
        ending.offer(desk, view, ongoing)
    return kinds[name]


def _accept_clean(desk: Desk, view: View, ongoing: OngoingReview) -> None:
    """One act on all that nothing speaks against."""
    clean = ongoing.clean
    label = view.label("plans_accept_clean", count=len(clean))
    if button_once(label, key="plans_accept_clean", disabled=not clean, help=view.label("plans_clean_help")):
        act(
            desk,
            view,
            lambda count: view.label("plans_accepted_clean", count=count),
            accept_clean,
            ongoing.head.id,
            clean,
        )
        st.rerun()


def _chosen(ongoing: OngoingReview, shown: list[Item]) -> Item | None:
    """The proposal the address names, else the first that is open."""
    asked = address.number(st.query_params.get(ITEM))
    if asked is not None and asked < len(ongoing.review.items):
        return ongoing.review.item(asked)
    return next((item for item in shown if state_of(item) is State.OPEN), shown[0] if shown else None)


def _text(ongoing: OngoingReview, chosen: Item | None, view: View) -> str | None:
    """The text around the chosen proposal; what was clicked in it."""
    source = ongoing.review.document.text
    parts = stretches(source)
    marks = item_marks(ongoing, view)
    turned = None
    if chosen is not None and st.session_state.get("plans_turned") != (ongoing.head.id, chosen.position):
        st.session_state["plans_turned"] = (ongoing.head.id, chosen.position)
        turned = stretch_of(parts, chosen.candidate.value_start)
    (part,) = page_of(
        parts, f"plans_stretch:{ongoing.head.id}", view.label("plans_part"), size=1, show=turned
    )
    mark, quote = None, None
    if chosen is not None:
        mark = next(each for each in marks if each.go == f"item:{chosen.position}")
        quote = (chosen.candidate.start, chosen.candidate.end)
    body = passage_html(source, part, marks, chosen=mark, quote=quote)
    return sheet(body, key="plans_text", language=view.language)


def _list(desk: Desk, view: View, ongoing: OngoingReview, shown: list[Item], chosen: Item | None) -> None:
    """The proposals a page at a time, and the chosen one in full."""
    place = next((index for index, item in enumerate(shown) if item == chosen), None)
    followed = st.session_state.get("plans_followed")
    here = (ongoing.head.id, chosen.position) if chosen is not None else None
    st.session_state["plans_followed"] = here
    turn = place if followed != here else None
    page = page_of(shown, f"plans_items_page:{ongoing.head.id}", view.label("group"), size=ROWS, show=turn)
    if page:
        body = items_html(ongoing, page, chosen, view)
    else:
        body = f'<p class="note">{text(view.label("plans_none_pass"))}</p>'
    go = sheet(body, key="plans_items", language=view.language)
    if chosen is not None:
        editing.panel(desk, view, ongoing, chosen)
    _follow(desk, view, ongoing, go)


def _follow(desk: Desk, view: View, ongoing: OngoingReview, go: str | None) -> None:
    """Do what was clicked: turn to a proposal, decide it, or leave the page."""
    if not go:
        return
    name, _, rest = go.partition(":")
    if name == "list":
        go_to(None)
    if name == "item":
        address.keep({ITEM: rest})
        st.rerun()
    if name in set(Decision):
        position, _, seen = rest.partition(":")
        editing.decide_row(desk, view, ongoing, int(position), Decision(name), seen=int(seen))
    address.follow(go)
