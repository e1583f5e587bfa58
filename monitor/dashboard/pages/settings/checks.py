"""Health: what every check found, and which versions are at work."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import streamlit as st

from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.settings.schedule import minute
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import head, text
from monitor.health import Finding, Health, examine
from monitor.words.health import check_name, finding_words
from monitor.words.view import View

_FOUND = "settings_found"
_MARKS = {Health.OK: ("green", "●"), Health.WARNING: ("yellow", "▲"), Health.FAILED: ("red", "×")}
_WORST_FIRST = (Health.FAILED, Health.WARNING, Health.OK)


def show(desk: Desk, view: View) -> None:
    """The findings of the last look in this session, the worst first, and the versions."""
    with st.container(key="filters_health", horizontal=True, vertical_alignment="center"):
        again = st.button(view.label("settings_examine"), key=f"settings_examine:{view.language.value}")
    kept = st.session_state.get(_FOUND)
    if again or kept is None or kept[0] != desk.workspace:
        moment = desk.opened.store.clock.now()
        found = tuple(examine(desk.opened, desk.actor, now=moment))
        kept = st.session_state[_FOUND] = (desk.workspace, moment, found)
    left, right = st.columns([2.2, 1], gap="medium")
    with left:
        sheet(_findings_html(kept[2], kept[1], view), key="settings_findings", language=view.language)
    with right:
        sheet(_versions_html(desk, view), key="settings_versions", language=view.language)


def _findings_html(found: Sequence[Finding], moment: dt.datetime, view: View) -> str:
    names = ("health", "check", "found")
    classes = ("", "", "fill")
    cells = [(view.label(f"settings_column_{name}"), css) for name, css in zip(names, classes, strict=True)]
    rows = "".join(
        _finding_html(each, view) for each in sorted(found, key=lambda one: _WORST_FIRST.index(one.health))
    )
    note = text(view.label("settings_examined", time=minute(moment)))
    return f'<table class="wrap">{head(cells)}<tbody>{rows}</tbody></table><p class="note">{note}</p>'


def _finding_html(finding: Finding, view: View) -> str:
    tone, shape = _MARKS[finding.health]
    word = view.label(f"settings_health_{finding.health.value}")
    return (
        f'<tr><td class="nb"><span class="f {tone}">{shape} {text(word)}</span></td>'
        f'<td class="nb">{text(check_name(finding.check, view.language))}</td>'
        f"<td>{text(finding_words(finding.sign, finding.facts, view.language))}</td></tr>"
    )


def _versions_html(desk: Desk, view: View) -> str:
    facts = (
        ("workspace", desk.settings.label(view.language.value)),
        ("database", desk.opened.store.address),
        ("home", str(desk.settings.home)),
        ("program", _program_version(view)),
        ("catalogue", desk.policy.catalogue_version),
        ("python", platform.python_version()),
        ("streamlit", version("streamlit")),
    )
    body = "".join(
        f"<dt>{text(view.label(f'settings_fact_{name}'))}</dt><dd>{text(value)}</dd>" for name, value in facts
    )
    return f"<h4>{text(view.label('settings_versions'))}</h4><dl class='about'>{body}</dl>"


def _program_version(view: View) -> str:
    """The version that is installed; a checkout has none."""
    try:
        return version("zhibiao")
    except PackageNotFoundError:
        return view.label("settings_checkout")
