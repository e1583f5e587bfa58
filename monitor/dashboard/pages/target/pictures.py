"""From records to what the charts draw: positions, shown units, labels."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from monitor.core.errors import PeriodError
from monitor.core.indicators import Measure, Reporting
from monitor.core.overviews import TargetDetail
from monitor.core.periods import Frequency, Period
from monitor.core.reasons import Reason
from monitor.core.records import Assessment, Fan, Observation, Status
from monitor.dashboard.charts import Band, FanPicture, day_position, position
from monitor.dashboard.small_charts import Event
from monitor.words import display, wording
from monitor.words.display import Scale
from monitor.words.lines import Line, compares_rates, goal_of, is_growth, level_of, shows_rates
from monitor.words.view import View

HISTORY_PERIODS = {Frequency.ANNUAL: 17, Frequency.QUARTERLY: 16, Frequency.MONTHLY: 18}
_FEW_COLUMNS = 3
YTD_YEARS = 6
BARS = 12
_SAME_POSITION = 0.01
WEEKS = 26
EVENT_PARTS = ("new_data", "revised_data", "target_edit")
_A_POINT = 0.01


def series_scale(detail: TargetDetail, line: Line) -> Scale | None:
    """Scale of the indicator's own values, that of the target where both measure the same."""
    indicator = line.status.indicator
    if indicator is None:
        return None
    if line.scale.base == indicator.base_unit or shows_rates(line.status):
        return line.scale
    return display.level_scale(indicator, _series_goal(line) or _last_value(detail), line.view.language)


def _series_goal(line: Line) -> float | None:
    """The target on the scale of the figures shown."""
    if is_growth(line.status) and not shows_rates(line.status):
        return level_of(line.status)
    return goal_of(line.status)


def _last_value(detail: TargetDetail) -> float | None:
    """The latest value of the indicator itself; `recent` holds growth where growth is the target."""
    series = main_series(detail) or known_series(detail)
    return series[-1].value if series else None


def known_series(detail: TargetDetail) -> tuple[Observation, ...]:
    """The series in force, oldest first, of the frequency the fan is drawn in."""
    ordered = [entry for entry in detail.series if _period(entry.period) is not None]
    return tuple(sorted(ordered, key=lambda entry: Period.parse(entry.period).end))


