"""Charts of the record: what was said against what came."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.core.track_record import ReliabilityPoint
from monitor.dashboard.vega import DATA, INK, MUTED, Spec, channel, end, label, layer, layered

HEIGHT = 300


def reliability_chart(bins: Sequence[ReliabilityPoint]) -> Spec:
    """Share met against the mean probability told, with 95 % intervals; the diagonal is what was promised."""
    axis = {"format": ".0%", "values": [0, 0.2, 0.4, 0.6, 0.8, 1], "domain": False, "ticks": False}
    scale = {"domain": [-0.02, 1.08], "nice": False}
    x = channel("x:Q", scale=scale, axis={**axis, "grid": False})
    y = channel("y:Q", scale={"domain": [-0.02, 1.02], "nice": False}, axis=axis)
    rows = [
        {
            "x": each.mean_probability,
            "y": each.share_met,
            "low": each.low,
            "high": each.high,
            "n": each.n_targets,
            "text": str(each.n_targets),
        }
        for each in bins
    ]
    promised = [{"x": 0, "y": 0}, {"x": 1, "y": 1}]
    whiskers = {"x": x, "y": channel("low:Q", scale=y["scale"], axis=axis), "y2": end("high")}
    size = {"field": "n", "type": "quantitative", "legend": None, "scale": {"range": [40, 260]}}
    return layered(
        [
            layer("line", promised, {"x": x, "y": y}, slot=MUTED, strokeWidth=1, strokeDash=[2, 3]),
            layer("rule", rows, whiskers, slot=DATA, strokeWidth=1.4),
            layer("point", rows, {"x": x, "y": y, "size": size}, slot=DATA, filled=True, opacity=1),
            label(rows, x, y, INK, dx=11, fontSize=11),
        ],
        HEIGHT,
    )
