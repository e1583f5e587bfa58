"""A simulated year of weekly mail in which everything breaks, and the server's log held against the ledger.

    python -m bench.outbox_faults [--weeks 52] [--recipients 12] [--workers 3] [--kills 40] [--seed 1]
                                  [--database SQLite PostgreSQL]

Several worker processes deliver; they are killed (SIGKILL) at random moments and started again. The mail
server refuses, hangs, drops connections before and after the text, and restarts; PostgreSQL is stopped as by
a power cut. Messages and faults follow from the seed; the moments of the kills also depend on the machine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bench.mail_parts.databases import Restart, new_databases
from bench.mail_parts.faults import FaultPlan
from bench.mail_parts.ledger import compare
from bench.mail_parts.messages import weekly_messages
from bench.mail_parts.server import MailServer
from bench.mail_parts.worker import FileClock, start_worker
from monitor import commands, queries
from monitor.core.access import LOCAL_ADMINISTRATOR as ACTOR
from monitor.core.outbox import MessageState
from monitor.store import Store

_Answer = TypeVar("_Answer")
FIRST_MONDAY = dt.datetime(2026, 1, 5, 0, 30, tzinfo=dt.UTC)
_OPEN = (MessageState.QUEUED, MessageState.SENDING)
_TROUBLED_SHARE = 0.2
_STEP = dt.timedelta(minutes=20)
_PATIENCE_S = 300.0


@dataclass
class Year:
    """Everything that runs, and what was done to it."""

    url: str
    server: MailServer
    clock: FileClock
    chance: random.Random
    restart_database: Restart
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    kills: int = 0
    server_restarts: int = 0
    database_restarts: int = 0

    def kill_one(self) -> None:
        """Kill a worker without warning and start another."""
        victim = self.workers.pop(self.chance.randrange(len(self.workers)))
        victim.kill()
        victim.wait()
        self.kills += 1
        self.workers.append(start_worker(self.url, self.server.port, self.clock))

    def restart_server(self) -> None:
        """Break every connection; come back a moment later."""
        self.server.stop()
        time.sleep(self.chance.random() * 0.3)
        self.server.start()
        self.server_restarts += 1

    def cut_power(self) -> None:
        """Stop the database at once and start it again."""
        if self.restart_database is not None:
            self.restart_database()
            self.database_restarts += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--recipients", type=int, default=12)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", nargs="+", default=["SQLite", "PostgreSQL"])
    args = parser.parse_args()
    holds = True
    with tempfile.TemporaryDirectory() as scratch:
        for name, url, restart in new_databases(Path(scratch), only=args.database):
            clock = FileClock(Path(scratch) / f"clock-{name}")
            holds &= run_year(name, url, restart, clock, args)
    sys.exit(0 if holds else 1)


def run_year(name: str, url: str, restart: Restart, clock: FileClock, args: argparse.Namespace) -> bool:
    """Run the year, print what was found, and say whether the guarantees held."""
    began, plan = time.perf_counter(), FaultPlan(args.seed, share=_TROUBLED_SHARE)
    clock.set(FIRST_MONDAY)
    store = Store(url, clock)
    store.migrate()
    keys: list[str] = []
    with MailServer(plan, hang_s=1.0) as server:
        year = Year(url, server, clock, random.Random(args.seed), restart)
        year.workers = [start_worker(url, server.port, clock) for _ in range(args.workers)]
        try:
            for week in range(1, args.weeks + 1):
                plan.week = week
                keys += queue_week(store, clock, week, args.recipients)
                live_through(store, year, kills_due=round(args.kills * week / args.weeks), week=week)
        finally:
            clock.stop()
            for worker in year.workers:
                worker.wait(timeout=120)
        found = compare(store, keys=keys, accepted_ids=server.accepted_ids())
    store.dispose()
    met = ", ".join(f"{fault} {count}" for fault, count in sorted(server.mailbox.met.items()))
    print(f"{name}: {args.weeks} simulated weeks, {args.recipients} recipients, {args.workers} workers")
    print(
        f"kills {year.kills}, server restarts {year.server_restarts}, "
        f"database restarts {year.database_restarts}, {time.perf_counter() - began:.0f} s"
    )
    print(f"recipients met with: {met}\n{found}\nguarantees hold: {found.holds}", flush=True)
    return found.holds


def queue_week(store: Store, clock: FileClock, week: int, recipients: int) -> list[str]:
    """Move to Monday of the week and queue its messages, twice as a careless composer would."""
    clock.set(FIRST_MONDAY + dt.timedelta(weeks=week - 1))
    messages = weekly_messages(week=week, recipients=recipients, picture_bytes=2_000)
    for _ in range(2):
        patiently(lambda: commands.enqueue_messages(store, ACTOR, messages))
    return [each.key for each in messages]


def live_through(store: Store, year: Year, *, kills_due: int, week: int) -> None:
    """Let time pass until every message of the week has ended, breaking things meanwhile."""
    limit = time.monotonic() + _PATIENCE_S
    trouble: list[Callable[[], None]] = [year.kill_one] * (kills_due - year.kills)
    trouble += [year.restart_server] if week % 6 == 3 else []
    trouble += [year.cut_power] if week % 13 == 5 else []
    year.chance.shuffle(trouble)
    while has_open_messages(store):
        if time.monotonic() > limit:
            raise SystemExit(f"week {week}: messages stand still")
        time.sleep(year.chance.random() * 0.3)
        if trouble:
            trouble.pop()()
        year.clock.set(year.clock.now() + _STEP)
    for leftover in trouble:
        leftover()


def has_open_messages(store: Store) -> bool:
    counts = patiently(lambda: queries.outbox_age(store, ACTOR, now=FIRST_MONDAY)).counts
    return any(counts[state] for state in _OPEN)


def patiently(ask: Callable[[], _Answer]) -> _Answer:
    """Ask again while the database is away."""
    for _ in range(60):
        try:
            return ask()
        except Exception:  # noqa: BLE001 - whatever a restarting database raises
            time.sleep(0.5)
    return ask()


if __name__ == "__main__":
    main()
