"""Proposed shares as revisions of the parts' own targets: all of them are written, or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from monitor import commands
from monitor.core.ledger import TargetChange
from monitor.dashboard.desk import Desk
from monitor.dashboard.dialogs import close_dialog, open_dialog, show_dialog
from monitor.dashboard.doing import act, button_once
from monitor.dashboard.pages.adjust import form
from monitor.dashboard.pages.adjust.drafts import keep_draft
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import head, text
from monitor.whatif import PartNow, Share
from monitor.words import display
from monitor.words.display import Scale


def offer(
    desk: Desk, filled: form.Form, changes: Sequence[TargetChange], shares: Sequence[Share], scale: Scale
) -> None:
    """Reason, document, day and the button; nothing is written before the dialog is confirmed."""
    if not changes:
        st.caption(filled.label("shares_none"))
        return
    form.show_entry(filled)
    name = f"adjust_shares:{filled.draft.seen.target}"
    if st.button(filled.label("shares_button"), key="adjust_shares", type="primary"):
        if filled.draft.reason.strip():
            open_dialog(name)
        else:
            st.warning(filled.label("reason_first"))
    parts = [share.part for share in shares]
    show_dialog(
        name,
        filled.label("shares_title"),
        lambda _: _confirm(desk, filled, changes, parts, scale),
        filled.view,
    )


def _confirm(
    desk: Desk,
    filled: form.Form,
    changes: Sequence[TargetChange],
    parts: Sequence[PartNow],
    scale: Scale,
) -> None:
    day = form.effective_day(filled.draft, filled.today)
    html = _html(filled, changes, parts, scale=scale, day=day)
    sheet(html, key="adjust_confirm_shares", language=filled.view.language)
    with st.container(horizontal=True, gap="small"):
        confirmed = button_once(filled.label("confirm"), key="adjust_confirm_shares_button", type="primary")
        back = st.button(filled.label("back"), key="adjust_back_shares")
    if confirmed:
        made = act(
            desk,
            filled.view,
            lambda made: filled.label("shares_recorded", count=len(made), day=day.isoformat()),
            commands.revise_targets,
            changes,
            effective_on=day,
            reason=filled.draft.reason,
            document=filled.draft.document,
        )
        if made is not None:
            keep_draft(desk.workspace, filled.draft.without_entry())
    if confirmed or back:
        close_dialog()
        st.rerun()


def _html(
    filled: form.Form,
    changes: Sequence[TargetChange],
    parts: Sequence[PartNow],
    *,
    scale: Scale,
    day: dt.date,
) -> str:
    view = filled.view
    cells = [(filled.label("part"), ""), (view.label("column_old"), "n"), (view.label("column_new"), "n")]
    owned = {part.own.code: part for part in parts if part.own is not None}
    rows = "".join(
        f"<tr><td>{text(view.region(owned[change.target].region))}</td>"
        f'<td class="n">{text(scale.text(owned[change.target].present))}</td>'
        f'<td class="n b">{text(scale.text(change.terms.value))}</td></tr>'
        for change in changes
    )
    facts = (
        ("reason_row", filled.draft.reason.strip()),
        ("document", filled.draft.document.strip() or display.MISSING),
        ("effective", day.isoformat()),
    )
    entry = "".join(
        f'<tr><td class="m nb">{text(filled.label(name))}</td><td class="fill">{text(value)}</td></tr>'
        for name, value in facts
    )
    said = f"<p>{text(filled.label('shares_said', count=len(changes)))}</p>"
    listed = f"<table>{head(cells)}<tbody>{rows}</tbody></table>"
    title = f"<h4>{text(filled.label('entry'))}</h4>"
    return f"{said}{listed}{title}<table class='wrap'><tbody>{entry}</tbody></table>"
