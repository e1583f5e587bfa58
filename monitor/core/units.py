"""Units and their conversion, done once, at the door.

Base units are CNY, count, percent, percentage_point, per_10k_people (件/万人), person_year (人年),
day (天), rank and multiple (倍). Percent and percentage point are different units: a share is in
percent, a change of a share in percentage points.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from monitor.core.errors import UnitError


@dataclass(frozen=True)
class Unit:
    """A written unit and what one of it is in base units."""

    name: str
    base: str
    factor: float

    def to_base(self, value: float) -> float:
        """A value in this unit as one in base units."""
        # Decimal money amounts such as 0.1 亿元 must not pick up binary dust.
        return round(value * self.factor, 6)


BASE_UNITS = (
    "CNY",
    "count",
    "percent",
    "percentage_point",
    "per_10k_people",
    "person_year",
    "day",
    "rank",
    "multiple",
)

_COUNTED = "家户个项件名人篇所次次数台条"
_UNITS: dict[str, Unit] = {
    unit.name: unit
    for unit in (
        *(Unit(base, base, 1.0) for base in BASE_UNITS),
        Unit("元", "CNY", 1.0),
        Unit("万元", "CNY", 1e4),
        Unit("亿元", "CNY", 1e8),
        Unit("万亿元", "CNY", 1e12),
        *(Unit(word, "count", 1.0) for word in sorted(set(_COUNTED))),
        *(Unit(f"万{word}", "count", 1e4) for word in sorted(set(_COUNTED))),
        Unit("人次", "count", 1.0),
        Unit("万人次", "count", 1e4),
        Unit("%", "percent", 1.0),
        Unit("%/年", "percent", 1.0),
        Unit("个百分点", "percentage_point", 1.0),
        Unit("百分点", "percentage_point", 1.0),
        Unit("件/万人", "per_10k_people", 1.0),
        Unit("人年", "person_year", 1.0),
        Unit("万人年", "person_year", 1e4),
        Unit("天", "day", 1.0),
        Unit("个工作日", "day", 1.0),
        Unit("位", "rank", 1.0),
        Unit("倍", "multiple", 1.0),
    )
}


def unit_named(name: str) -> Unit:
    """The unit written `name` (full-width forms are accepted).

    Raises
    ------
    UnitError
        If no such unit is known; the message lists what is.
    """
    key = unicodedata.normalize("NFKC", name).strip()
    if key not in _UNITS:
        raise UnitError(f"Unknown unit {name!r}; known: {', '.join(_UNITS)}.")
    return _UNITS[key]


def units_of(base: str) -> tuple[str, ...]:
    """Names of the written units of a base unit, the base's own name last.

    Examples
    --------
    >>> units_of("CNY")
    ('元', '万元', '亿元', '万亿元', 'CNY')
    """
    names = [unit.name for unit in _UNITS.values() if unit.base == base and unit.name != base]
    return (*names, base)


def to_base(value: float, unit: str, *, base: str) -> float:
    """Convert a written value to the base unit expected.

    Parameters
    ----------
    value : float
        As written. [`unit`]
    unit : str
        Written unit, such as 亿元.
    base : str
        Base unit the indicator is kept in.

    Returns
    -------
    float
        [`base`]

    Raises
    ------
    UnitError
        If the unit is unknown or measures something else.

    Examples
    --------
    >>> to_base(1420, "亿元", base="CNY")
    142000000000.0
    """
    found = unit_named(unit)
    if found.base != base:
        raise UnitError(
            f"Unit {unit!r} measures {found.base}, but {base} is expected; they are not converted."
        )
    return found.to_base(value)


def from_base(value: float, unit: str) -> float:
    """Express a base-unit value in a written unit."""
    return value / unit_named(unit).factor
