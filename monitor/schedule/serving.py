"""`zhibiao serve`: wait for the lead, lead, hand over."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import threading
import time
import uuid
from collections.abc import Mapping
from types import FrameType

from sqlalchemy.exc import SQLAlchemyError

from monitor import commands
from monitor.clock import SYSTEM_CLOCK, Clock
from monitor.config.schedule import Schedule, schedule_fingerprint
from monitor.core.access import SCHEDULER, Actor
from monitor.core.errors import ConfigError, StoreError
from monitor.schedule.checking import read_schedule
from monitor.schedule.jobs import KINDS, JobKind
from monitor.schedule.leader import LeaderLock, leader_lock
from monitor.schedule.leading import Leading
from monitor.schedule.running import LOG, Lead, Runner, first_line
from monitor.setup import Workspace

BEAT_SECONDS = 10.0
STOP_WITHIN_SECONDS = 60.0
_TICK = 0.5
_FILE_LOOK_SECONDS = 3.0
_JUMP = dt.timedelta(seconds=5)


class Service:
    """One process of `zhibiao serve`.

    Parameters
    ----------
    workspace : Workspace
        What the jobs work on.
    kinds : mapping
        The kinds of jobs there are.
    actor : Actor
        Who acts.
    clock : Clock
        Where the time comes from.

    Raises
    ------
    ConfigError
        If the schedule is refused.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        kinds: Mapping[str, JobKind] = KINDS,
        actor: Actor = SCHEDULER,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._workspace, self._kinds, self._clock = workspace, kinds, clock
        self._runner = Runner(workspace, kinds, actor=actor, clock=clock)
        self._lock: LeaderLock = leader_lock(workspace.settings.database_url)
        self._fingerprint = schedule_fingerprint(workspace.settings)
        self._schedule: Schedule = read_schedule(workspace.settings, kinds)
        self._leading: Leading | None = None
        self._stop, self._reload = threading.Event(), threading.Event()
        self._name = uuid.uuid4().hex[:8]

    def request_stop(self) -> None:
        """End after the runs that are going on, at most `STOP_WITHIN_SECONDS` later."""
        self._stop.set()

    def request_reload(self) -> None:
        """Read the schedule again."""
        self._reload.set()

    def serve(self) -> None:
        """Lead, or wait for the lead, until asked to stop."""
        LOG.info("Scheduler %s started, process %s on %s.", self._name, os.getpid(), socket.gethostname())
        pulse = _Pulse(self._clock)
        waiting = False
        while not self._stop.is_set():
            if self._leading is None and not self._take_lead() and not waiting:
                waiting = True
                LOG.info("Another scheduler leads; waiting for its lock.")
            waiting = waiting and self._leading is None
            self._look_after(pulse)
            self._stop.wait(_TICK)
        self._end()

    def _take_lead(self) -> bool:
        # Runs of an earlier lead of this process end first: another process may lead meanwhile.
        if self._runner.is_going() or not self._lock.acquire():
            return False
        store, actor = self._workspace.store, self._runner.actor
        try:
            epoch = commands.take_lead(
                store, actor, name=self._name, host=socket.gethostname(), pid=os.getpid()
            )
            leading = Leading(self._runner, Lead(epoch, self._lock), self._schedule)
            LOG.info("Scheduler %s leads now, as leader %s.", self._name, epoch)
            self._leading = leading
            leading.begin()
        except (SQLAlchemyError, StoreError) as error:
            LOG.warning("The lead could not be taken up: %s", first_line(error))
            self._lose_lead()
            return False
        return True

    def _look_after(self, pulse: _Pulse) -> None:
        """One look: the lock, the clock, the file, the heartbeat."""
        if self._leading is None:
            return
        if not self._leading.still():
            LOG.warning(
                "Leader %s lost its lock or its scheduler; it starts nothing further.", self._leading.epoch
            )
            self._lose_lead()
            return
        try:
            if pulse.jumped():
                LOG.warning("The clock was set; due times are looked at again.")
                self._leading.follow(self._schedule)
            if self._reload.is_set() or pulse.is_time("file", _FILE_LOOK_SECONDS):
                self._read_again(self._leading)
            if pulse.is_time("beat", BEAT_SECONDS):
                self._leading.beat()
        except (SQLAlchemyError, StoreError) as error:
            LOG.warning("The database cannot be asked just now: %s", first_line(error))

    def _read_again(self, leading: Leading) -> None:
        """Follow a changed schedule; one that is refused changes nothing."""
        fingerprint = schedule_fingerprint(self._workspace.settings)
        if fingerprint == self._fingerprint and not self._reload.is_set():
            return
        try:
            schedule = read_schedule(self._workspace.settings, self._kinds)
        except ConfigError as error:
            LOG.error("The changed schedule is not followed. %s", error)
        else:
            leading.follow(schedule)
            self._schedule = schedule
            LOG.info("The schedule was read again.")
        self._fingerprint = fingerprint
        self._reload.clear()

    def _lose_lead(self) -> None:
        leading, self._leading = self._leading, None
        self._lock.release()
        if leading is not None:
            leading.stop()

    def _end(self) -> None:
        leading = self._leading
        if leading is not None:
            leading.stop()
        LOG.info("Stopping; runs that are going on have %s s.", int(STOP_WITHIN_SECONDS))
        left = self._runner.wait(STOP_WITHIN_SECONDS)
        if left:
            LOG.warning("Still running and given up: %s.", ", ".join(left))
        if leading is not None:
            try:
                commands.leave_lead(self._workspace.store, self._runner.actor, leading.epoch)
            except (SQLAlchemyError, StoreError) as error:
                LOG.warning("Leaving could not be noted: %s", first_line(error))
        self._lock.release()
        LOG.info("Scheduler %s ended.", self._name)


class _Pulse:
    """What is due every so often, and whether the clock was set meanwhile."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wall, self._steady = clock.now(), time.monotonic()
        self._last: dict[str, float] = {}

    def is_time(self, name: str, seconds: float) -> bool:
        """Whether so many seconds passed since the last yes."""
        now = time.monotonic()
        if now - self._last.get(name, float("-inf")) < seconds:
            return False
        self._last[name] = now
        return True

    def jumped(self) -> bool:
        """Whether clock time and steady time disagree since the last look."""
        wall, steady = self._clock.now(), time.monotonic()
        drift = (wall - self._wall) - dt.timedelta(seconds=steady - self._steady)
        self._wall, self._steady = wall, steady
        return abs(drift) > _JUMP


def serve(workspace: Workspace, *, kinds: Mapping[str, JobKind] = KINDS, clock: Clock = SYSTEM_CLOCK) -> None:
    """Run the scheduler in this process until SIGTERM or SIGINT; SIGHUP reads the schedule again.

    Raises
    ------
    ConfigError
        If the schedule is refused.
    StoreError
        If the database cannot be shared between processes.
    """
    service = Service(workspace, kinds=kinds, clock=clock)

    def stop(_number: int, _frame: FrameType | None) -> None:
        service.request_stop()

    def reload(_number: int, _frame: FrameType | None) -> None:
        service.request_reload()

    handlers = ((signal.SIGTERM, stop), (signal.SIGINT, stop), (signal.SIGHUP, reload))
    before = [(number, signal.signal(number, handler)) for number, handler in handlers]
    try:
        service.serve()
    finally:
        for number, handler_before in before:
            signal.signal(number, handler_before)
