"""A series as single-series libraries want it: one number per period on the modelling scale.

Flows reported since January are taken apart into flows of single periods; places of the year that are
never reported (January) leave the calendar, so that a year of eleven figures is a season of eleven.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from forecast.panel import Reporting, Series
from forecast.spaces import Space, choose_space
from forecast.targets import Floats

Ordinals = np.ndarray[tuple[int], np.dtype[np.int64]]

LEAST_SHARE_KNOWN = 0.6
"""The part of a history that is modelled begins where at least this share of its periods is known."""

FLAT = 1e-9
"""A series whose values differ by less than this on the modelling scale is constant."""


@dataclass(frozen=True, eq=False)
class History:
    """The modelled past of one series.

    Parameters
    ----------
    series : Series
        As known.
    space : Space
        Modelling scale of the single periods.
    ordinals : ndarray of int, shape (n,)
        Modelled periods, without the places that are never reported.
    x : ndarray, shape (n,)
        Values of single periods on the scale; NaN is a gap, the first and the last are known.
    """

    series: Series
    space: Space
    ordinals: Ordinals
    x: Floats

    @property
    def last(self) -> int:
        """Ordinal of the last modelled period."""
        return int(self.ordinals[-1])

    @property
    def season(self) -> int:
        """Modelled periods a year; 1 for annual series."""
        return self.series.periods_per_year - len(self.series.silent_parts)

    @property
    def n_known(self) -> int:
        """Modelled periods that are not gaps."""
        return int(np.isfinite(self.x).sum())

    @property
    def is_constant(self) -> bool:
        """Whether every known value is the same."""
        return float(np.nanmax(self.x) - np.nanmin(self.x)) < FLAT

    @cached_property
    def filled(self) -> Floats:
        """Values with gaps on the line between their neighbours, moved by the season of their place."""
        parts = self.ordinals % self.series.periods_per_year
        where = np.arange(self.x.size)
        known = np.isfinite(self.x)
        line = np.interp(where, where[known], self.x[known])
        for part in set(parts[~known].tolist()) if self.season > 1 else ():
            here = known & (parts == part)
            usual = float(np.mean(self.x[here] - _centre(line, self.season)[here])) if here.any() else 0.0
            gaps = ~known & (parts == part)
            line[gaps] = _centre(line, self.season)[gaps] + usual
        return line

    def future(self, until: int) -> Ordinals:
        """Modelled periods after the last one, up to `until`, shape (n_steps,)."""
        ahead = np.arange(self.last + 1, max(until, self.last) + 1)
        silent = np.isin(ahead % self.series.periods_per_year, list(self.series.silent_parts))
        return np.asarray(ahead[~silent], dtype=np.int64)

    def ahead(self, n_steps: int) -> Ordinals:
        """The next modelled periods, shape (n_steps,)."""
        years = n_steps // max(self.season, 1) + 1
        return self.future(self.last + years * self.series.periods_per_year)[:n_steps]

    def since(self, ordinal: int) -> History:
        """The same history from a later period on."""
        keep = self.ordinals >= ordinal
        return replace(self, ordinals=self.ordinals[keep], x=self.x[keep])


def history_of(series: Series) -> History | None:
    """Take a series apart into single periods.

    Parameters
    ----------
    series : Series
        Of any frequency and way of reporting.

    Returns
    -------
    History or None
        None without a single known period. A thin beginning (more than two periods in five unknown from
        there on) is left out.
    """
    begin, values = _single_periods(series)
    ordinals = np.arange(begin, begin + values.size)
    spoken = ~np.isin(ordinals % series.periods_per_year, list(series.silent_parts))
    ordinals, values = ordinals[spoken], values[spoken]
    known = np.flatnonzero(np.isfinite(values))
    if not known.size:
        return None
    ends = known[-1] + 1
    counts = np.arange(known.size, 0, -1)
    dense = known[counts >= LEAST_SHARE_KNOWN * (ends - known)]
    inside = slice(int(dense[0]), int(ends))
    # A bound on the year says nothing about one month of it.
    bounded = replace(series, upper=None) if series.accumulates else series
    space = choose_space(bounded, values[inside])
    return History(series, space, np.asarray(ordinals[inside], dtype=np.int64), space.forward(values[inside]))


def _single_periods(series: Series) -> tuple[int, Floats]:
    """First ordinal and values of single periods."""
    if not series.accumulates or series.reporting is Reporting.PERIOD:
        return series.first, series.values
    years = series.by_year(series.values)
    flows = np.full(years.shape, np.nan)
    spoken = [p for p in range(series.periods_per_year) if p not in series.silent_parts]
    flows[:, spoken] = _split(years[:, spoken])
    if series.only_grows:
        # A figure corrected downwards within the year is no negative flow.
        flows = np.where(np.isfinite(flows), np.maximum(flows, 0.0), np.nan)
    return series.first - series.first % series.periods_per_year, flows.reshape(-1)


def _split(sums: Floats) -> Floats:
    """Take sums since January apart, year by year; a sum over missing periods is shared out as usual."""
    before = np.concatenate([np.zeros((len(sums), 1)), sums[:, :-1]], axis=1)
    flows: Floats = sums - before
    seen = np.isfinite(flows)
    means = np.where(seen, flows, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    typical = float(means[means > 0].mean()) if (means > 0).any() else 1.0
    usual = np.where(means > 0, means, typical)
    for year, row in enumerate(sums):
        start = 0
        for end in np.flatnonzero(np.isfinite(row)):
            span = slice(start, int(end) + 1)
            gained = row[end] - (row[start - 1] if start else 0.0)
            flows[year, span] = gained * usual[span] / usual[span].sum()
            start = int(end) + 1
    return flows


def _centre(line: Floats, season: int) -> Floats:
    """Moving mean over a season, the ends held."""
    padded = np.pad(line, (season // 2, season - 1 - season // 2), mode="edge")
    centred: Floats = np.convolve(padded, np.full(season, 1 / season), mode="valid")
    return centred
