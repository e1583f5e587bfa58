"""What terms of a target make sense: the one standard for registers, revisions and uploads.

The registers in `configs/` and every later revision are held to `term_problems`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from forecast.targets import KINDS_FROM_FIRST_COUNTED, KINDS_WITH_WINDOW, TargetKind
from monitor.core.errors import PeriodError, TargetRuleError
from monitor.core.indicators import Indicator
from monitor.core.ledger import Terms
from monitor.core.periods import Frequency, Period
from monitor.core.units import from_base


class TermRule(StrEnum):
    """What terms of a target are held to."""

    FINITE = "finite"
    NOT_BELOW_BOUND = "not_below_bound"
    NOT_ABOVE_BOUND = "not_above_bound"
    UPPER_ABOVE_VALUE = "upper_above_value"
    NOT_BEFORE_PLAN = "not_before_plan"
    END_OF_PERIOD = "end_of_period"
    START_GIVEN = "start_given"
    NO_WINDOW = "no_window"
    START_A_PERIOD = "start_a_period"
    START_BEFORE_DEADLINE = "start_before_deadline"


@dataclass(frozen=True)
class TermProblem:
    """One field of terms that makes no sense: what was found, and what is allowed.

    Parameters
    ----------
    field, found, allowed : str
        In English.
    rule : TermRule
        The rule it breaks, for words in another language.
    limit : str
        What the rule measures by: a bound, a day, a kind.
    """

    field: str
    found: str
    allowed: str
    rule: TermRule
    limit: str = ""

    def __str__(self) -> str:
        return f"{self.field}: found {self.found}; allowed: {self.allowed}"


class TermsError(TargetRuleError):
    """Terms make no sense; every problem is told."""

    def __init__(self, target: str, problems: Iterable[TermProblem]) -> None:
        self.target, self.problems = target, tuple(problems)
        super().__init__(f"Target {target}: {'; '.join(str(problem) for problem in self.problems)}.")


def check_terms(
    terms: Terms, indicator: Indicator | None, *, target: str, plan_start: dt.date | None = None
) -> None:
    """Refuse terms that make no sense.

    Parameters
    ----------
    terms : Terms
        What shall hold.
    indicator : Indicator or None
        The indicator they name; None for a milestone.
    target : str
        Code, for the message.
    plan_start : datetime.date, optional
        First day of the plan.

    Raises
    ------
    TermsError
        With everything `term_problems` finds.
    """
    found = tuple(
        term_problems(
            terms,
            indicator=indicator.code if indicator else "",
            frequency=indicator.frequency if indicator else None,
            bounds=(indicator.lower, indicator.upper) if indicator else (None, None),
            plan_start=plan_start,
        )
    )
    if found:
        raise TermsError(target, found)


def term_problems(
    terms: Terms,
    *,
    indicator: str,
    frequency: Frequency | None,
    bounds: tuple[float | None, float | None],
    plan_start: dt.date | None = None,
) -> Iterator[TermProblem]:
    """What makes no sense in terms; values in base units are told in the plan's own unit.

    Parameters
    ----------
    indicator : str
        Code, for the messages.
    frequency : Frequency or None
        Of the indicator; None for a milestone, which may be due on any day.
    bounds : tuple of float or None
        Lowest and highest value the indicator can take. [base unit]
    plan_start : datetime.date, optional
        First day of the plan; no deadline lies before it.
    """
    yield from _value_problems(terms, bounds)
    if plan_start is not None and terms.deadline < plan_start:
        allowed = f"a day from the plan's start ({plan_start}) on"
        found = str(terms.deadline)
        yield TermProblem("deadline", found, allowed, TermRule.NOT_BEFORE_PLAN, str(plan_start))
    if frequency is None:
        return
    last = Period.containing(terms.deadline, frequency).end
    if terms.deadline != last:
        allowed = f"the end of a period of the {frequency} {indicator}, such as {last}"
        yield TermProblem("deadline", str(terms.deadline), allowed, TermRule.END_OF_PERIOD, str(last))
    if terms.start is not None:
        yield from _start_problems(terms, terms.start, frequency)
    elif terms.kind is TargetKind.AVERAGE_GROWTH:
        yield TermProblem("start", "nothing", "the base period of the average", TermRule.START_GIVEN)


def _value_problems(terms: Terms, bounds: tuple[float | None, float | None]) -> Iterator[TermProblem]:
    """Finite numbers in order, and inside the bounds of the indicator where its level is the target."""
    lower, upper = bounds if terms.kind is TargetKind.LEVEL else (None, None)
    for field, value in (("value", terms.value), ("value_upper", terms.value_upper)):
        if value is None:
            continue
        if not math.isfinite(value):
            yield TermProblem(field, str(value), "a finite number", TermRule.FINITE)
        elif lower is not None and value < lower:
            limit = _as_written(lower, terms)
            found = _as_written(value, terms)
            yield TermProblem(field, found, f"{limit} or more", TermRule.NOT_BELOW_BOUND, limit)
        elif upper is not None and value > upper:
            limit = _as_written(upper, terms)
            found = _as_written(value, terms)
            yield TermProblem(field, found, f"{limit} or less", TermRule.NOT_ABOVE_BOUND, limit)
    if terms.value is not None and terms.value_upper is not None and terms.value_upper <= terms.value:
        limit, found = _as_written(terms.value, terms), _as_written(terms.value_upper, terms)
        allowed = f"a number above value ({limit})"
        yield TermProblem("value_upper", found, allowed, TermRule.UPPER_ABOVE_VALUE, limit)


def _as_written(value: float, terms: Terms) -> str:
    return f"{value:g}" if terms.unit is None else f"{from_base(value, terms.unit):g} {terms.unit}"


def _start_problems(terms: Terms, text: str, frequency: Frequency) -> Iterator[TermProblem]:
    """The start is a period of the indicator before the deadline, for a kind that has a window."""
    if terms.kind not in KINDS_WITH_WINDOW:
        found = f"{text!r} for kind {terms.kind}, which has no window"
        yield TermProblem("start", found, "no start, or a kind with one", TermRule.NO_WINDOW, terms.kind)
        return
    try:
        start = resolve_start(text, kind=terms.kind, frequency=frequency)
    except (PeriodError, TargetRuleError) as error:
        yield TermProblem("start", repr(text), str(error), TermRule.START_A_PERIOD, frequency)
        return
    if not (start.start if terms.kind in KINDS_FROM_FIRST_COUNTED else start.end) < terms.deadline:
        found, limit = f"{text!r}, not before the deadline", str(terms.deadline)
        yield TermProblem("start", found, f"a period before {limit}", TermRule.START_BEFORE_DEADLINE, limit)


def resolve_start(text: str, *, kind: TargetKind, frequency: Frequency) -> Period:
    """The start of a window as a period of the indicator's frequency.

    A year named for a monthly or quarterly indicator means its last period where the start is a
    base, and its first where the start is the first counted period.

    Parameters
    ----------
    text : str
        2022, 2022-Q3 or 2022-09.
    kind : TargetKind
        Decides whether the start is a base or counted.
    frequency : Frequency
        The indicator's.

    Returns
    -------
    Period
        Of that frequency.

    Raises
    ------
    PeriodError
        If the text is no period.
    TargetRuleError
        If it is a period of another frequency and no year.

    Examples
    --------
    >>> str(resolve_start("2022", kind=TargetKind.NET_INCREASE, frequency=Frequency.MONTHLY))
    '2022-12'
    >>> str(resolve_start("2022", kind=TargetKind.CUMULATIVE, frequency=Frequency.MONTHLY))
    '2022-01'
    """
    period = Period.parse(text)
    if period.frequency is frequency:
        return period
    if period.frequency is not Frequency.ANNUAL:
        raise TargetRuleError(
            f"The start {text} is {period.frequency}, but the indicator is {frequency}; "
            f"write a year or a period of that frequency."
        )
    return Period.containing(period.start if kind in KINDS_FROM_FIRST_COUNTED else period.end, frequency)
