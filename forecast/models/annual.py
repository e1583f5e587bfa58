"""The annual pool as a model family: series in, paths out. Source: docs/methods.md, section 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from forecast.annual_pool import SHORTEST, Histories, fit_outlooks
from forecast.coefficients import AnnualCoefficients
from forecast.growth import LONGEST, align
from forecast.models.base import FURTHEST, as_counted, first_open_period, paths_of_pool
from forecast.models.drift import redraw_known
from forecast.outlook import Outlook
from forecast.panel import Panel, Series
from forecast.paths import PathDraws
from forecast.pretrained import shipped
from forecast.spaces import Space, choose_space
from forecast.stacking import Stack
from forecast.streams import mirrored_normals
from forecast.targets import Bools, Floats, Ints
from forecast.templates import make_template, rows_for

COMMON_SHARE = 0.25
"""Share of a forecast error's variance that members of a group share (docs/methods.md, section 5)."""

MOST_FILLED = 1 / 3
"""Gaps inside a history, as a share of its values, with which the pool still reads it."""


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
    periods_per_year: int = field(default=1, init=False)

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
        views = _views(panel)
        if views is None:
            return None
        wanted = [until.get(one.series_id, 0) for one in views.series]
        ahead = int(np.clip((np.array(wanted) - views.last).max(), 1, FURTHEST))
        pool = views.histories
        learned = self.coefficients or shipped().annual
        found = fit_outlooks(pool, learned, ahead=ahead)
        template = make_template(learned.residuals, n_columns=ahead, n_draws=n_draws, seed=seed)
        return Outlook(
            series=views.series,
            observed_to=views.last,
            n_observations=views.counts,
            periods=views.last[:, None] + np.arange(1, ahead + 1),
            location=_within_seen(pool.table[:, -1:] + found.location, pool.table, views.spaces),
            spread=found.spread,
            templates=(template,),
            template_of=np.zeros(len(views.series), dtype=np.intp),
            spaces=views.spaces,
            sign=views.sign,
            floor=np.full(len(views.series), -np.inf),
            name=self.name,
        )

    def paths(
        self, panel: Panel, series_ids: Sequence[str], *, until: Mapping[str, int], n_draws: int, seed: int
    ) -> dict[str, PathDraws]:
        """Draw paths of the annual series among `series_ids`; see `forecast.models.base.Model`."""
        return paths_of_pool(self, panel, series_ids, until=until, n_draws=n_draws, seed=seed)

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
        ahead = min(max(until - last, 0), outlook.width)
        order = rows_for(
            template, series_id=series.series_id, group=series.group, common=COMMON_SHARE, seed=seed
        )
        noise = mirrored_normals(seed, series.series_id, "revision", rows=1, n_draws=order.size)[:, 0]
        noise = noise * (sign or 1.0)
        known = redraw_known(series, space, noise, begin=min(open_from, last), end=last)
        moved = space.forward(known[:, -1]) - space.forward(series.values[last - series.first])
        standard = template.draws[order] if sign else template.balanced(order)
        residuals = standard[:, :ahead] * outlook.spread[row, :ahead]
        way = outlook.location[row, :ahead] * sign
        walked = way + (sign or 1.0) * residuals + moved[:, None]
        ahead_of_known = as_counted(series, space.back(walked))
        drawn = np.concatenate([known[:, open_from - min(open_from, last) :], ahead_of_known], axis=1)
        return PathDraws(series, open_from, drawn[:, : max(until + 1 - open_from, 0)], self.name)


def histories_of(panel: Panel) -> Histories | None:
    """Annual histories of a panel as the pool reads them; None without a series to serve."""
    views = _views(panel)
    return None if views is None else views.histories


def _within_seen(location: Floats, table: Floats, spaces: Sequence[Space]) -> Floats:
    """Hold shares that have touched a bound at what was seen: growth does not press them against it."""
    touched = np.flatnonzero([space.kind == "logit" and space.margin > 0 for space in spaces])
    if touched.size:
        low, high = np.nanmin(table[touched], axis=1), np.nanmax(table[touched], axis=1)
        location[touched] = np.clip(location[touched], low[:, None], high[:, None])
    return location


