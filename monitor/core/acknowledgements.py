"""Who has seen a red, what they will do and by when; and what rises when nobody answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
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
    since : datetime.date
        Day of the first telling since it turned red.
    """

    target: str
    person: str
    since: dt.date


@dataclass(frozen=True)
class Rising:
    """An answer that is missing, or a promise that has passed with the target still red.

    Parameters
    ----------
    since : datetime.date
        Day from which the person is late: the last day to answer, or the day promised.
    last : Acknowledgement or None
        The last answer.
    """

    told: Told
    reason: Overdue
    since: dt.date
    last: Acknowledgement | None


def overdue(
    told: Iterable[Told], answers: Sequence[Acknowledgement], *, today: dt.date, days_to_answer: int
) -> list[Rising]:
    """Tellings that nobody answered in time, and promises whose day has passed.

    Parameters
    ----------
    told : iterable of Told
        Of targets that are red today.
    answers : sequence of Acknowledgement
        Of anybody, in order of recording; those before `Told.since` answer an earlier red.
    today : datetime.date
        In Asia/Shanghai.
    days_to_answer : int
        Days after the telling in which an answer is awaited.
    """
    rising = []
    for each in told:
        own = [
            answer
            for answer in answers
            if (answer.target, answer.person) == (each.target, each.person)
            and answer.recorded_at.date() >= each.since
        ]
        last = own[-1] if own else None
        limit = each.since + dt.timedelta(days=days_to_answer)
        if last is None and today > limit:
            rising.append(Rising(each, Overdue.UNSEEN, limit, None))
        elif last is not None and last.due_on is not None and today > last.due_on:
            rising.append(Rising(each, Overdue.PROMISE_PASSED, last.due_on, last))
    return rising
