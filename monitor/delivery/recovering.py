"""What dead workers left behind: their claims are taken back or declared uncertain."""

from __future__ import annotations

import datetime as dt
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from monitor import commands, queries
from monitor.clock import Clock
from monitor.config import MailSettings
from monitor.core.access import Actor
from monitor.queries import Store

_START_FIELD = 19  # of /proc/PID/stat, counted behind the name of the program


@dataclass(frozen=True)
class Recovery:
    """What was recovered: messages queued again untouched, and messages that are uncertain now."""

    queued: int
    uncertain: int


def worker_identity() -> str:
    """This process as `host:pid:start`, which no other process ever is."""
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{_start_of(pid)}"


def recover_claims(store: Store, actor: Actor, mail: MailSettings, *, clock: Clock) -> Recovery:
    """Settle the claims of workers that ended, or have held them longer than the lease.

    A worker that is alive after all does no harm: before it hands anything over it finds its claim
    gone, and what it handed over already it still records.

    Parameters
    ----------
    store : Store
        Where the outbox is.
    actor : Actor
        A planner, or the job that does it.
    mail : MailSettings
        Its lease.
    clock : Clock
        What is too long ago.
    """
    now = clock.now()
    gone = [worker for worker in queries.claiming_workers(store, actor) if _has_ended(worker)]
    queued, uncertain = commands.recover_messages(
        store, actor, now=now, claimed_before=now - dt.timedelta(seconds=mail.lease_s), gone_workers=gone
    )
    return Recovery(queued, uncertain)


def _has_ended(worker: str) -> bool:
    """Whether a worker of this machine is no more; of other machines only the lease tells."""
    host, pid, start = worker.rsplit(":", 2) if worker.count(":") >= 2 else ("", "", "")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it is there, and another user's
    return _start_of(int(pid)) != start


def _start_of(pid: int) -> str:
    """When a process began, in the kernel's own count; empty where the kernel does not tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[_START_FIELD]
