"""Notes, measures and milestones of a form, each read by its own rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.core.errors import PeriodError
from monitor.core.records import MilestoneReport, TargetNote
from monitor.forms.labels import TITLES, Field
from monitor.forms.reading import FilledRow
from monitor.forms.refusing import Refused, refused
from monitor.ingest.cells import read_partial_date, shown

REPORTED = "责任部门报送 / reported by the department"


@dataclass(frozen=True)
class MilestoneDone:
    """A milestone the form reports as done."""

    target: str
    done_on: dt.date
    reason: str
    document: str


class _NoDayError(Exception):
    """A cell that should hold a day does not."""


def notes_of(
    rows: Sequence[FilledRow], form: str, department: str, period: str
) -> tuple[list[TargetNote], list[Refused]]:
    """What the department says of its targets; a row whose date cannot be read is refused whole."""
    notes, bad = [], []
    for row in rows:
        try:
            due_on = _day(row, Field.DUE_ON)
        except _NoDayError:
            bad.append(_no_day(form, row, Field.DUE_ON))
            continue
        note, measure = row.text(Field.NOTE).strip(), row.text(Field.MEASURE).strip()
        if not note and not measure:
            bad.append(
                refused(
                    form,
                    row,
                    Field.MEASURE,
                    rule="date_without_measure",
                    reason="The row gives a date, and no measure it belongs to.",
                    remedy="Say what will be done until then.",
                )
            )
            continue
        notes.append(TargetNote(row.parts[0], period, note, measure, due_on, department))
    return notes, bad


def milestones_of(
    rows: Sequence[FilledRow], form: str, reported: Mapping[str, MilestoneReport], *, as_of: dt.date
) -> tuple[list[MilestoneDone], list[Refused]]:
    """Milestones that are done; one that was reported alike before is left out."""
    done, bad = [], []
    for row in rows:
        try:
            day = _day(row, Field.DONE_ON)
        except _NoDayError:
            bad.append(_no_day(form, row, Field.DONE_ON))
            continue
        held, document = reported.get(row.parts[0]), row.text(Field.DOCUMENT).strip()
        if held is not None and (held.done_on, held.document) == (day, document):
            continue
        problem = _milestone_problem(day, held, as_of)
        if problem is not None:
            rule, reason, remedy = problem
            bad.append(refused(form, row, Field.DONE_ON, rule=rule, reason=reason, remedy=remedy))
        elif day is not None:
            done.append(MilestoneDone(row.parts[0], day, row.text(Field.NOTE).strip() or REPORTED, document))
    return done, bad


def _milestone_problem(
    day: dt.date | None, held: MilestoneReport | None, as_of: dt.date
) -> tuple[str, str, str] | None:
    if day is None:
        return (
            "milestone_without_day",
            "The row says something of a milestone, but not on which day it was done.",
            "Write the day it was done; while it is not, leave the row empty.",
        )
    if day > as_of:
        return (
            "milestone_ahead",
            f"The milestone is told as done on {day}, which lies ahead.",
            "Report it when it is done.",
        )
    if held is not None:
        return (
            "reported_meanwhile",
            f"The milestone was reported by {held.actor} as done on {held.done_on} ({held.document or '—'}).",
            "If the form corrects it, report it again with `zhibiao target done`.",
        )
    return None


def _day(row: FilledRow, field: Field) -> dt.date | None:
    written = row.text(field).strip()
    if not written:
        return None
    try:
        day = read_partial_date(written)
    except PeriodError as error:
        raise _NoDayError from error
    if not day.is_full:
        raise _NoDayError
    return day.first


def _no_day(form: str, row: FilledRow, field: Field) -> Refused:
    return refused(
        form,
        row,
        field,
        rule="bad_date",
        reason=f"{TITLES[field][0]}: {shown(row.text(field))!r} is no day.",
        remedy="Write it as 2026-12-31.",
    )
