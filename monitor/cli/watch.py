"""Assess targets, and read what was found: run, status, explain, whatif."""

from __future__ import annotations

import datetime as dt
from typing import Any

import typer

from monitor import queries
from monitor.assess import STEPS, RunSummary, assess, assessment_days
from monitor.cli.common import (
    ACTOR,
    AsOfOption,
    JsonOption,
    console,
    parse_day,
    print_json,
    print_table,
    progress_bar,
    workspace,
)
from monitor.clock import today
from monitor.display import Language, percent
from monitor.errors import UsageError
from monitor.flags import WORST_FIRST
from monitor.records import PlanState, RunKind, TargetStatus
from monitor.register import base_unit_of_kind
from monitor.setup import Workspace
from monitor.whatif import WhatIf, propose
from monitor.wording import WordingContext, change_sentence, flag_text, sentence, target_statement


def run(
    context: typer.Context,
    as_of: str | None = AsOfOption,
    since: str | None = typer.Option(None, "--since", help="Also assess every step from this day on."),
    every: str = typer.Option("week", "--every", help="Step of --since: week or month."),
    plan: list[str] | None = typer.Option(None, "--plan", help="Only these plans; may be repeated."),
    adhoc: bool = typer.Option(False, "--adhoc", help="Keep hysteresis and screens untouched."),
    as_json: bool = JsonOption,
) -> None:
    """Assess every target as known on a day, and store flags, reasons and changes."""
    if every not in STEPS:
        raise UsageError(f"--every {every!r} is unknown; write week or month.")
    with workspace(context) as opened:
        last = parse_day(as_of, default=today())
        days = assessment_days(parse_day(since, default=last), last, every=every)
        plans = tuple(plan) if plan else None
        summary = _run_days(opened, days, plans, RunKind.ADHOC if adhoc else None)
        if as_json:
            print_json(summary.to_json())
        else:
            _print_summary(summary)


def _run_days(
    opened: Workspace, days: list[dt.date], plans: tuple[str, ...] | None, kind: RunKind | None
) -> RunSummary:
    with progress_bar("Assessing") as report:
        for done, day in enumerate(days):
            summary = assess(opened.store, ACTOR, opened.policy, as_of=day, plans=plans, kind=kind)
            report(done + 1, len(days))
    return summary


def _print_summary(summary: RunSummary) -> None:
    console.print(
        f"As of {summary.as_of}: {summary.assessed} targets assessed, {summary.stored} stored, "
        f"{len(summary.changes)} flags changed ({summary.kind}, {summary.seconds:.1f} s)."
    )
    rows = [
        (flag_text(flag, Language.ZH), flag.value, reason.value, count)
        for flag in WORST_FIRST
        for (found, reason), count in sorted(summary.by_reason.items(), key=lambda item: -item[1])
        if found is flag
    ]
    print_table("", ("亮灯", "flag", "reason", "targets"), rows)


def status(
    context: typer.Context,
    as_of: str | None = AsOfOption,
    plan: str | None = typer.Option(None, "--plan", help="Only this plan."),
    region: str | None = typer.Option(None, "--region", help="Only this region code."),
    department: str | None = typer.Option(None, "--department", help="Only this department code."),
    state: PlanState | None = typer.Option(None, "--plans", help="Only running or finished plans."),
    english: bool = typer.Option(False, "--english", help="Words in English."),
    as_json: bool = JsonOption,
) -> None:
    """List every target with its flag, worst first."""
    language = Language.EN if english else Language.ZH
    with workspace(context) as opened:
        overview = queries.overview(
            opened.store,
            ACTOR,
            as_of=parse_day(as_of, default=today()),
            plan=plan,
            plan_state=state,
            region=region,
            department=department,
        )
        if as_json:
            print_json([status_object(row, overview.as_of, language) for row in overview.rows])
            return
        if overview.simulated:
            console.print("模拟数据 / Simulated data", style="bold")
        print_table(
            f"As of {overview.as_of}",
            ("亮灯", "target", "地区", "目标", "P", "reason"),
            (_status_line(row, language) for row in overview.rows),
        )


