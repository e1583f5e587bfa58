"""One batch of rows at a time: read as figures, then checked beside each other and what is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence

from monitor.core.errors import Severity
from monitor.core.records import Observation, Origin
from monitor.ingest.batches import Batch
from monitor.ingest.checks import held_as_a_whole, run_checks
from monitor.ingest.correcting import correct_rows
from monitor.ingest.families import Families
from monitor.ingest.fields import Place
from monitor.ingest.findings import Finding
from monitor.ingest.judged import JudgedRows
from monitor.ingest.lookup import LoadContext
from monitor.ingest.normalise import Candidate, Normaliser, Rejected
from monitor.ingest.rules import CheckContext, Flagged
from monitor.ingest.stored import StoredFigures
from monitor.rows import collector_paused

StoredReader = Callable[[Collection[str], Collection[str] | None], Iterable[Observation]]
"""Answers with every release known on the day of the load of some indicators, in all regions or in some."""


class Judge:
    """Judges batches against a catalogue and what is stored.

    Parameters
    ----------
    origin : Origin
        That of rows that name none.
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
        origin: Origin,
        today: dt.date,
        stored: StoredReader,
    ) -> None:
        self._catalogue = context
        self._normaliser = normaliser
        self._families = families
        self._today = today
        self._stored = stored
        known = {origin.code: origin} | dict(context.origins)
        self._trust = {code: each.trust for code, each in known.items()}

    def judge(self, batch: Batch, places: Sequence[tuple[int, Place]], judged: JudgedRows) -> None:
        """Put every row of a batch, given in file order, where it belongs.

        Nothing is accepted of a file that is held as a whole.
        """
        with collector_paused():
            order = {id(place): at for at, place in places}
            rows, met = correct_rows(
                [self._normaliser.row(place) for _, place in places], self._catalogue.corrections
            )
            judged.met += met
            candidates = [row for row in rows if isinstance(row, Candidate)]
            result = run_checks(candidates, self._context(batch, candidates))
            judged.broken.update(result.broken)
            if judged.hold is not None:
                result = held_as_a_whole(result, judged.hold)
            unread = [(row.place, row.findings) for row in rows if isinstance(row, Rejected)]
            flagged = {
                Severity.REFUSE: [*unread, *_one_each(result.refused)],
                Severity.HOLD: _one_each(result.held),
                Severity.WARN: _one_each(result.warned),
            }
            judged.accept(result.accepted)
            for severity, found in flagged.items():
                judged.flag(
                    severity,
                    (
                        (order[id(place)], place.refusal(*findings, severity=severity), place.row.cells)
                        for place, findings in found
                    ),
                )

    def _context(self, batch: Batch, rows: Sequence[Candidate]) -> CheckContext:
        if not rows:
            return CheckContext(self._today)
        indicators = self._families.members(batch.families)
        regions = self._families.kin({row.region for row in rows}) if batch.is_divided else None
        stored = StoredFigures(self._stored(indicators, regions), trust=self._trust)
        return CheckContext(self._today, stored, self._catalogue.regions, self._catalogue.indicators)


def _one_each(flagged: Iterable[Flagged]) -> list[tuple[Place, Sequence[Finding]]]:
    """What the checks found, gathered row by row."""
    findings: dict[int, tuple[Place, list[Finding]]] = {}
    for row, finding in flagged:
        findings.setdefault(id(row), (row.place, []))[1].append(finding)
    return list(findings.values())
