"""Other models on the target, computed only when asked for: every family is fitted at several origins."""

from __future__ import annotations

import streamlit as st

from monitor.core.overviews import TargetDetail
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.target.pictures import series_scale
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import head, muted, text
from monitor.other_models import FamilyRecord, other_models
from monitor.words import display
from monitor.words.lines import Line
from monitor.words.view import View

_ASKED = "_models_of"
_NAMED_REASONS = frozenset({"too_short", "model_failed"})


def show(desk: Desk, detail: TargetDetail, line: Line) -> None:
    """A folded part of the page with a button; the answer stays until another target or day is opened."""
    view, code = line.view, line.status.target
    is_asked = st.session_state.get(_ASKED) == (code, view.as_of)
    with st.expander(view.label("target_models"), expanded=is_asked):
        if not is_asked:
            sheet(
                f'<p class="m">{text(view.label("target_models_why"))}</p>',
                key="models_why",
                language=view.language,
            )
            is_asked = st.button(view.label("target_models_run"), key="models_run")
        if not is_asked:
            return
        st.session_state[_ASKED] = (code, view.as_of)
        with st.spinner(view.label("target_models_wait")):
            found = desk.ask(other_models, desk.policy, code, as_of=view.as_of)
        sheet(_table_html(found, detail, line), key="models", language=view.language)


def _table_html(found: tuple[FamilyRecord, ...], detail: TargetDetail, line: Line) -> str:
    view = line.view
    if not found:
        return f'<p class="m">{text(view.label("target_models_none"))}</p>'
    names = [(view.label("target_model"), "fill")]
    names += [
        (view.label(name), "n")
        for name in (
            "column_probability",
            "target_model_weight",
            "target_model_error",
            "target_model_crps",
            "target_model_coverage",
            "target_model_tried",
        )
    ]
    rows = "".join(_row_html(each, detail, line) for each in found)
    note = f'<p class="note">{text(view.label("target_models_note"))}</p>'
    return f"<table>{head(names)}<tbody>{rows}</tbody></table>{note}"


def _row_html(each: FamilyRecord, detail: TargetDetail, line: Line) -> str:
    view, scale = line.view, series_scale(detail, line)
    chance = display.percent(each.probability)
    told = text(chance) if each.probability is not None else muted(_reason(each, view))
    error = (
        display.MISSING if each.error is None or scale is None else scale.gap_text(each.error, signed=False)
    )
    numbers = (
        f"{display.whole_percent(each.weight)}%",
        error,
        display.number(each.crps, 2),
        display.MISSING if each.coverage is None else f"{display.whole_percent(each.coverage)}%",
        str(each.n_tried),
    )
    cells = "".join(f'<td class="n">{text(number)}</td>' for number in numbers)
    name = text(view.label(f"target_family_{each.family}"))
    return f'<tr><td>{name}</td><td class="n b">{told}</td>{cells}</tr>'


def _reason(each: FamilyRecord, view: View) -> str:
    code = each.reason if each.reason in _NAMED_REASONS else "other"
    return view.label(f"target_reason_{code}")
