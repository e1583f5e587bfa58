"""How long composing and queueing the digests of many recipients takes, on the simulated city.

    python bench/digest_bench.py [--recipients 2000]

The database is made in a temporary folder: the shipped simulation, assessed on two Sundays, with made-up
people whose departments are drawn from it. Prints seconds, and those
of processor time: a busy machine shows in the first alone.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import tempfile
import time
from pathlib import Path

from monitor import commands, queries
from monitor.alerts.digests import queue_digests
from monitor.assess import assess
from monitor.clock import end_of_day, now
from monitor.config import WorkingDays
from monitor.core.access import LOCAL_ADMINISTRATOR as ACTOR
from monitor.core.people import Person
from monitor.core.weeks import Week
from monitor.links import SignedLinks
from monitor.setup import Workspace, initialise, open_workspace

WORKSPACE = "simulated_city"
WEEK = Week(2026, 47)
SEED = 20260101


def main() -> None:
    """Set up, queue twice, print what it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recipients", type=int, default=2000)
    count = parser.parse_args().recipients
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "ZHIBIAO_WORKSPACE": WORKSPACE,
            "ZHIBIAO_DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.db'}",
        }
        initialise(WORKSPACE, ACTOR)
        workspace = open_workspace(WORKSPACE)
        for day in (WEEK.shift(-1).end, WEEK.end):
            assess(workspace.store, ACTOR, workspace.policy, as_of=day)
        sets = _add_people(workspace, count)
        print(f"{count} made-up recipients, {sets} different sets of departments and language")
        for attempt in ("first", "again"):
            _measure(workspace, attempt)
        workspace.close()


def _add_people(workspace: Workspace, count: int) -> int:
    """Enter the people; how many different digests they get."""
    draw = random.Random(SEED)
    departments = sorted(queries.get_departments(workspace.store, ACTOR))
    people = [
        Person(
            code=f"made_up_{number}",
            name=f"模拟人员 {number}",
            email=f"made.up.{number}@example.invalid",
            language=draw.choice(("zh", "zh", "zh", "en")),
            departments=tuple(draw.sample(departments, draw.randint(1, len(departments)))),
        )
        for number in range(count)
    ]
    commands.seed_people(workspace.store, ACTOR, people, version="bench", apply=True)
    return len({(frozenset(person.departments), person.language) for person in people})


def _measure(workspace: Workspace, attempt: str) -> None:
    moment = max(now(), end_of_day(WEEK.end) + dt.timedelta(hours=1))
    links = SignedLinks("https://example.invalid", "simulated_city", "k" * 32)
    started, worked = time.perf_counter(), time.process_time()
    done = queue_digests(
        workspace.store, ACTOR, workspace.policy, week=WEEK, now=moment, links=links, calendar=WorkingDays()
    )
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    print(
        f"{attempt}: {done.recipients} recipients, {done.queued} newly queued, {seconds:.1f} s "
        f"({processor:.1f} s of processor time)"
    )


if __name__ == "__main__":
    main()
