"""Trying and revising targets: what would follow, and only then what goes into the ledger."""

from __future__ import annotations

import streamlit as st

from monitor import queries, whatif
from monitor.clock import ZONE
from monitor.core.errors import NotFoundError, TargetRuleError
from monitor.core.overviews import TargetDetail
from monitor.dashboard import address, dialogs
from monitor.dashboard.choices import in_language, take
from monitor.dashboard.desk import Desk
from monitor.dashboard.doing import plain
from monitor.dashboard.naming import target_names
from monitor.dashboard.pages.adjust import comparing, curve, form, recording, shares
from monitor.dashboard.pages.adjust.drafts import get_draft
from monitor.dashboard.sheet import card, sheet
from monitor.dashboard.widgets import text, title_line
from monitor.words import display, wording
from monitor.words.lines import line_of
from monitor.words.problems import problem_words
from monitor.words.view import View

CHOSEN = "_target"
"""The target last looked at: the target page keeps it under the same name."""

TRY, SPLIT = "try", "split"
_CHANCES = (0.8, 0.5)


def render(desk: Desk, view: View) -> None:
    """Show the page."""
    names = desk.ask(target_names, view)
    code = st.query_params.get("id") or st.session_state.get(CHOSEN)
    detail = _detail(desk, view, code) if code in names else None
    _title(view, detail)
    if not names:
        card(view.label("adjust_nothing"), key="empty", language=view.language)
        return
    beside, right = st.columns([1, 2.3], gap="medium")
    left = beside.container(key="adjust_terms")  # not on paper
    with left, st.container(border=True):
        _choose(view, names, code if detail else None)
        mode = _mode(view) if detail and not detail.status.is_milestone else TRY
    if detail is None:
        with right:
            _without_target(view, code)
        return
    st.session_state[CHOSEN] = detail.status.target
    address.keep({"id": detail.status.target})
    if mode == SPLIT:
        shares.show(desk, view, detail, _form(desk, view, detail), left=left, right=right)
    elif detail.status.is_milestone:
        _milestone(desk, view, detail, left, right)
    else:
        _try(desk, view, detail, left, right)


def _detail(desk: Desk, view: View, code: str) -> TargetDetail | None:
    try:
        return desk.ask(queries.target_detail, code, as_of=view.as_of)
    except NotFoundError:
        return None


def _title(view: View, detail: TargetDetail | None) -> None:
    facts = [view.label("adjust_writes_nothing"), view.label("as_of", day=view.as_of.isoformat())]
    left = text(view.label("adjust_title"))
    if detail is not None:
        line = line_of(detail.status, view)
        name = text(f"{line.short_region} · {line.short_name}")
        go = f'data-go="target:{text(line.status.target)}"'
        left += f' <span class="m plain">/</span> <span class="plain" {go}>{name}</span>'
        left += f' <span class="m plain">{text(line.statement)}</span>'
        assessed = detail.status.assessment
        if assessed and assessed.observed_to:
            facts.append(view.label("data_to", day=display.period_text(assessed.observed_to, view.language)))
        if assessed:
            facts.append(
                view.label("assessed_at", time=f"{assessed.recorded_at.astimezone(ZONE):%m-%d %H:%M}")
            )
    address.follow(sheet(title_line(left, facts, view), key="title", language=view.language))


def _choose(view: View, names: dict[str, str], code: str | None) -> None:
    """The searchable list of targets."""
    key = f"adjust_target:{view.language.value}"
    st.session_state[key] = code

    def take() -> None:
        chosen = st.session_state[key]
        dialogs.close_dialog()
        st.session_state[CHOSEN] = chosen
        address.keep({"id": chosen})

    st.selectbox(
        view.label("adjust_target"),
        list(names),
        index=None,
        format_func=lambda one: names.get(one, one),
        placeholder=view.label("adjust_search"),
        key=key,
        on_change=take,
    )


def _mode(view: View) -> str:
    """Try other terms, or split the total."""
    st.session_state.setdefault("adjust_mode", TRY)
    key = in_language("adjust_mode", view.language)
    chosen = st.segmented_control(
        view.label("adjust_mode"),
        [TRY, SPLIT],
        format_func=lambda one: view.label(f"adjust_mode_{one}"),
        key=key,
        on_change=take,
        args=("adjust_mode", key),
        required=True,
        width="stretch",
        label_visibility="collapsed",
    )
    return chosen or TRY


def _without_target(view: View, code: str | None) -> None:
    """What to do next where no target is chosen, or the one asked for is not in force."""
    said = view.label("adjust_choose_first")
    if code:
        said = view.label("adjust_unknown", code=code, day=view.as_of.isoformat())
    card(said, key="empty", language=view.language)


