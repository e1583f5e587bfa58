"""Forms: a department's reporting form to download, and a filled one to bring back."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from monitor import queries
from monitor.config.corrections import load_corrections
from monitor.core.access import Actor
from monitor.core.errors import UserFacingError
from monitor.core.periods import Frequency, Period
from monitor.dashboard.desk import Desk
from monitor.dashboard.dialogs import decide, open_dialog
from monitor.dashboard.doing import plain
from monitor.dashboard.export import EXCEL_TYPE
from monitor.dashboard.pages.data import parts
from monitor.dashboard.pages.data.parts import Names
from monitor.dashboard.sheet import card, sheet
from monitor.dashboard.uploading import uploader
from monitor.dashboard.widgets import head, text
from monitor.forms import Form, FormCheck, FormReport, build_form, check_form, form_bytes, import_form
from monitor.queries import Store
from monitor.words import display
from monitor.words.problems import problem_words
from monitor.words.view import View

_MONTHS_BACK = 12
_REPORT, _CHECKED, _DIALOG = "data_form_report", "data_form_checked", "data_form_store"


def render(desk: Desk, view: View, names: Names) -> None:
    """Show both sides: what goes out, what comes back."""
    left, right = st.columns([1.35, 1], gap="large")
    with left:
        _export(desk, view, names)
    with right:
        _import(desk, view, names)


def _export(desk: Desk, view: View, names: Names) -> None:
    sheet(f"<h4>{text(view.label('data_form_out'))}</h4>", key="form_out", language=view.language)
    if not names.departments:
        card(
            view.label("data_no_departments"),
            view.label("nothing_yet_do"),
            key="none",
            language=view.language,
        )
        return
    with st.container(key="filters_form", horizontal=True, gap="small"):
        there = {each.region for each in names.departments.values()}
        regions = {code: names.region(code) for code in names.regions if code in there}
        region = parts.pick("f_region", regions, view, anything=view.label("any_region"), width=150)
        owners = {
            code: names.department(code)
            for code, each in names.departments.items()
            if region in (None, each.region)
        }
        owner = parts.pick("f_owner", owners, view, anything=view.label("data_choose_department"), width=220)
        periods = {str(period): str(period) for period in _periods(parts.day_of(desk))}
        usual = next(iter(periods))
        period = parts.pick("f_period", periods, view, anything=usual, width=120)
    if owner is None:
        card(
            view.label("data_choose_department"),
            view.label("data_choose_department_do"),
            key="none",
            language=view.language,
        )
        return
    try:
        form = desk.ask(build_form, owner, period=Period.parse(period or usual))
    except UserFacingError as error:
        st.warning(plain(problem_words(error, view.language)))
        return
    _offer(form, view)
    sheet(_form_html(form, view, names), key="form", language=view.language)


def _periods(day: dt.date) -> list[Period]:
    """Months one may report on, the last one first."""
    current = Period.containing(day, Frequency.MONTHLY)
    return [current.shift(-back) for back in range(1, _MONTHS_BACK + 1)] + [current]


def _offer(form: Form, view: View) -> None:
    head_of = form.head
    name = f"zhibiao_{head_of.workspace}_{head_of.department.code}_{head_of.period}.xlsx"
    st.download_button(
        view.label("data_form_download"),
        data=lambda: form_bytes(form, language=view.language),
        file_name=name,
        mime=EXCEL_TYPE,
        key=f"form_download:{view.language.value}",
        type="primary",
        on_click="ignore",
    )


def _form_html(form: Form, view: View, names: Names) -> str:
    """What the form asks for."""
    counts = view.label(
        "data_form_counts",
        figures=f"{len(form.figures):,}",
        targets=f"{len(form.targets):,}",
        milestones=f"{len(form.milestones):,}",
    )
    if not form.figures:
        return parts.note_html(counts) + parts.note_html(view.label("data_form_no_figures"))
    rows = []
    for cell in form.figures[: parts.ONE_PAGE]:
        last = cell.last
        scale = names.scale(cell.indicator.code, last.value if last else None)
        known = f"{last.period}: {scale.text(last.value)}" if last else display.MISSING
        rows.append(
            parts.row_html(
                (
                    (text(names.indicator(cell.indicator.code)), ""),
                    (text(view.region(cell.region)), ""),
                    (text(cell.period), "b"),
                    (text(cell.units[0]), ""),
                    (text(known), "m fill"),
                )
            )
        )
    columns = ("named_indicator", "named_region", "named_period", "named_unit", "last_figure")
    cells = [(view.label(f"data_column_{name}"), "") for name in columns]
    return f"{parts.note_html(counts)}<table>{head(cells)}<tbody>{''.join(rows)}</tbody></table>"


def _import(desk: Desk, view: View, names: Names) -> None:
    sheet(f"<h4>{text(view.label('data_form_in'))}</h4>", key="form_in", language=view.language)
    file = uploader("form_file", view.label("data_form_file"), view)
    if file is None:
        st.caption(view.label("data_form_in_do"))
        st.session_state.pop(_REPORT, None)
        return
    content = file.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    report = st.session_state.get(_REPORT)
    if report is not None and report[0] == digest:
        sheet(_report_html(report[1], view, names), key="form_report", language=view.language)
        return
    check = _check(desk, view, _Brought(file.name, content, digest))
    if check is None:
        return
    html = _report_html(check.report, view, names, figures=check.figures)
    sheet(html, key="form_checked", language=view.language)
    if not _brings(check):
        return
    if st.button(view.label("data_store"), key=f"form_store:{view.language.value}", type="primary"):
        open_dialog(_DIALOG)
    _confirm(desk, view, _Brought(file.name, content, digest), check)


@dataclass(frozen=True)
class _Brought:
    """A filled form as it came."""

    name: str
    content: bytes
    digest: str


def _check(desk: Desk, view: View, brought: _Brought) -> FormCheck | None:
    """What the form would do; found once for a form and a state of the database."""
    key = (brought.digest, desk.ask_now(queries.state_token))
    kept = st.session_state.get(_CHECKED)
    if kept is None or kept[0] != key:
        try:
            with st.spinner(view.label("data_checking")):
                corrections = load_corrections(desk.settings.configs_dir)
                name, content = brought.name, brought.content
                found = desk.ask_now(check_form, name, content, corrections=corrections)
        except UserFacingError as error:
            st.error(plain(problem_words(error, view.language)))
            return None
        kept = st.session_state[_CHECKED] = (key, found)
    check: FormCheck = kept[1]
    return check


def _brings(check: FormCheck) -> bool:
    """Whether storing would leave anything: figures, words, or cells for quarantine."""
    report = check.report
    return bool(check.figures or report.notes or report.milestones or report.problems)


def _confirm(desk: Desk, view: View, brought: _Brought, check: FormCheck) -> None:
    """Ask once more, then store."""

    def told(report: FormReport) -> str:
        st.session_state[_REPORT] = (brought.digest, report)
        return view.label("data_form_imported", file=brought.name)

    parts.confirm_storing(
        view,
        _DIALOG,
        key="form_import",
        file=brought.name,
        stored=len(check.figures),
        stopped=len(check.report.problems),
        store=lambda: decide(desk, view, told, _stored, brought, desk.settings.configs_dir),
    )


def _stored(store: Store, actor: Actor, brought: _Brought, configs: Path) -> FormReport:
    corrections = load_corrections(configs)
    return import_form(store, actor, brought.name, brought.content, corrections=corrections)


def _facts(facts: tuple[tuple[str, str], ...]) -> str:
    rows = "".join(parts.row_html(((text(name), "m"), (text(value), "b fill"))) for name, value in facts)
    return f"<table><tbody>{rows}</tbody></table>"


def _report_html(
    report: FormReport, view: View, names: Names, *, figures: Sequence[parts.Planned] = ()
) -> str:
    """What comes of a form: counts, then each cell that is not stored, then the figures of a check."""
    load = report.load
    new = sum(in_force is None for _, in_force in figures)
    told = (load.new, load.revised, load.confirmed) if load else (new, *_again(figures))
    counts = [
        (view.label(f"data_column_{name}"), f"{count:,}")
        for name, count in zip(("new", "revised", "confirmed"), told, strict=True)
    ]
    there = report.already_reported + (load.unchanged if load else 0)
    counts += [
        (view.label("data_column_unchanged"), f"{there:,}"),
        (view.label("data_form_notes"), f"{report.notes:,}"),
        (view.label("data_form_milestones"), f"{report.milestones:,}"),
        (view.label("data_form_empty"), f"{report.empty:,}"),
        (view.label("data_form_removed"), f"{report.removed:,}"),
    ]
    title = (
        f"<h4>{text(names.department(report.department))}<span class='m'>{text(report.period)}</span></h4>"
    )
    html = title + _facts(tuple(counts))
    if not report.changed and not report.problems and not figures:
        html += parts.note_html(view.label("data_form_nothing"))
    if report.problems:
        html += parts.problems_html(report.problems, view, title=view.label("data_form_problems"))
    if figures:
        html += parts.planned_html(figures, names, total=len(figures))
    return html + "".join(parts.note_html(remark) for remark in report.remarks)


def _again(figures: Sequence[parts.Planned]) -> tuple[int, int]:
    """Figures of periods that have one: those that differ from it, and those that repeat it."""
    alike = [each.value == in_force.value for each, in_force in figures if in_force is not None]
    return alike.count(False), alike.count(True)
