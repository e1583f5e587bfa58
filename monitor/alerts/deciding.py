"""Which matters are urgent, and which of them people are told today. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.core.flags import Flag
from monitor.core.ledger import Commitment
from monitor.core.notices import Notice, NoticeKind
from monitor.core.overviews import TargetStatus
from monitor.core.reasons import ReasonCode
from monitor.core.records import FlagChange
from monitor.words.lines import flag_of

FRESH_DAYS = 7
"""A matter that began, or ended, longer ago is left to the digest."""
RECOVERED = frozenset({Flag.YELLOW, Flag.GREEN, Flag.MET})
_OVER = RECOVERED | {Flag.MISSED, Flag.ACCEPTED}
TARGET, SERIES = "target", "series"


@dataclass(frozen=True)
class Telling:
    """What is told today: matters that began, and matters that are over."""

    begun: tuple[Notice, ...]
    over: tuple[Notice, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.begun or self.over)


def series_of(row: TargetStatus) -> str:
    """The series of a target: INDICATOR/REGION."""
    return f"{row.terms.indicator}/{row.terms.region}"


def concerned(notice: Notice, rows: Sequence[TargetStatus]) -> tuple[TargetStatus, ...]:
    """The targets a notice is about."""
    if notice.subject_kind == TARGET:
        return tuple(row for row in rows if row.target == notice.subject)
    return tuple(row for row in rows if series_of(row) == notice.subject)


def begun_matters(
    rows: Sequence[TargetStatus], changes: Sequence[FlagChange], notices: Sequence[Notice]
) -> tuple[Notice, ...]:
    """Targets that turned red and series that fell silent, unless that is known and not over.

    A first assessment turns nothing: it only finds out. A stretch target is not urgent.

    Parameters
    ----------
    rows : sequence of TargetStatus
        Every target as of today.
    changes : sequence of FlagChange
        Flag changes of the last days, oldest first.
    notices : sequence of Notice
        What is known.
    """
    known = {(notice.subject, notice.kind) for notice in notices if notice.is_open}
    turned = {
        (change.target, change.new_flag): change.as_of for change in changes if change.old_flag is not None
    }
    found: dict[tuple[str, NoticeKind], Notice] = {}
    for row in rows:
        since = turned.get((row.target, flag_of(row)))
        notice = None if since is None else _matter(row, since)
        if notice is not None and (notice.subject, notice.kind) not in known:
            found.setdefault((notice.subject, notice.kind), notice)
    return tuple(found.values())


def _matter(row: TargetStatus, since: dt.date) -> Notice | None:
    if row.terms.commitment is Commitment.STRETCH:
        return None
    if flag_of(row) is Flag.RED:
        return Notice(0, TARGET, row.target, NoticeKind.RED, since)
    if _is_silent(row):
        return Notice(0, SERIES, series_of(row), NoticeKind.SILENT, since)
    return None


def _is_silent(row: TargetStatus) -> bool:
    return row.assessment is not None and row.assessment.reason.code is ReasonCode.SILENT


def ended_matters(
    rows: Sequence[TargetStatus], notices: Sequence[Notice], *, day: dt.date
) -> Iterator[tuple[Notice, dt.date]]:
    """Matters that are over, each with the day of the assessment that found it so.

    A red that became grey or waits for its figure is not over: nothing better is known. Of withdrawn
    targets nothing will be known any more: their matters are over on `day`, and nobody is told.
    """
    for notice in notices:
        if not notice.is_open:
            continue
        about = concerned(notice, rows)
        if not about:
            yield notice, day
            continue
        days = [row.assessment.as_of for row in about if row.assessment is not None]
        if _is_over(notice, about) and days:
            yield notice, max(days)


def _is_over(notice: Notice, about: Sequence[TargetStatus]) -> bool:
    if notice.kind is NoticeKind.RED:
        return all(flag_of(row) in _OVER for row in about)
    return not any(_is_silent(row) for row in about)


def telling_of(notices: Sequence[Notice], rows: Sequence[TargetStatus], *, day: dt.date) -> Telling:
    """What is told on a day: each matter once, and of one subject no more than one thing a day.

    Parameters
    ----------
    notices : sequence of Notice
        Every matter, those just found among them.
    rows : sequence of TargetStatus
        Every target as of the day: what recovered must still be so.
    """
    told_today = {notice.subject for notice in notices if day in (notice.told_on, notice.end_told_on)}
    quiet = [notice for notice in notices if notice.subject not in told_today]
    oldest = day - dt.timedelta(days=FRESH_DAYS)
    return Telling(
        begun=tuple(
            notice for notice in quiet if notice.is_open and notice.told_on is None and notice.since > oldest
        ),
        over=tuple(notice for notice in quiet if _is_end_to_tell(notice, rows, oldest=oldest)),
    )


def _is_end_to_tell(notice: Notice, rows: Sequence[TargetStatus], *, oldest: dt.date) -> bool:
    """Only who heard that it began hears that it is over, and only while it is."""
    if notice.told_on is None or notice.ended_on is None or notice.end_told_on is not None:
        return False
    about = concerned(notice, rows)
    if notice.ended_on <= oldest or not about:
        return False
    if notice.kind is NoticeKind.RED:
        return all(flag_of(row) in RECOVERED for row in about)
    return not any(_is_silent(row) for row in about)
