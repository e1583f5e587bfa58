"""People who are told: who they are, what they answer for, how and how often they hear of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.errors import PersonError

LONGEST_NAME = 60
_CODE = re.compile(r"[a-z][a-z0-9_]{0,79}")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LANGUAGES = ("zh", "en")


class Rhythm(StrEnum):
    """How often a digest reaches a person."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    NEVER = "never"


@dataclass(frozen=True)
class Person:
    """A recipient.

    Parameters
    ----------
    code : str
        Name in configuration and links, such as `zhang_wei`.
    name : str
        As printed in a greeting.
    email : str
        Where mail goes; empty for a person who is reached through channels alone.
    language : str
        `zh` or `en`.
    departments : tuple of str
        Codes of the departments whose targets concern the person.
    rhythm : Rhythm
        Of the digest; an unsubscribed person has `never`.
    urgent : bool
        Whether urgent notices are wanted.
    channels : tuple of str
        Names of channels (`configs/mail.yaml`) that carry a copy.
    escalates_to : str or None
        Code of the person an overdue acknowledgement rises to.
    sees_embargoed : bool
        Whether figures under embargo may be shown.
    active : bool
        False for someone who left; nothing is sent any more, the past stays readable.
    """

    code: str
    name: str
    email: str
    language: str
    departments: tuple[str, ...]
    rhythm: Rhythm = Rhythm.WEEKLY
    urgent: bool = True
    channels: tuple[str, ...] = ()
    escalates_to: str | None = None
    sees_embargoed: bool = False
    active: bool = True


@dataclass(frozen=True)
class PersonVersion:
    """A person as the version in force describes them.

    Parameters
    ----------
    version : int
        1 for the first; an editor sends it back as what was seen.
    recorded_at : datetime.datetime
        When it was stored.
    reason : str
        Why.
    """

    person: Person
    version: int
    recorded_at: dt.datetime
    reason: str


def is_address(text: str) -> bool:
    """Whether a text is one e-mail address.

    Examples
    --------
    >>> is_address("zhang.wei@example.invalid"), is_address("zhang wei@example")
    (True, False)
    """
    return _ADDRESS.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Whether a text can stand in a greeting: one line that can be printed, not empty."""
    return text.isprintable() and bool(text.strip()) and len(text) <= LONGEST_NAME


def check_person(person: Person) -> None:
    """Hold a person to the standard of `configs/people.yaml`.

    Raises
    ------
    PersonError
        With the field that is wrong: `code`, `name`, `email` or `language`.
    """
    if not _CODE.fullmatch(person.code):
        raise PersonError("code", person.code)
    if not is_name(person.name):
        raise PersonError("name", person.name)
    if person.email and not is_address(person.email):
        raise PersonError("email", person.email)
    if person.language not in _LANGUAGES:
        raise PersonError("language", person.language)


def line_above(person: Person, people: Mapping[str, Person]) -> tuple[Person, ...]:
    """Those an unanswered matter rises to, the nearest first.

    Parameters
    ----------
    people : mapping of str to Person
        Everybody, by code.
    """
    line: list[Person] = []
    seen = {person.code}
    above = people.get(person.escalates_to or "")
    while above is not None and above.code not in seen:
        seen.add(above.code)
        line.append(above)
        above = people.get(above.escalates_to or "")
    return tuple(line)


@dataclass(frozen=True)
class DigestRecord:
    """What a digest was composed from; with it, it can be composed again.

    Parameters
    ----------
    period : str
        Week (2026-W47) or month (2026-11) it covers.
    week : str
        Week at whose end it was known.
    recipient : str
        Code of the person.
    recorded_until : datetime.datetime
        Moment of queueing: what was stored later, person versions among it, is left out.
    sent_from : datetime.datetime
        Moment from which it may be sent; days left are counted from its day.
    rules : mapping
        The lines between the colours that were in force: `green_at`, `yellow_at`.
    """

    period: str
    week: str
    recipient: str
    recorded_until: dt.datetime
    sent_from: dt.datetime
    rules: Mapping[str, float]
