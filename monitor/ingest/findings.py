"""What is wrong with a row: named rules, and the facts their sentences are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from monitor.core.errors import Refusal, Severity
from monitor.ingest.cells import shown
from monitor.ingest.columns import Column
from monitor.words.display import Language
from monitor.words.refusals import rule_words


class RuleId(StrEnum):
    """Every rule a row can break; screens and reports show these names."""

    EXTRA_CELLS = "extra_cells"
    UNKNOWN_INDICATOR = "unknown_indicator"
    AMBIGUOUS_INDICATOR = "ambiguous_indicator"
    UNKNOWN_REGION = "unknown_region"
    AMBIGUOUS_REGION = "ambiguous_region"
    BAD_PERIOD = "bad_period"
    PERIOD_DOES_NOT_FIT_FREQUENCY = "period_does_not_fit_frequency"
    PERIOD_IS_CUMULATIVE = "period_is_cumulative"
    PERIOD_IS_SINGLE = "period_is_single"
    MISSING_VALUE = "missing_value"
    BAD_VALUE = "bad_value"
    UNKNOWN_UNIT = "unknown_unit"
    UNIT_MISMATCH = "unit_mismatch"
    UNKNOWN_STATUS = "unknown_status"
    BAD_DATE = "bad_date"
    UNKNOWN_ORIGIN = "unknown_origin"
    UNCLEAR_CELL = "unclear_cell"
    LAYOUT_NOT_UNDERSTOOD = "layout_not_understood"
    BELOW_LOWER_BOUND = "below_lower_bound"
    ABOVE_UPPER_BOUND = "above_upper_bound"
    PERIOD_NOT_BEGUN = "period_not_begun"
    PUBLISHED_BEFORE_PERIOD_START = "published_before_period_start"
    FUTURE_PUBLICATION = "future_publication"
    DUPLICATE_ROW_DISAGREES = "duplicate_row_disagrees"
    UNIT_SLIP = "unit_slip"
    PERCENT_SLIP = "percent_slip"
    CUMULATIVE_FALLS = "cumulative_falls"
    FRACTIONAL_COUNT = "fractional_count"
    SINGLE_MONTH = "single_month"
    COPIED_PERIOD = "copied_period"
    MISPLACED = "misplaced"
    OUTLIER = "outlier"
    TOTAL_DISAGREES = "total_disagrees"
    RATIO_DISAGREES = "ratio_disagrees"
    SETTLED_FIGURE_MOVES = "settled_figure_moves"
    BASIS_CHANGED = "basis_changed"
    UNVERIFIABLE = "unverifiable"
    FILE_HELD = "file_held"
    HIDDEN_SHEET = "hidden_sheet"
    SHEET_WITHOUT_HEADER = "sheet_without_header"


@dataclass(frozen=True)
class Finding:
    """One rule a row breaks.

    Parameters
    ----------
    column : Column or None
        The column to look at; None where the row as a whole is meant.
    found : str
        The cell as read.
    reason, remedy : str
        One English sentence each, where whoever read the cell has written them; otherwise they are
        made of the facts.
    facts : mapping
        What the sentences state, as JSON values; figures as `FigureTable.fact` gives them.
    """

    rule: RuleId
    column: Column | None
    found: str
    reason: str = ""
    remedy: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def in_english(self) -> tuple[str, str]:
        """Reason and remedy for logs."""
        if self.reason:
            return self.reason, self.remedy
        words = rule_words(self.rule.value, {"found": shown(self.found), **self.facts}, Language.EN)
        return words.reason, words.remedy


def plain_finding(finding: Finding) -> list[Any]:
    """A finding as JSON values."""
    return [finding.rule, finding.column, finding.found, finding.reason, finding.remedy, dict(finding.facts)]


def finding_of(plain: Sequence[Any]) -> Finding:
    """A finding from its JSON values."""
    rule, column, *rest = plain
    return Finding(RuleId(rule), Column(column) if column else None, *rest)


class RowProblem(Exception):  # noqa: N818 - it never leaves the package and is no failure of it
    """Carries the finding out of the function that read a cell."""

    def __init__(self, rule: RuleId, column: Column | None, found: str, *, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.finding = Finding(rule, column, found, reason, remedy)


def to_refusal(
    findings: Sequence[Finding],
    *,
    file: str,
    sheet: str | None,
    row: int,
    names: dict[Column, str],
    where: str = "",
    severity: Severity = Severity.REFUSE,
) -> Refusal:
    """One refusal for one row: the first finding gives rule, column and facts, the others add to it.

    Parameters
    ----------
    findings : sequence of Finding
        At least one.
    names : dict
        Column to its name as written in the file.
    where : str
        Cell the figure came from, `Sheet1!D7`, where the file has no such columns.
    """
    first, *others = findings
    column = names.get(first.column, str(first.column)) if first.column else None
    also = [{"rule": each.rule.value, "found": shown(each.found), **each.facts} for each in others]
    sentences = [finding.in_english for finding in findings]
    return Refusal(
        file=file,
        sheet=sheet,
        row=row,
        column=where.rpartition("!")[2] or column,
        rule=first.rule.value,
        found=shown(first.found),
        reason=" ".join(dict.fromkeys(reason for reason, _ in sentences)),
        remedy=" ".join(dict.fromkeys(remedy for _, remedy in sentences)),
        severity=severity,
        facts={**first.facts, **({"also": also} if also else {})},
    )
