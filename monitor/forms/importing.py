"""A filled form into the store: figures through the one door, notes, milestones; bad cells are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from monitor import commands, queries
from monitor.clock import today
from monitor.core.access import Actor
from monitor.core.corrections import Corrections
from monitor.core.errors import IngestError, Refusal
from monitor.core.loading import LoadContents, LoadReport, NewObservation
from monitor.core.records import Department, Observation, Origin, TargetNote, TargetNoteRecord
from monitor.forms.content import RowKind
from monitor.forms.figures import load_of_figures
from monitor.forms.reading import FilledForm, read_form
from monitor.forms.refusing import Refused, check_rows
from monitor.forms.reports import MilestoneDone, milestones_of, notes_of
from monitor.ingest.columns import Column
from monitor.store import Store

REPORT_TRUST = 3
"""Trust of a department's report: above a file without a publisher, below a bureau's own publication."""
_OTHER = "Export a form here with `zhibiao form export`, and copy what was filled in."


@dataclass(frozen=True)
class FormReport:
    """What came of a form.

    Parameters
    ----------
    load : LoadReport or None
        The load of its figures and bad cells; None where there was nothing to load.
    already_reported : int
        Figures that stood in the database with the same value.
    notes, milestones : int
        Notes and milestones that were added.
    empty, removed : int
        Rows that came back with nothing filled in, and rows that did not come back.
    problems : tuple of Refusal
        Cells that were not stored; they wait in quarantine.
    remarks : tuple of str
        What somebody should know, though it was stored.
    """

    form_id: str
    department: str
    period: str
    load: LoadReport | None
    already_reported: int
    notes: int
    milestones: int
    empty: int
    removed: int
    problems: tuple[Refusal, ...]
    remarks: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether anything was added."""
        stored = self.load.stored if self.load else 0
        return bool(stored or self.notes or self.milestones)


@dataclass(frozen=True)
class FormCheck:
    """What a form would do if it were stored now.

    Parameters
    ----------
    report : FormReport
        As the import would give it; its `load` is None.
    figures : tuple of (NewObservation, Observation or None)
        Each figure that would be stored, and what was reported last of its period. [base unit]
    """

    report: FormReport
    figures: tuple[tuple[NewObservation, Observation | None], ...]


def import_form(
    store: Store,
    actor: Actor,
    name: str,
    content: bytes,
    *,
    department: str | None = None,
    corrections: Corrections | None = None,
) -> FormReport:
    """Read a filled form and store what is right in it; the same form again changes nothing.

    Figures go through the reading and checks of every load, under the department as their origin;
    what cannot be stored waits in quarantine with a sentence for each cell.

    Parameters
    ----------
    store, actor : Store, Actor
        Where to, and on whose behalf: an owner with the department in scope, or a planner.
    name : str
        Of the file, for messages.
    content : bytes
        The workbook.
    department : str, optional
        Refuse the form of any other department.
    corrections : Corrections, optional
        Known errors of sources (`config.corrections`).

    Raises
    ------
    IngestError
        If it is no form of this workspace, this version or this department.
    PermissionDeniedError
        If the actor may not report for the department.
    """
    judged = _judge(store, actor, name, content, department=department, corrections=corrections)
    contents, load = judged.contents, None
    if contents.rows or contents.refusals or contents.held:
        load = commands.record_department_report(store, actor, contents, department=judged.department)
    notes = commands.record_target_notes(store, actor, judged.notes) if judged.notes else 0
    return _report_of(judged, load, notes=notes, milestones=_report(store, actor, judged.milestones))


def check_form(
    store: Store,
    actor: Actor,
    name: str,
    content: bytes,
    *,
    department: str | None = None,
    corrections: Corrections | None = None,
) -> FormCheck:
    """Read and judge a filled form as `import_form` would, and store nothing.

    Parameters, Raises
    ------------------
    See `import_form`; whether the actor may report for the department is asked when it is stored.
    """
    judged = _judge(store, actor, name, content, department=department, corrections=corrections)
    said = queries.target_notes(store, actor, targets={note.target for note in judged.notes})
    notes = sum(not _is_said(note, said.get(note.target, ())) for note in judged.notes)
    figures = tuple((each, _latest(judged.before, each)) for each in judged.contents.rows)
    return FormCheck(_report_of(judged, None, notes=notes, milestones=len(judged.milestones)), figures)


@dataclass(frozen=True)
class _Judged:
    """A form read and checked, before anything of it is stored."""

    form: FilledForm
    department: str
    contents: LoadContents
    before: Sequence[Observation]
    already_reported: int
    notes: Sequence[TargetNote]
    milestones: Sequence[MilestoneDone]
    remarks: tuple[str, ...]


