"""The work of `zhibiao forecast` in units: some questions of one day, judged in the whole panel of that day.

Draws depend on the seed and the series id alone, so the numbers are the same however work is cut.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import forecast
from forecast.targets import TargetKind
from monitor.forecasting.evidence import KnownThen

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Placed:
    """A question, the day (`date.toordinal`) it is asked for, and where it was asked."""

    day: int
    question: forecast.Question
    row: int


@dataclass(frozen=True)
class Unit:
    """Questions of one day; all those about one series stand together."""

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
    ordered = sorted(asked, key=lambda one: (one.day, one.question.series_id))
    for day, of_day in groupby(ordered, key=lambda one: one.day):
        listed = list(of_day)
        size = math.ceil(len(listed) / math.ceil(len(listed) / most))
        part: list[Placed] = []
        for _, of_series in groupby(listed, key=lambda one: one.question.series_id):
            if len(part) >= size:
                units.append(Unit(day, tuple(part)))
                part = []
            part += of_series
        units.append(Unit(day, tuple(part)))
    return units


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
    if not any(question.kind is TargetKind.RANK for question in questions):
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
