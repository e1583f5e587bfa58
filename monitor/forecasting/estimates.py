"""From cases to estimates: one panel of everything known, one set of paths, every answer from it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

import forecast
from monitor.core.indicators import ForecastModel
from monitor.core.judging import Estimate
from monitor.core.periods import Frequency, Period
from monitor.core.policy import Policy
from monitor.core.reasons import Reason
from monitor.core.snapshot import Snapshot
from monitor.forecasting.cases import (
    Case,
    chained_index,
    reached_already,
    series_id_of,
    to_series,
)
from monitor.forecasting.choices import chosen_model
from monitor.forecasting.figures import figures_of
from monitor.forecasting.panels import build_panel
from monitor.forecasting.training import model_version

LEAST_VALUES = 3
"""Values a series needs by itself, told to the reader of a grey (docs/methods.md, section 3)."""

LEAST_FULL_YEARS = 2
"""Full years a series reported within the year needs (docs/methods.md, section 4)."""


@dataclass(frozen=True)
class Drawn:
    """The panel of a day and the paths drawn from it.

    Parameters
    ----------
    panel : forecast.Panel
        Every series of the indicators asked for.
    paths : mapping of series id to forecast.PathDraws
        Of the series the cases stand on, and their peers for ranks.
    """

    panel: forecast.Panel
    paths: Mapping[str, forecast.PathDraws]

    def without_panel(self) -> Drawn:
        """The paths alone, which is all that questions are asked of: small enough to keep."""
        return Drawn(forecast.Panel.of([]), self.paths)


@dataclass(frozen=True)
class Forecasted:
    """An estimate with the numbers and sentences that stand beside it.

    Parameters
    ----------
    figures : dict
        Numbers for screens (see `monitor.words.wording`), base units.
    details : tuple of Reason
        Sentences below the leading reason.
    data_details : tuple of Reason
        Those of them that hold without a probability.
    needed : int
        Values a series must have.
    missing_period : str or None
        Base period without a value.
    input_hash : str
        Digest of the question and of everything that may have entered the answer.
    """

    estimate: Estimate
    figures: dict[str, Any]
    details: tuple[Reason, ...]
    data_details: tuple[Reason, ...]
    reached_already: float | None
    has_gap_at_deadline: bool
    needed: int
    needed_years: int
    full_years: int | None
    missing_period: str | None
    input_hash: str

    @property
    def shown_probability(self) -> float | None:
        """A target already reached is certain, whatever the draws say of the rest of the year."""
        return self.estimate.probability_met if self.reached_already is None else 1.0


def forecast_cases(cases: Sequence[Case], snapshot: Snapshot, policy: Policy) -> dict[str, Forecasted]:
    """Answer every case from one panel.

    Parameters
    ----------
    cases : sequence of Case
        Built from the same snapshot.
    snapshot : Snapshot
        Everything known on the day; the pool.
    policy : Policy
        Seed and number of draws.

    Returns
    -------
    dict of target code to Forecasted
    """
    if not cases:
        return {}
    drawn = draw(cases, snapshot, policy)
    answers = forecast.answer_from_paths(drawn.paths, [case.question for case in cases])
    panel_digest = _panel_digest(drawn.panel)
    found = {}
    for case, answer in zip(cases, answers, strict=True):
        estimate = _estimate(case, answer)
        path = drawn.paths.get(case.series_id)
        compared = forecast.compared_draws(drawn.paths, case.question)[0] if path is not None else np.empty(0)
        beside = figures_of(case, estimate, path, compared, snapshot)
        found[case.target] = Forecasted(
            estimate=estimate,
            figures=beside.figures,
            details=beside.details,
            data_details=beside.data_details,
            reached_already=reached_already(case),
            has_gap_at_deadline=_has_gap_at_deadline(case),
            needed=LEAST_VALUES,
            needed_years=LEAST_FULL_YEARS,
            full_years=_full_years(case),
            missing_period=_missing_period(case, path) if estimate.reason == "missing_base" else None,
            input_hash=_input_hash(case, drawn, panel_digest, policy, model_version(snapshot)),
        )
    return found


def draw(cases: Sequence[Case], snapshot: Snapshot, policy: Policy) -> Drawn:
    """Paths of the cases' series as far as their deadlines, from the panel of everything known.

    The panel is that of the snapshot, whatever is asked: the same target gets the same numbers in a
    nightly run, alone, and under what-if. A series that a target is judged on (as it stood on the
    day of the settling release) and an index chained from rates stand outside it, each by itself.
    """
    panel = build_panel(snapshot)
    until: dict[str, int] = {}
    alone: dict[str, tuple[forecast.Series, int]] = {}
    for case in cases:
        deadline = case.question.deadline
        if _stands_alone(case) and case.known is not None and case.known.values:
            farthest = max(deadline, alone[case.series_id][1] if case.series_id in alone else deadline)
            alone[case.series_id] = (_own_series(case), farthest)
        for series_id, known in case.judged_peers.items():
            alone[series_id] = (to_series(known, series_id=series_id, group=""), deadline)
        for series_id in (case.series_id, *case.question.peers):
            if panel.find(series_id) is not None:
                until[series_id] = max(until.get(series_id, deadline), deadline)
    model = chosen_model(snapshot, panel, until)
    paths = model.paths(panel, sorted(until), until=until, n_draws=policy.n_draws, seed=policy.seed)
    for series_id, (series, deadline) in sorted(alone.items()):
        paths |= model.default.paths(
            forecast.Panel.of([series]),
            [series_id],
            until={series_id: deadline},
            n_draws=policy.n_draws,
            seed=policy.seed,
        )
    return Drawn(panel, paths)


def _stands_alone(case: Case) -> bool:
    return case.series_id != series_id_of(case.indicator.code, case.terms.region)


def _own_series(case: Case) -> forecast.Series:
    if case.known is None:
        raise ValueError(f"{case.target} has no figures")
    plain = to_series(case.known, series_id=case.series_id, group="")
    return chained_index(plain) if case.is_chained else plain


def _estimate(case: Case, answer: forecast.Answer) -> Estimate:
    frequency = case.indicator.frequency
    levels = forecast.QUANTILE_LEVELS
    return Estimate(
        probability_met=answer.probability_met,
        quantiles=dict(zip(levels, answer.quantiles, strict=True)) if answer.quantiles else None,
        observed_to=None
        if answer.observed_to is None
        else str(Period.from_ordinal(answer.observed_to, frequency)),
        n_observations=answer.n_observations,
        method=answer.method,
        reason=answer.reason.value,
    )


def _has_gap_at_deadline(case: Case) -> bool:
    """Whether the deadline's figure is missing although later ones are known."""
    last = case.known.last if case.known else None
    return (
        last is not None
        and last[0] > case.deadline
        and case.known is not None
        and case.known.at(case.deadline) is None
    )


