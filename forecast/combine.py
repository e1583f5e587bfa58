"""Families joined by weights they earned in a backtest.

The score of a linear pool is a quadratic function of its weights, so the best weights are found exactly.
A family other than the default pays for its weight in proportion to the doubt about its gain, so that it
earns weight by evidence only. Source: docs/families.md, section 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import stdtrit

from forecast.backtest import Score, clustered_se
from forecast.families import POOLED, Pooled
from forecast.models.base import Model
from forecast.panel import Panel
from forecast.paths import PathDraws
from forecast.questions import Reason
from forecast.streams import generator
from forecast.targets import Floats

EVIDENCE_LEVEL = 0.84
"""The gain of a family counts less its standard error, one-sided at this level of Student's t."""

LEAST_WEIGHT = 0.02
"""Less than this is not worth a fit."""

MOST_STEPS = 2000
"""Steps between two families on the way to the best shares."""

LEAST_CHARGE = 1e-6
"""A tie goes to the default."""

Weights = Mapping[str, float]
"""Shares by family name, summing to 1; a share of 0 may be left out."""


@dataclass(frozen=True)
class Learned:
    """Weights of one class and the evidence behind them.

    Parameters
    ----------
    weights : mapping of str to float
        Shares, summing to 1.
    gains, charges : mapping of str to float
        How fast the score of the pool falls as a family takes weight from the default, and what it is
        charged for the doubt about that. [sizes of a usual yearly change]
    n_outcomes, n_series, n_origins : int
        Evidence.
    """

    weights: Weights
    gains: Mapping[str, float]
    charges: Mapping[str, float]
    n_outcomes: int
    n_series: int
    n_origins: int


def learn_family_weights(scores: Sequence[Score]) -> dict[str, Learned]:
    """Find the weights of every class of series.

    Parameters
    ----------
    scores : sequence of Score
        From `forecast.backtest.rolling_origins`; only outcomes that the pooled engine forecast count, and a
        family without draws for one of them is taken to have said what that engine said.

    Returns
    -------
    dict of str to Learned
        By class. A single origin or a single series gives the pooled engine all the weight.

    Source: docs/families.md, section 3; the score of a pool follows from equation 21 of Gneiting and
    Raftery (2007), JASA 102, 359-378.
    """
    names = [POOLED, *sorted({score.family for score in scores} - {POOLED})]
    by_class: dict[str, dict[tuple[str, int, int], dict[str, Score]]] = {}
    for score in scores:
        by_class.setdefault(score.series_class, {}).setdefault(score.task, {})[score.family] = score
    return {
        name: _learn([found for found in tasks.values() if POOLED in found], names)
        for name, tasks in sorted(by_class.items())
        if any(POOLED in found for found in tasks.values())
    }


def pool_crps(scores: Sequence[Score], weights: Weights) -> Floats:
    """Score a linear pool on outcomes that its families forecast, without drawing again.

    Parameters
    ----------
    scores : sequence of Score
        See `learn_family_weights`.
    weights : mapping of str to float
        Shares by family, summing to 1.

    Returns
    -------
    ndarray, shape (n_outcomes,)
        Continuous ranked probability scores of the pool, by series, origin and step. [sizes of a usual
        yearly change]
    """
    tasks: dict[tuple[str, int, int], dict[str, Score]] = {}
    for score in scores:
        tasks.setdefault(score.task, {})[score.family] = score
    names = [POOLED, *sorted(set(weights) - {POOLED})]
    shares = np.array([weights.get(name, 0.0) for name in names])
    misses, distances = _energy([tasks[t] for t in sorted(tasks) if POOLED in tasks[t]], names)
    scored: Floats = misses @ shares - np.einsum("i,nij,j->n", shares, distances, shares) / 2
    return scored


def _learn(outcomes: Sequence[Mapping[str, Score]], names: Sequence[str]) -> Learned:
    default = names[0]
    firsts = [found[default] for found in outcomes]
    misses, distances = _energy(outcomes, names)
    slopes = misses - distances[:, 0, :]
    slopes = slopes - slopes[:, [0]]
    series, origins = [s.series_id for s in firsts], [s.origin for s in firsts]
    charges = np.array([0.0, *(_charge(column, series, origins) for column in slopes.T[1:])])
    weights = _minimised(misses.mean(axis=0) + charges, distances.mean(axis=0))
    gains = -slopes.mean(axis=0)
    return Learned(
        weights={name: float(w) for name, w in zip(names, weights, strict=True) if w > 0},
        gains={name: float(g) for name, g in zip(names[1:], gains[1:], strict=True)},
        charges={name: float(c) for name, c in zip(names[1:], charges[1:], strict=True)},
        n_outcomes=len(outcomes),
        n_series=len(set(series)),
        n_origins=len(set(origins)),
    )


def _energy(outcomes: Sequence[Mapping[str, Score]], names: Sequence[str]) -> tuple[Floats, Floats]:
    """Mean distances of every family to the outcome, and of every two families to each other.

    Returns
    -------
    tuple of ndarray, shape (n_outcomes, n_families) and (n_outcomes, n_families, n_families)
    """
    misses = np.empty((len(outcomes), len(names)))
    distances = np.empty((len(outcomes), len(names), len(names)))
    for row, found in enumerate(outcomes):
        default = found[names[0]]
        samples = np.stack([found.get(name, default).sample for name in names])
        misses[row] = np.abs(samples - default.actual).mean(axis=1)
        gaps = np.abs(samples[:, None, :, None] - samples[None, :, None, :])
        distances[row] = gaps.mean(axis=(2, 3))
    return misses, distances


