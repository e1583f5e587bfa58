"""Readers that run as a process of their own, because a file may make them fail, hang or fill the memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


class ChildError(Exception):
    """A reader ended without an answer, or not in time."""

    def __init__(self, *, seconds: float | None = None) -> None:
        super().__init__("no answer" if seconds is None else f"no answer in {seconds} seconds")
        self.seconds = seconds


def ask_child(script: Path, content: bytes, *arguments: str, most_seconds: float) -> dict[str, Any]:
    """What one of our own scripts answers about a file it gets as its input.

    Parameters
    ----------
    script : Path
        Run without the environment's settings for Python; it imports nothing of ours.
    content : bytes
        The file: the script sees neither its name nor its folder.
    most_seconds : float
        After which the process is ended.

    Returns
    -------
    dict
        The JSON object it printed.

    Raises
    ------
    ChildError
        If the process failed, or took longer; `seconds` then says how long it had.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own script; the file is its input, not its name
            [sys.executable, "-I", str(script), *arguments],
            input=content,
            capture_output=True,
            timeout=most_seconds,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise ChildError(seconds=most_seconds) from error
    except subprocess.CalledProcessError as error:
        raise ChildError from error
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
