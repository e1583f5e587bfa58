"""The latest values of targets: their sparklines, and what is shown where nothing was assessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from forecast.targets import TargetKind
from monitor.core.access import Actor
from monitor.core.indicators import Indicator
from monitor.core.ledger import Terms, in_force
from monitor.core.series import KnownSeries
from monitor.core.snapshot import SeriesKey, Snapshot, group_releases
from monitor.queries.base import get_indicators, get_targets
from monitor.queries.figures import get_origins, observations_of_series
from monitor.store import Store

RECENT_PERIODS = 12
GROWTH_KINDS = frozenset({TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH, TargetKind.GROWTH_EACH_YEAR})

Recent = tuple[tuple[str, float], ...]
"""Periods and values, oldest first."""


def recent_values(
    store: Store,
    actor: Actor,
    *,
    as_of: dt.date,
    targets: Collection[str],
    recorded_until: dt.datetime | None = None,
) -> dict[str, Recent]:
    """The latest values of some targets, as known on a day.

    Parameters
    ----------
    targets : collection of str
        Codes; those the actor does not see are left out.
    recorded_until : datetime.datetime, optional
        Later recordings are left out.

    Returns
    -------
    dict of str to tuple
        At most twelve periods and values, oldest first [base unit]; yearly growth in percent where
        growth is the target. Empty where there is no figure.
    """
    found = get_targets(store, actor, codes=targets, recorded_until=recorded_until)
    entries = {target.code: in_force(target.history, as_of=as_of) for target in found}
    terms = {code: entry.terms for code, entry in entries.items() if entry is not None}
    indicators = get_indicators(store, actor, recorded_until=recorded_until)
    series = _wanted(terms.values(), indicators)
    observations = observations_of_series(
        store, actor, as_of=as_of, series=series, recorded_until=recorded_until
    )
    snapshot = Snapshot(
        as_of=as_of,
        indicators=indicators,
        regions={},
        releases=group_releases(observations),
        trust={code: origin.trust for code, origin in get_origins(store, actor).items()},
    )
    return {code: recent_of(snapshot, entry) for code, entry in terms.items()}


def _wanted(terms: Iterable[Terms], indicators: Mapping[str, Indicator]) -> list[SeriesKey]:
    """The series plotted: an indicator's own, and its published growth rate where growth is the target."""
    wanted: set[SeriesKey] = set()
    for each in terms:
        indicator = indicators.get(each.indicator or "")
        if indicator is None:
            continue
        wanted.add((indicator.code, each.region))
        if each.kind in GROWTH_KINDS and indicator.growth_indicator:
            wanted.add((indicator.growth_indicator, each.region))
    return sorted(wanted)


def recent_of(snapshot: Snapshot, terms: Terms) -> Recent:
    """The latest values of one target among the figures of a day."""
    indicator = snapshot.indicators.get(terms.indicator or "")
    if indicator is None:
        return ()
    if terms.kind in GROWTH_KINDS and indicator.growth_indicator:
        rates = snapshot.series(indicator.growth_indicator, terms.region)
        if rates is not None:
            return _levels(rates)[-RECENT_PERIODS:]
    known = snapshot.series(indicator.code, terms.region)
    if known is None:
        return ()
    return (_growth(known) if terms.kind in GROWTH_KINDS else _levels(known))[-RECENT_PERIODS:]


def _levels(known: KnownSeries) -> Recent:
    return tuple((str(period), entry.value) for period, entry in known.values)


def _growth(known: KnownSeries) -> Recent:
    values = {period.ordinal: entry.value for period, entry in known.values}
    step = known.indicator.frequency.periods_per_year
    return tuple(
        (str(period), 100 * (entry.value / values[period.ordinal - step] - 1))
        for period, entry in known.values
        if values.get(period.ordinal - step, 0.0) > 0
    )
