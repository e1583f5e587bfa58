"""What goes into the ledger: confirmed in a dialog that names old and new, refused when overtaken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from monitor import commands
from monitor.clock import ZONE
from monitor.core.ledger import Revision, Terms
from monitor.core.overviews import TargetDetail
from monitor.core.records import Department
from monitor.dashboard import doing
from monitor.dashboard.desk import Desk
from monitor.dashboard.dialogs import close_dialog, open_dialog, show_dialog
from monitor.dashboard.doing import act, button_once
from monitor.dashboard.pages.adjust.comparing import Comparison
from monitor.dashboard.pages.adjust.drafts import Draft, drop_draft, keep_draft
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import flag_html, head, text
from monitor.words import display, wording
from monitor.words.lines import line_of, plain
from monitor.words.view import View

REVISE, WITHDRAW, REPORT = "revise", "withdraw", "report"
_TOLD = ("value", "deadline", "comparator", "commitment", "departments")


@dataclass(frozen=True)
class Entry:
    """A draft about to be recorded.

    Parameters
    ----------
    comparison : Comparison or None
        None for a milestone.
    effective_on : datetime.date
        First day the entry would hold.
    """

    desk: Desk
    view: View
    detail: TargetDetail
    draft: Draft
    departments: Mapping[str, Department]
    effective_on: dt.date
    done_on: dt.date
    comparison: Comparison | None

    @property
    def code(self) -> str:
        """The target."""
        return self.draft.seen.target

    @property
    def name(self) -> str:
        """Region and name."""
        line = line_of(self.detail.status, self.view)
        return f"{line.short_region} · {line.short_name}"

    def label(self, name: str, **filled: object) -> str:
        """A label of this page."""
        return self.view.label(f"adjust_{name}", **filled)


def offer(entry: Entry, *, is_milestone: bool, problem: str = "") -> None:
    """The buttons; each opens a dialog, and nothing is written before that is confirmed.

    Parameters
    ----------
    problem : str
        Why the proposed terms make no sense: then they cannot be recorded, and this is said.
    """
    is_overtaken = entry.draft.is_overtaken(entry.detail.target.history[-1])
    cannot_revise = is_overtaken or not entry.draft.is_changed or bool(problem)
    with st.container(horizontal=True, gap="small"):
        _button(entry, REVISE, primary=True, disabled=cannot_revise)
        if is_milestone:
            _button(entry, REPORT, disabled=is_overtaken)
        _button(entry, WITHDRAW, disabled=is_overtaken)
    if problem:
        st.caption(doing.plain(problem))
    for act_name in _DIALOGS:
        _show(entry, act_name)


def _button(entry: Entry, act_name: str, *, disabled: bool, primary: bool = False) -> None:
    pressed = st.button(
        entry.label(f"{act_name}_button"),
        key=f"adjust_{act_name}",
        type="primary" if primary else "secondary",
        disabled=disabled,
    )
    if not pressed:
        return
    if entry.draft.reason.strip():
        open_dialog(_dialog_name(entry, act_name))
    else:
        st.warning(entry.label("reason_first"))


def _dialog_name(entry: Entry, act_name: str) -> str:
    """Of the dialog of one act on one target: it does not open on another."""
    return f"adjust_{act_name}:{entry.code}"


def _show(entry: Entry, act_name: str) -> None:
    """The dialog of one act, if it is open for this target; it stays until it is confirmed or closed."""
    show_dialog(
        _dialog_name(entry, act_name),
        entry.label(f"{act_name}_title"),
        lambda _: _DIALOGS[act_name](entry),
        entry.view,
    )


def _revise(entry: Entry) -> None:
    sheet(
        _changes_html(entry) + _chances_html(entry) + _facts_html(entry),
        key="adjust_confirm",
        language=entry.view.language,
    )
    draft = entry.draft
    _decide(
        entry,
        lambda: act(
            entry.desk,
            entry.view,
            lambda made: _recorded(entry, made),
            commands.revise_target,
            entry.code,
            terms=draft.proposed,
            effective_on=entry.effective_on,
            reason=draft.reason,
            document=draft.document,
            expected_sequence=draft.seen.sequence,
        ),
    )


def _withdraw(entry: Entry) -> None:
    said = f"<p>{text(entry.label('withdraw_said', target=entry.name))}</p>"
    sheet(said + _facts_html(entry), key="adjust_confirm", language=entry.view.language)
    draft = entry.draft
    _decide(
        entry,
        lambda: act(
            entry.desk,
            entry.view,
            entry.label("withdrawn", target=entry.name, day=entry.effective_on.isoformat()),
            commands.withdraw_target,
            entry.code,
            effective_on=entry.effective_on,
            reason=draft.reason,
            document=draft.document,
            expected_sequence=draft.seen.sequence,
        ),
    )


def _report(entry: Entry) -> None:
    said = f"<p>{text(entry.label('report_said', target=entry.name, day=entry.done_on.isoformat()))}</p>"
    sheet(said + _facts_html(entry, dated=False), key="adjust_confirm", language=entry.view.language)
    draft = entry.draft
    _decide(
        entry,
        lambda: act(
            entry.desk,
            entry.view,
            entry.label("reported", target=entry.name, day=entry.done_on.isoformat()),
            commands.report_milestone_done,
            entry.code,
            done_on=entry.done_on,
            reason=draft.reason,
            document=draft.document,
        ),
    )


_DIALOGS: dict[str, Callable[[Entry], None]] = {REVISE: _revise, WITHDRAW: _withdraw, REPORT: _report}


def _decide(entry: Entry, carry_out: Callable[[], object | None]) -> None:
    """Confirm or go back; what was typed is kept unless it is in the ledger now."""
    with st.container(horizontal=True, gap="small"):
        confirmed = button_once(entry.label("confirm"), key=f"adjust_confirm_{entry.code}", type="primary")
        back = st.button(entry.label("back"), key="adjust_back")
    if confirmed and carry_out() is not None:
        drop_draft(entry.desk.workspace, entry.code)
    if confirmed or back:
        close_dialog()
        st.rerun()


def _recorded(entry: Entry, made: Revision) -> str:
    facts = {"target": entry.name, "number": made.sequence, "day": made.effective_on.isoformat()}
    return entry.label("recorded", **facts)


def terms_text(name: str, terms: Terms, entry: Entry) -> str:
    """One field of terms in words."""
    texts = wording.messages(entry.view.language)
    if name == "value":
        if entry.comparison is None:
            return display.MISSING
        return entry.comparison.amount(terms)
    if name == "deadline":
        return terms.deadline.isoformat()
    if name == "comparator":
        return texts.comparators[terms.comparator.value] if terms.comparator else display.MISSING
    if name == "commitment":
        return texts.commitments[terms.commitment.value] or entry.label("unspecified")
    names = [entry.departments.get(code) for code in terms.departments]
    told = [plain(entry.view.department(one), entry.view) for one in names if one is not None]
    return texts.terms["list_join"].join(told) or display.MISSING


def _named(name: str, entry: Entry) -> str:
    """What a field of terms is called."""
    return entry.label("value_row" if name == "value" else name)


def changed_fields(old: Terms, new: Terms) -> list[str]:
    """Names of the fields that differ, in the order they are told."""
    return [
        name
        for name in _TOLD
        if getattr(old, name) != getattr(new, name)
        or (name == "value" and old.value_upper != new.value_upper)
    ]


def _changes_html(entry: Entry) -> str:
    """Field, old, new."""
    old, new = entry.draft.seen.terms, entry.draft.proposed
    cells = [("", ""), (entry.view.label("column_old"), "n"), (entry.view.label("column_new"), "n")]
    rows = "".join(
        f"<tr><td>{text(_named(name, entry))}</td><td class='n'>{text(terms_text(name, old, entry))}</td>"
        f"<td class='n b'>{text(terms_text(name, new, entry))}</td></tr>"
        for name in changed_fields(old, new)
    )
    return f"<h4>{text(entry.name)}</h4><table>{head(cells)}<tbody>{rows}</tbody></table>"


def _chances_html(entry: Entry) -> str:
    """Published, in force and revised side by side with their chances."""
    found = entry.comparison
    if found is None:
        return ""
    names = (("published", found.published), ("now", found.now), ("revised", found.tried))
    cells = [("", "")] + [(entry.label(name), "n") for name, _ in names]
    rows = {
        "value": [text(found.amount(one.terms)) for _, one in names],
        "deadline": [text(wording.deadline_text(one.terms.deadline)) for _, one in names],
        "chance": [
            f"{flag_html(one.flag, entry.view.language)} <b>{text(display.percent(one.probability))}</b>"
            for _, one in names
        ],
    }
    if found.trial.terms.value is None:
        rows.pop("value")
    body = "".join(
        f"<tr><td>{text(entry.label(f'{name}_row'))}</td>"
        + "".join(f'<td class="n">{value}</td>' for value in values)
        + "</tr>"
        for name, values in rows.items()
    )
    return (
        f"<h4>{text(entry.view.label('probability'))}</h4><table>{head(cells)}<tbody>{body}</tbody></table>"
    )


def _facts_html(entry: Entry, *, dated: bool = True) -> str:
    """Reason, document and effective day."""
    facts = [("reason_row", entry.draft.reason.strip()), ("document", entry.draft.document.strip())]
    if dated:
        facts.append(("effective", entry.effective_on.isoformat()))
    rows = "".join(
        f'<tr><td class="m nb">{text(entry.label(name))}</td>'
        f'<td class="fill">{text(value or display.MISSING)}</td></tr>'
        for name, value in facts
    )
    return f"<h4>{text(entry.label('entry'))}</h4><table class='wrap'><tbody>{rows}</tbody></table>"


def show_overtaken(entry: Entry) -> None:
    """Who changed what meanwhile, beside what was seen and what was typed; the input is kept."""
    history = entry.detail.target.history
    last = history[-1]
    if not entry.draft.is_overtaken(last):
        return
    with st.container(border=True):
        sheet(_overtaken_html(entry, last), key="adjust_overtaken", language=entry.view.language)
        if button_once(entry.label("look_again"), key=f"adjust_look_{entry.code}"):
            keep_draft(entry.desk.workspace, entry.draft.looked_at(last))
            st.rerun()


def _overtaken_html(entry: Entry, last: Revision) -> str:
    seen, typed = entry.draft.seen, entry.draft.proposed
    who = wording.messages(entry.view.language).labels.get(f"actor_{last.actor}", last.actor)
    said = entry.label(
        "overtaken",
        who=who,
        day=f"{last.recorded_at.astimezone(ZONE):%Y-%m-%d %H:%M}",
        number=last.sequence,
        reason=last.reason,
    )
    shown = [
        name
        for name in _TOLD
        if name in {*changed_fields(seen.terms, last.terms), *changed_fields(seen.terms, typed)}
    ]
    cells = [("", "")] + [(entry.label(name), "n") for name in ("seen", "newest", "typed")]
    rows = ""
    for name in shown:
        values = [terms_text(name, terms, entry) for terms in (seen.terms, last.terms, typed)]
        cells_html = "".join(f'<td class="n">{text(value)}</td>' for value in values)
        rows += f"<tr><td>{text(_named(name, entry))}</td>{cells_html}</tr>"
    table = f"<table>{head(cells)}<tbody>{rows}</tbody></table>"
    note = f'<p class="note">{text(entry.label("overtaken_note"))}</p>'
    return f'<p class="f red w">× {text(said)}</p>{table}{note}'
