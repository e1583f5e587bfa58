"""Figures as they were known on a day, where they come from, and how they were loaded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from monitor.clock import today
from monitor.core.access import Actor, Role
from monitor.core.loading import LoadRecord, QuarantineState, RefusedRow
from monitor.core.records import Observation, Origin, Portion
from monitor.core.snapshot import SeriesKey
from monitor.queries.scoping import Statement, among, check_reader
from monitor.rows import collector_paused, load_from, observation_from, origin_from, refused_from
from monitor.store import Store
from monitor.tables import LoadRow, ObservationRow, OriginRow, RefusedRowRow

_SERIES_AT_ONCE = 400


def known_observations(
    store: Store,
    actor: Actor,
    *,
    as_of: dt.date,
    recorded_until: dt.datetime | None = None,
    indicators: Collection[str] | None = None,
    regions: Collection[str] | None = None,
) -> list[Observation]:
    """Every release known on a day, by indicator, region, period and the day it became known.

    A figure under embargo is left out before its day, unless the actor may see it; asking for a
    day that lies ahead lifts no embargo.

    Parameters
    ----------
    as_of : datetime.date
        Releases that became public later are left out.
    recorded_until : datetime.datetime, optional
        So are those this database stored later.
    indicators, regions : collection of str, optional
        Only these.
    """
    table = ObservationRow
    statement = _known(
        store, actor, sa.select(*table.__table__.c), as_of=as_of, recorded_until=recorded_until
    )
    statement = among(statement, table.indicator, indicators)
    statement = among(statement, table.region, regions)
    order = (table.indicator, table.region, table.period, table.known_on, table.id)
    wanted = [frozenset(chosen) for chosen in (regions, actor.scope.regions) if chosen is not None]
    with store.read() as session, collector_paused():
        return [
            observation_from(row)
            for row in session.execute(statement.order_by(*order))
            if (indicators is None or row.indicator in indicators)
            and all(row.region in chosen for chosen in wanted)
        ]


def observations_of_series(
    store: Store,
    actor: Actor,
    *,
    as_of: dt.date,
    series: Sequence[SeriesKey],
    recorded_until: dt.datetime | None = None,
) -> list[Observation]:
    """Every release of some series known on a day, in no order; otherwise as `known_observations`.

    Parameters
    ----------
    series : sequence of (indicator code, region code)
        Any number of them.
    """
    table = ObservationRow
    columns = sa.column("indicator", sa.String), sa.column("region", sa.String)
    found: list[Observation] = []
    with store.read() as session, collector_paused():
        for start in range(0, len(series), _SERIES_AT_ONCE):
            pairs = list(series[start : start + _SERIES_AT_ONCE])
            # Joined and unsorted, each pair is one look-up in the index; any other way reads every figure.
            wanted = sa.values(*columns, name="wanted").data(pairs).cte()
            same = sa.and_(table.indicator == wanted.c.indicator, table.region == wanted.c.region)
            statement = _known(
                store,
                actor,
                sa.select(*table.__table__.c).join(wanted, same),
                as_of=as_of,
                recorded_until=recorded_until,
            )
            found += [observation_from(row) for row in session.execute(statement)]
    allowed = actor.scope.regions
    return [each for each in found if allowed is None or each.region in allowed]


def last_known_on(
    store: Store,
    actor: Actor,
    *,
    as_of: dt.date,
    indicators: Collection[str],
    recorded_until: dt.datetime | None = None,
) -> dt.date | None:
    """The day on which the newest figure of some indicators became known; None without figures.

    The arguments are those of `known_observations`.
    """
    table = ObservationRow
    newest = sa.select(table.indicator, table.known_on).order_by(table.known_on.desc())
    statement = _known(store, actor, newest, as_of=as_of, recorded_until=recorded_until)
    piecewise = among(statement, table.indicator, indicators).execution_options(yield_per=50)
    with store.read() as session, session.execute(piecewise) as rows:
        return next((day for code, day in rows if code in indicators), None)


def _known(
    store: Store, actor: Actor, statement: Statement, *, as_of: dt.date, recorded_until: dt.datetime | None
) -> Statement:
    """Only figures known, stored and not under embargo then, in the actor's regions."""
    check_reader(actor)
    table = ObservationRow
    statement = statement.where(table.known_on <= as_of)
    if recorded_until is not None:
        statement = statement.where(table.recorded_at <= recorded_until)
    if not actor.sees_embargoed:
        day = min(as_of, today(store.clock))
        statement = statement.where(sa.or_(table.embargo_until.is_(None), table.embargo_until <= day))
    return among(statement, table.region, actor.scope.regions)


