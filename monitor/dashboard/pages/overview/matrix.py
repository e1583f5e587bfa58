"""Region × indicator: a sparkline and one chip per target in each cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from monitor.core.flags import COLOURS
from monitor.core.overviews import TargetStatus
from monitor.dashboard.widgets import TONES, head, muted, spark_html, text
from monitor.words import display, wording
from monitor.words.lines import (
    Line,
    flag_of,
    goal_of,
    kind_suffix,
    line_of,
    plain,
    short_region,
)
from monitor.words.view import View

COLUMNS_SHOWN = 10
ROWS_SHOWN = 40
_STACK_ABOVE = 2
_CHIPS_SHOWN = 6
_FACTS_UP_TO = 6
"""Columns up to which a cell has room for value, target, gap and time left beside the chance."""
_WIDE_UP_TO = 8
Cells = dict[tuple[str, str], list[TargetStatus]]


@dataclass(frozen=True)
class Axis:
    """Codes and names along one side."""

    codes: tuple[str, ...]
    names: dict[str, str]


@dataclass(frozen=True)
class Matrix:
    """Targets by region and indicator, the longer side downwards; a cell is (row code, column code)."""

    cells: Cells
    down: Axis
    across: Axis
    by_region: bool

    @classmethod
    def of(cls, rows: Sequence[TargetStatus], view: View) -> Matrix | None:
        """The matrix of some targets, given worst first; None if nothing is measured."""
        measured = [row for row in rows if row.indicator and not row.is_milestone]
        if not measured:
            return None
        regions, indicators = _regions(measured, view), _indicators(measured, view)
        by_region = len(regions.codes) >= len(indicators.codes)
        cells: Cells = defaultdict(list)
        for status in measured:
            key = status.region.code, _indicator(status)
            cells[key if by_region else key[::-1]].append(status)
        down, across = (regions, indicators) if by_region else (indicators, regions)
        return cls(cells, down, across, by_region)

    @property
    def plotted(self) -> list[TargetStatus]:
        """The worst target of every cell that is shown: the one its sparkline belongs to."""
        shown = product(self.down.codes[:ROWS_SHOWN], self.across.codes[:COLUMNS_SHOWN])
        return [self.cells[cell][0] for cell in shown if cell in self.cells]

    def html(self, plotted: Mapping[str, TargetStatus], view: View) -> str:
        """The whole matrix.

        Parameters
        ----------
        plotted : mapping of target to TargetStatus
            Those of `plotted`, with their latest values.
        """
        title = view.label("matrix_by_region" if self.by_region else "matrix_by_indicator")
        corner = view.label("column_region" if self.by_region else "column_indicator")
        shown = self.across.codes[:COLUMNS_SHOWN]
        columns = head([(corner, ""), *((self.across.names[code], "") for code in shown)])
        body = "".join(
            f'<tr><th scope="row" class="r">{text(self.down.names[row])}</th>'
            + "".join(
                f"<td>{_cell(self.cells.get((row, code), []), plotted, len(shown), view)}</td>"
                for code in shown
            )
            + "</tr>"
            for row in self.down.codes[:ROWS_SHOWN]
        )
        table = f"<table>{columns}<tbody>{body}</tbody></table>"
        return f'<h4 class="onpaper">{text(title)}</h4>' + table + _note(self.down, self.across, view)


def _indicator(status: TargetStatus) -> str:
    return status.indicator.code if status.indicator else ""


def _regions(rows: Sequence[TargetStatus], view: View) -> Axis:
    """Nation first, then in the order of their worst target."""
    found: dict[str, TargetStatus] = {}
    for status in rows:
        found.setdefault(status.region.code, status)
    ordered = sorted(found.values(), key=lambda row: row.region.level != "nation")
    names = {status.region.code: short_region(status, view) for status in ordered}
    return Axis(tuple(names), names)


def _indicators(rows: Sequence[TargetStatus], view: View) -> Axis:
    """Those with most targets first."""
    names: dict[str, str] = {}
    counts: dict[str, int] = defaultdict(int)
    for status in rows:
        indicator = status.indicator
        if indicator is not None:
            counts[indicator.code] += 1
            if indicator.code not in names:
                names[indicator.code] = plain(view.indicator(indicator), view)
    return Axis(tuple(sorted(counts, key=lambda code: (-counts[code], code))), names)


def _cell(
    found: Sequence[TargetStatus], plotted: Mapping[str, TargetStatus], columns: int, view: View
) -> str:
    has_room = columns <= _FACTS_UP_TO
    if not found:
        return '<span class="m">·</span>'
    first = plotted.get(found[0].target, found[0])
    shown = sorted(found[:_CHIPS_SHOWN], key=lambda row: row.terms.deadline)
    chips = "".join(_chip(plotted.get(status.target, status), view) for status in shown)
    if len(found) > _CHIPS_SHOWN:
        chips += muted(f"+{len(found) - _CHIPS_SHOWN}")
    if has_room and len(found) == 1:
        chips += f'<span class="m s facts">{text(_facts(line_of(first, view)))}</span>'
    stack = " stack" if len(found) > _STACK_ABOVE or has_room else ""
    enough = len(first.recent) >= 3
    width = 40 if columns <= _WIDE_UP_TO else 26
    spark = spark_html(first.recent, goal_of(first), view, width=width, fluid=False) if enough else ""
    narrow = "" if columns <= _WIDE_UP_TO else " narrow"
    return f'<div class="cell{narrow}">{spark}<div class="chips{stack}">{chips}</div></div>'


def _facts(line: Line) -> str:
    """Value, target, gap and time left, in few signs: 2.26 / 2.50% · −0.24 · 406 天."""
    number = line.scale.number
    value, target = number(line.value), number(line.status.terms.value)
    parts = [f"{value} / {target}{line.scale.unit}"]
    if line.gap is not None:
        parts.append(number(line.gap, signed=True))
    if line.status.days_left >= 0 and not line.is_settled:
        parts.append(display.days_left(line.status.days_left, line.view.language))
    return " · ".join(parts)


def _chip(status: TargetStatus, view: View) -> str:
    """Shape, probability (or state) and deadline on the flag's tint."""
    flag = flag_of(status)
    tone = TONES[flag]
    probability = status.assessment.probability_met if status.assessment else None
    shown = display.percent(probability) if flag in COLOURS else _state(status, view)
    year = wording.deadline_text(status.terms.deadline)
    said = (wording.flag_text(flag, view.language), kind_suffix(status, view), year)
    title = " ".join(part for part in said if part) + f"\n{_facts(line_of(status, view))}"
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
