"""The department's form on the command line: export, import, and what departments said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from monitor import queries
from monitor.cli.common import ACTOR, JsonOption, print_entries, print_json, say, workspace, writing
from monitor.config.corrections import load_corrections
from monitor.core.errors import IngestError, NotFoundError
from monitor.core.periods import Period
from monitor.forms import FormReport, build_form, form_bytes, import_form
from monitor.forms.importing import report_to_json
from monitor.forms.reading import MOST_BYTES
from monitor.words.display import Language

app = typer.Typer(help="The department's reporting form.", no_args_is_help=True)


@app.command("export")
def export_form(
    context: typer.Context,
    department: str = typer.Option(..., "--department", help="Code of the department."),
    out: Path = typer.Option(..., "--out", help="Excel file to write (.xlsx)."),
    period: str | None = typer.Option(
        None, "--period", help="Reported on: 2026-10, 2026-Q3 or 2026; the month before this one by default."
    ),
    language: Language = typer.Option(Language.ZH, "--language", help="zh (with English below) or en."),
) -> None:
    """Write the form of a department: figures that are due, its targets, its milestones."""
    with workspace(context) as opened:
        form = build_form(
            opened.store, ACTOR, department, period=None if period is None else Period.parse(period)
        )
    with writing(out):
        out.write_bytes(form_bytes(form, language=language))
    say(
        f"{out}: form {form.head.form_id} of {department} for {form.head.period}, "
        f"{len(form.figures)} figures due, {len(form.targets)} targets, {len(form.milestones)} milestones."
    )


@app.command("import")
def import_filled(
    context: typer.Context,
    file: Path = typer.Argument(help="The form as it came back (.xlsx)."),
    department: str | None = typer.Option(None, "--department", help="Refuse the form of any other."),
    as_json: bool = JsonOption,
) -> None:
    """Store what a filled form says; bad cells wait in quarantine, the same form again changes nothing."""
    with workspace(context, as_json=as_json) as opened:
        report = import_form(
            opened.store,
            ACTOR,
            file.name,
            _content(file),
            department=department,
            corrections=load_corrections(opened.settings.configs_dir),
        )
    if as_json:
        print_json(dict(report_to_json(report)), simulated=opened.settings.simulated)
    else:
        _print_report(file.name, report)


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        problem = f"The file cannot be opened: {error.strerror}."
        raise IngestError(file.name, problem, "Check path and permissions.") from error


def _print_report(name: str, report: FormReport) -> None:
    told = report_to_json(report)
    say(
        f"{name}: form {report.form_id} of {report.department} for {report.period}: "
        f"{told['new']} new, {told['revised']} revised, {told['confirmed']} confirmed, "
        f"{told['already_reported']} there already; {report.notes} notes, {report.milestones} milestones; "
        f"{report.empty} rows left empty, {report.removed} not returned."
    )
    for remark in report.remarks:
        say(remark)
    if report.problems:
        print_entries(
            f"{len(report.problems)} not stored; they wait in quarantine",
            ("sheet", "row", "column", "rule"),
            (
                ((each.sheet, each.row, each.column, each.rule), f"{each.reason} {each.remedy}")
                for each in report.problems
            ),
        )
    elif not report.changed:
        say("Nothing new: it was imported before, or nothing was filled in.")


@app.command("notes")
def list_notes(
    context: typer.Context,
    department: str | None = typer.Option(None, "--department", help="Only what this department said."),
    target: str | None = typer.Option(None, "--target", help="Only about this target."),
    period: str | None = typer.Option(None, "--period", help="Only reports about this period."),
    as_json: bool = JsonOption,
) -> None:
    """List what departments said about their targets, and the measures they took on."""
    with workspace(context, as_json=as_json) as opened:
        known = queries.get_departments(opened.store, ACTOR)
        if department is not None and department not in known:
            raise NotFoundError("department", department, known=known)
        if target is not None:
            queries.get_target(opened.store, ACTOR, target)
        found = queries.target_notes(
            opened.store, ACTOR, targets=None if target is None else [target], period=period
        )
    notes = [
        note
        for said in found.values()
        for note in said
        if department is None or note.department == department
    ]
    rows: list[dict[str, Any]] = [
        {
            **vars(note),
            "due_on": note.due_on.isoformat() if note.due_on else None,
            "recorded_at": note.recorded_at.isoformat(),
        }
        for note in notes
    ]
    if as_json:
        print_json(rows, simulated=opened.settings.simulated)
        return
    shown = ("target", "period", "department", "due_on", "actor")
    print_entries(
        f"{len(rows)} notes",
        shown,
        (([row[name] for name in shown], _words(row)) for row in rows),
    )


def _words(row: dict[str, Any]) -> str:
    """Note, then measure, each on one line."""
    return " ".join(f"{row['note']} 措施：{row['measure']}".split()) if row["measure"] else str(row["note"])
