"""Department × target: a row per department, its targets as chips in four columns, the worst row first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from monitor.core.flags import COLOURS, Flag
from monitor.core.overviews import TargetStatus
from monitor.dashboard.widgets import TONES, flag_html, muted, text
from monitor.words import display, wording
from monitor.words.lines import flag_of, plain, short_name, short_region
from monitor.words.view import View

ROWS_SHOWN = 40
_CHIPS_SHOWN = 8
_COLUMNS = (
    (Flag.RED, Flag.MISSED, Flag.OVERDUE),
    (Flag.YELLOW,),
    (Flag.GREY, Flag.AWAITING, Flag.DUE, Flag.ACCEPTED),
    (Flag.GREEN, Flag.MET, Flag.DONE),
)
"""Flags that stand in one column: what is lost or at risk, to watch, open or unknown, well."""
_COLUMN_OF = {flag: number for number, flags in enumerate(_COLUMNS) for flag in flags}
Cells = dict[int, list[TargetStatus]]


def departments_html(rows: Sequence[TargetStatus], view: View) -> str:
    """The matrix of some targets, given worst first; a target of several departments stands in each.

    A cell holds the number of its targets, the first of them as chips, and how many are left out.
    """
    names, held = _by_department(rows, view)
    ordered = sorted(held, key=lambda code: tuple(-len(held[code][each]) for each in range(len(_COLUMNS))))
    seen = {flag_of(status) for status in rows}
    heads = "".join(f'<th scope="col">{_head(flags, seen, view)}</th>' for flags in _COLUMNS)
    first = f'<th scope="col" class="name">{text(view.label("column_department"))}</th>'
    body = "".join(_row(names[code], held[code], view) for code in ordered[:ROWS_SHOWN])
    table = f'<table class="departments"><thead><tr>{first}{heads}</tr></thead><tbody>{body}</tbody></table>'
    left_out = len(ordered) - ROWS_SHOWN
    note = view.label("departments_left_out", rows=left_out) if left_out > 0 else ""
    title = f'<h4 class="onpaper">{text(view.label("matrix_of_departments"))}</h4>'
    return title + table + f'<p class="note">{text(view.label("departments_note"))} {text(note)}</p>'


def _head(flags: Sequence[Flag], seen: set[Flag], view: View) -> str:
    """The flags of a column that occur, or its first one."""
    shown = [flag for flag in flags if flag in seen] or [flags[0]]
    return " ".join(flag_html(flag, view.language) for flag in shown)


def _by_department(rows: Sequence[TargetStatus], view: View) -> tuple[dict[str, str], dict[str, Cells]]:
    """Names and targets by department code; those nobody answers for stand under the empty code."""
    names: dict[str, str] = {}
    held: dict[str, Cells] = defaultdict(lambda: defaultdict(list))
    for status in rows:
        column = _COLUMN_OF[flag_of(status)]
        codes = [each.code for each in status.departments] or [""]
        for number, code in enumerate(codes):
            held[code][column].append(status)
            if code not in names:
                known = plain(view.department(status.departments[number]), view) if code else None
                names[code] = known or view.label("no_department")
    return names, held


def _row(name: str, found: Mapping[int, Sequence[TargetStatus]], view: View) -> str:
    cells = "".join(f"<td>{_cell(found[number], view)}</td>" for number in range(len(_COLUMNS)))
    return f'<tr><th scope="row" class="r">{text(name)}</th>{cells}</tr>'


def _cell(found: Sequence[TargetStatus], view: View) -> str:
    if not found:
        return '<span class="m">·</span>'
    chips = "".join(_chip(status, view) for status in found[:_CHIPS_SHOWN])
    more = len(found) - _CHIPS_SHOWN
    rest = muted(view.label("more_targets", count=f"{more:,}")) if more > 0 else ""
    return f'<div class="cell upper"><b>{len(found):,}</b><div class="chips">{chips}{rest}</div></div>'


def _chip(status: TargetStatus, view: View) -> str:
    """Shape, place and indicator, the chance where there is one, and the deadline, on the flag's tint."""
    flag = flag_of(status)
    tone = TONES[flag]
    chance = ""
    if flag in COLOURS and status.assessment is not None:
        chance = f' <b class="{tone}">{text(display.percent(status.assessment.probability_met))}</b>'
    deadline = wording.deadline_text(status.terms.deadline)
    left = display.days_left(status.days_left, view.language) if status.days_left >= 0 else ""
    name = f"{short_region(status, view)} {short_name(status, view)}"
    said = (wording.flag_text(flag, view.language), name, deadline, left)
    title = " · ".join(part for part in said if part)
    return (
        f'<span class="chip t{tone}" data-go="target:{text(status.target)}" title="{text(title)}">'
        f'<span class="{tone}">{wording.SHAPES[flag]}</span> {text(name)}{chance} {muted(deadline)}</span>'
    )
