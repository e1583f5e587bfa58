"""Many series as they were known on one date; gaps are explicit.

A panel is the whole evidence of a forecast: whatever is in it may inform every series of it, so
the caller puts in only what was known by the date the question is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

import numpy as np

from forecast.errors import SeriesError
from forecast.targets import Bools, Floats

FREQUENCIES = frozenset({1, 4, 12})


class Measure(StrEnum):
    """How values of an indicator add up over time (DESIGN: vocabulary)."""

    FLOW = "flow"
    STOCK = "stock"
    RATIO = "ratio"
    COUNTER = "counter"


SUMMED_MEASURES = (Measure.FLOW, Measure.COUNTER)
"""Measures whose figures of a year add up; a tuple, for members of an enum are slow to hash."""


class Reporting(StrEnum):
    """Whether a figure stands for its period alone or for the year up to it (累计)."""

    PERIOD = "period"
    YTD = "ytd"


@dataclass(frozen=True, eq=False)
class Series:
    """One indicator in one region, as known on one date.

    Parameters
    ----------
    series_id : str
        Unique within a panel; also seeds the draws of this series.
    periods_per_year : int
        1, 4 or 12.
    first : int
        Ordinal of the first value: year x periods_per_year + part - 1.
    values : ndarray, shape (n_periods,)
        As reported; NaN is a gap, never a zero. [indicator unit]
    measure : Measure
        flow, stock, ratio or counter.
    reporting : Reporting
        `ytd` figures run from January to their period; `period` figures stand alone.
    group : str
        Series with the same non-empty group are peers: the same indicator in other regions.
    lower, upper : float or None
        Bounds of what is possible. None is unknown; a negative lower bound keeps the models out of logs.
    batch_months : tuple of int
        Months (1..12) in which recognition arrives; before the first nothing is read as failure.
    provisional : ndarray of bool or None, shape (n_periods,)
        Preliminary figures: they never settle a question and carry a revision spread.
    numerator, denominator : str or None
        Series ids of a ratio in percent: 100 x numerator / denominator.

    Raises
    ------
    SeriesError
        If the frequency is unknown, values are infinite or not one-dimensional, bounds are crossed,
        a batch month is no month, lengths differ, or only one of numerator and denominator is given.
    """

    series_id: str
    periods_per_year: int
    first: int
    values: Floats
    measure: Measure = Measure.FLOW
    reporting: Reporting = Reporting.PERIOD
    group: str = ""
    lower: float | None = None
    upper: float | None = None
    batch_months: tuple[int, ...] = ()
    provisional: Bools | None = None
    numerator: str | None = None
    denominator: str | None = None

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=float)
        self._check(values)
        values.setflags(write=False)
        object.__setattr__(self, "values", values)
        if self.provisional is not None:
            marks = np.array(self.provisional, dtype=bool)
            if marks.shape != values.shape:
                raise SeriesError(
                    self.series_id, f"has {values.size} values, {marks.size} provisional marks."
                )
            marks.setflags(write=False)
            object.__setattr__(self, "provisional", marks)

    def _check(self, values: Floats) -> None:
        if self.periods_per_year not in FREQUENCIES:
            raise SeriesError(self.series_id, f"has {self.periods_per_year} periods a year, not 1, 4 or 12.")
        if values.ndim != 1:
            raise SeriesError(self.series_id, f"holds values of shape {values.shape}, not a row.")
        if np.isinf(values).any():
            raise SeriesError(self.series_id, "holds an infinite value.")
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            raise SeriesError(self.series_id, f"has no room in its bounds, {self.lower} to {self.upper}.")
        if not all(1 <= month <= 12 for month in self.batch_months):
            raise SeriesError(self.series_id, f"has batch months {self.batch_months}; months are 1 to 12.")
        if (self.numerator is None) != (self.denominator is None):
            raise SeriesError(self.series_id, "names a numerator or a denominator without the other.")

    @property
    def accumulates(self) -> bool:
        """Whether a measured value is a sum since January (flows and counters below a year)."""
        return self.periods_per_year > 1 and self.measure in SUMMED_MEASURES

    @property
    def first_batch(self) -> int:
        """Place in the year before which nothing is read from the figures (batch recognition), from 0."""
        return (min(self.batch_months) - 1) * self.periods_per_year // 12 if self.batch_months else 0

    @cached_property
    def only_grows(self) -> bool:
        """Whether what has been counted in a year can never become less."""
        known = self.measured[np.isfinite(self.measured)]
        return self.accumulates and (self.lower is None or self.lower >= 0) and bool((known >= 0).all())

    @cached_property
    def counts_whole(self) -> bool:
        """Whether it is a counter that has never been anything but a whole number."""
        known = self.values[np.isfinite(self.values)]
        return self.measure is Measure.COUNTER and bool((known == np.rint(known)).all())

    @cached_property
    def n_observations(self) -> int:
        """Number of values that are not gaps."""
        return int(np.isfinite(self.values).sum())

    @cached_property
    def observed_to(self) -> int | None:
        """Ordinal of the last value, final or not; None without any."""
        where = np.flatnonzero(np.isfinite(self.values))
        return self.first + int(where[-1]) if where.size else None

    @cached_property
    def parts(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Place of each value within its year, from 0."""
        return np.asarray((self.first + np.arange(self.values.size)) % self.periods_per_year, dtype=np.int64)

    def by_year(self, values: Floats) -> Floats:
        """Lay values of the series' own periods out by calendar year, shape (n_years, periods_per_year).

        NaN before the first period and after the last one.
        """
        per_year = self.periods_per_year
        lead = self.first % per_year
        flat = np.full(-(-(lead + values.size) // per_year) * per_year, np.nan)
        flat[lead : lead + values.size] = values
        return flat.reshape(-1, per_year)

    @cached_property
    def silent_parts(self) -> frozenset[int]:
        """Places within the year that are never reported (January), where at least two were passed."""
        if self.observed_to is None or self.periods_per_year == 1:
            return frozenset()
        known = np.flatnonzero(np.isfinite(self.values))
        inside = slice(int(known[0]), int(known[-1]) + 1)
        passed = np.bincount(self.parts[inside], minlength=self.periods_per_year)
        heard = np.bincount(self.parts[known], minlength=self.periods_per_year)
        return frozenset(np.flatnonzero((passed >= 2) & (heard == 0)).tolist())

    @cached_property
    def measured(self) -> Floats:
        """Values as targets measure them: sums since January for flows and counters below a year.

        A gap makes the rest of its year unknown in a period-reported flow; a place that is never
        reported is taken to be part of the next one (NBS publishes January and February together).
        """
        if not self.accumulates:
            return self.values
        silent = np.isin(self.parts, list(self.silent_parts))
        if self.reporting is Reporting.YTD:
            return _carry(self.values, self.parts, silent)
        return self._sum_years(np.where(silent, 0.0, self.values))

    @cached_property
    def is_final(self) -> Bools:
        """Whether each measured value is known and rests on no preliminary figure."""
        known = np.isfinite(self.measured)
        if self.provisional is None:
            return known
        if self.accumulates and self.reporting is Reporting.PERIOD:
            doubts = self._sum_years(self.provisional.astype(float))
            return np.asarray(known & (doubts == 0), dtype=bool)
        return np.asarray(known & ~self.provisional, dtype=bool)

    def _sum_years(self, values: Floats) -> Floats:
        """Sum within years; a first year that lacks only places never reported counts as whole."""
        lead = int(self.parts[0]) if self.parts.size else 0
        if not lead or not self.silent_parts.issuperset(range(lead)):
            return sums_since_january(values, self.parts)
        padded = np.concatenate([np.zeros(lead), values])
        return sums_since_january(padded, np.concatenate([np.arange(lead), self.parts]))[lead:]

    @cached_property
    def doubtful(self) -> Floats:
        """Part of each measured value that is preliminary; zero where nothing is."""
        if self.provisional is None:
            return np.zeros(self.values.size)
        if self.accumulates and self.reporting is Reporting.PERIOD:
            return self._sum_years(np.where(self.provisional, self.values, 0.0))
        return np.where(self.provisional, self.measured, 0.0)

    def final_between(self, begin: int, end: int) -> bool:
        """Whether every measured value from `begin` to `end` (ordinals) is known and final."""
        if begin < self.first or end >= self.first + self.values.size:
            return False
        return bool(self.is_final[begin - self.first : end - self.first + 1].all())


@dataclass(frozen=True, eq=False)
class Panel:
    """Series known on one date; the pool of every forecast made from it.

    Parameters
    ----------
    series : mapping of str to Series
        Ordered by id, so that sums over the pool do not depend on the order of loading.
    """

    series: Mapping[str, Series] = field(default_factory=dict)

    @classmethod
    def of(cls, series: Iterable[Series]) -> Panel:
        """Collect series.

        Raises
        ------
        SeriesError
            If an id comes twice.
        """
        found: dict[str, Series] = {}
        for one in series:
            if one.series_id in found:
                raise SeriesError(one.series_id, "comes twice in one panel.")
            found[one.series_id] = one
        return cls(MappingProxyType({key: found[key] for key in sorted(found)}))

    def __iter__(self) -> Iterator[Series]:
        return iter(self.series.values())

    def __len__(self) -> int:
        return len(self.series)

    def find(self, series_id: str) -> Series | None:
        """Return the series, or None."""
        return self.series.get(series_id)


def sums_since_january(values: Floats, parts: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Floats:
    """Sum period figures within each calendar year, along the last axis.

    Parameters
    ----------
    values : ndarray, shape (..., n_periods)
        Period figures; a NaN makes the rest of its year NaN.
    parts : ndarray of int, shape (n_periods,)
        Place of each column within its year. A year that begins inside the array before its first
        part has no known start and is NaN.

    Returns
    -------
    ndarray, shape (..., n_periods)
        Figures since January.
    """
    sums = np.full(values.shape, np.nan)
    starts = np.flatnonzero(parts == 0)
    ends = np.append(starts[1:], values.shape[-1])[: starts.size]
    for start, end in zip(starts, ends, strict=True):
        sums[..., start:end] = np.cumsum(values[..., start:end], axis=-1)
    return sums


def _carry(values: Floats, parts: np.ndarray[tuple[int], np.dtype[np.int64]], silent: Bools) -> Floats:
    """Give places that are never reported the figure before them in the same year, or zero."""
    filled = np.array(values)
    last = int(np.flatnonzero(np.isfinite(values))[-1]) if np.isfinite(values).any() else -1
    for place in np.flatnonzero(silent):
        if place < last:
            filled[place] = 0.0 if parts[place] == 0 else filled[place - 1]
    return filled