def _form(desk: Desk, view: View, detail: TargetDetail) -> form.Form:
    return form.Form(
        workspace=desk.workspace,
        view=view,
        draft=get_draft(desk.workspace, detail.target.history[-1]),
        departments=desk.ask(queries.get_departments),
        today=desk.today,
    )


def _entry(
    desk: Desk, detail: TargetDetail, filled: form.Form, comparison: comparing.Comparison | None
) -> recording.Entry:
    return recording.Entry(
        desk=desk,
        view=filled.view,
        detail=detail,
        draft=filled.draft,
        departments=filled.departments,
        effective_on=form.effective_day(filled.draft, filled.today),
        done_on=filled.draft.done_on or filled.today,
        comparison=comparison,
    )


def _try(
    desk: Desk,
    view: View,
    detail: TargetDetail,
    left: st.delta_generator.DeltaGenerator,
    right: st.delta_generator.DeltaGenerator,
) -> None:
    """Other terms: the form at the left, what they would mean at the right."""
    try:
        trial = desk.ask(whatif.prepare, desk.policy, detail.status.target, as_of=view.as_of)
    except TargetRuleError as error:
        with right:
            st.warning(plain(problem_words(error, view.language)))
        return
    filled = _form(desk, view, detail)
    problem = trial.problem(filled.draft.proposed)
    with left, st.container(border=True):
        form.show_terms(filled, trial)
        folded, beside = st.columns([1, 1.3], gap="small")
        with folded:
            form.show_other_terms(filled)
        with beside:
            chance = _chance(view) if trial.has_value else _CHANCES[0]
    comparison = comparing.compare(
        trial, trial.terms if problem else filled.draft.proposed, chance=chance, view=view
    )
    entry = _entry(desk, detail, filled, comparison)
    with right:
        recording.show_overtaken(entry)
        if problem:
            st.warning(plain(problem_words(problem, view.language)))
        _results(comparison, detail)
    with left, st.container(border=True):
        form.show_entry(filled)
        recording.offer(
            entry, is_milestone=False, problem=problem_words(problem, view.language) if problem else ""
        )


def _chance(view: View) -> float:
    """Which chance the third row is to have."""
    st.session_state.setdefault("adjust_chance", _CHANCES[0])
    key = in_language("adjust_chance", view.language)
    chosen = st.segmented_control(
        view.label("adjust_chance"),
        list(_CHANCES),
        format_func=lambda one: view.label("adjust_sure", chance=display.percent(one)),
        key=key,
        on_change=take,
        args=("adjust_chance", key),
        required=True,
        width="stretch",
        label_visibility="collapsed",
    )
    return chosen or _CHANCES[0]


def _results(found: comparing.Comparison, detail: TargetDetail) -> None:
    """Rows, curve, table, sentences; a chance that cannot be told is said with its reason."""
    view = found.view
    sheet(comparing.rows_html(found), key="rows", language=view.language)
    if found.now.probability is None:
        assessment = detail.status.assessment
        if assessment is not None:
            line = line_of(detail.status, view)
            st.info(wording.sentence(assessment.reason, view.language, line.context))
    curves = curve.curves_of(found)
    if curves:
        chart, table = st.columns([1.4, 1], gap="small")
        with chart:
            hint = found.label("curve_hint", day=wording.deadline_text(found.tried.terms.deadline))
            title = f'<h4>{text(found.label("curve"))}<span class="m s">{text(hint)}</span></h4>'
            sheet(title, key="curve_title", language=view.language)
            st.vega_lite_chart(spec=curve.curve_chart(found, curves), width="stretch", alt=_describe(found))
        with table:
            sheet(comparing.ladder_html(found), key="ladder", language=view.language)
    elif found.now.probability is not None:
        sheet(comparing.ladder_html(found), key="ladder", language=view.language)
    sheet(comparing.meaning_html(found), key="meaning", language=view.language)


def _describe(found: comparing.Comparison) -> str:
    """The curve in one line for a screen reader."""
    now, tried = (display.percent(one.probability) for one in (found.now, found.tried))
    return f"{found.label('curve')}: {found.label('now')} {now}, {found.label('tried')} {tried}"


def _milestone(
    desk: Desk,
    view: View,
    detail: TargetDetail,
    left: st.delta_generator.DeltaGenerator,
    right: st.delta_generator.DeltaGenerator,
) -> None:
    """A milestone: its day, or that it is done."""
    filled = _form(desk, view, detail)
    with left, st.container(border=True):
        form.show_milestone(filled)
        form.show_other_terms(filled)
        form.show_done(filled)
    entry = _entry(desk, detail, filled, None)
    with right:
        recording.show_overtaken(entry)
        sheet(
            comparing.milestone_html(detail, filled.draft.proposed, view), key="rows", language=view.language
        )
    with left, st.container(border=True):
        form.show_entry(filled)
        recording.offer(entry, is_milestone=True)
