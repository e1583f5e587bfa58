"""Secrets of sources: named in `configs/`, kept in the environment or in a file of their own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from monitor.core.errors import ConfigError, ConfigProblem

_MOST_BYTES = 10_000


def read_secret(
    *, variable: str | None = None, file: Path | None = None, environ: Mapping[str, str] | None = None
) -> str:
    """The secret a configuration names; without the blanks and line breaks around it.

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
            raise _missing("environment", variable, "the secret of the source in this variable")
        return found
    if file is None:
        raise ValueError("a secret is named by a variable or by a file")
    try:
        found = file.read_bytes()[:_MOST_BYTES].decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _missing(
            str(file), "", "a file with the secret of the source, readable by the product"
        ) from error
    if not found:
        raise _missing(str(file), "", "a file with the secret of the source")
    return found


def _missing(where: str, key: str, allowed: str) -> ConfigError:
    return ConfigError([ConfigProblem(where, key, "nothing", allowed)])
