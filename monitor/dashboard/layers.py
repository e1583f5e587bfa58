"""What all charts are made of. Colours are slots of the theme, so that both modes follow by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

DATA, MUTED, AMBER, GREEN, RED, INK, PALE = SLOTS = ("data", "muted", "amber", "green", "red", "ink", "pale")


def ink(slot: str) -> alt.ColorDatum:
    """A theme slot as colour; `layered` gives all layers the domain that fixes its place."""
    return alt.ColorDatum(slot)


def layered(layers: Sequence[alt.Chart | alt.LayerChart], height: int) -> alt.LayerChart:
    """All layers on one colour scale: an invisible layer carries the order of the slots."""
    scale = alt.Scale(domain=list(SLOTS))
    slots = alt.Chart(frame([{"slot": slot} for slot in SLOTS])).mark_point(opacity=0, size=0, tooltip=None)
    carrier = slots.encode(color=alt.Color("slot:N", scale=scale, legend=None))
    chart: alt.LayerChart = alt.LayerChart(layer=[carrier, *layers], height=height)
    return chart


def frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Rows as the data of a layer."""
    return pd.DataFrame(list(rows))


def texts(rows: Sequence[dict[str, Any]], x: Any, y: Any, slot: str = INK, **marks: Any) -> alt.Chart:
    """Direct labels; each row has x, y and text."""
    style = {"align": "left", "baseline": "middle", "dx": 5, "fontSize": 12, **marks}
    chart: alt.Chart = alt.Chart(frame(rows)).mark_text(**style)
    return chart.encode(x=x, y=y, text="text:N", color=ink(slot))
