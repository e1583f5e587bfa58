"""Runs of jobs: each is claimed in the database before it starts, and its end is noted there."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from monitor import commands
from monitor.clock import Clock
from monitor.commands import LeadLostError
from monitor.config.schedule import JobEntry
from monitor.core.access import Actor
from monitor.core.errors import MonitorError, StoreError
from monitor.core.jobs import JobOutcome
from monitor.schedule.jobs import JobContext, JobKind, JobReport
from monitor.schedule.leader import LeaderLock
from monitor.setup import Workspace

T = TypeVar("T")
LOG = logging.getLogger("zhibiao.schedule")
TOLD_AS_LATE = dt.timedelta(seconds=60)
MOST_ATTEMPTS = 3
"""A run that takes its process down with it, or meets the same fault again, is not tried for ever."""
RETRY_SECONDS = 60.0
"""A run that met a fault that may pass is tried again so much later."""
PASSING = (SQLAlchemyError, StoreError, OSError)
"""Faults of the database, the network or the disk, which may pass."""
_NOTING_ATTEMPTS = 30
_PAUSE = 2.0


@dataclass(frozen=True)
class Lead:
    """The right to start jobs: a lock that is held, and the epoch that older leaders cannot claim past."""

    epoch: int
    lock: LeaderLock


@dataclass(frozen=True)
class DueRun:
    """A due time of a job that is about to be claimed."""

    job: str
    entry: JobEntry
    due_at: dt.datetime
    attempt: int = 1
    missed_since: dt.datetime | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What is known of the run before it starts."""
        return {} if self.missed_since is None else {"missed_since": self.missed_since.isoformat()}


