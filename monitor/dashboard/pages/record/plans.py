"""Finished plans replayed: what would have been said at each quarter end, and what came."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from monitor import queries
from monitor.core.flags import COLOURS, Flag
from monitor.core.records import Assessment
from monitor.core.track_record import Fate, has_chance
from monitor.dashboard import address
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.record.choosing import choose_one
from monitor.dashboard.pages.record.endings import basis_html, ending_html
from monitor.dashboard.sheet import card, sheet
from monitor.dashboard.small_charts import Event, probability_chart
from monitor.dashboard.widgets import TONES, head, muted, shape_html, text
from monitor.track_record import PlanReplay, TargetReplay, plan_replay, replayed_plans, track_record
from monitor.words import display, wording
from monitor.words.lines import Line, line_of
from monitor.words.view import View

_PLAN_PX, _DAY_PX = 360, 150


def show(desk: Desk, view: View, filters: DeltaGenerator) -> None:
    """One plan, its table of quarter ends, and the steps of one target."""
    plans = {
        plan.code: plan for plan in replayed_plans(desk.ask(queries.get_plans).values(), until=view.as_of)
    }
    if not plans:
        sheet(f'<p class="m">{text(view.label("record_no_plans"))}</p>', key="none", language=view.language)
        return
    names = {code: view.plan(plan) for code, plan in plans.items()}
    decided = desk.ask(track_record, as_of=view.as_of).decided_by_plan
    with filters:
        usual = max(names, key=lambda each: decided.get(each, 0))
        code = choose_one("plan", names, view, usual=usual, width_px=_PLAN_PX)
        found = desk.ask(plan_replay, code, as_of=view.as_of)
        day = _choose_day(found, view)
    if day is None:
        _not_replayed(found, view)
        return
    sheet(_about(found, view), key="about", language=view.language)
    chosen = _chosen(found)
    if chosen is not None:
        _steps(chosen, desk, view)
    address.follow(
        sheet(_table_html(found, day, chosen, view), key="replay", language=view.language, on_go=_pick)
    )


def _choose_day(found: PlanReplay, view: View) -> dt.date | None:
    """One of the replayed days; the last one of the plan's window until another is chosen."""
    if not found.days:
        return None
    days = {day.isoformat(): day for day in found.days}
    within = [name for name, day in days.items() if day.isoformat()[:4] <= found.plan.period_end[:4]]
    if st.session_state.get("replay_day") not in days:
        st.session_state["replay_day"] = (within or list(days))[-1]
    chosen = st.selectbox(
        view.label("record_day"), list(days), key="replay_day", label_visibility="collapsed", width=_DAY_PX
    )
    return days[str(chosen)]


def _not_replayed(found: PlanReplay, view: View) -> None:
    todo = view.label("record_not_replayed_do", plan=found.plan.code)
    card(view.label("record_not_replayed"), todo, key="empty", language=view.language)


def _about(found: PlanReplay, view: View) -> str:
    fates = Counter(each.ending.fate for each in found.targets)
    told = view.label(
        "record_plan_told",
        targets=len(found.targets),
        days=len(found.days),
        chances=sum(each.has_chances for each in found.targets),
        met=fates[Fate.MET],
        missed=fates[Fate.MISSED],
        disputed=fates[Fate.DISPUTED],
        unknown=fates[Fate.UNKNOWN] + fates[Fate.OPEN],
        milestones=found.n_milestones,
    )
    since = "" if found.recorded_on is None else view.label("record_replayed_on", day=found.recorded_on)
    return f'<p class="m">{text(view.label("record_about_replay"))} {text(told)} {text(since)}</p>'


def _pick() -> None:
    """A row was chosen: its target's steps are shown."""
    go = st.session_state["replay"].go or ""
    if go.startswith("steps:"):
        st.session_state["replay_target"] = go.removeprefix("steps:")


def _chosen(found: PlanReplay) -> TargetReplay | None:
    """The target whose steps are shown: the one chosen, else the first with probabilities."""
    with_chances = [each for each in found.targets if each.has_chances]
    wanted = st.session_state.get("replay_target")
    named = [each for each in with_chances if each.status.target == wanted]
    found_first = named or with_chances
    return found_first[0] if found_first else None


