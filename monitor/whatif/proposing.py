"""The same answers from a proposed target, and the paths behind them; nothing is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from forecast.targets import TargetKind
from monitor import queries
from monitor.core.access import Actor
from monitor.core.errors import TargetRule, TargetRuleError
from monitor.core.policy import Policy
from monitor.core.records import Fan
from monitor.core.register import base_unit_of_kind
from monitor.core.units import from_base, to_base
from monitor.forecasting import (
    build_case,
    draw,
    fan_of,
    probability_and_reason,
    value_sure_to_be_met,
)
from monitor.whatif.asking import ask


@dataclass(frozen=True)
class WhatIf:
    """A proposed target beside the one in force. Values are in the plan's own unit."""

    target: str
    as_of: dt.date
    unit: str
    value_now: float
    deadline_now: dt.date
    probability_now: float | None
    value: float
    deadline: dt.date
    probability: float | None
    sure: float
    safe_value: float | None
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Plain values for another program."""
        return {
            "target_id": self.target,
            "as_of": self.as_of.isoformat(),
            "unit": self.unit,
            "now": {
                "value": self.value_now,
                "deadline": self.deadline_now.isoformat(),
                "probability_met": self.probability_now,
            },
            "tried": {
                "value": self.value,
                "deadline": self.deadline.isoformat(),
                "probability_met": self.probability,
            },
            "sure": self.sure,
            "safe_value": self.safe_value,
            "reason_code": self.reason,
        }


def propose(
    store: queries.Store,
    actor: Actor,
    policy: Policy,
    code: str,
    *,
    as_of: dt.date,
    value: float | None = None,
    deadline: dt.date | None = None,
    sure: float = 0.8,
) -> WhatIf:
    """Probability of a changed value or deadline, and the value with a chosen chance.

    Parameters
    ----------
    value : float, optional
        In the plan's own unit.
    deadline : datetime.date, optional
        End of a period.
    sure : float
        Chance of the safe value, 0..1.

    Raises
    ------
    TargetRuleError
        If the target has no value to change, or was not in force on the day.
    """
    asked = ask(store, actor, code, as_of)
    terms = asked.terms
    if terms.indicator is None or terms.value is None or terms.unit is None:
        raise TargetRuleError(
            f"Target {code} has no value to try; only its date can be met.", rule=TargetRule.NO_VALUE
        )
    indicator = asked.snapshot.indicators[terms.indicator]
    base = base_unit_of_kind(terms.kind, indicator_unit=indicator.base_unit)
    proposed = replace(
        terms,
        value=terms.value if value is None else to_base(value, terms.unit, base=base),
        deadline=deadline or terms.deadline,
    )
    now_case = build_case(asked.target, terms, asked.snapshot, policy)
    then_case = build_case(asked.target, proposed, asked.snapshot, policy)
    drawn = draw([now_case, then_case], asked.snapshot, policy)
    probability_now, _ = probability_and_reason(now_case, drawn)
    probability, reason = probability_and_reason(then_case, drawn)
    safe = value_sure_to_be_met(then_case, drawn, sure=sure)
    return WhatIf(
        target=code,
        as_of=as_of,
        unit=terms.unit,
        value_now=from_base(terms.value, terms.unit),
        deadline_now=terms.deadline,
        probability_now=probability_now,
        value=from_base(proposed.value if proposed.value is not None else terms.value, terms.unit),
        deadline=proposed.deadline,
        probability=probability,
        sure=sure,
        safe_value=None if safe is None else from_base(safe, terms.unit),
        reason=reason,
    )


def fan(store: queries.Store, actor: Actor, policy: Policy, code: str, *, as_of: dt.date) -> Fan | None:
    """Quantiles of the indicator's path to the deadline; None where nothing can be drawn."""
    asked = ask(store, actor, code, as_of, even_withdrawn=True)
    if asked.terms.kind is TargetKind.MILESTONE:
        return None
    case = build_case(asked.target, asked.terms, asked.snapshot, policy)
    if case.known is None or case.settled_by is not None:
        return None
    return fan_of(case, draw([case], asked.snapshot, policy))
