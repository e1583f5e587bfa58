"""A target prepared once, then tried with other terms as often as one likes; nothing is written."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from monitor import queries
from monitor.core.access import Actor
from monitor.core.errors import TargetRule, TargetRuleError
from monitor.core.flags import Flag
from monitor.core.indicators import Indicator
from monitor.core.ledger import Terms
from monitor.core.periods import Period
from monitor.core.policy import Policy
from monitor.core.records import Target
from monitor.core.register import base_unit_of_kind
from monitor.core.snapshot import Snapshot
from monitor.core.term_rules import check_terms
from monitor.core.units import to_base, unit_named
from monitor.forecasting import (
    Case,
    Drawn,
    Prospect,
    build_case,
    chances_of_values,
    draw,
    likely_range,
    prospect_of,
    value_sure_to_be_met,
)
from monitor.whatif.asking import ask

YEARS_AHEAD = 5
"""How far beyond its deadline a target can be tried."""

OFFERED_LATER = 3
_SETTLED = frozenset({"settled", "reached"})


@dataclass(frozen=True)
class Tried:
    """What some terms would mean.

    Parameters
    ----------
    terms : Terms
        The terms tried.
    prospect : Prospect
        Chance, gap and pace.
    flag : Flag
        Of the chance by itself: what-ifs have no memory of colours shown. Grey without a chance.
    """

    terms: Terms
    prospect: Prospect
    flag: Flag

    @property
    def probability(self) -> float | None:
        """probability_met, or None where nothing can be said."""
        return self.prospect.probability


@dataclass(frozen=True)
class Trial:
    """A target with paths drawn as far as it can be tried; every answer comes from them at once.

    Parameters
    ----------
    target : Target
        With its whole ledger.
    terms : Terms
        Of the last ledger entry: what a revision would replace.
    as_of : datetime.date
        Day whose knowledge is used.
    indicator : Indicator
        What the terms name.
    plan_start : datetime.date
        First day of the plan.
    """

    target: Target
    terms: Terms
    as_of: dt.date
    indicator: Indicator
    plan_start: dt.date
    snapshot: Snapshot = field(repr=False)
    drawn: Drawn = field(repr=False)
    policy: Policy = field(repr=False)

    @property
    def has_value(self) -> bool:
        """Whether there is a number to change; a direction has only its deadline."""
        return self.terms.value is not None and self.terms.unit is not None

    @property
    def published_terms(self) -> Terms:
        """Terms of the first ledger entry."""
        return self.target.history[0].terms

    @property
    def decimals(self) -> int:
        """Decimals a value of this target sensibly has, in the plan's own unit."""
        return value_decimals(self.terms, self.indicator)

    def in_base(self, written: Decimal) -> float:
        """A value in the plan's own unit as one in the base unit of the kind."""
        return to_base(float(written), self.terms.unit or self._base, base=self._base)

    def deadlines(self) -> tuple[dt.date, ...]:
        """The deadline and the same day of some years after it."""
        return tuple(self._years_later(count) for count in range(OFFERED_LATER + 1))

    def all_deadlines(self) -> tuple[dt.date, ...]:
        """Every end of a period that can be tried: from the day asked for, as far as paths go."""
        last = Period.containing(self._years_later(YEARS_AHEAD), self.indicator.frequency)
        first = Period.containing(self.as_of, self.indicator.frequency)
        return tuple(
            Period.from_ordinal(at, last.frequency).end for at in range(first.ordinal, last.ordinal + 1)
        )

    def problem(self, terms: Terms) -> TargetRuleError | None:
        """Why terms make no sense, if they do not; such terms cannot be tried."""
        try:
            check_terms(terms, self.indicator, target=self.target.code, plan_start=self.plan_start)
        except TargetRuleError as error:
            return error
        return None

    def tried(self, terms: Terms) -> Tried:
        """What the terms would mean, by what is known on the day."""
        prospect = prospect_of(self._case(terms), self.drawn)
        return Tried(terms, prospect, self._flag(prospect))

    def sure(self, terms: Terms, chance: float) -> Tried | None:
        """The same terms with the value that has a chosen chance; None where a value has no such meaning."""
        if terms.value is None:
            return None
        value = value_sure_to_be_met(self._case(terms), self.drawn, sure=chance)
        return None if value is None else self.tried(replace(terms, value=value))

    def chances(self, terms: Terms, values: Sequence[float]) -> tuple[float | None, ...]:
        """probability_met of the terms for many values. [base unit of the kind]"""
        return chances_of_values(self._case(terms), self.drawn, values, self.policy)

    def likely_range(self, terms: Terms, share: float) -> tuple[float, float] | None:
        """The middle `share` of outcomes under the terms' deadline. [base unit of the kind]"""
        return likely_range(self._case(terms), self.drawn, share=share)

    @property
    def _base(self) -> str:
        return base_unit_of_kind(self.terms.kind, indicator_unit=self.indicator.base_unit)

    def _case(self, terms: Terms) -> Case:
        return build_case(self.target, terms, self.snapshot, self.policy)

    def _flag(self, prospect: Prospect) -> Flag:
        if prospect.probability is None:
            return Flag.GREY
        if prospect.reason in _SETTLED:
            return Flag.MET if prospect.probability == 1.0 else Flag.MISSED
        return self.policy.thresholds.colour(prospect.probability)

    def _years_later(self, count: int) -> dt.date:
        return years_later(self.terms.deadline, self.indicator, count)


