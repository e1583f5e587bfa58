"""Markup of the target page: strip of facts, reasons, change, other rules, releases, ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.core.flags import COLOURS
from monitor.core.overviews import TargetDetail
from monitor.core.reasons import Reason
from monitor.dashboard.pages.target.pictures import detail_named, pace_scale_of
from monitor.dashboard.widgets import (
    MARK,
    TONES,
    flag_html,
    head,
    held_of,
    marked,
    muted,
    outcome_html,
    text,
    title_line,
)
from monitor.words import display, wording
from monitor.words.lines import Line, compares_rates, line_of
from monitor.words.view import View

_OF_FORECAST = frozenset({"outcome_range", "pace", "late_data", "published_target", "before_first_batch"})
"""Details that speak of what is still to come: left out once nothing is, or where nothing is known."""
_ELSEWHERE = frozenset({"straight_line", "growth_rate_rule", "safe_value"})
"""Details that have a place of their own on the page."""


def title_html(line: Line, time_text: str) -> str:
    """总览 / 四川 · 研发经费投入强度 2027 年 ≥ 2.50%, with plan, data and assessment at the right."""
    view, status = line.view, line.status
    crumb = f'<span class="m plain" data-go="overview:">{text(view.label("nav_overview"))}</span>'
    word = wording.commitment_word(status.terms.commitment, view.language)
    left = (
        f'{crumb} <span class="m plain">/</span> {text(line.region)} · {text(line.name)}'
        f' <span class="plain">{text(line.statement)}</span> {muted(word)}'
    )
    if status.terms.withdrawn:
        left += f'<span class="tag">{text(view.label("event_withdrawn"))}</span>'
    plan = status.plan
    issued = view.label("issued", day=plan.issued_on) if plan.issued_on else ""
    observed = status.assessment.observed_to if status.assessment and not status.is_milestone else None
    facts = [f"{view.plan(plan)}{issued}", view.label("as_of", day=view.as_of.isoformat())]
    if observed:
        facts.append(view.label("data_to", day=display.period_text(observed, view.language)))
    if time_text:
        facts.append(view.label("assessed_at", time=time_text))
    return title_line(left, facts, view)


def facts_html(detail: TargetDetail, line: Line) -> str:
    """The strip of seven; fewer for a milestone."""
    cells = [_state_cell(line)]
    if not line.status.is_milestone:
        cells += [_value_cell(line), _target_cell(line), _gap_cell(line)]
        has_pace = line.flag in COLOURS and not compares_rates(line.status)
        cells += _pace_cells(line) if has_pace else []
    cells.append(_left_cell(detail, line))
    return f'<div class="strip facts">{"".join(cells)}</div>'


def _fact(label: str, value: str, after: str = "") -> str:
    return f'<div><p class="m s">{text(label)}</p><span class="v">{value}</span> {muted(after)}</div>'


def _state_cell(line: Line) -> str:
    view, tone = line.view, TONES[line.flag]
    if line.flag not in COLOURS:
        return _fact(view.label("column_flag"), flag_html(line.flag, view.language))
    previous = line.status.previous.probability_met if line.status.previous else None
    before = view.label("last_week", probability=display.percent(previous)) if previous is not None else ""
    shown = (
        f'<span class="{tone}">{wording.SHAPES[line.flag]} {text(display.percent(line.probability))}</span>'
    )
    word = f' <span class="f s {tone}">{text(wording.flag_word(line.flag, view.language))}</span>'
    return _fact(view.label("probability"), shown + word + held_of(line), before)


def _dated(label: str, period: str, view: View) -> str:
    return (
        f"{label}{view.label('in_brackets', inner=display.period_text(period, view.language))}"
        if period
        else label
    )


def _value_cell(line: Line) -> str:
    label = _dated(line.view.label("column_value"), line.value_period, line.view)
    unit = line.scale.unit if line.value is not None else ""
    return _fact(label, text(line.scale.number(line.value)), unit)


def _target_cell(line: Line) -> str:
    label = _dated(line.view.label("column_target"), line.deadline, line.view)
    terms = line.status.terms
    if terms.value is None:
        return _fact(label, display.MISSING)
    comparator = terms.comparator.value if terms.comparator else "at_least"
    sign = (
        "" if comparator == "at_least" else f"{wording.messages(line.view.language).comparators[comparator]} "
    )
    upper = f"–{line.scale.number(terms.value_upper)}" if terms.value_upper is not None else ""
    return _fact(label, text(sign + line.scale.number(terms.value) + upper), line.scale.unit)


def _gap_cell(line: Line) -> str:
    unit = line.scale.gap_unit if line.gap is not None else ""
    return _fact(line.view.label("column_gap"), text(line.scale.number(line.gap, signed=True)), unit)


def _pace_cells(line: Line) -> list[str]:
    pace, scale, view = detail_named(line.status.assessment, "pace"), pace_scale_of(line), line.view
    if pace is None or scale is None:
        return []
    per = wording.messages(view.language).terms[f"per_{pace.facts['per']}"]
    unit = view.label("per", unit=_short(scale.unit), per=per)
    span = wording.counted(3, str(pace.facts["per"]), view.language)
    return [
        _fact(view.label("required_pace"), text(scale.number(pace.facts.get("required"), signed=True)), unit),
        _fact(
            view.label("achieved_pace_over", span=span),
            text(scale.number(pace.facts.get("achieved_mean3"), signed=True)),
            unit,
        ),
    ]


def _short(unit: str) -> str:
    """个百分点 is 点 in 点/年."""
    return "点" if unit == "个百分点" else unit


def _left_cell(detail: TargetDetail, line: Line) -> str:
    view, days = line.view, line.status.days_left
    expected = None if line.status.is_milestone else detail.expected_publication
    after = (
        view.label("published_about", month=display.month_text(expected, view.language)) if expected else ""
    )
    if days < 0:
        passed = wording.counted(-days, "day", view.language)
        return _fact(view.label("past_deadline"), text(passed), after)
    number, unit = display.time_left(days, view.language)
    joined = view.label("and_then", first=unit, second=after) if after else unit
    return _fact(view.label("column_left"), text(number), joined)


def why_html(detail: TargetDetail, line: Line, *, leading: bool = True) -> str:
    """The leading reason (unless it is said elsewhere) and its details, one sentence a row."""
    assessment, view = line.status.assessment, line.view
    if assessment is None:
        return ""
    told = [assessment.reason] if leading else []
    unsaid = _ELSEWHERE if line.flag in COLOURS else _ELSEWHERE | _OF_FORECAST
    if compares_rates(line.status):
        unsaid |= {"pace"}
    told += [reason for reason in assessment.details if reason.code.value not in unsaid]
    if not told:
        return ""
    title = f"<h4>{text(view.label('why'))} {flag_html(line.flag, view.language)}</h4>"
    rows = "".join(f"<tr><td>{_linked(reason, detail, line)}</td></tr>" for reason in told)
    return f'{title}<table class="wrap"><tbody>{rows}</tbody></table>'


def _linked(reason: Reason, detail: TargetDetail, line: Line) -> str:
    """The sentence; where it names another target, its statement leads there."""
    said, code = _sentence(reason, line), str(reason.facts.get("other") or "")
    if reason.code.value != "conflict" or not code:
        return said
    other = next((row for row in detail.same_indicator if row.target == code), None)
    if other is None:
        return said
    name = text(line_of(other, line.view).statement)
    there = f'<span class="lk" data-go="target:{text(code)}">{name}</span>'
    return said.replace(text(code), there) if text(code) in said else f"{said} {there}"


def _sentence(reason: Reason, line: Line) -> str:
    return marked(wording.sentence(reason, line.view.language, line.context, mark=MARK))


def unknown_html(detail: TargetDetail, line: Line) -> str:
    """A grey said large: what is missing and what would be needed."""
    assessment, view = line.status.assessment, line.view
    if assessment is None:
        said = text(view.label("not_assessed"))
        return f'<div class="card"><p class="big">{said}</p>{_before(detail, view)}</div>'
    code = assessment.reason.code.value
    labels = wording.messages(view.language).labels
    needed = labels.get(f"needed_{code}", "")
    needed_html = f"<p><b>{text(view.label('needed'))}</b>　{text(needed)}</p>" if needed else ""
    leading = flag_html(line.flag, view.language)
    said = _sentence(assessment.reason, line)
    return f'<div class="card"><p class="big">{leading}　{said}</p>{needed_html}</div>'


def _before(detail: TargetDetail, view: View) -> str:
    """What was last said of terms that have changed since: the next assessment speaks of the new ones."""
    if not detail.assessments:
        return ""
    last = detail.assessments[-1]
    following = [entry for entry in detail.target.history if entry.sequence > last.revision_sequence]
    if not following:
        return ""
    chance = "" if last.probability_met is None else f" {display.percent(last.probability_met)}"
    said = view.label(
        "revised_since",
        day=following[0].effective_on.isoformat(),
        flag=f"{wording.flag_text(last.flag, view.language)}{chance}",
        before=last.as_of.isoformat(),
    )
    return f"<p>{text(said)}</p>"


def change_html(line: Line) -> str:
    """How the change since the last assessment divides; the parts add up."""
    assessment, view = line.status.assessment, line.view
    if assessment is None or assessment.change is None or line.change is None:
        return ""
    title = view.label("change_title", points=display.signed_points(line.change))
    parts = wording.change_parts(assessment.change, line.change, view.language)
    total = (view.label("total"), line.change)
    cells = "".join(
        f"<div><span>{text(name)}</span><span>{display.signed_points(points)}</span></div>"
        for name, points in parts
    )
    cells += (
        f'<div class="b"><span>{text(total[0])}</span><span>{display.signed_points(total[1])}</span></div>'
    )
    return f'<h4>{text(title)}</h4><div class="six">{cells}</div>'


def rules_html(line: Line) -> str:
    """This system beside straight extrapolation, 序时进度 and the growth-rate rule."""
    assessment, view = line.status.assessment, line.view
    if assessment is None:
        return ""
    rows = []
    if line.flag in COLOURS:
        rows.append(
            (view.label("rule_ours"), display.percent(line.probability), flag_html(line.flag, view.language))
        )
    others = (_extrapolated(line), _straight(line), _last_year(line), _growth_rate(line))
    rows += [row for row in others if row]
    if len(rows) < 2:
        return ""
    body = "".join(
        f'<tr><td>{text(name)}</td><td class="n b">{text(value)}</td><td>{said}</td></tr>'
        for name, value, said in rows
    )
    return f"<h4>{text(view.label('rules'))}</h4><table><tbody>{body}</tbody></table>"


def _extrapolated(line: Line) -> tuple[str, str, str] | None:
    assessment = line.status.assessment
    value = assessment.figures.get("extrapolated") if assessment else None
    goal = line.status.terms.value
    if value is None:
        return None
    said = ""
    if goal is not None:
        below = line.status.terms.comparator is not None and line.status.terms.comparator.value in (
            "at_most",
            "less_than",
        )
        reached = value <= goal if below else value >= goal
        said = muted(line.view.label("reached" if reached else "not_reached"))
    return line.view.label("rule_extrapolated"), line.scale.text(value), said


def _straight(line: Line) -> tuple[str, str, str] | None:
    reason = detail_named(line.status.assessment, "straight_line")
    if reason is None or compares_rates(line.status):
        return None
    return line.view.label("rule_straight"), *_schedule(reason.facts, line.view)


def _last_year(line: Line) -> tuple[str, str, str] | None:
    assessment = line.status.assessment
    told = assessment.figures.get("last_year_share") if assessment else None
    if not told or line.flag not in COLOURS:
        return None
    return line.view.label("rule_last_year"), *_schedule(told, line.view)


def _schedule(facts: Mapping[str, float], view: View) -> tuple[str, str]:
    """Share done against the share due, and which is ahead."""
    share, due = (display.whole_percent(facts[name]) for name in ("share", "due"))
    said = "level" if share == due else "ahead" if share > due else "behind"
    return f"{share} / {due}%", muted(view.label(said))


def _growth_rate(line: Line) -> tuple[str, str, str] | None:
    reason = detail_named(line.status.assessment, "growth_rate_rule")
    if reason is None:
        return None
    verdict = wording.messages(line.view.language).verdicts[str(reason.facts["verdict"])]
    return line.view.label("rule_growth_rate"), display.number(reason.facts["ratio"], 2), muted(verdict)


def action_html(line: Line) -> str:
    """The value with an 80 % chance, and the deadline the value in force would need."""
    reason = detail_named(line.status.assessment, "safe_value")
    if reason is None or line.flag not in COLOURS:
        return ""
    title = text(line.view.label("action"))
    row = f"<tr><td>{_sentence(reason, line)}</td></tr>"
    return f'<h4>{title}</h4><table class="wrap"><tbody>{row}</tbody></table>'


def outcome_card(line: Line) -> str:
    """What became of the target, where that is known."""
    outcome, view = line.status.outcome, line.view
    if outcome is None:
        return ""
    # Notes are written in one language only; the other page goes without.
    is_readable = outcome.note.isascii() is not view.is_chinese
    note = f"<p class='s m'>{text(outcome.note)}</p>" if outcome.note and is_readable else ""
    return f"<h4>{text(view.label('column_outcome'))}</h4><p>{outcome_html(line.status, view)}</p>{note}"


def citations_html(detail: TargetDetail, view: View) -> str:
    """The words of the plan the target was read from; whole sentences where its document was imported."""
    words = [(f"“{quote}” " if quote else "", place) for place, quote in detail.target.citations]
    words += [(f"“{found.quote}” ", found.document) for found in detail.quotes]
    if not words:
        return ""
    items = "".join(f"<p>{text(quote)}{muted(place)}</p>" for quote, place in words)
    return f"<h4>{text(view.label('citation'))}</h4>{items}"


def acts_html(line: Line) -> str:
    """Where to go from here: try another value or deadline, or back to the list."""
    view, code = line.view, text(line.status.target)
    adjust = f'<span class="act first" data-go="adjust:{code}">{text(view.label("target_adjust"))}</span>'
    if line.status.terms.withdrawn:
        adjust = ""
    back = f'<span class="act" data-go="overview:">{text(view.label("back"))}</span>'
    return f'<p class="acts">{adjust} {back}</p>'


def numbers_html(title: str, cells: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]) -> str:
    """The numbers of a chart as a table."""
    body = "".join(
        "<tr>"
        + "".join(f'<td class="{css}">{text(value)}</td>' for value, (_, css) in zip(row, cells, strict=True))
        + "</tr>"
        for row in rows
    )
    return f"<h4>{text(title)}</h4><table>{head(cells)}<tbody>{body}</tbody></table>"
