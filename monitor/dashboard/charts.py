"""Charts of the target page. Colours are slots of the theme, so that both modes follow by themselves."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from monitor.core.periods import Frequency, Period
from monitor.dashboard.layers import AMBER, DATA, GREEN, INK, MUTED, PALE, RED
from monitor.dashboard.layers import frame as _frame
from monitor.dashboard.layers import ink as _ink
from monitor.dashboard.layers import layered as _layered
from monitor.dashboard.layers import texts as _text
from monitor.words import display

FAN_HEIGHT, SMALL_HEIGHT = 300, 168
_BAND_OPACITY = (0.13, 0.17, 0.25)
_LABEL_PX = 13
_A_DAY = 1 / 366


@dataclass(frozen=True)
class Band:
    """A symmetric interval of the fan: its share of outcomes, and both ends per position."""

    share: int
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class FanPicture:
    """Everything the fan chart draws, in shown units; positions are years.

    Parameters
    ----------
    history : tuple of (period, position, value, is preliminary)
        Known values, oldest first.
    breaks_yearly, is_within_year : bool
        Whether the line starts anew each January (a cumulative series); whether periods are shorter
        than a year.
    is_short : bool
        Whether the fan has too few columns to label its bands apart.
    settled : tuple of (position, value), optional
        The value that settled the target, drawn with a ring.
    positions : tuple of float
        Where the bands have values, from the last known period to the deadline.
    bands : tuple of Band
        Widest first.
    """

    history: tuple[tuple[str, float, float, bool], ...]
    positions: tuple[float, ...]
    bands: tuple[Band, ...]
    median: tuple[float, ...]
    required: tuple[float, ...]
    goal: float | None
    goal_label: str
    deadline: float
    today: float
    today_label: str
    unpublished_label: str
    decimals: int
    breaks_yearly: bool = False
    is_within_year: bool = False
    is_short: bool = False
    settled: tuple[float, float] | None = None

    def run(self, at: float) -> str:
        """Name of the unbroken stretch a position belongs to: the year of a cumulative series."""
        return str(math.ceil(at - _A_DAY) - 1) if self.breaks_yearly else "all"


def position(period: Period) -> float:
    """Where a period stands on an axis of years: its end; annual values at the year's own tick."""
    year_end = day_position(period.end)
    return year_end - 1 if period.frequency is Frequency.ANNUAL else year_end


def day_position(day: dt.date) -> float:
    """A day as a decimal year, the end of the day counted."""
    start = dt.date(day.year, 1, 1)
    length = (dt.date(day.year + 1, 1, 1) - start).days
    return day.year + ((day - start).days + 1) / length


def fan_chart(picture: FanPicture) -> alt.LayerChart:
    """History, bands laid over each other, median, required path, target tick, today, unpublished block."""
    low, high = _value_range(picture)
    scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    grid = alt.Axis(format=f",.{picture.decimals}f", tickCount=5, domain=False, ticks=False)
    y = alt.Y("y:Q", title=None, scale=scale, axis=grid)
    x = _year_axis(picture)
    layers = [_unpublished(picture, x, scale), *_bands(picture, x, y), *_paths(picture, x, y)]
    layers += [*_history(picture, x, y), _today(picture, x, y, low), *_goal(picture, x, y)]
    layers.append(_band_labels(picture, x, y, (high - low) * _LABEL_PX / FAN_HEIGHT))
    return _layered([layer for layer in layers if layer is not None], FAN_HEIGHT)


def _value_range(picture: FanPicture) -> tuple[float, float]:
    """Lowest and highest value drawn, with a margin; not necessarily with zero."""
    values = [value for _, _, value, _ in picture.history] + list(picture.required)
    values += [value for band in picture.bands for value in (*band.low, *band.high)]
    values += [picture.goal] if picture.goal is not None else []
    low, high = min(values), max(values)
    margin = 0.06 * ((high - low) or abs(high) or 1.0)
    floor = 0.0 if low >= 0 else low - margin
    if picture.breaks_yearly:
        return low - 3 * margin, high + margin
    return max(floor, low - 2 * margin), high + margin