def _steps(chosen: TargetReplay, desk: Desk, view: View) -> None:
    """Probability at each quarter end over the zones, with deadline and outcome marked."""
    line, thresholds = line_of(chosen.status, view), desk.policy.thresholds
    points = [
        (day, entry.probability_met)
        for day, entry in sorted(chosen.told.items())
        if has_chance(entry) and entry.probability_met is not None
    ]
    title = view.label("record_steps", target=f"{line.short_region} · {line.short_name} {line.statement}")
    html = f"<h4>{text(title)} {muted(view.label('record_steps_hint'))}</h4>"
    sheet(html, key="steps", language=view.language)
    zones = tuple(wording.flag_text(flag, view.language) for flag in (Flag.RED, Flag.YELLOW, Flag.GREEN))
    spec = probability_chart(
        points,
        yellow_at=thresholds.yellow_at,
        green_at=thresholds.green_at,
        label_last=_ending_text(chosen, view),
        zone_labels=(zones[0], zones[1], zones[2]),
        as_of=max(chosen.told),
        events=_events(chosen, line, view),
    )
    said = ", ".join(f"{day} {display.percent(chance)}" for day, chance in points)
    st.vega_lite_chart(spec=spec, width="stretch", alt=f"{title}: {said}")


def _ending_text(chosen: TargetReplay, view: View) -> str:
    flag = {Fate.MET: Flag.MET, Fate.MISSED: Flag.MISSED}.get(chosen.ending.fate)
    if flag is not None:
        return wording.flag_text(flag, view.language)
    return view.label(f"record_fate_{chosen.ending.fate.value}")


def _events(chosen: TargetReplay, line: Line, view: View) -> list[Event]:
    """Deadline and the day the outcome was known."""
    sign, deadline = view.label("record_deadline_sign"), line.status.terms.deadline
    events = [Event(deadline, sign, line.statement)]
    known_on = chosen.ending.known_on
    if known_on is not None and known_on <= max(chosen.told):
        events.append(Event(known_on, view.label("record_result_sign"), _ending_text(chosen, view)))
    return events


def _table_html(found: PlanReplay, day: dt.date, chosen: TargetReplay | None, view: View) -> str:
    names = [(view.label("column_indicator"), ""), (view.label("column_target"), "")]
    names += [(each.isoformat()[2:7], "n day on" if each == day else "n day") for each in found.days]
    names += [
        (view.label(f"record_column_{name}"), css)
        for name, css in (("line", ""), ("last_year", ""), ("ending", ""), ("source", "fill"))
    ]
    rows = "".join(_row_html(each, found.days, day, each is chosen, view) for each in found.targets)
    note = f'<p class="note">{text(view.label("record_cell_hint"))}</p>'
    return f"<table>{head(names)}<tbody>{rows}</tbody></table>{note}"


def _row_html(
    each: TargetReplay, days: tuple[dt.date, ...], day: dt.date, is_chosen: bool, view: View
) -> str:
    line = line_of(each.status, view)
    code = text(each.status.target)
    go = f' data-go="steps:{code}"' if each.has_chances else ""
    bold = "b" if is_chosen else ""
    name = text(line.short_name)
    cells = "".join(_cell_html(each.told.get(when), when == day, view) for when in days)
    rules = "".join(
        f"<td>{_rule_html(told.get(day), view)}</td>" for told in (each.straight_line, each.last_year_share)
    )
    return (
        f'<tr><td{go} class="{bold}"><span class="ell" title="{name}">{name}</span></td>'
        f'<td><span class="lk" data-go="target:{code}">{text(line.statement)}</span></td>'
        f"{cells}{rules}<td>{ending_html(each.ending, view)}</td>"
        f"<td>{basis_html(each.ending, view)}</td></tr>"
    )


def _cell_html(entry: Assessment | None, is_day: bool, view: View) -> str:
    """Shape and chance of one day; a dot where the target was not asked."""
    css = "n day on" if is_day else "n day"
    if entry is None:
        return f'<td class="{css}"><span class="m">·</span></td>'
    shape = shape_html(entry.flag, view.language)
    if entry.flag not in (*COLOURS, Flag.AWAITING):
        return f'<td class="{css}">{shape}</td>'
    chance = text(display.percent(entry.probability_met))
    return f'<td class="{css}"><span class="{TONES[entry.flag]}">{shape} {chance}</span></td>'


def _rule_html(is_on_schedule: bool | None, view: View) -> str:
    if is_on_schedule is None:
        return muted(display.MISSING)
    return text(view.label("record_rule_on" if is_on_schedule else "record_rule_off"))
