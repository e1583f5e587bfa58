"""The fan chart of the target page."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.core.periods import Frequency, Period
from monitor.dashboard.vega import (
    DATA,
    INK,
    MUTED,
    Row,
    Spec,
    channel,
    end,
    label,
    layer,
    layered,
)
from monitor.words import display

FAN_HEIGHT = 300
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


def fan_chart(picture: FanPicture) -> Spec:
    """History, bands laid over each other, median, required path, target tick, today, unpublished block."""
    low, high = _value_range(picture)
    grid = {"format": f",.{picture.decimals}f", "tickCount": 5, "domain": False, "ticks": False}
    scale = {"domain": [low, high], "nice": False, "zero": False}
    x, y = _year_axis(picture), channel("y:Q", scale=scale, axis=grid)
    layers = [*_unpublished(picture, x, y), *_bands(picture, x, y), *_paths(picture, x, y)]
    layers += [*_history(picture, x, y), *_today(picture, x, y), *_goal(picture, x, y)]
    layers += _band_labels(picture, x, y, (high - low) * _LABEL_PX / FAN_HEIGHT)
    return layered(layers, FAN_HEIGHT)


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


def _year_axis(picture: FanPicture) -> Spec:
    first = min([at for _, at, _, _ in picture.history] + [picture.today])
    last = max(picture.deadline, picture.today)
    room = 0.1 * (last - first or 1.0)
    step = max(1, round((last - first) / 9))
    years = [
        year
        for year in range(int(first), int(last) + 1)
        if (int(last) - year) % step == 0 and (picture.is_within_year or year >= first - 0.01)
    ]
    scale = {"domain": [first - 0.02 * (last - first), last + room], "nice": False, "zero": False}
    return channel("x:Q", scale=scale, axis=_year_ticks(years, within=picture.is_within_year))


def _year_ticks(years: Sequence[int], *, within: bool) -> Spec:
    """Years under their own tick, or under the middle of the year for series within the year."""
    style: Spec = {"grid": False, "ticks": False, "domain": False}
    if within:
        return {"values": [year + 0.5 for year in years], "labelExpr": "floor(datum.value)", **style}
    return {"values": list(years), "format": "d", **style}


def _unpublished(picture: FanPicture, x: Spec, y: Spec) -> list[Spec]:
    """Pale block between the last known period and today."""
    start = picture.history[-1][1] if picture.history else picture.today
    if picture.today - start < 0.05:
        return []
    low, high = y["scale"]["domain"]
    rows = [{"x": start, "x2": picture.today, "y": low, "y2": high}]
    block = layer("rect", rows, {"x": x, "x2": end("x2"), "y": y, "y2": end("y2")}, slot=MUTED, opacity=0.07)
    if picture.today - start < 0.12 * (picture.deadline - picture.history[0][1]):
        return [block]
    named = [{"x": start, "y": low + 0.14 * (high - low), "text": picture.unpublished_label}]
    return [block, label(named, x, y, MUTED)]


def _bands(picture: FanPicture, x: Spec, y: Spec) -> list[Spec]:
    layers = []
    for band, opacity in zip(picture.bands, _BAND_OPACITY, strict=False):
        rows = [
            {"x": at, "y": low, "y2": high, "run": picture.run(at)}
            for at, low, high in zip(picture.positions, band.low, band.high, strict=True)
        ]
        channels = {"x": x, "y": y, "y2": end("y2"), "detail": channel("run:N")}
        layers.append(layer("area", rows, channels, slot=DATA, opacity=opacity, line=False))
    return layers


def _paths(picture: FanPicture, x: Spec, y: Spec) -> list[Spec]:
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
        style = {"strokeWidth": 1.5, "strokeDash": dash, "strokeCap": "round"}
        found.append(layer("line", rows, {"x": x, "y": y, "detail": channel("run:N")}, slot=slot, **style))
    return found


def _history(picture: FanPicture, x: Spec, y: Spec) -> list[Spec]:
    """Known values: line with points, preliminary ones hollow, the last one labelled."""
    if not picture.history:
        return []
    rows: list[Row] = [
        {"period": period, "x": at, "y": value, "run": period[:4] if picture.breaks_yearly else "all"}
        for period, at, value, _ in picture.history
    ]
    tip = [channel("period:N"), channel("y:Q", format=f",.{picture.decimals}f")]
    line = layer("line", rows, {"x": x, "y": y, "detail": channel("run:N")}, slot=DATA, strokeWidth=2)
    marks: tuple[tuple[bool, Spec], ...] = (
        (False, {"filled": True, "size": 28 if len(rows) <= 40 else 10}),
        (True, {"filled": False, "size": 36, "strokeWidth": 1.5}),
    )
    points = []
    for is_soft, style in marks:
        shown = [row for row, (*_, soft) in zip(rows, picture.history, strict=True) if soft is is_soft]
        points.append(layer("point", shown, {"x": x, "y": y, "tooltip": tip}, slot=DATA, opacity=1, **style))
    _, at, value, _ = picture.history[-1]
    last = [{"x": at, "y": value, "text": display.number(value, picture.decimals)}]
    return [line, *points, label(last, x, y, INK, align="right", dx=-7, dy=-9)]


def _today(picture: FanPicture, x: Spec, y: Spec) -> list[Spec]:
    """Dotted line at the day asked for, labelled at the foot."""
    rule = layer("rule", [{"x": picture.today}], {"x": x}, slot=INK, strokeDash=[2, 3])
    left_half = (
        picture.today - picture.history[0][1] > 0.8 * (picture.deadline - picture.history[0][1])
        if picture.history
        else False
    )
    named = [{"x": picture.today, "y": y["scale"]["domain"][0], "text": picture.today_label}]
    side = {"align": "right", "dx": -5} if left_half else {"align": "left", "dx": 5}
    return [rule, label(named, x, y, MUTED, dy=-10, **side)]


def _goal(picture: FanPicture, x: Spec, y: Spec) -> list[Spec]:
    """A short heavy tick across the deadline, labelled."""
    if picture.goal is None:
        return []
    first = picture.history[0][1] if picture.history else picture.today
    half = 0.025 * (max(picture.deadline, picture.today) - first or 1.0)
    row = {"x": picture.deadline - half, "x2": picture.deadline + half, "y": picture.goal}
    tick = layer("rule", [row], {"x": x, "x2": end("x2"), "y": y}, slot=INK, strokeWidth=2.4)
    named = [{"x": picture.deadline + half, "y": picture.goal, "text": picture.goal_label}]
    marks = [tick, label(named, x, y, INK, fontWeight=600)]
    if picture.settled is None:
        return marks
    at, value = picture.settled
    ring = layer(
        "point", [{"x": at, "y": value}], {"x": x, "y": y}, slot=INK, size=150, strokeWidth=2, opacity=1
    )
    below = [{"x": at, "y": value, "text": display.number(value, picture.decimals)}]
    told = label(below, x, y, INK, align="center", dx=0, dy=17, fontWeight=600)
    return [_settled_year(picture, x), ring, told, *marks]


def _settled_year(picture: FanPicture, x: Spec) -> Spec:
    """A pale upright band behind the deadline of a settled target."""
    half = 0.5 if not picture.is_within_year else 1 / 24
    row = {"x": picture.deadline - half, "x2": picture.deadline + half}
    return layer("rect", [row], {"x": x, "x2": end("x2")}, slot=MUTED, opacity=0.07)


def _band_labels(picture: FanPicture, x: Spec, y: Spec, apart: float) -> list[Spec]:
    """The share of each band at its upper end, moved up where labels would meet."""
    if picture.is_short and picture.bands:
        together = "·".join(str(band.share) for band in picture.bands) + "%"
        at = picture.bands[0].high[-1]
        if picture.goal is not None and abs(at - picture.goal) < apart:
            at = picture.goal + apart
        named = [{"x": picture.deadline, "y": at, "text": together}]
        return [label(named, x, y, MUTED, fontSize=11, dx=4)]
    rows: list[Row] = []
    taken = [picture.goal] if picture.goal is not None else []
    for band in reversed(picture.bands):
        at = band.high[-1]
        while any(abs(at - other) < apart for other in taken):
            at += apart / 4
        taken.append(at)
        rows.append({"x": picture.deadline, "y": at, "text": f"{band.share}%"})
    return [label(rows, x, y, MUTED, fontSize=11, dx=4)] if rows else []
