"""From a target as a plan writes it to the terms of the ledger: units, window, decimals, tree."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from decimal import Decimal

from forecast.targets import TargetKind
from monitor.core.catalogue import TargetEntry
from monitor.core.errors import TargetRule, TargetRuleError
from monitor.core.indicators import Indicator
from monitor.core.ledger import Part, Terms
from monitor.core.term_rules import resolve_start
from monitor.core.units import to_base

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
