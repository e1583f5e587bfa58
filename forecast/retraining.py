"""Retraining: the shipped coefficients, moved by what local series have shown.

Every example is a past origin of the panel, seen with what was known then; the pull of the shipped
coefficients is a penalty, so twenty series move them a little and two thousand move them far. Source:
docs/methods.md, section 6.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from forecast.annual_pool import HORIZONS, Histories, past_tables
from forecast.coefficients import AnnualCoefficients, Coefficients, YearCoefficients
from forecast.completion_experts import YearTables
from forecast.growth import growth_table
from forecast.models.annual import histories_of
from forecast.models.within_year import year_tables_of
from forecast.panel import Panel
from forecast.pretrained import shipped
from forecast.season_average import SeasonPrior
from forecast.targets import Floats, Ints
from forecast.templates import Residuals
from forecast.training import Examples, learn_annual, learn_year, year_examples
from forecast.year_classes import CLASSES, split_by_class

ORIGINS = 8
"""Past years from which annual examples are taken."""

FEWEST_EXAMPLES = 200
"""With fewer the shipped coefficients stand."""

FEWEST_OF_EACH = 20
"""Examples of every horizon that are needed."""

RESIDUALS_PULL = 2000
"""Examples that the shipped spread of residuals counts for."""


def retrain(panel: Panel, *, through: str) -> Coefficients:
    """Learn the pooled coefficients again from local series.

    Parameters
    ----------
    panel : Panel
        Everything known on the day of the training; nothing later may be in it.
    through : str
        That day, 2026-11-21.

    Returns
    -------
    Coefficients
        To be given to `AnnualPool` and `WithinYearPool`. Parts with too few examples are those that
        ship, toward which all are shrunk. Deterministic.
    """
    start = shipped()
    tables = year_tables_of(panel)
    years = split_by_class(tables.values, tables.values[:, :-1]) if tables is not None else {}
    smooth, surge, batch = (
        _year(years.get(name), given, start.seasons, name)
        for name, given in zip(CLASSES, start.classes, strict=True)
    )
    return Coefficients(
        max(start.trained_through, through),
        (*start.sources, f"retrained on {len(panel)} local series"),
        _annual(histories_of(panel), start.annual),
        start.seasons,
        smooth,
        surge,
        batch,
    )


def _annual(pool: Histories | None, start: AnnualCoefficients) -> AnnualCoefficients:
    examples = local_examples(pool, start) if pool is not None else None
    if examples is None or not _is_enough(examples):
        return start
    found = learn_annual(examples, start.trend, start.log_variance, toward=start)
    return replace(
        found, residuals=_between(start.residuals, found.residuals, examples), squares=start.squares
    )


def local_examples(pool: Histories, learned: AnnualCoefficients) -> Examples | None:
    """Past origins of a pool, each detrended by what its groups had shown by then; None without any."""
    parts: list[tuple[Floats, Floats, Floats, Ints, Ints, Ints]] = []
    for years in range(1, ORIGINS + 1):
        past = past_tables(pool, learned, years=years)
        if past is None:
            break
        for h in range(min(years, HORIZONS)):
            experts, features = growth_table(past.seen, past.mean[:, h], past.variance[:, h], horizon=h + 1)
            outcomes = pool.moves(past.kept, back=years, ahead=h + 1) - past.lean * (h + 1)
            came = np.flatnonzero(np.isfinite(outcomes))
            column, origin = np.full(came.size, h), np.full(came.size, years)
            parts.append((experts[came], features[came], outcomes[came], column, past.kept[came], origin))
    if not parts:
        return None
    return Examples.joined(parts)


def _is_enough(examples: Examples) -> bool:
    """Whether there are examples enough, at every horizon too."""
    counts = np.bincount(examples.columns, minlength=HORIZONS)
    return examples.outcomes.size >= FEWEST_EXAMPLES and bool((counts >= FEWEST_OF_EACH).all())


def _year(
    values: Floats | None, start: YearCoefficients, prior: SeasonPrior, year_class: str
) -> YearCoefficients:
    examples = year_examples(YearTables(values), prior, year_class) if values is not None else None
    if examples is None or examples.outcomes.size < FEWEST_EXAMPLES:
        return start
    found = learn_year(examples, toward=start)
    return replace(found, residuals=_between(start.residuals, found.residuals, examples))


def _between(start: Residuals, found: Residuals, examples: Examples) -> Residuals:
    """Residual quantiles between the shipped and the local ones, by the number of examples."""
    share = examples.outcomes.size / (examples.outcomes.size + RESIDUALS_PULL)
    return Residuals(start.levels, (1 - share) * start.quantiles + share * found.quantiles, start.correlation)
