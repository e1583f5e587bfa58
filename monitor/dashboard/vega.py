"""Vega-Lite specifications as plain values: building them costs a page nothing.

Colours are slots of the theme, so that both modes follow by themselves; Streamlit's own theme gives fonts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

Spec = dict[str, Any]
Row = dict[str, Any]

DATA, MUTED, AMBER, GREEN, RED, INK, PALE = SLOTS = ("data", "muted", "amber", "green", "red", "ink", "pale")

_TYPES = {"Q": "quantitative", "N": "nominal", "O": "ordinal", "T": "temporal"}


def channel(name: str, **options: Any) -> Spec:
    """An untitled channel of a field: `x:Q` is the number in `x`."""
    field, _, kind = name.partition(":")
    return {"field": field, "type": _TYPES[kind], "title": None, **options}


def end(name: str) -> Spec:
    """The other end of a bar, an area or a rule."""
    return {"field": name}


def ink(slot: str) -> Spec:
    """A theme slot as colour; `layered` gives all layers the domain that fixes its place."""
    return {"datum": slot}


def layer(kind: str, rows: Sequence[Row], channels: Spec, *, slot: str, **style: Any) -> Spec:
    """One layer: rows drawn as marks of a kind in a theme slot.

    Parameters
    ----------
    kind : str
        line, area, rect, rule, point, bar or text.
    channels : dict
        x, y and what else places a mark.
    style
        Properties of the mark.
    """
    return {
        "data": {"values": list(rows)},
        "mark": {"type": kind, **style},
        "encoding": {**channels, "color": ink(slot)},
    }


def label(rows: Sequence[Row], x: Spec, y: Spec, slot: str = INK, **style: Any) -> Spec:
    """Direct labels; each row has x, y and text."""
    usual = {"align": "left", "baseline": "middle", "dx": 5, "fontSize": 12}
    channels = {"x": x, "y": y, "text": {"field": "text", "type": "nominal"}}
    return layer("text", rows, channels, slot=slot, **{**usual, **style})


def layered(layers: Sequence[Spec], height: int) -> Spec:
    """All layers on one colour scale: an invisible layer carries the order of the slots."""
    carrier = {
        "data": {"values": [{"slot": slot} for slot in SLOTS]},
        "mark": {"type": "point", "opacity": 0, "size": 0, "tooltip": None},
        "encoding": {"color": channel("slot:N", scale={"domain": list(SLOTS)}, legend=None)},
    }
    return {"height": height, "layer": [carrier, *layers]}


def moment(day: dt.date) -> str:
    """A day as an axis of dates reads it: midnight where the reader is."""
    return f"{day.isoformat()}T00:00:00"


def axis_day(day: dt.date) -> Spec:
    """A day among the values of an axis."""
    return {"year": day.year, "month": day.month, "date": day.day}
