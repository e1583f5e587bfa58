"""How every series stands against its calendar."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forecast.targets import TargetKind
from monitor.clock import today
from monitor.core.access import Actor
from monitor.core.freshness import Freshness, SeriesFreshness, freshness_of
from monitor.core.indicators import Indicator
from monitor.core.periods import Frequency, Period
from monitor.queries.base import get_indicators
from monitor.queries.scoping import Statement, among, check_reader
from monitor.store import Store
from monitor.tables import ObservationRow, RevisionRow

_GROWTH_KINDS = frozenset({TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH, TargetKind.GROWTH_EACH_YEAR})
_Key = tuple[str, str]


def freshness(
    store: Store, actor: Actor, *, as_of: dt.date, silent_after_missed: int
) -> tuple[SeriesFreshness, ...]:
    """State of every series that has a figure, worst first.

    Among series of one state those that targets stand on come first, then those that missed most.

    Parameters
    ----------
    as_of : datetime.date
        Figures that became known later do not count.
    silent_after_missed : int
        Releases that may be missed before a series is silent (`Policy.grey_after_missed`).
    """
    check_reader(actor)
    indicators = get_indicators(store, actor)
    with store.read() as session:
        last = _last_periods(session, actor, indicators, as_of, min(as_of, today(store.clock)))
        owners = _owners(session, actor, indicators, as_of)
    states: dict[tuple[str, Period], Freshness] = {}
    found = []
    for (code, region), period in last.items():
        if (code, period) not in states:
            states[code, period] = freshness_of(period, indicators[code], as_of=as_of)
        fresh = states[code, period]
        state = fresh.state(as_of=as_of, silent_after_missed=silent_after_missed)
        departments = tuple(sorted(owners.get((code, region), ())))
        found.append(SeriesFreshness(code, region, fresh, state, departments))
    return tuple(sorted(found, key=_worst_first))


def _worst_first(entry: SeriesFreshness) -> tuple[int, bool, int, str, str]:
    missed = entry.freshness.missed
    return -entry.state.severity, not entry.departments, -missed, entry.indicator, entry.region


def _last_periods(
    session: Session, actor: Actor, indicators: Mapping[str, Indicator], as_of: dt.date, day: dt.date
) -> dict[_Key, Period]:
    """Last period of each series at the indicator's own frequency."""
    table = ObservationRow
    # One pass in the order of the index; grouping by frequency as well would sort every figure.
    statement: Statement = (
        sa.select(
            table.indicator,
            table.region,
            *(
                sa.func.max(sa.case((is_own, table.period))).label(each)
                for each, is_own in _FREQUENCIES.items()
            ),
        )
        .where(table.known_on <= as_of)
        .group_by(table.indicator, table.region)
    )
    if not actor.sees_embargoed:
        statement = statement.where(sa.or_(table.embargo_until.is_(None), table.embargo_until <= day))
    read = cache(Period.parse)
    last: dict[_Key, Period] = {}
    for row in session.execute(among(statement, table.region, actor.scope.regions)):
        if _is_wanted(row.indicator, row.region, indicators, actor):
            text = getattr(row, indicators[row.indicator].frequency)
            if text is not None:
                last[row.indicator, row.region] = read(text)
    return last


_SIXTH = sa.func.substr(ObservationRow.period, 6, 1)
_FREQUENCIES = {
    Frequency.ANNUAL: _SIXTH == "",
    Frequency.QUARTERLY: _SIXTH == "Q",
    Frequency.MONTHLY: _SIXTH.in_(("0", "1")),
}
"""What tells periods of a frequency: 2022, 2022-Q3 and 2022-09 differ in their sixth character."""


def _is_wanted(code: str, region: str, indicators: Mapping[str, Indicator], actor: Actor) -> bool:
    return code in indicators and (actor.scope.regions is None or region in actor.scope.regions)


def _owners(
    session: Session, actor: Actor, indicators: Mapping[str, Indicator], as_of: dt.date
) -> dict[_Key, set[str]]:
    """Departments that answer for a running target, by the series it stands on."""
    table = RevisionRow
    statement: Statement = (
        sa.select(table.target, table.indicator, table.region, table.deadline, table.kind, table.terms)
        .where(table.effective_on <= as_of, table.indicator.is_not(None))
        .order_by(table.target, table.sequence)
    )
    in_force = {row.target: row for row in session.execute(statement)}
    owners: dict[_Key, set[str]] = defaultdict(set)
    for row in in_force.values():
        departments = tuple(row.terms["departments"])
        if row.terms["withdrawn"] or row.deadline < as_of:
            continue
        if actor.scope.admits(region=row.region, departments=departments):
            for code in _stands_on(indicators.get(row.indicator), TargetKind(row.kind)):
                owners[code, row.region].update(departments)
    return owners


def _stands_on(indicator: Indicator | None, kind: TargetKind) -> Iterator[str]:
    """The indicator, and its published growth rate where the target is about growth."""
    if indicator is None:
        return
    yield indicator.code
    if kind in _GROWTH_KINDS and indicator.growth_indicator:
        yield indicator.growth_indicator
