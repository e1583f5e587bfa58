"""How fast messages go out on this machine, into SQLite and PostgreSQL.

    python -m bench.delivery_bench [--recipients 2000] [--workers 1] [--database SQLite PostgreSQL]

Every message has two pictures and goes to a real SMTP server on the loopback. Recipients are made up.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import tempfile
import time
from pathlib import Path

from bench.mail_parts.databases import new_databases
from bench.mail_parts.ledger import compare
from bench.mail_parts.messages import weekly_messages
from bench.mail_parts.server import MailServer
from bench.mail_parts.worker import FileClock, bench_mail, start_worker
from monitor import commands, queries
from monitor.clock import SYSTEM_CLOCK
from monitor.core.access import LOCAL_ADMINISTRATOR
from monitor.delivery import deliver_due, worker_identity
from monitor.store import Store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--database", nargs="+", default=["SQLite", "PostgreSQL"])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for name, url, _restart in new_databases(Path(scratch), only=args.database):
            measure(name, url, recipients=args.recipients, workers=args.workers, folder=Path(scratch))


def measure(name: str, url: str, *, recipients: int, workers: int, folder: Path) -> None:
    store = Store(url)
    store.migrate()
    messages = weekly_messages(week=47, recipients=recipients)
    began = time.perf_counter()
    commands.enqueue_messages(store, LOCAL_ADMINISTRATOR, messages)
    queued = time.perf_counter() - began
    with MailServer() as server:
        began, computing = time.perf_counter(), time.process_time()
        if workers == 1:
            deliver_here(store, server.port)
        else:
            deliver_elsewhere(store, url, server.port, workers, folder)
        seconds = time.perf_counter() - began
        computing = time.process_time() - computing
        found = compare(store, keys=[each.key for each in messages], accepted_ids=server.accepted_ids())
    store.dispose()
    size = len(server.mailbox.accepted[0]) / 1024
    print(f"{name}: {recipients} messages of {size:.0f} KiB queued in {queued:.1f} s", flush=True)
    rate = recipients / seconds
    print(f"  sent by {workers} worker(s) in {seconds:.1f} s, {rate:.0f} messages/s")
    if workers == 1:
        print(f"  of which computing, with the mail server in the same process, {computing:.1f} s")
    print(f"  nothing twice or lost: {found.holds}", flush=True)


def deliver_here(store: Store, port: int) -> None:
    mail = bench_mail(port, timeout_s=60)
    deliver_due(
        store,
        LOCAL_ADMINISTRATOR,
        mail,
        clock=SYSTEM_CLOCK,
        random=random.Random(1),
        worker=worker_identity(),
    )


def deliver_elsewhere(store: Store, url: str, port: int, workers: int, folder: Path) -> None:
    """The same by processes of their own; their start counts."""
    clock = FileClock(folder / "clock")
    now = SYSTEM_CLOCK.now() + dt.timedelta(seconds=1)
    clock.set(now)
    running = [start_worker(url, port, clock) for _ in range(workers)]
    while queries.outbox_age(store, LOCAL_ADMINISTRATOR, now=now).oldest_due_at is not None:
        time.sleep(0.2)
    clock.stop()
    for worker in running:
        worker.wait()


if __name__ == "__main__":
    main()
