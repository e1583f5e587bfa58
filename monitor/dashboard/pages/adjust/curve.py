"""The curve: chance against target value, over the zones of the flags."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import altair as alt

from forecast.targets import TargetKind
from monitor.dashboard.layers import AMBER, DATA, GREEN, INK, MUTED, RED, frame, ink, layered, texts
from monitor.dashboard.pages.adjust.comparing import Comparison, deadlines_shown
from monitor.words import display, wording

HEIGHT = 268
_POINTS = 61
_CURVE_SHARE = 0.95
_OTHERS_NAMED_AT = (0.30, 0.38, 0.46)
_ROOM = 0.04
_MOST_DECIMALS = 6
_SOFT = 0.75


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


def curve_chart(found: Comparison, curves: Sequence[Curve]) -> alt.LayerChart:
    """Solid for the tried deadline, pale and dashed for the others; points where the rows stand."""
    edge = [value for value, _ in curves[0].points]
    x = alt.X(
        "x:Q",
        title=None,
        scale=alt.Scale(domain=[edge[0], edge[-1]], nice=False, zero=False),
        axis=alt.Axis(
            tickCount=6,
            tickMinStep=_tick_step(found),
            grid=False,
            ticks=False,
            domain=False,
            labelExpr=_tick_words(found),
        ),
    )
    lines = found.trial.policy.thresholds
    y = alt.Y(
        "y:Q",
        title=None,
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(
            values=[0, lines.yellow_at, lines.green_at, 1],
            format=".0%",
            grid=False,
            ticks=False,
            domain=False,
        ),
    )
    layers: list[Any] = _zones(edge, lines.yellow_at, lines.green_at, x, y)
    for place, curve in enumerate(curves[1:]):
        layers += _other(curve, _OTHERS_NAMED_AT[place % len(_OTHERS_NAMED_AT)], x, y)
    layers += _main(curves[0], found, x, y)
    layers += _marks(found, x, y)
    return layered(layers, HEIGHT)


def _tick_words(found: Comparison) -> str:
    unit = "%" if found.scale.unit == "%" else ""
    return f"format(datum.value, ',') + '{unit}'"


def _tick_step(found: Comparison) -> float:
    return 1.0 if found.now.terms.kind is TargetKind.RANK else 10.0**-_MOST_DECIMALS


def _zones(edge: Sequence[float], yellow_at: float, green_at: float, x: alt.X, y: alt.Y) -> list[Any]:
    zones = ((0.0, yellow_at, RED, 0.10), (yellow_at, green_at, AMBER, 0.13), (green_at, 1.0, GREEN, 0.12))
    found = []
    for low, high, slot, opacity in zones:
        block = frame([{"x": edge[0], "x2": edge[-1], "y": low, "y2": high}])
        rect = alt.Chart(block).mark_rect(opacity=opacity)
        found.append(rect.encode(x=x, x2="x2:Q", y=y, y2="y2:Q", color=ink(slot)))
    return found


def _other(curve: Curve, named_at: float, x: alt.X, y: alt.Y) -> list[Any]:
    if len(curve.points) < 2:
        return []
    rows = [{"x": value, "y": chance} for value, chance in curve.points]
    line = alt.Chart(frame(rows)).mark_line(strokeWidth=1.1, strokeDash=[4, 3], opacity=_SOFT)
    at = min(rows, key=lambda row: abs(row["y"] - named_at))
    named = [{**at, "text": wording.deadline_text(curve.deadline)}]
    return [line.encode(x=x, y=y, color=ink(MUTED)), texts(named, x, y, MUTED, fontSize=11, dx=3, dy=-6)]


def _main(curve: Curve, found: Comparison, x: alt.X, y: alt.Y) -> list[Any]:
    rows = [
        {
            "x": value,
            "y": chance,
            "value": found.scale.text(value * found.scale.factor),
            "chance": display.percent(chance),
        }
        for value, chance in curve.points
    ]
    tip = [alt.Tooltip("value:N", title=None), alt.Tooltip("chance:N", title=None)]
    line = alt.Chart(frame(rows)).mark_line(strokeWidth=2).encode(x=x, y=y, color=ink(DATA))
    points = (
        alt.Chart(frame(rows)).mark_point(size=60, opacity=0).encode(x=x, y=y, color=ink(DATA), tooltip=tip)
    )
    return [line, points]


def _marks(found: Comparison, x: alt.X, y: alt.Y) -> list[Any]:
    """Points at the rows; names stand left of the upper ones and right of the others."""
    sure = found.label("sure", chance=display.percent(found.chance))
    named = [(found.label("now"), found.now), (found.label("tried"), found.tried)]
    if found.sure is not None:
        named.append((sure, found.sure))
    if not found.is_changed:
        named.pop(1)
    rows = [
        {
            "x": one.terms.value / found.scale.factor,
            "y": one.probability,
            "text": f"{name} {found.amount(one.terms)}",
        }
        for name, one in named
        if one.terms.value is not None and one.probability is not None
    ]
    if not rows:
        return []
    rows.sort(key=lambda row: -row["y"])
    marks: list[Any] = [
        alt.Chart(frame(rows)).mark_point(filled=True, size=70, opacity=1).encode(x=x, y=y, color=ink(INK))
    ]
    for place, row in enumerate(rows):
        is_left = place == 0 and len(rows) > 1
        side = (
            {"align": "right", "dx": -9, "dy": 8}
            if is_left
            else {"align": "left", "dx": 9, "dy": -8 if place == 1 else 8}
        )
        marks.append(
            texts(
                [row],
                x,
                y,
                INK,
                fontWeight=600 if row["text"].startswith(found.label("tried")) else 400,
                **side,
            )
        )
    return marks