def _year_axis(picture: FanPicture) -> alt.X:
    first = min([at for _, at, _, _ in picture.history] + [picture.today])
    last = max(picture.deadline, picture.today)
    room = 0.1 * (last - first or 1.0)
    step = max(1, round((last - first) / 9))
    years = [
        year
        for year in range(int(first), int(last) + 1)
        if (int(last) - year) % step == 0 and (picture.is_within_year or year >= first - 0.01)
    ]
    axis = _year_ticks(years, within=picture.is_within_year)
    scale = alt.Scale(domain=[first - 0.02 * (last - first), last + room], nice=False, zero=False)
    return alt.X("x:Q", title=None, scale=scale, axis=axis)


def _year_ticks(years: Sequence[int], *, within: bool) -> alt.Axis:
    """Years under their own tick, or under the middle of the year for series within the year."""
    style: dict[str, Any] = {"grid": False, "ticks": False, "domain": False}
    if within:
        return alt.Axis(values=[year + 0.5 for year in years], labelExpr="floor(datum.value)", **style)
    return alt.Axis(values=list(years), format="d", **style)


def _unpublished(picture: FanPicture, x: alt.X, scale: alt.Scale) -> alt.LayerChart | None:
    """Pale block between the last known period and today."""
    start = picture.history[-1][1] if picture.history else picture.today
    if picture.today - start < 0.05:
        return None
    low, high = scale.domain
    block = _frame([{"x": start, "x2": picture.today, "y": low, "y2": high}])
    y = alt.Y("y:Q", scale=scale, title=None)
    rect = alt.Chart(block).mark_rect(opacity=0.07).encode(x=x, x2="x2:Q", y=y, y2="y2:Q", color=_ink(MUTED))
    if picture.today - start < 0.12 * (picture.deadline - picture.history[0][1]):
        return alt.LayerChart(layer=[rect])
    label = [{"x": start, "y": low + 0.14 * (high - low), "text": picture.unpublished_label}]
    return alt.LayerChart(layer=[rect, _text(label, x, y, MUTED)])


