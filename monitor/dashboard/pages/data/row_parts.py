"""Markup of one refused row: what is wrong, the verdict, its neighbours, what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.core.errors import PeriodError
from monitor.core.loading import (
    NewObservation,
    QuarantinedRow,
    RowRepair,
    RowSettlement,
)
from monitor.core.periods import Period
from monitor.core.records import Observation
from monitor.dashboard.pages.data import parts
from monitor.dashboard.pages.data.parts import Names
from monitor.dashboard.widgets import head, slot, text, unit_slot_px
from monitor.ingest.columns import Column, column_named
from monitor.quarantine import ReplayReport, Verdict
from monitor.words import display, wording
from monitor.words.view import View

BEFORE, AFTER = 9, 4
"""Figures of the series shown before the row's period, and after it."""


def title_html(row: QuarantinedRow, view: View) -> str:
    """Which row it is and how it stands."""
    told = row.row
    title = view.label("data_row_title", row=told.id)
    facts = (
        view.label(f"data_state_{told.state.value}"),
        told.refusal.file,
        parts.place_of(told.refusal, view),
        view.label("data_of_load", load=told.load_id),
        parts.moment(told.recorded_at),
    )
    return f"<h4>{text(title)}<span class='m'>{text(' · '.join(facts))}</span></h4>"


def wrong_html(row: QuarantinedRow, view: View) -> str:
    """The rule that stops it, with reason and remedy."""
    words = parts.words_of(row.refusal, view)
    head_line = f"{parts.severity_html(row.refusal.severity, view)} <b>{text(words.name)}</b>"
    return (
        f'<div class="card"><p>{head_line}</p><p>{text(words.reason)}</p>'
        f'<p class="m">{text(view.label("data_remedy"))}{text(words.remedy)}</p></div>'
    )


def cell_label(name: str, row: QuarantinedRow, view: View) -> str:
    """What an input is called: the column, and what was read where that was repaired."""
    column = column_named(name)
    called = view.label(f"data_cell_{column.value}") if column else name
    read, now = str(row.row.raw.get(name, "")), row.cells.get(name, "")
    return called if read == now else view.label("data_cell_repaired", cell=called, read=read or "—")


def cells_html(row: QuarantinedRow, view: View) -> str:
    """The cells as read and as they stand, of a row that is settled."""
    names = dict.fromkeys([*row.row.raw, *row.cells])
    rows = "".join(
        parts.row_html(
            (
                (text(name), "m"),
                (text(row.row.raw.get(name, "") or display.MISSING), ""),
                (text(row.cells.get(name, "") or display.MISSING), "b"),
            )
        )
        for name in names
    )
    cells = [(view.label(f"data_column_{name}"), "") for name in ("cell", "read", "stands")]
    return f"<table>{head(cells)}<tbody>{rows}</tbody></table>"


def verdict_html(verdict: Verdict, row: QuarantinedRow, names: Names, *, edited: bool) -> str:
    """What would become of the row if it were sent in now."""
    view = names.view
    lead = view.label("data_verdict_edited" if edited else "data_verdict")
    refusal = verdict.refused.get(row.row.id)
    if refusal is None:
        figures = tuple(verdict.load.rows)
        told = "".join(f"<p><b>{text(_figure(each, names))}</b></p>" for each in figures)
        passes = f'<span class="f green">● {text(view.label("data_passes"))}</span>'
        warned = "".join(
            f'<p class="m">△ {text(parts.words_of(each, view).reason)}</p>' for each in verdict.load.warnings
        )
        return f'<div class="change"><p>{text(lead)}{passes}</p>{told}{warned}</div>'
    words = parts.words_of(refusal, view)
    stopped = f"{parts.severity_html(refusal.severity, view)} <b>{text(words.name)}</b>"
    if refusal.rule == row.refusal.rule and not edited:
        return f'<div class="change"><p>{text(lead)}{text(view.label("data_still"))}{stopped}</p></div>'
    return (
        f'<div class="change"><p>{text(lead)}{stopped}</p>'
        f'<p>{text(words.reason)} <span class="m">{text(words.remedy)}</span></p></div>'
    )


def _figure(entry: NewObservation, names: Names) -> str:
    """A figure in one line."""
    scale = names.scale(entry.indicator, entry.value)
    called = f"{names.region(entry.region)} {names.indicator(entry.indicator)}"
    return f"{called} {entry.period}: {scale.text(entry.value)}"


