"""The ledger on the command line: target list, show, revise, withdraw, done, export."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import typer

from monitor import commands, queries
from monitor.cli.common import (
    ACTOR,
    AsOfOption,
    JsonOption,
    parse_day,
    parse_number,
    print_entries,
    print_json,
    say,
    workspace,
    writing,
)
from monitor.cli.proposing import check_filters, proposed_terms
from monitor.clock import today
from monitor.core.errors import UsageError
from monitor.core.ledger import Revision, broken_link, in_force
from monitor.core.register import base_unit_of_kind
from monitor.setup import Workspace
from monitor.words.cells import csv_cell

app = typer.Typer(help="The ledger of targets.", no_args_is_help=True)

_ReasonOption = typer.Option(..., "--reason", help="Why; kept in the ledger.")
_DocumentOption = typer.Option("", "--document", help="The document behind it.")


@app.command("list")
def list_targets(
    context: typer.Context,
    plan: str | None = typer.Option(None, "--plan", help="Only this plan."),
    region: str | None = typer.Option(None, "--region", help="Only this region code."),
    as_of: str | None = AsOfOption,
    as_json: bool = JsonOption,
) -> None:
    """List the targets in force."""
    with workspace(context, as_json=as_json) as opened:
        rows = _target_rows(opened, plan, region, as_of)
    if as_json:
        print_json(rows, simulated=opened.settings.simulated)
        return
    shown = ("target", "region", "deadline", "revision")
    print_entries(
        f"{len(rows)} targets in force",
        shown,
        (([row[key] for key in shown], _must_hold(row)) for row in rows),
    )


def _must_hold(row: dict[str, Any]) -> str:
    """Kind, comparator, value and unit; the values are in base units."""
    upper = None if row["value_upper"] is None else f"to {row['value_upper']:,.12g}"
    value = None if row["value"] is None else f"{row['value']:,.12g}"
    told = (row["kind"], row["comparator"], value, upper, row["unit"] if value else None)
    return " ".join(str(part) for part in told if part is not None)


@app.command("export")
def export_targets(
    context: typer.Context,
    out: Path = typer.Option(..., "--out", help="CSV file to write."),
    plan: str | None = typer.Option(None, "--plan", help="Only this plan."),
    region: str | None = typer.Option(None, "--region", help="Only this region code."),
    as_of: str | None = AsOfOption,
) -> None:
    """Write the targets in force to a CSV file."""
    with workspace(context) as opened:
        rows = _target_rows(opened, plan, region, as_of)
    if not rows:
        raise UsageError("No target fits; nothing was written. Look at `zhibiao target list`.")
    with writing(out), out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({key: csv_cell(value) for key, value in row.items()} for row in rows)
    say(f"{len(rows)} targets written to {out}.")


def _target_rows(
    opened: Workspace, plan: str | None, region: str | None, as_of: str | None
) -> list[dict[str, Any]]:
    """The targets in force on a day; withdrawn ones are not."""
    day = parse_day(as_of, default=today())
    check_filters(opened.store, plan=plan, region=region)
    found = queries.get_targets(opened.store, ACTOR, plan=plan, region=region)
    indicators = queries.get_indicators(opened.store, ACTOR)
    rows = []
    for target in found:
        entry = in_force(target.history, as_of=day)
        if entry is None or entry.terms.withdrawn:
            continue
        indicator = indicators.get(entry.terms.indicator or "")
        unit = base_unit_of_kind(entry.terms.kind, indicator_unit=indicator.base_unit) if indicator else None
        rows.append(
            {
                "target": target.code,
                "plan": target.plan,
                **entry.terms.to_json(),
                "unit": unit,
                "revision": entry.sequence,
                "simulated": opened.settings.simulated,
            }
        )
    return rows


@app.command("show")
def show_target(
    context: typer.Context,
    code: str = typer.Argument(help="Code of the target."),
    as_json: bool = JsonOption,
) -> None:
    """Show a target with its whole ledger."""
    with workspace(context, as_json=as_json) as opened:
        target = queries.get_target(opened.store, ACTOR, code)
    broken = broken_link(target.history)
    if as_json:
        print_json(
            {"target": target.code, "plan": target.plan, "ledger": [_entry(e) for e in target.history]},
            simulated=opened.settings.simulated,
        )
        return
    say(f"{target.code}  ({target.plan})")
    for clause, written in target.citations:
        say(f"  clause {clause}: {written or '—'}")
    shown = ("sequence", "effective_on", "value", "deadline", "actor")
    print_entries("Ledger", shown, (([_entry(e)[key] for key in shown], _why(e)) for e in target.history))
    say("The hash chain holds." if broken is None else f"The hash chain breaks at entry {broken}.")


def _why(entry: Revision) -> str:
    """Reason and document, and whether the entry ends the target."""
    document = f" ({entry.document})" if entry.document else ""
    return f"{'withdrawn: ' if entry.terms.withdrawn else ''}{entry.reason}{document}"


def _entry(entry: Revision) -> dict[str, Any]:
    return {
        "sequence": entry.sequence,
        "effective_on": entry.effective_on.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "actor": entry.actor,
        "reason": entry.reason,
        "document": entry.document,
        **entry.terms.to_json(),
        "hash": entry.hash,
    }


@app.command("revise")
def revise(
    context: typer.Context,
    code: str = typer.Argument(help="Code of the target."),
    reason: str = _ReasonOption,
    value: str | None = typer.Option(None, "--value", help="New value, in the plan's own unit."),
    deadline: str | None = typer.Option(None, "--deadline", help="New deadline."),
    document: str = _DocumentOption,
    effective: str | None = typer.Option(None, "--effective", help="Day it takes effect; today by default."),
) -> None:
    """Add a dated revision to a target's ledger."""
    if value is None and deadline is None:
        raise UsageError("Nothing to revise: give --value or --deadline.")
    with workspace(context) as opened:
        target = queries.get_target(opened.store, ACTOR, code)
        last = target.history[-1]
        terms = proposed_terms(
            opened.store,
            target,
            last.terms,
            value=parse_number(value, option="--value"),
            deadline=None if deadline is None else parse_day(deadline, default=today()),
        )
        entry = commands.revise_target(
            opened.store,
            ACTOR,
            code,
            terms=terms,
            effective_on=parse_day(effective, default=today()),
            reason=reason,
            document=document,
            expected_sequence=last.sequence,
        )
    say(f"{code}: entry {entry.sequence} recorded, in force from {entry.effective_on}.")


@app.command("withdraw")
def withdraw(
    context: typer.Context,
    code: str = typer.Argument(help="Code of the target."),
    reason: str = _ReasonOption,
    document: str = _DocumentOption,
) -> None:
    """Close a target; its ledger stays."""
    with workspace(context) as opened:
        last = queries.get_target(opened.store, ACTOR, code).history[-1]
        entry = commands.withdraw_target(
            opened.store,
            ACTOR,
            code,
            effective_on=today(),
            reason=reason,
            document=document,
            expected_sequence=last.sequence,
        )
    say(f"{code}: withdrawn with entry {entry.sequence}.")


@app.command("done")
def done(
    context: typer.Context,
    code: str = typer.Argument(help="Code of the milestone."),
    reason: str = _ReasonOption,
    on: str | None = typer.Option(None, "--on", help="Day it was done; today by default."),
    document: str = _DocumentOption,
) -> None:
    """Report a milestone as done."""
    with workspace(context) as opened:
        day = parse_day(on, default=today())
        commands.report_milestone_done(
            opened.store, ACTOR, code, done_on=day, reason=reason, document=document
        )
    say(f"{code}: reported as done on {day}.")
