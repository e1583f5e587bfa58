"""One scheduler leads at a time: a lock that the machine takes back when its process dies."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from monitor.core.errors import StoreError
from monitor.engine import sqlite_file

_KEY_HIGH, _KEY_LOW = 0x5A48, 0x4A4F4253
_KEY = (_KEY_HIGH << 32) | _KEY_LOW
_HELD = sa.text(
    "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted "
    "AND pid = pg_backend_pid() AND classid = :high AND objid = :low)"
)
# A dead network is noticed in seconds, not in the hours of the system's default.
_IMPATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class LeaderLock(Protocol):
    """What only one process can hold."""

    def acquire(self) -> bool:
        """Take it, at once or not at all."""
        ...

    def still(self) -> bool:
        """Whether this process holds it at this moment."""
        ...

    def release(self) -> None:
        """Give it back; without holding it, nothing happens."""
        ...


class FileLock:
    """A lock on a file beside an SQLite database; processes on other machines are not kept out.

    Parameters
    ----------
    path : Path
        Created if need be, and left there: removing it would let a second leader in.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take it, at once or not at all."""
        if self.still():
            return True
        self.release()
        descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor
        return True

    def still(self) -> bool:
        """Whether the file that is locked is still the one at the path."""
        if self._descriptor is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._descriptor), self.path.stat())
        except OSError:
            return False

    def release(self) -> None:
        """Give it back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class PostgresLock:
    """A session's advisory lock on a connection of its own; the server frees it with the connection.

    A pooler between here and the server must keep sessions apart (no transaction pooling).
    """

    def __init__(self, url: sa.URL) -> None:
        self._engine = sa.create_engine(
            url, poolclass=sa.pool.NullPool, isolation_level="AUTOCOMMIT", connect_args=_IMPATIENCE
        )
        self._connection: sa.Connection | None = None
        self._mutex = threading.Lock()  # the loop and the jobs' threads ask

    def acquire(self) -> bool:
        """Take it, at once or not at all; False also without a server."""
        if self.still():
            return True
        with self._mutex:
            try:
                self._connection = self._connection or self._engine.connect()
                taken = self._connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_KEY)))
            except sa.exc.DBAPIError:
                self._drop()
                return False
            return bool(taken)

    def still(self) -> bool:
        """Whether this very connection holds it."""
        with self._mutex:
            if self._connection is None:
                return False
            try:
                return bool(self._connection.scalar(_HELD, {"high": _KEY_HIGH, "low": _KEY_LOW}))
            except sa.exc.DBAPIError:
                self._drop()
                return False

    def release(self) -> None:
        """Give it back by closing the connection."""
        with self._mutex:
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def leader_lock(database_url: str) -> LeaderLock:
    """The lock that schedulers of one database compete for.

    Raises
    ------
    StoreError
        For a database in memory, which no second process could share.
    """
    url = sa.make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return PostgresLock(url)
    file = sqlite_file(url)
    if file is None:
        raise StoreError("A database in memory has no scheduler; use a file or PostgreSQL.")
    file.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(file.with_name(f"{file.name}.leader"))
