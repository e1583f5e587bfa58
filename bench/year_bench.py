"""A simulated year of weeks through schedulers that are killed, with mail and databases that fail.

    python -m bench.year_bench [--weeks 52] [--database sqlite] [--schedulers 3] [--seed 1] [--log FILE]

Real scheduler processes run the jobs of a scratch installation of the simulated city: assess, digest, urgent,
remind, deliver. Their clock stands in a file that this program moves through 2026. It kills schedulers at
random moments and starts them again, breaks and restarts the mail server, restarts PostgreSQL, sets the clock
forth and back, and stops every scheduler over three Mondays. At the end the server's log is held against the
ledger; exit code 1 if anything went out twice, was lost, or was left untold. What breaks follows from the
seed; the moments also depend on the machine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.mail_parts.databases import Restart, new_databases
from bench.mail_parts.faults import FaultPlan
from bench.mail_parts.server import Fault, MailServer
from bench.mail_parts.worker import FileClock
from bench.outbox_faults import has_open_messages, patiently
from bench.year_parts.findings import Findings, examine, weeks_due
from bench.year_parts.home import ACTOR, make_home, open_home
from bench.year_parts.scheduler import Scheduler, start_scheduler
from monitor import queries
from monitor.clock import ZONE
from monitor.config import load_working_days
from monitor.core.jobs import JobOutcome
from monitor.core.outbox import MessageState
from monitor.core.weeks import Week
from monitor.setup import Workspace

FIRST_WEEK = Week(2026, 1)
OFF_WEEKS = range(20, 23)
"""Of the year, in which no scheduler runs: three Mondays are missed."""
_STEPS = ((0, 8, 0), (0, 8, 31), (0, 9, 10), (0, 11, 0), (1, 9, 10), (3, 9, 10), (6, 20, 30))
"""Day of the week, hour, minute at which simulated time stands still for a moment."""
_TROUBLED_SHARE = 0.15
_SLACK = dt.timedelta(minutes=5)
_PATIENCE_S = 120.0
_KILLS_A_WEEK = 1.5
_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass
class Year:
    """Everything that runs, and what was done to it."""

    home: Path
    url: str
    server: MailServer
    faults: FaultPlan
    clock: FileClock
    chance: random.Random
    restart_database: Restart
    wanted: int
    workspace: Workspace
    schedulers: list[Scheduler] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def start_all(self) -> None:
        """As many schedulers as are wanted."""
        while len(self.schedulers) < self.wanted:
            self.schedulers.append(start_scheduler(self.home, self.url, self.clock))

    def stop_all(self) -> None:
        """As when the machine is switched off."""
        for each in self.schedulers:
            each.kill()
        self.schedulers.clear()

    def end_all(self) -> None:
        """Ask every one to end in good order."""
        for each in self.schedulers:
            each.end()
        self.schedulers.clear()

    def kill_one(self) -> None:
        """Kill one without warning, the leader as likely as not, and start another."""
        leader = patiently(self.leader_pid)
        victims = [each for each in self.schedulers if each.pid == leader]
        victim = victims[0] if victims and self.chance.random() < 0.7 else self.chance.choice(self.schedulers)
        victim.kill()
        self.schedulers.remove(victim)
        self.done["kills"] += 1
        self.done["of the leader"] += victim.pid == leader
        self.start_all()

    def leader_pid(self) -> int | None:
        """Process of the leader that was noted last."""
        leader = queries.scheduler_leader(self.workspace.store, ACTOR)
        return None if leader is None else leader.pid

    def restart_server(self) -> None:
        """Break every connection of the mail server; come back a moment later."""
        self.server.stop()
        time.sleep(self.chance.random() * 0.5)
        self.server.start()
        self.done["mail server restarts"] += 1

    def cut_power(self) -> None:
        """Stop the database at once and start it again."""
        if self.restart_database is not None:
            self.restart_database()
            self.done["database restarts"] += 1

    def jump(self) -> None:
        """Set the clock some hours forth or back."""
        hours = self.chance.choice((-5, -2, -1, 1, 3))
        self.clock.set(self.clock.now() + dt.timedelta(hours=hours))
        self.done["clock jumps"] += 1

    def is_quiet(self) -> bool:
        """Whether no run is going on or overdue, and no message is on its way."""
        store, now = self.workspace.store, self.clock.now()
        runs = queries.last_job_runs(store, ACTOR).values()
        counts = queries.outbox_age(store, ACTOR, now=now).counts
        return not (
            any(run.outcome is JobOutcome.RUNNING for run in runs)
            or queries.overdue_jobs(store, ACTOR, before=now - _SLACK)
            or counts[MessageState.SENDING]
        )

    def wait_until_quiet(self) -> None:
        """Give the week's runs the time they would have in a real one."""
        limit = time.monotonic() + _PATIENCE_S
        while not patiently(self.is_quiet):
            if time.monotonic() > limit:
                self.done["weeks that did not come to rest"] += 1
                return
            time.sleep(0.1)
            self.look_after()

    def look_after(self) -> None:
        """A scheduler that ended by itself is replaced, and a finding if it had a database to start with."""
        ended = [each for each in self.schedulers if each.has_ended()]
        unstarted = sum(each.found_no_database() for each in ended)
        self.done["schedulers started again as the database was away"] += unstarted
        self.done["schedulers that ended by themselves"] += len(ended) - unstarted
        self.schedulers = [each for each in self.schedulers if each not in ended]
        self.start_all()


