"""The work of `zhibiao forecast` in units: some questions of one day, judged in the whole panel of that day.

Draws depend on the seed and the series id alone, so the numbers are the same however work is cut.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import forecast
from forecast.targets import TargetKind
from monitor.forecasting.evidence import KnownThen

Progress = Callable[[int, int], None]


class Placed(NamedTuple):
    """A question, the day (`date.toordinal`) it is asked for, and where it was asked."""

    day: int
    question: forecast.Question
    row: int


@dataclass(frozen=True)
class Unit:
    """Questions of one day; where a day is cut, all those about one series are in one unit."""

    day: int
    asked: tuple[Placed, ...]


@dataclass(frozen=True)
class Answered:
    """Answers of a unit, in the order of its questions, and the seconds spent on its panel."""

    answers: list[forecast.Answer]
    panel_seconds: float


def cut(asked: Sequence[Placed], *, most: int) -> list[Unit]:
    """Cut questions by day, and a day of more than `most` questions into equal parts by series."""
    units: list[Unit] = []
    by_day = attrgetter("day")
    for day, of_day in groupby(sorted(asked, key=by_day), key=by_day):
        listed = tuple(of_day)
        units += [Unit(day, listed)] if len(listed) <= most else _cut_by_series(day, listed, most)
    return units


def _cut_by_series(day: int, asked: Sequence[Placed], most: int) -> Iterator[Unit]:
    size = math.ceil(len(asked) / math.ceil(len(asked) / most))
    by_series = attrgetter("question.series_id")
    part: list[Placed] = []
    for _, of_series in groupby(sorted(asked, key=by_series), key=by_series):
        if len(part) >= size:
            yield Unit(day, tuple(part))
            part = []
        part += of_series
    yield Unit(day, tuple(part))


def answer_unit(
    known: KnownThen, unit: Unit, *, seed: int, n_draws: int, progress: Progress | None = None
) -> Answered:
    """Answer one unit; module-level, so that workers find it."""
    began = time.perf_counter()
    panel = known.panel()
    questions = _with_peers([one.question for one in unit.asked], panel)
    panel_seconds = time.perf_counter() - began
    return Answered(
        forecast.answer(panel, questions, seed=seed, n_draws=n_draws, progress=progress), panel_seconds
    )


def _with_peers(questions: list[forecast.Question], panel: forecast.Panel) -> list[forecast.Question]:
    """Give each rank its peers: the other series of its group that are known on that day."""
    rank = TargetKind.RANK
    if not any(question.kind is rank for question in questions):
        return questions
    members: dict[tuple[str, int], list[str]] = {}
    for one in panel:
        members.setdefault((one.group, one.periods_per_year), []).append(one.series_id)
    return [_with_own_peers(one, panel, members) for one in questions]


def _with_own_peers(
    question: forecast.Question, panel: forecast.Panel, members: dict[tuple[str, int], list[str]]
) -> forecast.Question:
    own = panel.find(question.series_id)
    if question.kind is not TargetKind.RANK or own is None or not own.group:
        return question
    group = members[own.group, own.periods_per_year]
    return replace(question, peers=tuple(one for one in group if one != question.series_id))


def count_of(units: Sequence[Unit]) -> int:
    """How many questions there are in some units."""
    return sum(len(unit.asked) for unit in units)


def each_known(
    units: Sequence[Unit], known_on: Callable[[int], KnownThen]
) -> Iterator[tuple[KnownThen, Unit]]:
    """Units with what was known on their day, cut from the evidence once a day and only when it is due."""
    day, known = None, None
    for unit in units:
        if known is None or unit.day != day:
            day, known = unit.day, known_on(unit.day)
        yield known, unit
