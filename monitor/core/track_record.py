"""How past probabilities are held against what came: which readings count, and what became of a target.

Readings are taken at quarter ends, so that a target assessed weekly weighs no more than one assessed
monthly; their rules are told in docs/record.md.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from monitor.core.flags import COLOURS, Flag
from monitor.core.periods import Frequency, Period
from monitor.core.reasons import DetailCode
from monitor.core.records import Assessment, Outcome

DAYS_IN_MONTH = 365.25 / 12
_SETTLED = {Flag.MET: True, Flag.MISSED: False}
_RECORDED = {"met": True, "missed": False}


class RecordSource(StrEnum):
    """Where past probabilities come from; never mixed."""

    IN_ADVANCE = "in_advance"
    AFTERWARDS = "afterwards"
    REPLAY = "replay"


class Fate(StrEnum):
    """What became of a target by a day."""

    MET = "met"
    MISSED = "missed"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"
    OPEN = "open"


class TimeLeft(StrEnum):
    """Whole months from a reading to the deadline."""

    OVER_A_YEAR = "over_12"
    TO_12 = "9_to_12"
    TO_9 = "6_to_9"
    TO_6 = "3_to_6"
    TO_3 = "0_to_3"
    PAST = "past"


@dataclass(frozen=True)
class Ending:
    """What became of a target, and how that is known.

    Parameters
    ----------
    known_on : datetime.date or None
        From this day on it was known; nothing said later counts.
    quantity : float or None
        The compared quantity by the settling figure; None where only a verdict was recorded. [base unit]
    by_figures, by_record : bool or None
        Whether it was met: by the stored figures, and by the recorded outcome.
    outcome : Outcome or None
        The recorded outcome.
    """

    fate: Fate
    known_on: dt.date | None
    quantity: float | None
    by_figures: bool | None
    by_record: bool | None
    outcome: Outcome | None


@dataclass(frozen=True)
class Reading:
    """One probability told of a target at a quarter end, and what came.

    Parameters
    ----------
    day : datetime.date
        The quarter end.
    kind, frequency : str
        Of the target and of its figures.
    straight_line, last_year_share : bool or None
        Whether these rules said "on schedule"; None where they said nothing.
    quantiles : dict or None
        Of the compared quantity, by level. [base unit]
    quantity : float or None
        The compared quantity that came. [base unit]
    wanted : float or None
        The value asked for. [base unit]
    """

    target: str
    day: dt.date
    flag: Flag
    probability: float
    is_met: bool
    time_left: TimeLeft
    kind: str
    frequency: str
    straight_line: bool | None
    last_year_share: bool | None
    quantiles: dict[float, float] | None
    quantity: float | None
    wanted: float | None


@dataclass(frozen=True)
class Against:
    """Brier scores of this system and of a rule, over the readings for which the rule said anything."""

    n: int
    ours: float
    theirs: float

    @property
    def skill(self) -> float | None:
        """1 is perfect, 0 no better than the rule, below 0 worse; None where the rule made no error."""
        return None if self.theirs == 0 else 1 - self.ours / self.theirs


@dataclass(frozen=True)
class ScoreRow:
    """Scores of some readings.

    Parameters
    ----------
    group, key : str
        What they have in common: all; or a time_left, kind or frequency.
    share_met : float
        Of the readings.
    n_ranges : int
        Readings with a stored distribution and a firm figure.
    coverage : float or None
        Share of these whose 80 % range held the figure.
    crps_share : float or None
        Their mean continuous ranked probability score, each as a share of the value asked for.
    """

    group: str
    key: str
    n_targets: int
    n_readings: int
    share_met: float
    brier: float
    straight_line: Against | None
    last_year_share: Against | None
    n_ranges: int
    coverage: float | None
    crps_share: float | None


@dataclass(frozen=True)
class ReliabilityPoint:
    """Readings whose probability fell in one bin; the interval counts targets, not readings.

    Parameters
    ----------
    low, high : float
        Ends of the 95 % interval of `share_met`.
    """

    lower: float
    upper: float
    n_readings: int
    n_targets: int
    mean_probability: float
    share_met: float
    low: float
    high: float


@dataclass(frozen=True)
class Scores:
    """Everything the readings of one source score; empty where there are none.

    Parameters
    ----------
    reliability_part, resolution, uncertainty : float or None
        The parts of the Brier score of the bins (Murphy).
    """

    rows: tuple[ScoreRow, ...]
    bins: tuple[ReliabilityPoint, ...]
    reliability_part: float | None
    resolution: float | None
    uncertainty: float | None


def ending_of(settling: Sequence[Assessment], outcome: Outcome | None, *, is_past: bool) -> Ending:
    """What became of a target: by the stored figures, by the recorded outcome, or not known yet.

    Parameters
    ----------
    settling : sequence of Assessment
        Those of its last terms that showed it as met or missed, oldest first.
    outcome : Outcome or None
        As recorded, known by the day asked for.
    is_past : bool
        Whether the deadline is over.
    """
    by_figures = _SETTLED[settling[-1].flag] if settling else None
    by_record = None if outcome is None else _RECORDED.get(outcome.verdict)
    told = {verdict for verdict in (by_figures, by_record) if verdict is not None}
    days = [settling[0].as_of] if settling else []
    days += [outcome.known_on] if outcome is not None and by_record is not None else []
    if not told:
        fate = Fate.UNKNOWN if is_past or outcome is not None else Fate.OPEN
    elif len(told) > 1:
        fate = Fate.DISPUTED
    else:
        fate = Fate.MET if told.pop() else Fate.MISSED
    return Ending(fate, min(days, default=None), _settled_quantity(settling), by_figures, by_record, outcome)


def _settled_quantity(settling: Sequence[Assessment]) -> float | None:
    """The figure that settled; an amount that was passed before the deadline is not yet the figure."""
    told = [entry.reason.facts for entry in settling if not entry.reason.facts.get("early")]
    return told[0].get("quantity") if told else None


def quarter_ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """Quarter ends from `first` to `last`, both included."""
    quarter, ends = Period.containing(first, Frequency.QUARTERLY), []
    while quarter.end <= last:
        ends.append(quarter.end)
        quarter = quarter.shift(1)
    return ends


def shown_on(day: dt.date, history: Sequence[Assessment]) -> Assessment | None:
    """The assessment in force on a day, of those oldest first; an unchanged one is not stored again."""
    place = bisect.bisect_right([entry.as_of for entry in history], day)
    return history[place - 1] if place else None


def time_left(day: dt.date, deadline: dt.date) -> TimeLeft:
    """The band of whole months between a reading and the deadline."""
    months = round((deadline - day).days / DAYS_IN_MONTH)
    if day > deadline:
        return TimeLeft.PAST
    bands = ((3, TimeLeft.TO_3), (6, TimeLeft.TO_6), (9, TimeLeft.TO_9), (12, TimeLeft.TO_12))
    return next((band for limit, band in bands if months < limit), TimeLeft.OVER_A_YEAR)


def has_chance(entry: Assessment) -> bool:
    """Whether an assessment tells a probability of something not settled."""
    return entry.probability_met is not None and entry.flag in (*COLOURS, Flag.AWAITING)


def readings_of(
    history: Sequence[Assessment],
    ending: Ending,
    *,
    deadline: dt.date,
    sequence: int,
    kind: str,
    frequency: str,
    wanted: float | None,
) -> list[Reading]:
    """Readings at quarter ends of one target, from its first assessment to the day its fate was known.

    Parameters
    ----------
    history : sequence of Assessment
        Of one source, oldest first.
    ending : Ending
        Met or missed; without either nothing can be held against it.
    sequence : int
        Ledger entry whose terms were judged; what was said of other terms does not count.
    """
    if ending.fate not in (Fate.MET, Fate.MISSED) or ending.known_on is None or not history:
        return []
    last = ending.known_on - dt.timedelta(days=1)
    found = []
    for day in quarter_ends(history[0].as_of, last):
        entry = shown_on(day, history)
        if entry is None or entry.revision_sequence != sequence or not has_chance(entry):
            continue
        found.append(
            Reading(
                target=entry.target,
                day=day,
                flag=entry.flag,
                probability=entry.probability_met or 0.0,
                is_met=ending.fate is Fate.MET,
                time_left=time_left(day, deadline),
                kind=kind,
                frequency=frequency,
                straight_line=straight_line_says(entry),
                last_year_share=last_year_share_says(entry),
                quantiles=entry.quantiles,
                quantity=ending.quantity,
                wanted=wanted,
            )
        )
    return found


def straight_line_says(entry: Assessment) -> bool | None:
    """Whether 序时进度 called the target on schedule; None where it said nothing."""
    told = next((detail for detail in entry.details if detail.code is DetailCode.STRAIGHT_LINE), None)
    return None if told is None else _is_on_schedule(told.facts)


def last_year_share_says(entry: Assessment) -> bool | None:
    """Whether 去年同期完成比 called the target on schedule; None where it said nothing."""
    return _is_on_schedule(entry.figures.get("last_year_share") or {})


def _is_on_schedule(facts: dict[str, Any]) -> bool | None:
    share, due = facts.get("share"), facts.get("due")
    return None if share is None or due is None else share >= due - 1e-9
