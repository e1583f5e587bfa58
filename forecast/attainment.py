"""From drawn paths to the probability that each target is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from forecast.errors import QuestionError
from forecast.functionals import reduce_entering
from forecast.panel import Measure
from forecast.paths import OBSERVED, PathDraws
from forecast.questions import QUANTILE_LEVELS, Answer, Question, Reason
from forecast.targets import (
    KINDS_ON_A_BASE,
    Comparator,
    Floats,
    TargetKind,
    attained,
    entering_periods,
    has_ceiling,
)

MOST_WITHOUT_BASE = 0.05
"""Share of draws without a base above zero up to which growth is still spoken of; they reach nothing."""

DRAWS_OF_STAND_INS = 2000
"""Draws of a rank in which every peer that is known is final."""

LEAST_SHARE_OF_PEERS = 0.5
"""A rank needs draws of at least this share of the peers."""


def answer_from_paths(paths: Mapping[str, PathDraws], questions: Sequence[Question]) -> list[Answer]:
    """Score targets on drawn paths, without fitting anything: what a what-if calls.

    Parameters
    ----------
    paths : mapping of str to PathDraws
        By series id; holds the series of the questions and their peers as far as they are known.
    questions : sequence of Question
        Targets.

    Returns
    -------
    list of Answer
        In the order of the questions. An unsettled probability is (k + 1/2) / (n + 1) for k of n
        draws, so it is never exactly 0 or 1.

    Source: docs/methods.md, section 1.
    """
    return [_answer(paths, question) for question in questions]


def probabilities_from_paths(
    paths: Mapping[str, PathDraws], questions: Sequence[Question]
) -> list[float | None]:
    """Only the probabilities of `answer_from_paths`: for many values of one target, as a curve asks.

    Questions that compare the same quantity work it out once.

    Parameters
    ----------
    paths, questions
        As in `answer_from_paths`.

    Returns
    -------
    list of float or None
        In the order of the questions; None where nothing can be said.
    """
    worked_out: dict[Question, tuple[Floats, Reason]] = {}
    found = []
    for question in questions:
        same = _compared_alike(question)
        if same not in worked_out:
            worked_out[same] = compared_draws(paths, question)
        found.append(_probability(*worked_out[same], question))
    return found


def compared_draws(paths: Mapping[str, PathDraws], question: Question) -> tuple[Floats, Reason]:
    """Give the compared quantity of a target, draw by draw.

    Parameters
    ----------
    paths : mapping of str to PathDraws
        See `answer_from_paths`.
    question : Question
        The target.

    Returns
    -------
    tuple of ndarray, shape (n_draws,), and Reason
        One draw when every value that enters is known and final (reason "settled"); none when nothing
        can be said. NaN in single draws (a base that is not above zero) never reaches a target.
    """
    nothing = np.empty(0)
    if question.kind is TargetKind.MILESTONE:
        return nothing, Reason.MILESTONE
    path = paths.get(question.series_id)
    if path is None:
        return nothing, Reason.UNKNOWN_SERIES
    if _is_unfit(path, question):
        return nothing, Reason.UNFIT_KIND
    if not path.series.n_observations and not path.draws.size:
        return nothing, Reason.NO_DATA
    periods = entering_periods(
        question.kind,
        deadline=question.deadline,
        start=question.start,
        periods_per_year=path.series.periods_per_year,
    )
    values = path.at(periods)
    reason = _obstacle(path, question, periods, values)
    if reason is not Reason.OK:
        return nothing, reason
    return _with_a_base(_reduce(paths, path, question, values, is_settled=path.are_final(periods)))


def _with_a_base(reduced: tuple[Floats, Reason]) -> tuple[Floats, Reason]:
    """Nothing where too many draws have no base to grow from: what is left would not be the quantity."""
    compared, _ = reduced
    if compared.size and np.isnan(compared).mean() > MOST_WITHOUT_BASE:
        return np.empty(0), Reason.MISSING_BASE
    return reduced


def value_with_probability(
    compared: Floats,
    *,
    probability: float,
    comparator: Comparator = Comparator.AT_LEAST,
    higher_is_better: bool = True,
    tolerance: float = 0.0,
    relative_tolerance: float = 0.0,
    decimals: int | None = None,
) -> float:
    """Find the target value that has a chosen probability ("which target has an 80 % chance").

    Parameters
    ----------
    compared : ndarray, shape (n_draws,)
        Draws of the compared quantity; NaN counts as not met.
    probability : float
        Wanted probability, between 0 and 1.
    comparator : Comparator
        A floor or a ceiling, or about; between has no single value.
    higher_is_better : bool
        Polarity, for about.
    tolerance, relative_tolerance : float
        What about allows: an amount, or a share of the target (0.05 for amounts and counts).
    decimals : int or None
        Published decimals; the value is then rounded to the easier side, so that its probability is not
        below the wanted one.

    Returns
    -------
    float
        Target value in the unit of the quantity. [unit of `compared`]

    Raises
    ------
    ValueError
        If there are no draws, the probability is not between 0 and 1, or the comparator is between.

    Source: docs/methods.md, section 2.
    """
    if not compared.size or not 0 < probability < 1 or comparator is Comparator.BETWEEN:
        raise ValueError("needs draws, a probability between 0 and 1, and a floor or a ceiling")
    is_ceiling = has_ceiling(comparator, higher_is_better=higher_is_better)
    sign = -1.0 if is_ceiling else 1.0
    # As floors: the k-th largest draw is reached by k of n draws, NaN by none.
    floors = np.sort(np.where(np.isnan(compared), -np.inf, sign * compared))[::-1]
    reach = min(int(np.ceil(probability * floors.size - 1e-9)), floors.size) - 1
    value = float(floors[reach])
    if comparator is Comparator.ABOUT:
        # A target v allows down to v - tolerance - share x |v|.
        lifted = value + tolerance
        value = lifted / (1 - relative_tolerance if lifted > 0 else 1 + relative_tolerance)
    if decimals is not None:
        unit = 10.0**-decimals
        value = float(np.floor(value / unit + 1e-9)) * unit
    return sign * value


def _answer(paths: Mapping[str, PathDraws], question: Question) -> Answer:
    compared, reason = compared_draws(paths, question)
    path = paths.get(question.series_id)
    return Answer(
        question.question_id,
        _probability(compared, reason, question),
        _quantiles(compared) if compared.size else None,
        path.series.observed_to if path else None,
        path.series.n_observations if path else 0,
        _method(path, reason),
        reason,
    )


def _probability(compared: Floats, reason: Reason, question: Question) -> float | None:
    if not compared.size:
        return None
    comparator, value = question.comparison
    met = attained(
        compared,
        comparator,
        value,
        value_upper=question.value_upper,
        tolerance=question.about_tolerance,
        decimals=question.decimals,
        higher_is_better=question.higher_is_better,
    )
    return float(met.mean()) if reason is Reason.SETTLED else (float(met.sum()) + 0.5) / (met.size + 1)


def _compared_alike(question: Question) -> Question:
    """One question that stands for all that compare the same quantity."""
    if question.kind is TargetKind.GROWTH_EACH_YEAR and question.middle is not None:
        return replace(question, question_id="")
    return replace(question, question_id="", value=0.0, value_upper=1.0, about_tolerance=0.0)


def _method(path: PathDraws | None, reason: Reason) -> str:
    if reason is Reason.SETTLED:
        return OBSERVED
    return path.method if path is not None and reason is Reason.OK else ""


def _quantiles(compared: Floats) -> tuple[float, ...] | None:
    known = compared[np.isfinite(compared)]
    return tuple(float(q) for q in np.quantile(known, QUANTILE_LEVELS)) if known.size else None


def _is_unfit(path: PathDraws, question: Question) -> bool:
    """A stock or a ratio does not add up over time."""
    return question.kind is TargetKind.CUMULATIVE and path.series.measure in {Measure.STOCK, Measure.RATIO}


def _obstacle(path: PathDraws, question: Question, periods: Sequence[int], values: Floats) -> Reason:
    """What keeps a quantity from being worked out, if anything does."""
    if path.is_never_reported(question.deadline):
        return Reason.NO_DATA
    never = any(path.is_never_reported(t) for t in periods)
    if never and question.kind is not TargetKind.CUMULATIVE:  # there it is what the month before had
        return Reason.MISSING_BASE
    past = [i for i, t in enumerate(periods) if t < path.start]
    if np.isnan(values[:, past]).any():
        return Reason.MISSING_BASE
    bases = [i for i in past if i < len(periods) - 1]
    if question.kind in KINDS_ON_A_BASE and (values[:, bases] <= 0).any():
        return Reason.MISSING_BASE
    if np.isnan(values).any():
        return Reason.TOO_SHORT if path.reason is Reason.OK else path.reason
    return Reason.OK


def _reduce(
    paths: Mapping[str, PathDraws], path: PathDraws, question: Question, values: Floats, *, is_settled: bool
) -> tuple[Floats, Reason]:
    peers = None
    if question.kind is TargetKind.RANK:
        known, are_final = _known_peers(paths, question)
        if not known or len(known) < LEAST_SHARE_OF_PEERS * len(question.peers):
            return np.empty(0), Reason.NO_PEERS
        is_settled = is_settled and are_final and len(known) == len(question.peers)
        n_draws = max(len(values), *(one.size for one in known))
        if n_draws == 1 and len(known) < len(question.peers):  # a stand-in for an unknown peer is drawn
            n_draws = DRAWS_OF_STAND_INS
        peers = _joint(known, len(question.peers), n_draws)
        values = np.broadcast_to(values, (peers.shape[1], values.shape[1]))
    comparator, _ = question.comparison
    compared = reduce_entering(
        question.kind,
        values,
        deadline=question.deadline,
        start=question.start,
        periods_per_year=path.series.periods_per_year,
        comparator=comparator,
        middle=question.middle,
        higher_is_better=question.higher_is_better,
        peers=peers,
    )
    return compared[:1] if is_settled else compared, Reason.SETTLED if is_settled else Reason.OK


def _known_peers(paths: Mapping[str, PathDraws], question: Question) -> tuple[list[Floats], bool]:
    """Values of the peers that have one at the deadline; and whether all of those are final."""
    known, are_final = [], True
    for series_id in question.peers:
        path = paths.get(series_id)
        values = path.at([question.deadline])[:, 0] if path is not None else np.array([np.nan])
        if path is not None and not np.isnan(values).any():
            known.append(values)
            are_final = are_final and path.are_final([question.deadline])
    return known, are_final


def _joint(known: Sequence[Floats], n_peers: int, n_draws: int) -> Floats:
    """Put peers side by side; each unknown one is drawn as any of the known, in turn.

    Leaving unknown peers out would flatter the rank.
    """
    if any(one.size not in {1, n_draws} for one in known):
        raise QuestionError("rank", "the peers' paths differ in their number of draws.")
    table = np.stack([np.broadcast_to(one, (n_draws,)) for one in known])
    turns = np.arange(n_draws)
    stand_ins = [table[(turns + j) % len(known), turns] for j in range(n_peers - len(known))]
    return np.concatenate([table, np.stack(stand_ins)]) if stand_ins else table
