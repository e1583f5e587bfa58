"""A delivering process that can be killed: rounds of recovery and delivery until its clock file says stop.

    python -m bench.mail_parts.worker DATABASE_URL SMTP_PORT CLOCK_FILE

The clock file holds one moment in ISO format, or `stop`.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import subprocess
import sys
import time
from pathlib import Path

from monitor.config.mail import MailSettings, SenderEntry, ServerEntry
from monitor.core.access import LOCAL_ADMINISTRATOR
from monitor.core.outbox import RetryPolicy
from monitor.delivery import deliver_due, recover_claims, worker_identity
from monitor.store import Store

ROOT = Path(__file__).resolve().parents[2]
_STOP = "stop"
_ROUND_OF = 40


class FileClock:
    """A clock that several processes share: the moment stands in a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._last: dt.datetime | None = None

    def set(self, moment: dt.datetime) -> None:
        """Move the clock of every process."""
        self._write(moment.isoformat())

    def stop(self) -> None:
        """End the workers after their round."""
        self._write(_STOP)

    def now(self) -> dt.datetime:
        """The moment in the file; once stopped, the last one seen."""
        text = self.file.read_text(encoding="utf-8")
        if text != _STOP:
            self._last = dt.datetime.fromisoformat(text)
        if self._last is None:
            raise SystemExit(0)
        return self._last

    def is_stopped(self) -> bool:
        """Whether the workers shall end."""
        return self.file.read_text(encoding="utf-8") == _STOP

    def _write(self, text: str) -> None:
        new = self.file.with_name(f"{self.file.name}.new")
        new.write_text(text, encoding="utf-8")
        new.replace(self.file)


def bench_mail(port: int, *, timeout_s: float = 0.4, per_minute: int | None = None) -> MailSettings:
    """Settings of delivery for a server on this machine."""
    server = ServerEntry(
        host="127.0.0.1",
        port=port,
        security="none",
        user=None,
        ca_file=None,
        connect_timeout_s=5,
        command_timeout_s=timeout_s,
        final_reply_timeout_s=timeout_s,
    )
    return MailSettings(
        enabled=True,
        public_url="http://127.0.0.1:8501",
        sender=SenderEntry(name="指标监测", address="monitor@example.org", reply_to=None),
        server=server,
        password=None,
        retries=RetryPolicy(60, 7200, 40, 3),
        per_minute=per_minute,
        lease_s=1800,
        channels={},
    )


def start_worker(url: str, port: int, clock: FileClock) -> subprocess.Popen[bytes]:
    """A worker process of its own."""
    arguments = [sys.executable, "-m", "bench.mail_parts.worker", url, str(port), str(clock.file)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(arguments, cwd=ROOT, env=environment)


def main(url: str, port: str, clock_file: str) -> None:
    """Deliver until the clock says stop."""
    clock, mail = FileClock(Path(clock_file)), bench_mail(int(port))
    store, worker = Store(url, clock), worker_identity()
    generator = random.Random(worker)
    while not clock.is_stopped():
        try:
            recover_claims(store, LOCAL_ADMINISTRATOR, mail, clock=clock)
            deliver_due(
                store,
                LOCAL_ADMINISTRATOR,
                mail,
                clock=clock,
                random=generator,
                worker=worker,
                limit=_ROUND_OF,
            )
        except Exception:  # noqa: BLE001 - the database is restarting; the log of the bench tells how often
            time.sleep(0.5)
        time.sleep(0.05)
    store.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
