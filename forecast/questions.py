"""What is asked and what is answered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from forecast.errors import QuestionError
from forecast.targets import (
    KINDS_FROM_FIRST_COUNTED,
    KINDS_WITH_WINDOW,
    Comparator,
    TargetKind,
)

QUANTILE_LEVELS = (0.025, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.975)
"""Levels at which an answer describes the compared quantity."""


class Reason(StrEnum):
    """Why an answer is as it is; only `ok` and `settled` carry a probability."""

    OK = "ok"
    SETTLED = "settled"
    NO_DATA = "no_data"
    TOO_SHORT = "too_short"
    MISSING_BASE = "missing_base"
    MILESTONE = "milestone"
    NO_PEERS = "no_peers"
    UNKNOWN_SERIES = "unknown_series"
    UNFIT_KIND = "unfit_kind"
    MODEL_FAILED = "model_failed"


@dataclass(frozen=True)
class Question:
    """One target, in the terms of the series it stands on.

    Parameters
    ----------
    question_id : str
        Returned with the answer.
    series_id : str
        Series the target stands on.
    kind : TargetKind
        What is compared.
    comparator : Comparator
        How it must stand to the target; for direction see `comparison`, milestone does not read it.
    value : float or None
        Target: percent for growth kinds, percentage points for change_pp, a ratio for multiple, k for
        rank, else the indicator's unit. None or NaN for direction and milestone.
    deadline : int
        Ordinal of the deadline period at the series' frequency.
    start : int or None
        Ordinal of the base period, or of the first counted one for cumulative, growth_each_year and
        direction; None is the default of `forecast.targets.window_start`.
    value_upper : float or None
        Upper end for between.
    decimals : int or None
        Published decimals of the compared quantity; None compares without rounding.
    about_tolerance : float
        What `about` allows below the value (above it where lower is better).
    higher_is_better : bool
        Polarity.
    peers : tuple of str
        Series ids of the peers, for rank.

    Raises
    ------
    QuestionError
        If a value is missing or infinite, between has no upper end above the lower one, the start is
        after the deadline (or on it, where it is a base), or the tolerance is below zero.
    """

    question_id: str
    series_id: str
    kind: TargetKind
    comparator: Comparator
    value: float | None
    deadline: int
    start: int | None = None
    value_upper: float | None = None
    decimals: int | None = None
    about_tolerance: float = 0.0
    higher_is_better: bool = True
    peers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        needs_value = self.kind not in {TargetKind.DIRECTION, TargetKind.MILESTONE}
        if needs_value and (self.value is None or not math.isfinite(self.value)):
            raise QuestionError(self.question_id, f"{self.kind} needs a finite value, not {self.value}.")
        if needs_value and self.comparator is Comparator.BETWEEN:
            self._check_band()
        if self.about_tolerance < 0:
            raise QuestionError(self.question_id, f"the tolerance {self.about_tolerance} is below zero.")
        if self.start is not None and self.kind in KINDS_WITH_WINDOW:
            self._check_start(self.start)

    def _check_band(self) -> None:
        if self.value is None or self.value_upper is None or not self.value_upper >= self.value:
            raise QuestionError(
                self.question_id, f"between needs two ends in order, not {self.value} and {self.value_upper}."
            )

    def _check_start(self, start: int) -> None:
        first_counted = self.kind in KINDS_FROM_FIRST_COUNTED
        if start > self.deadline or (start == self.deadline and not first_counted):
            raise QuestionError(
                self.question_id, f"the start {start} leaves no window before the deadline {self.deadline}."
            )

    @property
    def comparison(self) -> tuple[Comparator, float]:
        """The comparator and value that decide.

        A direction asks that the worst yearly difference lie beyond zero, or, with at_least or
        at_most (不减), not on the wrong side of it.
        """
        if self.kind is TargetKind.DIRECTION:
            may_stand_still = self.comparator in {Comparator.AT_LEAST, Comparator.AT_MOST}
            if self.higher_is_better:
                return (Comparator.AT_LEAST if may_stand_still else Comparator.MORE_THAN), 0.0
            return (Comparator.AT_MOST if may_stand_still else Comparator.LESS_THAN), 0.0
        return self.comparator, math.nan if self.value is None else self.value

    @property
    def middle(self) -> float | None:
        """Centre of the band of a between, else None."""
        if self.comparator is not Comparator.BETWEEN or self.value is None or self.value_upper is None:
            return None
        return (self.value + self.value_upper) / 2


class Answer(NamedTuple):
    """How likely a target is to be met, and on what evidence.

    A named tuple: panels are answered by the ten thousand, and a frozen dataclass takes three times as long
    to make.

    Parameters
    ----------
    question_id : str
        The question's.
    probability_met : float or None
        Exactly 0 or 1 only when settled; None when nothing can be said, with the reason.
    quantiles : tuple of float or None
        Quantiles of the compared quantity at `QUANTILE_LEVELS`.
    observed_to : int or None
        Ordinal of the last observed period of the series, preliminary ones included.
    n_observations : int
        Observed periods of the series.
    method : str
        Model that drew the path; "observed" when every value that enters is known and final; ""
        when there is none.
    reason : Reason
        "ok", "settled", or why there is no probability.
    """

    question_id: str
    probability_met: float | None
    quantiles: tuple[float, ...] | None
    observed_to: int | None
    n_observations: int
    method: str
    reason: Reason
