"""From cases to estimates: one panel of everything known, one set of paths, every answer from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import forecast
from monitor.forecasting.cases import (
    Case,
    chained_index,
    reached_already,
    series_id_of,
    to_series,
)
from monitor.forecasting.figures import figures_of
from monitor.indicators import Indicator
from monitor.judging import Estimate
from monitor.periods import Frequency, Period
from monitor.policy import Policy
from monitor.reasons import Reason
from monitor.snapshot import Snapshot

MODEL_VERSION = "+".join(model.name for model in forecast.DEFAULT_MODELS) + " 1"
"""Stored with every assessment; the number rises when the same inputs would give other probabilities."""


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


@dataclass(frozen=True)
class Forecasted:
    """An estimate with the numbers and sentences that stand beside it.

    Parameters
    ----------
    figures : dict
        Numbers for screens (see `monitor.wording`), base units.
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


def indicators_needed(codes: Iterable[str | None], indicators: Mapping[str, Indicator]) -> list[str]:
    """The indicators named, and the growth rates, numerators and denominators they lean on."""
    needed: set[str] = set()
    for code in codes:
        if code is None:
            continue
        entry = indicators[code]
        needed.update(filter(None, (code, entry.growth_indicator, entry.numerator, entry.denominator)))
    return sorted(needed)


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
    digests = _group_digests(drawn.panel)
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
            input_hash=_input_hash(case, drawn.panel, digests, policy),
        )
    return found


def draw(cases: Sequence[Case], snapshot: Snapshot, policy: Policy) -> Drawn:
    """The panel of the cases' indicators, and paths as far as their deadlines."""
    panel = build_panel(cases, snapshot)
    until: dict[str, int] = {}
    for case in cases:
        for series_id in (case.series_id, *case.question.peers):
            if panel.find(series_id) is not None:
                until[series_id] = max(until.get(series_id, case.question.deadline), case.question.deadline)
    paths = forecast.forecast_paths(
        panel, sorted(until), until=until, n_draws=policy.n_draws, seed=policy.seed
    )
    return Drawn(panel, paths)


def build_panel(cases: Sequence[Case], snapshot: Snapshot) -> forecast.Panel:
    """Every series of the cases' indicators, pooled by region level, and the special ones they need.

    A series that a target is judged on (as it stood on the day of the settling release) and a chained
    index stand outside every pool.
    """
    members: dict[str, forecast.Series] = {}
    for code in sorted({case.indicator.code for case in cases}):
        for region in snapshot.regions_with(code):
            known = snapshot.series(code, region)
            if known is None or not known.values:
                continue
            series_id = series_id_of(code, region)
            members[series_id] = to_series(
                known, series_id=series_id, group=_group(known.indicator, region, snapshot)
            )
    for case in cases:
        if case.series_id not in members and case.known is not None and case.known.values:
            plain = to_series(case.known, series_id=case.series_id, group="")
            members[case.series_id] = chained_index(plain) if ":index" in case.series_id else plain
    return forecast.Panel.of(members.values())


def _group(indicator: Indicator, region: str, snapshot: Snapshot) -> str:
    level = snapshot.regions[region].level
    return f"{indicator.code}@{level}" if indicator.peers == level else ""


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


def _group_digests(panel: forecast.Panel) -> dict[str, str]:
    """A digest of each pool: any change in a peer's figures changes it."""
    hashes: dict[str, Any] = {}
    for series in panel:
        hashes.setdefault(series.group, hashlib.sha256()).update(_fingerprint(series))
    return {group: digest.hexdigest() for group, digest in hashes.items()}


def _fingerprint(series: forecast.Series) -> bytes:
    marks = b"" if series.provisional is None else series.provisional.tobytes()
    return f"{series.series_id}|{series.first}|".encode() + series.values.tobytes() + marks


def _input_hash(case: Case, panel: forecast.Panel, digests: Mapping[str, str], policy: Policy) -> str:
    digest = hashlib.sha256(repr(case.question).encode())
    series = panel.find(case.series_id)
    if series is not None:
        digest.update(_fingerprint(series))
        digest.update(digests[series.group].encode() if series.group else b"")
    for peer in case.question.peers:
        other = panel.find(peer)
        digest.update(_fingerprint(other) if other is not None else b"-")
    digest.update(f"{policy.seed}|{policy.n_draws}|{MODEL_VERSION}".encode())
    return digest.hexdigest()[:32]
