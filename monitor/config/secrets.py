"""Secrets: named in `configs/`, kept in the environment or in files that others must not be able to read."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from monitor.core.errors import ConfigError, ConfigProblem


def read_secret_file(path: Path, *, shown_as: str, file: str, key: str) -> str:
    """The one line of a secret file.

    Parameters
    ----------
    path : Path
        The file.
    shown_as : str
        How the configuration names it.
    file, key : str
        Where the configuration names it, for the message; the secret itself is never repeated.

    Raises
    ------
    ConfigError
        If it cannot be read, everyone can read or write it, or it is not one line of text.
    """

    def refused(found: str, allowed: str) -> ConfigError:
        return ConfigError([ConfigProblem(file, key, f"{shown_as}, {found}", allowed)])

    try:
        open_to_all = path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH)
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise refused(f"which cannot be read ({why})", "a readable file") from error
    if open_to_all:
        raise refused("which everyone can read or write", "a file of its owner alone (chmod 600)")
    if not text or not text.isprintable():
        raise refused("which is empty or has several lines", "one line")
    return text


def read_secret(
    *, variable: str | None = None, file: Path | None = None, environ: Mapping[str, str] | None = None
) -> str:
    """The secret of a source, without the blanks and line breaks around it.

    Parameters
    ----------
    variable : str, optional
        Name of an environment variable.
    file : Path, optional
        A file that holds the secret and nothing else.
    environ : mapping, optional
        Environment to read; the process's own by default.

    Raises
    ------
    ConfigError
        If it is not there, or empty; the secret itself is never repeated.
    """
    if variable is not None:
        found = (os.environ if environ is None else environ).get(variable, "").strip()
        if not found:
            allowed = "the secret of the source in this variable"
            raise ConfigError([ConfigProblem("environment", variable, "nothing", allowed)])
        return found
    if file is None:
        raise ValueError("a secret is named by a variable or by a file")
    return read_secret_file(file, shown_as=str(file), file="sources.yaml", key="secret file")
