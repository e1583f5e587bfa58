"""Within-year model: completion ratios joined with the annual drift by precision.

The year-end is forecast twice, from what is there by now and its usual completion, and from earlier
year-ends; both are Student t on the modelling scale and are weighted by their precision. Later years
walk on with the annual drift. Source: docs/methods.md, section 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forecast.models.base import as_counted, first_open_period, without_draws
from forecast.models.completion import Completions, YearTable, tabulate
from forecast.models.drift import draw_year_ends, fit_drifts, redraw_known
from forecast.panel import Panel, Reporting, Series
from forecast.paths import PathDraws
from forecast.pooling import Shrunk
from forecast.questions import Reason
from forecast.streams import generator, mirrored_normals, student_scales
from forecast.targets import Floats

CONFLICT_LIMIT = 2.0
"""Two forecasts further apart than this many joint standard deviations are widened until they are not."""

LEAST_DF, NORMAL_DF = 3.0, 30.0

LEAST_LEFT = 1e-3
"""Share of a past year from which its later months say when the rest comes."""


@dataclass(frozen=True)
class Forecast:
    """Student-t forecast on the modelling scale; `variance` is that of the distribution itself."""

    mean: float
    variance: float
    df: float

    @classmethod
    def of(cls, mean: float, squared_scale: float, df: float) -> Forecast:
        """Make one from a squared scale; fewer than three degrees of freedom count as three."""
        df = max(df, LEAST_DF)
        return cls(mean, squared_scale * df / (df - 2), df)

    def draw(self, seed: int, series_id: str, n_draws: int) -> Floats:
        """Draw it, shape (n_draws,)."""
        z = mirrored_normals(seed, series_id, "year end", rows=1, n_draws=n_draws)[:, 0]
        scales = student_scales(seed, series_id, "year end spread", df=self.df, n_draws=n_draws)
        drawn: Floats = self.mean + np.sqrt(self.variance * (self.df - 2) / self.df) * scales * z
        return drawn


def combine(one: Forecast | None, other: Forecast | None) -> Forecast | None:
    """Weight two independent forecasts of one number by precision.

    Parameters
    ----------
    one, other : Forecast or None
        None leaves the other as it is.

    Returns
    -------
    Forecast or None
        Where they conflict (further apart than two joint standard deviations) both variances are first
        enlarged by the square of the excess, after Birge (1932), Phys. Rev. 40, 207.
    """
    if one is None or other is None:
        return one or other
    conflict = (one.mean - other.mean) ** 2 / (one.variance + other.variance)
    widening = max(conflict / CONFLICT_LIMIT**2, 1.0)
    weight = other.variance / (one.variance + other.variance)
    variance = widening * one.variance * other.variance / (one.variance + other.variance)
    return Forecast(
        weight * one.mean + (1 - weight) * other.mean, variance, weight * one.df + (1 - weight) * other.df
    )


@dataclass(frozen=True)
class ChainLadder:
    """Pooled chain ladder for quarterly and monthly series."""

    name: str = "chain_ladder"

    def paths(
        self, panel: Panel, series_ids: Sequence[str], *, until: Mapping[str, int], n_draws: int, seed: int
    ) -> dict[str, PathDraws]:
        """Draw paths of the sub-annual series among `series_ids`; see `forecast.models.base.Model`."""
        return draw_courses(panel, series_ids, until=until, n_draws=n_draws, seed=seed, name=self.name)


def draw_courses(
    panel: Panel,
    series_ids: Sequence[str],
    *,
    until: Mapping[str, int],
    n_draws: int,
    seed: int,
    name: str,
    year_ends: Mapping[str, Floats] | None = None,
) -> dict[str, PathDraws]:
    """Draw the courses of the sub-annual series among `series_ids`.

    Parameters
    ----------
    panel, series_ids, until, n_draws, seed
        See `forecast.models.base.Model`.
    name : str
        Model that is reported.
    year_ends : mapping of str to ndarray, shape (n_draws,), or None
        Draws of the end of the year under way, where another model has made them; None, or a series that is
        not in it, takes the ladder's. [indicator unit]
    """
    tables = {s.series_id: tabulate(s) for s in panel if s.periods_per_year > 1}
    drifts = fit_drifts([t.year_ends for t in tables.values()])
    completions = Completions(list(tables.values()))
    given = year_ends or {}
    return {
        one: _Course(tables[one], drifts.get(one), completions, n_draws, seed, given.get(one)).path(
            until[one], name
        )
        for one in series_ids
        if one in tables
    }


@dataclass(frozen=True, eq=False)
class _Course:
    """One series on its way from the last known period to the last one asked for."""

    table: YearTable
    drift: Shrunk | None
    completions: Completions
    n_draws: int
    seed: int
    given_end: Floats | None = None

    def path(self, until: int, name: str) -> PathDraws:
        series = self.series
        known = np.flatnonzero(np.isfinite(series.measured))
        if not known.size:
            return without_draws(series, Reason.TOO_SHORT, name)
        last = series.first + int(known[-1])
        noise = mirrored_normals(self.seed, series.series_id, "revision", rows=1, n_draws=self.n_draws)[:, 0]
        open_from = first_open_period(series)
        begin = max(min(open_from, last) // self.per_year * self.per_year, series.first)
        past = redraw_known(series, self.table.space, noise, begin=begin, end=last)
        ends, used = self._year_ends(past[:, -1], last, until)
        if ends is None:
            return without_draws(series, Reason.TOO_SHORT, name)
        ahead = as_counted(series, self._months(past[:, -1], last, ends))
        measured = np.concatenate([past, ahead], axis=1)
        drawn = _as_reported(measured, series, first=begin)[:, open_from - begin :]
        return PathDraws(series, open_from, drawn[:, : max(until + 1 - open_from, 0)], used or name)

    @property
    def series(self) -> Series:
        return self.table.series

    @property
    def per_year(self) -> int:
        return self.table.series.periods_per_year

    def _year_ends(self, now: Floats, last: int, until: int) -> tuple[Floats | None, str]:
        """Year-ends on the scale, from the year that is not over; and the model if not the usual one."""
        year, part = divmod(last, self.per_year)
        is_over = part == self.per_year - 1
        n_years = max(until // self.per_year - year, 0) + (0 if is_over else 1)
        told_year, told = divmod(self.table.told_to, self.per_year)
        first = year + 1 if is_over else year
        if told_year < first or not n_years:
            return self._whole_years(self.table.space.forward(now), year, n_years), "drift"
        ends, used = [], ""
        for each in range(first, told_year + 1):  # behind a missing month whole years may be estimates
            is_under_way = each == told_year
            if is_under_way and self.given_end is not None:
                end: Floats | None = self.table.space.forward(self.given_end)
            else:
                end, used = self._joined_end(each, told if is_under_way else self.per_year - 1)
            if end is None:
                return None, ""
            ends.append(self._not_below(end, now if each == year else np.zeros(self.n_draws), each))
        walked = self._walk(ends[-1], max(n_years - len(ends), 0))
        return np.concatenate([np.stack(ends, axis=1), walked], axis=1), used

    def _joined_end(self, year: int, part: int) -> tuple[Floats | None, str]:
        """Year-end from completion and drift, on the scale; and the model if not the usual one."""
        ladder = self._from_completion(year, part)
        joined = combine(ladder, self._from_drift(year))
        if joined is None:
            return None, ""
        return joined.draw(self.seed, self.series.series_id, self.n_draws), "" if ladder else "drift"

    def _whole_years(self, here: Floats, year: int, n_years: int) -> Floats | None:
        """Year-ends after a year that is over."""
        if self.drift is None:
            return None
        ends = self._walk(here, n_years)
        if n_years:
            ends[:, 0] = self._not_below(ends[:, 0], np.zeros(self.n_draws), year + 1)
        return ends

    def _walk(self, start: Floats, n_years: int) -> Floats:
        if self.drift is None:
            return np.full((start.size, n_years), np.nan)
        return draw_year_ends(
            start, self.drift, n_years=n_years, seed=self.seed, series_id=self.series.series_id
        )

    def _from_completion(self, year: int, last_part: int) -> Forecast | None:
        """Forecast the year-end from the latest month that has a usable completion."""
        row = self.table.x[year - self.table.first_year]
        begun = self.table.begun[year - self.table.first_year]
        if last_part == self.per_year - 1 and np.isfinite(row[-1]):  # told but for a month that is missing
            return Forecast.of(float(row[-1]), self._doubt((year + 1) * self.per_year - 1), NORMAL_DF)
        for part in range(last_part, self.series.first_batch - 1, -1):
            fit = self.completions.at(part, self.per_year).get(self.series.series_id)
            if fit is None or not np.isfinite(row[part]):
                continue
            if not begun[part] and not self._has_always_begun(part):
                return None
            spread = fit.variance + fit.mean_variance + self._doubt(year * self.per_year + part)
            return Forecast.of(float(row[part]) - fit.mean, spread, fit.df)
        return None

    def _from_drift(self, year: int) -> Forecast | None:
        ends = self.table.year_ends
        if self.drift is None or not ends.years.size:
            return None
        ahead = year - int(ends.years[-1])
        if ahead <= 0:  # the year-end itself is an estimate: the ladder has it
            return None
        spread = self.drift.variance * ahead + self.drift.mean_variance * ahead**2
        spread += self._doubt((int(ends.years[-1]) + 1) * self.per_year - 1)
        return Forecast.of(float(ends.x[-1]) + self.drift.mean * ahead, spread, self.drift.df)

    def _has_always_begun(self, part: int) -> bool:
        whole = np.isfinite(self.table.x[:, -1])
        known = np.isfinite(self.table.y[:, part]) & whole
        return int(known.sum()) >= 2 and bool(self.table.begun[known, part].all())

    def _doubt(self, period: int) -> float:
        """Variance that a preliminary or an estimated figure adds."""
        year, part = divmod(period, self.per_year)
        if estimated := float(self.table.doubt[year - self.table.first_year, part]):
            return estimated**2
        place = period - self.series.first
        if self.series.is_final[place]:
            return 0.0
        return self.table.space.revision_sd(float(self.table.space.forward(self.series.measured[place]))) ** 2

    @property
    def _adds_up(self) -> bool:
        """Whether past years tell shares of a year: amounts on logs."""
        return self.series.only_grows and self.table.space.kind in {"log", "count"}

    def _not_below(self, end: Floats, now: Floats, year: int) -> Floats:
        """Hold a year-end at what is already there, where figures of a year only add up."""
        if not self.series.only_grows:
            return end
        start = year * self.per_year - self.series.first
        reported = self.series.values[max(start, 0) : max(start + self.per_year, 0)]
        there = float(np.nansum(reported)) if self.series.reporting is Reporting.PERIOD else 0.0
        return np.maximum(end, self.table.space.forward(np.maximum(now, there)))

    def _months(self, now: Floats, last: int, ends: Floats) -> Floats:
        """Measured values of every month after `last`, to the end of the years drawn."""
        rows = self.completions.profiles(self.table)
        part = last % self.per_year
        anchor = self.table.space.forward(now)
        is_over = part == self.per_year - 1
        pick = generator(self.seed, self.series.series_id, "profile")
        months = []
        for ahead in range(ends.shape[1]):
            chosen = pick.integers(0, max(len(rows), 1), self.n_draws)
            profile = rows[chosen] if len(rows) else np.zeros((self.n_draws, self.per_year))
            begin = part if ahead == 0 and not is_over else -1
            there = now if begin >= 0 else np.zeros(self.n_draws)
            top = np.maximum(self.table.space.back(ends[:, ahead]), there)
            if begin >= 0 and self._adds_up:
                values = _shared_out(profile, there, top, begin)
            else:
                values = self.table.space.back(self._bridge(profile, anchor, ends[:, ahead], begin))
            if self.series.only_grows:
                values = np.maximum.accumulate(np.maximum(values, there[:, None]), axis=1)
                values = np.minimum(values, top[:, None])
            months.append(values[:, begin + 1 :])
            anchor = ends[:, ahead]
        return np.concatenate(months, axis=1) if months else np.empty((self.n_draws, 0))

    def _bridge(self, profile: Floats, anchor: Floats, end: Floats, begin: int) -> Floats:
        """Follow a borrowed course of the year from what is known to the drawn year-end."""
        if begin < 0 and self.series.accumulates:
            return end[:, None] + profile
        last = self.per_year - 1
        # A stock comes from the year-end before: its course starts one mean yearly step lower.
        step = self.drift.mean if self.drift is not None else 0.0
        usual = profile[:, begin] if begin >= 0 else np.full(self.n_draws, -step)
        miss = anchor - end - usual
        fade = (last - np.arange(self.per_year)) / (last - begin)
        return end[:, None] + profile + miss[:, None] * fade


def _shared_out(profile: Floats, there: Floats, top: Floats, begin: int) -> Floats:
    """Let what is left of a year come in the months in which it came in a past one.

    Parameters
    ----------
    profile : ndarray, shape (n_draws, n_parts)
        Log shares of a past year that were there by each part.
    there, top : ndarray, shape (n_draws,)
        What is there at part `begin`, and the year-end. [indicator unit]

    Returns
    -------
    ndarray, shape (n_draws, n_parts)
        Where nothing was left in the past year, it comes evenly.
    """
    share = np.exp(np.minimum(profile, 0.0))
    left = 1 - share[:, [begin]]
    n_parts = profile.shape[1]
    evenly = np.broadcast_to((np.arange(n_parts) - begin) / (n_parts - 1 - begin), share.shape)
    come = np.where(left > LEAST_LEFT, (share - share[:, [begin]]) / np.maximum(left, LEAST_LEFT), evenly)
    values: Floats = there[:, None] + (top - there)[:, None] * np.clip(come, 0.0, 1.0)
    return values


def _as_reported(measured: Floats, series: Series, *, first: int) -> Floats:
    """Turn measured columns, from a year's first period or the series' own on, back into reports."""
    per_year = series.periods_per_year
    parts = (first + np.arange(measured.shape[1])) % per_year
    silent = np.isin(parts, list(series.silent_parts))
    reported = measured.copy()
    if series.accumulates and series.reporting is Reporting.PERIOD:
        for place in np.flatnonzero(silent):
            reported[:, place] = reported[:, place - 1] if parts[place] and place else 0.0
        before = np.concatenate([np.zeros((len(measured), 1)), reported[:, :-1]], axis=1)
        before[:, parts == 0] = 0.0
        reported = reported - before
    reported[:, silent] = np.nan
    return reported