def status_object(row: TargetStatus, as_of: dt.date, language: Language) -> dict[str, Any]:
    """One target as `status --json` prints it; values in base units."""
    terms, found = row.terms, row.assessment
    return {
        "target_id": row.target,
        "plan": row.plan.code,
        "indicator": terms.indicator,
        "indicator_name": row.indicator.name_zh if row.indicator else row.title_zh,
        "region": terms.region,
        "region_name": row.region.name_zh,
        "department": [department.code for department in row.departments],
        "commitment": terms.commitment.value,
        "kind": terms.kind.value,
        "comparator": terms.comparator.value if terms.comparator else None,
        "value": terms.value,
        "value_upper": terms.value_upper,
        "unit": _base_unit(row),
        "window_start": terms.start,
        "deadline": terms.deadline.isoformat(),
        "published_value": row.published_terms.value,
        "probability_met": found.probability_met if found else None,
        "flag": found.flag.value if found else None,
        "reason_code": found.reason.code.value if found else None,
        "reason": sentence(found.reason, language, words_of(row)) if found else None,
        "as_of": as_of.isoformat(),
        "assessed_as_of": found.as_of.isoformat() if found else None,
        "observed_to": found.observed_to if found else None,
        "outcome": row.outcome.verdict if row.outcome else None,
        "outcome_value": row.outcome.value if row.outcome else None,
    }


def words_of(row: TargetStatus) -> WordingContext:
    """What the sentences of a target need beside their facts."""
    return WordingContext(row.terms, row.indicator)


def _base_unit(row: TargetStatus) -> str | None:
    if row.indicator is None or row.terms.value is None:
        return None
    return base_unit_of_kind(row.terms.kind, indicator_unit=row.indicator.base_unit)


def _sentences(row: TargetStatus, language: Language) -> list[str]:
    """The leading reason, the further ones, and how the probability moved."""
    found, words = row.assessment, words_of(row)
    if found is None:
        return []
    told = [sentence(reason, language, words) for reason in (found.reason, *found.details)]
    if found.change is not None:
        told.append(change_sentence(found.change, round(found.change.total * 100), language))
    return told


def _status_line(row: TargetStatus, language: Language) -> tuple[object, ...]:
    found = row.assessment
    context = words_of(row)
    return (
        flag_text(found.flag, language) if found else "—",
        row.target,
        row.region.short_zh if language is Language.ZH else row.region.name_en,
        target_statement(context, language),
        percent(found.probability_met if found else None),
        sentence(found.reason, language, context) if found else "not assessed yet; run `zhibiao run`",
    )


def explain(
    context: typer.Context,
    target: str = typer.Argument(help="Code of the target."),
    as_of: str | None = AsOfOption,
    english: bool = typer.Option(False, "--english", help="Words in English."),
    as_json: bool = JsonOption,
) -> None:
    """Say why a target has its flag, and what moved the probability."""
    language = Language.EN if english else Language.ZH
    with workspace(context) as opened:
        day = parse_day(as_of, default=today())
        detail = queries.target_detail(opened.store, ACTOR, target, as_of=day)
    row = detail.status
    found = row.assessment
    lines = _sentences(row, language)
    if as_json:
        print_json(
            {
                **status_object(row, day, language),
                "sentences": lines,
                "figures": found.figures if found else {},
            }
        )
        return
    label = flag_text(found.flag, language) if found else "—"
    console.print(f"{label}  {row.region.short_zh} {target_statement(words_of(row), language)}", markup=False)
    for line in lines:
        console.print(f"  {line}", markup=False)


def whatif(
    context: typer.Context,
    target: str = typer.Argument(help="Code of the target."),
    value: float | None = typer.Option(None, "--value", help="Proposed value, in the plan's own unit."),
    deadline: str | None = typer.Option(None, "--deadline", help="Proposed deadline."),
    sure: float = typer.Option(0.8, "--sure", help="Also give the value with this chance."),
    as_of: str | None = AsOfOption,
    as_json: bool = JsonOption,
) -> None:
    """Try a changed value or deadline; nothing is written."""
    with workspace(context) as opened:
        day = parse_day(as_of, default=today())
        answer = propose(
            opened.store,
            ACTOR,
            opened.policy,
            target,
            as_of=day,
            value=value,
            deadline=parse_day(deadline, default=day) if deadline else None,
            sure=sure,
        )
    if as_json:
        print_json(answer.to_json())
    else:
        _print_whatif(answer)


def _print_whatif(answer: WhatIf) -> None:
    print_table(
        f"{answer.target} as of {answer.as_of} (nothing is written)",
        ("", "value", "unit", "deadline", "P"),
        (
            (
                "now",
                answer.value_now,
                answer.unit,
                answer.deadline_now,
                percent(answer.probability_now),
            ),
            ("tried", answer.value, answer.unit, answer.deadline, percent(answer.probability)),
            (
                f"{answer.sure:.0%} sure",
                answer.safe_value,
                answer.unit,
                answer.deadline,
                percent(answer.sure),
            ),
        ),
    )
    if answer.reason != "ok":
        console.print(f"No probability: {answer.reason}.")
