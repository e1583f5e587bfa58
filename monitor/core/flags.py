"""Flags: which colour or state a target shows, and when a colour may change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Flag(StrEnum):
    """亮灯: three colours from the probability, and states that are not colours."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    GREY = "grey"
    MET = "met"
    MISSED = "missed"
    AWAITING = "awaiting"
    ACCEPTED = "accepted"
    DUE = "due"
    DONE = "done"
    OVERDUE = "overdue"


COLOURS = (Flag.RED, Flag.YELLOW, Flag.GREEN)
WORST_FIRST = (
    Flag.RED,
    Flag.MISSED,
    Flag.OVERDUE,
    Flag.YELLOW,
    Flag.GREY,
    Flag.AWAITING,
    Flag.DUE,
    Flag.ACCEPTED,
    Flag.GREEN,
    Flag.MET,
    Flag.DONE,
)
"""Order of every list: grey stands between yellow and green, never with green."""


@dataclass(frozen=True)
class Thresholds:
    """`configs/flags.yaml` as the rules use it.

    Parameters
    ----------
    green_at, yellow_at : float
        Lowest probability of each colour.
    change_margin : float
        A colour changes at once when the probability is past the line by this much.
    confirmations : int
        ... or when it is past the line in this many scheduled assessments running.
    """

    green_at: float
    yellow_at: float
    change_margin: float
    confirmations: int

    def colour(self, probability: float) -> Flag:
        """The colour of a probability, without memory."""
        if probability >= self.green_at:
            return Flag.GREEN
        return Flag.YELLOW if probability >= self.yellow_at else Flag.RED


@dataclass(frozen=True)
class Shown:
    """One earlier scheduled assessment: what was computed and what was shown."""

    flag: Flag
    probability: float | None


def decide_colour(probability: float, earlier: Sequence[Shown], *, thresholds: Thresholds) -> Flag:
    """The colour to show, given earlier scheduled assessments (oldest first).

    A colour changes when the probability lies past the line by `change_margin`, or past it in
    `confirmations` scheduled assessments running, this one included. A red that recovers goes to
    yellow first. Without an earlier colour the probability alone decides.

    Parameters
    ----------
    probability : float
        probability_met of this assessment, 0..1.
    earlier : sequence of Shown
        Scheduled assessments of the same target terms, oldest first; replays are not among them.
    thresholds : Thresholds
        Lines and margins.

    Returns
    -------
    Flag
        Red, yellow or green.
    """
    bare = thresholds.colour(probability)
    if not earlier or earlier[-1].flag not in COLOURS:
        return bare
    shown = earlier[-1].flag
    if bare is shown:
        return shown
    improving = COLOURS.index(bare) > COLOURS.index(shown)
    clearly = _is_clearly_past(probability, shown, improving, thresholds)
    if not (clearly or _is_confirmed(shown, improving, earlier, thresholds)):
        return shown
    if shown is Flag.RED and bare is Flag.GREEN:
        return Flag.YELLOW
    return bare


def _is_clearly_past(probability: float, shown: Flag, improving: bool, thresholds: Thresholds) -> bool:
    """Whether the probability has left the shown colour by the margin."""
    lower = {Flag.RED: 0.0, Flag.YELLOW: thresholds.yellow_at, Flag.GREEN: thresholds.green_at}[shown]
    upper = {Flag.RED: thresholds.yellow_at, Flag.YELLOW: thresholds.green_at, Flag.GREEN: 1.0}[shown]
    # Rounded, as 0.80 + 0.05 is a little more than 0.85 in binary.
    if improving:
        return probability >= min(round(upper + thresholds.change_margin, 9), 1.0)
    return probability <= max(round(lower - thresholds.change_margin, 9), 0.0)


def _is_confirmed(shown: Flag, improving: bool, earlier: Sequence[Shown], thresholds: Thresholds) -> bool:
    """Whether the assessments just before this one also lay past the line on the same side."""
    needed = thresholds.confirmations - 1
    recent = [past.probability for past in earlier[-needed:]] if needed else []
    if len(recent) < needed:
        return False
    return all(
        value is not None
        and thresholds.colour(value) is not shown
        and (COLOURS.index(thresholds.colour(value)) > COLOURS.index(shown)) == improving
        for value in recent
    )


def colour_moves(
    probabilities: Iterable[float], *, before: Thresholds, after: Thresholds
) -> dict[tuple[Flag, Flag], int]:
    """How many probabilities would show which colour under other lines, without memory of earlier ones.

    Parameters
    ----------
    probabilities : iterable of float
        probability_met, 0..1; those of targets without one are left out by the caller.
    before, after : Thresholds
        Lines in force, and lines tried.

    Returns
    -------
    dict
        (colour before, colour after) to count; pairs that do not occur are left out.

    Examples
    --------
    >>> now = Thresholds(0.8, 0.5, 0.05, 2)
    >>> colour_moves([0.9, 0.82], before=now, after=Thresholds(0.85, 0.5, 0.05, 2))
    {(<Flag.GREEN: 'green'>, <Flag.GREEN: 'green'>): 1, (<Flag.GREEN: 'green'>, <Flag.YELLOW: 'yellow'>): 1}
    """
    return dict(Counter((before.colour(value), after.colour(value)) for value in probabilities))