def _judge(
    store: Store,
    actor: Actor,
    name: str,
    content: bytes,
    *,
    department: str | None,
    corrections: Corrections | None,
) -> _Judged:
    form = read_form(name, content)
    owner = _department(store, actor, form, wanted=department)
    day = today(store.clock)
    targets = queries.get_targets(store, actor, department=owner.code)
    sound, refused = check_rows(form, targets, queries.get_indicators(store, actor), as_of=day)
    origin = department_origin(owner)
    figures = load_of_figures(
        store,
        actor,
        [row for row in sound if row.kind is RowKind.FIGURE],
        form=form,
        origin=origin,
        day=day,
        corrections=corrections or Corrections(),
    )
    said = [row for row in sound if row.kind is RowKind.TARGET]
    notes, bad_notes = notes_of(said, name, owner.code, form.stamp.period)
    done = [row for row in sound if row.kind is RowKind.MILESTONE]
    reports = queries.milestone_reports(store, actor)
    milestones, bad_milestones = milestones_of(done, name, reports, as_of=day)
    late = [*refused, *bad_notes, *bad_milestones, *figures.refused]
    bad = [*(_of_report(each, origin, day) for each in late), *figures.contents.refusals]
    contents = replace(
        figures.contents, refusals=tuple(bad), held=tuple(figures.contents.held), origins=(origin,)
    )
    remarks = _revised_since(form, targets, as_of=day)
    return _Judged(
        form, owner.code, contents, figures.stored, figures.already_reported, notes, milestones, remarks
    )


def _report_of(judged: _Judged, load: LoadReport | None, *, notes: int, milestones: int) -> FormReport:
    form, contents = judged.form, judged.contents
    return FormReport(
        form_id=form.stamp.form_id,
        department=judged.department,
        period=form.stamp.period,
        load=load,
        already_reported=judged.already_reported,
        notes=notes,
        milestones=milestones,
        empty=form.empty,
        removed=form.removed,
        problems=tuple(refusal for refusal, _ in (*contents.refusals, *contents.held)),
        remarks=judged.remarks,
    )


def _is_said(note: TargetNote, said: Sequence[TargetNoteRecord]) -> bool:
    """Whether it is what the department said last of the target in the period."""
    whose = [each for each in said if (each.period, each.department) == (note.period, note.department)]
    return bool(whose) and all(getattr(whose[-1], name) == held for name, held in vars(note).items())


def _latest(before: Sequence[Observation], figure: NewObservation) -> Observation | None:
    """What was reported last of the period of a figure."""
    key = (figure.indicator, figure.region, figure.period)
    held = [each for each in before if (each.indicator, each.region, each.period) == key]
    return max(held, key=lambda each: (each.known_on, each.recorded_at), default=None)


def department_origin(department: Department) -> Origin:
    """The department's own report as an origin of figures."""
    return Origin(
        code=f"form:{department.code}",
        publisher=department.name_zh,
        title=f"{department.name_zh}报送表 / reporting form",
        url=None,
        accessed_on=None,
        trust=REPORT_TRUST,
    )


def _department(store: Store, actor: Actor, form: FilledForm, *, wanted: str | None) -> Department:
    """The department of the form, which must be of this workspace."""
    stamp, here = form.stamp, queries.get_workspace(store, actor).name
    if stamp.workspace != here:
        problem = f"The form is of the workspace {stamp.workspace!r}; this database holds {here!r}."
        raise IngestError(form.name, problem, _OTHER)
    if wanted is not None and stamp.department != wanted:
        raise IngestError(form.name, f"The form is of {stamp.department}, not of {wanted}.", _OTHER)
    departments = queries.get_departments(store, actor)
    if stamp.department not in departments:
        raise IngestError(form.name, f"There is no department {stamp.department!r} here.", _OTHER)
    return departments[stamp.department]


def _of_report(bad: Refused, origin: Origin, day: dt.date) -> Refused:
    """A figure that waits in quarantine keeps whose report it stood in, and of which day."""
    refusal, cells = bad
    if Column.VALUE.value not in cells:
        return bad
    return refusal, {**cells, Column.PUBLISHED_ON.value: day.isoformat(), Column.ORIGIN.value: origin.code}


def _report(store: Store, actor: Actor, milestones: Sequence[MilestoneDone]) -> int:
    for each in milestones:
        commands.report_milestone_done(
            store, actor, each.target, done_on=each.done_on, reason=each.reason, document=each.document
        )
    return len(milestones)


def _revised_since(form: FilledForm, targets: Sequence[Any], *, as_of: dt.date) -> tuple[str, ...]:
    """Targets whose terms are no longer those the form showed."""
    shown = {key.split("/")[1]: entry for key, entry in form.stamp.keys.items() if entry}
    remarks = []
    for target in targets:
        last = target.history[-1]
        if 0 < shown.get(target.code, 0) < last.sequence and last.effective_on <= as_of:
            remarks.append(
                f"Target {target.code} was revised on {last.effective_on} (entry {last.sequence}); "
                f"the form shows entry {shown[target.code]}. What was reported is stored."
            )
    return tuple(remarks)


def report_to_json(report: FormReport) -> Mapping[str, Any]:
    """Plain values for another program."""
    load = report.load
    return {
        "form": report.form_id,
        "department": report.department,
        "period": report.period,
        "load_id": load.load_id if load else None,
        "new": load.new if load else 0,
        "revised": load.revised if load else 0,
        "confirmed": load.confirmed if load else 0,
        "already_reported": report.already_reported + (load.unchanged if load else 0),
        "notes": report.notes,
        "milestones": report.milestones,
        "empty": report.empty,
        "removed": report.removed,
        "problems": [vars(problem) for problem in report.problems],
        "remarks": list(report.remarks),
    }
