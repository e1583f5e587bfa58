"""Markup of the overview: strip of counts, the table, what changed, state of the data, milestones."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.core.flags import COLOURS, WORST_FIRST, Flag
from monitor.core.overviews import Overview, TargetStatus
from monitor.core.records import FlagChange
from monitor.dashboard.widgets import (
    TONES,
    VERDICTS,
    bar_html,
    flag_html,
    head,
    head_cells,
    held_of,
    muted,
    outcome_html,
    shape_html,
    slot,
    spark_html,
    text,
    unit_slot_px,
)
from monitor.words import display, wording
from monitor.words.lines import (
    MILESTONE_FLAGS,
    SETTLED_FLAGS,
    Line,
    context_of,
    days_late,
    kind_suffix,
    plain,
    short_name,
    short_region,
)
from monitor.words.view import View

ALWAYS_COUNTED = (Flag.RED, Flag.YELLOW, Flag.GREEN, Flag.GREY, Flag.MET, Flag.MISSED)
COUNTED_IF_ANY = (Flag.AWAITING, Flag.ACCEPTED)
CHANGES_SHOWN = 12


def counted_flags(overview: Overview) -> tuple[Flag, ...]:
    """Flags of the strip and of the filter."""
    return ALWAYS_COUNTED + tuple(flag for flag in COUNTED_IF_ANY if overview.counts.get(flag))


def counts_html(overview: Overview, view: View) -> str:
    """One cell per flag: shape, word, count, change on the week; bottom rule as long as its share."""
    flags = counted_flags(overview)
    total = sum(overview.counts.get(flag, 0) for flag in flags) or 1
    cells = "".join(_count_html(flag, overview, view, total) for flag in flags)
    return f'<div class="strip">{cells}</div>'


def _count_html(flag: Flag, overview: Overview, view: View, total: int) -> str:
    count = overview.counts.get(flag, 0)
    before = None if overview.previous_counts is None else overview.previous_counts.get(flag, 0)
    change = "" if before is None else muted(_count_change(count - before, view))
    rule = f'<b class="b{TONES[flag]}" style="width:{100 * count / total:.1f}%"></b>' if count else ""
    name = flag_html(flag, view.language)
    return f'<div data-go="flag:{flag.value}">{name}<span class="v">{count:,}</span>{change}{rule}</div>'


def _count_change(change: int, view: View) -> str:
    return view.label("unchanged") if change == 0 else view.label("on_week", change=display.arrow(change))


def table_html(lines: Sequence[Line], view: View) -> str:
    """Worst first, one row per target; the row goes to its page."""
    slots = (
        unit_slot_px(line.value_period for line in lines),
        unit_slot_px(line.scale.unit for line in lines),
        unit_slot_px(_gap_unit(line) for line in lines),
    )
    rows = "".join(_row_html(line, view, slots) for line in lines)
    return f"<table>{_table_head(view, slots)}<tbody>{rows}</tbody></table>"


def _table_head(view: View, slots: tuple[int, int, int]) -> str:
    """Column names; those of numbers stand over the digits, not over the units."""
    named = [(view.label(f"column_{name}"), "") for name in ("flag", "region", "indicator")]
    named.append((view.label("column_trend_target"), "fill"))
    over = zip(("value", "target", "gap"), slots, strict=True)
    numbers = "".join(
        f'<th scope="col" class="n" style="padding-right:{6 + width}px">'
        f"{text(view.label(f'column_{name}'))}</th>"
        for name, width in over
    )
    rest = [(view.label("column_probability"), ""), ("%", "n")]
    rest += [(view.label(f"column_{name}"), "n") for name in ("change", "deadline", "left")]
    return f"<thead><tr>{head_cells(named)}{numbers}{head_cells(rest)}</tr></thead>"


def _row_html(line: Line, view: View, slots: tuple[int, int, int]) -> str:
    status = line.status
    kind = f' <span class="m s">{text(line.kind)}</span>' if line.kind else ""
    number, unit = display.time_left(status.days_left, view.language)
    left = (
        f"{number}{slot(unit, 14 if view.is_chinese else 10)}" if status.days_left >= 0 else display.MISSING
    )
    change = "" if line.change is None else display.arrow(line.change)
    cells = [
        f"<td>{flag_html(line.flag, view.language)}</td>",
        f'<td class="b"><span class="ell short" title="{text(line.region)}">'
        f"{text(line.short_region)}</span></td>",
        f'<td title="{text(_row_title(line, view))}"><span class="ell">{text(line.short_name)}</span>'
        f"{kind}</td>",
        f"<td>{spark_html(status.recent, line.goal, view, describe=_describe(line))}</td>",
        f'<td class="n">{text(line.scale.number(line.value))}{slot(line.value_period, slots[0])}</td>',
        f'<td class="n">{prefix_html(line, view)}{text(target_number(line))}'
        f"{slot(line.scale.unit if status.terms.value is not None else '', slots[1])}</td>",
        f'<td class="n">{text(line.scale.number(line.gap, signed=True))}'
        f"{slot(_gap_unit(line), slots[2])}</td>",
        _chance_html(line, view),
        f'<td class="n{" m" if line.change == 0 else ""}">{change}</td>',
        f'<td class="n">{text(line.deadline)}</td>',
        f'<td class="n">{left}</td>',
    ]
    return f'<tr data-go="target:{text(status.target)}">{"".join(cells)}</tr>'


def _chance_html(line: Line, view: View) -> str:
    """Bar and number; where no chance is left to tell, what became of the target."""
    outcome = line.status.outcome
    if outcome is not None and line.flag not in COLOURS:
        told = f"{muted(view.label('outcome'))} {outcome_html(line.status, view)}"
        return f'<td colspan="2">{told}</td>'
    probability = display.MISSING if line.is_settled else display.percent(line.probability)
    flag = VERDICTS.get(outcome.verdict) if outcome is not None else None
    later = f"{shape_html(flag, view.language)} " if flag else ""
    bar = bar_html(line.probability, line.flag, view)
    return f'<td>{bar}</td><td class="n b">{held_of(line)}{later}{text(probability)}</td>'


def target_number(line: Line) -> str:
    """The target value, or both ends of a range."""
    terms = line.status.terms
    upper = f"–{line.scale.number(terms.value_upper)}" if terms.value_upper is not None else ""
    return line.scale.number(terms.value) + upper


def _gap_unit(line: Line) -> str:
    """The unit of the gap: points without their measure word; in English only where it differs."""
    if line.gap is None or (not line.view.is_chinese and line.scale.gap_unit == line.scale.unit):
        return ""
    return line.scale.gap_unit.removeprefix("个")


def prefix_html(line: Line, view: View) -> str:
    """约, ≤ and 力争 stand before the target they belong to; a plain floor has nothing."""
    comparator = line.status.terms.comparator
    words = []
    if line.status.terms.commitment.value == "stretch":
        words.append(wording.commitment_word(line.status.terms.commitment, view.language))
    if comparator is not None and comparator.value in ("about", "at_most", "less_than"):
        words.append(wording.messages(view.language).comparators[comparator.value])
    return f'<span class="m s">{text(" ".join(words))} </span>' if words else ""


def _row_title(line: Line, view: View) -> str:
    """Statement, plan and departments, for the pointer and for screen readers."""
    departments = " / ".join(view.department(department) for department in line.status.departments)
    return " · ".join(part for part in (line.statement, view.plan(line.status.plan), departments) if part)


def _describe(line: Line) -> str:
    """The sparkline in words: first and last value."""
    points = line.status.recent[-12:]
    if not points:
        return ""
    ends = [f"{period} {line.scale.number(value)}" for period, value in (points[0], points[-1])]
    return f"{line.view.label('trend')} {' – '.join(ends)}"


def changes_html(overview: Overview, view: View) -> str:
    """Flag changes of the week: old shape, new flag, old and new probability, parts that add up."""
    by_code = {status.target: status for status in overview.rows}
    known = sorted((change for change in overview.changes if change.target in by_code), key=_change_order)
    title = f"<h4>{text(view.label('changes'))}<span class='m'>{len(known)}</span></h4>"
    if not known:
        return title + f'<p class="m">{text(view.label("no_changes"))}</p>'
    blocks = "".join(_change_html(change, by_code[change.target], view) for change in known[:CHANGES_SHOWN])
    more = len(known) - CHANGES_SHOWN
    note = f'<p class="note">{text(view.label("more_changes", count=more))}</p>' if more > 0 else ""
    return title + blocks + note


def _change_order(change: FlagChange) -> tuple[bool, int]:
    """Changes of targets before those of milestones, worst first."""
    return change.new_flag in MILESTONE_FLAGS, WORST_FIRST.index(change.new_flag)


def _change_html(change: FlagChange, status: TargetStatus, view: View) -> str:
    old = f"{shape_html(change.old_flag, view.language)} → " if change.old_flag else ""
    deadline = muted(wording.deadline_text(status.terms.deadline))
    kind = muted(kind_suffix(status, view))
    name = f"<b>{text(short_region(status, view))}</b> {text(short_name(status, view))} {kind} {deadline}"
    said = _change_reason(change, status, view)
    return (
        f'<div class="change" data-go="target:{text(status.target)}" title="{text(said)}">'
        f"<p>{old}{flag_html(change.new_flag, view.language)}&ensp;{name}</p>"
        f"{_change_parts_html(change, view)}</div>"
    )


def _change_reason(change: FlagChange, status: TargetStatus, view: View) -> str:
    """The whole sentence of the reason, where the assessment that changed the flag is the one shown."""
    assessment = status.assessment
    if assessment is None or assessment.as_of != change.as_of:
        return ""
    return wording.sentence(assessment.reason, view.language, context_of(status))


def _change_parts_html(change: FlagChange, view: View) -> str:
    total = display.points_between(change.old_probability, change.new_probability)
    if total is None or change.new_flag in SETTLED_FLAGS:
        return ""
    named = display.percent if total else display.finer_percent
    old, new = named(change.old_probability), named(change.new_probability)
    told = f'<span class="nb">{text(old)} → <b>{text(new)}</b></span>'
    if change.change is None or not total:
        return f"<p>{told}&ensp;{muted(_changed_by(change, view))}</p>"
    parts = wording.change_parts(change.change, total, view.language)
    words = " ".join(f"{name} {display.signed_points(points)}" for name, points in parts if points)
    return f"<p>{told}&ensp;{muted(words)}</p>"


def _changed_by(change: FlagChange, view: View) -> str:
    """Why the flag changed though the probability hardly did."""
    if change.old_flag is None or change.old_flag not in COLOURS or change.new_flag not in COLOURS:
        return ""
    falls = COLOURS.index(change.new_flag) < COLOURS.index(change.old_flag)
    return view.label("confirmed_below" if falls else "confirmed_above")


def data_state_html(rows: Sequence[TargetStatus], view: View) -> str:
    """Series that are late or silent, and series with new figures this week."""
    late = _late_series(rows)
    fresh = _fresh_series(rows)
    if not late and not fresh:
        return ""
    lines = []
    for label, found, tone in (("late_series", late, "red"), ("new_series", fresh, "grey")):
        example = ""
        if found:
            status, days = found[0]
            overdue = (
                view.label("days_overdue", days=wording.counted(days, "day", view.language)) if days else ""
            )
            example = f"{short_region(status, view)} {short_name(status, view)} {overdue}"
        shape = f'<span class="{tone}">■ </span>' if tone == "red" and found else ""
        lines.append(
            f'<tr><td>{text(view.label(label))}</td><td class="n b">{shape}{len(found):,}</td>'
            f'<td class="s m w fill">{text(example)}</td></tr>'
        )
    return f"<h4>{text(view.label('data_state'))}</h4><table><tbody>{''.join(lines)}</tbody></table>"


def _late_series(rows: Sequence[TargetStatus]) -> list[tuple[TargetStatus, int]]:
    """One status per late series and the days it is late, the most recent first.

    Only series of targets that have a chance, or would have one if the figures were here.
    """
    found: dict[tuple[str, str], tuple[TargetStatus, int]] = {}
    for status in rows:
        days = days_late(status)
        if days and status.indicator is not None:
            found.setdefault((status.indicator.code, status.region.code), (status, days))
    return sorted(found.values(), key=lambda pair: pair[1])


def _fresh_series(rows: Sequence[TargetStatus]) -> list[tuple[TargetStatus, int]]:
    """One status per series whose data moved a probability since the last assessment."""
    found: dict[tuple[str, str], tuple[TargetStatus, int]] = {}
    for status in rows:
        change = status.assessment.change if status.assessment else None
        if change is not None and change.new_data and status.indicator is not None:
            found.setdefault((status.indicator.code, status.region.code), (status, 0))
    return list(found.values())


def milestones_html(rows: Sequence[TargetStatus], view: View) -> str:
    """Milestones in their own table: state, region, what, department, deadline, time left."""
    names = ("flag", "region", "milestone", "department", "deadline", "left")
    classes = ("", "", "fill", "", "n", "n")
    cells = [(view.label(f"column_{name}"), css) for name, css in zip(names, classes, strict=True)]
    body = "".join(_milestone_html(status, view) for status in rows if status.is_milestone)
    return f"<table>{head(cells)}<tbody>{body}</tbody></table>"


def _milestone_html(status: TargetStatus, view: View) -> str:
    flag = status.assessment.flag if status.assessment else Flag.DUE
    left = display.MISSING if flag is Flag.DONE else display.days_left(status.days_left, view.language)
    departments = " / ".join(plain(view.department(department), view) for department in status.departments)
    return (
        f'<tr data-go="target:{text(status.target)}"><td>{flag_html(flag, view.language)}</td>'
        f'<td class="b">{text(short_region(status, view))}</td>'
        f'<td class="mile">{text(short_name(status, view))}</td>'
        f'<td class="m"><span class="ell" title="{text(departments)}">{text(departments)}</span></td>'
        f'<td class="n">{text(status.terms.deadline.isoformat())}</td><td class="n">{text(left)}</td></tr>'
    )
