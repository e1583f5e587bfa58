"""How one attempt went, as whoever made it tells it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from monitor.core.errors import MonitorError
from monitor.core.outbox import AttemptOutcome

HandOver = Callable[[], None]
"""Called right before a text is handed over; raises where it must not be."""


class ClaimLostError(MonitorError):
    """The claim was taken back meanwhile; nothing was handed over, and nothing may be."""


@dataclass(frozen=True)
class Result:
    """What became of one attempt.

    Parameters
    ----------
    outcome : AttemptOutcome
        How it ended.
    reply : str
        What the other side answered last; empty if it did not.
    error : str
        Why it was not delivered, in a sentence; empty if it was.
    stops_round : bool
        Whether further messages would meet the same, so that none is tried in this round.
    """

    outcome: AttemptOutcome
    reply: str = ""
    error: str = ""
    stops_round: bool = False


def temporary(error: str, *, reply: str = "", stops_round: bool = False) -> Result:
    """Certainly not accepted; may be tried again."""
    return Result(AttemptOutcome.TEMPORARY, reply, error, stops_round)


def permanent(error: str, *, reply: str = "") -> Result:
    """Certainly not accepted, and never will be."""
    return Result(AttemptOutcome.PERMANENT, reply, error)


def uncertain(error: str, *, reply: str = "") -> Result:
    """Perhaps accepted."""
    return Result(AttemptOutcome.UNCERTAIN, reply, error)
