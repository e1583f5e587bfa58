"""How sources stand: last run, next one, and whether they have fallen silent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from monitor import queries
from monitor.clock import local_date
from monitor.config.figure_sources import SourceEntry, schedule_trigger
from monitor.core.access import Actor
from monitor.core.freshness import FreshnessState, SeriesFreshness
from monitor.core.sources import SourceStanding
from monitor.store import Store


def standings(
    store: Store,
    actor: Actor,
    sources: Mapping[str, SourceEntry],
    *,
    now: dt.datetime,
    timezone: str,
    silent_after_missed: int,
) -> tuple[SourceStanding, ...]:
    """Every source of the configuration, in its order.

    A source with `silent_after_days` is silent when its last load is older than that, or there is
    none. Without, it stands as the best of the series it brought: it is silent once every one of them is.

    Parameters
    ----------
    sources : mapping
        By code (`config.figure_sources.load_sources`).
    now : datetime.datetime
        This moment, aware.
    timezone : str
        Zone of the schedules.
    silent_after_missed : int
        See `queries.freshness`.
    """
    last = queries.last_source_runs(store, actor)
    good = queries.last_source_runs(store, actor, good=True)
    loads = queries.last_loads(store, actor)
    day = local_date(now)
    series: Mapping[tuple[str, str], SeriesFreshness] = {}
    if any(entry.silent_after_days is None for entry in sources.values()):
        found = queries.freshness(store, actor, as_of=day, silent_after_missed=silent_after_missed)
        series = {(each.indicator, each.region): each for each in found}
    return tuple(
        SourceStanding(
            source=code,
            last=last.get(code),
            last_good=good.get(code),
            next_expected=_next(entry, now, timezone) if entry.enabled else None,
            state=_by_days(entry.silent_after_days, loads.get(code), now)
            if entry.silent_after_days is not None
            else _best(queries.series_of_source(store, actor, code), series),
        )
        for code, entry in sources.items()
    )


def _next(entry: SourceEntry, now: dt.datetime, timezone: str) -> dt.datetime | None:
    found: dt.datetime | None = schedule_trigger(entry.schedule, timezone).get_next_fire_time(None, now)
    return found


def _by_days(days: int, last_load: dt.datetime | None, now: dt.datetime) -> FreshnessState:
    is_fresh = last_load is not None and now - last_load <= dt.timedelta(days=days)
    return FreshnessState.CURRENT if is_fresh else FreshnessState.SILENT


def _best(
    brought: frozenset[tuple[str, str]], series: Mapping[tuple[str, str], SeriesFreshness]
) -> FreshnessState | None:
    states = [series[key].state for key in brought if key in series]
    return min(states, key=lambda state: state.severity, default=None)
