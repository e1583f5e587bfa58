"""Department × target: a row per department, its targets in columns by flag, the worst row first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from monitor.core.flags import COLOURS, WORST_FIRST, Flag
from monitor.core.records import TargetStatus
from monitor.dashboard.widgets import TONES, flag_html, head_cells, muted, text
from monitor.words import display, wording
from monitor.words.lines import flag_of, plain, short_name, short_region
from monitor.words.view import View

ROWS_SHOWN = 40
_CHIPS_SHOWN = 8
ByFlag = dict[Flag, list[TargetStatus]]


def departments_html(rows: Sequence[TargetStatus], view: View) -> str:
    """The matrix of some targets, given worst first; a target of several departments stands in each.

    Columns are the flags that occur. A cell holds its first targets as chips and the number of the rest.
    """
    names, held = _by_department(rows, view)
    flags = [flag for flag in WORST_FIRST if any(flag in found for found in held.values())]
    ordered = sorted(held, key=lambda code: _burden(held[code], flags))
    title = f'<h4>{text(view.label("matrix_of_departments"))}<span class="m s">'
    title += f"{text(view.label('departments_hint'))}</span></h4>"
    columns = head_cells([(view.label("column_department"), "")]) + "".join(
        f'<th scope="col">{flag_html(flag, view.language)}</th>' for flag in flags
    )
    body = "".join(_row(names[code], held[code], flags, view) for code in ordered[:ROWS_SHOWN])
    table = f'<table class="departments"><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>'
    left_out = len(ordered) - ROWS_SHOWN
    note = view.label("departments_left_out", rows=left_out) if left_out > 0 else ""
    return title + table + (f'<p class="note">{text(note)}</p>' if note else "")


def _by_department(rows: Sequence[TargetStatus], view: View) -> tuple[dict[str, str], dict[str, ByFlag]]:
    """Names and targets by department code; those nobody answers for stand under the empty code."""
    names: dict[str, str] = {}
    held: dict[str, ByFlag] = defaultdict(lambda: defaultdict(list))
    for status in rows:
        answering = {each.code: plain(view.department(each), view) for each in status.departments}
        for code, name in (answering or {"": view.label("no_department")}).items():
            names.setdefault(code, name)
            held[code][flag_of(status)].append(status)
    return names, held


def _burden(found: Mapping[Flag, Sequence[TargetStatus]], flags: Sequence[Flag]) -> tuple[int, ...]:
    """Sort key: most reds first, then most of the next flag."""
    return tuple(-len(found.get(flag, ())) for flag in flags)


def _row(name: str, found: Mapping[Flag, Sequence[TargetStatus]], flags: Sequence[Flag], view: View) -> str:
    cells = "".join(f"<td>{_cell(found.get(flag, ()), view)}</td>" for flag in flags)
    named = f'<span class="ell" title="{text(name)}">{text(name)}</span>'
    return f'<tr><th scope="row" class="r">{named}</th>{cells}</tr>'


def _cell(found: Sequence[TargetStatus], view: View) -> str:
    if not found:
        return '<span class="m">·</span>'
    chips = "".join(_chip(status, view) for status in found[:_CHIPS_SHOWN])
    more = len(found) - _CHIPS_SHOWN
    rest = muted(view.label("more_targets", count=f"{more:,}")) if more > 0 else ""
    return f'<div class="cell top"><b>{len(found):,}</b><div class="chips">{chips}{rest}</div></div>'


def _chip(status: TargetStatus, view: View) -> str:
    """Place and indicator, the chance where there is one, and the deadline, on the flag's tint."""
    flag = flag_of(status)
    probability = status.assessment.probability_met if status.assessment and flag in COLOURS else None
    chance = (
        "" if probability is None else f' <b class="{TONES[flag]}">{text(display.percent(probability))}</b>'
    )
    deadline = wording.deadline_text(status.terms.deadline)
    left = display.days_left(status.days_left, view.language) if status.days_left >= 0 else ""
    name = f"{short_region(status, view)} {short_name(status, view)}"
    title = " · ".join(
        part for part in (wording.flag_text(flag, view.language), name, deadline, left) if part
    )
    return (
        f'<span class="chip t{TONES[flag]}" data-go="target:{text(status.target)}" title="{text(title)}">'
        f"{text(name)}{chance} {muted(deadline)}</span>"
    )
