"""What a year left in the ledger, held against the mail server's own log."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bench.mail_parts.ledger import Comparison, compare
from bench.year_parts.home import ACTOR
from monitor import queries
from monitor.alerts.digests import digest_morning
from monitor.config import WorkingDays
from monitor.core.jobs import JobOutcome, JobRun
from monitor.core.outbox import MessageKind, MessageState
from monitor.core.people import Rhythm
from monitor.core.weeks import Week
from monitor.store import Store

_ALL = 1_000_000


@dataclass(frozen=True)
class Findings:
    """The end of a year.

    Parameters
    ----------
    runs : Counter
        Runs of jobs by kind and outcome.
    messages : Counter
        Messages by kind and state.
    comparison : Comparison
        The outbox against the server's log.
    strangers : int
        Accepted messages the ledger does not know; must be 0.
    missing : tuple of str
        Weeks and weekly readers without digest that no run named as skipped; must be empty.
    skipped : tuple of str
        Weeks that runs named as not told by themselves.
    """

    runs: Counter[tuple[str, str]]
    messages: Counter[tuple[MessageKind, MessageState]]
    comparison: Comparison
    strangers: int
    missing: tuple[str, ...]
    skipped: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing went out twice, nothing was lost and nothing was left untold."""
        return self.comparison.holds and not (self.strangers or self.missing or self.unfinished)

    @property
    def unfinished(self) -> int:
        """Runs still called running, although every scheduler ended in good order; must be 0."""
        return sum(count for (_, outcome), count in self.runs.items() if outcome == JobOutcome.RUNNING)

    def rows(self) -> Iterator[tuple[str, object]]:
        """Labels and values of a table."""
        for (kind, outcome), count in sorted(self.runs.items()):
            yield f"runs of {kind}, {outcome}", count
        for (kind, state), count in sorted(self.messages.items()):
            yield f"messages: {kind}, {state}", count
        found = self.comparison
        yield "accepted by the server", found.accepted
        yield "uncertain, of which accepted", found.uncertain_accepted
        yield "**accepted twice**", found.accepted_twice
        yield "**delivered but not accepted**", found.delivered_unaccepted
        yield "**accepted but called otherwise**", found.accepted_denied
        yield "**accepted but not in the ledger**", self.strangers
        yield "**lost**", found.lost
        yield "**weeks of a weekly reader without digest, not told as skipped**", len(self.missing)
        yield "**runs left running**", self.unfinished
        yield "weeks told as skipped", ", ".join(self.skipped) or "none"


def weeks_due(first: Week, *, until: dt.datetime, calendar: WorkingDays) -> list[Week]:
    """The weeks from the first on whose digest was due by a moment.

    Days off may put a digest off beyond the whole week that follows: that of the week before the Spring
    Festival is due after it.
    """
    due = []
    week = first
    while digest_morning(week, calendar) <= until:
        due.append(week)
        week = week.shift(1)
    return due


def examine(store: Store, *, weeks: Collection[Week], accepted_ids: Sequence[str]) -> Findings:
    """Compare runs, ledger and log of a year.

    Parameters
    ----------
    store : Store
        Where the ledger is.
    weeks : collection of Week
        Those whose digest was due by the end, as `weeks_due` tells.
    accepted_ids : sequence of str
        `Message-ID` of everything the server accepted, with repetitions.
    """
    outbox = queries.outbox(store, ACTOR)
    runs = queries.job_runs(store, ACTOR, limit=_ALL)
    keys = [each.message.key for each in outbox]
    skipped = _skipped(runs)
    people = queries.get_people(store, ACTOR).values()
    wanted = [(week, each.code) for week in weeks for each in people if each.rhythm is Rhythm.WEEKLY]
    return Findings(
        runs=Counter((run.kind, run.outcome.value) for run in runs),
        messages=Counter((each.message.kind, each.state) for each in outbox),
        comparison=compare(store, keys=keys, accepted_ids=accepted_ids),
        strangers=len(set(accepted_ids) - {each.message_id for each in outbox}),
        missing=tuple(
            f"{week} {code}"
            for week, code in wanted
            if f"digest/{week}/{code}/email" not in keys and str(week) not in skipped
        ),
        skipped=tuple(sorted(skipped)),
    )


def _skipped(runs: Collection[JobRun]) -> set[str]:
    return {week for run in runs for week in run.facts.get("skipped", ())}
