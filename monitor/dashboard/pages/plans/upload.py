"""A document is uploaded, read, and said to be a plan; then its review begins."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import streamlit as st

from monitor import queries
from monitor.core.errors import UserFacingError
from monitor.core.records import Plan, Region
from monitor.core.reviews import ReviewHead
from monitor.dashboard.desk import Desk
from monitor.dashboard.doing import act, button_once, plain
from monitor.dashboard.pages.plans.controls import REVIEW, back_link, go_to
from monitor.dashboard.sheet import sheet
from monitor.dashboard.uploading import uploader
from monitor.dashboard.widgets import muted, text, title_line
from monitor.documents import MOST_BYTES, Document, read_document_bytes
from monitor.plan_review import PlanChoice, Recognised, begin_review, recognise
from monitor.words.problems import problem_words
from monitor.words.view import View

_READ = "plans_read"
_NEW_PLAN = ""
_FIRST_YEAR, _LAST_YEAR = 2000, 2060


@dataclass(frozen=True)
class _Read:
    """An uploaded file as read, kept for the session so that it is read once."""

    file: str
    document: Document
    known: Recognised


def render(desk: Desk, view: View) -> None:
    """Show the upload."""
    facts = [view.label("plans_upload_limit", megabytes=f"{MOST_BYTES / 1e6:.0f}")]
    title = f"{back_link(view)} / {text(view.label('plans_upload_title'))}"
    if sheet(title_line(title, facts, view), key="title", language=view.language) == "list":
        go_to(None)
    left, right = st.columns([1, 1.6], gap="medium")
    with left:
        read = _uploaded(desk, view)
    if read is None:
        with right:
            sheet(_how_html(view), key="plans_how", language=view.language)
        return
    with left:
        _seen_before(desk, read.known, view)
    with right:
        choice = _choice(desk, read, view)
        _begin(desk, view, read.document, choice)


def _uploaded(desk: Desk, view: View) -> _Read | None:
    """The file as read; a sentence where it cannot be."""
    file = uploader("plans_file", view.label("plans_file"), view, hint=view.label("plans_file_help"))
    if file is None:
        return None
    read: _Read | None = st.session_state.get(_READ)
    if read is not None and read.file == file.file_id:
        return read
    try:
        with st.spinner(view.label("plans_reading")):
            document = read_document_bytes(file.name, file.getvalue())
            read = _Read(file.file_id, document, desk.ask_now(recognise, document))
    except UserFacingError as error:
        st.error(plain(problem_words(error, view.language)))
        return None
    st.session_state[_READ] = read
    return read


def _how_html(view: View) -> str:
    steps = "".join(f"<p>{text(view.label(f'plans_how_{step}'))}</p>" for step in (1, 2, 3, 4))
    return f'<div class="card"><p class="big">{text(view.label("plans_how"))}</p>{steps}</div>'


def _seen_before(desk: Desk, known: Recognised, view: View) -> None:
    """Where the very file is under review, or was accepted from."""
    plans = desk.ask(queries.get_plans)
    lines = [_open_review_html(head, view) for head in known.reviews]
    lines += [
        f'<p data-go="{text(code)}">{text(view.label("plans_entered_before", plan=plans[code].title))}</p>'
        for code in known.entered_into
        if code in plans
    ]
    if lines:
        go = sheet(f'<div class="card">{"".join(lines)}</div>', key="plans_seen", language=view.language)
        if go:
            go_to(go)


def _open_review_html(head: ReviewHead, view: View) -> str:
    told = view.label("plans_review_open", plan=head.plan["title"], by=head.begun_by)
    return f'<p data-go="{REVIEW}{head.id}"><span class="lk">{text(told)}</span></p>'


def _choice(desk: Desk, read: _Read, view: View) -> PlanChoice | None:
    """What the person says the document is; None while something is missing."""
    known = read.known
    plans = desk.ask(queries.get_plans)
    codes = [_NEW_PLAN, *sorted(plans, key=lambda code: plans[code].period_end, reverse=True)]
    chosen = st.selectbox(
        view.label("plans_which"),
        codes,
        index=codes.index(known.plan) if known.plan in codes else 0,
        format_func=lambda code: _plan_name(plans[code]) if code else view.label("plans_new"),
        key=f"plans_which:{view.language.value}:{read.file}",
    )
    if chosen:
        sheet(f"<p>{muted(view.label('plans_into_old'))}</p>", key="plans_old", language=view.language)
        return PlanChoice(code=chosen)
    return _new_plan(desk, known, view, tag=read.file)


def _plan_name(plan: Plan) -> str:
    return f"{plan.title}（{plan.period_start[:4]}–{plan.period_end[:4]}）"


def _new_plan(desk: Desk, known: Recognised, view: View, *, tag: str) -> PlanChoice | None:
    """The fields of a new plan, filled with what the document says of itself."""
    facts, regions = known.facts, desk.ask(queries.get_regions)
    title = st.text_input(view.label("plans_title_field"), facts.title or "", key=f"plans_title:{tag}")
    first, second = st.columns(2, gap="small")
    issuer = first.text_input(
        view.label("plans_column_issuer"), facts.issuer or "", key=f"plans_issuer:{tag}"
    )
    number = second.text_input(
        view.label("plans_column_number"), facts.number or "", key=f"plans_number:{tag}"
    )
    with first:
        region = _region(regions, known.region, view, tag=tag)
    issued_on = second.date_input(
        view.label("plans_issued_field"),
        value=None,
        min_value=dt.date(_FIRST_YEAR, 1, 1),
        max_value=dt.date(_LAST_YEAR, 12, 31),
        format="YYYY-MM-DD",
        key=f"plans_issued:{tag}",
    )
    with first:
        first_year = _year("plans_first_year", facts.first_year, view, tag=tag)
    with second:
        last_year = _year("plans_last_year", facts.last_year, view, tag=tag)
    years = (first_year, last_year)
    states = {state: view.label(f"plans_status_{state}") for state in ("issued", "draft")}
    state = st.segmented_control(
        view.label("plans_column_status"),
        list(states),
        format_func=states.__getitem__,
        default="issued",
        required=True,
        key=f"plans_state:{view.language.value}:{tag}",
        label_visibility="collapsed",
    )
    missing = _missing(title, region, years, view)
    if missing:
        st.warning(missing)
        return None
    return PlanChoice(
        title=title.strip(),
        issuer=issuer.strip() or None,
        number=number.strip() or None,
        region=region,
        first_year=years[0],
        year=years[1],
        issued_on=issued_on.isoformat() if issued_on else None,
        is_draft=state == "draft",
    )


def _region(regions: dict[str, Region], known: str | None, view: View, *, tag: str) -> str | None:
    codes = list(regions)

    def named(code: str) -> str:
        return f"{view.region(regions[code])} {code}"

    return st.selectbox(
        view.label("plans_column_region"),
        codes,
        index=codes.index(known) if known in codes else None,
        format_func=named,
        key=f"plans_region:{view.language.value}:{tag}",
        placeholder=view.label("plans_choose_region"),
    )


def _year(name: str, year: int | None, view: View, *, tag: str) -> int | None:
    likely = year if year is not None and _FIRST_YEAR <= year <= _LAST_YEAR else None
    value = st.number_input(
        view.label(name), _FIRST_YEAR, _LAST_YEAR, value=likely, step=1, key=f"{name}:{tag}"
    )
    return None if value is None else int(value)


def _missing(title: str, region: str | None, years: tuple[int | None, int | None], view: View) -> str:
    """What the person still has to say, in one sentence; empty if nothing."""
    first, last = years
    lacks = [
        view.label(f"plans_lacks_{name}")
        for name, value in (("title", title.strip()), ("region", region), ("years", first and last))
        if not value
    ]
    if lacks:
        return view.label("plans_lacks", what=view.label("plans_and").join(lacks))
    if first is not None and last is not None and first > last:
        return view.label("plans_years_reversed", first=first, last=last)
    return ""


def _begin(desk: Desk, view: View, document: Document, choice: PlanChoice | None) -> None:
    pressed = button_once(
        view.label("plans_begin"), key="plans_begin", type="primary", disabled=choice is None
    )
    if not pressed or choice is None:
        return
    with st.spinner(view.label("plans_extracting")):
        review = act(
            desk, view, view.label("plans_begun", file=document.name), begin_review, document, choice=choice
        )
    if review is not None:
        st.session_state.pop(_READ, None)
        go_to(f"{REVIEW}{review}")
    st.rerun()
