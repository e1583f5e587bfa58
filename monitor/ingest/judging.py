"""One batch of rows at a time: read as figures, then checked beside each other and what is stored."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.core.errors import Refusal, Severity
from monitor.core.records import Observation
from monitor.ingest.batches import Batch
from monitor.ingest.checks import RULES, held_as_a_whole, run_checks
from monitor.ingest.correcting import Met, correct_rows
from monitor.ingest.families import Families
from monitor.ingest.fields import Place
from monitor.ingest.figure_rows import FigureRows, each
from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.judged import JudgedRows
from monitor.ingest.lines import Lines
from monitor.ingest.lookup import LoadContext
from monitor.ingest.normalise import Normaliser, ReadRows
from monitor.ingest.rules import CheckContext, Flagged, Rule
from monitor.ingest.stored import StoredFigures
from monitor.rows import collector_paused

StoredReader = Callable[[Collection[str], Collection[str] | None], Iterable[Observation]]
"""Answers with every release known on the day of the load of some indicators, in all regions or in some."""


class Judge:
    """Judges batches against a catalogue and what is stored.

    Parameters
    ----------
    today : datetime.date
        Day of the load, in Asia/Shanghai.
    stored : callable
        What reads the stored figures of a batch.
    """

    def __init__(
        self,
        context: LoadContext,
        normaliser: Normaliser,
        families: Families,
        *,
        today: dt.date,
        stored: StoredReader,
    ) -> None:
        self._catalogue = context
        self._normaliser = normaliser
        self._families = families
        self._today = today
        self._stored = stored

    def judge(self, batch: Batch, lines: Lines, judged: JudgedRows) -> None:
        """Put every row of a batch where it belongs.

        Nothing is accepted of a file that is held as a whole.
        """
        with collector_paused():
            group = judge_rows(
                self._normaliser.read(lines),
                self._catalogue,
                self._families,
                today=self._today,
                stored=self._stored,
                is_divided=batch.is_divided,
                hold=judged.hold,
            )
            judged.broken.update(group.broken)
            judged.met += group.met
            judged.accept(group.accepted)
            for severity, told in group.told.items():
                judged.flag(severity, ((place.order, refusal, place.row.cells) for place, refusal in told))


@dataclass(frozen=True)
class JudgedGroup:
    """What became of rows that were judged together.

    Parameters
    ----------
    accepted : FigureRows
        Rows that may be stored.
    told : mapping of Severity to sequence of (Place, Refusal)
        Each row that broke rules of that severity, with all it is told.
    broken : Counter of RuleId
        How many rows each rule over figures stopped.
    met : sequence of Met
        Known errors of sources among the rows.
    """

    accepted: FigureRows
    told: Mapping[Severity, Sequence[tuple[Place, Refusal]]]
    broken: Counter[RuleId]
    met: Sequence[Met]


def judge_rows(
    rows: ReadRows,
    context: LoadContext,
    families: Families,
    *,
    today: dt.date,
    stored: StoredReader,
    is_divided: bool = False,
    rules: Sequence[Rule] = RULES,
    hold: Finding | None = None,
) -> JudgedGroup:
    """Correct known errors of sources, and check rows beside each other and what is stored.

    Parameters
    ----------
    rows : ReadRows
        As they were read.
    context : LoadContext
        The catalogue, with every origin the rows may name.
    is_divided : bool
        Whether the rows are one division of a family too large to be judged at once: then only the
        stored figures of regions beside theirs are read.
    rules : sequence of Rule
        Usually all of them.
    hold : Finding, optional
        Why nothing of their file may be stored.
    """
    figures, met = correct_rows(rows.figures, context.corrections)
    checks = _check_context(figures, context, families, today, stored, is_divided=is_divided)
    result = run_checks(figures, checks, rules=rules)
    broken = result.broken
    if hold is not None:
        result = held_as_a_whole(result, hold)
    unread = [(row.place, row.findings) for row in rows.rejected]
    found = {
        Severity.REFUSE: [*unread, *_one_each(result.refused)],
        Severity.HOLD: _one_each(result.held),
        Severity.WARN: _one_each(result.warned),
    }
    told = {
        severity: [(place, place.refusal(*findings, severity=severity)) for place, findings in each]
        for severity, each in found.items()
    }
    return JudgedGroup(result.accepted, told, broken, met)


def _check_context(
    rows: FigureRows,
    context: LoadContext,
    families: Families,
    today: dt.date,
    stored: StoredReader,
    *,
    is_divided: bool,
) -> CheckContext:
    """The catalogue, and the stored figures of the families of the rows."""
    if not rows:
        return CheckContext(today)
    codes = set(each(rows.columns.indicator, lambda found: found.code))
    indicators = families.members({families.family_of(code) for code in codes})
    regions = families.kin(set(rows.columns.region)) if is_divided else None
    trust = {code: origin.trust for code, origin in context.origins.items()}
    figures = StoredFigures(stored(indicators, regions), trust=trust)
    return CheckContext(today, figures, context.regions, context.indicators)


def _one_each(flagged: Iterable[Flagged]) -> list[tuple[Place, Sequence[Finding]]]:
    """What the checks found, gathered row by row."""
    findings: dict[int, tuple[Place, list[Finding]]] = {}
    for row, finding in flagged:
        findings.setdefault(id(row), (row.place, []))[1].append(finding)
    return list(findings.values())
