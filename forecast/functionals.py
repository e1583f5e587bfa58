"""Target kinds as functionals of a path: one number per draw.

A path holds one value per period, the known past and the drawn future alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from forecast.targets import (
    KINDS_ON_A_BASE,
    Comparator,
    Floats,
    TargetKind,
    cumulative_weights,
    entering_periods,
    has_ceiling,
    window_start,
)


def quantity(
    kind: TargetKind,
    paths: ArrayLike,
    *,
    first: int,
    deadline: int,
    start: int | None = None,
    periods_per_year: int = 1,
    comparator: Comparator = Comparator.AT_LEAST,
    middle: float | None = None,
    higher_is_better: bool = True,
    peers: ArrayLike | None = None,
) -> Floats:
    """Reduce paths to the one number per draw that is compared with the target.

    Parameters
    ----------
    kind : TargetKind
        What is compared; a milestone has no quantity.
    paths : array, shape (n_draws, n_periods) or (n_periods,)
        Measured values: levels of stocks and ratios, figures since January for flows and counters
        (an annual total is that figure at the year's end). [indicator unit]
    first : int
        Ordinal of the first column.
    deadline, start : int
        Ordinals; see `window_start`.
    periods_per_year : int
        1, 4 or 12.
    comparator : Comparator
        Decides which year is the worst in growth_each_year: the lowest against a floor, the highest
        against a ceiling, the farthest from `middle` for between.
    middle : float or None
        Centre of the band, for growth_each_year with between. [percent]
    higher_is_better : bool
        Polarity, for rank, direction and about.
    peers : array, shape (n_peers, n_draws), optional
        Values of the peers at the deadline, for rank.

    Returns
    -------
    ndarray, shape (n_draws,)
        Percent for growth kinds, percentage points for change_pp, a plain ratio for multiple,
        1 + number of strictly better peers for rank, the worst yearly difference for direction,
        else the indicator's unit. NaN where a value is missing or a base is not above zero.

    Raises
    ------
    IndexError
        If a period that enters lies outside `paths`.

    Source: docs/methods.md, section 1.
    """
    table = np.atleast_2d(np.asarray(paths, dtype=float))
    periods = entering_periods(kind, deadline=deadline, start=start, periods_per_year=periods_per_year)
    columns = [t - first for t in periods]
    if columns and not 0 <= min(columns) <= max(columns) < table.shape[1]:
        last = first + table.shape[1] - 1
        raise IndexError(f"{kind} needs periods {periods}; the paths hold {first} to {last}")
    return reduce_entering(
        kind,
        table[:, columns],
        deadline=deadline,
        start=start,
        periods_per_year=periods_per_year,
        comparator=comparator,
        middle=middle,
        higher_is_better=higher_is_better,
        peers=None if peers is None else np.atleast_2d(np.asarray(peers, dtype=float)),
    )


def reduce_entering(
    kind: TargetKind,
    values: Floats,
    *,
    deadline: int,
    start: int | None,
    periods_per_year: int,
    comparator: Comparator,
    middle: float | None,
    higher_is_better: bool,
    peers: Floats | None,
) -> Floats:
    """Do the arithmetic of `quantity` on the columns named by `entering_periods`.

    Parameters
    ----------
    kind : TargetKind
        What is compared.
    values : ndarray, shape (n_draws, n_entering)
        Values of the entering periods, oldest first.
    deadline, start, periods_per_year, comparator, middle, higher_is_better, peers
        As in `quantity`.

    Returns
    -------
    ndarray, shape (n_draws,)
        The compared quantity.
    """
    begin = window_start(kind, start, deadline=deadline, periods_per_year=periods_per_year)
    if kind in KINDS_ON_A_BASE:
        years = (deadline - begin) / periods_per_year
        is_ceiling = has_ceiling(comparator, higher_is_better=higher_is_better)
        return _relative(kind, values, years, is_ceiling, middle)
    if kind is TargetKind.MILESTONE:
        return np.full(len(values), np.nan)
    compared: Floats = values[:, -1]
    match kind:
        case TargetKind.NET_INCREASE | TargetKind.CHANGE_PP:
            compared = compared - values[:, 0]
        case TargetKind.CUMULATIVE:
            weights = cumulative_weights(begin, deadline, periods_per_year)
            compared = values @ np.array([weights[t] for t in sorted(weights)])
        case TargetKind.RANK:
            compared = _rank(compared, peers, higher_is_better)
        case TargetKind.DIRECTION:
            steps = np.diff(values, axis=1)
            compared = steps.min(axis=1) if higher_is_better else steps.max(axis=1)
    return compared


def _relative(
    kind: TargetKind, values: Floats, years: float, is_ceiling: bool, middle: float | None
) -> Floats:
    """Growth, average growth, growth each year and multiple."""
    bases = np.where(values[:, :-1] > 0, values[:, :-1], np.nan)
    ratios: Floats = values[:, 1:] / bases
    if kind is TargetKind.MULTIPLE:
        multiple: Floats = ratios[:, -1]
        return multiple
    if kind is TargetKind.AVERAGE_GROWTH:
        average: Floats = 100 * (np.maximum(ratios[:, -1], 0) ** (1 / years) - 1)
        return average
    growth = 100 * (ratios - 1)
    if middle is not None:
        filled = np.where(np.isnan(growth), np.inf, np.abs(growth - middle))
        farthest: Floats = growth[np.arange(len(growth)), filled.argmax(axis=1)]
        return farthest
    worst: Floats = growth.max(axis=1) if is_ceiling else growth.min(axis=1)
    return worst


def _rank(values: Floats, peers: Floats | None, higher_is_better: bool) -> Floats:
    others = np.empty((0, len(values))) if peers is None else peers
    better = others > values if higher_is_better else others < values
    rank: Floats = np.where(np.isnan(values), np.nan, 1.0 + better.sum(axis=0))
    return rank
