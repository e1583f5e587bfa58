"""The within-year pool as a model family: series in, paths out. Source: docs/methods.md, section 4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from forecast.coefficients import Coefficients
from forecast.completion_experts import FIRST_MONTH, LAST_MONTH, YearTables
from forecast.gate import WILDEST
from forecast.missing_months import estimated_sums
from forecast.models.annual import COMMON_SHARE
from forecast.models.base import paths_of_pool
from forecast.models.chain_ladder import draw_courses
from forecast.outlook import Outlook
from forecast.panel import Panel, Reporting, Series
from forecast.paths import PathDraws
from forecast.pretrained import shipped
from forecast.season_average import MONTHS
from forecast.spaces import REVISION_SD, Space
from forecast.stacking import Stack
from forecast.targets import Bools, Floats, Ints
from forecast.templates import Template, rows_for
from forecast.year_pool import CLASS_STEPS, YEARS, fit_year_outlooks, residual_quantiles

MOST_OF_LAST_YEAR = 2.0
"""A year that already holds more than so many times the last one is none of what the experts have seen."""


@dataclass(frozen=True)
class WithinYearPool:
    """Pooled and gated experts for monthly flows and counters in a year under way.

    Serves series with two whole years before it, something there, and a month from February on: before
    the first batch month nothing is read from a year, and other families speak.

    Parameters
    ----------
    coefficients : Coefficients or None
        None takes those that ship.
    """

    coefficients: Coefficients | None = None
    name: str = "within_year_pool"
    periods_per_year: int = field(default=MONTHS, init=False)

    def outlook(self, panel: Panel, *, until: Mapping[str, int], n_draws: int, seed: int) -> Outlook | None:
        """How the year under way ends for every monthly series of a panel that is served.

        Returns
        -------
        Outlook or None
            One column, December; None without a series to serve. `until` and `seed` change nothing.
        """
        del until, seed
        members = _members(panel)
        if not members:
            return None
        laid = _lay_out(members)
        served = np.flatnonzero(_is_served(laid.tables, laid.months, members))
        if not served.size:
            return None
        members = [members[i] for i in served]
        months = laid.months[served]
        learned = self.coefficients or shipped()
        found = fit_year_outlooks(YearTables(laid.tables[served]), months, learned)
        templates, template_of = _templates(learned, months, found.classes, n_draws)
        doubts = np.hypot(_doubts(members), laid.spread[served])
        return Outlook(
            series=tuple(members),
            observed_to=laid.observed_to[served],
            n_observations=laid.counts[served],
            periods=(laid.years[served] * MONTHS + MONTHS - 1)[:, None],
            location=(np.log(found.last_total) + found.location)[:, None],
            spread=np.sqrt(found.spread**2 + doubts**2)[:, None],
            templates=templates,
            template_of=template_of,
            spaces=tuple(_space(one.reporting, one.lower, one.upper) for one in members),
            sign=np.ones(len(members)),
            floor=np.where(np.isnan(laid.reported[served]), found.there, laid.reported[served]),
            name=self.name,
            reach=WILDEST,
        )

    def paths(
        self, panel: Panel, series_ids: Sequence[str], *, until: Mapping[str, int], n_draws: int, seed: int
    ) -> dict[str, PathDraws]:
        """Draw paths of the series among `series_ids` that are served; see `forecast.models.base.Model`."""
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
        wanted = [one for one in series_ids if one in outlook.row_of]
        if not wanted:
            return {}
        ends = {one: _draw_end(outlook, outlook.row_of[one], seed=seed) for one in wanted}
        n_draws = len(outlook.templates[0].draws)
        return draw_courses(
            panel, wanted, until=until, n_draws=n_draws, seed=seed, name=self.name, year_ends=ends
        )


def _draw_end(outlook: Outlook, row: int, *, seed: int) -> Floats:
    series = outlook.series[row]
    template = outlook.templates[int(outlook.template_of[row])]
    order = rows_for(template, series_id=series.series_id, group=series.group, common=COMMON_SHARE, seed=seed)
    away = outlook.held(outlook.spread[row, 0] * template.draws[order, 0])
    return outlook.spaces[row].back(outlook.location[row, 0] + away)


def _members(panel: Panel) -> list[Series]:
    """Series that may be served: monthly sums of two years and more that cannot fall below zero."""
    return [
        one
        for one in panel
        if one.periods_per_year == MONTHS
        and one.accumulates
        and one.values.size > 2 * MONTHS
        and (one.lower is None or one.lower >= 0)
    ]


def year_tables_of(panel: Panel) -> YearTables | None:
    """Cumulative tables of a panel as the pool reads them, the year under way last; None without any."""
    members = _members(panel)
    if not members:
        return None
    tables = _lay_out(members).tables
    is_whole = ~_falls_below_zero(tables)
    return YearTables(tables[is_whole]).filled() if is_whole.any() else None


def _falls_below_zero(tables: Floats) -> Bools:
    return np.asarray((tables < 0).reshape(len(tables), -1).any(axis=1))


@lru_cache
def _space(reporting: Reporting, lower: float | None, upper: float | None) -> Space:
    """Logs within bounds; series with the same bounds share one."""
    if reporting is Reporting.PERIOD:  # the bounds are those of months, not of their sum
        return Space("log", lower=0.0)
    return Space("log", lower=max(lower or 0.0, 0.0), upper=np.inf if upper is None else upper)


def _doubts(members: Sequence[Series]) -> Floats:
    """Spread that a preliminary last figure adds to each series, in logs."""
    doubts = np.zeros(len(members))
    for row, one in enumerate(members):
        if one.provisional is not None:
            last = int(np.flatnonzero(np.isfinite(one.values))[-1])
            doubts[row] = REVISION_SD if one.provisional[last] else 0.0
    return doubts


@dataclass(frozen=True, eq=False)
class _LaidOut:
    """Members as the pool reads them, one row each."""

    tables: Floats  # (n, YEARS, 12), since January
    months: Ints  # last month with a sum, known or estimated; 0 without any
    years: Ints  # the year under way
    observed_to: Ints
    counts: Ints  # known values
    spread: Floats  # that estimated months give the last sum, in logs
    reported: Floats  # what is certainly there, where a month is missing; else NaN


def _lay_out(members: Sequence[Series]) -> _LaidOut:
    period = Reporting.PERIOD  # looked up once: it takes longer than the rest of a row
    sums = {row: estimated_sums(one) for row, one in enumerate(members) if one.reporting is period}
    stack = Stack.of([sums[row].values if row in sums else one.values for row, one in enumerate(members)])
    first, last = np.array([one.first for one in members]), stack.last_known
    years, parts = np.divmod(first + np.maximum(last, 0), MONTHS)
    tables = stack.aligned(last + MONTHS - 1 - parts, width=YEARS * MONTHS)
    # Months after the last known one belong to the year under way; they hold nothing.
    months = np.where(last >= 0, parts + 1, 0)
    observed, counts = years * MONTHS + months - 1, stack.counts
    spread, reported = np.zeros(len(members)), np.full(len(members), np.nan)
    for row, found in sums.items():
        one = members[row]
        counts[row] = one.n_observations
        if one.observed_to is None or not np.isnan(one.measured[one.observed_to - one.first]):
            continue
        observed[row], spread[row] = one.observed_to, found.spread[last[row]]
        begin = max(int(years[row]) * MONTHS - one.first, 0)
        reported[row] = np.nansum(one.values[begin : begin + MONTHS])
    tables = tables.reshape(-1, YEARS, MONTHS)
    return _LaidOut(tables, months, years, observed, counts, spread, reported)


def _is_served(tables: Floats, months: Ints, members: Sequence[Series]) -> Bools:
    before = tables[:, -3:-1, -1]
    there = tables[np.arange(len(tables)), -1, months - 1]
    first_batch = np.array([one.first_batch + 1 for one in members])
    # What is unknown is neither above zero nor below anything.
    served: Bools = (
        (months >= np.maximum(first_batch, FIRST_MONTH))
        & (months <= LAST_MONTH)
        & (np.isfinite(before) & (before > 0)).all(axis=1)
        & (there > 0)
        & (there <= MOST_OF_LAST_YEAR * before[:, -1])
        & ~_falls_below_zero(tables)
    )
    return served


def _templates(
    learned: Coefficients, months: Ints, classes: Floats, n_draws: int
) -> tuple[tuple[Template, ...], Ints]:
    """One template a month and mixture of classes that occurs, and which one each series takes."""
    surges, batches = np.rint(classes[:, 1:].T * CLASS_STEPS).astype(np.intp)
    places = (months, surges, np.minimum(batches, CLASS_STEPS - surges))
    sizes = (LAST_MONTH + 1, CLASS_STEPS + 1, CLASS_STEPS + 1)
    keys, template_of = np.unique(np.ravel_multi_index(places, sizes), return_inverse=True)
    templates = []
    for month, surge, batch in zip(*np.unravel_index(keys, sizes), strict=True):
        shares = np.array([CLASS_STEPS - surge - batch, surge, batch]) / CLASS_STEPS
        drawn = residual_quantiles(learned, month=int(month), shares=shares, n_draws=n_draws)
        templates.append(Template(drawn[:, None]))
    return tuple(templates), template_of
