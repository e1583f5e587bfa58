"""When a job is due: by cron or in steps, moved off days that are not worked. Moments in, moments out."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from monitor.config.schedule import JobEntry, Schedule, step_of
from monitor.config.working_days import WorkingDays

_ANCHOR = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_INSTANT = dt.timedelta(microseconds=1)
_LOOK_BACK = tuple(dt.timedelta(hours=hours) for hours in (1, 24, 24 * 32, 24 * 366))
_DAYS_AHEAD = 3 * 366


class StepTrigger(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """Due at every multiple of a step: every leader, and every start, means the same moments."""

    def __init__(self, step: dt.timedelta) -> None:
        self.step = step

    def get_next_fire_time(self, previous: dt.datetime | None, now: dt.datetime) -> dt.datetime:
        """The first due time after `previous`; without one, the first at or after `now`."""
        if previous is not None:
            return _ANCHOR + ((previous - _ANCHOR) // self.step + 1) * self.step
        return _ANCHOR - ((_ANCHOR - now) // self.step) * self.step


class CalendarTrigger(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """Due by cron; with a calendar, what falls on a day off is due on the next working day, same time.

    Several runs that move to one moment are one run.
    """

    def __init__(self, cron: str, zone: str, calendar: WorkingDays | None) -> None:
        self.cron, self.zone, self.calendar = cron, zone, calendar
        self._times = CronTrigger.from_crontab(cron, timezone=ZoneInfo(zone))

    def get_next_fire_time(self, previous: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
        """The first due time after `previous`; without one, the first at or after `now`."""
        after = previous if previous is not None else now - _INSTANT
        return self._after(after.astimezone(ZoneInfo(self.zone)))

    def _after(self, after: dt.datetime) -> dt.datetime | None:
        if self.calendar is None:
            return self._plain(after + _INSTANT)
        day = self.calendar.first_from(after.date())
        last = day + dt.timedelta(days=_DAYS_AHEAD)
        while day <= last:
            found = self._on(day, after, self.calendar)
            if found is not None:
                return found
            upcoming = self._plain(_midnight(day + dt.timedelta(days=1), after))
            if upcoming is None:
                return None
            day = self.calendar.first_from(upcoming.date())
        return None

    def _on(self, day: dt.date, after: dt.datetime, calendar: WorkingDays) -> dt.datetime | None:
        """The first due time later than `after` on a working day, with what moves there."""
        found = []
        for source in calendar.moved_to(day):
            start = _midnight(source, after)
            if day == after.date():
                start = dt.datetime.combine(source, after.timetz()) + _INSTANT
            base = self._plain(start)
            if base is not None and base.date() == source:
                found.append(dt.datetime.combine(day, base.timetz()))
        return min(found, default=None)

    def _plain(self, start: dt.datetime) -> dt.datetime | None:
        """The first time of the cron expression at or after a moment."""
        found: dt.datetime | None = self._times.get_next_fire_time(None, start)
        return found


Trigger = StepTrigger | CalendarTrigger


def trigger_of(job: JobEntry, schedule: Schedule) -> Trigger:
    """When a job of a schedule is due."""
    if job.every is not None:
        return StepTrigger(step_of(job.every))
    calendar = WorkingDays.of(schedule.holidays) if job.on == "working_day" else None
    return CalendarTrigger(str(job.cron), schedule.timezone, calendar)


def next_due(trigger: Trigger, announced: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    """When a job is due next, given what was announced before the program stopped or the schedule changed.

    Parameters
    ----------
    announced : datetime.datetime or None
        Next due time as stored; None for a new job.
    now : datetime.datetime
        This moment, aware.

    Returns
    -------
    datetime.datetime or None
        A due time that has passed stands, so that it runs late; of several, the last. Of one that lies
        ahead the schedule decides anew: it may have changed, or the clock was set back.
    """
    if announced is not None and announced <= now:
        return last_due(trigger, announced, now)
    return trigger.get_next_fire_time(None, now)


def last_due(trigger: Trigger, first: dt.datetime, now: dt.datetime) -> dt.datetime:
    """The last due time up to now; `first` if there was none after it.

    Looks back an hour, a day, a month, a year: a job due every minute is not counted through a year.
    """
    for reach in (*_LOOK_BACK, now - first):
        start = max(first, now - reach)
        found = trigger.get_next_fire_time(None, start + _INSTANT)
        if found is None or found > now:
            continue
        while (later := trigger.get_next_fire_time(found, now)) is not None and later <= now:
            found = later
        return found
    return first


def _midnight(day: dt.date, like: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=like.tzinfo)
