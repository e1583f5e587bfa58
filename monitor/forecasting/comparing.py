"""The families of models side by side on one target: what each says now, and how each erred before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

import forecast
from forecast.targets import TargetKind
from monitor.core.policy import Policy
from monitor.core.snapshot import Snapshot
from monitor.forecasting.cases import Case, series_id_of
from monitor.forecasting.panels import build_panel
from monitor.forecasting.training import pooled_engine

N_ORIGINS = 6
"""Past days the families are tried at: some seconds for all of them."""

LONGEST_AHEAD = 5
_MONTHS = 12


@dataclass(frozen=True)
class FamilyRecord:
    """One family on one target.

    Parameters
    ----------
    family : str
        Key of `forecast.FAMILIES`.
    probability : float or None
        What it says today; None with a reason.
    reason : str
        "ok", or why it says nothing.
    weight : float
        Share it earned in the combination for this class of series.
    n_tried : int
        Past forecasts it was scored on.
    error : float or None
        Mean distance of its median from what came. [indicator's base unit]
    coverage : float or None
        Share of these that its 80 % range held.
    crps : float or None
        Mean continuous ranked probability score, in sizes of a usual yearly change.
    """

    family: str
    probability: float | None
    reason: str
    weight: float
    n_tried: int
    error: float | None
    coverage: float | None
    crps: float | None


def can_compare(case: Case) -> bool:
    """Whether the families can be asked: not of ranks, settled targets, or an index chained from rates."""
    is_plain = case.series_id == series_id_of(case.indicator.code, case.terms.region)
    return is_plain and case.known is not None and case.question.kind is not TargetKind.RANK


def compare_families(case: Case, snapshot: Snapshot, policy: Policy) -> tuple[FamilyRecord, ...]:
    """What every family says of a target today, and how it forecast this series before.

    Parameters
    ----------
    case : Case
        One that `can_compare`.
    snapshot : Snapshot
        Everything known on the day.

    Returns
    -------
    tuple of FamilyRecord
        The pooled engine first. Past forecasts are made from periods up to each origin, on the values
        as they stand today.

    Source: docs/families.md, section 2.
    """
    panel = build_panel(snapshot)
    series = panel.find(case.series_id)
    if series is None or series.observed_to is None:
        return ()
    names = sorted(forecast.FAMILIES, key=lambda name: (name != forecast.POOLED, name))
    drivers = tuple(series_id_of(code, case.terms.region) for code in case.indicator.drivers)
    asked = {case.series_id: drivers} if drivers else None
    families = (pooled_engine(snapshot), *forecast.models_named(names[1:], drivers=asked))
    weights = forecast.DEFAULT_WEIGHTS.get(forecast.class_of(series), {forecast.POOLED: 1.0})
    tried = forecast.rolling_origins(
        panel,
        families,
        origins=_origins(series),
        horizons=_horizons(case, series),
        series_ids=[case.series_id],
        n_draws=policy.n_draws,
        seed=policy.seed,
    )
    return tuple(
        _record(family, case, panel, policy, weights=weights, scores=tried.scores) for family in families
    )


def _origins(series: forecast.Series) -> list[int]:
    """Months known at the last origins, a year apart: those of the last figure, one year back and on."""
    per_year = series.periods_per_year
    last = series.observed_to or series.first
    month = (last + 1) * _MONTHS // per_year - 1
    return [month - _MONTHS * back for back in range(1, N_ORIGINS + 1)]


def _horizons(case: Case, series: forecast.Series) -> tuple[int, ...]:
    """A year ahead, and as far as the deadline lies."""
    ahead = case.question.deadline - (series.observed_to or case.question.deadline)
    return tuple(sorted({1, min(max(ahead, 1), LONGEST_AHEAD)}))


def _record(
    family: forecast.Model,
    case: Case,
    panel: forecast.Panel,
    policy: Policy,
    *,
    weights: Mapping[str, float],
    scores: Sequence[forecast.Score],
) -> FamilyRecord:
    drawn = family.paths(
        panel,
        [case.series_id],
        until={case.series_id: case.question.deadline},
        n_draws=policy.n_draws,
        seed=policy.seed,
    )
    answer = forecast.answer_from_paths(drawn, [case.question])[0]
    own = [score for score in scores if score.family == family.name]
    return FamilyRecord(
        family=family.name,
        probability=answer.probability_met,
        reason=answer.reason.value,
        weight=weights.get(family.name, 0.0),
        n_tried=len(own),
        error=_mean([abs(float(np.median(each.sample)) - each.actual) * each.scale for each in own]),
        coverage=_mean([float(each.is_covered) for each in own]),
        crps=_mean([each.crps for each in own]),
    )


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
