"""The list of rules a file must keep, in order, and what is left when they have been applied.

To add a rule: a member of `RuleId`, a check, one line in `RULES`, its words in
`monitor/words/messages/rules_zh.py` and `rules_en.py`, its line in `docs/figures.md`. A rule sees only
what the rules above it let through, so that one mistake is reported under one name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.core.errors import Severity
from monitor.ingest.candidates import Candidate
from monitor.ingest.columns import Column
from monitor.ingest.figure_rows import FigureRows
from monitor.ingest.figure_table import figure_table
from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.rules import CheckContext, Flagged, Rule, cumulative, outliers, peers, places, single
from monitor.ingest.rules.duplicates import duplicate_row_disagrees
from monitor.ingest.rules.slips import percent_slip, unit_slip
from monitor.ingest.rules.totals import ratio_disagrees, total_disagrees

RULES: tuple[Rule, ...] = (
    Rule(RuleId.BELOW_LOWER_BOUND, Severity.REFUSE, single.below_lower_bound),
    Rule(RuleId.ABOVE_UPPER_BOUND, Severity.REFUSE, single.above_upper_bound),
    Rule(RuleId.PERIOD_NOT_BEGUN, Severity.REFUSE, single.period_not_begun),
    Rule(RuleId.FUTURE_PUBLICATION, Severity.REFUSE, single.future_publication),
    Rule(RuleId.PUBLISHED_BEFORE_PERIOD_START, Severity.REFUSE, single.published_before_period_start),
    Rule(RuleId.DUPLICATE_ROW_DISAGREES, Severity.REFUSE, duplicate_row_disagrees),
    Rule(RuleId.UNIT_SLIP, Severity.REFUSE, unit_slip),
    Rule(RuleId.PERCENT_SLIP, Severity.REFUSE, percent_slip),
    Rule(RuleId.CUMULATIVE_FALLS, Severity.REFUSE, cumulative.cumulative_falls),
    Rule(RuleId.FRACTIONAL_COUNT, Severity.REFUSE, single.fractional_count),
    Rule(RuleId.SINGLE_MONTH, Severity.HOLD, cumulative.single_month),
    Rule(RuleId.COPIED_PERIOD, Severity.HOLD, places.copied_period),
    Rule(RuleId.MISPLACED, Severity.HOLD, places.misplaced),
    Rule(RuleId.OUTLIER, Severity.HOLD, outliers.outlier),
    Rule(RuleId.TOTAL_DISAGREES, Severity.HOLD, total_disagrees),
    Rule(RuleId.RATIO_DISAGREES, Severity.HOLD, ratio_disagrees),
    Rule(RuleId.SETTLED_FIGURE_MOVES, Severity.HOLD, outliers.settled_figure_moves),
    Rule(RuleId.BASIS_CHANGED, Severity.WARN, outliers.basis_changed),
    Rule(RuleId.UNVERIFIABLE, Severity.WARN, peers.unverifiable),
)
RULES_AFTER_ACCEPTANCE: tuple[Rule, ...] = tuple(rule for rule in RULES if rule.severity is not Severity.HOLD)
"""For rows a person has looked at and accepts as they are; what is refused stays refused."""

FILE_WIDE = frozenset(
    {
        RuleId.UNIT_SLIP,
        RuleId.PERCENT_SLIP,
        RuleId.CUMULATIVE_FALLS,
        RuleId.SINGLE_MONTH,
        RuleId.COPIED_PERIOD,
        RuleId.MISPLACED,
    }
)
"""Mistakes that are made with a whole file or column, so that rows not caught are doubtful too."""
LEAST_SLIPPED_ROWS = 5
LEAST_SLIPPED_SHARE = 0.2


@dataclass(frozen=True)
class CheckResult:
    """What became of the rows of a group.

    Parameters
    ----------
    accepted : FigureRows
        Rows that may be stored, in the order given.
    refused, held : tuple of (Candidate, Finding)
        Rows that may not: wrong, or to be decided by a person.
    warned : tuple of (Candidate, Finding)
        Remarks on rows that may.
    """

    accepted: FigureRows
    refused: tuple[Flagged, ...]
    held: tuple[Flagged, ...]
    warned: tuple[Flagged, ...]

    @property
    def broken(self) -> Counter[RuleId]:
        """How many rows each rule stopped."""
        return Counter(finding.rule for _, finding in (*self.refused, *self.held))


def run_checks(
    candidates: Sequence[Candidate], context: CheckContext, *, rules: Sequence[Rule] = RULES
) -> CheckResult:
    """Apply every rule in order to the rows of one group.

    Parameters
    ----------
    candidates : FigureRows or sequence of Candidate
        Rows that read as figures, in file order: all those of the file, or at least all those of one
        family of indicators (`monitor.ingest.families`).
    context : CheckContext
        The day of the load, what is stored of these indicators in all regions, and the regions.
    rules : sequence of Rule
        Usually all of them.
    """
    accepted = FigureRows.of(candidates)
    table = figure_table(accepted, context.stored, catalogue=context.indicators)
    found: dict[Severity, list[Flagged]] = {severity: [] for severity in Severity}
    for rule in rules:
        flagged = list(rule.check(table, context))
        found[rule.severity] += flagged
        if flagged and rule.severity is not Severity.WARN:
            accepted = accepted.without(candidate for candidate, _ in flagged)
            table = figure_table(accepted, context.stored, catalogue=context.indicators)
    return CheckResult(
        accepted,
        tuple(found[Severity.REFUSE]),
        tuple(found[Severity.HOLD]),
        tuple(found[Severity.WARN]),
    )


def whole_file_hold(broken: Mapping[RuleId, int], *, rows: int) -> Finding | None:
    """Why nothing of a file may be stored, or None.

    A file of which a fifth, and at least five rows, break one rule that is broken by whole files or
    columns (a unit, a month for a sum, a shift) is doubtful as a whole: what was not caught may have
    slipped too. Measured by `bench/slips_bench.py`.

    Parameters
    ----------
    broken : mapping of RuleId to int
        How many rows of the whole file each rule stopped.
    rows : int
        Rows of the file, those that do not read as figures included.

    Returns
    -------
    Finding or None
        For every row that would have been stored: how many rows broke which rule.
    """
    slipped = [(count, rule) for rule, count in broken.items() if rule in FILE_WIDE]
    count, rule = max(slipped, default=(0, RuleId.FILE_HELD))
    if count < LEAST_SLIPPED_ROWS or count <= LEAST_SLIPPED_SHARE * rows:
        return None
    return Finding(RuleId.FILE_HELD, None, "", facts={"broken": rule.value, "count": count, "rows": rows})


def held_as_a_whole(result: CheckResult, finding: Finding) -> CheckResult:
    """The same group with nothing accepted: each good row is held with the finding about its file."""
    held = [
        (row, replace(finding, column=Column.VALUE, found=row.place.text(Column.VALUE)))
        for row in result.accepted
    ]
    return CheckResult(FigureRows.of(()), result.refused, (*result.held, *held), ())
