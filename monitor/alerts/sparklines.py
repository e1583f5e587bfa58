"""Sparklines of mail: PNG at double density, straight segments, a dashed line at the target."""

from __future__ import annotations

from functools import lru_cache

import vl_convert

from monitor.alerts.content import Trend

WIDTH, HEIGHT = 170, 46
"""As laid out. [px]"""
DENSITY = 2.0
_LINE, _GOAL = "#1F4E8C", "#98A2B3"
_SIDE, _TOP = 4.0, 6.0
_KEPT = 4_096


def sparkline(trend: Trend) -> bytes:
    """The picture of a trend; the numbers are told beside it.

    Parameters
    ----------
    trend : Trend
        At least two values, in the order of time.

    Returns
    -------
    bytes
        PNG of `WIDTH` × `HEIGHT` at `DENSITY`, the same for the same numbers.
    """
    return _drawn(trend.values, trend.goal)


@lru_cache(maxsize=_KEPT)
def _drawn(values: tuple[float, ...], goal: float | None) -> bytes:
    known = [*values, *([goal] if goal is not None else [])]
    low, high = min(known), max(known)
    if low == high:
        low, high = low - 0.5, high + 0.5

    def down(value: float) -> float:
        return HEIGHT - _TOP - (value - low) / (high - low) * (HEIGHT - 2 * _TOP)

    step = (WIDTH - 3 * _SIDE) / (len(values) - 1)
    points = [(_SIDE + index * step, down(value)) for index, value in enumerate(values)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    goal_line = (
        ""
        if goal is None
        else f'<path d="M2,{down(goal):.1f}H{WIDTH - 2}" stroke="{_GOAL}" stroke-width="1.2" '
        'stroke-dasharray="3 3"/>'
    )
    x, y = points[-1]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#FFFFFF"/>{goal_line}'
        f'<polyline points="{path}" fill="none" stroke="{_LINE}" stroke-width="1.5" stroke-linejoin="round"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_LINE}"/></svg>'
    )
    drawn: bytes = vl_convert.svg_to_png(svg, scale=DENSITY)
    return drawn
