"""Who has seen a red, what they will do and by when; and what rises when nobody answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Overdue(StrEnum):
    """Why an acknowledgement is asked for again."""

    UNSEEN = "unseen"
    PROMISE_PASSED = "promise_passed"


@dataclass(frozen=True)
class NewAcknowledgement:
    """What a person says of a target they were told about.

    Parameters
    ----------
    target : str
        Code of the target.
    person : str
        Code of the person.
    period : str
        Week, month or day of the message that was answered, such as 2026-W47.
    measure : str
        What will be done; empty for a mere "seen".
    due_on : datetime.date or None
        By when.
    """

    target: str
    person: str
    period: str
    measure: str
    due_on: dt.date | None


@dataclass(frozen=True)
class Acknowledgement(NewAcknowledgement):
    """One that was recorded."""

    id: int
    recorded_at: dt.datetime
    actor: str


@dataclass(frozen=True)
class Told:
    """A person was told that a target is red, and it still is.

    Parameters
    ----------
    red_since : datetime.datetime
        When it turned red; answers before that answer an earlier red.
    on : datetime.date
        Day of the first message since then that reached the person.
    """

    target: str
    person: str
    red_since: dt.datetime
    on: dt.date


@dataclass(frozen=True)
class Rising:
    """An answer that is missing, or a promise that has passed with the target still red.

    Parameters
    ----------
    since : datetime.date
        First day of being late.
    steps : int
        How far it has risen: 1 to the next person, 2 to the one after as well.
    last : Acknowledgement or None
        The last answer of anybody.
    """

    told: Told
    reason: Overdue
    since: dt.date
    steps: int
    last: Acknowledgement | None


@dataclass(frozen=True)
class AwaitedAnswer:
    """A red that people were told of, and how it stands with their answers.

    Parameters
    ----------
    target : str
        Code of the target.
    red_since : datetime.datetime or None
        When it turned red; None if that lies further back than answers are asked for.
    told : tuple of Told
        Who was told when, the first first; empty where no message arrived.
    last : Acknowledgement or None
        The last answer of anybody since it turned red.
    late : tuple of Rising
        What is overdue, the longest first.
    rises_to : tuple of str
        Codes of those it has risen to by now, the nearest first.
    """

    target: str
    red_since: dt.datetime | None
    told: tuple[Told, ...]
    last: Acknowledgement | None
    late: tuple[Rising, ...]
    rises_to: tuple[str, ...]


def last_answers(answers: Iterable[Acknowledgement]) -> tuple[Acknowledgement, ...]:
    """The last answer of each person about each target, in order of recording."""
    last = {(answer.target, answer.person): answer for answer in answers}
    return tuple(sorted(last.values(), key=lambda answer: answer.id))


def rising(
    told: Iterable[Told],
    answers: Iterable[Acknowledgement],
    *,
    today: dt.date,
    days_to_answer: int,
    is_worked: Callable[[dt.date], bool],
) -> list[Rising]:
    """Reds that nobody answered in time, and promises whose day has passed.

    One answer for a target is enough, whoever of the people told, or above them, gives it.

    Parameters
    ----------
    told : iterable of Told
        About targets that are red today.
    answers : iterable of Acknowledgement
        Of anybody, in order of recording.
    today : datetime.date
        In Asia/Shanghai.
    days_to_answer : int
        Working days in which an answer is awaited, at every step.
    is_worked : callable
        Whether people are at work on a day.
    """
    last = {answer.target: answer for answer in answers}
    found = []
    for each in told:
        answer = last.get(each.target)
        if answer is not None and answer.recorded_at < each.red_since:
            answer = None
        if answer is None:
            reason, limit = Overdue.UNSEEN, _working_day(each.on, days_to_answer, is_worked)
        elif answer.due_on is not None:
            reason, limit = Overdue.PROMISE_PASSED, answer.due_on
        else:
            continue
        since = limit + dt.timedelta(days=1)
        if today >= since:
            late = sum(is_worked(day) for day in _days(since, today))
            found.append(Rising(each, reason, since, 1 + max(late - 1, 0) // days_to_answer, answer))
    return found


def _working_day(day: dt.date, number: int, is_worked: Callable[[dt.date], bool]) -> dt.date:
    """The so-manieth working day after a day."""
    while number:
        day += dt.timedelta(days=1)
        number -= is_worked(day)
    return day


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    return (first + dt.timedelta(days=days) for days in range((last - first).days + 1))
