"""The curve: chance against target value, over the zones of the flags."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from forecast.targets import TargetKind
from monitor.dashboard.pages.adjust.comparing import Comparison, deadlines_shown
from monitor.dashboard.vega import (
    AMBER,
    DATA,
    GREEN,
    INK,
    MUTED,
    RED,
    Row,
    Spec,
    channel,
    end,
    label,
    layer,
    layered,
)
from monitor.words import display, wording

HEIGHT = 268
_POINTS = 61
_CURVE_SHARE = 0.95
_OTHERS_NAMED_AT = (0.30, 0.38, 0.46)
_ROOM = 0.04
_MOST_DECIMALS = 6
_SOFT = 0.75
_NAME_ROOM = 0.28
_BARE = {"grid": False, "ticks": False, "domain": False}
_LEFT = {"align": "right", "dx": -9, "dy": 8}
_RIGHT_ABOVE = {"dx": 9, "dy": -8}
_RIGHT = {"dx": 9, "dy": 8}


@dataclass(frozen=True)
class Curve:
    """One deadline's chances, by value in shown units."""

    deadline: dt.date
    points: tuple[tuple[float, float], ...]


def curves_of(found: Comparison) -> tuple[Curve, ...]:
    """The tried deadline's curve first, then those of the others; empty where nothing can be drawn."""
    values = _values(found)
    factor = found.scale.factor
    days = [found.tried.terms.deadline]
    if found.now.terms.kind is not TargetKind.RANK:  # a handful of places: the lines would lie on each other
        days += [day for day in deadlines_shown(found) if day != days[0]]
    drawn = []
    for day in days if values else ():
        chances = found.trial.chances(replace(found.tried.terms, deadline=day), values)
        points = tuple(
            (value / factor, chance)
            for value, chance in zip(values, chances, strict=True)
            if chance is not None
        )
        drawn.append(Curve(day, points))
    return tuple(drawn) if drawn and drawn[0].points else ()


def _values(found: Comparison) -> list[float]:
    """Values from edge to edge: where outcomes are likely, and every value shown. [base unit]"""
    reach = found.trial.likely_range(found.tried.terms, _CURVE_SHARE)
    shown = [one.terms.value for one in (found.now, found.tried, found.sure) if one is not None]
    marks = [value for value in shown if value is not None]
    if reach is None or not marks:
        return []
    low, high = min(reach[0], *marks), max(reach[1], *marks)
    if found.now.terms.kind is TargetKind.RANK:
        return [float(place) for place in range(1, round(high) + 2)]
    room = _ROOM * (high - low)
    low = max(low - room, min(0.0, low))
    return [low + (high + room - low) * place / (_POINTS - 1) for place in range(_POINTS)]


def curve_chart(found: Comparison, curves: Sequence[Curve]) -> Spec:
    """Solid for the tried deadline, pale and dashed for the others; points where the rows stand."""
    edge = [value for value, _ in curves[0].points]
    axis = {"tickCount": 6, "tickMinStep": _tick_step(found), **_BARE, "labelExpr": _tick_words(found)}
    x = channel("x:Q", scale={"domain": [edge[0], edge[-1]], "nice": False, "zero": False}, axis=axis)
    lines = found.trial.policy.thresholds
    ticks = {"values": [0, lines.yellow_at, lines.green_at, 1], "format": ".0%", **_BARE}
    y = channel("y:Q", scale={"domain": [0, 1]}, axis=ticks)
    layers = _zones(edge, lines.yellow_at, lines.green_at, x, y)
    for place, curve in enumerate(curves[1:]):
        layers += _other(curve, _OTHERS_NAMED_AT[place % len(_OTHERS_NAMED_AT)], x, y)
    layers += _main(curves[0], found, x, y)
    layers += _marks(found, x, y, room_at=edge[0] + _NAME_ROOM * (edge[-1] - edge[0]))
    return layered(layers, HEIGHT)


def _tick_words(found: Comparison) -> str:
    unit = "%" if found.scale.unit == "%" else ""
    return f"format(datum.value, ',') + '{unit}'"


def _tick_step(found: Comparison) -> float:
    return 1.0 if found.now.terms.kind is TargetKind.RANK else 10.0**-_MOST_DECIMALS


def _zones(edge: Sequence[float], yellow_at: float, green_at: float, x: Spec, y: Spec) -> list[Spec]:
    zones = ((0.0, yellow_at, RED, 0.10), (yellow_at, green_at, AMBER, 0.13), (green_at, 1.0, GREEN, 0.12))
    channels = {"x": x, "x2": end("x2"), "y": y, "y2": end("y2")}
    return [
        layer(
            "rect",
            [{"x": edge[0], "x2": edge[-1], "y": low, "y2": high}],
            channels,
            slot=slot,
            opacity=opacity,
            tooltip=None,
        )
        for low, high, slot, opacity in zones
    ]


def _other(curve: Curve, named_at: float, x: Spec, y: Spec) -> list[Spec]:
    if len(curve.points) < 2:
        return []
    rows: list[Row] = [{"x": value, "y": chance} for value, chance in curve.points]
    at = min(rows, key=lambda row: abs(row["y"] - named_at))
    named = [{**at, "text": wording.deadline_text(curve.deadline)}]
    style = {"strokeWidth": 1.1, "strokeDash": [4, 3], "opacity": _SOFT, "tooltip": None}
    line = layer("line", rows, {"x": x, "y": y}, slot=MUTED, **style)
    return [line, label(named, x, y, MUTED, fontSize=11, dx=3, dy=-6)]


def _main(curve: Curve, found: Comparison, x: Spec, y: Spec) -> list[Spec]:
    rows: list[Row] = [
        {
            "x": value,
            "y": chance,
            "value": found.scale.text(value * found.scale.factor),
            "chance": display.percent(chance),
        }
        for value, chance in curve.points
    ]
    tip = [channel("value:N"), channel("chance:N")]
    line = layer("line", rows, {"x": x, "y": y}, slot=DATA, strokeWidth=2, tooltip=None)
    return [line, layer("point", rows, {"x": x, "y": y, "tooltip": tip}, slot=DATA, size=60, opacity=0)]


def _marks(found: Comparison, x: Spec, y: Spec, *, room_at: float) -> list[Spec]:
    """Points at the rows; the uppermost is named at its left where there is room, the others at the right."""
    sure = found.label("sure", chance=display.percent(found.chance))
    named = [(found.label("now"), found.now)]
    if found.is_changed:
        named.append((found.label("tried"), found.tried))
    if found.sure is not None:
        named.append((sure, found.sure))
    rows: list[Row] = [
        {
            "x": one.terms.value / found.scale.factor,
            "y": one.probability,
            "text": f"{name} {found.amount(one.terms)}",
            "is_tried": one is found.tried and found.is_changed,
        }
        for name, one in named
        if one.terms.value is not None and one.probability is not None
    ]
    rows.sort(key=lambda row: -row["y"])
    style = {"filled": True, "size": 70, "opacity": 1, "tooltip": None}
    marks = [layer("point", rows, {"x": x, "y": y}, slot=INK, **style)] if rows else []
    for place, row in enumerate(rows):
        is_left = place == 0 and len(rows) > 1 and row["x"] > room_at
        side = _LEFT if is_left else _RIGHT_ABOVE if place == 1 else _RIGHT
        marks.append(label([row], x, y, INK, fontWeight=600 if row["is_tried"] else 400, **side))
    return marks
