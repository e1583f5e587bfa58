"""Who has seen a red, what they will do and by when; and what rises when nobody answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
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
    on : datetime.date
        Day of the first message about it since it turned red.
    """

    target: str
    person: str
    on: dt.date


@dataclass(frozen=True)
class Rising:
    """An answer that is missing, or a promise that has passed with the target still red.

    Parameters
    ----------
    since : datetime.date
        First day on which the person is late.
    step : int
        How far it has risen: 0 to the next person, 1 to the one after.
    reached_on : datetime.date
        Day on which it reached that step.
    last : Acknowledgement or None
        The last answer.
    """

    told: Told
    reason: Overdue
    since: dt.date
    step: int
    reached_on: dt.date
    last: Acknowledgement | None


def last_answers(answers: Iterable[Acknowledgement]) -> tuple[Acknowledgement, ...]:
    """The last answer of each person about each target, in order of recording."""
    last = {(answer.target, answer.person): answer for answer in answers}
    return tuple(sorted(last.values(), key=lambda answer: answer.id))


def rising(
    told: Iterable[Told], answers: Iterable[Acknowledgement], *, today: dt.date, days_to_answer: int
) -> list[Rising]:
    """Messages that nobody answered in time, and promises whose day has passed.

    Parameters
    ----------
    told : iterable of Told
        About targets that are red today.
    answers : iterable of Acknowledgement
        Of anybody, in order of recording; those before `Told.on` answer an earlier red.
    today : datetime.date
        In Asia/Shanghai.
    days_to_answer : int
        Days in which an answer is awaited, at every step.
    """
    last = {(answer.target, answer.person): answer for answer in answers}
    found = []
    for each in told:
        answer = last.get((each.target, each.person))
        if answer is not None and answer.recorded_at.date() < each.on:
            answer = None
        if answer is None:
            reason, since = Overdue.UNSEEN, each.on + dt.timedelta(days=days_to_answer + 1)
        elif answer.due_on is not None:
            reason, since = Overdue.PROMISE_PASSED, answer.due_on + dt.timedelta(days=1)
        else:
            continue
        if today >= since:
            step = (today - since).days // days_to_answer
            reached_on = since + dt.timedelta(days=step * days_to_answer)
            found.append(Rising(each, reason, since, step, reached_on, answer))
    return found
