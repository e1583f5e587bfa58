"""One plan: its targets, and the text they were accepted from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from monitor import queries
from monitor.core.errors import NotFoundError
from monitor.core.overviews import TargetStatus
from monitor.core.records import Plan, PlanDocument, Target, TargetQuote
from monitor.dashboard import address, choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.plans.controls import back_link, go_to, page_of
from monitor.dashboard.pages.plans.listing import status_html
from monitor.dashboard.pages.plans.passages import Mark, passage_html, stretches
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import TONES, bar_html, flag_html, head, muted, text, title_line
from monitor.words import display
from monitor.words.lines import flag_of, line_of, plain, short_name
from monitor.words.view import View
from monitor.words.wording import WordingContext, deadline_text, target_statement

ONE_PAGE = 200
_LONGEST_CLAUSE = 12


@dataclass(frozen=True)
class _Held:
    """What the ledger holds of a plan: assessed targets, all of them, and those not in force yet."""

    rows: Sequence[TargetStatus]
    targets: Mapping[str, Target]
    later: Sequence[Target]


def render(desk: Desk, view: View, code: str) -> None:
    """Show a plan.

    Raises
    ------
    NotFoundError
        If there is none of that code.
    """
    plans = desk.ask(queries.get_plans)
    if code not in plans:
        raise NotFoundError("plan", code, known=plans)
    plan, day = plans[code], choices.day_at_work(desk, view)
    rows = desk.ask(queries.overview, as_of=day, plan=code).rows
    targets = {each.code: each for each in desk.ask(queries.get_targets, plan=code)}
    held = _Held(rows, targets, _not_in_force(targets, rows))
    _follow(sheet(_title(plan, held, view), key="title", language=view.language))
    documents = desk.ask(queries.plan_documents, plan=code)
    if not documents:
        _targets(desk, held, view, {})
        return
    left, right = st.columns([1, 1.5], gap="small")
    with left:
        quotes = _text(desk, documents, held, view)
    with right:
        _targets(desk, held, view, quotes)


def _not_in_force(targets: Mapping[str, Target], rows: Sequence[TargetStatus]) -> list[Target]:
    """Targets on the ledger that do not hold yet on the day looked at."""
    shown = {status.target for status in rows}
    return [
        target
        for code, target in targets.items()
        if code not in shown and not target.history[-1].terms.withdrawn
    ]


def _follow(go: str | None) -> None:
    if go == "list":
        go_to(None)
    address.follow(go)


def _title(plan: Plan, held: _Held, view: View) -> str:
    years = " – ".join(dict.fromkeys((plan.period_start, plan.period_end)))
    issued = view.label("plans_issued_on", day=plan.issued_on) if plan.issued_on else ""
    count = view.counted(len(held.rows) + len(held.later), "target")
    facts = [plan.issuer, plan.number or "", years, issued, count]
    name = f"{text(plain(view.plan(plan), view))}"
    state = f'<span class="s plain"> {status_html(plan.status, view)}</span>'
    return title_line(f"{back_link(view)} / {name}{state}", facts, view)


def _text(
    desk: Desk, documents: Sequence[PlanDocument], held: _Held, view: View
) -> Mapping[str, Sequence[TargetQuote]]:
    """The chosen document, its numbers in the colours of their targets; gives the quotes by target."""
    names = {each.sha256: each.name for each in documents}
    chosen = documents[-1]
    if len(documents) > 1:
        key = st.selectbox(
            view.label("plans_column_document"),
            list(names),
            index=len(names) - 1,
            format_func=names.__getitem__,
            key="plans_document",
        )
        chosen = next(each for each in documents if each.sha256 == key)
    quotes = desk.ask(queries.target_quotes, sha256=chosen.sha256)
    tones = {each.target: TONES[flag_of(each)] for each in held.rows}
    marks = [
        Mark(each.value_start, each.value_end, f"target:{target}", f"t{tones.get(target, 'grey')}")
        for target, found in quotes.items()
        if target in held.targets
        for each in found
    ]
    parts = stretches(chosen.text)
    shown = page_of(parts, f"plans_stretch:{chosen.sha256}", view.label("plans_part"), size=1)
    title = f"<h4>{text(chosen.name)}<span class='m'>{len(marks)}</span></h4>"
    body = title + passage_html(chosen.text, shown[0], marks)
    _follow(sheet(body, key="plans_text", language=view.language))
    return quotes


def _targets(desk: Desk, held: _Held, view: View, quotes: Mapping[str, Sequence[TargetQuote]]) -> None:
    if not held.rows and not held.later:
        note = f'<p class="note">{text(view.label("plans_no_targets_yet"))}</p>'
        sheet(note, key="plans_targets", language=view.language)
        return
    if held.rows:
        shown = page_of(held.rows, "plans_targets_page", view.label("group"), size=ONE_PAGE)
        names = ("flag", "indicator", "target", "probability", "deadline", "department", "clause", "quote")
        cells = [(view.label(f"plans_column_{name}"), "fill" if name == "quote" else "") for name in names]
        body = "".join(
            _target_row(status, held.targets.get(status.target), quotes.get(status.target, ()), view)
            for status in shown
        )
        table = f"<table>{head(cells)}<tbody>{body}</tbody></table>"
        _follow(sheet(table, key="plans_targets", language=view.language))
    if held.later:
        _follow(sheet(_later_html(desk, held.later, quotes, view), key="plans_later", language=view.language))


def _later_html(
    desk: Desk, later: Sequence[Target], quotes: Mapping[str, Sequence[TargetQuote]], view: View
) -> str:
    """Targets entered, but not in force or not assessed on the day looked at."""
    indicators = desk.ask(queries.get_indicators)
    names = ("indicator", "target", "deadline", "from", "quote")
    cells = [(view.label(f"plans_column_{name}"), "fill" if name == "quote" else "") for name in names]
    rows = []
    for target in later[:ONE_PAGE]:
        terms, first = target.history[-1].terms, target.history[0]
        indicator = indicators.get(terms.indicator or "")
        name = target.note_zh or target.code
        if indicator is not None:
            name = view.indicator(indicator)
        said = target_statement(WordingContext(terms, indicator), view.language)
        quoted = text(_said(target, quotes.get(target.code, ())))
        rows.append(
            f'<tr data-go="target:{text(target.code)}"><td><span class="ell">{text(name)}</span></td>'
            f"<td>{text(said)}</td><td>{text(deadline_text(terms.deadline))}</td>"
            f"<td>{text(first.effective_on)}</td>"
            f'<td class="clip fill" title="{quoted}">{quoted}</td></tr>'
        )
    title = f"<h4>{text(view.label('plans_later'))}<span class='m'>{len(later)}</span></h4>"
    return f"{title}<table>{head(cells)}<tbody>{''.join(rows)}</tbody></table>"


def _said(target: Target | None, quotes: Sequence[TargetQuote]) -> str:
    """The words the target stands on; without a stored text, the numbers as the plan writes them."""
    cited = target.citations if target else ()
    return " / ".join(each.quote for each in quotes) or " / ".join(written or "—" for _, written in cited)


def _target_row(
    status: TargetStatus, target: Target | None, quotes: Sequence[TargetQuote], view: View
) -> str:
    line = line_of(status, view)
    flag = flag_of(status)
    cited = target.citations if target else ()
    clause = "、".join(dict.fromkeys(clause for clause, _ in cited))
    said = _said(target, quotes)
    departments = "、".join(view.department(each) for each in status.departments)
    chance = f"{bar_html(line.probability, flag, view)} {text(display.percent(line.probability))}"
    return (
        f'<tr data-go="target:{text(status.target)}"><td>{flag_html(flag, view.language)}</td>'
        f'<td><span class="ell">{text(short_name(status, view))}</span></td><td>{text(line.statement)}</td>'
        f"<td>{chance}</td><td>{text(line.deadline)}</td>"
        f'<td><span class="ell short">{text(departments or "—")}</span></td>'
        f"<td>{muted(clause[:_LONGEST_CLAUSE] or '—')}</td>"
        f'<td class="clip fill" title="{text(said)}">{text(said)}</td></tr>'
    )
