"""`configs/schedule.yaml`: which jobs run when, and which days are worked."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.cron import CronTrigger
from pydantic import Field, field_validator, model_validator

from monitor.config.reading import read_one
from monitor.config.settings import Settings
from monitor.core.catalogue import Entry
from monitor.core.errors import ConfigError, ConfigProblem

FILE = "schedule.yaml"
DAYS_TO_ANSWER = 5
_EVERY = re.compile(r"([1-9]\d*)([smh])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_LONGEST = dt.timedelta(days=1)
_DIGITS = re.compile(r"\d")


class JobEntry(Entry):
    """One job: what it does, and when.

    Parameters
    ----------
    kind : str
        What it does; the kinds are those of `monitor.schedule.jobs`.
    cron : str or None
        Minute, hour, day, month, weekday by name: `30 8 * * mon`.
    every : str or None
        A fixed step instead: `30s`, `5m`, `1h`.
    on : str
        `working_day` moves a run that falls on a day off to the next working day, same time.
    enabled : bool
        A job that is off keeps its entry and does not run.
    options : mapping
        What the kind further asks for.
    """

    kind: str
    cron: str | None = None
    every: str | None = None
    on: Literal["any_day", "working_day"] = "any_day"
    enabled: bool = True
    options: dict[str, str] = Field(default_factory=dict)

    @field_validator("cron")
    @classmethod
    def _is_cron(cls, text: str | None) -> str | None:
        if text is None:
            return None
        fields = text.split()
        # Cron counts weekdays from Sunday, the library from Monday: only names mean one thing.
        if len(fields) != 5 or _DIGITS.search(fields[4]):
            raise ValueError("minute hour day month weekday, with weekdays by name: 30 8 * * mon-fri")
        try:
            CronTrigger.from_crontab(text, timezone=dt.UTC)
        except ValueError as error:
            raise ValueError(f"a schedule such as 30 8 * * mon ({error})") from error
        return text

    @field_validator("every")
    @classmethod
    def _is_step(cls, text: str | None) -> str | None:
        if text is None:
            return None
        match = _EVERY.fullmatch(text)
        if match is None or step_of(text) > _LONGEST:
            raise ValueError("a step such as 30s, 5m or 1h, at most 24h")
        return text

    @model_validator(mode="after")
    def _has_one_time(self) -> JobEntry:
        if (self.cron is None) == (self.every is None):
            raise ValueError("either cron or every")
        if self.every is not None and self.on == "working_day":
            raise ValueError("on: working_day together with cron only")
        return self


class HolidaysEntry(Entry):
    """Days off and made-up working days; the file's own dates win over the country's calendar."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "CN"
    working_days: list[dt.date] = Field(default_factory=list)
    days_off: list[dt.date] = Field(default_factory=list)

    @model_validator(mode="after")
    def _days_are_one_thing(self) -> HolidaysEntry:
        both = sorted(set(self.working_days) & set(self.days_off))
        if both:
            raise ValueError(f"each day once ({both[0]} is both a working day and a day off)")
        return self


class Schedule(Entry):
    """When what runs.

    Parameters
    ----------
    timezone : str
        Zone of all times of day in it.
    holidays : HolidaysEntry
        Which days are worked.
    jobs : mapping
        Job by name; the name is what `zhibiao jobs run` takes.
    """

    timezone: str = "Asia/Shanghai"
    holidays: HolidaysEntry = HolidaysEntry()
    jobs: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], JobEntry]

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("a time zone such as Asia/Shanghai") from error
        return name


def days_to_answer(schedule: Schedule) -> int:
    """Working days in which an answer is awaited, as the job that reminds says; 5 if it does not."""
    told = [job.options.get("days", "") for job in schedule.jobs.values() if job.kind == "remind"]
    return next((int(days) for days in told if days.isdecimal()), DAYS_TO_ANSWER)


def step_of(every: str) -> dt.timedelta:
    """The length of `30s`, `5m` or `1h`."""
    return dt.timedelta(seconds=int(every[:-1]) * _SECONDS[every[-1]])


def schedule_files(settings: Settings) -> tuple[Path, ...]:
    """The product's schedule, and the workspace's own where it has one, which wins."""
    product, own = settings.home / "configs" / FILE, settings.configs_dir / FILE
    return (product,) if own == product or not own.is_file() else (product, own)


def schedule_fingerprint(settings: Settings) -> str:
    """Changes whenever a schedule file does."""
    digest = hashlib.sha256()
    for path in schedule_files(settings):
        digest.update(str(path).encode())
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def load_schedule(settings: Settings, kinds: Mapping[str, Collection[str]] | None = None) -> Schedule:
    """Read and check the schedule of a workspace.

    A workspace's own file replaces jobs of the same name, adds others, and replaces `timezone` and
    `holidays` where it names them.

    Parameters
    ----------
    kinds : mapping of str to collection of str
        The kinds of jobs there are, and the options each takes; without them the kinds are not checked.

    Raises
    ------
    ConfigError
        With every problem of every file: unknown keys, kinds or options, times that cannot be read.
    """
    problems: list[ConfigProblem] = []
    merged = Schedule(jobs={})
    for path in schedule_files(settings):
        shown = path.relative_to(settings.home).as_posix()
        read, found = read_one(path, Schedule, shown_as=shown)
        problems += found
        if read is not None:
            problems += _unknown_kinds(read, kinds, shown) if kinds is not None else []
            named = {name: getattr(read, name) for name in read.model_fields_set}
            merged = merged.model_copy(update={**named, "jobs": {**merged.jobs, **read.jobs}})
    if problems:
        raise ConfigError(problems)
    return merged


def _unknown_kinds(
    schedule: Schedule, kinds: Mapping[str, Collection[str]], shown: str
) -> list[ConfigProblem]:
    problems = []
    for name, job in schedule.jobs.items():
        if job.kind not in kinds:
            allowed = ", ".join(sorted(kinds))
            problems.append(ConfigProblem(shown, f"jobs.{name}.kind", repr(job.kind), allowed))
            continue
        for option in sorted(set(job.options) - set(kinds[job.kind])):
            allowed = ", ".join(sorted(kinds[job.kind])) or f"no options for the kind {job.kind}"
            found = f"the unknown key {option!r}"
            problems.append(ConfigProblem(shown, f"jobs.{name}.options.{option}", found, allowed))
    return problems
