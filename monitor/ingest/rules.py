"""The shape of a check: a named rule over the rows of a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.normalise import Candidate
from monitor.ingest.stored import StoredFigures


class Severity(StrEnum):
    """What a broken rule does to the row."""

    REFUSE = "refuse"
    HOLD = "hold"
    WARN = "warn"


@dataclass(frozen=True)
class CheckContext:
    """What a rule may look at besides the rows.

    Parameters
    ----------
    today : datetime.date
        Day of the load, in Asia/Shanghai.
    stored : StoredFigures
        What the database holds of the series of the file.
    """

    today: dt.date
    stored: StoredFigures = field(default_factory=StoredFigures)


Flagged = tuple[Candidate, Finding]
Check = Callable[[Sequence[Candidate], CheckContext], Iterable[Flagged]]


@dataclass(frozen=True)
class Rule:
    """One check over all rows that earlier rules let through.

    Parameters
    ----------
    id : RuleId
        Name that reports and quarantine show.
    severity : Severity
        Refused and held rows are kept in quarantine, and held ones may be accepted by a person;
        warned ones are stored.
    check : callable
        Takes the rows in file order and the context; answers with the rows that break the rule,
        each with its finding.
    """

    id: RuleId
    severity: Severity
    check: Check


def for_each(check_one: Callable[[Candidate, CheckContext], Finding | None]) -> Check:
    """A check that looks at one row at a time."""

    def check(candidates: Sequence[Candidate], context: CheckContext) -> Iterable[Flagged]:
        for candidate in candidates:
            finding = check_one(candidate, context)
            if finding is not None:
                yield candidate, finding

    return check
