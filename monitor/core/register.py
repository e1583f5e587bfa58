"""From a target as a plan writes it to the terms of the ledger: units, window, decimals, tree.

`term_problems` is the one standard of what terms make sense; the registers in `configs/` and every
later revision are held to it.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from forecast.targets import KINDS_FROM_FIRST_COUNTED, KINDS_WITH_WINDOW, TargetKind
from monitor.core.catalogue import TargetEntry
from monitor.core.errors import PeriodError, TargetRule, TargetRuleError
from monitor.core.indicators import Indicator
from monitor.core.ledger import Part, Terms
from monitor.core.periods import Frequency, Period
from monitor.core.units import from_base, to_base

COUNTED_KINDS = KINDS_FROM_FIRST_COUNTED
"""Kinds whose `start` is the first counted period; for the others it is the base period."""

_UNIT_OF_KIND = {
    TargetKind.GROWTH: "percent",
    TargetKind.AVERAGE_GROWTH: "percent",
    TargetKind.GROWTH_EACH_YEAR: "percent",
    TargetKind.CHANGE_PP: "percentage_point",
    TargetKind.MULTIPLE: "multiple",
    TargetKind.RANK: "rank",
}
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def base_unit_of_kind(kind: TargetKind, *, indicator_unit: str) -> str:
    """Base unit in which a target of that kind is compared.

    Parameters
    ----------
    kind : TargetKind
        What is compared.
    indicator_unit : str
        Base unit of the indicator.

    Returns
    -------
    str
        Percent for growth, percentage_point for change_pp, multiple, rank, else the indicator's own.

    Examples
    --------
    >>> base_unit_of_kind(TargetKind.GROWTH, indicator_unit="CNY")
    'percent'
    """
    return _UNIT_OF_KIND.get(kind, indicator_unit)


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
    return Period.containing(period.start if kind in COUNTED_KINDS else period.end, frequency)


def written_decimals(entry: TargetEntry) -> int | None:
    """Decimals of the target value as the plan wrote it.

    The citations are searched for the number itself, so that 3.50% keeps its two decimals; where
    the plan wrote words, or another unit than the register, the shortest form of the value counts.

    Returns
    -------
    int or None
        None where the target has no value.

    Examples
    --------
    >>> _decimals_of("3.42", 3.42), _decimals_of("力争达到3.50%", 3.5), _decimals_of("百亿元", 100.0)
    (2, 2, None)
    """
    if entry.value is None:
        return None
    for citation in entry.citations:
        found = _decimals_of(citation.written or "", entry.value)
        if found is not None:
            return found
    return _shortest_decimals(entry.value)


def _decimals_of(text: str, value: float) -> int | None:
    """Decimals of the number in `text` that equals `value`, or None if there is none."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    for match in _NUMBER.finditer(plain):
        number = match.group().replace(",", "")
        if float(number) == value:
            return len(number.partition(".")[2])
    return None


def _shortest_decimals(value: float) -> int:
    return decimals_of(Decimal(repr(value)).normalize())


def target_terms(entry: TargetEntry, indicator: Indicator | None) -> Terms:
    """The terms a target enters the ledger with: values in base units, the window in periods.

    Parameters
    ----------
    entry : TargetEntry
        The target as the register writes it.
    indicator : Indicator or None
        The indicator it names; None for a milestone.

    Returns
    -------
    Terms
        `unit` stays as written, for display.

    Raises
    ------
    UnitError
        If the unit does not measure what the kind compares.
    TargetRuleError
        If the indicator is not the one the entry names, or the start does not fit its frequency.
    """
    if entry.indicator != (indicator.code if indicator else None):
        raise TargetRuleError(
            f"Target {entry.code} names the indicator {entry.indicator}; "
            f"{indicator.code if indicator else 'none'} was given."
        )
    terms = terms_as_written(entry, indicator_unit=indicator.base_unit if indicator else None)
    return replace(terms, start=_start_text(entry, indicator))


def terms_as_written(entry: TargetEntry, *, indicator_unit: str | None) -> Terms:
    """As `target_terms`, but the start stays as the register writes it.

    Parameters
    ----------
    indicator_unit : str or None
        Base unit of the indicator; None for a milestone.

    Raises
    ------
    UnitError
        If the unit does not measure what the kind compares.
    """
    return Terms(
        indicator=entry.indicator,
        region=entry.region,
        kind=entry.kind,
        comparator=entry.comparator,
        value=_in_base(entry, entry.value, indicator_unit),
        value_upper=_in_base(entry, entry.value_upper, indicator_unit),
        unit=entry.unit,
        written_decimals=written_decimals(entry),
        start=entry.start,
        deadline=entry.deadline,
        departments=entry.departments,
        commitment=entry.commitment,
    )


def with_written_value(
    terms: Terms, value: Decimal, *, indicator_unit: str, value_upper: Decimal | None = None
) -> Terms:
    """Terms with another value; its decimals are those that were written.

    Parameters
    ----------
    value, value_upper : Decimal
        In the plan's own unit; the upper end of a band stays as it is unless given.
    indicator_unit : str
        Base unit of the indicator.

    Raises
    ------
    TargetRuleError
        If the terms have no unit, hence no value.
    """
    if terms.unit is None:
        raise TargetRuleError("The target has no value to change.", rule=TargetRule.NO_VALUE)
    base = base_unit_of_kind(terms.kind, indicator_unit=indicator_unit)
    upper = terms.value_upper
    if value_upper is not None:
        upper = to_base(float(value_upper), terms.unit, base=base)
    in_base = to_base(float(value), terms.unit, base=base)
    return replace(terms, value=in_base, value_upper=upper, written_decimals=decimals_of(value))


def decimals_of(number: Decimal) -> int:
    """Decimals as written: 2 for 3.50, none for 15e3.

    Examples
    --------
    >>> decimals_of(Decimal("3.50")), decimals_of(Decimal("15e3"))
    (2, 0)
    """
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _in_base(entry: TargetEntry, value: float | None, indicator_unit: str | None) -> float | None:
    if value is None or indicator_unit is None or entry.unit is None:
        return None
    return to_base(value, entry.unit, base=base_unit_of_kind(entry.kind, indicator_unit=indicator_unit))


def _start_text(entry: TargetEntry, indicator: Indicator | None) -> str | None:
    if entry.start is None or indicator is None:
        return entry.start
    return str(resolve_start(entry.start, kind=entry.kind, frequency=indicator.frequency))


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
    if not (start.start if terms.kind in COUNTED_KINDS else start.end) < terms.deadline:
        found, limit = f"{text!r}, not before the deadline", str(terms.deadline)
        yield TermProblem("start", found, f"a period before {limit}", TermRule.START_BEFORE_DEADLINE, limit)


def target_part(entry: TargetEntry, parent: TargetEntry | None) -> Part:
    """What the target is within its tree.

    Returns
    -------
    Part
        Whole without a parent; an annual slice if it keeps the parent's region and departments and
        has another deadline; else a share.
    """
    if parent is None:
        return Part.WHOLE
    same_place = (entry.region, entry.departments) == (parent.region, parent.departments)
    if same_place or (entry.region == parent.region and entry.deadline != parent.deadline):
        return Part.ANNUAL_SLICE
    return Part.SHARE