def told(answer: object, name: str, row_id: int, view: View) -> str:
    """What an act on the row came to."""
    if not isinstance(answer, ReplayReport):
        return view.label(f"data_done_{name}", row=row_id)
    refusal = answer.refused.get(row_id)
    if refusal is None:
        load = answer.load.load_id if answer.load else 0
        return view.label("data_done_stored", row=row_id, load=load)
    words = parts.words_of(refusal, view)
    return view.label("data_done_refused", row=row_id, rule=words.name, reason=words.reason)


def no_series_html(view: View) -> str:
    """Where the row does not say which series it belongs to."""
    title = f"<h4>{text(view.label('data_neighbours'))}</h4>"
    return title + f'<p class="m">{text(view.label("data_no_series"))}</p>'


def neighbours_html(
    figures: Sequence[Observation], series: tuple[str, str], cells: Mapping[str, str], names: Names
) -> str:
    """The figures in force around the row's period, with the row among them."""
    view, (indicator, region) = names.view, series
    title = (
        f"<h4>{text(view.label('data_neighbours'))}"
        f"<span class='m'>{text(names.region(region))} {text(names.indicator(indicator))}</span></h4>"
    )
    held = {column_named(name): said.strip() for name, said in cells.items()}
    period = _period(held.get(Column.PERIOD, ""))
    ordered = sorted(figures, key=lambda each: Period.parse(each.period).end)
    later = [each for each in ordered if period is not None and Period.parse(each.period).end > period.end]
    earlier = ordered[: len(ordered) - len(later)]
    shown, after = earlier[-BEFORE:], later[:AFTER]
    scale = names.scale(indicator, shown[-1].value if shown else None)
    width = unit_slot_px([scale.unit])

    def line(each: Observation) -> str:
        cells = (
            (text(each.period), ""),
            (text(scale.number(each.value)) + slot(scale.unit, width), "n"),
            (text(wording.status_word(each.status, view.language)), ""),
            (text(parts.published(each, view)), ""),
            (text(names.origin(each.origin)), "m clip"),
        )
        return parts.row_html(cells)

    own = parts.row_html(
        (
            (f"<b>{text(held.get(Column.PERIOD) or display.MISSING)}</b>", ""),
            (
                f"<b>{text(held.get(Column.VALUE) or display.MISSING)}</b> {text(held.get(Column.UNIT, ''))}",
                "n",
            ),
            (f"<b>{text(view.label('data_this_row'))}</b>", ""),
            ("", ""),
            ("", ""),
        ),
        css="tyellow",
    )
    columns = (("period", ""), ("figure", "n"), ("status", ""), ("published", ""), ("source", "fill"))
    heads = head([(view.label(f"column_{name}"), css) for name, css in columns])
    body = "".join(map(line, shown)) + own + "".join(map(line, after))
    note = "" if ordered else parts.note_html(view.label("data_no_neighbours"))
    return f"{title}<table>{heads}<tbody>{body}</tbody></table>{note}"


def _period(written: str) -> Period | None:
    try:
        return Period.parse(written)
    except PeriodError:
        return None


def history_html(row: QuarantinedRow, view: View) -> str:
    """What was done to the row, oldest first."""
    if not row.actions:
        return ""
    items = "".join(f'<div class="change"><p>{text(deed)}</p></div>' for deed in deeds(row, view))
    return f"<h4>{text(view.label('data_history'))}</h4>{items}"


def deeds(row: QuarantinedRow, view: View) -> list[str]:
    """Repairs and attempts as sentences, oldest first."""
    done: list[RowRepair | RowSettlement] = [*row.repairs, *row.settlements]
    done.sort(key=lambda each: (each.recorded_at, isinstance(each, RowSettlement)))
    return [_deed(each, view) for each in done]


def _deed(entry: RowRepair | RowSettlement, view: View) -> str:
    facts = {
        "time": parts.moment(entry.recorded_at),
        "who": parts.person(entry.actor, view),
        "reason": entry.reason,
    }
    if isinstance(entry, RowRepair):
        what = view.label("data_and").join(
            f"{name} {entry.old.get(name) or '—'} → {new or '—'}" for name, new in entry.new.items()
        )
        return view.label("data_deed_repaired", what=what, **facts)
    why = parts.words_of(entry.refusal, view).name if entry.refusal else ""
    return view.label(f"data_deed_{entry.outcome.value}", load=entry.load_id or "", why=why, **facts)
