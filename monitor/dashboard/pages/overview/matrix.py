"""Region × indicator: a sparkline and one chip per target in each cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.core.flags import COLOURS
from monitor.core.records import TargetStatus
from monitor.dashboard.widgets import TONES, head, muted, spark_html, text
from monitor.words import display, wording
from monitor.words.lines import (
    flag_of,
    goal_of,
    is_milestone,
    kind_suffix,
    plain,
    short_region,
    worst_first,
)
from monitor.words.view import View

COLUMNS_SHOWN = 10
ROWS_SHOWN = 60
_STACK_ABOVE = 2
_CHIPS_SHOWN = 6
Cells = dict[tuple[str, str], list[TargetStatus]]


@dataclass(frozen=True)
class Axis:
    """Codes and names along one side."""

    codes: tuple[str, ...]
    names: dict[str, str]


def matrix_html(rows: Sequence[TargetStatus], view: View) -> str:
    """The matrix with the longer side downwards; empty if nothing is measured."""
    measured = sorted((row for row in rows if row.indicator and not is_milestone(row)), key=worst_first)
    if not measured:
        return ""
    cells: Cells = defaultdict(list)
    for status in measured:
        cells[status.region.code, _indicator(status)].append(status)
    regions, indicators = _regions(measured, view), _indicators(measured, view)
    by_region = len(regions.codes) >= len(indicators.codes)
    down, across = (regions, indicators) if by_region else (indicators, regions)
    title = view.label("matrix_by_region" if by_region else "matrix_by_indicator")
    return _title(title, view) + _table(cells, down, across, by_region, view) + _note(down, across, view)


def _title(title: str, view: View) -> str:
    return f'<h4>{text(title)}<span class="m s">{text(view.label("matrix_hint"))}</span></h4>'


def _indicator(status: TargetStatus) -> str:
    return status.indicator.code if status.indicator else ""


def _regions(rows: Sequence[TargetStatus], view: View) -> Axis:
    """Nation first, then in the order of their worst target."""
    names: dict[str, str] = {}
    for status in sorted(rows, key=lambda row: row.region.level != "nation"):
        names.setdefault(status.region.code, short_region(status, view))
    return Axis(tuple(names), names)


def _indicators(rows: Sequence[TargetStatus], view: View) -> Axis:
    """Those with most targets first."""
    names: dict[str, str] = {}
    counts: dict[str, int] = defaultdict(int)
    for status in rows:
        if status.indicator is not None:
            code = status.indicator.code
            name = status.indicator.table_name_zh if view.is_chinese else status.indicator.table_name_en
            names[code] = plain(name, view)
            counts[code] += 1
    return Axis(tuple(sorted(counts, key=lambda code: (-counts[code], code))), names)


def _table(cells: Cells, down: Axis, across: Axis, by_region: bool, view: View) -> str:
    shown = across.codes[:COLUMNS_SHOWN]
    corner = view.label("column_region" if by_region else "column_indicator")
    columns = head([(corner, ""), *((across.names[code], "") for code in shown)])
    body = "".join(
        f'<tr><th scope="row" class="r">{text(down.names[row])}</th>'
        + "".join(
            f"<td>{_cell(cells.get((row, code) if by_region else (code, row), []), view)}</td>"
            for code in shown
        )
        + "</tr>"
        for row in down.codes[:ROWS_SHOWN]
    )
    return f"<table>{columns}<tbody>{body}</tbody></table>"


def _cell(found: Sequence[TargetStatus], view: View) -> str:
    if not found:
        return '<span class="m">·</span>'
    first = found[0]
    shown = sorted(found[:_CHIPS_SHOWN], key=lambda row: row.terms.deadline)
    chips = "".join(_chip(status, view) for status in shown)
    if len(found) > _CHIPS_SHOWN:
        chips += muted(f"+{len(found) - _CHIPS_SHOWN}")
    stack = " stack" if len(found) > _STACK_ABOVE else ""
    enough = len(first.recent) >= 3
    spark = spark_html(first.recent, goal_of(first), view, width=40, fluid=False) if enough else ""
    return f'<div class="cell">{spark}<div class="chips{stack}">{chips}</div></div>'


def _chip(status: TargetStatus, view: View) -> str:
    """Shape, probability (or state) and deadline on the flag's tint."""
    flag = flag_of(status)
    tone = TONES[flag]
    probability = status.assessment.probability_met if status.assessment else None
    shown = display.percent(probability) if flag in COLOURS else _state(status, view)
    year = wording.deadline_text(status.terms.deadline)
    title = f"{wording.flag_text(flag, view.language)} {kind_suffix(status, view)} {year}"
    return (
        f'<span class="chip t{tone}" data-go="target:{text(status.target)}" title="{text(title)}">'
        f'<span class="f {tone}">{wording.SHAPES[flag]} {text(shown)}</span> {muted(year)}</span>'
    )


def _state(status: TargetStatus, view: View) -> str:
    """— for a grey, the word for other states."""
    flag = flag_of(status)
    return display.MISSING if flag.value == "grey" else wording.flag_word(flag, view.language)


def _note(down: Axis, across: Axis, view: View) -> str:
    notes = [view.label("matrix_note")]
    left_out = max(0, len(across.codes) - COLUMNS_SHOWN), max(0, len(down.codes) - ROWS_SHOWN)
    if any(left_out):
        notes.append(view.label("matrix_left_out", columns=left_out[0], rows=left_out[1]))
    return f'<p class="note">{text(" ".join(notes))}</p>'
