"""The scale on which a series is modelled: logs, logs of a count, logits, or levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forecast.panel import Measure, Series
from forecast.targets import Floats

COUNT_OFFSET = 0.5
"""Counters with zeros are modelled as log(y + 0.5)."""

LOGIT_MARGIN = 0.005
"""Share of the range added at both ends where a value lies on a bound, so that it has a finite logit."""

LEAST_DISTANCE = 1e-4
"""Values nearer to a bound than this share of the range have the logit of this distance."""

LARGEST_EXPONENT = 300.0
"""Draws beyond this in logs are held there: far past any use, short of overflow."""

REVISION_SD = 0.015
"""Spread of final over preliminary figures, in logs.

Root mean square of log(final / preliminary) over the 14 pairs of one indicator, region and period in the
shipped observations where the final or revised announcement followed the preliminary one (R&D expenditure
and intensity, fiscal science expenditure, high-tech revenue): 0.015; the largest is 0.038. Left out: one
preliminary "more than 1,500", which is a floor, one final dated before its preliminary, and the revisions
by later economic censuses, which change the definition. Source: docs/methods.md, section 3.
"""


@dataclass(frozen=True)
class Space:
    """A scale with its way there and back.

    Parameters
    ----------
    kind : str
        "log", "count", "logit" or "level".
    scale : float
        Size by which levels are divided, so that their spreads can be pooled.
    bottom, top : float
        Ends of the range, for logits.
    margin : float
        Added at both ends, for logits. [share of the range]
    floor : float
        Smallest value that still counts as begun; anything less is taken to be this much.
    lower, upper : float
        Bounds to which values are clipped on the way back.
    """

    kind: str
    scale: float = 1.0
    bottom: float = 0.0
    top: float = 1.0
    margin: float = 0.0
    floor: float = 0.0
    lower: float = -np.inf
    upper: float = np.inf

    @property
    def pool_kind(self) -> str:
        """Name under which spreads are comparable: logs of values and of counts are."""
        return "log" if self.kind == "count" else self.kind

    def forward(self, values: ArrayLike) -> Floats:
        """Take values to the scale; NaN stays NaN."""
        y = np.asarray(values, dtype=float)
        if self.kind == "log":
            return np.asarray(np.log(np.maximum(y, max(self.floor, 1e-300))))
        if self.kind == "count":
            return np.asarray(np.log(np.maximum(y, 0.0) + COUNT_OFFSET))
        if self.kind == "logit":
            margin = self.margin * (self.top - self.bottom)
            least = LEAST_DISTANCE * (self.top - self.bottom)
            above = np.maximum(y - self.bottom + margin, least)
            below = np.maximum(self.top - y + margin, least)
            return np.asarray(np.log(above) - np.log(below))
        return y / self.scale

    def back(self, x: Floats) -> Floats:
        """Take numbers back to values, clipped to the bounds."""
        held = np.clip(x, -LARGEST_EXPONENT, LARGEST_EXPONENT)
        if self.kind == "log":
            y = np.exp(held)
        elif self.kind == "count":
            y = np.maximum(np.exp(held) - COUNT_OFFSET, 0.0)
        elif self.kind == "logit":
            margin = self.margin * (self.top - self.bottom)
            y = self.bottom - margin + (self.top - self.bottom + 2 * margin) / (1 + np.exp(-held))
        else:
            y = x * self.scale
        return np.clip(y, self.lower, self.upper)

    def redrawn(self, value: float, noise: Floats) -> Floats:
        """What a preliminary figure may be revised to, one value for each number of standard normal noise."""
        x = float(self.forward(value))
        return self.back(x + self.revision_sd(x) * noise)

    def revision_sd(self, x: float) -> float:
        """Spread of a final figure around the preliminary one at `x`, on this scale."""
        return REVISION_SD * abs(x) if self.kind == "level" else REVISION_SD


def choose_space(series: Series, values: Floats, *, floor: float = 0.0) -> Space:
    """Choose the scale on which a series is modelled.

    Parameters
    ----------
    series : Series
        Its measure and bounds decide.
    values : ndarray
        Values to be modelled; NaN is ignored. [indicator unit]
    floor : float
        Smallest value that counts as begun, on logs.

    Returns
    -------
    Space
        Logit when an upper bound is given and all values lie inside; level when a value is not above
        zero or the lower bound is below zero; count for a counter with zeros; else log.

    Source: docs/methods.md, section 3.
    """
    known = values[np.isfinite(values)]
    lower = -np.inf if series.lower is None else series.lower
    upper = np.inf if series.upper is None else series.upper
    if not known.size:
        return Space("level", lower=lower, upper=upper)
    smallest, largest = float(known.min()), float(known.max())
    bottom = 0.0 if series.lower is None and smallest >= 0 else lower
    has_room = np.isfinite(upper) and np.isfinite(bottom) and bottom < upper
    if has_room and bottom <= smallest <= largest <= upper:
        # Without a value on a bound nothing may be drawn onto it: a share near 100 is never surely 100.
        margin = 0.0 if bottom < smallest and largest < upper else LOGIT_MARGIN
        return Space("logit", bottom=bottom, top=upper, margin=margin, lower=bottom, upper=upper)
    may_be_negative = series.lower is not None and series.lower < 0
    if may_be_negative or smallest < 0 or (smallest == 0 and series.measure is not Measure.COUNTER):
        return Space("level", scale=_size(known), lower=_bound(series, smallest), upper=upper)
    kind = "count" if smallest == 0 else "log"
    return Space(kind, floor=floor, lower=max(lower, 0.0), upper=upper)


def _size(known: Floats) -> float:
    return float(np.abs(known).mean()) or 1.0


def _bound(series: Series, smallest: float) -> float:
    """Amounts that were never below zero stay there unless a bound says otherwise; ratios may fall."""
    if series.lower is not None:
        return series.lower
    return 0.0 if smallest >= 0 and series.measure is not Measure.RATIO else -np.inf
