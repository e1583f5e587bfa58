"""From options to proposed terms and known filters: what `target revise`, `whatif` and the lists share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from monitor import queries
from monitor.cli.common import ACTOR
from monitor.core.errors import NotFoundError, UsageError
from monitor.core.ledger import Terms
from monitor.core.periods import Period
from monitor.core.records import Target
from monitor.core.register import with_written_value
from monitor.core.term_rules import check_terms


def proposed_terms(
    store: queries.Store, target: Target, terms: Terms, *, value: Decimal | None, deadline: dt.date | None
) -> Terms:
    """Terms with a new value or deadline, held to the standard of the registers.

    Parameters
    ----------
    value : Decimal, optional
        In the plan's own unit; its decimals are those that were typed.

    Raises
    ------
    UsageError
        If the target has no value to change.
    TargetRuleError
        If the terms would make no sense.
    """
    indicator = queries.get_indicators(store, ACTOR).get(terms.indicator or "")
    if value is not None:
        if indicator is None or terms.unit is None:
            raise UsageError(f"{target.code} has no value to change; only its date can be met.")
        terms = with_written_value(terms, value, indicator_unit=indicator.base_unit)
    if deadline is not None:
        terms = replace(terms, deadline=deadline)
    plan = queries.get_plans(store, ACTOR)[target.plan]
    check_terms(terms, indicator, target=target.code, plan_start=Period.parse(plan.period_start).start)
    return terms


def check_filters(
    store: queries.Store,
    *,
    plan: str | None = None,
    region: str | None = None,
    department: str | None = None,
) -> None:
    """Refuse a filter that names nothing; an empty list would read as good news.

    Raises
    ------
    NotFoundError
        With the nearest codes there are.
    """
    _check_code("plan", plan, queries.get_plans(store, ACTOR))
    _check_code("region", region, queries.get_regions(store, ACTOR))
    _check_code("department", department, queries.get_departments(store, ACTOR))


def _check_code(what: str, code: str | None, known: Iterable[str]) -> None:
    codes = list(known)
    if code is not None and code not in codes:
        raise NotFoundError(what, code, known=codes)
