"""The panel of a day: every series known, pooled by indicator and region level."""

from __future__ import annotations

from dataclasses import replace

import forecast
from monitor.core.indicators import Indicator
from monitor.core.snapshot import Snapshot
from monitor.forecasting.cases import series_id_of, to_series


def build_panel(snapshot: Snapshot) -> forecast.Panel:
    """Every series of the snapshot, pooled by indicator and region level."""
    members = []
    for code, region in sorted(snapshot.releases):
        known = snapshot.series(code, region)
        if known is None or not known.values:
            continue
        group = _group(known.indicator, region, snapshot)
        series = to_series(known, series_id=series_id_of(code, region), group=group)
        members.append(_with_parts(series, known.indicator, region))
    return forecast.Panel.of(members)


def _with_parts(series: forecast.Series, indicator: Indicator, region: str) -> forecast.Series:
    """A ratio in percent names what it is the quotient of: it is drawn from these where it is too short."""
    above, below = indicator.numerator, indicator.denominator
    if above is None or below is None or indicator.base_unit != "percent":
        return series
    return replace(series, numerator=series_id_of(above, region), denominator=series_id_of(below, region))


def _group(indicator: Indicator, region: str, snapshot: Snapshot) -> str:
    level = snapshot.regions[region].level
    return f"{indicator.code}@{level}" if indicator.peers == level else ""