def years_later(deadline: dt.date, indicator: Indicator, count: int) -> dt.date:
    """The end of the same period of a later year."""
    period = Period.containing(deadline, indicator.frequency)
    return period.shift(count * indicator.frequency.periods_per_year).end


def value_decimals(terms: Terms, indicator: Indicator) -> int:
    """Decimals in the plan's own unit at which values are compared, and never fewer than written."""
    written = terms.written_decimals or 0
    if terms.kind.value in ("rank", "multiple") or terms.unit is None:
        return max(written, 0 if terms.kind.value == "rank" else 2)
    unit, shown = unit_named(terms.unit), unit_named(indicator.display_unit)
    if unit.base != shown.base:
        return max(written, 1)
    return max(written, indicator.decimals + round(math.log10(unit.factor / shown.factor)), 0)


def prepare(store: queries.Store, actor: Actor, policy: Policy, code: str, *, as_of: dt.date) -> Trial:
    """Read a target and draw the paths of its series some years beyond its deadline.

    Raises
    ------
    TargetRuleError
        If the target is a milestone, or was not in force on the day.
    NotFoundError, PermissionDeniedError
        If there is no such target in the actor's scope.
    """
    asked = ask(store, actor, code, as_of)
    terms = asked.target.history[-1].terms
    if terms.indicator is None:
        raise TargetRuleError(
            f"Target {code} has no value to try; only its date can be met.", rule=TargetRule.NO_VALUE
        )
    indicator = asked.snapshot.indicators[terms.indicator]
    latest = years_later(terms.deadline, indicator, YEARS_AHEAD)
    wanted = (asked.target.history[0].terms, terms, replace(terms, deadline=latest))
    cases = [build_case(asked.target, one, asked.snapshot, policy) for one in wanted]
    return Trial(
        target=asked.target,
        terms=terms,
        as_of=as_of,
        indicator=indicator,
        plan_start=Period.parse(queries.get_plans(store, actor)[asked.target.plan].period_start).start,
        snapshot=_of_its_own(asked.snapshot, terms, indicator),
        drawn=draw(cases, asked.snapshot, policy).without_panel(),
        policy=policy,
    )


def _of_its_own(snapshot: Snapshot, terms: Terms, indicator: Indicator) -> Snapshot:
    """Only the figures the target and its peers stand on: small enough to keep."""
    codes = {indicator.code, indicator.growth_indicator}
    regions = {terms.region, *snapshot.peers_of(indicator.code, terms.region)}
    return snapshot.keeping(lambda entry: entry.indicator in codes and entry.region in regions)
