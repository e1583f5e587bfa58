"""Rolling origins: every family draws from what was there by a month, and is scored on what came after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forecast.models.base import Model
from forecast.panel import Panel, Series
from forecast.paths import PathDraws
from forecast.questions import Reason
from forecast.scores import crps_from_draws
from forecast.spaces import choose_space
from forecast.targets import Floats

SAMPLE_SIZE = 50
"""A forecast is kept as this many equally likely quantiles, enough for the score of a pool of families."""

LEAST_YEAR_ENDS = 3
"""Year-ends an origin needs before a planner could set a target from them."""

GROWTH_SHARES = (0.4, 1.0, 1.4)
"""Targets at these shares of the recent yearly step, as planners set them ..."""

MODEST_SHARE, MODEST_SDS = 0.7, (-0.6, 0.6)
"""... and at a modest share of it, less and more ambitious by these standard deviations of a step."""

RECENT_STEPS = 5
FREQUENCY_NAMES = {1: "annual", 4: "quarterly", 12: "monthly"}


@dataclass(frozen=True, eq=False)
class Score:
    """One family on one outcome.

    Parameters
    ----------
    family, series_id : str
        Who forecast what.
    series_class : str
        Frequency, measure and whether there are peers, see `class_of`.
    origin : int
        Last month known: year x 12 + month - 1.
    step : int
        Years ahead for an annual series; below a year the number of months known of the year whose end
        is forecast (0 before its first).
    actual : float
        What came, in sizes of a usual yearly change (`scale`).
    sample : ndarray, shape (SAMPLE_SIZE,)
        Equally likely quantiles of the draws, same unit, increasing.
    scale : float
        Mean absolute yearly change up to the origin. [indicator unit]
    crps : float
        Continuous ranked probability score, in sizes of a usual yearly change.
    brier : float
        Mean over planner-like targets.
    is_covered : bool
        Whether the 80 % band holds the outcome.
    """

    family: str
    series_id: str
    series_class: str
    origin: int
    step: int
    actual: float
    sample: Floats
    scale: float
    crps: float
    brier: float
    is_covered: bool

    @property
    def task(self) -> tuple[str, int, int]:
        """What was forecast: series, origin and step."""
        return self.series_id, self.origin, self.step


@dataclass(frozen=True)
class Backtest:
    """Scores of several families, and what they could not draw.

    Parameters
    ----------
    scores : tuple of Score
        By origin, family, series and step.
    refusals : mapping of (family, Reason) to int
        Series and origins without draws.
    """

    scores: tuple[Score, ...]
    refusals: Mapping[tuple[str, Reason], int]


@dataclass(frozen=True)
class SummaryRow:
    """Mean scores of one family on one class and step, standard errors clustered by series."""

    family: str
    series_class: str
    step: int
    n: int
    crps: float
    crps_se: float
    brier: float
    brier_se: float
    coverage_80: float


@dataclass(frozen=True)
class _Task:
    """An outcome to be forecast, and the targets a planner could have set."""

    series_id: str
    series_class: str
    origin: int
    step: int
    period: int
    actual: float
    scale: float
    targets: Floats


def class_of(series: Series) -> str:
    """Name of the class a series is scored in: frequency/measure, and /peers where it has a group.

    What single-series families are worth depends on it: beside peers, pooling is worth more.
    """
    peers = "/peers" if series.group else ""
    return f"{FREQUENCY_NAMES[series.periods_per_year]}/{series.measure.value}{peers}"


def cut_after(panel: Panel, month: int) -> Panel:
    """Cut every series of a panel, peers and drivers too, after a month.

    What was published later of an earlier period stays: this is no view of a day.

    Parameters
    ----------
    panel : Panel
        Anything.
    month : int
        Last month known: year x 12 + month - 1; a period counts once its last month is over.

    Returns
    -------
    Panel
        Series without any value left are absent.
    """
    cut = (_cut(series, month) for series in panel)
    return Panel.of(series for series in cut if series is not None and series.n_observations)


def rolling_origins(
    panel: Panel,
    families: Sequence[Model],
    *,
    origins: Sequence[int],
    horizons: Sequence[int] = (1, 3, 5),
    series_ids: Sequence[str] | None = None,
    n_draws: int = 400,
    seed: int = 0,
) -> Backtest:
    """Score families at several origins, each as known then.

    Parameters
    ----------
    panel : Panel
        With what came later; a family sees only `cut_after` of it.
    families : sequence of Model
        To be compared, on the same outcomes.
    origins : sequence of int
        Last months known. Annual series are forecast from Decembers, quarterly ones from quarter ends.
    horizons : sequence of int
        Years ahead, for annual series. Below a year the end of the year under way is forecast.
    series_ids : sequence of str or None
        Series to score; None is all. The rest stay in the pool.
    n_draws, seed : int
        See `forecast.engine.forecast_paths`.

    Returns
    -------
    Backtest
        Outcomes that are preliminary, or whose origin has fewer than three year-ends, are left out.

    Raises
    ------
    forecast.errors.ForecastError
        Whatever a family raises for all of its series at once.

    Source: docs/families.md, section 2.
    """
    scores: list[Score] = []
    refusals: dict[tuple[str, Reason], int] = {}
    for origin in sorted(set(origins)):
        known = cut_after(panel, origin)
        tasks = [
            task
            for series in known
            if series_ids is None or series.series_id in series_ids
            for task in _tasks(series, panel.series[series.series_id], origin, horizons)
        ]
        until: dict[str, int] = {}
        for task in tasks:
            until[task.series_id] = max(task.period, until.get(task.series_id, task.period))
        for family in families if tasks else ():
            drawn = family.paths(known, list(until), until=until, n_draws=n_draws, seed=seed)
            scores += _scored(family.name, tasks, drawn)
            for reason in (path.reason for path in drawn.values() if path.reason is not Reason.OK):
                refusals[family.name, reason] = refusals.get((family.name, reason), 0) + 1
    return Backtest(tuple(scores), refusals)


def summarise(scores: Iterable[Score]) -> list[SummaryRow]:
    """Average scores by family, class and step; sorted by class, step and family."""
    groups: dict[tuple[str, int, str], list[Score]] = {}
    for score in scores:
        groups.setdefault((score.series_class, score.step, score.family), []).append(score)
    return [_row(family, name, step, groups[name, step, family]) for name, step, family in sorted(groups)]


def clustered_se(values: Floats, clusters: Sequence[object]) -> float:
    """Standard error of a mean whose terms hang together within clusters.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Terms.
    clusters : sequence, length n
        Cluster of each term.

    Returns
    -------
    float
        Infinite with a single cluster.

    Source: Liang and Zeger (1986), Biometrika 73, 13-22; with the factor G / (G - 1) for G clusters.
    """
    sums: dict[object, float] = {}
    for cluster, value in zip(clusters, values - values.mean(), strict=True):
        sums[cluster] = sums.get(cluster, 0.0) + float(value)
    n_clusters = len(sums)
    if n_clusters < 2:
        return float("inf")
    squares = sum(one**2 for one in sums.values())
    return float(np.sqrt(squares * n_clusters / (n_clusters - 1)) / values.size)


def _cut(series: Series, month: int) -> Series | None:
    months = 12 // series.periods_per_year
    keep = (month + 1) // months - series.first
    if keep <= 0:
        return None
    marks = None if series.provisional is None else series.provisional[:keep]
    return replace(series, values=series.values[:keep], provisional=marks)


def _tasks(known: Series, later: Series, origin: int, horizons: Sequence[int]) -> Iterator[_Task]:
    per_year = known.periods_per_year
    last, is_over = divmod(origin + 1, 12 // per_year)
    if is_over or known.observed_to != last - 1 or not np.isfinite(known.measured[-1]):
        return
    ends = known.measured[known.parts == per_year - 1]
    ends = ends[np.isfinite(ends)]
    if ends.size < LEAST_YEAR_ENDS:
        return
    scale = float(np.abs(np.diff(ends)).mean()) or float(np.abs(ends).mean()) or 1.0
    for step, period, ahead in _periods(last, per_year, horizons):
        if not later.final_between(period, period):
            continue
        actual = float(later.measured[period - later.first])
        targets = _planner_targets(known, ends, ahead)
        yield _Task(known.series_id, class_of(known), origin, step, period, actual, scale, targets)


def _periods(last: int, per_year: int, horizons: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Step, period and years ahead of the outcomes forecast when `last` is the first unknown period."""
    if per_year == 1:
        yield from ((horizon, last - 1 + horizon, horizon) for horizon in horizons)
    else:
        year, part = divmod(last, per_year)
        yield part * (12 // per_year), (year + 1) * per_year - 1, 1


def _planner_targets(known: Series, ends: Floats, ahead: int) -> Floats:
    """Levels a planner could have asked for, from the past alone, shape (n_targets,)."""
    space = choose_space(known, ends)
    x = space.forward(ends)
    steps = np.diff(x)
    recent, spread = float(steps[-RECENT_STEPS:].mean()), float(steps.std())
    moves = [share * recent * ahead for share in GROWTH_SHARES]
    moves += [MODEST_SHARE * recent * ahead + sds * spread * np.sqrt(ahead) for sds in MODEST_SDS]
    return space.back(x[-1] + np.array(moves))


def _scored(family: str, tasks: Sequence[_Task], drawn: Mapping[str, PathDraws]) -> Iterator[Score]:
    for task in tasks:
        path = drawn.get(task.series_id)
        draws = path.at([task.period])[:, 0] if path is not None else np.empty(0)
        if draws.size and np.isfinite(draws).all():
            yield _score(family, task, draws)


def _score(family: str, task: _Task, draws: Floats) -> Score:
    said = (draws[:, None] >= task.targets).mean(axis=0)
    lower, upper = np.quantile(draws, [0.1, 0.9])
    levels = (np.arange(SAMPLE_SIZE) + 0.5) / SAMPLE_SIZE
    return Score(
        family=family,
        series_id=task.series_id,
        series_class=task.series_class,
        origin=task.origin,
        step=task.step,
        actual=task.actual / task.scale,
        sample=np.quantile(draws, levels) / task.scale,
        scale=task.scale,
        crps=crps_from_draws(draws, task.actual) / task.scale,
        brier=float(((said - (task.actual >= task.targets)) ** 2).mean()),
        is_covered=bool(lower <= task.actual <= upper),
    )


def _row(family: str, series_class: str, step: int, scores: Sequence[Score]) -> SummaryRow:
    clusters = [score.series_id for score in scores]
    crps = np.array([score.crps for score in scores])
    brier = np.array([score.brier for score in scores])
    return SummaryRow(
        family=family,
        series_class=series_class,
        step=step,
        n=len(scores),
        crps=float(crps.mean()),
        crps_se=clustered_se(crps, clusters),
        brier=float(brier.mean()),
        brier_se=clustered_se(brier, clusters),
        coverage_80=float(np.mean([score.is_covered for score in scores])),
    )