class Runner:
    """Claims and runs jobs, each in a thread of its own and one run of a job at a time.

    Parameters
    ----------
    workspace : Workspace
        Handed to the jobs.
    kinds : mapping
        What each kind of job does.
    actor : Actor
        Who acts.
    clock : Clock
        Where the time comes from.
    """

    def __init__(
        self, workspace: Workspace, kinds: Mapping[str, JobKind], *, actor: Actor, clock: Clock
    ) -> None:
        self.workspace, self.kinds, self.actor, self.clock = workspace, kinds, actor, clock
        self._going: dict[str, threading.Thread] = {}
        self._mutex = threading.Lock()
        self._ending = threading.Event()

    def start(self, due: DueRun, lead: Lead) -> bool:
        """Claim a due time and run it in the background.

        Returns
        -------
        bool
            False if nothing was started: the job's last run is still going on, it has nothing to do,
            or the due time was claimed before.

        Raises
        ------
        LeadLostError
            If this process leads no longer.
        SQLAlchemyError
            If the database cannot be asked; the due time is then as unclaimed as before.
        """
        with self._mutex:
            if due.job in self._going:
                LOG.warning("%s is due while its last run is going on; that run stands for both.", due.job)
                return False
            if not lead.lock.still():
                raise LeadLostError(lead.epoch, lead.epoch)
            is_idle = self.kinds[due.entry.kind].is_idle
            if is_idle is not None and is_idle(self._context(due)):
                return False
            run = self.claim(due, leader=lead.epoch)
            if run is None:
                return False
            self._begin(run, due, lead)
            return True

    def go_on(self, run: int, due: DueRun, lead: Lead) -> None:
        """Run in the background what was claimed already."""
        with self._mutex:
            self._begin(run, due, lead)

    def _begin(self, run: int, due: DueRun, lead: Lead) -> None:
        arguments = (run, due, lead)
        thread = threading.Thread(target=self._run_and_forget, args=arguments, name=due.job, daemon=True)
        self._going[due.job] = thread
        thread.start()

    def claim(self, due: DueRun, *, leader: int | None) -> int | None:
        """The id of a run that is now ours, or None if the due time was claimed before."""
        return commands.claim_job_run(
            self.workspace.store,
            self.actor,
            job=due.job,
            kind=due.entry.kind,
            due_at=due.due_at,
            leader=leader,
            attempt=due.attempt,
            facts=due.facts,
        )

    def run(self, run: int, due: DueRun) -> tuple[JobOutcome, JobReport]:
        """Do a claimed run and note how it ended."""
        outcome, report, _ = self._told(due)
        self._note(run, due, outcome, report)
        return outcome, report

    def _told(self, due: DueRun) -> tuple[JobOutcome, JobReport, bool]:
        """Do a claimed run and say so in the log; the last tells whether it met a fault that may pass."""
        late = self.clock.now() - due.due_at
        told_late = f", {_in_words(late)} late" if late >= TOLD_AS_LATE else ""
        again = f", attempt {due.attempt}" if due.attempt > 1 else ""
        LOG.info(
            "%s starts: due %s%s%s.", due.job, due.due_at.isoformat(timespec="seconds"), told_late, again
        )
        outcome, report, may_pass = self._done(due)
        LOG.log(
            logging.INFO if outcome is JobOutcome.OK else logging.ERROR,
            "%s ended %s: %s",
            due.job,
            outcome.value,
            report.told,
        )
        return outcome, report, may_pass

    def is_going(self) -> bool:
        """Whether any run is going on."""
        with self._mutex:
            return bool(self._going)

    def wait(self, seconds: float) -> tuple[str, ...]:
        """Wait for the runs that are going on; gives the names of those that are not over by then.

        Nothing is tried again afterwards: an attempt that was claimed is left to the next leader.
        """
        self._ending.set()
        until = time.monotonic() + seconds
        with self._mutex:
            going = dict(self._going)
        for thread in going.values():
            thread.join(max(0.0, until - time.monotonic()))
        return tuple(name for name, thread in going.items() if thread.is_alive())

    def _run_and_forget(self, run: int, due: DueRun, lead: Lead) -> None:
        try:
            again = self._run_or_claim_again(run, due, lead)
            while again is not None and not self._ending.wait(RETRY_SECONDS) and lead.lock.still():
                due = replace(due, attempt=due.attempt + 1)
                again = self._run_or_claim_again(again, due, lead)
        finally:
            with self._mutex:
                del self._going[due.job]

    def _run_or_claim_again(self, run: int, due: DueRun, lead: Lead) -> int | None:
        """Do a claimed run; gives the claim of its next attempt if it met a fault that may pass."""
        outcome, report, may_pass = self._told(due)
        if not (may_pass and due.attempt < MOST_ATTEMPTS and self.kinds[due.entry.kind].repeatable):
            self._note(run, due, outcome, report)
            return None
        LOG.warning("%s is tried again in %s s.", due.job, int(RETRY_SECONDS))
        return self._patiently(
            due.job,
            partial(
                commands.fail_and_claim_again,
                self.workspace.store,
                self.actor,
                run,
                leader=lead.epoch,
                told=report.told,
                facts={**due.facts, **report.facts},
            ),
        )

    def _context(self, due: DueRun) -> JobContext:
        return JobContext(self.workspace, self.actor, self.clock, due.due_at, due.entry.options)

    def _done(self, due: DueRun) -> tuple[JobOutcome, JobReport, bool]:
        try:
            return JobOutcome.OK, self.kinds[due.entry.kind].run(self._context(due)), False
        except MonitorError as error:
            return JobOutcome.FAILED, JobReport(str(error)), isinstance(error, PASSING)
        except Exception as error:  # the outermost line of a job: logged and stored
            LOG.exception("%s met an unexpected error.", due.job)
            told = f"Unexpected error: {type(error).__name__}: {first_line(error)}"
            return JobOutcome.FAILED, JobReport(told), isinstance(error, PASSING)

    def _note(self, run: int, due: DueRun, outcome: JobOutcome, report: JobReport) -> None:
        facts = {**due.facts, **report.facts}
        finish = partial(
            commands.finish_job_run,
            self.workspace.store,
            self.actor,
            run,
            outcome=outcome,
            told=report.told,
            facts=facts,
        )
        if self._patiently(due.job, finish) is False:
            LOG.warning("%s had been given up as abandoned before it ended.", due.job)

    def _patiently(self, job: str, note: Callable[[], T]) -> T | None:
        """Note the end, patiently: the database may be restarting just now."""
        for attempt in range(_NOTING_ATTEMPTS):
            try:
                return note()
            except LeadLostError:
                break  # the new leader finds the run abandoned
            except (SQLAlchemyError, StoreError) as error:
                if attempt == 0:
                    LOG.warning("The end of %s cannot be noted yet (%s).", job, first_line(error))
                time.sleep(_PAUSE)
        LOG.error("The end of %s could not be noted; its run will be found abandoned.", job)
        return None


def first_line(error: Exception) -> str:
    """What an error says, of the database what it said itself: not the statement with its values."""
    return str(getattr(error, "orig", error)).strip().split("\n")[0]


def _in_words(span: dt.timedelta) -> str:
    """A span as people say it: 3 d 4 h, 5 h 2 min, 7 min.

    Examples
    --------
    >>> _in_words(dt.timedelta(hours=28))
    '1 d 4 h'
    """
    minutes = int(span.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {rest} min" if hours else f"{rest} min"
