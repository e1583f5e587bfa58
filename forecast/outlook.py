"""Forecasts of many series before anything is drawn for one of them.

A path of series i is location + spread x a row of its template, on the series' modelling scale. Questions
about one value of one path therefore need no draws: the sorted template answers them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from forecast.panel import Measure, Series
from forecast.spaces import Space
from forecast.targets import Floats, Ints
from forecast.templates import Template


@dataclass(frozen=True, eq=False)
class Outlook:
    """Where the paths of n series go.

    Parameters
    ----------
    series : tuple of Series
        The known past.
    observed_to, n_observations : ndarray of int, shape (n,)
        Ordinal of the last known value, and how many are known.
    periods : ndarray of int, shape (n, n_columns)
        Ordinals of the forecast values.
    location, spread : ndarray, shape (n, n_columns)
        On each series' modelling scale, times its sign.
    templates : tuple of Template
        Standardised residual paths.
    template_of : ndarray of int, shape (n,)
        Which of them each series takes.
    spaces : tuple of Space
        Modelling scales.
    sign : ndarray, shape (n,)
        -1 where a series is modelled upside down, 0 where it has no way up (all zeros).
    floor : ndarray, shape (n,)
        What a value cannot fall below; -inf where nothing holds it. [indicator unit]
    name : str
        Model.
    reach : float
        No draw lies further than this from its location, on the modelling scale.
    """

    series: tuple[Series, ...]
    observed_to: Ints
    n_observations: Ints
    periods: Ints
    location: Floats
    spread: Floats
    templates: tuple[Template, ...]
    template_of: Ints
    spaces: tuple[Space, ...]
    sign: Floats
    floor: Floats
    name: str
    reach: float = np.inf

    def held(self, away: Floats) -> Floats:
        """Distances of draws from their location, within reach, in the place of these."""
        return np.clip(away, -self.reach, self.reach, out=away)

    @property
    def width(self) -> int:
        """Number of forecast values of each series."""
        return int(self.location.shape[1])

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row of each series id."""
        return {one.series_id: row for row, one in enumerate(self.series)}

    @cached_property
    def is_plain(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Rows on plain logs without preliminary figures: those that need no drawing.

        Counters are none of them, they have a family of their own.
        """
        spaces = {id(space): space for space in self.spaces}  # thousands of series share a few
        plain = {
            key
            for key, space in spaces.items()
            if space.kind == "log" and space.lower <= 0 and space.upper == np.inf
        }
        counter = Measure.COUNTER  # looking up a member of an enum takes longer than all the rest of a row
        return np.array(
            [
                id(space) in plain
                and one.measure is not counter
                and (one.provisional is None or not one.provisional.any())
                for space, one in zip(self.spaces, self.series, strict=True)
            ]
        )
