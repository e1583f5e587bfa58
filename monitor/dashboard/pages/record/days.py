"""Any past day: the flags it showed, and what became of each."""

from __future__ import annotations

import datetime as dt

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from monitor import queries
from monitor.core.flags import WORST_FIRST, Flag
from monitor.core.overviews import TargetStatus
from monitor.core.records import RunKind
from monitor.core.track_record import Fate
from monitor.dashboard import address
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.record.choosing import choose
from monitor.dashboard.pages.record.endings import basis_html, ending_html
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import flag_html, head, muted, text
from monitor.track_record import DayThen, TargetThen, day_then
from monitor.words import display
from monitor.words.lines import line_of
from monitor.words.view import View

ROWS_SHOWN = 200
_FATES = (Fate.MET, Fate.MISSED, Fate.DISPUTED, Fate.UNKNOWN, Fate.OPEN)
_KINDS = {"scheduled": RunKind.SCHEDULED, "replay": RunKind.REPLAY}


def show(desk: Desk, view: View, filters: DeltaGenerator) -> None:
    """The day chosen, its flags by what came, and its targets."""
    with filters:
        kind = _choose_kind(view)
        day = _choose_day(desk, view)
    found = desk.ask(day_then, day=day, kind=_KINDS[kind], as_of=view.as_of)
    if not found.targets:
        said = text(view.label("record_then_none", day=day.isoformat()))
        sheet(f'<p class="m">{said}</p>', key="none", language=view.language)
        return
    left, right = st.columns([1, 2.1], gap="medium")
    with left:
        sheet(_counts_html(found, view), key="then", language=view.language)
    with right:
        rows = {status.target: status for status in desk.ask(queries.overview, as_of=view.as_of).rows}
        address.follow(sheet(_targets_html(found, rows, view), key="targets_then", language=view.language))


def _choose_kind(view: View) -> str:
    def named(name: str) -> str:
        return view.label(f"record_source_{name}")

    return choose("shown", list(_KINDS), view, named=named)


def _choose_day(desk: Desk, view: View) -> dt.date:
    """A day between the first assessment and the day asked for; a year before it to begin with."""
    days = desk.available_dates()
    first, last = (days[0] if days else view.as_of), view.as_of
    if not first <= st.session_state.get("record_day", first) <= last:
        del st.session_state["record_day"]
    st.session_state.setdefault("record_day", max(first, last - dt.timedelta(days=365)))
    return st.date_input(
        view.label("record_day"),
        min_value=min(first, last),
        max_value=last,
        format="YYYY-MM-DD",
        key="record_day",
        required=True,
        label_visibility="collapsed",
        width=150,
    )


def _counts_html(found: DayThen, view: View) -> str:
    """Flags down, endings across."""
    judged = sum(count for (_, fate), count in found.counts.items() if fate in (Fate.MET, Fate.MISSED))
    title = text(view.label("record_then", day=found.day.isoformat()))
    hint = muted(view.label("record_then_hint", judged=judged, rest=len(found.targets) - judged))
    names = [(view.label("column_flag"), "fill")]
    names += [(view.label(f"record_fate_{fate.value}"), "n") for fate in _FATES]
    names.append((view.label("total"), "n"))
    rows = "".join(_count_row(found, flag, view) for flag in WORST_FIRST if _count(found, flag))
    later = view.label("record_then_later", count=found.n_recorded_later) if found.n_recorded_later else ""
    note = f'<p class="note">{text(later)}</p>' if later else ""
    return f"<h4>{title}</h4>{hint}<table>{head(names)}<tbody>{rows}</tbody></table>{note}"


def _count(found: DayThen, flag: Flag) -> int:
    return sum(count for (told, _), count in found.counts.items() if told is flag)


def _count_row(found: DayThen, flag: Flag, view: View) -> str:
    cells = "".join(f'<td class="n">{found.counts.get((flag, fate), 0) or muted(0)}</td>' for fate in _FATES)
    total = f'<td class="n b">{_count(found, flag)}</td>'
    return f"<tr><td>{flag_html(flag, view.language)}</td>{cells}{total}</tr>"


def _targets_html(found: DayThen, rows: dict[str, TargetStatus], view: View) -> str:
    """Judged targets first, then worst first; those withdrawn since are left out."""
    known = [each for each in found.targets if each.target.code in rows]
    known.sort(key=lambda each: each.ending.fate not in (Fate.MET, Fate.MISSED))
    names = (
        ("record_column_then", ""),
        ("column_probability", "n"),
        ("column_region", ""),
        ("column_indicator", ""),
        ("column_target", ""),
        ("record_column_ending", ""),
        ("record_column_source", "fill"),
    )
    body = "".join(_target_row(each, rows[each.target.code], view) for each in known[:ROWS_SHOWN])
    more = len(known) - ROWS_SHOWN
    note = f'<p class="note">{text(view.label("record_then_more", count=more))}</p>' if more > 0 else ""
    cells = head([(view.label(name), css) for name, css in names])
    return f"<table>{cells}<tbody>{body}</tbody></table>{note}"


def _target_row(each: TargetThen, status: TargetStatus, view: View) -> str:
    line, then = line_of(status, view), flag_html(each.assessment.flag, view.language)
    return (
        f'<tr data-go="target:{text(each.target.code)}"><td>{then}</td>'
        f'<td class="n">{text(display.percent(each.assessment.probability_met))}</td>'
        f"<td>{text(line.short_region)}</td>"
        f'<td><span class="ell" title="{text(line.name)}">{text(line.short_name)}</span></td>'
        f"<td>{text(line.statement)}</td><td>{ending_html(each.ending, view)}</td>"
        f'<td class="w">{basis_html(each.ending, view)}</td></tr>'
    )