@dataclass(frozen=True, eq=False)
class _Views:
    """Annual series as the pool reads them, one row each."""

    series: tuple[Series, ...]
    spaces: tuple[Space, ...]
    table: Floats  # (n, LONGEST), on each scale, the way up that `sign` says
    is_known: Bools  # (n, LONGEST), False where a gap was filled
    sign: Floats
    last: Ints
    counts: Ints

    @property
    def histories(self) -> Histories:
        """With groups numbered: members share a group only on the same kind of scale."""
        named = zip(self.spaces, self.series, strict=True)
        labels = [f"{space.pool_kind}/{one.group}" for space, one in named]
        number = {label: place for place, label in enumerate(sorted(set(labels)))}
        groups = np.array([number[label] for label in labels], dtype=np.intp)
        return Histories(self.table, self.is_known, self.last, groups)


def _views(panel: Panel) -> _Views | None:
    """Series that are served; those on plain logs without gaps, nearly all, are read together."""
    members = [one for one in panel if one.periods_per_year == 1 and one.values.size >= SHORTEST]
    if not members:
        return None
    stack = Stack.of([one.values for one in members])
    counts, last = stack.counts, stack.last_known
    first = np.array([one.first for one in members])
    served = (counts >= SHORTEST) & ~_is_mostly_line(members, counts, stack.sizes)
    is_plain = served & (counts == stack.sizes) & (stack.smallest > 0)
    is_plain &= np.array([one.upper is None and (one.lower is None or one.lower >= 0) for one in members])
    table = stack.aligned(last, width=LONGEST)
    is_known = np.isfinite(table)
    table[is_plain] = np.log(table[is_plain])
    plain: dict[float, Space] = {}
    spaces, sign = [], np.ones(len(members))
    for row in np.flatnonzero(served).tolist():
        one = members[row]
        if is_plain[row]:
            lower = max(one.lower or 0.0, 0.0)
            if lower not in plain:
                plain[lower] = Space("log", lower=lower)
            spaces.append(plain[lower])
            continue
        space, sign[row], x = _read(one)
        spaces.append(space)
        table[row] = align([x])[0]
    rows = np.flatnonzero(served)
    if not rows.size:
        return None
    series = tuple(members[row] for row in rows.tolist())
    return _Views(
        series,
        tuple(spaces),
        table[rows],
        is_known[rows],
        sign[rows],
        (first + last)[rows],
        counts[rows],
    )


def _is_mostly_line(members: Sequence[Series], counts: Ints, sizes: Ints) -> Bools:
    """Where filled gaps would stand for evidence that is not there; a walk with drift steps over them."""
    is_sparse = np.zeros(len(members), dtype=bool)
    for row in np.flatnonzero((counts != sizes) & (counts > 0)).tolist():
        places = np.flatnonzero(np.isfinite(members[row].values))
        is_sparse[row] = places[-1] - places[0] + 1 - places.size > MOST_FILLED * places.size
    return is_sparse


def _read(series: Series) -> tuple[Space, float, Floats]:
    """Scale, way up and history without gaps of one series."""
    places = np.flatnonzero(np.isfinite(series.values))
    space = choose_space(series, series.values)
    x = space.forward(series.values[places])
    if places.size != places[-1] - places[0] + 1:
        x = np.interp(np.arange(places[0], places[-1] + 1), places, x)
    sign = _sign(x) if space.kind == "level" or space.bottom < 0 else 1.0
    return space, sign, (sign or 1.0) * x


def _sign(x: Floats) -> float:
    """The way up on which what may be negative is modelled.

    That of the sum of its values, or of the last one that is not zero. A mirrored series is mirrored back
    by it. A series of zeros has none, and is expected to stay.
    """
    return float(np.sign(x.sum())) or next((float(np.sign(value)) for value in x[::-1] if value), 0.0)
