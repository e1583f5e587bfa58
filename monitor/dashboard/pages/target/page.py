"""The target page: how likely, why, what pace, which figures, and how the target was set."""

from __future__ import annotations

import streamlit as st

from forecast.targets import TargetKind
from monitor import queries, whatif
from monitor.clock import ZONE
from monitor.core.errors import NotFoundError
from monitor.core.flags import COLOURS, Flag
from monitor.core.overviews import TargetDetail
from monitor.core.records import Fan
from monitor.dashboard import address, charts, small_charts
from monitor.dashboard.desk import Desk
from monitor.dashboard.naming import target_names
from monitor.dashboard.pages.target import models, parts, pictures, records
from monitor.dashboard.sheet import card, sheet
from monitor.dashboard.widgets import text, title_line
from monitor.words import display, wording
from monitor.words.display import Scale
from monitor.words.lines import Line, compares_rates, line_of
from monitor.words.view import View

_SAID_LARGE = frozenset({Flag.GREY, Flag.AWAITING, Flag.DUE, Flag.DONE, Flag.OVERDUE})
"""Flags without a probability or an outcome: the reason stands where the chart would."""


def render(desk: Desk, view: View) -> None:
    """Show the target named in the address, or a choice of targets."""
    code = st.query_params.get("id") or st.session_state.get("_target")
    if not code:
        _choose(desk, view)
        return
    try:
        detail = desk.ask(queries.target_detail, code, as_of=view.as_of)
    except NotFoundError:
        st.session_state.pop("_target", None)
        _choose(desk, view, missing=code)
        return
    st.session_state["_target"] = code
    address.keep({"id": code})
    line = line_of(detail.status, view)
    assessed = detail.status.assessment
    time_text = f"{assessed.recorded_at.astimezone(ZONE):%Y-%m-%d %H:%M}" if assessed else ""
    address.follow(sheet(parts.title_html(line, time_text), key="title", language=view.language))
    sheet(parts.facts_html(detail, line), key="facts", language=view.language)
    fan = _fan(desk, line) if line.flag in COLOURS else None
    left, right = st.columns([2.15, 1], gap="medium")
    with left:
        _charts(desk, detail, fan, line)
    with right:
        _reasons(detail, line)
    _figures(detail, line)
    _numbers(detail, fan, line)
    if line.flag in COLOURS:
        models.show(desk, detail, line)


def _fan(desk: Desk, line: Line) -> Fan | None:
    """The fan kept with the assessment; drawn again only where none was."""
    code, day = line.status.target, line.view.as_of
    kept = desk.ask(queries.stored_fan, code, as_of=day)
    return kept or desk.ask(whatif.fan, desk.policy, code, as_of=day)