def _charge(slopes: Floats, series: Sequence[str], origins: Sequence[int]) -> float:
    """Doubt about a gain: by series or by origin (years are shared), whichever is larger."""
    doubts = [LEAST_CHARGE]
    for clusters in (series, origins):
        n_clusters = len(set(clusters))
        if n_clusters < 2:
            return float(np.abs(slopes).max(initial=1.0)) * 1e6
        quantile = float(stdtrit(n_clusters - 1, EVIDENCE_LEVEL))
        doubts.append(quantile * clustered_se(slopes, clusters))
    return max(doubts)


def _minimised(linear: Floats, distances: Floats) -> Floats:
    """Minimise linear'w - w'distances w / 2 over shares w, by exact steps between two families.

    The quadratic is convex on the simplex, for distances are of negative type (Szekely and Rizzo 2013).
    """
    weights = np.zeros(linear.size)
    weights[0] = 1.0
    for _ in range(MOST_STEPS):
        slope = linear - distances @ weights
        taker = int(np.argmin(slope))
        giver = int(np.argmax(np.where(weights > 0, slope, -np.inf)))
        if slope[giver] - slope[taker] < 1e-12:
            break
        bend = 2 * distances[giver, taker] - distances[giver, giver] - distances[taker, taker]
        moved = weights[giver] if bend <= 0 else min(weights[giver], (slope[giver] - slope[taker]) / bend)
        weights[giver] -= moved
        weights[taker] += moved
    weights[1:] = np.where(weights[1:] < LEAST_WEIGHT, 0.0, weights[1:])
    weights[0] = 1.0 - weights[1:].sum()
    return weights


@dataclass(frozen=True)
class Combination:
    """A linear pool: each family draws its share of the paths, the default what nobody else can.

    Parameters
    ----------
    members : tuple of Model
        Families that may hold a share.
    chosen : mapping of str to Weights
        Shares by series id, as an indicator's own choice of model sets them; any other series is left to
        the default.
    default : Model
        Takes the share of a family that has no draws; it serves every series.
    """

    members: tuple[Model, ...] = ()
    chosen: Mapping[str, Weights] = field(default_factory=dict)
    default: Model = field(default_factory=Pooled)
    name: str = "combination"

    def paths(
        self, panel: Panel, series_ids: Sequence[str], *, until: Mapping[str, int], n_draws: int, seed: int
    ) -> dict[str, PathDraws]:
        """Draw pooled paths; see `forecast.models.base.Model`.

        Path number i comes whole from one family, the same one in every series of equal weights, and
        is path number i of that family: questions over several series stay joint.
        """
        base = self.default.paths(panel, series_ids, until=until, n_draws=n_draws, seed=seed)
        shares = {one: self.chosen.get(one, {}) for one in series_ids if one in base}
        drawn: dict[str, dict[str, PathDraws]] = {}
        for member in self.members:
            ids = [one for one in shares if shares[one].get(member.name, 0.0) > 0]
            drawn[member.name] = (
                member.paths(panel, ids, until=until, n_draws=n_draws, seed=seed) if ids else {}
            )
        return {
            one: _pooled(
                path, {name: drawn[name].get(one) for name in drawn}, shares[one], n_draws=n_draws, seed=seed
            )
            if one in shares
            else path
            for one, path in base.items()
        }


def _pooled(
    base: PathDraws, drawn: Mapping[str, PathDraws | None], shares: Weights, *, n_draws: int, seed: int
) -> PathDraws:
    usable = {
        name: path
        for name, path in drawn.items()
        if path is not None and shares.get(name, 0.0) > 0 and _fits(path, base, n_draws)
    }
    if not usable:
        return base
    total = sum(shares.values())
    kept = [shares[name] / total for name in usable]
    has_base = base.reason is Reason.OK
    rest = 1.0 - sum(kept) if has_base else 0.0
    sources = [path.draws for path in usable.values()]
    names = list(usable)
    if rest > 1e-9:
        sources, kept, names = [base.draws, *sources], [rest, *kept], [base.method, *names]
    turns = _turns(np.array(kept) / sum(kept), n_draws, seed)
    draws = np.stack(sources)[turns, np.arange(n_draws)]
    first = next(iter(usable.values()))
    return PathDraws(first.series, first.start, draws, "+".join(names))


def _fits(path: PathDraws, base: PathDraws, n_draws: int) -> bool:
    """Whether a family's draws can stand beside the default's."""
    if path.reason is not Reason.OK or len(path.draws) != n_draws:
        return False
    return base.reason is not Reason.OK or (path.start == base.start and path.draws.shape == base.draws.shape)


def _turns(shares: Floats, n_draws: int, seed: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Which family draws each path; mirrored draws, half the draws apart, stay together."""
    half = (n_draws + 1) // 2
    bounds = np.rint(np.cumsum(shares) * half).astype(int)
    order = np.searchsorted(bounds, np.arange(half), side="right").clip(max=shares.size - 1)
    shuffled = generator(seed, "", "combination").permutation(order)
    return np.asarray(np.concatenate([shuffled, shuffled])[:n_draws], dtype=np.int64)
