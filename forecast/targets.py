"""Target kinds, the periods that enter them, and the one definition of each comparator.

Every kind reduces paths to one number per draw, the *compared quantity* (`forecast.functionals`); a
comparator then says whether it reaches the target. Growth is in percent, differences of ratios in
percentage points.

A period is an *ordinal*: year x periods_per_year + part - 1, so that 2024 is 2024 in an annual
series, 2024-Q2 is 8097 in a quarterly and 2024-03 is 24290 in a monthly one.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = np.ndarray[tuple[int], np.dtype[np.intp]]

RELATIVE_EQUALITY = 1e-9
"""Numbers closer than this share of their size are equal: 110/100 - 1 is 10 %, binary fractions or not."""

LARGEST_LIFT = 1e-3
"""Most of a rounding step that is added against binary fractions."""

LEAST_SIZE = 1e-6
"""Below this the size of a target no longer shrinks what counts as equal."""

ABOUT_SHARE = 0.05
"""`about` an amount or a count allows this share less (DESIGN: target kinds)."""


class TargetKind(StrEnum):
    """What is compared with the target value (DESIGN: target kinds)."""

    LEVEL = "level"
    GROWTH = "growth"
    AVERAGE_GROWTH = "average_growth"
    GROWTH_EACH_YEAR = "growth_each_year"
    NET_INCREASE = "net_increase"
    CUMULATIVE = "cumulative"
    CHANGE_PP = "change_pp"
    MULTIPLE = "multiple"
    RANK = "rank"
    DIRECTION = "direction"
    MILESTONE = "milestone"


class Comparator(StrEnum):
    """How the compared quantity must stand to the target value."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"
    ABOUT = "about"
    BETWEEN = "between"


KINDS_WITH_WINDOW = frozenset(
    {
        TargetKind.AVERAGE_GROWTH,
        TargetKind.GROWTH_EACH_YEAR,
        TargetKind.NET_INCREASE,
        TargetKind.CUMULATIVE,
        TargetKind.CHANGE_PP,
        TargetKind.MULTIPLE,
        TargetKind.DIRECTION,
    }
)
"""Kinds that read `start`: the base period, or the first counted one (see `KINDS_FROM_FIRST_COUNTED`)."""

KINDS_FROM_FIRST_COUNTED = frozenset(
    {TargetKind.GROWTH_EACH_YEAR, TargetKind.CUMULATIVE, TargetKind.DIRECTION}
)
"""Kinds whose `start` is the first counted period; for the other windowed kinds it is the base period."""

KINDS_ON_A_BASE = frozenset(
    {
        TargetKind.GROWTH,
        TargetKind.AVERAGE_GROWTH,
        TargetKind.GROWTH_EACH_YEAR,
        TargetKind.MULTIPLE,
    }
)
"""Kinds that divide by an earlier value, which must be above zero."""


def window_start(kind: TargetKind, start: int | None, *, deadline: int, periods_per_year: int) -> int:
    """Say where the window of a target begins.

    Parameters
    ----------
    kind : TargetKind
        What is compared.
    start : int or None
        Ordinal as the target gives it; None asks for the default.
    deadline : int
        Ordinal of the deadline period.
    periods_per_year : int
        1, 4 or 12.

    Returns
    -------
    int
        `start`, or: the first period of the deadline's year (cumulative), the deadline itself
        (growth_each_year and direction: only the deadline's year counts), one year before the
        deadline (every other kind).
    """
    if start is not None and kind in KINDS_WITH_WINDOW:
        return start
    if kind is TargetKind.CUMULATIVE:
        return deadline - deadline % periods_per_year
    if kind in KINDS_FROM_FIRST_COUNTED:
        return deadline
    return deadline - periods_per_year


def entering_periods(
    kind: TargetKind, *, deadline: int, start: int | None = None, periods_per_year: int = 1
) -> tuple[int, ...]:
    """List the periods whose values decide a target, oldest first.

    Parameters
    ----------
    kind : TargetKind
        What is compared.
    deadline, start : int
        Ordinals; see `window_start` for a missing start.
    periods_per_year : int
        1, 4 or 12.

    Returns
    -------
    tuple of int
        Ordinals. For cumulative: the period before a window that begins inside a year (its
        year-to-date figure is taken off), each year's last period, and the deadline.
    """
    begin = window_start(kind, start, deadline=deadline, periods_per_year=periods_per_year)
    if kind in {TargetKind.LEVEL, TargetKind.RANK}:
        return (deadline,)
    if kind is TargetKind.CUMULATIVE:
        return tuple(sorted(cumulative_weights(begin, deadline, periods_per_year)))
    if kind in KINDS_FROM_FIRST_COUNTED:
        counted = range(deadline, begin - 1, -periods_per_year)
        return (*sorted(t - periods_per_year for t in counted[-1:]), *sorted(counted))
    if kind is TargetKind.MILESTONE:
        return ()
    return (begin, deadline)


