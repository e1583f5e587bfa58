"""From a panel and questions to answers: which model draws which series."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

import numpy as np

from forecast.attainment import answer_from_paths
from forecast.coefficients import Coefficients
from forecast.models.annual import AnnualPool
from forecast.models.base import FURTHEST, Model, PooledModel, first_open_period, without_draws
from forecast.models.chain_ladder import ChainLadder
from forecast.models.counter import Counter
from forecast.models.drift import AnnualDrift
from forecast.models.within_year import WithinYearPool
from forecast.outlook import Outlook
from forecast.panel import Panel, Series
from forecast.paths import PathDraws
from forecast.questions import Answer, Question, Reason
from forecast.quick import quick_answers

DEFAULT_MODELS: tuple[Model, ...] = (
    Counter(),
    AnnualPool(),
    WithinYearPool(),
    AnnualDrift(),
    ChainLadder(),
)
"""Families in order: the first that serves a series draws it."""


def models_trained(learned: Coefficients) -> tuple[Model, ...]:
    """The default families with coefficients of their own, such as those of `forecast.retrain`."""
    trained: dict[str, Model] = {
        model.name: model for model in (AnnualPool(learned.annual), WithinYearPool(learned))
    }
    return tuple(trained.get(model.name, model) for model in DEFAULT_MODELS)


Progress = Callable[[int, int], None]
"""Called with the number done and the number of all."""


def answer(
    panel: Panel,
    questions: Sequence[Question],
    *,
    seed: int,
    n_draws: int = 2000,
    progress: Progress | None = None,
    models: Sequence[Model] = DEFAULT_MODELS,
) -> list[Answer]:
    """Say how likely each target is to be met, given a panel.

    Parameters
    ----------
    panel : Panel
        Everything known on one date; the pool of every forecast.
    questions : sequence of Question
        Targets to judge.
    seed : int
        Draws depend on it and the series id alone: the same numbers in any order and any choice of
        questions.
    n_draws : int
        Paths per series.
    progress : callable or None
        Called as `progress(done, all)` with the number of questions.
    models : sequence of Model
        Families in order of preference.

    Returns
    -------
    list of Answer
        In the order of the questions; what cannot be answered says why and has no probability.

    Source: docs/methods.md, section 1.
    """
    until = _last_deadlines(questions)
    outlooks = _outlooks(panel, until, n_draws=n_draws, seed=seed, models=models)
    found = _answer_quickly(questions, outlooks, models)
    told = progress or _say_nothing
    if found:
        told(len(found), len(questions))
    rest = [place for place in range(len(questions)) if place not in found]
    needed = {
        one: until[one] for place in rest for one in (questions[place].series_id, *questions[place].peers)
    }
    paths = _paths(panel, needed, outlooks, n_draws=n_draws, seed=seed, models=models)
    for place in rest:
        found[place] = answer_from_paths(paths, [questions[place]])[0]
        told(len(found), len(questions))
    return [found[place] for place in range(len(questions))]


def _last_deadlines(questions: Sequence[Question]) -> dict[str, int]:
    """Latest deadline of each series that a question reads."""
    # A later deadline takes the place of an earlier one.
    rising = sorted(questions, key=attrgetter("deadline"))
    return {one: question.deadline for question in rising for one in (question.series_id, *question.peers)}


def _say_nothing(done: int, total: int) -> None:
    """Progress nobody asked for."""


Outlooks = Mapping[str, Outlook | None]
"""By name of a pooled model; None where it serves nothing."""


def _outlooks(
    panel: Panel, until: Mapping[str, int], *, n_draws: int, seed: int, models: Sequence[Model]
) -> Outlooks:
    """Forecast the whole panel once by every pooled model that can have a say."""
    asked = {one.periods_per_year for one in map(panel.series.get, until) if one is not None}
    return {
        model.name: model.outlook(panel, until=until, n_draws=n_draws, seed=seed)
        for model in models
        if isinstance(model, PooledModel) and model.periods_per_year in asked
    }


def _answer_quickly(
    questions: Sequence[Question], outlooks: Outlooks, models: Sequence[Model]
) -> dict[int, Answer]:
    """Answers, by place, that need no draws of a single series.

    Only from pooled models that come before any other but that of counters, which no outlook answers.
    """
    left = dict(enumerate(questions))
    found: dict[int, Answer] = {}
    for model in models:
        if isinstance(model, Counter):
            continue
        if not isinstance(model, PooledModel):
            break
        outlook = outlooks.get(model.name)
        if outlook is not None:
            found |= quick_answers(outlook, left)
            left = {place: one for place, one in left.items() if one.series_id not in outlook.row_of}
    return found


def forecast_paths(
    panel: Panel,
    series_ids: Sequence[str],
    *,
    until: Mapping[str, int] | int,
    n_draws: int = 2000,
    seed: int,
    models: Sequence[Model] = DEFAULT_MODELS,
) -> dict[str, PathDraws]:
    """Draw the possible futures of some series of a panel.

    Parameters
    ----------
    panel : Panel
        Everything known on one date; all of it is the pool, whatever is asked for.
    series_ids : sequence of str
        Series to draw; ids that are not in the panel are left out of the result.
    until : mapping of str to int, or int
        Ordinal of the last period to draw, by series; or how many periods past its last value.
    n_draws : int
        Paths per series.
    seed : int
        See `answer`.
    models : sequence of Model
        Families in order; the first that serves a series and does not fail draws it.

    Returns
    -------
    dict of str to PathDraws
        Every asked series of the panel; one that cannot be drawn has no columns and a reason. A ratio
        too short for a model of its own is drawn as 100 x numerator / denominator where both are
        in the panel.

    Source: docs/methods.md, sections 3 to 8.
    """
    chosen = [panel.series[one] for one in dict.fromkeys(series_ids) if one in panel.series]
    ends = {s.series_id: _end(s, until) for s in chosen}
    outlooks = _outlooks(panel, ends, n_draws=n_draws, seed=seed, models=models)
    return _paths(panel, ends, outlooks, n_draws=n_draws, seed=seed, models=models)


def _paths(
    panel: Panel,
    ends: Mapping[str, int],
    outlooks: Outlooks,
    *,
    n_draws: int,
    seed: int,
    models: Sequence[Model],
) -> dict[str, PathDraws]:
    """Draw every series that has an end, from outlooks where a model has one."""
    chosen = [panel.series[one] for one in ends if one in panel.series]
    ends = {one.series_id: min(ends[one.series_id], _furthest(one)) for one in chosen}
    found: dict[str, PathDraws] = {}
    for model in models:
        open_ids = [s.series_id for s in chosen if s.series_id not in found and s.n_observations]
        if not open_ids:
            break
        outlook = outlooks.get(model.name)
        if not isinstance(model, PooledModel):
            found |= model.paths(panel, open_ids, until=ends, n_draws=n_draws, seed=seed)
        elif outlook:
            found |= model.draw(outlook, panel, open_ids, until=ends, seed=seed)
    for series in chosen:
        path = found.get(series.series_id)
        if path is None or path.reason is not Reason.OK:
            reason = Reason.TOO_SHORT if series.n_observations else Reason.NO_DATA
            quotient = _quotient(
                panel, series, ends[series.series_id], n_draws=n_draws, seed=seed, models=models
            )
            found[series.series_id] = quotient or path or without_draws(series, reason, "")
    return {s.series_id: found[s.series_id] for s in chosen}


def _furthest(series: Series) -> int:
    """Last period that is drawn: beyond it a deadline is out of reach of any model."""
    last = series.first + series.values.size - 1 if series.observed_to is None else series.observed_to
    return last + FURTHEST * series.periods_per_year


def _end(series: Series, until: Mapping[str, int] | int) -> int:
    if not isinstance(until, int):
        return until[series.series_id]
    last = series.observed_to
    return (series.first - 1 if last is None else last) + until


def _quotient(
    panel: Panel, series: Series, end: int, *, n_draws: int, seed: int, models: Sequence[Model]
) -> PathDraws | None:
    """Draw a ratio from its numerator and denominator, if both can be drawn."""
    parts = [series.numerator, series.denominator]
    known = [panel.find(one) for one in parts if one is not None and one != series.series_id]
    usable = [s for s in known if s is not None and s.periods_per_year == series.periods_per_year]
    if len(usable) < 2 or any(s.numerator is not None for s in usable):
        return None
    ids = [s.series_id for s in usable]
    drawn = forecast_paths(
        panel, ids, until=dict.fromkeys(ids, end), n_draws=n_draws, seed=seed, models=models
    )
    start = first_open_period(series)
    periods = range(start, end + 1)
    above, below = (np.broadcast_to(drawn[one].at(periods), (n_draws, len(periods))) for one in ids)
    if not periods or any(drawn[one].reason is not Reason.OK for one in ids):
        return None
    draws = np.clip(100 * above / np.where(below > 0, below, np.nan), series.lower, series.upper)
    return PathDraws(series, start, draws, "ratio")
