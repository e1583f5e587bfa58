"""Publications among the stored figures, and the figures of one of them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from monitor.clock import today
from monitor.core.access import Actor
from monitor.core.errors import NotFoundError
from monitor.core.records import Observation
from monitor.core.releases import Release, group_into_releases, parse_release_id, values_in_force
from monitor.queries.figures import get_origins, known_observations
from monitor.queries.scoping import Statement, among, check_reader
from monitor.rows import observation_from
from monitor.store import Store
from monitor.tables import ObservationRow


def releases(
    store: Store,
    actor: Actor,
    *,
    as_of: dt.date,
    indicator: str | None = None,
    region: str | None = None,
) -> tuple[Release, ...]:
    """The publications known on a day, newest first.

    Parameters
    ----------
    indicator, region : str, optional
        Only figures of these.
    """
    return group_into_releases(
        known_observations(
            store,
            actor,
            as_of=as_of,
            indicators=None if indicator is None else [indicator],
            regions=None if region is None else [region],
        )
    )


def figures_in_force(
    store: Store,
    actor: Actor,
    *,
    as_of: dt.date,
    indicator: str | None = None,
    region: str | None = None,
) -> tuple[Observation, ...]:
    """The one value that counted on a day, of every period known by then.

    Parameters
    ----------
    indicator, region : str, optional
        Only figures of these.
    """
    observations = known_observations(
        store,
        actor,
        as_of=as_of,
        indicators=None if indicator is None else [indicator],
        regions=None if region is None else [region],
    )
    trust = {code: origin.trust for code, origin in get_origins(store, actor).items()}
    return values_in_force(observations, trust=trust)


def release_figures(store: Store, actor: Actor, release_id: str) -> tuple[Observation, ...]:
    """The figures of one release, one for each period.

    Where an origin gave a period twice on one day, the firmer and later one counts, as it does
    everywhere. Figures under embargo are left out for those who may not see them.

    Raises
    ------
    UsageError
        If the text is no release id.
    NotFoundError
        If no figure that the actor may see belongs to it.
    """
    check_reader(actor)
    origin, known_on, basis = parse_release_id(release_id)
    table = ObservationRow
    statement: Statement = sa.select(*table.__table__.c).where(
        table.origin == origin, table.known_on == known_on
    )
    if basis is not None:
        statement = statement.where(table.definition_basis == basis)
    if not actor.sees_embargoed:
        public = sa.or_(table.embargo_until.is_(None), table.embargo_until <= today(store.clock))
        statement = statement.where(public)
    statement = among(statement, table.region, actor.scope.regions)
    order = (table.indicator, table.region, table.period, table.id)
    with store.read() as session:
        found = [observation_from(row) for row in session.execute(statement.order_by(*order))]
    visible = [e for e in found if actor.scope.regions is None or e.region in actor.scope.regions]
    if not visible:
        raise NotFoundError("release", release_id, "List them with `zhibiao releases list`.")
    return values_in_force(visible, trust={})


def figures_before_release(store: Store, actor: Actor, release_id: str) -> tuple[Observation, ...]:
    """What was in force, the day before a release, of the periods that it gives."""
    given = {(e.indicator, e.region, e.period) for e in release_figures(store, actor, release_id)}
    _, known_on, _ = parse_release_id(release_id)
    observations = known_observations(
        store,
        actor,
        as_of=known_on - dt.timedelta(days=1),
        indicators={key[0] for key in given},
        regions={key[1] for key in given},
    )
    wanted = [e for e in observations if (e.indicator, e.region, e.period) in given]
    trust = {code: origin.trust for code, origin in get_origins(store, actor).items()}
    return values_in_force(wanted, trust=trust)
