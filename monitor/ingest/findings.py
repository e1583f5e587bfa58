"""What is wrong with a row: named rules, and the sentences that say what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.errors import Refusal
from monitor.ingest.cells import shown
from monitor.ingest.columns import Column


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
        One sentence each: what is wrong; what to do.
    """

    rule: RuleId
    column: Column | None
    found: str
    reason: str
    remedy: str


def plain_finding(finding: Finding) -> list[str | None]:
    """A finding as JSON values."""
    return [finding.rule, finding.column, finding.found, finding.reason, finding.remedy]


def finding_of(plain: Sequence[str]) -> Finding:
    """A finding from its JSON values."""
    rule, column, found, reason, remedy = plain
    return Finding(RuleId(rule), Column(column) if column else None, found, reason, remedy)


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
) -> Refusal:
    """One refusal for one row: the first finding gives rule and column, the others add sentences.

    Parameters
    ----------
    findings : sequence of Finding
        At least one.
    names : dict
        Column to its name as written in the file.
    where : str
        Cell the figure came from, `Sheet1!D7`, where the file has no such columns.
    """
    first = findings[0]
    column = names.get(first.column, str(first.column)) if first.column else None
    return Refusal(
        file=file,
        sheet=sheet,
        row=row,
        column=where.rpartition("!")[2] or column,
        rule=first.rule.value,
        found=shown(first.found),
        reason=" ".join(dict.fromkeys(finding.reason for finding in findings)),
        remedy=" ".join(dict.fromkeys(finding.remedy for finding in findings)),
    )