def has_ceiling(comparator: Comparator, *, higher_is_better: bool = True) -> bool:
    """Tell whether a comparator sets a ceiling; `about` does so where lower is better."""
    if comparator is Comparator.ABOUT:
        return not higher_is_better
    return comparator in {Comparator.AT_MOST, Comparator.LESS_THAN}


def attained(
    compared: ArrayLike,
    comparator: Comparator,
    value: float,
    *,
    value_upper: float | None = None,
    tolerance: float = 0.0,
    decimals: int | None = None,
    higher_is_better: bool = True,
) -> Bools:
    """Say draw by draw whether the compared quantity reaches the target.

    Parameters
    ----------
    compared : array
        The compared quantity; NaN never reaches a target.
    comparator : Comparator
        at_least, more_than, at_most, less_than, between (both ends count), or about: a floor lower
        by `tolerance`, where lower is better a ceiling higher by it.
    value, value_upper : float
        Target; the upper end for between. [unit of the compared quantity]
    tolerance : float
        Allowance of `about`; see `about_tolerance`.
    decimals : int or None
        Published decimals: the quantity is rounded to them first, halves away from zero.
    higher_is_better : bool
        Polarity, for about.

    Returns
    -------
    ndarray of bool
        Same shape as `compared`.

    Raises
    ------
    ValueError
        If between has no upper end.

    Source: docs/methods.md, section 2.
    """
    figures = np.asarray(compared, dtype=float)
    if decimals is not None:
        figures = round_as_published(figures, decimals)
    slack = RELATIVE_EQUALITY * max(LEAST_SIZE, abs(value))
    if comparator is Comparator.BETWEEN:
        if value_upper is None:
            raise ValueError("between needs an upper end")
        above = RELATIVE_EQUALITY * max(LEAST_SIZE, abs(value_upper))
        return (figures >= value - slack) & (figures <= value_upper + above)
    if comparator is Comparator.MORE_THAN:
        return figures > value + slack
    if comparator is Comparator.LESS_THAN:
        return figures < value - slack
    allowance = tolerance if comparator is Comparator.ABOUT else 0.0
    if has_ceiling(comparator, higher_is_better=higher_is_better):
        return figures <= value + allowance + slack
    return figures >= value - allowance - slack


def about_tolerance(
    value: float, *, written_decimals: int | None = None, is_rate: bool, share: float = ABOUT_SHARE
) -> float:
    """Give what `about` allows below the value (above it where lower is better).

    Parameters
    ----------
    value : float
        Target as written.
    written_decimals : int or None
        Digits after the point in the document (3.42 has 2); None takes the shortest notation.
    is_rate : bool
        True for rates, ratios and growth; False for amounts and counts.
    share : float
        Share of an amount or count that is allowed.

    Returns
    -------
    float
        Half the last written digit (rates), else `share` of the size of `value`.

    Source: docs/methods.md, section 2.

    Examples
    --------
    >>> about_tolerance(3.42, is_rate=True)
    0.005
    >>> about_tolerance(900, is_rate=False)
    45.0
    """
    if not is_rate:
        return abs(value) * share
    if written_decimals is None:
        digits = f"{value:.12g}"
        written_decimals = len(digits.partition(".")[2]) if "e" not in digits else 0
    return float(0.5 * 10.0**-written_decimals)


def round_as_published(values: ArrayLike, decimals: int) -> Floats:
    """Round to published decimals, halves away from zero (四舍五入).

    A relative 1e-9, a thousandth of a step at most, is added before rounding, so that 2.675 held as
    2.67499... goes up and a thousand million stays what it is.
    """
    figures = np.asarray(values, dtype=float)
    unit = 10.0**-decimals
    steps = np.abs(figures) / unit
    lift = np.minimum(steps * RELATIVE_EQUALITY, LARGEST_LIFT)
    rounded: Floats = np.sign(figures) * np.floor(steps + lift + 0.5) * unit
    return rounded


def cumulative_weights(start: int, deadline: int, periods_per_year: int) -> dict[int, float]:
    """Figures since January that add up to the sum from `start` to `deadline`, with their signs."""
    ends = range(start - start % periods_per_year + periods_per_year - 1, deadline, periods_per_year)
    weights = dict.fromkeys(ends, 1.0)
    weights[deadline] = 1.0
    if start % periods_per_year:
        weights[start - 1] = -1.0
    return weights
