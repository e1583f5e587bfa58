"""A total split over the parts of its region so that each share is equally likely to be met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from forecast.targets import Comparator, TargetKind
from monitor import queries
from monitor.core.access import Actor
from monitor.core.errors import PermissionDeniedError, TargetRule, TargetRuleError
from monitor.core.indicators import Indicator, RollUp
from monitor.core.ledger import Commitment, Revision, TargetChange, Terms
from monitor.core.policy import Policy
from monitor.core.records import Region, Target
from monitor.core.register import decimals_of
from monitor.core.units import from_base, unit_named
from monitor.forecasting import (
    Case,
    Drawn,
    build_case,
    can_be_shared,
    chances_of_values,
    draw,
    equal_chances,
    prospect_of,
    round_keeping_sum,
)
from monitor.whatif.asking import Asked, ask
from monitor.whatif.trying import value_decimals

SPLIT_KINDS = frozenset({TargetKind.LEVEL, TargetKind.CUMULATIVE, TargetKind.NET_INCREASE})
"""Kinds whose parts add up where the indicator does."""

_ENOUGH_DIGITS = 100
"""A mean share has at least so many last digits, else equal chances would be lost in rounding."""


@dataclass(frozen=True)
class PartNow:
    """One part of the region as it stands. Values are in base units.

    Parameters
    ----------
    own : Target or None
        Its own target of the same indicator, kind and deadline, if it has one.
    present : float or None
        The value of that target by its newest entry, which a proposed share would follow.
    chance : float or None
        Its chance of that value.
    value, value_period : float and str, or None
        The latest comparable quantity.
    reason : str
        Why there is no forecast; ok or settled where there is one.
    can_share : bool
        Whether a share can be worked out for it.
    """

    region: Region
    own: Target | None
    present: float | None
    chance: float | None
    value: float | None
    value_period: str | None
    reason: str
    can_share: bool


@dataclass(frozen=True)
class Share:
    """What a part would be asked for. Values are in base units.

    Parameters
    ----------
    proposed : float or None
        None for a part that has neither forecast nor present share.
    is_held : bool
        Whether the share was fixed: by a person, or for want of a forecast.
    """

    part: PartNow
    proposed: float | None
    chance: float | None
    is_held: bool

    @property
    def difference(self) -> float | None:
        """Proposed less present share."""
        if self.proposed is None or self.part.present is None:
            return None
        return self.proposed - self.part.present


@dataclass(frozen=True)
class Division:
    """A total with its parts drawn, to be split as often as one likes.

    Parameters
    ----------
    terms : Terms
        Those of the newest entry of the total, which is what is split.
    chance : float or None
        Of the total itself, by the series of its own region.
    decimals : int
        Decimals of shares, in the plan's own unit.
    """

    target: Target
    terms: Terms
    indicator: Indicator
    as_of: dt.date
    parts: tuple[PartNow, ...]
    chance: float | None
    decimals: int
    cases: Mapping[str, Case] = field(repr=False)
    drawn: Drawn = field(repr=False)
    policy: Policy = field(repr=False)

    @property
    def total(self) -> float:
        """What is split. [base unit]"""
        return self.terms.value or 0.0

    @property
    def present_sum(self) -> float | None:
        """Sum of the present shares; None where no part has one. [base unit]"""
        known = [part.present for part in self.parts if part.present is not None]
        return sum(known) if known else None

    def split(self, least: Mapping[str, Decimal], most: Mapping[str, Decimal]) -> tuple[Share, ...]:
        """Shares that add up to the total exactly, free ones as equally likely as rounding lets them be.

        Parameters
        ----------
        least, most : mapping of region code to Decimal
            Limits people set, in the plan's own unit; both equal hold a share fixed.

        Raises
        ------
        TargetRuleError
            If the limits leave no room for the total.
        """
        held = self._held(least, most)
        limits = [*least.values(), *most.values(), *held.values()]
        decimals = max([self.decimals, *(decimals_of(limit) for limit in limits)])
        free = [part for part in self.parts if part.can_share and part.region.code not in held]
        left = Decimal(repr(self._written(self.total))) - sum(held.values(), Decimal(0))
        found = self._free_shares(free, float(left), least, most, decimals)
        written = {code: float(value) for code, value in held.items()} | found
        return tuple(self._share(part, written, held) for part in self.parts)

    def present_shares(self) -> tuple[Share, ...]:
        """The present split, as shares."""
        return tuple(Share(part, part.present, part.chance, True) for part in self.parts)

    def changes(self, shares: Sequence[Share]) -> tuple[TargetChange, ...]:
        """What the shares would change in the ledgers of the parts that have a target of their own."""
        return tuple(
            _change(share.part.own.history[-1], share.proposed)
            for share in shares
            if share.part.own is not None
            and share.proposed is not None
            and share.proposed != share.part.own.history[-1].terms.value
        )

    def _held(self, least: Mapping[str, Decimal], most: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """Shares fixed by a person, and those of parts without a forecast, by region."""
        held = {code: value for code, value in least.items() if most.get(code) == value}
        for part in self.parts:
            code = part.region.code
            if part.can_share or code in held:
                continue
            asked = least.get(code, most.get(code))
            if asked is not None:
                held[code] = asked
            elif part.present is not None:
                held[code] = Decimal(repr(self._written(part.present)))
        return held

    def _free_shares(
        self,
        free: Sequence[PartNow],
        left: float,
        least: Mapping[str, Decimal],
        most: Mapping[str, Decimal],
        decimals: int,
    ) -> dict[str, float]:
        """Shares of the parts that are not held, by region. [plan's own unit]"""
        codes = [part.region.code for part in free]
        if not codes:
            if abs(left) > 0.5 * 10.0**-decimals:
                raise self._no_room()
            return {}
        unit = self.unit_factor
        # A net increase may be a decrease; of what is counted, no share lies below nothing.
        floor = Decimal("-inf") if self.terms.kind is TargetKind.NET_INCREASE else Decimal(0)
        try:
            equal = equal_chances(
                [self.cases[code] for code in codes],
                self.drawn,
                left * unit,
                least={code: float(least.get(code, floor)) * unit for code in codes},
                most={code: float(most[code]) * unit for code in codes if code in most},
            )
        except ValueError as error:
            raise self._no_room() from error
        rounded = round_keeping_sum([value / unit for value in equal.values], left, decimals=decimals)
        return dict(zip(codes, rounded, strict=True))

    def _share(self, part: PartNow, written: Mapping[str, float], held: Mapping[str, Decimal]) -> Share:
        code = part.region.code
        if code not in written:
            return Share(part, None, None, False)
        value = unit_named(self._unit).to_base(written[code])
        chance = None
        if part.can_share:
            (chance,) = chances_of_values(self.cases[code], self.drawn, [value], self.policy)
        return Share(part, value, chance, code in held)

    def _no_room(self) -> TargetRuleError:
        return TargetRuleError(
            f"Target {self.target.code}: the fixed and limited shares leave no room for the total; "
            "loosen a limit.",
            rule=TargetRule.SPLIT_NO_ROOM,
        )

    def _written(self, value: float) -> float:
        return round(from_base(value, self._unit), 9)

    @property
    def _unit(self) -> str:
        return self.terms.unit or self.indicator.base_unit

    @property
    def unit_factor(self) -> float:
        """Base units in one of the plan's own."""
        return unit_named(self._unit).factor


def _change(last: Revision, value: float) -> TargetChange:
    """The last terms of a part with another value; decimals as they are needed, never fewer than before."""
    terms = last.terms
    written = Decimal(repr(round(from_base(value, terms.unit or ""), 9)))
    decimals = max(decimals_of(written.normalize()), terms.written_decimals or 0)
    return TargetChange(
        last.target, replace(terms, value=value, written_decimals=decimals), expected_sequence=last.sequence
    )


def divide(store: queries.Store, actor: Actor, policy: Policy, code: str, *, as_of: dt.date) -> Division:
    """Read a total and its parts, and draw what each part may come to by what is known on the day.

    Total and shares are those of the newest ledger entries, which revisions would replace. The parts are
    the regions right below the target's own that have figures of the indicator, or a target on it.

    Raises
    ------
    TargetRuleError
        If the target cannot be split; the rule says why.
    NotFoundError, PermissionDeniedError
        If there is no such target, or a part lies outside the actor's scope.
    """
    asked = _with_newest_terms(ask(store, actor, code, as_of))
    indicator = _check_splittable(asked)
    owned = _own_targets(store, actor, asked)
    regions = _parts(asked, indicator, owned)
    for region in regions:
        if not actor.scope.admits(region=region.code, departments=asked.terms.departments):
            raise PermissionDeniedError(actor.name, "split a total", f"in region {region.code}")
    cases = {
        region.code: build_case(
            owned.get(region.code, asked.target),
            replace(asked.terms, region=region.code),
            asked.snapshot,
            policy,
        )
        for region in regions
    }
    whole = build_case(asked.target, asked.terms, asked.snapshot, policy)
    drawn = draw([whole, *cases.values()], asked.snapshot, policy).without_panel()
    parts = tuple(
        _part(region, owned.get(region.code), cases[region.code], drawn, policy=policy) for region in regions
    )
    if not any(part.can_share for part in parts):
        raise _refused(asked, TargetRule.SPLIT_NO_PARTS, "no part of its region has a forecast")
    return Division(
        target=asked.target,
        terms=asked.terms,
        indicator=indicator,
        as_of=as_of,
        parts=parts,
        chance=prospect_of(whole, drawn).probability,
        decimals=_share_decimals(asked.terms, indicator, parts),
        cases=cases,
        drawn=drawn,
        policy=policy,
    )


def _with_newest_terms(asked: Asked) -> Asked:
    """What was asked, upon the newest entry of the total; raises if that withdraws it."""
    newest = asked.target.history[-1]
    if newest.terms.withdrawn:
        raise TargetRuleError(
            f"Target {asked.target.code} is withdrawn from {newest.effective_on} on; open a new target.",
            rule=TargetRule.WITHDRAWN,
            day=newest.effective_on,
        )
    return replace(asked, terms=newest.terms)


def _check_splittable(asked: Asked) -> Indicator:
    """The indicator of a total that can be split; raises with the reason if it cannot."""
    terms = asked.terms
    if terms.kind not in SPLIT_KINDS or terms.indicator is None or terms.value is None:
        raise _refused(asked, TargetRule.SPLIT_KIND, f"a target of kind {terms.kind} is no sum of parts")
    indicator = asked.snapshot.indicators[terms.indicator]
    if indicator.roll_up is not RollUp.SUM:
        raise _refused(asked, TargetRule.SPLIT_NOT_A_SUM, f"{indicator.code} is no sum of its regions")
    if terms.comparator is Comparator.BETWEEN:
        raise _refused(asked, TargetRule.SPLIT_COMPARATOR, "a band has no single value to split")
    if terms.deadline <= asked.snapshot.as_of:
        raise _refused(asked, TargetRule.SPLIT_PAST, f"its deadline {terms.deadline} has passed")
    return indicator


def _refused(asked: Asked, rule: TargetRule, why: str) -> TargetRuleError:
    return TargetRuleError(f"Target {asked.target.code} cannot be split: {why}.", rule=rule)


def _own_targets(store: queries.Store, actor: Actor, asked: Asked) -> dict[str, Target]:
    """For each region below, its own target that asks the same: a child of the total before others."""
    found: dict[str, tuple[tuple[bool, bool, str], Target]] = {}
    for target in queries.get_targets(store, actor):
        terms = target.history[-1].terms
        if terms.withdrawn or not _asks_the_same(terms, asked):
            continue
        is_child = target.parent == asked.target.code
        order = (not is_child, terms.commitment is Commitment.STRETCH, target.code)
        known = found.get(terms.region)
        if known is None or order < known[0]:
            found[terms.region] = (order, target)
    return {region: target for region, (_, target) in found.items()}


def _asks_the_same(terms: Terms, asked: Asked) -> bool:
    total = asked.terms
    same = (terms.indicator, terms.kind, terms.deadline) == (total.indicator, total.kind, total.deadline)
    return same and asked.snapshot.regions[terms.region].parent == total.region


def _parts(asked: Asked, indicator: Indicator, owned: Mapping[str, Target]) -> list[Region]:
    known = {*asked.snapshot.regions_with(indicator.code), *owned}
    regions = asked.snapshot.regions
    parts = [regions[code] for code in sorted(known) if regions[code].parent == asked.terms.region]
    if not parts:
        why = f"no region below {asked.terms.region} has figures of {indicator.code}"
        raise _refused(asked, TargetRule.SPLIT_NO_PARTS, why)
    return parts


def _part(region: Region, own: Target | None, case: Case, drawn: Drawn, *, policy: Policy) -> PartNow:
    """A part as it stands: its present share with its chance, and whether a share can be worked out."""
    present = own.history[-1].terms.value if own else None
    prospect = prospect_of(case, drawn)
    can_share = can_be_shared(case, drawn)
    chance = None
    if present is not None and can_share:
        (chance,) = chances_of_values(case, drawn, [present], policy)
    return PartNow(
        region=region,
        own=own,
        present=present,
        chance=chance,
        value=prospect.value,
        value_period=prospect.value_period,
        reason=prospect.reason,
        can_share=can_share,
    )


def _share_decimals(terms: Terms, indicator: Indicator, parts: Sequence[PartNow]) -> int:
    """As many as the total and the present shares have, and enough that rounding hides nothing."""
    unit = terms.unit or indicator.base_unit
    written = [
        entry.terms.written_decimals or 0
        for part in parts
        if part.own is not None
        for entry in part.own.history[-1:]
        if entry.terms.unit == terms.unit
    ]
    finest = value_decimals(terms, indicator)
    decimals = max([terms.written_decimals or 0, *written])
    mean = abs(from_base(terms.value or 0.0, unit)) / len(parts)
    while mean * 10**decimals < _ENOUGH_DIGITS and decimals < finest:
        decimals += 1
    return decimals
