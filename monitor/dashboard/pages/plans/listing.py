"""The plans on record and the documents under review."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import streamlit as st

from monitor import queries
from monitor.clock import ZONE
from monitor.core.flags import WORST_FIRST, Flag
from monitor.core.records import DocumentHead, Plan
from monitor.core.reviews import ReviewProgress
from monitor.dashboard import choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.plans.controls import NEW, REVIEW, go_to, page_of
from monitor.dashboard.sheet import card, sheet
from monitor.dashboard.widgets import head, muted, shape_html, text, title_line
from monitor.words.lines import flag_of, plain
from monitor.words.view import View

ONE_PAGE = 200


def render(desk: Desk, view: View) -> None:
    """Show the list."""
    plans = desk.ask(queries.get_plans)
    reviews = desk.ask(queries.plan_reviews)
    facts = [view.counted(len(plans), "plan")]
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            sheet(
                title_line(text(view.label("plans_title")), facts, view), key="title", language=view.language
            )
        upload = st.button(view.label("plans_upload"), key="plans_upload", type="primary", width="content")
    if upload:
        go_to(NEW)
    if reviews:
        _go(sheet(reviews_html(reviews, view), key="plans_reviews", language=view.language))
    if not plans:
        card(view.label("plans_none"), view.label("plans_none_do"), key="plans_empty", language=view.language)
        return
    ordered = sorted(plans.values(), key=lambda plan: (plan.period_end, plan.code), reverse=True)
    shown = page_of(ordered, "plans_page", view.label("group"), size=ONE_PAGE)
    _go(sheet(_plans_html(desk, shown, view), key="plans", language=view.language))


def _go(chosen: str | None) -> None:
    if chosen:
        go_to(chosen)


def reviews_html(reviews: Sequence[ReviewProgress], view: View) -> str:
    """Documents under review, each a way back into its review."""
    columns = ("plan", "document", "progress", "last", "begun")
    cells = [(view.label(f"plans_column_{name}"), "fill" if name == "plan" else "") for name in columns]
    rows = "".join(_review_row(each, view) for each in reviews)
    title = f"<h4>{text(view.label('plans_under_review'))}<span class='m'>{len(reviews)}</span></h4>"
    return f"{title}<table>{head(cells)}<tbody>{rows}</tbody></table>"


def _review_row(progress: ReviewProgress, view: View) -> str:
    review = progress.head
    when = f"{progress.last_at.astimezone(ZONE):%m-%d %H:%M}" if progress.last_at else "—"
    begun = f"{review.begun_at.astimezone(ZONE):%Y-%m-%d} {review.begun_by}"
    done = view.label("plans_reviewed", done=progress.decided, total=progress.proposed)
    return (
        f'<tr data-go="{REVIEW}{review.id}"><td class="clip fill b">{text(review.plan["title"])}</td>'
        f'<td><span class="ell">{text(review.name)}</span></td><td>{text(done)}</td>'
        f"<td>{text(when)} {muted(progress.last_by or '')}</td><td>{muted(begun)}</td></tr>"
    )


def _plans_html(desk: Desk, plans: Sequence[Plan], view: View) -> str:
    columns = ("plan", "issuer", "number", "region", "years", "status", "targets", "document")
    cells = [(view.label(f"plans_column_{name}"), "fill" if name == "plan" else "") for name in columns]
    regions, heads = desk.ask(queries.get_regions), desk.ask(queries.document_heads)
    flags: dict[str, Counter[Flag]] = defaultdict(Counter)
    for status in desk.ask(queries.overview, as_of=choices.day_at_work(desk, view)).rows:
        flags[status.plan.code][flag_of(status)] += 1
    rows = "".join(
        _plan_row(
            plan,
            plain(view.region(regions[plan.region]), view) if plan.region in regions else plan.region,
            flags[plan.code],
            heads.get(plan.code, ()),
            view,
        )
        for plan in plans
    )
    return f"<table>{head(cells)}<tbody>{rows}</tbody></table>"


def _plan_row(
    plan: Plan, region: str, flags: Counter[Flag], documents: Sequence[DocumentHead], view: View
) -> str:
    years = plan.period_start[:4]
    if plan.period_end[:4] != years:
        years = f"{years}–{plan.period_end[:4]}"
    counts = " ".join(
        f'<span class="nb">{shape_html(flag, view.language)} {flags[flag]}</span>'
        for flag in WORST_FIRST
        if flags[flag]
    )
    named = text("、".join(each.name for each in documents)) if documents else '<span class="m">—</span>'
    return (
        f'<tr data-go="{text(plan.code)}"><td class="clip fill b">{text(plain(view.plan(plan), view))}</td>'
        f'<td><span class="ell">{text(plain(plan.issuer, view))}</span></td>'
        f'<td><span class="ell">{text(plan.number or "—")}</span></td><td>{text(region)}</td>'
        f"<td>{text(years)}</td><td>{status_html(plan.status, view)}</td>"
        f"<td>{counts or muted('—')}</td>"
        f'<td><span class="ell short">{named}</span></td></tr>'
    )


def status_html(status: str, view: View) -> str:
    """Draft or issued."""
    word = view.label(f"plans_status_{status}")
    return f'<span class="{"yellow" if status == "draft" else ""}">{text(word)}</span>'
