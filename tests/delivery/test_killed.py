"""Worker processes killed at random moments: nothing goes out twice, nothing is lost."""

from __future__ import annotations

import random
import time
from pathlib import Path

from bench.mail_parts.ledger import compare
from bench.mail_parts.server import Fault, MailServer
from bench.mail_parts.worker import FileClock, start_worker
from monitor import commands, queries
from monitor.core.outbox import MessageState
from monitor.store import Store
from tests.conftest import NewDatabase
from tests.delivery.builders import message
from tests.monitor.builders import ADMIN, MORNING

N_MESSAGES, N_KILLS = 100, 4


def test_killed_workers_neither_repeat_nor_lose(new_database: NewDatabase, tmp_path: Path) -> None:
    url, clock, chance = new_database(True), FileClock(tmp_path / "clock"), random.Random(7)
    clock.set(MORNING)
    store = Store(url, clock)
    messages = [message(f"person_{number}") for number in range(N_MESSAGES)]
    commands.enqueue_messages(store, ADMIN, messages)

    def slowly(_address: str) -> Fault:
        time.sleep(0.01)  # so that kills find work under way
        return Fault.NONE

    with MailServer(slowly) as server:
        workers = [start_worker(url, server.port, clock) for _ in range(2)]
        try:
            for _ in range(N_KILLS):
                done = len(server.mailbox.accepted)
                wait_until(lambda done=done: len(server.mailbox.accepted) > min(done + 5, N_MESSAGES - 1))
                time.sleep(chance.random() * 0.05)
                victim = workers.pop(0)
                victim.kill()
                victim.wait()
                workers.append(start_worker(url, server.port, clock))
            wait_until(lambda: is_settled(store))
        finally:
            clock.stop()
            for worker in workers:
                worker.wait(timeout=60)
        found = compare(store, keys=[each.key for each in messages], accepted_ids=server.accepted_ids())
    store.dispose()
    assert found.holds, str(found)
    assert found.states[MessageState.DELIVERED] + found.states[MessageState.UNCERTAIN] == N_MESSAGES
    assert found.states[MessageState.DELIVERED] > N_MESSAGES // 2


def is_settled(store: Store) -> bool:
    counts = queries.outbox_age(store, ADMIN, now=MORNING).counts
    return not counts[MessageState.QUEUED] + counts[MessageState.SENDING]


def wait_until(condition: object, *, seconds: float = 120) -> None:
    limit = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < limit, "the workers stand still"
        time.sleep(0.01)
