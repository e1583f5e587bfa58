"""The shape of a check: a named rule over the figures of a group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.core.errors import Severity
from monitor.core.indicators import Indicator
from monitor.core.records import Region
from monitor.ingest.candidates import Candidate
from monitor.ingest.columns import Column
from monitor.ingest.figure_table import FigureTable
from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.stored import StoredFigures


@dataclass(frozen=True)
class CheckContext:
    """What a rule may look at besides the rows.

    Parameters
    ----------
    today : datetime.date
        Day of the load, in Asia/Shanghai.
    stored : StoredFigures
        What the database holds of the group of indicators, in all regions.
    regions : mapping of code to Region
        Which regions make up which; without them no total is compared with its parts.
    indicators : mapping of code to Indicator
        The catalogue, so that stored figures of indicators the file does not name can be used.
    """

    today: dt.date
    stored: StoredFigures = field(default_factory=StoredFigures)
    regions: Mapping[str, Region] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)


Flagged = tuple[Candidate, Finding]
Check = Callable[[FigureTable, CheckContext], Iterable[Flagged]]


@dataclass(frozen=True)
class Rule:
    """One check over all rows that earlier rules let through.

    Parameters
    ----------
    id : RuleId
        Name that reports and quarantine show.
    severity : Severity
        Refused and held rows are kept in quarantine; warned ones are stored.
    check : callable
        Takes the figures of a group and the context; answers with the rows that break the rule, each
        with its finding.
    """

    id: RuleId
    severity: Severity
    check: Check


def flagged(
    table: FigureTable, place: int, rule: RuleId, column: Column = Column.VALUE, **facts: Any
) -> Flagged:
    """A row that breaks a rule, with the figure it gives among the facts."""
    row = table.row_at(place)
    told = {"indicator": row.indicator.code, "figure": table.fact(place), **facts}
    return row, Finding(rule, column, row.place.text(column), facts=told)
