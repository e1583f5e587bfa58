"""A total divided into shares that are all equally likely to be reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecast.targets import Floats

_HALVINGS = 60
"""Bisection steps: the level is then known to the last digit of a float."""


@dataclass(frozen=True)
class EqualShares:
    """Shares of a total.

    Parameters
    ----------
    level : float
        Quantile level all free shares stand on: one minus the common chance of a floor, the common
        chance of a ceiling. [0..1]
    values : tuple of float
        One share per part, in the order given. They add up to the total.
    is_within : bool
        Whether some level gives exactly the total; else every free part is at the end of its draws, and
        what is missing is added in proportion.
    """

    level: float
    values: tuple[float, ...]
    is_within: bool


def equal_chance_shares(
    parts: Sequence[Floats],
    total: float,
    *,
    lower: Sequence[float | None] = (),
    upper: Sequence[float | None] = (),
) -> EqualShares:
    """Find the one quantile level at which the parts add up to the total.

    The quantile of every part rises with the level, so does their sum, and the level is unique.

    Parameters
    ----------
    parts : sequence of ndarray, shape (n_draws,)
        Draws of the compared quantity of each part; a part that is known has one draw. NaN is left out.
        [unit of `total`]
    total : float
        What the shares add up to.
    lower, upper : sequence of float or None
        Least and largest share of each part, in the order of `parts`; None sets none. Both equal holds
        a share fixed. Empty for none at all.

    Returns
    -------
    EqualShares

    Raises
    ------
    ValueError
        If there are no parts, a part has no draws, or the limits leave no room for the total.

    Examples
    --------
    >>> import numpy as np
    >>> found = equal_chance_shares([np.arange(11.0), 10 + 2 * np.arange(11.0)], 25.0)
    >>> found.level, found.values
    (0.5, (5.0, 20.0))
    """
    rising = [np.sort(part[np.isfinite(part)]) for part in parts]
    if not rising or not all(part.size for part in rising):
        raise ValueError("every part needs draws")
    least = np.array([-np.inf if one is None else one for one in lower or [None] * len(rising)])
    most = np.array([np.inf if one is None else one for one in upper or [None] * len(rising)])
    _check_room(total, least, most)

    def shares_at(level: float) -> Floats:
        values: Floats = np.clip([_quantile(part, level) for part in rising], least, most)
        return values

    low, high = 0.0, 1.0
    if shares_at(low).sum() >= total or shares_at(high).sum() <= total:
        level = low if shares_at(low).sum() >= total else high
        values = shares_at(level)
        is_within = bool(np.isclose(values.sum(), total))
        return EqualShares(level, tuple(_topped_up(values, total, least, most).tolist()), is_within)
    for _ in range(_HALVINGS):
        level = (low + high) / 2
        low, high = (level, high) if shares_at(level).sum() < total else (low, level)
    return EqualShares(high, tuple(_topped_up(shares_at(high), total, least, most).tolist()), True)


def round_keeping_sum(values: Sequence[float], total: float, *, decimals: int) -> tuple[float, ...]:
    """Round values so that they still add up to the total, each by less than one last digit.

    Parameters
    ----------
    values : sequence of float
        They add up to `total`.
    total : float
        A multiple of the last digit.
    decimals : int
        Decimals to keep.

    Examples
    --------
    >>> round_keeping_sum([3.34, 3.33, 3.33], 10.0, decimals=0)
    (4.0, 3.0, 3.0)
    """
    digits = np.asarray(values, dtype=float) * 10.0**decimals
    whole = np.floor(digits + 1e-9)
    missing = round(total * 10.0**decimals - float(whole.sum()))
    largest_first = np.argsort(whole - digits, kind="stable")
    whole[largest_first[:missing]] += 1
    return tuple(round(float(one) / 10.0**decimals, max(decimals, 0)) for one in whole)


def _check_room(total: float, least: Floats, most: Floats) -> None:
    slack = 1e-9 * max(1.0, abs(total))
    if (least > most).any() or least.sum() > total + slack or most.sum() < total - slack:
        raise ValueError("the limits leave no room for the total")


def _quantile(rising: Floats, level: float) -> float:
    place = (rising.size - 1) * level
    low = int(place)
    high = min(low + 1, rising.size - 1)
    return float(rising[low] + (place - low) * (rising[high] - rising[low]))


def _topped_up(values: Floats, total: float, least: Floats, most: Floats) -> Floats:
    """Add what is missing in proportion to the shares, as far as the limits let each have it."""
    for _ in range(len(values)):
        missing = total - values.sum()
        room = (values < most) if missing > 0 else (values > least)
        if abs(missing) <= 1e-12 * max(1.0, abs(total)) or not room.any():
            break
        weights = np.where(room, np.abs(values), 0.0)
        weights = weights / weights.sum() if weights.sum() else room / room.sum()
        values = np.clip(values + missing * weights, least, most)
    return values
