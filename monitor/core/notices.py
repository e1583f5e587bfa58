"""Urgent matters: a target that turned red, a series that fell silent. Kept, so that nobody hears twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class NoticeKind(StrEnum):
    """What is urgent."""

    RED = "red"
    """A target that is more than a stretch turned red."""
    SILENT = "silent"
    """A series is reported no more: releases were missed and nothing else is known."""


@dataclass(frozen=True)
class Notice:
    """One urgent matter from its beginning to its end.

    Parameters
    ----------
    id : int
        Number of its row; 0 before it is stored.
    subject_kind, subject : str
        `target` and its code, or `series` and `INDICATOR/REGION`.
    kind : NoticeKind
        What is urgent.
    since : datetime.date
        Day of the assessment that found it.
    told_on : datetime.date or None
        Day people were told; None while they were not.
    ended_on : datetime.date or None
        Day of the assessment that found it over.
    end_told_on : datetime.date or None
        Day people were told that it is over; None while they were not, or need not be.
    """

    id: int
    subject_kind: str
    subject: str
    kind: NoticeKind
    since: dt.date
    told_on: dt.date | None = None
    ended_on: dt.date | None = None
    end_told_on: dt.date | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is not over yet."""
        return self.ended_on is None

    @property
    def days(self) -> int:
        """How long it lasted, once it is over. [days]"""
        return 0 if self.ended_on is None else (self.ended_on - self.since).days