def _full_years(case: Case) -> int | None:
    """Years with a year-end figure; None for an annual series."""
    if case.known is None or case.indicator.frequency is Frequency.ANNUAL:
        return None
    last_part = case.indicator.frequency.periods_per_year
    return sum(1 for period, _ in case.known.values if period.part == last_part)


def _missing_period(case: Case, path: forecast.PathDraws | None) -> str | None:
    if path is None:
        return None
    frequency = case.indicator.frequency
    periods = forecast.entering_periods(
        case.question.kind,
        deadline=case.question.deadline,
        start=case.question.start,
        periods_per_year=frequency.periods_per_year,
    )
    values = path.at(periods)
    for position, ordinal in enumerate(periods):
        if np.isnan(values[:, position]).any():
            return str(Period.from_ordinal(ordinal, frequency))
    return None


def _panel_digest(panel: forecast.Panel) -> str:
    """A digest of the pool: any change in any figure changes it."""
    digest = hashlib.sha256()
    for series in panel:
        digest.update(_fingerprint(series))
    return digest.hexdigest()


def _fingerprint(series: forecast.Series) -> bytes:
    """Every field of a series: what it is counts as much as its figures."""
    parts = (getattr(series, one.name) for one in fields(series))
    return b"|".join(one.tobytes() if isinstance(one, np.ndarray) else repr(one).encode() for one in parts)


def _input_hash(case: Case, drawn: Drawn, panel_digest: str, policy: Policy, model: str) -> str:
    """Digest of the question and of everything its answer may depend on."""
    digest = hashlib.sha256(repr(case.question).encode())
    path = drawn.paths.get(case.series_id)
    if path is not None:
        digest.update(_fingerprint(path.series))
    if case.settled_by is None:
        digest.update(panel_digest.encode())
    digest.update(f"{policy.seed}|{policy.n_draws}|{model}".encode())
    if case.indicator.model is not ForecastModel.POOLED:
        digest.update(f"{case.indicator.model}|{case.indicator.drivers}".encode())
    return digest.hexdigest()[:32]
