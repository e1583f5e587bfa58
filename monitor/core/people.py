"""People who are told: who they are, what they answer for, how and how often they hear of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


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
