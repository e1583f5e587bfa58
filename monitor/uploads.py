"""A file of figures from a page: looked at first, stored when somebody says so."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from monitor import commands, queries
from monitor.clock import today
from monitor.core.access import Actor
from monitor.core.corrections import Corrections
from monitor.core.loading import LoadContents, LoadReport, NewObservation
from monitor.core.records import Observation
from monitor.core.releases import values_in_force
from monitor.ingest import load_context, load_raw, read_bytes
from monitor.store import Store

SOURCE = "files"
MOST_SHOWN = 200
"""Figures of a file that a check shows one by one."""


@dataclass(frozen=True)
class PlannedFigure:
    """A figure a file would bring, beside what stands for its period now. [base unit]"""

    figure: NewObservation
    in_force: Observation | None


@dataclass(frozen=True)
class UploadCheck:
    """What a file would do if it were stored now.

    Parameters
    ----------
    report : LoadReport
        As the load would give it; its `load_id` is 0.
    figures : tuple of PlannedFigure
        The first `MOST_SHOWN` figures that would pass.
    """

    report: LoadReport
    figures: tuple[PlannedFigure, ...]


def check_upload(
    store: Store,
    actor: Actor,
    name: str,
    content: bytes,
    *,
    corrections: Corrections,
    default_origin: str | None = None,
) -> UploadCheck:
    """Read and judge a file as a load would, and store nothing.

    Parameters
    ----------
    name, content : str, bytes
        The file.
    corrections : Corrections
        Known errors of sources (`config.corrections`).
    default_origin : str, optional
        Origin of rows that name none; without it the file itself.

    Raises
    ------
    IngestError
        If the file as a whole cannot be read.
    PermissionDeniedError
        If the actor may not load figures.
    """
    passing: list[NewObservation] = []

    def look(store: Store, actor: Actor, contents: LoadContents) -> LoadReport:
        passing.extend(islice(contents.rows, MOST_SHOWN))
        return commands.preview_load(store, actor, contents)

    context = load_context(
        store, actor, source=SOURCE, default_origin=default_origin, corrections=corrections
    )
    raw, day = read_bytes(name, content), today(store.clock)
    report = load_raw(store, actor, raw, context=context, today=day, record=look)
    in_force = _in_force(store, actor, passing)
    figures = (
        PlannedFigure(each, in_force.get((each.indicator, each.region, each.period))) for each in passing
    )
    return UploadCheck(report, tuple(figures))


def store_upload(
    store: Store,
    actor: Actor,
    name: str,
    content: bytes,
    *,
    corrections: Corrections,
    default_origin: str | None = None,
) -> LoadReport:
    """Load a file in one transaction; the same file again changes nothing.

    Parameters, Raises
    ------------------
    See `check_upload`.
    """
    context = load_context(
        store, actor, source=SOURCE, default_origin=default_origin, corrections=corrections
    )
    return load_raw(store, actor, read_bytes(name, content), context=context, today=today(store.clock))


def _in_force(
    store: Store, actor: Actor, figures: list[NewObservation]
) -> dict[tuple[str, str, str], Observation]:
    """The value in force of every period that some figures are of."""
    observations = queries.known_observations(
        store,
        actor,
        as_of=today(store.clock),
        indicators={each.indicator for each in figures},
        regions={each.region for each in figures},
    )
    trust = {code: origin.trust for code, origin in queries.get_origins(store, actor).items()}
    found = values_in_force(observations, trust=trust)
    return {(each.indicator, each.region, each.period): each for each in found}