def get_origins(store: Store, actor: Actor) -> dict[str, Origin]:
    """Origins of figures by code."""
    check_reader(actor)
    with store.read() as session:
        rows = session.execute(sa.select(*OriginRow.__table__.c).order_by(OriginRow.code))
        return {row.code: origin_from(row) for row in rows}


def loads(store: Store, actor: Actor, *, limit: int = 100) -> tuple[LoadRecord, ...]:
    """The last loads, newest first."""
    check_reader(actor)
    statement = sa.select(*LoadRow.__table__.c).order_by(LoadRow.id.desc()).limit(limit)
    with store.read() as session:
        return tuple(load_from(row) for row in session.execute(statement))


def load_page(
    store: Store, actor: Actor, *, source: str | None = None, first: int = 0, limit: int = 100
) -> Portion[LoadRecord]:
    """Some of the loads, newest first.

    Parameters
    ----------
    source : str, optional
        Only loads of this source.
    first, limit : int
        How many loads to pass over, and how many to give at most.
    """
    check_reader(actor)
    wanted: Statement = sa.select(*LoadRow.__table__.c)
    if source is not None:
        wanted = wanted.where(LoadRow.source == source)
    page = wanted.order_by(LoadRow.id.desc()).offset(first).limit(limit)
    with store.read() as session:
        total = session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0
        return Portion(tuple(load_from(row) for row in session.execute(page)), first, total)


def load_sources(store: Store, actor: Actor) -> dict[str, int]:
    """How many loads each source brought, by its code."""
    check_reader(actor)
    statement = sa.select(LoadRow.source, sa.func.count()).group_by(LoadRow.source).order_by(LoadRow.source)
    with store.read() as session:
        return {row[0]: row[1] for row in session.execute(statement)}


def figures_of_load(
    store: Store, actor: Actor, load_id: int, *, first: int = 0, limit: int = 200
) -> Portion[Observation]:
    """Some of the figures that one load stored, in the order of storing.

    Figures outside the actor's scope, or under embargo for the actor, are neither given nor counted.
    """
    check_reader(actor)
    table = ObservationRow
    wanted: Statement = sa.select(*table.__table__.c).where(table.load_id == load_id)
    if not actor.sees_embargoed:
        day = today(store.clock)
        wanted = wanted.where(sa.or_(table.embargo_until.is_(None), table.embargo_until <= day))
    if actor.scope.regions is not None:
        wanted = wanted.where(table.region.in_(sorted(actor.scope.regions)))
    page = wanted.order_by(table.id).offset(first).limit(limit)
    with store.read() as session:
        total = session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0
        return Portion(tuple(observation_from(row) for row in session.execute(page)), first, total)


def refused_rows(
    store: Store,
    actor: Actor,
    *,
    load_id: int | None = None,
    state: QuarantineState | None = QuarantineState.WAITING,
) -> tuple[RefusedRow, ...]:
    """Rows in quarantine, oldest first.

    Parameters
    ----------
    load_id : int, optional
        Only those of one load.
    state : QuarantineState or None
        Only those in that state; None for all.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner: raw rows carry figures of any region, under embargo or not.
    """
    actor.check(Role.PLANNER, action="see refused rows")
    statement: Statement = sa.select(*RefusedRowRow.__table__.c).order_by(RefusedRowRow.id)
    if load_id is not None:
        statement = statement.where(RefusedRowRow.load_id == load_id)
    if state is not None:
        statement = statement.where(RefusedRowRow.state == state.value)
    with store.read() as session:
        return tuple(refused_from(row) for row in session.execute(statement))
