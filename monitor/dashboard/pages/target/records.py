"""Markup of what a target rests on: figures with their releases, the ledger, other targets, definition."""

from __future__ import annotations

import datetime as dt

from monitor.core.overviews import TargetDetail
from monitor.core.records import Observation
from monitor.dashboard.pages.target.pictures import series_scale
from monitor.dashboard.widgets import flag_html, head, link, slot, text
from monitor.words import display, wording
from monitor.words.lines import Line, line_of
from monitor.words.view import View

RELEASES_SHOWN = 40


def others_html(detail: TargetDetail, view: View) -> str:
    """Other targets on the indicator in this region; those in conflict are named so."""
    found = [status for status in detail.same_indicator if status.target != detail.status.target]
    if not found:
        return ""
    rows = ""
    for line in (line_of(status, view) for status in found):
        chance = display.MISSING if line.is_settled else display.percent(line.probability)
        conflict = text(view.label("conflict")) if line.status.target in detail.target.conflicts_with else ""
        rows += (
            f'<tr data-go="target:{text(line.status.target)}"><td>{flag_html(line.flag, view.language)}</td>'
            f'<td>{text(line.statement)}</td><td class="n b">{text(chance)}</td>'
            f'<td class="m w fill">{text(view.plan(line.status.plan))}</td>'
            f'<td class="f red">{conflict}</td></tr>'
        )
    return f"<h4>{text(view.label('same_indicator'))}</h4><table><tbody>{rows}</tbody></table>"


def releases_html(detail: TargetDetail, line: Line) -> str:
    """Every release, newest first: period, value, status, publication, definition, source."""
    view, scale = line.view, series_scale(detail, line)
    title = f"<h4>{text(view.label('releases'))}</h4>"
    entries = sorted(detail.releases, key=lambda entry: (entry.period, entry.known_on), reverse=True)
    if not entries or scale is None:
        return title + f'<p class="m">{text(view.label("no_releases"))}</p>'
    names = (
        ("period", ""),
        ("figure", "n"),
        ("status", ""),
        ("published", ""),
        ("definition", ""),
        ("source", "fill"),
    )
    cells = [(view.label(f"column_{name}"), css) for name, css in names]
    body = "".join(_release_html(entry, detail, line) for entry in entries[:RELEASES_SHOWN])
    more = len(entries) - RELEASES_SHOWN
    note = f'<p class="note">{text(view.label("more_releases", count=more))}</p>' if more > 0 else ""
    return f"{title}<table>{head(cells)}<tbody>{body}</tbody></table>{note}"


def _release_html(entry: Observation, detail: TargetDetail, line: Line) -> str:
    view, scale = line.view, series_scale(detail, line)
    origin = detail.origins.get(entry.origin)
    source = link(f"{origin.publisher} {origin.title}", origin.url) if origin else text(entry.origin)
    basis = wording.basis_word(entry.definition_basis, view.language)
    about = view.label("about_mark") if entry.known_on_basis.value == "lag" else ""
    published = about + (entry.published_on or entry.known_on.isoformat())
    value = scale.number(entry.value) if scale else display.number(entry.value, 2)
    unit = slot(scale.unit, 3 + 12 * len(scale.unit)) if scale and scale.unit else ""
    return (
        f'<tr><td>{text(entry.period)}</td><td class="n">{text(value)}{unit}</td>'
        f"<td>{text(wording.status_word(entry.status, view.language))}</td><td>{text(published)}</td>"
        f'<td class="m">{text(basis or display.MISSING)}</td>'
        f'<td class="m clip" title="{text(entry.note)}">{source}</td></tr>'
    )


def ledger_html(detail: TargetDetail, line: Line) -> str:
    """Every entry of the ledger with what it changed, and whether the chain holds."""
    view = line.view
    names = (("date", ""), ("event", ""), ("old", "n"), ("new", "n"), ("basis", "fill"))
    cells = [(view.label(f"column_{name}"), css) for name, css in names]
    rows = "".join(_entry_html(detail, index, line) for index in range(len(detail.target.history)))
    state = view.label("chain_holds" if detail.chain_holds else "chain_broken")
    tone = "green" if detail.chain_holds else "red"
    shape = "●" if detail.chain_holds else "×"
    said = f'<span class="f {tone}">{shape} {text(state)}</span>'
    note = f'<p class="note">{text(view.label("ledger_note"))} {said}</p>'
    return f"<h4>{text(view.label('ledger'))}</h4><table>{head(cells)}<tbody>{rows}</tbody></table>{note}"


def _entry_html(detail: TargetDetail, index: int, line: Line) -> str:
    view, history = line.view, detail.target.history
    entry, before = history[index], history[index - 1] if index else None
    old = display.MISSING if before is None else _amount(line, before.terms.value, before.terms.deadline)
    ended = entry.terms.withdrawn
    new = display.MISSING if ended else _amount(line, entry.terms.value, entry.terms.deadline)
    basis = " · ".join(
        part for part in (_basis(entry.reason, view), entry.document, _actor(entry.actor, view)) if part
    )
    return (
        f"<tr><td>{entry.effective_on.isoformat()}</td><td>{text(_event(detail, index, view))}</td>"
        f'<td class="n">{text(old)}</td><td class="n">{text(new)}</td><td class="m w">{text(basis)}</td></tr>'
    )


def _actor(name: str, view: View) -> str:
    """Who made an entry; the accounts every installation has are named in words."""
    return wording.messages(view.language).labels.get(f"actor_{name}", name)


def _basis(reason: str, view: View) -> str:
    """Why an entry was made; the reason the set-up writes is put into words."""
    return wording.messages(view.language).labels.get(f"basis_{reason}", reason)


def _amount(line: Line, value: float | None, deadline: dt.date) -> str:
    """Value and year of one entry."""
    return f"{line.scale.written(value)} ({wording.deadline_text(deadline)})"


def _event(detail: TargetDetail, index: int, view: View) -> str:
    """What an entry changed, in words."""
    history = detail.target.history
    if index == 0:
        return view.label("event_established")
    old, new = history[index - 1].terms, history[index].terms
    if new.withdrawn:
        return view.label("event_withdrawn")
    changed = [
        name
        for name in ("value", "deadline", "departments", "commitment")
        if getattr(old, name) != getattr(new, name)
    ]
    join = wording.messages(view.language).terms["list_join"]
    return join.join(view.label(f"event_{name}") for name in changed) or view.label("event_terms")


def definition_html(detail: TargetDetail, line: Line) -> str:
    """What the indicator measures, who publishes it, who is responsible."""
    indicator, view = detail.status.indicator, line.view
    departments = " / ".join(view.department(department) for department in detail.status.departments)
    facts: list[tuple[str, str]] = []
    if indicator is not None:
        facts += [("definition", indicator.definition), ("publisher", indicator.publisher)]
    facts += [("department", departments), ("note", _note(detail, view))]
    rows = "".join(
        f'<tr><td class="m nb">{text(view.label(f"column_{name}"))}</td>'
        f'<td class="fill">{text(value)}</td></tr>'
        for name, value in facts
        if value
    )
    return (
        f"<h4>{text(view.label('about'))}</h4><table class='wrap'><tbody>{rows}</tbody></table>"
        if rows
        else ""
    )


def _note(detail: TargetDetail, view: View) -> str:
    return (detail.target.note_zh if view.is_chinese else detail.target.note_en) or ""
