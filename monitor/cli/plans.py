"""Plans on the command line: extract proposed targets, import reviewed ones."""

from __future__ import annotations

import csv
import io
from enum import StrEnum
from pathlib import Path

import typer

from monitor.cli.common import ACTOR, parse_day, print_entries, say, workspace, writing
from monitor.cli.reviewing import ask_for_decisions
from monitor.clock import today
from monitor.config import load_catalogue, load_settings
from monitor.core.errors import UsageError
from monitor.documents import Document, read_document
from monitor.plan_review import (
    ImportReport,
    PlanChoice,
    PlanReview,
    known_regions,
    open_review,
    read_decisions,
    record_review,
    sheet_bytes,
)
from monitor.words.cells import csv_cell, json_text, plain_text
from monitor.workplan import Candidate, Extraction, extract_targets


class Format(StrEnum):
    """How the proposals are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


def extract(
    context: typer.Context,
    document: Path = typer.Argument(help="Plan as .txt, .docx, .pdf with text, or .html."),
    form: Format = typer.Option(Format.TABLE, "--format", help="table, json, csv or xlsx (a review sheet)."),
    year: int | None = typer.Option(None, "--year", min=2000, max=2060, help="Last year the plan is for."),
    region: str | None = typer.Option(None, "--region", help="Name of the place it is for."),
    out: Path | None = typer.Option(None, "--out", help="File to write; standard output by default."),
) -> None:
    """Propose the targets of a plan document; nothing is stored."""
    if form is Format.XLSX and out is None:
        raise UsageError("A review sheet is a file: give --out FILE.xlsx.")
    read = read_document(document)
    catalogue = load_catalogue(load_settings(context.obj).configs_dir)
    extraction = extract_targets(
        read.text,
        year=year,
        region=region,
        regions=known_regions(catalogue.regions),
        indicators=catalogue.indicators,
    )
    if form is Format.XLSX and out is not None:
        with writing(out):
            out.write_bytes(sheet_bytes(read, extraction, catalogue.indicators))
        say(f"{len(extraction.candidates)} proposed targets written to {out}.")
        return
    _write(read, extraction, form, out)


def _write(read: Document, extraction: Extraction, form: Format, out: Path | None) -> None:
    found = extraction.candidates
    if form is Format.TABLE and out is None:
        _print_table(read, extraction)
        return
    text = _as_text(found, form)
    if out is None:
        typer.echo(text, nl=False)
        return
    with writing(out):
        out.write_text(text, encoding="utf-8-sig" if form is Format.CSV else "utf-8", newline="")
    say(f"{len(found)} proposed targets written to {out}.")


def _as_text(found: tuple[Candidate, ...], form: Format) -> str:
    rows = [candidate.to_json() for candidate in found]
    if form is Format.JSON:
        return json_text(rows) + "\n"
    written = io.StringIO()
    writer = csv.writer(written)
    names = list(Candidate.field_names())
    writer.writerow(names)
    for row in rows:
        writer.writerow([csv_cell(_flat(row[name])) for name in names])
    return written.getvalue()


def _flat(value: object) -> object:
    if isinstance(value, list):
        return "; ".join(str(each) for each in value)
    return plain_text(value) if isinstance(value, str) else value


def _print_table(read: Document, extraction: Extraction) -> None:
    facts = extraction.facts
    years = "—" if facts.last_year is None else f"{facts.first_year}–{facts.last_year}"
    say(plain_text(f"{facts.title or read.name}  ({facts.region or '—'}, {years})"), style="bold")
    shown = ("#", "indicator", "kind", "value", "deadline", "review")
    print_entries(
        f"{len(extraction.candidates)} proposed targets",
        shown,
        (
            (_row(number, each), plain_text(_told(each)))
            for number, each in enumerate(extraction.candidates, start=1)
        ),
    )


def _row(number: int, candidate: Candidate) -> list[object]:
    return [
        number,
        candidate.indicator,
        f"{candidate.kind.value} {candidate.comparator.value}",
        plain_text(candidate.value_as_written),
        candidate.deadline,
        len(candidate.review) or None,
    ]


def _told(candidate: Candidate) -> str:
    parts = [candidate.indicator_name, f"“{candidate.quote}”", candidate.responsible or ""]
    parts.append(", ".join(reason.value for reason in candidate.review))
    return " · ".join(part for part in parts if part)


app = typer.Typer(help="Plan documents: review proposals and enter accepted targets.", no_args_is_help=True)


@app.command("import")
def import_plan(
    context: typer.Context,
    document: Path = typer.Argument(help="Plan as .txt, .docx, .pdf with text, or .html."),
    sheet: Path | None = typer.Option(
        None, "--sheet", help="Edited review sheet (.xlsx) with the decisions."
    ),
    plan: str | None = typer.Option(None, "--plan", help="Code of a plan on record, or for a new one."),
    title: str | None = typer.Option(None, "--title", help="Title of a new plan."),
    year: int | None = typer.Option(None, "--year", min=2000, max=2060, help="Last year the plan is for."),
    region: str | None = typer.Option(None, "--region", help="Name or code of the region it is for."),
    effective: str | None = typer.Option(None, "--effective", help="First day the targets hold."),
) -> None:
    """Review the targets of a plan and enter the accepted ones; asks, or reads an edited sheet."""
    read = read_document(document)
    with workspace(context) as opened:
        choice = PlanChoice(plan, title, year, region)
        review = open_review(opened.store, ACTOR, read, choice=choice)
        _say_plan(review)
        review = _from_sheet(review, sheet) if sheet is not None else ask_for_decisions(review)
        day = None if effective is None else parse_day(effective, default=today())
        report = record_review(opened.store, ACTOR, review, effective_on=day)
    _say_report(review, report)


def _say_plan(review: PlanReview) -> None:
    plan = review.plan
    state = "new plan" if review.is_new_plan else "plan on record"
    say(
        plain_text(f"{plan.title}  ({state} {plan.code}, {plan.period_start}–{plan.period_end})"),
        style="bold",
    )


def _from_sheet(review: PlanReview, sheet: Path) -> PlanReview:
    try:
        content = sheet.read_bytes()
    except OSError as error:
        raise UsageError(f"{sheet} cannot be opened ({error.strerror or error}).") from error
    return read_decisions(review, sheet.name, content)


def _say_report(review: PlanReview, report: ImportReport) -> None:
    for code, other in report.conflicts:
        say(f"Conflict: {code} and {other} say otherwise of the same thing; both are kept.", style="yellow")
    for code in report.already_held:
        say(f"On the ledger already, not added: {code}")
    if report.entered_before:
        say(f"{report.entered_before} accepted before from this document, not added again.")
    entered = f"{len(report.added)} targets entered into {review.plan.code}"
    if not report.added:
        entered = "Nothing new was entered" + (" and no plan was registered" if review.is_new_plan else "")
    say(f"{entered}; {report.undecided} of {len(review.items)} proposals undecided.")