def main() -> None:
    """Run the year, print the table, judge."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--database", choices=sorted(_DATABASES), default="sqlite")
    parser.add_argument("--schedulers", type=int, choices=(2, 3, 4), default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, help="keep what the schedulers logged in this file")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for name, url, restart in new_databases(Path(scratch), only=[_DATABASES[args.database]]):
            holds = run_year(name, url, restart, Path(scratch), args)
    sys.exit(0 if holds else 1)


def run_year(name: str, url: str, restart: Restart, scratch: Path, args: argparse.Namespace) -> bool:
    """Run the year, print what was found, and say whether everything held."""
    began, faults, clock = (
        time.perf_counter(),
        FaultPlan(args.seed, share=_TROUBLED_SHARE),
        FileClock(scratch / "clock"),
    )
    clock.set(moment(FIRST_WEEK, -3, 12, 0))
    with MailServer(faults, hang_s=1.0) as server:
        home = make_home(scratch / "home", url, clock, port=server.port)
        with open_home(home, url, clock) as workspace:
            chance = random.Random(args.seed)
            year = Year(home, url, server, faults, clock, chance, restart, args.schedulers, workspace)
            try:
                for number in range(1, args.weeks + 1):
                    live_through(year, number)
                settle(year)
                year.end_all()
            finally:
                year.stop_all()
                if args.log is not None:
                    shutil.copy(home / "log.txt", args.log)
            calendar = load_working_days(workspace.settings)
            due = weeks_due(FIRST_WEEK, until=clock.now(), calendar=calendar)
            found = examine(workspace.store, weeks=due, accepted_ids=server.accepted_ids())
    seconds = time.perf_counter() - began
    print(
        report(name, found, year.done, server.mailbox.met, weeks=args.weeks, args=args, seconds=seconds),
        flush=True,
    )
    return found.holds and not year.done["schedulers that ended by themselves"]


def live_through(year: Year, number: int) -> None:
    """One week, broken at random moments; in the weeks off nothing runs."""
    week, chance = FIRST_WEEK.shift(number - 1), year.chance
    year.faults.week = number
    if number in OFF_WEEKS:
        year.stop_all()
        return
    year.start_all()
    trouble: list[Callable[[], None]] = [year.kill_one] * int(_KILLS_A_WEEK + chance.random())
    trouble += [year.restart_server] if number % 6 == 3 else []
    trouble += [year.cut_power] if number % 7 == 5 else []
    trouble += [year.jump] if number % 3 == 2 else []
    plan = {chance.randrange(len(_STEPS)): each for each in trouble}
    for step, (day, hour, minute) in enumerate(_STEPS):
        year.clock.set(moment(week, day, hour, minute))
        time.sleep(0.5 + chance.random() * 0.3)
        if step in plan:
            plan[step]()
            time.sleep(chance.random() * 0.6)
        year.look_after()
    year.wait_until_quiet()


def moment(week: Week, day: int, hour: int, minute: int) -> dt.datetime:
    """A moment of a week, Asia/Shanghai; days count from its Monday."""
    on = week.start + dt.timedelta(days=day)
    return dt.datetime.combine(on, dt.time(hour, minute), tzinfo=ZONE).astimezone(dt.UTC)


def settle(year: Year) -> None:
    """Let time pass until every message has ended and no run is going on."""
    year.start_all()
    limit = time.monotonic() + _PATIENCE_S
    while patiently(lambda: has_open_messages(year.workspace.store)) and time.monotonic() < limit:
        year.clock.set(year.clock.now() + dt.timedelta(minutes=30))
        time.sleep(0.6)
        year.look_after()
    year.wait_until_quiet()


def report(
    name: str,
    found: Findings,
    done: Counter[str],
    met: Counter[Fault],
    *,
    weeks: int,
    args: argparse.Namespace,
    seconds: float,
) -> str:
    """One Markdown table."""
    faults = sum(count for fault, count in met.items() if fault is not Fault.NONE)
    rows = [
        ("weeks, schedulers, seed", f"{weeks}, {args.schedulers}, {args.seed}"),
        *found.rows(),
        ("faults of the mail server", faults),
        *sorted(done.items()),
        ("seconds", f"{seconds:.0f}"),
    ]
    lines = [f"| {name} | |", "|---|---|", *(f"| {label} | {value} |" for label, value in rows)]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
