"""The rules of the flags as they are, and a trial of other lines; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from monitor import queries
from monitor.core.flags import COLOURS, Flag, Thresholds, colour_moves
from monitor.core.policy import Policy
from monitor.core.records import PlanState
from monitor.dashboard.desk import Desk
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import flag_html, head, text
from monitor.words.display import percent
from monitor.words.lines import flag_of
from monitor.words.view import View


def show(desk: Desk, view: View) -> None:
    """The rules left, the trial right."""
    left, right = st.columns([1.2, 1], gap="medium")
    with left:
        sheet(_rules_html(desk, view), key="settings_rules", language=view.language)
    with right:
        _trial(desk, view)


def _rules_html(desk: Desk, view: View) -> str:
    cells = [
        (view.label("settings_rule"), ""),
        (view.label("settings_value"), "n"),
        (view.label("settings_meaning"), "fill"),
    ]
    rows = "".join(
        f'<tr><td class="nb">{text(name)}</td><td class="n b nb">{text(value)}</td>'
        f"<td>{text(view.label(f'settings_rule_{name}'))}</td></tr>"
        for name, value in _rules(desk.policy)
    )
    file = (desk.settings.configs_dir / "flags.yaml").relative_to(desk.settings.home).as_posix()
    where = view.label("settings_rules_where", file=file, version=desk.policy.catalogue_version[:12])
    title = f"<h4>{text(view.label('settings_rules'))}</h4>"
    return (
        f'{title}<table class="wrap">{head(cells)}<tbody>{rows}</tbody></table>'
        f'<p class="note">{text(where)}</p>'
    )


def _rules(policy: Policy) -> Sequence[tuple[str, str]]:
    lines = policy.thresholds
    return (
        ("green_at", percent(lines.green_at)),
        ("yellow_at", percent(lines.yellow_at)),
        ("change_margin", f"{lines.change_margin * 100:.0f}"),
        ("confirmations", str(lines.confirmations)),
        ("grey_after_missed_releases", str(policy.grey_after_missed)),
        ("about_tolerance_share", percent(policy.about_tolerance_share)),
    )


def _trial(desk: Desk, view: View) -> None:
    """How many targets of the day would show another colour with other lines."""
    sheet(f"<h4>{text(view.label('settings_trial'))}</h4>", key="settings_trial", language=view.language)
    lines = desk.policy.thresholds
    with st.container(horizontal=True):
        green = _line(view, "green", lines.green_at)
        yellow = _line(view, "yellow", lines.yellow_at)
    if yellow >= green:
        st.warning(view.label("settings_trial_crossed"))
        return
    tried = replace(lines, green_at=green / 100, yellow_at=yellow / 100)
    rows = desk.ask(queries.overview, as_of=view.as_of, plan_state=PlanState.RUNNING).rows
    probabilities = [
        row.assessment.probability_met
        for row in rows
        if row.assessment is not None
        and row.assessment.probability_met is not None
        and flag_of(row) in COLOURS
    ]
    moves = colour_moves(probabilities, before=lines, after=tried)
    html = _moves_html(moves, len(probabilities), tried, view)
    sheet(html, key="settings_moves", language=view.language)


def _line(view: View, name: str, in_force: float) -> int:
    """A line to try. [percent]"""
    key = f"settings_{name}"
    st.session_state.setdefault(key, round(in_force * 100))
    shown = f"{key}:{view.language.value}"
    st.session_state[shown] = st.session_state[key]

    def take() -> None:
        st.session_state[key] = st.session_state[shown]

    label = view.label(f"settings_trial_{name}")
    return int(
        st.number_input(label, min_value=1, max_value=99, step=1, key=shown, on_change=take, width=180)
    )


def _moves_html(moves: Mapping[tuple[Flag, Flag], int], total: int, tried: Thresholds, view: View) -> str:
    if not total:
        return f'<p class="note">{text(view.label("settings_trial_none"))}</p>'
    cells = [(view.label("settings_trial_from"), "")]
    cells += [(f"→ {view.label(f'settings_colour_{flag.value}')}", "n") for flag in reversed(COLOURS)]
    rows = ""
    for before in reversed(COLOURS):
        counts = [moves.get((before, after), 0) for after in reversed(COLOURS)]
        numbers = "".join(
            f'<td class="n{" b" if count and after is not before else " m"}">{count:,}</td>'
            for after, count in zip(reversed(COLOURS), counts, strict=True)
        )
        rows += f"<tr><td>{flag_html(before, view.language)}</td>{numbers}</tr>"
    changed = sum(count for (before, after), count in moves.items() if before is not after)
    said = view.label(
        "settings_trial_said",
        changed=f"{changed:,}",
        total=f"{total:,}",
        green=percent(tried.green_at),
        yellow=percent(tried.yellow_at),
    )
    return (
        f"<p><b>{text(said)}</b></p><table>{head(cells)}<tbody>{rows}</tbody></table>"
        f'<p class="note">{text(view.label("settings_trial_note"))}</p>'
    )
