"""The annual pool as a model family: series in, paths out. Source: docs/methods.md, section 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forecast.annual_pool import SHORTEST, Histories, fit_outlooks
from forecast.coefficients import AnnualCoefficients
from forecast.growth import LONGEST, align, held_spikes
from forecast.models.base import first_open_period
from forecast.models.drift import redraw_known
from forecast.outlook import Outlook
from forecast.panel import Panel, Series
from forecast.paths import PathDraws
from forecast.pretrained import shipped
from forecast.spaces import Space, choose_space
from forecast.streams import mirrored_normals
from forecast.targets import Floats
from forecast.templates import make_template, rows_for

COMMON_SHARE = 0.25
"""Share of a forecast error's variance that members of a group share (docs/methods.md, section 5)."""


@dataclass(frozen=True)
class AnnualPool:
    """Pooled and gated experts for annual series with three values or more.

    Parameters
    ----------
    coefficients : AnnualCoefficients or None
        None takes those that ship.
    """

    coefficients: AnnualCoefficients | None = None
    name: str = "annual_pool"

    def outlook(self, panel: Panel, *, until: Mapping[str, int], n_draws: int, seed: int) -> Outlook | None:
        """Where the paths of every annual series of a panel go.

        Parameters
        ----------
        panel : Panel
            The pool, all of it.
        until : mapping of str to int
            Last ordinals that will be asked for.
        n_draws, seed : int
            Of the residual paths.

        Returns
        -------
        Outlook or None
            None without a series to serve.
        """
        views = [one for one in map(_View.of, panel) if one is not None]
        if not views:
            return None
        ahead = max([1, *(until.get(v.series.series_id, v.last) - v.last for v in views)])
        table = held_spikes(align([v.x for v in views]))
        groups = np.unique([f"{v.space.pool_kind}/{v.series.group}" for v in views], return_inverse=True)[1]
        last = np.array([v.last for v in views])
        learned = self.coefficients or shipped().annual
        found = fit_outlooks(Histories(table, last, groups), learned, ahead=ahead)
        template = make_template(learned.residuals, n_columns=ahead, n_draws=n_draws, seed=seed)
        return Outlook(
            series=tuple(v.series for v in views),
            periods=last[:, None] + np.arange(1, ahead + 1),
            location=table[:, -1:] + found.location,
            spread=found.spread,
            templates=(template,),
            template_of=np.zeros(len(views), dtype=np.intp),
            spaces=tuple(v.space for v in views),
            sign=np.array([v.sign for v in views]),
            floor=np.full(len(views), -np.inf),
            name=self.name,
        )

    def paths(
        self, panel: Panel, series_ids: Sequence[str], *, until: Mapping[str, int], n_draws: int, seed: int
    ) -> dict[str, PathDraws]:
        """Draw paths of the annual series among `series_ids`; see `forecast.models.base.Model`."""
        outlook = self.outlook(panel, until=until, n_draws=n_draws, seed=seed)
        return {} if outlook is None else self.draw(outlook, panel, series_ids, until=until, seed=seed)

    def draw(
        self,
        outlook: Outlook,
        panel: Panel,
        series_ids: Sequence[str],
        *,
        until: Mapping[str, int],
        seed: int,
    ) -> dict[str, PathDraws]:
        """Draw paths of some series of an outlook; see `forecast.models.base.PooledModel`."""
        del panel
        rows = outlook.row_of
        return {
            one: self._path(outlook, rows[one], until[one], seed=seed) for one in series_ids if one in rows
        }

    def _path(self, outlook: Outlook, row: int, until: int, *, seed: int) -> PathDraws:
        series, space, sign = outlook.series[row], outlook.spaces[row], float(outlook.sign[row])
        template = outlook.templates[int(outlook.template_of[row])]
        last, open_from = int(outlook.periods[row, 0]) - 1, first_open_period(series)
        ahead = max(until - last, 0)
        order = rows_for(
            template, series_id=series.series_id, group=series.group, common=COMMON_SHARE, seed=seed
        )
        noise = mirrored_normals(seed, series.series_id, "revision", rows=1, n_draws=order.size)[:, 0]
        known = redraw_known(series, space, noise, begin=min(open_from, last), end=last)
        moved = space.forward(known[:, -1]) - space.forward(series.values[last - series.first])
        standard = template.draws[order] if sign else template.balanced(order)
        residuals = standard[:, :ahead] * outlook.spread[row, :ahead]
        way = outlook.location[row, :ahead] * sign
        walked = way + (sign or 1.0) * residuals + moved[:, None]
        drawn = np.concatenate([known[:, open_from - min(open_from, last) :], space.back(walked)], axis=1)
        return PathDraws(series, open_from, drawn[:, : max(until + 1 - open_from, 0)], self.name)


@dataclass(frozen=True, eq=False)
class _View:
    """One annual series as the pool reads it."""

    series: Series
    space: Space
    sign: float
    x: Floats
    last: int

    @classmethod
    def of(cls, series: Series) -> _View | None:
        """The series' history without gaps, or None where the pool does not serve it."""
        if series.periods_per_year != 1 or series.n_observations < SHORTEST:
            return None
        values = series.values
        places = np.flatnonzero(np.isfinite(values))
        space = choose_space(series, values)
        x = space.forward(values[places])
        if places.size != places[-1] - places[0] + 1:
            x = np.interp(np.arange(places[0], places[-1] + 1), places, x)
        sign = _sign(x) if space.kind == "level" else 1.0
        return cls(series, space, sign, (sign or 1.0) * x[-LONGEST:], series.first + int(places[-1]))


def _sign(x: Floats) -> float:
    """The way up on which levels are modelled: that of their sum, or of the last value that is not zero.

    A mirrored series is mirrored back by it. A series of zeros has none: it is not expected to move, either way.
    """
    return float(np.sign(x.sum())) or next((float(np.sign(value)) for value in x[::-1] if value), 0.0)
