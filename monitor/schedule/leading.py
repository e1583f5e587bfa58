"""What a leader does: keep stored jobs as scheduled, take over what was left, start what is due."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from monitor import commands
from monitor.config.schedule import JobEntry, Schedule
from monitor.core.jobs import JobRun
from monitor.schedule.adapters import ClaimingExecutor, PatientJobStore, WatchedScheduler, scheduled
from monitor.schedule.running import LOG, MOST_ATTEMPTS, DueRun, Lead, Runner
from monitor.schedule.triggers import next_due, trigger_of


class Leading:
    """The scheduler of one leader, from taking the lead to giving it up."""

    def __init__(self, runner: Runner, lead: Lead, schedule: Schedule) -> None:
        self._runner, self._lead, self._schedule = runner, lead, schedule
        self._missed: dict[str, dt.datetime] = {}
        self._store = PatientJobStore(runner.workspace.settings.database_url)
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # every event has a line of ours
        executor = ClaimingExecutor(self._start, self._store)
        self._scheduler: Any = WatchedScheduler(self._store, executor, runner.clock)

    @property
    def epoch(self) -> int:
        """The leader's epoch."""
        return self._lead.epoch

    def begin(self) -> None:
        """Take over what earlier leaders left running, then start with everything that is due."""
        self._scheduler.start(paused=True)
        self.follow(self._schedule)
        left = commands.abandon_job_runs(
            self._runner.workspace.store,
            self._runner.actor,
            leader=self._lead.epoch,
            is_repeated=self._is_repeated,
        )
        for run, again in left:
            self._take_over(run, again)
        self._scheduler.resume()

    def still(self) -> bool:
        """Whether this process leads, and its scheduler turns."""
        return self._scheduler.is_turning() and self._lead.lock.still()

    def beat(self) -> None:
        """Note that this leader is alive."""
        commands.beat(self._runner.workspace.store, self._runner.actor, self._lead.epoch)

    def follow(self, schedule: Schedule) -> None:
        """Bring the stored jobs in line with a schedule and the clock; no due time that passed is lost."""
        self._schedule = schedule
        now = self._runner.clock.now()
        voided = commands.void_early_runs(self._runner.workspace.store, self._runner.actor)
        if voided:
            LOG.warning("%s runs were claimed while the clock was ahead; they run again when due.", voided)
        announced = self._store.announced()
        wanted = {name: entry for name, entry in schedule.jobs.items() if entry.enabled}
        for name in announced.keys() - wanted.keys():
            self._store.remove_job(name)
            LOG.info("%s is not in the schedule any more.", name)
        for name, entry in wanted.items():
            self._follow_job(name, entry, announced.get(name), now)
        if self._scheduler.running:
            self._scheduler.wakeup()

    def stop(self) -> None:
        """Start nothing further; runs that are going on go on."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        # The library lets go of the connections before its thread has ended, which may open another.
        self._store.engine.dispose()

    def _follow_job(
        self, name: str, entry: JobEntry, announced: dt.datetime | None, now: dt.datetime
    ) -> None:
        trigger = trigger_of(entry, self._schedule)
        due = next_due(trigger, announced, now)
        if due is None:
            LOG.warning("%s is never due: %s.", name, entry.cron)
            return
        if announced is not None and announced < due <= now:
            self._missed[name] = announced
        self._scheduler.add_job(
            scheduled, trigger, args=[name], id=name, name=name, replace_existing=True, next_run_time=due
        )
        if announced != due:
            LOG.info("%s is due %s.", name, due.isoformat(timespec="seconds"))

    def _start(self, name: str, due_at: dt.datetime) -> None:
        """Called by the library when a job is due."""
        entry = self._schedule.jobs.get(name)
        if entry is None:
            return
        self._runner.start(DueRun(name, entry, due_at, missed_since=self._missed.get(name)), self._lead)
        self._missed.pop(name, None)

    def _is_repeated(self, run: JobRun) -> bool:
        """Whether a run that its leader left half done is done again: its kind may allow it or not."""
        entry = self._schedule.jobs.get(run.job)
        if entry is None or run.leader is None or run.attempt >= MOST_ATTEMPTS:
            return False
        return self._runner.kinds[entry.kind].repeatable

    def _take_over(self, run: JobRun, again: int | None) -> None:
        """Do the next attempt of a run that was left half done, if one was claimed."""
        LOG.warning("%s, due %s, was left running by leader %s.", run.job, run.due_at.isoformat(), run.leader)
        if again is not None:
            due = DueRun(run.job, self._schedule.jobs[run.job], run.due_at, attempt=run.attempt + 1)
            self._runner.go_on(again, due, self._lead)
