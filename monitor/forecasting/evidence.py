"""Figures of many series with the day each became known, and the panel of any day cut from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import forecast
from forecast.bulk import panel_in_bulk

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEVER = 1 << 30
"""A day after all days."""
ALWAYS = 0
"""A day before all days."""


@dataclass(frozen=True)
class Evidence:
    """Everything the files know, by the day it became known.

    Parameters
    ----------
    names : sequence of str, length n_series
        Series ids in ascending order.
    periods_per_year : ndarray of int, shape (n_series,)
        1, 4 or 12.
    first_known, bad_from : ndarray of int, shape (n_series,)
        Day of the first figure; day from which something known of the series cannot be used, so
        that it is left out. A slip that came later changes nothing earlier.
    templates, template_of
        See `forecast.bulk.panel_in_bulk`.
    series, period, known : ndarray of int, shape (n_figures,)
        Place in `names`, period ordinal and day known; ascending in that order.
    values : ndarray, shape (n_figures,)
        NaN says that the period has no figure.
    """

    names: Sequence[str]
    periods_per_year: Ints
    first_known: Ints
    bad_from: Ints
    templates: Sequence[forecast.Series]
    template_of: Ints
    series: Ints
    period: Ints
    known: Ints
    values: Floats

    def known_on(self, day: int) -> KnownThen:
        """What was known at the end of a day: of each period the latest release by then."""
        usable = self.known <= day
        is_bad = self.bad_from <= day
        if is_bad.any():
            usable &= ~is_bad[self.series]
        series, period, values = _kept(usable, self.series, self.period, self.values)
        # Releases of one period stand together, the latest known last.
        is_latest = np.ones(series.size, dtype=bool)
        is_latest[:-1] = (series[1:] != series[:-1]) | (period[1:] != period[:-1])
        series, period, values = _kept(is_latest, series, period, values)
        starts = np.flatnonzero(np.diff(series, prepend=-1))
        ends = np.append(starts[1:], series.size)[: starts.size]
        chosen, first = series[starts], period[starts]
        offsets = np.concatenate([[0], np.cumsum(period[ends - 1] - first + 1)]).astype(np.int64)
        laid = np.full(int(offsets[-1]), np.nan)
        laid[np.repeat(offsets[:-1] - first, ends - starts) + period] = values
        return KnownThen(
            names=[self.names[place] for place in chosen.tolist()],
            templates=self.templates,
            template_of=self.template_of[chosen],
            periods_per_year=self.periods_per_year[chosen],
            first=first,
            values=laid,
            offsets=offsets,
        )


def _kept(chosen: Bools, *columns: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """The chosen rows of some columns; these themselves where all are."""
    return columns if chosen.all() else tuple(column[chosen] for column in columns)


@dataclass(frozen=True)
class KnownThen:
    """What was known on one day, in few arrays that travel well; see `forecast.bulk.panel_in_bulk`."""

    names: Sequence[str]
    templates: Sequence[forecast.Series]
    template_of: Ints
    periods_per_year: Ints
    first: Ints
    values: Floats
    offsets: Ints

    def panel(self) -> forecast.Panel:
        """The panel of that day."""
        return panel_in_bulk(
            self.names,
            templates=self.templates,
            template_of=self.template_of,
            periods_per_year=self.periods_per_year,
            first=self.first,
            values=self.values,
            offsets=self.offsets,
        )