def _bands(picture: FanPicture, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    layers = []
    for band, opacity in zip(picture.bands, _BAND_OPACITY, strict=False):
        rows = [
            {"x": at, "y": low, "y2": high, "run": picture.run(at)}
            for at, low, high in zip(picture.positions, band.low, band.high, strict=True)
        ]
        chart = alt.Chart(_frame(rows)).mark_area(opacity=opacity, line=False)
        layers.append(chart.encode(x=x, y=y, y2="y2:Q", color=_ink(DATA), detail="run:N"))
    return layers


def _paths(picture: FanPicture, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Median dashed, required path dotted."""
    found = []
    for values, slot, dash in ((picture.median, DATA, [5, 4]), (picture.required, INK, [1, 3])):
        if len(values) < 2:
            continue
        at = picture.positions[-len(values) :]
        rows = [
            {"x": place, "y": value, "run": picture.run(place)}
            for place, value in zip(at, values, strict=True)
        ]
        line = alt.Chart(_frame(rows)).mark_line(strokeWidth=1.5, strokeDash=dash, strokeCap="round")
        found.append(line.encode(x=x, y=y, color=_ink(slot), detail="run:N"))
    return found


def _history(picture: FanPicture, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Known values: line with points, preliminary ones hollow, the last one labelled."""
    rows = [
        {"period": period, "x": at, "y": value, "soft": soft} for period, at, value, soft in picture.history
    ]
    if not rows:
        return []
    frame = _frame(rows)
    tip = [
        alt.Tooltip("period:N", title=None),
        alt.Tooltip("y:Q", title=None, format=f",.{picture.decimals}f"),
    ]
    frame["run"] = frame["period"].str[:4] if picture.breaks_yearly else "all"
    line = alt.Chart(frame).mark_line(strokeWidth=2).encode(x=x, y=y, color=_ink(DATA), detail="run:N")
    size = 28 if len(rows) <= 40 else 10
    firm = alt.Chart(frame[~frame["soft"]]).mark_point(filled=True, size=size, opacity=1)
    hollow = alt.Chart(frame[frame["soft"]]).mark_point(filled=False, size=36, strokeWidth=1.5, opacity=1)
    points = [mark.encode(x=x, y=y, color=_ink(DATA), tooltip=tip) for mark in (firm, hollow)]
    _, at, value, _ = picture.history[-1]
    label = [{"x": at, "y": value, "text": display.number(value, picture.decimals)}]
    return [line, *points, _text(label, x, y, INK, align="right", dx=-7, dy=-9)]


def _today(picture: FanPicture, x: alt.X, y: alt.Y, low: float) -> alt.LayerChart:
    """Dotted line at the day asked for, labelled at the foot."""
    rule = alt.Chart(_frame([{"x": picture.today}])).mark_rule(strokeDash=[2, 3]).encode(x=x, color=_ink(INK))
    left_half = (
        picture.today - picture.history[0][1] > 0.8 * (picture.deadline - picture.history[0][1])
        if picture.history
        else False
    )
    label = [{"x": picture.today, "y": low, "text": picture.today_label}]
    side = {"align": "right", "dx": -5} if left_half else {"align": "left", "dx": 5}
    return alt.LayerChart(layer=[rule, _text(label, x, y, MUTED, dy=-10, **side)])


def _goal(picture: FanPicture, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """A short heavy tick across the deadline, labelled."""
    if picture.goal is None:
        return []
    first = picture.history[0][1] if picture.history else picture.today
    half = 0.025 * (max(picture.deadline, picture.today) - first or 1.0)
    row = {"x": picture.deadline - half, "x2": picture.deadline + half, "y": picture.goal}
    tick = alt.Chart(_frame([row])).mark_rule(strokeWidth=2.4).encode(x=x, x2="x2:Q", y=y, color=_ink(INK))
    label = [{"x": picture.deadline + half, "y": picture.goal, "text": picture.goal_label}]
    marks = [tick, _text(label, x, y, INK, fontWeight=600)]
    if picture.settled is not None:
        at, value = picture.settled
        ring = alt.Chart(_frame([{"x": at, "y": value}])).mark_point(size=150, strokeWidth=2, opacity=1)
        named = [{"x": at, "y": value, "text": display.number(value, picture.decimals)}]
        below = _text(named, x, y, INK, align="center", dx=0, dy=17, fontWeight=600)
        marks = [*_settled_year(picture, x), ring.encode(x=x, y=y, color=_ink(INK)), below, *marks]
    return marks


def _settled_year(picture: FanPicture, x: alt.X) -> list[alt.Chart]:
    """A pale upright band behind the deadline of a settled target."""
    half = 0.5 if not picture.is_within_year else 1 / 24
    row = {"x": picture.deadline - half, "x2": picture.deadline + half}
    band = alt.Chart(_frame([row])).mark_rect(opacity=0.07)
    return [band.encode(x=x, x2="x2:Q", color=_ink(MUTED))]


def _band_labels(picture: FanPicture, x: alt.X, y: alt.Y, apart: float) -> alt.Chart | None:
    """The share of each band at its upper end, moved up where labels would meet."""
    if picture.is_short and picture.bands:
        together = "·".join(str(band.share) for band in picture.bands) + "%"
        at = picture.bands[0].high[-1]
        if picture.goal is not None and abs(at - picture.goal) < apart:
            at = picture.goal + apart
        return _text([{"x": picture.deadline, "y": at, "text": together}], x, y, MUTED, fontSize=11, dx=4)
    rows: list[dict[str, Any]] = []
    taken = [picture.goal] if picture.goal is not None else []
    for band in reversed(picture.bands):
        at = band.high[-1]
        while any(abs(at - other) < apart for other in taken):
            at += apart / 4
        taken.append(at)
        rows.append({"x": picture.deadline, "y": at, "text": f"{band.share}%"})
    return _text(rows, x, y, MUTED, fontSize=11, dx=4) if rows else None


def probability_chart(
    points: Sequence[tuple[dt.date, float]],
    *,
    yellow_at: float,
    green_at: float,
    label: str,
    zone_labels: tuple[str, str, str],
    as_of: dt.date | None = None,
) -> alt.LayerChart:
    """Step line over three pale zones named at the left; the last value labelled; ends at `as_of`."""
    first, last = points[0][0], as_of or points[-1][0]
    if first == last:
        first = last - dt.timedelta(days=7)
    start, end = pd.Timestamp(first.isoformat()), pd.Timestamp(last.isoformat())
    room = (end - start) * 0.16
    x = alt.X(
        "x:T",
        title=None,
        scale=alt.Scale(domain=[start.isoformat(), (end + room).isoformat()]),
        axis=_date_axis([pd.Timestamp(day) for day, _ in points], start, end),
    )
    axis = _zone_axis(yellow_at, green_at, zone_labels)
    y = alt.Y("y:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=axis)
    zones = ((0.0, yellow_at, RED, 0.10), (yellow_at, green_at, AMBER, 0.13), (green_at, 1.0, GREEN, 0.12))
    layers: list[alt.Chart] = []
    for low, high, slot, opacity in zones:
        block = _frame([{"x": start, "x2": end, "y": low, "y2": high}])
        rect = alt.Chart(block).mark_rect(opacity=opacity)
        layers.append(rect.encode(x=x, x2="x2:T", y=y, y2="y2:Q", color=_ink(slot)))
    rows = [{"x": pd.Timestamp(day), "y": value, "shown": display.percent(value)} for day, value in points]
    if len(rows) == 1:
        rows.insert(0, {**rows[0], "x": start})
    if points[-1][0] < last:
        rows.append({**rows[-1], "x": end})
    tip = [alt.Tooltip("x:T", title=None, format="%Y-%m-%d"), alt.Tooltip("shown:N", title=None)]
    line = alt.Chart(_frame(rows)).mark_line(interpolate="step-after", strokeWidth=1.6)
    layers.append(line.encode(x=x, y=y, color=_ink(INK), tooltip=tip))
    layers.append(_text([{**rows[-1], "text": label}], x, y, INK, fontWeight=600))
    return _layered(layers, SMALL_HEIGHT)


def _zone_axis(yellow_at: float, green_at: float, names: tuple[str, str, str]) -> alt.Axis:
    """The two lines as percentages, and each zone's name at its middle, outside the line's way."""
    middles = (yellow_at / 2, (yellow_at + green_at) / 2, (green_at + 1) / 2)
    told = dict(zip(middles, names, strict=True))
    choices = "".join(
        f"abs(datum.value - {at:.6f}) < 1e-5 ? {json.dumps(name)} : " for at, name in told.items()
    )
    return alt.Axis(
        values=[*middles, yellow_at, green_at],
        labelExpr=f"{choices}format(datum.value, '.0%')",
        labelOverlap=False,
        grid=False,
        ticks=False,
        domain=False,
    )


def _date_axis(days: Sequence[pd.Timestamp], start: pd.Timestamp, end: pd.Timestamp) -> alt.Axis:
    """Dates of assessments, the last day always; 06-01 within a year, 2025-06 over longer spans."""
    style = "%m-%d" if (end - start).days <= 370 else "%Y-%m"
    step = max(1, -(-len(days) // 5))
    near_days = (end - start).days / 8
    ticks = [day for day in days[::step] if day == start or (end - day).days > near_days]
    values = [alt.DateTime(year=day.year, month=day.month, date=day.day) for day in [*ticks, end]]
    return alt.Axis(format=style, values=values, grid=False, ticks=False, domain=False, labelOverlap=True)


def pace_chart(
    bars: Sequence[tuple[str, float]],
    *,
    required: float | None,
    required_label: str,
    lower_is_better: bool,
    decimals: int,
) -> alt.LayerChart:
    """Bars per period, dark where the required pace was reached, and a line at that pace."""
    blanks = [" " * (1 + place) for place in range(-(-len(bars) * 9 // 40))] if required is not None else []
    names = [name for name, _ in bars] + blanks
    x = alt.X(
        "x:O",
        title=None,
        sort=names,
        scale=alt.Scale(domain=names),
        axis=alt.Axis(labelAngle=0, grid=False, ticks=False, domain=False, labelOverlap=True),
    )
    axis = alt.Axis(format=f"+,.{decimals}f", tickCount=4, domain=False, ticks=False)
    y = alt.Y("y:Q", title=None, axis=axis)
    layers: list[alt.Chart] = []
    for reached, slot in ((True, DATA), (False, PALE)):
        rows = [
            {"x": name, "y": value, "shown": display.number(value, decimals, signed=True)}
            for name, value in bars
            if _reaches(value, required, lower_is_better) is reached
        ]
        if rows:
            tip = [alt.Tooltip("x:N", title=None), alt.Tooltip("shown:N", title=None)]
            bar = alt.Chart(_frame(rows)).mark_bar(size=16)
            layers.append(bar.encode(x=x, y=y, color=_ink(slot), tooltip=tip))
    if required is not None:
        rule = alt.Chart(_frame([{"y": required}])).mark_rule(strokeWidth=1.4).encode(y=y, color=_ink(INK))
        label = alt.Chart(_frame([{"y": required, "text": required_label}]))
        named = label.mark_text(align="right", baseline="bottom", dy=-3, dx=-2, fontSize=12, fontWeight=600)
        layers += [rule, named.encode(x=alt.value("width"), y=y, text="text:N", color=_ink(INK))]
    return _layered(layers, SMALL_HEIGHT)


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
) -> alt.LayerChart:
    """This year's cumulative line over earlier years in grey, the target at December, 序时进度 dotted."""
    x = alt.X(
        "x:Q",
        title=None,
        scale=alt.Scale(domain=[0.6, 13.6], nice=False, zero=False),
        axis=alt.Axis(values=[*range(1, 13)], format="d", grid=False, ticks=False, domain=False),
    )
    y = alt.Y(
        "y:Q", title=None, axis=alt.Axis(format=f",.{decimals}f", tickCount=4, domain=False, ticks=False)
    )
    layers: list[alt.Chart] = []
    if batch_months:
        marks = alt.Chart(_frame([{"x": month} for month in batch_months])).mark_rule(
            strokeDash=[2, 3], opacity=0.6
        )
        layers.append(marks.encode(x=x, color=_ink(MUTED)))
    for year, points in years:
        current = year == years[-1][0]
        rows = [{"x": month, "y": value, "year": str(year)} for month, value in points]
        tip = [alt.Tooltip("year:N", title=None), alt.Tooltip("y:Q", title=None, format=f",.{decimals}f")]
        line = alt.Chart(_frame(rows)).mark_line(strokeWidth=2 if current else 1.2, point=current)
        layers.append(line.encode(x=x, y=y, color=_ink(DATA if current else PALE), tooltip=tip))
        layers.append(_text([{**rows[-1], "text": str(year)}], x, y, DATA if current else MUTED, fontSize=11))
    if goal is not None:
        straight = _frame([{"x": 1, "y": goal / 12}, {"x": 12, "y": goal}])
        layers.append(
            alt.Chart(straight).mark_line(strokeWidth=1, strokeDash=[1, 3]).encode(x=x, y=y, color=_ink(INK))
        )
        tick = alt.Chart(_frame([{"x": 11.6, "x2": 12.4, "y": goal}])).mark_rule(strokeWidth=2.4)
        layers.append(tick.encode(x=x, x2="x2:Q", y=y, color=_ink(INK)))
        label = [{"x": 12, "y": goal, "text": goal_label}]
        layers.append(_text(label, x, y, INK, align="right", dx=0, dy=-9, fontWeight=600))
    return _layered(layers, SMALL_HEIGHT)