def _choose(desk: Desk, view: View, missing: str = "") -> None:
    """A searchable list of all targets, worst first; says so if the one asked for does not exist."""
    html = title_line(text(view.label("choose_target")), [], view)
    if missing:
        said = text(view.label("unknown_target", code=missing, day=view.as_of.isoformat()))
        html += f'<p>{said} <span class="lk" data-go="overview:">{text(view.label("back"))}</span></p>'
    address.follow(sheet(html, key="title", language=view.language))
    names = desk.ask(target_names, view)
    if not names:
        card(view.label("nothing_yet"), view.label("nothing_yet_do"), key="empty", language=view.language)
        return
    chosen = st.selectbox(
        view.label("choose_target"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        placeholder=view.label("choose_hint"),
        label_visibility="collapsed",
        key="chosen_target",
    )
    if chosen:
        address.follow(f"target:{chosen}")


def _charts(desk: Desk, detail: TargetDetail, fan: Fan | None, line: Line) -> None:
    """Charts where something can be drawn; a grey says large what is missing."""
    view = line.view
    if line.flag in _SAID_LARGE:
        sheet(parts.unknown_html(detail, line), key="unknown", language=view.language)
    picture = pictures.fan_picture(detail, fan, line)
    if picture is not None:
        hint = _hint(detail, picture, line)
        _heading("history", view.label("history_and_forecast" if fan else "history"), hint, view)
        st.vega_lite_chart(spec=charts.fan_chart(picture), width="stretch", alt=_describe(line))
    left, right = st.columns([1, 1.12], gap="small")
    with left:
        _probability(desk, detail, line)
    with right:
        _pace(detail, line)


def _hint(detail: TargetDetail, picture: charts.FanPicture, line: Line) -> str:
    """Unit and what the marks mean; what the target asks for where the level cannot show it."""
    view, scale = line.view, pictures.series_scale(detail, line)
    said = view.label("fan_hint" if picture.bands else "history_hint", unit=scale.unit if scale else "")
    if len(picture.required) > 1:
        said += view.label("path_hint")
    if picture.goal is None and line.status.terms.value is not None:
        amount = wording.target_amount(line.context, view.language)
        said += view.label("level_hint", kind=line.kind, amount=amount)
    return said


def _heading(key: str, title: str, hint: str, view: View) -> None:
    html = f'<h4>{text(title)}<span class="m s">{text(hint)}</span></h4>'
    sheet(html, key=f"heading_{key}", language=view.language)


def _describe(line: Line) -> str:
    """The chart in one sentence for a screen reader."""
    assessment = line.status.assessment
    reason = wording.sentence(assessment.reason, line.view.language, line.context) if assessment else ""
    return f"{line.region} {line.name} {line.statement}. {reason}"


def _probability(desk: Desk, detail: TargetDetail, line: Line) -> None:
    points = pictures.probability_points(detail.assessments)
    if not points or line.flag not in COLOURS:
        return
    view = line.view
    lines = desk.policy.thresholds
    events = pictures.events(detail.assessments, points[0][0], view)
    hint = view.label("assessments_count", count=len(points)) + pictures.events_hint(events, view)
    _heading("probability", view.label("probability"), hint, view)
    label = f"{wording.SHAPES[line.flag]} {display.percent(points[-1][1])}"
    zones = tuple(wording.flag_text(flag, view.language) for flag in (Flag.RED, Flag.YELLOW, Flag.GREEN))
    chart = small_charts.probability_chart(
        points,
        yellow_at=lines.yellow_at,
        green_at=lines.green_at,
        label_last=label,
        zone_labels=(zones[0], zones[1], zones[2]),
        as_of=view.as_of,
        events=events,
    )
    st.vega_lite_chart(spec=chart, width="stretch", alt=f"{view.label('probability')} {label}")


def _pace(detail: TargetDetail, line: Line) -> None:
    """Cumulative lines for a year-to-date series, else bars per period; nothing for growth rates."""
    scale = pictures.series_scale(detail, line)
    if scale is None or compares_rates(line.status) or line.flag not in COLOURS:
        return
    years = pictures.ytd_years(detail, scale)
    if years:
        _ytd(years, line, scale)
        return
    pace_scale = pictures.pace_scale_of(line)
    bars = pictures.pace_bars(detail, line, pace_scale) if pace_scale else []
    if pace_scale is None or len(bars) < 2:
        return
    _bars(bars, line, pace_scale)


def _ytd(years: list[tuple[int, list[tuple[int, float]]]], line: Line, scale: Scale) -> None:
    view, indicator = line.view, line.status.indicator
    terms = line.status.terms
    in_units = terms.kind in (TargetKind.LEVEL, TargetKind.CUMULATIVE)  # a rate is no line of a sum
    goal = line.goal if in_units and terms.deadline.year == years[-1][0] else None
    _heading("pace", view.label("cumulative"), view.label("cumulative_hint", unit=scale.unit), view)
    chart = small_charts.ytd_chart(
        years,
        goal=None if goal is None else goal / scale.factor,
        goal_label=f"{view.label('column_target')} {scale.written(goal)}",
        batch_months=indicator.batch_months if indicator else (),
        decimals=scale.decimals,
    )
    st.vega_lite_chart(spec=chart, width="stretch", alt=_describe(line))


def _bars(bars: list[tuple[str, float]], line: Line, scale: Scale) -> None:
    view = line.view
    pace = pictures.detail_named(line.status.assessment, "pace")
    required = pace.facts.get("required") if pace else None
    _heading("pace", view.label("pace_per_period"), view.label("pace_hint", unit=scale.unit), view)
    chart = small_charts.pace_chart(
        bars,
        required=None if required is None else required / scale.factor,
        required_label=f"{view.label('required')} {scale.number(required, signed=True)}",
        lower_is_better=line.context.is_lower_better,
        decimals=scale.decimals,
    )
    st.vega_lite_chart(spec=chart, width="stretch", alt=_describe(line))


def _reasons(detail: TargetDetail, line: Line) -> None:
    """Why, how the change divides, other rules, what could be done, what became of it."""
    blocks = (
        parts.why_html(detail, line, leading=line.flag not in _SAID_LARGE),
        parts.change_html(line),
        parts.rules_html(line),
        parts.action_html(line),
        parts.outcome_card(line),
        parts.citations_html(detail, line.view),
        parts.acts_html(line),
    )
    address.follow(sheet("".join(blocks), key="reasons", language=line.view.language))


def _figures(detail: TargetDetail, line: Line) -> None:
    left, right = st.columns([1.4, 1], gap="medium")
    with left:
        sheet(records.releases_html(detail, line), key="releases", language=line.view.language)
    with right:
        blocks = (
            records.ledger_html(detail, line),
            records.others_html(detail, line.view),
            records.definition_html(detail, line),
        )
        address.follow(sheet("".join(blocks), key="ledger", language=line.view.language))


def _numbers(detail: TargetDetail, fan: Fan | None, line: Line) -> None:
    """Every number of the charts as text, folded."""
    view, scale = line.view, pictures.series_scale(detail, line)
    blocks = []
    if fan is not None and scale is not None:
        cells = [(view.label("column_period"), "")] + [
            (f"{level:.1%}".replace(".0%", "%"), "n") for level in fan.levels
        ]
        rows = [
            [period, *(scale.text(value) for value in values)]
            for period, values in zip(fan.periods, fan.values, strict=True)
        ]
        blocks.append(parts.numbers_html(view.label("fan_numbers"), cells, rows))
    points = pictures.probability_points(detail.assessments)
    if points:
        cells = [(view.label("column_date"), ""), (view.label("probability"), "n")]
        listed = [[day.isoformat(), display.percent(value)] for day, value in reversed(points)]
        blocks.append(parts.numbers_html(view.label("probability"), cells, listed))
    if blocks:
        with st.expander(view.label("chart_numbers")):
            sheet("".join(blocks), key="numbers", language=view.language)
