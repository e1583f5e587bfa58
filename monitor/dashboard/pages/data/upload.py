"""Upload: a file of figures, looked at first, stored when somebody says so."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from monitor import queries
from monitor.config.corrections import load_corrections
from monitor.core.access import Actor, Role
from monitor.core.errors import UserFacingError
from monitor.core.loading import LoadReport
from monitor.dashboard.desk import Desk
from monitor.dashboard.dialogs import decide, is_open, open_dialog
from monitor.dashboard.doing import plain
from monitor.dashboard.pages.data import parts
from monitor.dashboard.pages.data.parts import Names
from monitor.dashboard.sheet import card, sheet
from monitor.dashboard.uploading import uploader
from monitor.dashboard.widgets import text
from monitor.queries import Store
from monitor.uploads import UploadCheck, check_upload, store_upload
from monitor.words.problems import problem_words
from monitor.words.view import View

_CHECKED, _STORED, _DIALOG = "data_checked", "data_stored_upload", "data_store"
_COUNTS = ("new", "revised", "confirmed", "unchanged", "refused", "held", "warned")


@dataclass(frozen=True)
class _Chosen:
    """The file, and the origin of its rows that name none."""

    name: str
    content: bytes
    origin: str | None

    @property
    def key(self) -> tuple[str, str, str | None]:
        """Tells it from every other choice."""
        return self.name, hashlib.sha256(self.content).hexdigest(), self.origin


def render(desk: Desk, view: View, names: Names) -> None:
    """Show the uploader, then the check, then what was stored."""
    if not desk.actor.has(Role.PLANNER):
        card(
            view.label("data_planners_only"),
            view.label("data_planners_only_do"),
            key="none",
            language=view.language,
        )
        return
    left, right = st.columns([1, 2.2], gap="large")
    with left:
        file = uploader("figures_file", view.label("data_file"), view)
        options = {code: names.origin(code) for code in names.origins}
        origin = parts.pick(
            "origin",
            options,
            view,
            anything=view.label("data_origin_none"),
            width=400,
            label=view.label("data_origin"),
        )
        st.caption(view.label("data_file_do"))
        chosen = _Chosen(file.name, file.getvalue(), origin) if file else None
        check = _check(desk, view, chosen) if chosen else None
        if chosen and check:
            _store(desk, view, chosen, check)
    with right:
        _show(view, names, check, is_chosen=file is not None)


def _check(desk: Desk, view: View, chosen: _Chosen) -> UploadCheck | LoadReport | None:
    """What the file would do, or did; found once for a file, an origin and a state of the database."""
    stored = st.session_state.get(_STORED)
    if stored is not None and stored[0] == chosen.key:
        report: LoadReport = stored[1]
        return report
    key = (*chosen.key, desk.ask_now(queries.state_token))
    kept = st.session_state.get(_CHECKED)
    if kept is None or kept[0] != key:
        try:
            with st.spinner(view.label("data_checking")):
                found = desk.ask_now(
                    check_upload,
                    chosen.name,
                    chosen.content,
                    corrections=load_corrections(desk.settings.configs_dir),
                    default_origin=chosen.origin,
                )
        except UserFacingError as error:
            st.error(plain(problem_words(error, view.language)))
            return None
        kept = st.session_state[_CHECKED] = (key, found)
    check: UploadCheck = kept[1]
    return check


def _store(desk: Desk, view: View, chosen: _Chosen, check: UploadCheck | LoadReport) -> None:
    """The button that asks once more, and what follows a load."""
    if isinstance(check, LoadReport):
        _onward(view, check)
        return
    if not _brings(check.report):
        st.info(view.label("data_brings_nothing"))
        return
    if st.button(view.label("data_store"), key=f"store:{view.language.value}", type="primary"):
        open_dialog(_DIALOG)
    if is_open(_DIALOG):
        _confirm(desk, view, chosen, check)


def _brings(report: LoadReport) -> bool:
    """Whether storing would leave anything: figures, or rows for quarantine."""
    return bool(report.stored or ((report.refused or report.held) and not report.was_loaded_before))


def _confirm(desk: Desk, view: View, chosen: _Chosen, check: UploadCheck) -> None:
    def told(report: LoadReport) -> str:
        st.session_state[_STORED] = (chosen.key, report)
        return view.label("data_stored_done", load=report.load_id, stored=f"{report.stored:,}")

    parts.confirm_storing(
        view,
        _DIALOG,
        key="data_store_do",
        file=chosen.name,
        stored=check.report.stored,
        stopped=check.report.refused + check.report.held,
        store=lambda: decide(desk, view, told, _stored, chosen, desk.settings.configs_dir),
    )


def _stored(store: Store, actor: Actor, chosen: _Chosen, configs: Path) -> LoadReport:
    corrections = load_corrections(configs)
    name, content = chosen.name, chosen.content
    return store_upload(store, actor, name, content, corrections=corrections, default_origin=chosen.origin)


def _onward(view: View, report: LoadReport) -> None:
    """To the load, and to what waits of it."""
    with st.container(horizontal=True, gap="small"):
        if st.button(view.label("data_see_load", load=report.load_id), key=f"see_load:{view.language.value}"):
            parts.choose("load", str(report.load_id))
            parts.choose("section", "loads")
            st.rerun()
        if (report.refused or report.held) and st.button(
            view.label("data_see_waiting"), key=f"see_waiting:{view.language.value}", type="primary"
        ):
            parts.choose("of_load", str(report.load_id))
            parts.choose("row", None)
            parts.choose("section", "quarantine")
            st.rerun()


def _show(view: View, names: Names, check: UploadCheck | LoadReport | None, *, is_chosen: bool) -> None:
    """Counts, rows that are stopped, and the figures."""
    if check is None:
        if not is_chosen:
            card(
                view.label("data_upload_none"),
                view.label("data_upload_none_do"),
                key="none",
                language=view.language,
            )
        return
    is_stored = isinstance(check, LoadReport)
    report = check if isinstance(check, LoadReport) else check.report
    cells = "".join(
        f'<div><p class="m s">{text(view.label(f"data_column_{name}"))}</p>'
        f'<span class="v">{getattr(report, name):,}</span></div>'
        for name in _COUNTS
    )
    title = view.label("data_checked_stored" if is_stored else "data_checked", file=report.file_name)
    html = f'<h4>{text(title)}</h4><div class="strip facts">{cells}</div>'
    html += "".join(parts.note_html(note) for note in _notes(report, view))
    stopped = (*report.refusals, *report.held_rows, *report.warnings)
    if stopped:
        html += parts.problems_html(stopped, view, title=view.label("data_stopped_rows"))
    if isinstance(check, UploadCheck) and check.figures:
        pairs = [(each.figure, each.in_force) for each in check.figures]
        html += parts.planned_html(pairs, names, total=report.stored + report.unchanged)
    sheet(html, key="checked", language=view.language)


def _notes(report: LoadReport, view: View) -> list[str]:
    told = [view.label("data_loaded_before")] if report.was_loaded_before else []
    if report.rows_without_origin:
        told.append(view.label("data_without_origin", rows=f"{report.rows_without_origin:,}"))
    return [*told, *report.remarks]
