"""One assessment run: what it hands over to be stored, and how a stored one reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.core.records import Assessment, Fan, FlagChange, RunKind


@dataclass(frozen=True)
class NewRun:
    """A finished run about to be stored.

    Parameters
    ----------
    as_of : datetime.date
        The day it asked for.
    kind : RunKind
        Scheduled runs feed screens and hysteresis.
    started_at : datetime.datetime
        When it began.
    versions : mapping
        Versions of rules, catalogue and model.
    counts : mapping
        Numbers for the log, such as targets looked at and unchanged.
    scope_note : str
        Which targets were asked, in words; empty for all.
    assessments : sequence of Assessment
        Those to keep: the caller leaves unchanged ones out. Their `recorded_at` is replaced by the
        moment of storing.
    flag_changes : sequence of FlagChange
        Changes against the scheduled assessment before.
    fans : mapping of target code to Fan
        Of assessments to keep, where paths were drawn.
    """

    as_of: dt.date
    kind: RunKind
    started_at: dt.datetime
    versions: Mapping[str, str]
    counts: Mapping[str, int]
    scope_note: str
    assessments: Sequence[Assessment]
    flag_changes: Sequence[FlagChange]
    fans: Mapping[str, Fan] = field(default_factory=dict)


@dataclass(frozen=True)
class RunRecord:
    """A stored run."""

    id: int
    as_of: dt.date
    kind: RunKind
    started_at: dt.datetime
    finished_at: dt.datetime
    actor: str
    versions: dict[str, str]
    counts: dict[str, Any]
    scope_note: str


@dataclass(frozen=True)
class TrainedModel:
    """Coefficients that were learned again from the stored series.

    Parameters
    ----------
    version : str
        Day and digest; part of the model version that assessments store.
    through : datetime.date
        Nothing known later entered; questions of earlier days do not use it.
    n_series : int
        Series it was learned from.
    document : mapping
        `forecast.to_data` of the coefficients.
    """

    version: str
    through: dt.date
    n_series: int
    document: Mapping[str, Any]
