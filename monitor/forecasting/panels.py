"""The panel of a day: every series known, pooled by indicator and region level."""

from __future__ import annotations

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
        members.append(to_series(known, series_id=series_id_of(code, region), group=group))
    return forecast.Panel.of(members)


def _group(indicator: Indicator, region: str, snapshot: Snapshot) -> str:
    level = snapshot.regions[region].level
    return f"{indicator.code}@{level}" if indicator.peers == level else ""
