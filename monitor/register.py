"""From a target as a plan writes it to the terms of the ledger: units, window, decimals, tree."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from forecast.targets import KINDS_FROM_FIRST_COUNTED, TargetKind
from monitor.catalogue import TargetEntry
from monitor.errors import TargetRuleError
from monitor.indicators import Indicator
from monitor.ledger import Part, Terms
from monitor.periods import Frequency, Period
from monitor.units import to_base

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
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


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
    return Terms(
        indicator=entry.indicator,
        region=entry.region,
        kind=entry.kind,
        comparator=entry.comparator,
        value=_in_base(entry, entry.value, indicator),
        value_upper=_in_base(entry, entry.value_upper, indicator),
        unit=entry.unit,
        written_decimals=written_decimals(entry),
        start=_start_text(entry, indicator),
        deadline=entry.deadline,
        departments=entry.departments,
        commitment=entry.commitment,
    )


def _in_base(entry: TargetEntry, value: float | None, indicator: Indicator | None) -> float | None:
    if value is None or indicator is None or entry.unit is None:
        return None
    base = base_unit_of_kind(entry.kind, indicator_unit=indicator.base_unit)
    return to_base(value, entry.unit, base=base)


def _start_text(entry: TargetEntry, indicator: Indicator | None) -> str | None:
    if entry.start is None or indicator is None:
        return entry.start
    return str(resolve_start(entry.start, kind=entry.kind, frequency=indicator.frequency))


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
