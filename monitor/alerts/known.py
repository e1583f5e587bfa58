"""What was known at the end of a week, and how it differs from the end of the period before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from monitor import queries
from monitor.core.access import Actor, Scope
from monitor.core.acknowledgements import Acknowledgement
from monitor.core.flags import Flag
from monitor.core.overviews import Overview, TargetStatus
from monitor.core.people import Person, Rhythm
from monitor.core.periods import Period
from monitor.core.reasons import ChangeParts
from monitor.core.records import Assessment, FlagChange
from monitor.core.weeks import Week
from monitor.words.lines import change_of, flag_of

MOVED_POINTS = 3
"""A chance that moved by as many points is told among the changes."""
_SAME = 1e-6
_FINISHED = frozenset({Flag.MET, Flag.MISSED, Flag.DONE, Flag.OVERDUE, Flag.ACCEPTED, Flag.GREY})
"""States of which nothing more is told once the plan's window is over, but when they come about."""


@dataclass(frozen=True)
class Span:
    """The days a message covers.

    Parameters
    ----------
    since : datetime.date
        Last day of the period before.
    end : datetime.date
        Last day; everything is known as of its end.
    rhythm : Rhythm
        Weekly or monthly.
    period : str
        Its name: 2026-W47, 2026-11, or a day.
    """

    since: dt.date
    end: dt.date
    rhythm: Rhythm
    period: str

    @classmethod
    def of(cls, week: Week, rhythm: Rhythm) -> Span:
        """The week itself, or the weeks that ended in the month of its end."""
        since = week.shift(-1).end
        if rhythm is not Rhythm.MONTHLY:
            return cls(since, week.end, rhythm, str(week))
        while since.month == week.end.month:
            since -= dt.timedelta(weeks=1)
        return cls(since, week.end, rhythm, f"{week.end:%Y-%m}")

    @property
    def is_whole(self) -> bool:
        """Whether the period is over with its last day: for a month, whether no later week ends in it."""
        return self.rhythm is not Rhythm.MONTHLY or (self.end + dt.timedelta(weeks=1)).month != self.end.month


@dataclass(frozen=True)
class Known:
    """Every target as known at the end of a span.

    Parameters
    ----------
    span : Span
        What it covers.
    overview : Overview
        As of the end; `previous` of its rows is the assessment at the end of the period before.
    changes : dict of str to FlagChange
        Net flag changes of the span by target: first old flag, last new flag.
    parts : dict of str to ChangeParts
        What the changes in probability are made of, where the assessments between add up.
    answers : tuple of Acknowledgement
        What people answered so far, in order of recording.
    people : dict of str to Person
        Who they are.
    """

    span: Span
    overview: Overview
    changes: dict[str, FlagChange]
    parts: dict[str, ChangeParts]
    answers: tuple[Acknowledgement, ...]
    people: dict[str, Person]

    def rows_of(self, departments: frozenset[str]) -> tuple[TargetStatus, ...]:
        """Targets the departments answer for by the terms then in force, worst first."""
        return tuple(
            row
            for row in self.overview.rows
            if departments.intersection(row.terms.departments) and self._is_told(row)
        )

    def _is_told(self, row: TargetStatus) -> bool:
        """Finished plans are told of only while something is still to come, or as it happens."""
        is_over = Period.parse(row.plan.period_end).end <= self.span.since
        return not is_over or flag_of(row) not in _FINISHED or row.target in self.changes


def look(
    store: queries.Store,
    actor: Actor,
    span: Span,
    *,
    recorded_until: dt.datetime,
    sees_embargoed: bool = False,
) -> Known:
    """Ask what was known at the end of a span, and stored by a moment.

    The scope of the actor is left aside: departments then in force decide, so that a past digest
    does not change when a target goes to another department.

    Parameters
    ----------
    recorded_until : datetime.datetime
        What was stored later is left out.
    sees_embargoed : bool
        Whether figures under embargo count; False for recipients who are not entitled.
    """
    reader = replace(actor, scope=Scope(), sees_embargoed=sees_embargoed)
    end = span.end
    overview = queries.overview(store, reader, as_of=end, recorded_until=recorded_until, recent=True)
    before = queries.earlier_flags(store, reader, as_of=span.since, recorded_until=recorded_until)
    rows = tuple(replace(row, previous=before.get(row.target)) for row in overview.rows)
    changes = _net_changes(
        queries.flag_changes_between(
            store,
            reader,
            after=span.since,
            until=end,
            recorded_until=recorded_until,
            targets=[row.target for row in rows],
        )
    )
    moved = [row for row in rows if row.target in changes or has_moved(row)]
    return Known(
        span=span,
        overview=replace(overview, rows=rows),
        changes=changes,
        parts=_parts(store, reader, moved, recorded_until=recorded_until, until=end),
        answers=tuple(queries.get_acknowledgements(store, reader, recorded_until=recorded_until)),
        people=queries.get_people(store, reader, recorded_until=recorded_until),
    )


def has_moved(row: TargetStatus) -> bool:
    """Whether the chance moved enough to be told."""
    return abs(change_of(row.previous, row.assessment) or 0) >= MOVED_POINTS


def _net_changes(changes: Iterable[FlagChange]) -> dict[str, FlagChange]:
    """One change for each target, none where the flag came back."""
    found: dict[str, FlagChange] = {}
    for change in changes:
        first = found.get(change.target)
        found[change.target] = (
            change
            if first is None
            else replace(change, old_flag=first.old_flag, old_probability=first.old_probability)
        )
    return {code: change for code, change in found.items() if change.old_flag is not change.new_flag}


def _parts(
    store: queries.Store,
    reader: Actor,
    rows: Iterable[TargetStatus],
    *,
    recorded_until: dt.datetime,
    until: dt.date,
) -> dict[str, ChangeParts]:
    found = {}
    for row in rows:
        past = queries.assessments_of(store, reader, row.target, until=until, recorded_until=recorded_until)
        parts = _sum_since(row, past)
        if parts is not None:
            found[row.target] = parts
    return found


def _sum_since(row: TargetStatus, past: Iterable[Assessment]) -> ChangeParts | None:
    """The parts of every assessment since the previous one, if together they are the whole change."""
    old, new = row.previous, row.assessment
    if old is None or new is None or old.probability_met is None or new.probability_met is None:
        return None
    between = [entry.change for entry in past if entry.as_of > old.as_of and entry.change is not None]
    names = ("new_data", "revised_data", "target_edit", "time_passing", "model")
    total = ChangeParts(**{name: sum(getattr(change, name) for change in between) for name in names})
    whole = new.probability_met - old.probability_met
    return total if between and abs(total.total - whole) < _SAME else None
