"""Freshness: which series are late or silent and who answers for them, and how sources did."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from monitor import queries
from monitor.config.figure_sources import SourceEntry, load_sources
from monitor.core.freshness import FreshnessState, SeriesFreshness
from monitor.core.sources import SourceOutcome, SourceRun, SourceStanding
from monitor.dashboard.choices import first_row
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.data import parts
from monitor.dashboard.pages.data.parts import ONE_PAGE, Names
from monitor.dashboard.sheet import card, sheet
from monitor.dashboard.widgets import head, text
from monitor.sources import standings
from monitor.words import display
from monitor.words.view import View

_STATES = {
    FreshnessState.SILENT: ("■", "red"),
    FreshnessState.LATE: ("▲", "yellow"),
    FreshnessState.EXPECTED: ("○", "grey"),
    FreshnessState.CURRENT: ("●", "green"),
}
"""Shape and tone of each state, worst first."""
_OUTCOMES = {
    SourceOutcome.UNCHANGED: ("●", "green"),
    SourceOutcome.LOADED: ("●", "green"),
    SourceOutcome.WITH_REFUSALS: ("▲", "yellow"),
    SourceOutcome.FAILED: ("■", "red"),
}
_RUNS_SHOWN = 20


def render(desk: Desk, view: View, names: Names) -> None:
    """Show counts, series, sources and runs."""
    missed = desk.policy.grey_after_missed
    found = desk.ask(queries.freshness, as_of=view.as_of, silent_after_missed=missed)
    if found:
        sheet(_strip_html(found, view), key="fresh_counts", language=view.language, on_go=_choose_state)
    else:
        card(
            view.label("data_no_series_yet"),
            view.label("data_no_loads_do"),
            key="empty",
            language=view.language,
        )
    _sources(desk, view, names)
    if found:
        _series(found, view, names)
    _runs(desk, view)


def _choose_state() -> None:
    """A count was chosen: filter by it, or take the filter off again."""
    go = st.session_state["fresh_counts"].go
    if go:
        state = go.removeprefix("state:")
        parts.choose("fresh", None if st.session_state.get("data_fresh") == state else state)


def _state_html(state: FreshnessState, view: View) -> str:
    shape, tone = _STATES[state]
    return f'<span class="f {tone}">{shape} {text(view.label(f"data_fresh_{state.value}"))}</span>'


def _strip_html(found: Sequence[SeriesFreshness], view: View) -> str:
    counts, of_targets = (
        Counter(each.state for each in found),
        Counter(each.state for each in found if each.departments),
    )
    cells = "".join(
        f'<div data-go="state:{state.value}">{_state_html(state, view)}'
        f'<span class="v">{counts[state]:,}</span>'
        f'<span class="m s">{text(view.label("data_on_targets", count=f"{of_targets[state]:,}"))}</span>'
        f"{_rule(counts[state], len(found), tone)}</div>"
        for state, (_, tone) in _STATES.items()
    )
    return f'<div class="strip">{cells}</div>'


def _rule(count: int, total: int, tone: str) -> str:
    return f'<b class="b{tone}" style="width:{100 * count / total:.1f}%"></b>' if count else ""


def _series(found: Sequence[SeriesFreshness], view: View, names: Names) -> None:
    with st.container(key="filters_fresh", horizontal=True, vertical_alignment="center", gap="small"):
        states = {state.value: view.label(f"data_fresh_{state.value}") for state in _STATES}
        state = parts.pick("fresh", states, view, anything=view.label("data_any_state"), width=140)
        named = sorted({code for each in found for code in each.departments})
        owners = {code: names.department(code) for code in named}
        owner = parts.pick("fresh_owner", owners, view, anything=view.label("any_department"), width=190)
        coded = {each.indicator: names.indicator(each.indicator) for each in found}
        indicator = parts.pick(
            "fresh_indicator", coded, view, anything=view.label("any_indicator"), width=190
        )
        rows = [
            each
            for each in found
            if (state is None or each.state.value == state)
            and (owner is None or owner in each.departments)
            and (indicator is None or each.indicator == indicator)
        ]
        first = first_row("data_group_fresh", len(rows), view, size=ONE_PAGE)
    if not rows:
        card(view.label("data_none_fit"), view.label("data_none_fit_do"), key="none", language=view.language)
        return
    body = "".join(_series_row(each, view, names) for each in rows[first : first + ONE_PAGE])
    columns = (
        ("state", ""),
        ("named_indicator", ""),
        ("named_region", ""),
        ("last_period", ""),
        ("next_period", ""),
        ("expected_on", ""),
        ("days", "n"),
        ("missed", "n"),
        ("owner", "fill"),
    )
    cells = [(view.label(f"data_column_{name}"), css) for name, css in columns]
    note = parts.note_html(view.label("data_fresh_note", count=f"{len(rows):,}"))
    table = f"<table>{head(cells)}<tbody>{body}</tbody></table>{note}"
    sheet(table, key="fresh", language=view.language)


def _series_row(each: SeriesFreshness, view: View, names: Names) -> str:
    fresh = each.freshness
    owners = view.label("data_and").join(names.department(code) for code in each.departments)
    return parts.row_html(
        (
            (_state_html(each.state, view), ""),
            (text(names.indicator(each.indicator)), ""),
            (text(names.region(each.region)), ""),
            (text(fresh.last or display.MISSING), ""),
            (text(fresh.next), ""),
            (fresh.expected_on.isoformat(), ""),
            (text(_days(fresh.expected_on, view)), "n"),
            (f"{fresh.missed:,}" if fresh.missed else '<span class="m">0</span>', "n"),
            (text(owners or view.label("data_nobody")), "" if owners else "m"),
        )
    )


def _days(expected_on: dt.date, view: View) -> str:
    days = (expected_on - view.as_of).days
    name = "data_days_left" if days >= 0 else "data_days_over"
    return view.label(name, days=display.days_left(abs(days), view.language))


def _sources(desk: Desk, view: View, names: Names) -> None:
    """Each source with its last run and its next time."""
    entries = load_sources(desk.settings.configs_dir)
    if not entries:
        card(
            view.label("data_no_sources"),
            view.label("data_no_sources_do"),
            key="sources",
            language=view.language,
        )
        return
    found = desk.ask_now(
        standings,
        entries,
        now=desk.opened.store.clock.now(),
        timezone=desk.settings.timezone,
        silent_after_missed=desk.policy.grey_after_missed,
    )
    sheet(_standings_html(found, entries, view, names), key="sources", language=view.language)


def _runs(desk: Desk, view: View) -> None:
    """The last runs of all sources; a load of one leads to it."""
    runs = desk.ask_now(queries.source_runs, limit=_RUNS_SHOWN)
    go = sheet(_runs_html(runs, view), key="runs", language=view.language)
    if go:
        parts.choose("load", go.removeprefix("load:"))
        parts.choose("section", "loads")
        st.rerun()


def _standings_html(
    found: Sequence[SourceStanding], entries: Mapping[str, SourceEntry], view: View, names: Names
) -> str:
    columns = ("source", "kind", "state", "last_run", "outcome", "next_run", "owner", "by_hand")
    rows = "".join(_standing_row(each, entries[each.source], view, names) for each in found)
    cells = [(view.label(f"data_column_{name}"), "fill" if name == "by_hand" else "") for name in columns]
    title = f"<h4>{text(view.label('data_sources'))}</h4>"
    return f"{title}<table>{head(cells)}<tbody>{rows}</tbody></table>"


def _standing_row(each: SourceStanding, entry: SourceEntry, view: View, names: Names) -> str:
    name = entry.title_zh if view.is_chinese else entry.title_en
    state = _state_html(each.state, view) if each.state else text(view.label("data_nothing_brought"))
    coming = parts.moment(each.next_expected) if each.next_expected else view.label("data_not_enabled")
    owner = names.department(entry.department) if entry.department else display.MISSING
    command = f"zhibiao sources run {entry.code}"
    return parts.row_html(
        (
            (f'{text(name)} <span class="m s">{text(entry.code)}</span>', ""),
            (text(entry.kind), "m"),
            (state, ""),
            (parts.moment(each.last.started_at) if each.last else display.MISSING, ""),
            (_outcome_html(each.last.outcome, view) if each.last else display.MISSING, ""),
            (text(coming), ""),
            (text(owner), ""),
            (f"<code>{text(command)}</code>", "m"),
        )
    )


def _outcome_html(outcome: SourceOutcome, view: View) -> str:
    shape, tone = _OUTCOMES[outcome]
    return f'<span class="f {tone}">{shape} {text(view.label(f"data_run_{outcome.value}"))}</span>'


def _runs_html(runs: Sequence[SourceRun], view: View) -> str:
    title = f"<h4>{text(view.label('data_runs'))}</h4>"
    if not runs:
        return title + parts.note_html(view.label("data_no_runs"))
    columns = (("time", ""), ("source", ""), ("outcome", ""), ("load", ""), ("said", "fill"))
    cells = [(view.label(f"data_column_{name}"), css) for name, css in columns]
    rows = "".join(
        parts.row_html(
            (
                (parts.moment(run.started_at), ""),
                (text(run.source), ""),
                (_outcome_html(run.outcome, view), ""),
                (_loads_html(run), ""),
                (f'<span title="{text(run.message)}">{text(run.message)}</span>', "m clip"),
            )
        )
        for run in runs
    )
    return f"{title}<table>{head(cells)}<tbody>{rows}</tbody></table>"


def _loads_html(run: SourceRun) -> str:
    links = (f'<span class="lk" data-go="load:{load}">{load}</span>' for load in run.load_ids)
    return " ".join(links) or display.MISSING
