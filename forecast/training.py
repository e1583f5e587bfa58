"""Learning the pooled coefficients: from many series at once, or again from local ones.

Examples are rolling origins: what was known then, and what came. Source: docs/methods.md, section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from forecast.annual_pool import HELD_AT, HORIZONS, own_and_pool, trend_moments
from forecast.coefficients import AnnualCoefficients, YearCoefficients
from forecast.completion_experts import FIRST_MONTH, LAST_MONTH, YearTables, completion_table
from forecast.gate import WILDEST, Gate, fit_gate
from forecast.growth import LONGEST, Growth, growth_table
from forecast.model_average import Model, ModelPrior, learn_weights, pool_evidence
from forecast.season_average import FULL_GRID as SEASON_GRID
from forecast.season_average import SeasonPrior, families_of, fit_seasons
from forecast.targets import Floats, Ints
from forecast.templates import Residuals, normal_scores
from forecast.trend_average import FULL_GRID, TrendPrior, fit_trends

RESIDUAL_LEVELS = (np.arange(400) + 0.5) / 400
"""Levels at which the spread of the residuals is kept."""

LEAST_RANGE = 1e-9
"""A history that never moved in logs teaches nothing."""

LEAST_WEIGHT = 0.004
"""Trend models that the training pool believes in less than this are left out of the grid."""

MODELS_A_FAMILY = 3
"""Seasonal models of each family that are averaged: more change nothing but the time."""

STAYING = 0.8
"""Share of a family's models that stay when the others are left out."""

ANNUAL_RIDGE = 100.0
YEAR_RIDGE = 15.0