def _period(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except PeriodError:
        return None


def main_series(detail: TargetDetail) -> tuple[Observation, ...]:
    """Observations of the indicator's own frequency (an annual one may also have monthly rows)."""
    indicator = detail.status.indicator
    if indicator is None:
        return ()
    return tuple(
        entry for entry in known_series(detail) if Period.parse(entry.period).frequency is indicator.frequency
    )


def fan_picture(detail: TargetDetail, fan: Fan | None, line: Line) -> FanPicture | None:
    """History and fan; None if there is neither three known values nor a fan."""
    series, scale = main_series(detail), series_scale(detail, line)
    if scale is None or (len(series) < 3 and fan is None):
        return None
    view, deadline = line.view, line.status.terms.deadline
    end = position(Period.containing(deadline, _frequency(line)))
    history = tuple(_point(entry, scale) for entry in _recent(series, end, line))
    positions, bands, median = _fan_lines(fan, scale, history, breaks_yearly=_breaks_yearly(line))
    goal = _series_goal(line)
    return FanPicture(
        history=history,
        positions=positions,
        bands=bands,
        median=median,
        required=_required(fan, scale, line, history=history, goal=goal, positions=positions),
        goal=None if goal is None else goal / scale.factor,
        goal_label=f"{view.label('column_target')} {scale.written(goal)}",
        deadline=end,
        today=day_position(view.as_of) - (1 if _frequency(line) is Frequency.ANNUAL else 0),
        today_label=view.label("as_of", day=view.as_of.isoformat()),
        unpublished_label=view.label("unpublished"),
        decimals=scale.decimals,
        breaks_yearly=_breaks_yearly(line),
        is_short=fan is not None and sum(period != fan.observed_to for period in fan.periods) < _FEW_COLUMNS,
        settled=_settled_point(history, end, line),
        is_within_year=_frequency(line) is not Frequency.ANNUAL,
    )


def _frequency(line: Line) -> Frequency:
    indicator = line.status.indicator
    return indicator.frequency if indicator else Frequency.ANNUAL


def _breaks_yearly(line: Line) -> bool:
    """Whether the series starts anew each January."""
    indicator = line.status.indicator
    return (
        indicator is not None
        and indicator.measure is not Measure.RATIO
        and not shows_rates(line.status)
        and indicator.reporting is Reporting.YTD
        and _frequency(line) is not Frequency.ANNUAL
    )


def _recent(series: Sequence[Observation], end: float, line: Line) -> Sequence[Observation]:
    """The last periods, reaching back to the deadline's where the target is settled."""
    count = HISTORY_PERIODS[_frequency(line)]
    if line.is_settled:
        count = max(count, 3 + sum(position(Period.parse(entry.period)) >= end for entry in series))
    return series[-count:]


def _settled_point(
    history: Sequence[tuple[str, float, float, bool]], end: float, line: Line
) -> tuple[float, float] | None:
    """Where the value stands that settled the target."""
    if not line.is_settled:
        return None
    return next(((at, value) for _, at, value, _ in history if abs(at - end) < _SAME_POSITION), None)


def _required(
    fan: Fan | None,
    scale: Scale,
    line: Line,
    *,
    history: Sequence[tuple[str, float, float, bool]],
    goal: float | None,
    positions: Sequence[float],
) -> tuple[float, ...]:
    """The path to the target; a straight one to the level it needs where none came with the fan."""
    if fan is None or compares_rates(line.status):
        return ()
    if fan.required_path:
        return tuple(value / scale.factor for value in fan.required_path)
    if goal is None or not history or not positions or _breaks_yearly(line):
        return ()
    start, last = history[-1], goal / scale.factor
    span = (positions[-1] - start[1]) or 1.0
    return tuple(start[2] + (last - start[2]) * (at - start[1]) / span for at in positions)


def _point(entry: Observation, scale: Scale) -> tuple[str, float, float, bool]:
    period = Period.parse(entry.period)
    soft = entry.status is Status.PRELIMINARY
    return entry.period, position(period), entry.value / scale.factor, soft


def _fan_lines(
    fan: Fan | None,
    scale: Scale,
    history: Sequence[tuple[str, float, float, bool]],
    *,
    breaks_yearly: bool,
) -> tuple[tuple[float, ...], tuple[Band, ...], tuple[float, ...]]:
    """Positions, bands widest first, and the median, all starting at the last known value."""
    if fan is None:
        return (), (), ()
    positions = [position(Period.parse(period)) for period in fan.periods]
    rows = [[value / scale.factor for value in row] for row in fan.values]
    starts_anew = breaks_yearly and history and history[-1][0][:4] != fan.periods[0][:4]
    if history and positions and history[-1][1] < positions[0] - 1e-9 and not starts_anew:
        positions.insert(0, history[-1][1])
        rows.insert(0, [history[-1][2]] * len(fan.levels))
    columns = list(zip(*rows, strict=True))
    bands, count = [], len(fan.levels)
    for index in range(count // 2):
        share = round(100 * (fan.levels[count - 1 - index] - fan.levels[index]))
        bands.append(Band(share, tuple(columns[index]), tuple(columns[count - 1 - index])))
    median = tuple(columns[count // 2]) if count % 2 else ()
    return tuple(positions), tuple(bands), median


def probability_points(assessments: Sequence[Assessment]) -> list[tuple[dt.date, float]]:
    """Probabilities of the last assessments, oldest first."""
    known = [
        (entry.as_of, entry.probability_met) for entry in assessments if entry.probability_met is not None
    ]
    return [(day, value) for day, value in sorted(known)][-WEEKS:]


def events(assessments: Sequence[Assessment], since: dt.date, view: View) -> list[Event]:
    """What moved the probability by a point or more: new data, revised data, an edit of the target.

    Of several on one day the largest gives the sign; the pointer tells all parts.
    """
    found = []
    for entry in assessments:
        change, now = entry.change, entry.probability_met
        if change is None or now is None or entry.as_of < since:
            continue
        moved = {name: abs(getattr(change, name)) for name in EVENT_PARTS}
        largest = max(EVENT_PARTS, key=moved.__getitem__)
        if moved[largest] < _A_POINT:
            continue
        points = display.points_between(now - change.total, now) or 0
        parts = [part for part in wording.change_parts(change, points, view.language) if part[1]]
        told = " · ".join(f"{name} {display.signed_points(part)}" for name, part in parts)
        found.append(Event(entry.as_of, view.label(f"target_event_{largest}"), told))
    return found


def events_hint(marked: Sequence[Event], view: View) -> str:
    """What the signs under the line mean; nothing where there are none."""
    if not marked:
        return ""
    names = wording.messages(view.language).change_parts
    shown = {event.sign for event in marked}
    signs = [(view.label(f"target_event_{part}"), names[part]) for part in EVENT_PARTS]
    said = " · ".join(f"{sign} {name}" for sign, name in signs if sign in shown)
    return view.label("target_events_hint", signs=said)


def detail_named(assessment: Assessment | None, code: str) -> Reason | None:
    """The detail of that code, if the assessment has it."""
    if assessment is None:
        return None
    return next((reason for reason in assessment.details if reason.code.value == code), None)


def pace_bars(detail: TargetDetail, line: Line, scale: Scale) -> list[tuple[str, float]]:
    """What was added in each past year: differences of levels, amounts of flows, or growth."""
    series = main_series(detail)
    pace = detail_named(line.status.assessment, "pace")
    growth = pace is not None and pace.facts.get("unit") == "percent"
    whole = line.status.terms.kind.value == "cumulative" or shows_rates(line.status)
    by_ordinal = {Period.parse(entry.period).ordinal: entry for entry in series}
    bars = []
    for ordinal, entry in by_ordinal.items():
        before = by_ordinal.get(ordinal - 1)
        value = _pace_value(entry, before, growth=growth, whole=whole)
        if value is not None:
            bars.append((entry.period, value / scale.factor))
    return bars[-BARS:]


def _pace_value(entry: Observation, before: Observation | None, *, growth: bool, whole: bool) -> float | None:
    if whole:
        return entry.value
    if before is None:
        return None
    if growth:
        return 100 * (entry.value / before.value - 1) if before.value else None
    return entry.value - before.value


def pace_scale_of(line: Line) -> Scale | None:
    """Scale of the pace figures, if there is a pace."""
    pace = detail_named(line.status.assessment, "pace")
    return wording.pace_scale(pace.facts, line.context, line.view.language) if pace else None


def ytd_years(detail: TargetDetail, scale: Scale) -> list[tuple[int, list[tuple[int, float]]]]:
    """Cumulative lines of this year and the five before; empty unless the series is monthly and ytd."""
    indicator = detail.status.indicator
    if indicator is None or indicator.reporting is not Reporting.YTD:
        return []
    lines: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for entry in known_series(detail):
        period = Period.parse(entry.period)
        if period.frequency is not Frequency.ANNUAL:
            month = period.part * 12 // period.frequency.periods_per_year
            lines[period.year].append((month, entry.value / scale.factor))
    years = sorted(lines)[-YTD_YEARS:]
    return [(year, lines[year]) for year in years]
