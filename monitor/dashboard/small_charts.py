"""The small charts: probability over time, pace, the year under way."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.dashboard.vega import (
    AMBER,
    DATA,
    GREEN,
    INK,
    MUTED,
    PALE,
    RED,
    Row,
    Spec,
    axis_day,
    channel,
    end,
    label,
    layer,
    layered,
    moment,
)
from monitor.words import display

SMALL_HEIGHT = 168
_EVENT_FOOT = 0.02


@dataclass(frozen=True)
class Event:
    """What moved a probability on a day: its sign, and the sentence the pointer tells."""

    day: dt.date
    sign: str
    told: str


def probability_chart(
    points: Sequence[tuple[dt.date, float]],
    *,
    yellow_at: float,
    green_at: float,
    label_last: str,
    zone_labels: tuple[str, str, str],
    as_of: dt.date | None = None,
    events: Sequence[Event] = (),
) -> Spec:
    """Step line over three pale zones named at the left; the last value labelled; ends at `as_of`.

    What moved it stands as signs along the foot, each with a thin rule up to the line.
    """
    first, last = points[0][0], as_of or points[-1][0]
    if first == last:
        first = last - dt.timedelta(days=7)
    room = dt.timedelta(days=math.ceil((last - first).days * 0.16))
    x = channel(
        "x:T",
        scale={"domain": [moment(first), moment(last + room)]},
        axis=_date_axis([day for day, _ in points], first, last),
    )
    y = channel("y:Q", scale={"domain": [0, 1]}, axis=_zone_axis(yellow_at, green_at, zone_labels))
    rows: list[Row] = [
        {"x": moment(day), "y": value, "shown": display.percent(value)} for day, value in points
    ]
    if len(rows) == 1:
        rows.insert(0, {**rows[0], "x": moment(first)})
    if points[-1][0] < last:
        rows.append({**rows[-1], "x": moment(last)})
    tip = [channel("x:T", format="%Y-%m-%d"), channel("shown:N")]
    line = layer(
        "line",
        rows,
        {"x": x, "y": y, "tooltip": tip},
        slot=INK,
        interpolate="step-after",
        strokeWidth=1.6,
    )
    named = label([{**rows[-1], "text": label_last}], x, y, INK, fontWeight=600)
    zones = _zones((yellow_at, green_at), (moment(first), moment(last)), x, y)
    return layered([*zones, *_event_marks(events, dict(points), x, y), line, named], SMALL_HEIGHT)


def _zones(lines: tuple[float, float], span: tuple[str, str], x: Spec, y: Spec) -> list[Spec]:
    """Red, amber and green between the lines of the rules."""
    yellow_at, green_at = lines
    channels = {"x": x, "x2": end("x2"), "y": y, "y2": end("y2")}
    return [
        layer(
            "rect",
            [{"x": span[0], "x2": span[1], "y": low, "y2": high}],
            channels,
            slot=slot,
            opacity=opacity,
        )
        for low, high, slot, opacity in (
            (0.0, yellow_at, RED, 0.10),
            (yellow_at, green_at, AMBER, 0.13),
            (green_at, 1.0, GREEN, 0.12),
        )
    ]


def _event_marks(events: Sequence[Event], values: dict[dt.date, float], x: Spec, y: Spec) -> list[Spec]:
    """A sign at the foot and a thin rule up to the value it led to."""
    if not events:
        return []
    rows = [
        {
            "x": moment(event.day),
            "y": _EVENT_FOOT,
            "y2": values.get(event.day, _EVENT_FOOT),
            "text": event.sign,
            "told": event.told,
        }
        for event in events
    ]
    tip = [channel("x:T", format="%Y-%m-%d"), channel("told:N")]
    rule = layer(
        "rule", rows, {"x": x, "y": y, "y2": end("y2"), "tooltip": tip}, slot=MUTED, strokeDash=[1, 2]
    )
    signs = label(rows, x, y, INK, align="center", dx=0, dy=6, fontSize=11, fontWeight=600)
    signs["encoding"]["tooltip"] = tip
    return [rule, signs]


def _zone_axis(yellow_at: float, green_at: float, names: tuple[str, str, str]) -> Spec:
    """The two lines as percentages, and each zone's name at its middle, outside the line's way."""
    middles = (yellow_at / 2, (yellow_at + green_at) / 2, (green_at + 1) / 2)
    told = dict(zip(middles, names, strict=True))
    choices = "".join(
        f"abs(datum.value - {at:.6f}) < 1e-5 ? {json.dumps(name)} : " for at, name in told.items()
    )
    return {
        "values": [*middles, yellow_at, green_at],
        "labelExpr": f"{choices}format(datum.value, '.0%')",
        "labelOverlap": False,
        "grid": False,
        "ticks": False,
        "domain": False,
    }


def _date_axis(days: Sequence[dt.date], start: dt.date, last: dt.date) -> Spec:
    """Dates of assessments, the last day always; 06-01 within a year, 2025-06 over longer spans."""
    step = max(1, -(-len(days) // 5))
    near_days = (last - start).days / 8
    ticks = [day for day in days[::step] if day == start or (last - day).days > near_days]
    return {
        "format": "%m-%d" if (last - start).days <= 370 else "%Y-%m",
        "values": [axis_day(day) for day in [*ticks, last]],
        "grid": False,
        "ticks": False,
        "domain": False,
        "labelOverlap": True,
    }


def pace_chart(
    bars: Sequence[tuple[str, float]],
    *,
    required: float | None,
    required_label: str,
    lower_is_better: bool,
    decimals: int,
) -> Spec:
    """Bars per period, dark where the required pace was reached, and a line at that pace."""
    blanks = [" " * (1 + place) for place in range(-(-len(bars) * 9 // 40))] if required is not None else []
    names = [name for name, _ in bars] + blanks
    plain = {"labelAngle": 0, "grid": False, "ticks": False, "domain": False, "labelOverlap": True}
    x = channel("x:O", sort=names, scale={"domain": names}, axis=plain)
    y = channel("y:Q", axis={"format": f"+,.{decimals}f", "tickCount": 4, "domain": False, "ticks": False})
    layers: list[Spec] = []
    for reached, slot in ((True, DATA), (False, PALE)):
        rows = [
            {"x": name, "y": value, "shown": display.number(value, decimals, signed=True)}
            for name, value in bars
            if _reaches(value, required, lower_is_better) is reached
        ]
        if rows:
            tip = [channel("x:N"), channel("shown:N")]
            layers.append(layer("bar", rows, {"x": x, "y": y, "tooltip": tip}, slot=slot, size=16))
    if required is not None:
        layers.append(layer("rule", [{"y": required}], {"y": y}, slot=INK, strokeWidth=1.4))
        style = {"align": "right", "baseline": "bottom", "dy": -3, "dx": -2, "fontWeight": 600}
        layers.append(label([{"y": required, "text": required_label}], {"value": "width"}, y, INK, **style))
    return layered(layers, SMALL_HEIGHT)


def _reaches(value: float, required: float | None, lower_is_better: bool) -> bool:
    if required is None:
        return True
    return value <= required if lower_is_better else value >= required


def ytd_chart(
    years: Sequence[tuple[int, Sequence[tuple[int, float]]]],
    *,
    goal: float | None,
    goal_label: str,
    batch_months: Sequence[int],
    decimals: int,
) -> Spec:
    """This year's cumulative line over earlier years in grey, the target at December, 序时进度 dotted."""
    x = channel(
        "x:Q",
        scale={"domain": [0.6, 13.6], "nice": False, "zero": False},
        axis={"values": [*range(1, 13)], "format": "d", "grid": False, "ticks": False, "domain": False},
    )
    y = channel("y:Q", axis={"format": f",.{decimals}f", "tickCount": 4, "domain": False, "ticks": False})
    layers: list[Spec] = []
    if batch_months:
        rows: list[Row] = [{"x": month} for month in batch_months]
        layers.append(layer("rule", rows, {"x": x}, slot=MUTED, strokeDash=[2, 3], opacity=0.6))
    for year, points in years:
        current = year == years[-1][0]
        rows = [{"x": month, "y": value, "year": str(year)} for month, value in points]
        tip = [channel("year:N"), channel("y:Q", format=f",.{decimals}f")]
        style = {"strokeWidth": 2 if current else 1.2, "point": current}
        channels = {"x": x, "y": y, "tooltip": tip}
        layers.append(layer("line", rows, channels, slot=DATA if current else PALE, **style))
        named = [{**rows[-1], "text": str(year)}]
        layers.append(label(named, x, y, DATA if current else MUTED, fontSize=11))
    if goal is not None:
        layers += _year_goal(goal, goal_label, x, y)
    return layered(layers, SMALL_HEIGHT)


def _year_goal(goal: float, goal_label: str, x: Spec, y: Spec) -> list[Spec]:
    """序时进度 dotted from January, and the target's tick at December."""
    way = [{"x": 1, "y": goal / 12}, {"x": 12, "y": goal}]
    tick = [{"x": 11.6, "x2": 12.4, "y": goal}]
    named = [{"x": 12, "y": goal, "text": goal_label}]
    return [
        layer("line", way, {"x": x, "y": y}, slot=INK, strokeWidth=1, strokeDash=[1, 3]),
        layer("rule", tick, {"x": x, "x2": end("x2"), "y": y}, slot=INK, strokeWidth=2.4),
        label(named, x, y, INK, align="right", dx=0, dy=-9, fontWeight=600),
    ]
