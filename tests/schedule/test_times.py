"""When jobs are due: cron, steps, working days, missed and announced times, a clock that is set."""

from __future__ import annotations

import datetime as dt
import pickle
from zoneinfo import ZoneInfo

import pytest

from monitor.config.schedule import HolidaysEntry, JobEntry, Schedule
from monitor.config.working_days import WorkingDays
from monitor.schedule.triggers import Trigger, last_due, next_due, trigger_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKLY = JobEntry(kind="note", cron="30 8 * * mon", on="working_day")


def trigger(job: JobEntry, **holidays: list[dt.date]) -> Trigger:
    return trigger_of(job, Schedule(jobs={}, holidays=HolidaysEntry(**holidays)))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def dues(found: Trigger, start: str, count: int) -> list[str]:
    moment: dt.datetime | None = at(start)
    told = []
    for _ in range(count):
        moment = found.get_next_fire_time(moment, moment)
        assert moment is not None
        told.append(moment.astimezone(SHANGHAI).strftime("%m-%d %H:%M"))
    return told


def test_national_day_and_made_up_saturdays() -> None:
    calendar = WorkingDays()
    week = [dt.date(2026, 9, 30) + dt.timedelta(days=n) for n in range(12)]
    worked = [day.strftime("%m-%d") for day in week if calendar.is_worked(day)]
    assert worked == ["09-30", "10-08", "10-09", "10-10"]  # 10 October is a Saturday made up
    assert calendar.is_worked(dt.date(2026, 9, 20))  # so is this Sunday
    assert not calendar.is_worked(dt.date(2026, 9, 19))


def test_the_monday_digest_moves_to_the_next_working_day() -> None:
    assert dues(trigger(WEEKLY), "2026-09-27", 4) == [
        "09-28 08:30",
        "10-08 08:30",
        "10-12 08:30",
        "10-19 08:30",
    ]


def test_a_late_notice_in_the_file_moves_it_too() -> None:
    moved = trigger(WEEKLY, days_off=[dt.date(2026, 11, 23), dt.date(2026, 11, 24)])
    assert dues(moved, "2026-11-22", 2) == ["11-25 08:30", "11-30 08:30"]
    worked = trigger(WEEKLY, working_days=[dt.date(2026, 10, 5)])
    assert dues(worked, "2026-10-01", 2) == ["10-05 08:30", "10-12 08:30"]


def test_several_runs_that_move_to_one_moment_are_one() -> None:
    daily = trigger(JobEntry(kind="note", cron="0 8,20 * * *", on="working_day"))
    assert dues(daily, "2026-09-30 08:00", 4) == ["09-30 20:00", "10-08 08:00", "10-08 20:00", "10-09 08:00"]


def test_steps_are_the_same_moments_whoever_counts() -> None:
    step = trigger(JobEntry(kind="note", every="30s"))
    first = step.get_next_fire_time(None, at("2026-11-22 10:00:07"))
    assert first == at("2026-11-22 10:00:30")
    assert step.get_next_fire_time(None, first) == first
    assert step.get_next_fire_time(first, first) == at("2026-11-22 10:01:00")


NIGHTLY = trigger(JobEntry(kind="note", cron="30 2 * * *"))


@pytest.mark.parametrize(
    ("announced", "now", "due"),
    [
        pytest.param(None, "2026-11-22 10:00", "2026-11-23 02:30", id="new job"),
        pytest.param("2026-11-23 02:30", "2026-11-22 10:00", "2026-11-23 02:30", id="as announced"),
        pytest.param("2026-11-22 02:30", "2026-11-22 10:00", "2026-11-22 02:30", id="missed"),
        pytest.param(
            "2024-01-05 02:30", "2026-11-22 10:00", "2026-11-22 02:30", id="missed for years: the last"
        ),
        pytest.param(
            "2026-11-22 08:30", "2026-11-22 10:00", "2026-11-22 08:30", id="missed, schedule changed"
        ),
        pytest.param("2026-11-22 12:00", "2026-11-22 10:00", "2026-11-23 02:30", id="schedule changed"),
        pytest.param("2031-01-01 02:30", "2026-11-22 10:00", "2026-11-23 02:30", id="clock was years ahead"),
        pytest.param("2026-11-23 02:30", "2026-11-21 10:00", "2026-11-22 02:30", id="clock set back a day"),
    ],
)
def test_next_due(announced: str | None, now: str, due: str) -> None:
    assert next_due(NIGHTLY, at(announced) if announced else None, at(now)) == at(due)


def test_an_announced_day_that_is_no_longer_worked_gives_way() -> None:
    off = trigger(WEEKLY, days_off=[dt.date(2026, 11, 23)])
    assert next_due(off, at("2026-11-23 08:30"), at("2026-11-22 10:00")) == at("2026-11-24 08:30")


def test_a_job_of_every_second_is_not_counted_through_a_year() -> None:
    asked = 0

    class Counting:
        def get_next_fire_time(self, previous: dt.datetime | None, now: dt.datetime) -> dt.datetime:
            nonlocal asked
            asked += 1
            return step.get_next_fire_time(previous, now)

    step = trigger(JobEntry(kind="note", every="1m"))
    now = at("2026-11-22 10:00:30")
    assert last_due(Counting(), at("2025-11-22 10:00"), now) == at("2026-11-22 10:00")  # type: ignore[arg-type]
    assert asked < 100


def test_triggers_survive_the_job_store() -> None:
    found = pickle.loads(pickle.dumps(trigger(WEEKLY)))
    assert dues(found, "2026-10-01", 1) == ["10-08 08:30"]
