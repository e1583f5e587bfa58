"""The record as screens show it: scores by source, a plan replayed, and a past day with what came of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forecast.targets import TargetKind
from monitor import queries
from monitor.clock import ZONE
from monitor.core.access import Actor
from monitor.core.errors import NotFoundError
from monitor.core.flags import WORST_FIRST, Flag
from monitor.core.indicators import Indicator
from monitor.core.ledger import Revision, in_force
from monitor.core.overviews import TargetStatus
from monitor.core.records import Assessment, Outcome, Plan, RunKind, Target
from monitor.core.track_record import (
    Ending,
    Fate,
    Reading,
    RecordSource,
    Scores,
    ending_of,
    has_chance,
    last_year_share_says,
    readings_of,
    straight_line_says,
)
from monitor.forecasting import score

_SETTLED = (Flag.MET, Flag.MISSED)


@dataclass(frozen=True)
class SourceRecord:
    """What one source has to show: readings of how many judged targets, and their scores."""

    source: RecordSource
    n_targets: int
    n_readings: int
    scores: Scores


@dataclass(frozen=True)
class TrackRecord:
    """The record as of a day: how many targets ended how, how many of each plan, what each source scored."""

    as_of: dt.date
    endings: Mapping[Fate, int]
    decided_by_plan: Mapping[str, int]
    sources: tuple[SourceRecord, ...]


@dataclass(frozen=True)
class TargetReplay:
    """One target of a replayed plan.

    Parameters
    ----------
    status : TargetStatus
        The target as of the day asked for, with its outcome.
    told : mapping of date to Assessment
        What the replay said on its days.
    straight_line, last_year_share : mapping of date to bool
        On schedule or not by these rules, on the days they said anything.
    """

    status: TargetStatus
    told: Mapping[dt.date, Assessment]
    straight_line: Mapping[dt.date, bool]
    last_year_share: Mapping[dt.date, bool]
    ending: Ending

    @property
    def has_chances(self) -> bool:
        """Whether any day had a probability."""
        return any(has_chance(entry) for entry in self.told.values())


@dataclass(frozen=True)
class PlanReplay:
    """A plan replayed; `days` is empty before `zhibiao replay` has run."""

    plan: Plan
    days: tuple[dt.date, ...]
    recorded_on: dt.date | None
    targets: tuple[TargetReplay, ...]
    n_milestones: int


@dataclass(frozen=True)
class TargetThen:
    """What a target showed on a past day, and what became of it."""

    target: Target
    assessment: Assessment
    ending: Ending


@dataclass(frozen=True)
class DayThen:
    """Flags on a past day by what became of the targets, and the targets, worst first.

    Parameters
    ----------
    n_recorded_later : int
        Targets whose assessment of that day entered the database on a later one.
    """

    day: dt.date
    counts: Mapping[tuple[Flag, Fate], int]
    n_recorded_later: int
    targets: tuple[TargetThen, ...]


def track_record(store: queries.Store, actor: Actor, *, as_of: dt.date) -> TrackRecord:
    """Every judged target's past probabilities, scored by source.

    Parameters
    ----------
    as_of : datetime.date
        Only endings known by then count.
    """
    settling = _settling(store, actor, as_of)
    outcomes = queries.get_outcomes(store, actor, as_of=as_of)
    codes = sorted({*settling, *outcomes})
    judged = _judged(store, actor, codes, settling=settling, outcomes=outcomes, as_of=as_of)
    decided = [code for code in judged if judged[code][2].fate in (Fate.MET, Fate.MISSED)]
    indicators = queries.get_indicators(store, actor) if decided else {}
    told = {
        kind: queries.assessment_histories(store, actor, until=as_of, kinds=[kind], targets=decided)
        for kind in (RunKind.SCHEDULED, RunKind.REPLAY)
    }
    readings: dict[RecordSource, list[Reading]] = {source: [] for source in RecordSource}
    for code in decided:
        _, revision, ending = judged[code]
        scheduled = told[RunKind.SCHEDULED].get(code, ())
        early, late = _by_recording(scheduled, ending)
        for source, history in (
            (RecordSource.IN_ADVANCE, early),
            (RecordSource.AFTERWARDS, late),
            (RecordSource.REPLAY, told[RunKind.REPLAY].get(code, ())),
        ):
            readings[source] += _readings(history, revision, ending, indicators)
    return TrackRecord(
        as_of=as_of,
        endings=Counter(ending.fate for _, _, ending in judged.values()),
        decided_by_plan=Counter(judged[code][0].plan for code in decided),
        sources=tuple(
            SourceRecord(source, len({each.target for each in found}), len(found), score(found))
            for source, found in readings.items()
        ),
    )


def _settling(
    store: queries.Store, actor: Actor, as_of: dt.date, targets: Sequence[str] | None = None
) -> dict[str, tuple[Assessment, ...]]:
    """Assessments that showed a target as met or missed."""
    return queries.assessment_histories(
        store,
        actor,
        until=as_of,
        kinds=(RunKind.SCHEDULED, RunKind.REPLAY),
        flags=_SETTLED,
        targets=targets,
    )


def _judged(
    store: queries.Store,
    actor: Actor,
    codes: Sequence[str],
    *,
    settling: Mapping[str, tuple[Assessment, ...]],
    outcomes: Mapping[str, Outcome],
    as_of: dt.date,
) -> dict[str, tuple[Target, Revision, Ending]]:
    """Targets that stand to be judged, with the terms in force and what became of them."""
    found = {}
    for target in queries.get_targets(store, actor, codes=codes) if codes else ():
        revision = in_force(target.history, as_of=as_of)
        if revision is None or revision.terms.withdrawn or revision.terms.kind is TargetKind.MILESTONE:
            continue
        of_terms = [e for e in settling.get(target.code, ()) if e.revision_sequence == revision.sequence]
        ending = ending_of(of_terms, outcomes.get(target.code), is_past=revision.terms.deadline < as_of)
        found[target.code] = (target, revision, ending)
    return found


def _by_recording(
    entries: Sequence[Assessment], ending: Ending
) -> tuple[tuple[Assessment, ...], tuple[Assessment, ...]]:
    """Those in the database before the ending was known, which no hindsight can have touched; the rest."""
    known_on = ending.known_on
    early = [entry for entry in entries if known_on and _recorded_on(entry) < known_on]
    return tuple(early), tuple(entry for entry in entries if entry not in early)


def _readings(
    history: Sequence[Assessment],
    revision: Revision,
    ending: Ending,
    indicators: Mapping[str, Indicator],
) -> list[Reading]:
    terms = revision.terms
    return readings_of(
        history,
        ending,
        deadline=terms.deadline,
        sequence=revision.sequence,
        kind=terms.kind.value,
        frequency=indicators[terms.indicator or ""].frequency.value,
        wanted=terms.value,
    )


def plan_replay(store: queries.Store, actor: Actor, code: str, *, as_of: dt.date) -> PlanReplay:
    """A plan as it was replayed, with what became of its targets by a day.

    Parameters
    ----------
    code : str
        Of the plan.

    Raises
    ------
    NotFoundError
        If there is no such plan.
    """
    plan = queries.get_plans(store, actor).get(code)
    if plan is None:
        raise NotFoundError("plan", code)
    rows = queries.overview(store, actor, as_of=as_of, plan=code).rows
    quantified = [row for row in rows if row.terms.kind is not TargetKind.MILESTONE]
    codes = [row.target for row in quantified]
    told = queries.assessment_histories(store, actor, until=as_of, kinds=[RunKind.REPLAY], targets=codes)
    settling = _settling(store, actor, as_of, codes)
    outcomes = queries.get_outcomes(store, actor, as_of=as_of)
    judged = _judged(store, actor, codes, settling=settling, outcomes=outcomes, as_of=as_of)
    replays = [_target_replay(row, told.get(row.target, ()), judged[row.target][2]) for row in quantified]
    last = max((entry.recorded_at for entries in told.values() for entry in entries), default=None)
    return PlanReplay(
        plan=plan,
        days=tuple(sorted({day for each in replays for day in each.told})),
        recorded_on=None if last is None else last.astimezone(ZONE).date(),
        targets=tuple(sorted(replays, key=_shown_first)),
        n_milestones=len(rows) - len(quantified),
    )


def _target_replay(status: TargetStatus, entries: Sequence[Assessment], ending: Ending) -> TargetReplay:
    told = {entry.as_of: entry for entry in entries}  # a day replayed again replaces what was said of it
    return TargetReplay(
        status=status,
        told=told,
        straight_line={
            day: said for day, entry in told.items() if (said := straight_line_says(entry)) is not None
        },
        last_year_share={
            day: said for day, entry in told.items() if (said := last_year_share_says(entry)) is not None
        },
        ending=ending,
    )


def _shown_first(found: TargetReplay) -> tuple[bool, bool, str]:
    """Targets with probabilities, then those whose ending is known."""
    is_decided = found.ending.fate in (Fate.MET, Fate.MISSED, Fate.DISPUTED)
    return not found.has_chances, not is_decided, found.status.target


def day_then(store: queries.Store, actor: Actor, *, day: dt.date, kind: RunKind, as_of: dt.date) -> DayThen:
    """The flags of a past day, and what had become of each target by `as_of`.

    Parameters
    ----------
    day : datetime.date
        The last assessments on or before it count.
    kind : RunKind
        Scheduled ones, as screens showed them, or replays.
    """
    shown = queries.latest_assessments(store, actor, as_of=day, kind=kind)
    codes = sorted(shown)
    judged = _judged(
        store,
        actor,
        codes,
        settling=_settling(store, actor, as_of, codes),
        outcomes=queries.get_outcomes(store, actor, as_of=as_of),
        as_of=as_of,
    )
    found = [TargetThen(target, shown[code], ending) for code, (target, _, ending) in judged.items()]
    found.sort(key=lambda each: (WORST_FIRST.index(each.assessment.flag), _chance(each), each.target.code))
    return DayThen(
        day=day,
        counts=Counter((each.assessment.flag, each.ending.fate) for each in found),
        n_recorded_later=sum(_recorded_on(each.assessment) > day for each in found),
        targets=tuple(found),
    )


def _recorded_on(entry: Assessment) -> dt.date:
    return entry.recorded_at.astimezone(ZONE).date()


def _chance(found: TargetThen) -> float:
    chance = found.assessment.probability_met
    return 2.0 if chance is None else chance
