"""Plans on the command line: import the reviewed targets of a document."""

from __future__ import annotations

from pathlib import Path

import typer

from monitor.cli.common import ACTOR, parse_day, say, workspace
from monitor.cli.reviewing import ask_for_decisions
from monitor.clock import today
from monitor.core.errors import UsageError
from monitor.documents import read_document
from monitor.plan_review import (
    ImportReport,
    PlanChoice,
    PlanReview,
    open_review,
    read_decisions,
    record_review,
)
from monitor.words.cells import plain_text

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
