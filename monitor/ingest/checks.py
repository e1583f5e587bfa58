"""The list of rules a file must keep, in order, and what is left when they have been applied.

To add a rule: a member of `RuleId`, a check, one line in `RULES`. A rule sees only what the rules
above it let through, so that one mistake is reported under one name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.ingest import row_rules, series_rules, slip_rules
from monitor.ingest.findings import RuleId
from monitor.ingest.normalise import Candidate
from monitor.ingest.rules import CheckContext, Flagged, Rule, Severity, for_each

RULES: tuple[Rule, ...] = (
    Rule(RuleId.BELOW_LOWER_BOUND, Severity.REFUSE, for_each(row_rules.below_lower_bound)),
    Rule(RuleId.ABOVE_UPPER_BOUND, Severity.REFUSE, for_each(row_rules.above_upper_bound)),
    Rule(RuleId.PERIOD_NOT_BEGUN, Severity.REFUSE, for_each(row_rules.period_not_begun)),
    Rule(RuleId.FUTURE_PUBLICATION, Severity.REFUSE, for_each(row_rules.future_publication)),
    Rule(
        RuleId.PUBLISHED_BEFORE_PERIOD_START,
        Severity.REFUSE,
        for_each(row_rules.published_before_period_start),
    ),
    Rule(RuleId.DUPLICATE_ROW_DISAGREES, Severity.REFUSE, series_rules.duplicate_row_disagrees),
    Rule(RuleId.UNIT_SLIP, Severity.REFUSE, slip_rules.unit_slip),
    Rule(RuleId.PERCENT_SLIP, Severity.REFUSE, slip_rules.percent_slip),
    Rule(RuleId.CUMULATIVE_FALLS, Severity.REFUSE, series_rules.cumulative_falls),
)


@dataclass(frozen=True)
class CheckResult:
    """Rows that may be stored, rows that may not, remarks on rows that may, rows that need a decision."""

    accepted: tuple[Candidate, ...]
    refused: tuple[Flagged, ...]
    warned: tuple[Flagged, ...]
    held: tuple[Flagged, ...] = ()


def run_checks(
    candidates: Sequence[Candidate], context: CheckContext, *, rules: Sequence[Rule] = RULES
) -> CheckResult:
    """Apply every rule in order.

    Parameters
    ----------
    candidates : sequence of Candidate
        All rows of a file that read as figures, in file order.
    context : CheckContext
        The day of the load, and what is stored.
    rules : sequence of Rule
        Usually all of them.
    """
    accepted = list(candidates)
    refused: list[Flagged] = []
    warned: list[Flagged] = []
    for rule in rules:
        flagged = list(rule.check(accepted, context))
        if rule.severity is Severity.WARN:
            warned += flagged
            continue
        refused += flagged
        out = {id(candidate) for candidate, _ in flagged}
        accepted = [candidate for candidate in accepted if id(candidate) not in out]
    return CheckResult(tuple(accepted), tuple(refused), tuple(warned))
