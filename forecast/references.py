"""Rules that planning offices use today; shown beside the probability, never drivers of a colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

ON_TRACK = 0.95
ACCELERATE = 0.60


class GrowthRateVerdict(StrEnum):
    """Categories of the growth-rate rule, in the words of Statistics Canada."""

    ACHIEVED = "achieved"
    ON_TRACK = "on_track"
    ACCELERATION_NEEDED = "acceleration_needed"
    LIMITED_PROGRESS = "limited_progress"
    DETERIORATION = "deterioration"


@dataclass(frozen=True)
class StraightLine:
    """What 序时进度 says.

    Parameters
    ----------
    achieved : float
        Year-to-date figure as a share of the annual target.
    due : float
        Share of the year that is over.
    """

    achieved: float
    due: float

    @property
    def is_on_schedule(self) -> bool:
        """Whether the share achieved is not below the share due."""
        return self.achieved >= self.due - 1e-9


@dataclass(frozen=True)
class GrowthRateRule:
    """What the growth-rate rule says.

    Parameters
    ----------
    actual_pct, required_pct : float
        Compound annual growth since the base, and the one the target needs from the base. [percent]
    ratio : float
        Actual over the size of the required, positive in the wanted direction; NaN when none is required.
    verdict : GrowthRateVerdict
        Category by the published thresholds.
    """

    actual_pct: float
    required_pct: float
    ratio: float
    verdict: GrowthRateVerdict


def straight_line(ytd: float, target: float, *, months_elapsed: int) -> StraightLine:
    """Compare the share achieved with the share of the year that is over (序时进度).

    Parameters
    ----------
    ytd : float
        Figure since January. [unit of `target`]
    target : float
        Annual target, above zero.
    months_elapsed : int
        1 to 12.

    Returns
    -------
    StraightLine
        Share achieved and share due.

    Raises
    ------
    ValueError
        If the target is not above zero or the months are not 1 to 12.

    Examples
    --------
    >>> straight_line(30.0, 60.0, months_elapsed=9).is_on_schedule
    False
    """
    if target <= 0 or not 1 <= months_elapsed <= 12:
        raise ValueError(f"needs a target above zero and 1 to 12 months, not {target} and {months_elapsed}")
    return StraightLine(ytd / target, months_elapsed / 12)


def last_year_share(
    ytd: float, target: float, *, ytd_last_year: float, total_last_year: float
) -> StraightLine:
    """Compare the share achieved with the share that was there at the same month of last year.

    Parameters
    ----------
    ytd, target : float
        As in `straight_line`.
    ytd_last_year, total_last_year : float
        Figure since January at the same month, and the whole of last year, the latter above zero.

    Returns
    -------
    StraightLine
        Share achieved, and last year's share as the one due.

    Raises
    ------
    ValueError
        If the target or last year's total is not above zero.
    """
    if target <= 0 or total_last_year <= 0:
        raise ValueError(f"needs a target and a total above zero, not {target} and {total_last_year}")
    return StraightLine(ytd / target, ytd_last_year / total_last_year)


def growth_rate_rule(
    *,
    base: float,
    latest: float,
    target: float,
    years_elapsed: float,
    years_in_all: float,
    higher_is_better: bool = True,
) -> GrowthRateRule:
    """Compare compound annual growth since the base with the growth that the target needs.

    Parameters
    ----------
    base, latest, target : float
        Values above zero at the base period, now, and wanted at the deadline. [indicator unit]
    years_elapsed, years_in_all : float
        From the base to the latest value, and from the base to the deadline, above zero.
    higher_is_better : bool
        Direction wanted.

    Returns
    -------
    GrowthRateRule
        Both rates, R = CAGR_actual / |CAGR_required| x direction, and the verdict: achieved; R >= 95 %
        on track; >= 60 % acceleration needed; >= 0 limited progress; below zero deterioration.

    Raises
    ------
    ValueError
        If a value or a number of years is not above zero.

    Notes
    -----
    Source: Statistics Canada, Progress Measurement for Canada's Sustainable Development Goals,
    "Indicators with quantitative targets"; after Eurostat, Sustainable development in the European
    Union: monitoring report, annex on the assessment of trends with a target.

    Examples
    --------
    >>> growth_rate_rule(base=100, latest=104, target=121, years_elapsed=1, years_in_all=2).verdict
    <GrowthRateVerdict.LIMITED_PROGRESS: 'limited_progress'>
    """
    if min(base, latest, target, years_elapsed, years_in_all) <= 0:
        raise ValueError("values and years must be above zero")
    actual = (latest / base) ** (1 / years_elapsed) - 1
    required = (target / base) ** (1 / years_in_all) - 1
    direction = 1 if higher_is_better else -1
    ratio = direction * actual / abs(required) if required else float("nan")
    is_met = direction * (latest - target) >= 0
    return GrowthRateRule(100 * actual, 100 * required, ratio, _verdict(ratio, direction * actual, is_met))


def _verdict(ratio: float, progress: float, is_met: bool) -> GrowthRateVerdict:
    if is_met:
        return GrowthRateVerdict.ACHIEVED
    if ratio >= ON_TRACK:
        return GrowthRateVerdict.ON_TRACK
    if ratio >= ACCELERATE:
        return GrowthRateVerdict.ACCELERATION_NEEDED
    return GrowthRateVerdict.LIMITED_PROGRESS if progress >= 0 else GrowthRateVerdict.DETERIORATION


@dataclass(frozen=True)
class Pace:
    """What is being added per period against what would be needed.

    Parameters
    ----------
    required : float
        Needed per remaining period; NaN when none remains. [unit per period]
    last : float
        Added in the last period. NaN without one.
    mean_of_last_three : float
        Mean of the last three additions (of fewer, where there are fewer).
    best : float
        Best addition on record: the largest, or the smallest where lower is better.
    n_reached, n_compared : int
        How many of the last periods compared reached the required pace.
    """

    required: float
    last: float
    mean_of_last_three: float
    best: float
    n_reached: int
    n_compared: int


def pace(
    additions: Sequence[float],
    *,
    needed: float,
    periods_left: int,
    higher_is_better: bool = True,
    compare_last: int = 12,
) -> Pace:
    """Compare the pace a target needs with the paces on record.

    Parameters
    ----------
    additions : sequence of float
        What each past period added, oldest first: period figures of a flow or counter, differences of
        a stock or a ratio. NaN is a gap and is left out. [indicator unit]
    needed : float
        What is still to be added until the deadline (target less what is there). [indicator unit]
    periods_left : int
        Periods from the last observed to the deadline.
    higher_is_better : bool
        Polarity.
    compare_last : int
        How many of the latest additions are held against the required pace.

    Returns
    -------
    Pace
        NaN where there is nothing on record.

    Source: docs/methods.md, section 9.

    Examples
    --------
    >>> pace([5.0, 7.0, 9.0], needed=16.0, periods_left=2).n_reached
    1
    """
    known = np.array([a for a in additions if np.isfinite(a)])
    required = needed / periods_left if periods_left > 0 else float("nan")
    recent = known[-compare_last:]
    reached = recent >= required - 1e-9 if higher_is_better else recent <= required + 1e-9
    if not known.size:
        return Pace(required, float("nan"), float("nan"), float("nan"), 0, 0)
    best = known.max() if higher_is_better else known.min()
    return Pace(
        required, float(known[-1]), float(known[-3:].mean()), float(best), int(reached.sum()), recent.size
    )