ExampleRows = tuple[Floats, Floats, Floats, Ints, Ints, Ints]
"""Experts, features, outcomes, columns, series and origins of some examples."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Examples of one gate.

    Parameters
    ----------
    experts, features : ndarray, shapes (n, n_experts), (n, n_features)
        What was known.
    outcomes : ndarray, shape (n,)
        What came.
    columns : ndarray of int, shape (n,)
        Horizon or month, from 0.
    series : ndarray of int, shape (n,)
        Series each belongs to.
    origins : ndarray of int, shape (n,)
        Origin within the series; the same for all horizons of one origin.
    """

    experts: Floats
    features: Floats
    outcomes: Floats
    columns: Ints
    series: Ints
    origins: Ints

    @classmethod
    def joined(cls, parts: Sequence[ExampleRows]) -> Examples:
        """Examples that were made part by part."""
        return cls(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    @property
    def weights(self) -> Floats:
        """A long series has more origins, but they tell less each: root of one over their number."""
        counts = np.bincount(self.series)
        weights: Floats = 1 / np.sqrt(counts[self.series])
        return weights


def learn_trend_prior(windows: Sequence[Floats], *, drift: float, log_variance: float) -> TrendPrior:
    """Learn what trend models to believe in.

    Parameters
    ----------
    windows : sequence of ndarray
        Histories on their modelling scale.
    drift, log_variance : float
        Mean step and mean log variance of steps of the pool.

    Returns
    -------
    TrendPrior
        Shape and scale with the highest evidence, weights by expectation maximisation, and only the
        models that carry some weight.
    """
    prior, _ = _best_supported(
        FULL_GRID,
        shapes=(1.0, 2.0, 3.5),
        scales=(0.25, 0.5, 1.0),
        evidence_of=lambda prior: _evidence(windows, prior, drift, log_variance),
    )
    kept = np.flatnonzero(np.exp(prior.log_weights) >= LEAST_WEIGHT)
    shares = np.exp(prior.log_weights[kept])
    grid = tuple(FULL_GRID[i] for i in kept)
    return TrendPrior(grid, np.log(shares / shares.sum()), prior.shape, prior.scale)


def _evidence(windows: Sequence[Floats], prior: TrendPrior, drift: float, log_variance: float) -> Floats:
    lengths = np.array([row.size for row in windows])
    found = []
    for length in np.unique(lengths):
        values = np.stack([row for row in windows if row.size == length])
        variance = own_and_pool(values, log_variance)
        lean = np.full(len(values), drift)
        found.append(fit_trends(values - values[:, :1], lean, variance, prior, ahead=1).log_evidence)
    return np.concatenate(found)


def learn_season_prior(tables: YearTables, months: Ints) -> SeasonPrior:
    """Learn what seasonal models to believe in.

    Parameters
    ----------
    tables : YearTables
        Cumulative figures without gaps (`YearTables.filled`); the last year counts as under way, the one
        before it is whole and above zero.
    months : ndarray of int, shape (n,)
        Month up to which the last year of each table is looked at.

    Returns
    -------
    SeasonPrior
        The prior of the noise with the highest evidence over the full grid, and of each family the models
        that carry most weight, learned by expectation maximisation while one in five is left out at a time.
    """
    prior, evidence = _best_supported(
        SEASON_GRID,
        shapes=(0.5, 1.0, 2.0),
        scales=(0.001, 0.003, 0.01),
        evidence_of=lambda prior: fit_seasons(tables.values, months, prior).log_evidence,
    )
    kept, log_weights = _weightiest(evidence, families_of(SEASON_GRID))
    return replace(prior, grid=tuple(SEASON_GRID[i] for i in kept), log_weights=log_weights)


def _best_supported(
    grid: tuple[Model, ...],
    *,
    shapes: Sequence[float],
    scales: Sequence[float],
    evidence_of: Callable[[ModelPrior[Model]], Floats],
) -> tuple[ModelPrior[Model], Floats]:
    """The prior of the noise with the highest evidence, its models' weights learned, and that evidence."""
    flat = np.full(len(grid), -np.log(len(grid)))
    tried: list[tuple[float, ModelPrior[Model], Floats]] = []
    for shape, scale in product(shapes, scales):
        evidence = evidence_of(ModelPrior(grid, flat, shape, scale))
        weights = learn_weights(evidence, flat, pseudo=0.5, steps=30)
        tried.append((pool_evidence(evidence, weights), ModelPrior(grid, weights, shape, scale), evidence))
    _, prior, evidence = max(tried, key=lambda one: one[0])
    return prior, evidence


def _weightiest(evidence: Floats, families: Ints) -> tuple[Ints, Floats]:
    """Models that are left when each family has so many, and their log weights."""
    kept = np.arange(len(families))
    while True:
        flat = np.full(kept.size, -np.log(kept.size))
        log_weights = learn_weights(evidence[:, kept], flat, pseudo=0.5, steps=60)
        sizes = np.bincount(families[kept])
        if (sizes <= MODELS_A_FAMILY).all():
            return kept, log_weights
        stay = []
        for family, size in enumerate(sizes):
            members = np.flatnonzero(families[kept] == family)
            n_stay = min(size, max(MODELS_A_FAMILY, int(size * STAYING)))
            stay += members[np.argsort(-log_weights[members], kind="stable")[:n_stay]].tolist()
        kept = kept[np.sort(stay)]


def annual_examples(
    histories: Sequence[Floats],
    prior: TrendPrior,
    *,
    drift: float,
    log_variance: float,
    shortest: int,
    repeats: int,
    generator: np.random.Generator,
) -> Examples:
    """Rolling origins of annual histories, cut to random lengths as they would be met.

    Parameters
    ----------
    histories : sequence of ndarray
        On their modelling scale, detrended or not as the pool wants it.
    prior, drift, log_variance
        Of the trend models.
    shortest : int
        Values an origin must know.
    repeats : int
        Random beginnings for every origin.
    generator : numpy.random.Generator
        Of the beginnings.
    """
    longest = max(row.size for row in histories)
    whole = np.full((len(histories), longest + LONGEST), np.nan)
    for row, history in zip(whole, histories, strict=True):
        row[row.size - history.size :] = history
    found: list[ExampleRows] = []
    for repeat in range(repeats):
        for back in range(1, longest - shortest + 1):
            cut = _cut(whole, back, shortest=shortest, generator=generator)
            origin = repeat * longest + back
            found += _origin(whole, cut, back, prior, lean=drift, log_variance=log_variance, origin=origin)
    return Examples.joined(found)


def _cut(whole: Floats, back: int, *, shortest: int, generator: np.random.Generator) -> tuple[Floats, Ints]:
    """Histories as known so many years before the end, from random beginnings, and whose they are."""
    end = whole.shape[1] - back
    known = whole[:, end - LONGEST : end].copy()
    counts = np.isfinite(known).sum(axis=1)
    enough = counts >= shortest
    begin = generator.integers(shortest, np.maximum(counts, shortest) + 1)
    known[np.arange(LONGEST)[None] < LONGEST - begin[:, None]] = np.nan
    moving = np.zeros(len(whole), dtype=bool)
    moving[enough] = np.nanmax(known[enough], axis=1) - np.nanmin(known[enough], axis=1) > LEAST_RANGE
    rows = np.flatnonzero(moving)
    return known[rows], rows


def _origin(
    whole: Floats,
    cut: tuple[Floats, Ints],
    back: int,
    prior: TrendPrior,
    *,
    lean: float,
    log_variance: float,
    origin: int,
) -> list[ExampleRows]:
    """Examples of one origin, so many years before the end, at every horizon that is known."""
    table, rows = cut
    end = whole.shape[1] - back
    if not rows.size:
        return []
    variance = own_and_pool(table, log_variance)
    mean, spread = trend_moments(table, np.full(rows.size, lean), variance, prior, ahead=HORIZONS)
    seen = Growth.of(table)
    found = []
    for h in range(min(back, HORIZONS)):
        experts, features = growth_table(seen, mean[:, h], spread[:, h], horizon=h + 1)
        outcomes = whole[rows, end + h] - whole[rows, end - 1]
        column, of_origin = np.full(rows.size, h), np.full(rows.size, origin)
        found.append((experts, features, outcomes, column, rows, of_origin))
    return found


def learn_annual(
    examples: Examples, prior: TrendPrior, log_variance: float, *, toward: AnnualCoefficients | None = None
) -> AnnualCoefficients:
    """Learn the annual coefficients.

    Parameters
    ----------
    examples : Examples
        See `annual_examples`.
    prior, log_variance
        Of the trend models.
    toward : AnnualCoefficients or None
        Coefficients to shrink toward (retraining on local series).
    """
    gate = _fit(examples, ANNUAL_RIDGE, toward.gate if toward else None)
    errors = _errors(examples, gate)
    correlation = _correlation(examples, errors)
    residuals = _residuals(examples, errors, n_columns=HORIZONS, correlation=correlation)
    return AnnualCoefficients(prior, log_variance, gate, residuals, _squares(examples, errors))


def year_examples(tables: YearTables, prior: SeasonPrior, year_class: str) -> Examples | None:
    """Every past year with two before it, from every month: what was known, and how the year ended.

    Parameters
    ----------
    tables : YearTables
        Cumulative figures by year and month; the last year may be whole.
    prior : SeasonPrior
        Of the averaged seasonal models.
    year_class : str
        Of `forecast.year_classes`: whose gate is to see them.

    Returns
    -------
    Examples or None
        None without three whole years in a row.
    """
    found = []
    for year in range(2, tables.values.shape[1]):
        whole = np.isfinite(tables.values[:, year - 2 : year + 1, -1]).all(axis=1)
        rows = np.flatnonzero(whole & (tables.values[:, year - 2 : year + 1, -1] > 0).all(axis=1))
        if not rows.size:
            continue
        for month in range(FIRST_MONTH, LAST_MONTH + 1):
            months = np.full(rows.size, month)
            values = tables.values[rows, : year + 1]
            known = completion_table(values, months, prior)
            known = known.seen_by(year_class, values, months, slice(None))
            outcomes = np.log(tables.values[rows, year, -1] / known.last_total)
            place = np.full(rows.size, year * 12 + month)
            found.append((known.experts, known.features, outcomes, months - 1, rows, place))
    if not found:
        return None
    return Examples.joined(found)


def learn_year(examples: Examples, *, toward: YearCoefficients | None = None) -> YearCoefficients:
    """Learn the within-year coefficients of one class of series.

    Parameters
    ----------
    examples : Examples
        See `year_examples`.
    toward : YearCoefficients or None
        Coefficients to shrink toward.
    """
    gate = _fit(examples, YEAR_RIDGE, toward.gate if toward else None)
    errors = _errors(examples, gate)
    residuals = _residuals(examples, errors, n_columns=LAST_MONTH, correlation=np.eye(LAST_MONTH))
    return YearCoefficients(gate, residuals)


def _fit(examples: Examples, ridge: float, toward: Gate | None) -> Gate:
    return fit_gate(
        examples.experts,
        examples.features,
        np.clip(examples.outcomes, -WILDEST, WILDEST),
        weights=examples.weights,
        ridge=ridge,
        toward=toward,
    )


def _errors(examples: Examples, gate: Gate) -> Floats:
    location, spread = gate.predict(examples.experts, examples.features)
    return (examples.outcomes - location) / spread


def _residuals(examples: Examples, errors: Floats, *, n_columns: int, correlation: Floats) -> Residuals:
    """Quantiles pooled with the neighbouring horizons or months."""
    rows = []
    for column in range(n_columns):
        near = errors[np.abs(examples.columns - max(column, int(examples.columns.min()))) <= 1]
        rows.append(np.quantile(near, RESIDUAL_LEVELS))
    return Residuals(RESIDUAL_LEVELS, np.stack(rows), correlation)


def _squares(examples: Examples, errors: Floats) -> Floats:
    held = np.clip(errors, -HELD_AT, HELD_AT) ** 2
    return np.array([held[examples.columns == h].mean() for h in range(HORIZONS)])


def _correlation(examples: Examples, errors: Floats) -> Floats:
    """Correlation of the residuals' normal scores across horizons of the same origin."""
    table = np.full((int(examples.origins.max()) + 1, int(examples.series.max()) + 1, HORIZONS), np.nan)
    for h in range(HORIZONS):
        here = examples.columns == h
        table[examples.origins[here], examples.series[here], h] = normal_scores(errors[here])
    whole = table[np.isfinite(table).all(axis=2)]
    return np.asarray(np.corrcoef(whole.T))
