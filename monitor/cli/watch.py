"""Assess targets, and read what was found: run, status, explain, whatif."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import typer

from monitor import queries
from monitor.assess import STEPS, RunSummary, assess, assessment_days
from monitor.cli.common import (
    ACTOR,
    AsOfOption,
    JsonOption,
    parse_day,
    parse_number,
    parse_share,
    print_entries,
    print_json,
    print_table,
    progress_bar,
    say,
    workspace,
)
from monitor.cli.proposing import check_filters, proposed_terms
from monitor.clock import today
from monitor.core.errors import UsageError
from monitor.core.flags import WORST_FIRST, Flag
from monitor.core.ledger import in_force
from monitor.core.overviews import TargetDetail, TargetStatus
from monitor.core.records import Assessment, PlanState, RunKind
from monitor.core.register import base_unit_of_kind
from monitor.setup import Workspace
from monitor.whatif import WhatIf, propose
from monitor.words.display import Language, percent, points_between
from monitor.words.wording import (
    WordingContext,
    change_sentence,
    flag_text,
    flag_word,
    sentence,
    target_statement,
)


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
    with workspace(context, as_json=as_json) as opened:
        last = parse_day(as_of, default=today())
        days = assessment_days(parse_day(since, default=last), last, every=every)
        plans = tuple(plan) if plan else None
        summary = _run_days(opened, days, plans, RunKind.ADHOC if adhoc else None)
        if as_json:
            print_json(summary.to_json(), simulated=opened.settings.simulated)
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
    say(
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
    with workspace(context, as_json=as_json) as opened:
        check_filters(opened.store, plan=plan, region=region, department=department)
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
        rows = [status_object(row, overview.as_of, language) for row in overview.rows]
        print_json(rows, simulated=overview.simulated)
        return
    print_entries(
        f"{overview.as_of}", _COLUMNS[language], (_status_line(row, language) for row in overview.rows)
    )


_COLUMNS = {Language.ZH: ("亮灯", "代码", "地区", "概率"), Language.EN: ("flag", "target", "region", "P")}
_WITHDRAWN = {Language.ZH: "已撤销", Language.EN: "withdrawn"}
_NOT_ASSESSED = {
    Language.ZH: "该日尚未评估，请运行 `zhibiao run --as-of 日期`。",
    Language.EN: "Not assessed for this day yet; run `zhibiao run --as-of DAY`.",
}


def status_object(row: TargetStatus, as_of: dt.date, language: Language) -> dict[str, Any]:
    """One target as `status --json` prints it; values in base units."""
    terms, found = row.terms, row.assessment
    return {
        "target_id": row.target,
        "plan": row.plan.code,
        "indicator": terms.indicator,
        "indicator_name": _name_of(row, language),
        "region": terms.region,
        "region_name": row.region.name_zh if language is Language.ZH else row.region.name_en,
        "department": [department.code for department in row.departments],
        "commitment": terms.commitment.value,
        "kind": terms.kind.value,
        "comparator": terms.comparator.value if terms.comparator else None,
        "value": terms.value,
        "value_upper": terms.value_upper,
        "unit": _base_unit(row),
        "window_start": terms.start,
        "deadline": terms.deadline.isoformat(),
        "withdrawn": terms.withdrawn,
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


def _change(found: Assessment, language: Language) -> str:
    """What moved the probability since the assessment before, in the points a reader sees."""
    change, now = found.change, found.probability_met
    if change is None or now is None:
        return ""
    since = found.figures.get("change_since")
    return change_sentence(
        change,
        points_between(now - change.total, now) or 0,
        language,
        since=dt.date.fromisoformat(since) if since else None,
    )


def _sentences(row: TargetStatus, language: Language) -> list[str]:
    """The leading reason, the further ones, and how the probability moved."""
    found, words = row.assessment, words_of(row)
    if found is None:
        return []
    told = [sentence(reason, language, words) for reason in (found.reason, *found.details)]
    if found.change is not None:
        told.append(_change(found, language))
    return told


def _name_of(row: TargetStatus, language: Language) -> str | None:
    """What is measured, or the title of a milestone."""
    if row.indicator is None:
        return row.title_zh if language is Language.ZH else row.title_en
    return row.indicator.name_zh if language is Language.ZH else row.indicator.name_en


def _place_of(row: TargetStatus, language: Language) -> str:
    return row.region.short_zh if language is Language.ZH else row.region.name_en


def _status_line(row: TargetStatus, language: Language) -> tuple[tuple[object, ...], str]:
    found, context = row.assessment, words_of(row)
    cells = (
        flag_text(found.flag, language) if found else None,
        row.target,
        _place_of(row, language),
        percent(found.probability_met if found else None),
    )
    reason = sentence(found.reason, language, context) if found else _NOT_ASSESSED[language]
    return cells, f"{_name_of(row, language)} {target_statement(context, language)} | {reason}"


def explain(
    context: typer.Context,
    target: str = typer.Argument(help="Code of the target."),
    as_of: str | None = AsOfOption,
    english: bool = typer.Option(False, "--english", help="Words in English."),
    as_json: bool = JsonOption,
) -> None:
    """Say why a target has its flag, and what moved the probability."""
    language = Language.EN if english else Language.ZH
    with workspace(context, as_json=as_json) as opened:
        day = parse_day(as_of, default=today())
        detail = queries.target_detail(opened.store, ACTOR, target, as_of=day)
    row = detail.status
    found = row.assessment
    lines = _told(detail, day, language)
    if as_json:
        value = {
            **status_object(row, day, language),
            "sentences": lines,
            "figures": found.figures if found else {},
        }
        print_json(value, simulated=detail.simulated)
        return
    label = flag_text(found.flag, language) if found else "—"
    if row.terms.withdrawn:
        label = _WITHDRAWN[language]
    statement = target_statement(words_of(row), language)
    say(f"{label}  {_place_of(row, language)} {_name_of(row, language)} {statement}")
    for line in lines:
        say(f"  {line}")


def _told(detail: TargetDetail, day: dt.date, language: Language) -> list[str]:
    """Why the flag is what it is; of a withdrawn target only that it was withdrawn, and why."""
    entry = in_force(detail.target.history, as_of=day)
    if entry is None or not entry.terms.withdrawn:
        return _sentences(detail.status, language) or [_NOT_ASSESSED[language]]
    colon = "：" if language is Language.ZH else ": "
    return [f"{_WITHDRAWN[language]} {entry.effective_on}{colon}{entry.reason}"]


def whatif(
    context: typer.Context,
    target: str = typer.Argument(help="Code of the target."),
    value: str | None = typer.Option(None, "--value", help="Proposed value, in the plan's own unit."),
    deadline: str | None = typer.Option(None, "--deadline", help="Proposed deadline."),
    sure: float = typer.Option(0.8, "--sure", help="Also give the value with this chance."),
    as_of: str | None = AsOfOption,
    as_json: bool = JsonOption,
) -> None:
    """Try a changed value or deadline; nothing is written."""
    chance = parse_share(sure, option="--sure")
    typed = parse_number(value, option="--value")
    with workspace(context, as_json=as_json) as opened:
        day = parse_day(as_of, default=today())
        until = None if deadline is None else parse_day(deadline, default=day)
        _check_proposal(opened, target, as_of=day, value=typed, deadline=until)
        answer = propose(
            opened.store,
            ACTOR,
            opened.policy,
            target,
            as_of=day,
            value=None if typed is None else float(typed),
            deadline=until,
            sure=chance,
        )
    if as_json:
        print_json(answer.to_json(), simulated=opened.settings.simulated)
    else:
        _print_whatif(answer)


def _check_proposal(
    opened: Workspace, code: str, *, as_of: dt.date, value: Decimal | None, deadline: dt.date | None
) -> None:
    """The same standard as for a revision; and what lies in the past cannot be tried."""
    target = queries.get_target(opened.store, ACTOR, code)
    entry = in_force(target.history, as_of=as_of)
    if entry is None or entry.terms.withdrawn:
        return  # told by `propose`
    if deadline is not None and deadline < as_of:
        raise UsageError(f"--deadline {deadline} lies before {as_of}; try a later one.")
    proposed_terms(opened.store, target, entry.terms, value=value, deadline=deadline)


def _print_whatif(answer: WhatIf) -> None:
    sure = f"{answer.sure:.0%} sure"
    print_table(
        f"{answer.target} as of {answer.as_of} (nothing is written)",
        ("", "value", "unit", "deadline", "P"),
        (
            ("now", answer.value_now, answer.unit, answer.deadline_now, percent(answer.probability_now)),
            ("tried", answer.value, answer.unit, answer.deadline, percent(answer.probability)),
            (sure, answer.safe_value, answer.unit, answer.deadline, percent(answer.sure)),
        ),
    )
    if answer.reason == _SETTLED and answer.probability is not None:
        flag = Flag.MET if answer.probability >= 1 else Flag.MISSED
        say(f"Settled: {flag_text(flag, Language.ZH)} / {flag_word(flag, Language.EN)}.")
    elif answer.reason != "ok":
        say(f"No probability: {answer.reason}.")


_SETTLED = "settled"
"""Reason of an answer that published figures decide (`forecast.Reason`)."""
