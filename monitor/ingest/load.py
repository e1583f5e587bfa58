"""One file, from its bytes to a stored load: read, normalise, check, record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor import commands, queries
from monitor.core.access import Actor
from monitor.core.corrections import CorrectionUse
from monitor.core.errors import IngestError, Refusal
from monitor.core.loading import LoadContents, LoadReport
from monitor.core.records import Observation, Origin
from monitor.ingest.checks import run_checks
from monitor.ingest.correcting import correct_rows
from monitor.ingest.fields import Place
from monitor.ingest.lookup import LoadContext, Lookup
from monitor.ingest.normalise import Candidate, Rejected, normalise_table
from monitor.ingest.raw import RawFile
from monitor.ingest.readers import read_file
from monitor.ingest.report import FileReport
from monitor.ingest.rules import CheckContext
from monitor.ingest.stored import StoredFigures
from monitor.store import Store

FILE_TRUST = 9
"""Trust of `file:<name>`: it does not say who published the figures, so any other origin wins."""

Progress = Callable[[int, int], None]
Recorder = Callable[[Store, Actor, LoadContents], LoadReport]
Reader = Callable[[Store, Actor, dt.date, Sequence[Candidate]], Iterable[Observation]]


@dataclass(frozen=True)
class _NormalisedFile:
    """A file whose rows read as figures, or do not; none of them is judged yet."""

    raw: RawFile
    origin: Origin
    rows: Sequence[Candidate | Rejected]
    corrections: tuple[CorrectionUse, ...]

    @property
    def candidates(self) -> list[Candidate]:
        return [row for row in self.rows if isinstance(row, Candidate)]


def stored_releases(
    store: Store, actor: Actor, today: dt.date, rows: Sequence[Candidate]
) -> Iterable[Observation]:
    """Every release known on the day of the load of the indicators and regions of a file."""
    if not rows:
        return ()
    return queries.known_observations(
        store,
        actor,
        as_of=today,
        indicators={row.indicator.code for row in rows},
        regions={row.region for row in rows},
    )


def load_file(
    store: Store,
    actor: Actor,
    path: Path,
    *,
    context: LoadContext,
    today: dt.date,
    sheet: str | None = None,
    progress: Progress | None = None,
    record: Recorder = commands.record_load,
    stored: Reader = stored_releases,
) -> FileReport:
    """Load one CSV file or workbook in one transaction; loading it again changes nothing.

    Parameters
    ----------
    store, actor : Store, Actor
        Where to, and on whose behalf; the command checks role and scope.
    path : Path
        The file.
    context : LoadContext
        The catalogue it is read against.
    today : datetime.date
        Day of the load, in Asia/Shanghai.
    sheet : str, optional
        Read this sheet of a workbook only.
    progress : callable, optional
        Told (rows read, rows in all) after each sheet.
    record : callable, optional
        What stores the contents; the command, unless a test gives another.
    stored : callable, optional
        What reads the figures to judge the rows against, once; the query, unless a test gives another.

    Returns
    -------
    FileReport
        What was stored, every refused row with its reason, and how many rows name no origin.

    Raises
    ------
    IngestError
        If the file as a whole cannot be read: nothing is stored, no load is recorded.
    PermissionDeniedError
        If the actor may not load figures.
    """
    raw = read_file(path, sheet=sheet)
    return load_raw(
        store, actor, raw, context=context, today=today, progress=progress, record=record, stored=stored
    )


def load_raw(
    store: Store,
    actor: Actor,
    raw: RawFile,
    *,
    context: LoadContext,
    today: dt.date,
    progress: Progress | None = None,
    record: Recorder = commands.record_load,
    stored: Reader = stored_releases,
) -> FileReport:
    """As `load_file`, for a file that was read already.

    Raises
    ------
    IngestError
        If a sheet has an unknown column or lacks a required one, or the default origin is unknown.
    PermissionDeniedError
        If the actor may not load figures.
    """
    file = _normalised_file(raw, context, progress)
    observations = stored(store, actor, today, file.candidates)
    contents = _judged(file, context=context, today=today, stored=observations)
    report = record(store, actor, contents)
    filed_under_itself = context.default_origin is None
    unnamed = sum(row.origin == file.origin.code for row in contents.rows) if filed_under_itself else 0
    return FileReport(**vars(report), rows_without_origin=unnamed, corrections=file.corrections)


def contents_of(
    raw: RawFile,
    *,
    context: LoadContext,
    today: dt.date,
    stored: Iterable[Observation] = (),
    progress: Progress | None = None,
) -> LoadContents:
    """Figures and refusals of a file that was read, without reading or storing anything.

    Parameters
    ----------
    stored : iterable of Observation
        Releases known on the day of the load, to judge the rows against.

    Raises
    ------
    IngestError
        If a sheet has an unknown column or lacks a required one, or the default origin is unknown.
    """
    file = _normalised_file(raw, context, progress)
    return _judged(file, context=context, today=today, stored=stored)


def _judged(
    file: _NormalisedFile, *, context: LoadContext, today: dt.date, stored: Iterable[Observation]
) -> LoadContents:
    raw, origin, rows = file.raw, file.origin, file.rows
    trust = {code: known.trust for code, known in ({origin.code: origin} | dict(context.origins)).items()}
    result = run_checks(file.candidates, CheckContext(today, StoredFigures(stored, trust=trust)))
    refused = {id(row.place): row.place.refusal(*row.findings) for row in rows if isinstance(row, Rejected)}
    refused |= {id(row.place): row.place.refusal(finding) for row, finding in result.refused}
    return LoadContents(
        source=context.source,
        file_name=raw.name,
        sha256=raw.sha256,
        rows=tuple(row.observation() for row in result.accepted),
        refusals=(*_skipped_sheets(raw), *_in_file_order([row.place for row in rows], refused)),
        origins=(origin,) if any(row.origin == origin.code for row in result.accepted) else (),
        corrections=file.corrections,
    )


def _normalised_file(raw: RawFile, context: LoadContext, progress: Progress | None) -> _NormalisedFile:
    origin = _default_origin(raw, context)
    rows = _normalised(raw, Lookup(context, default_origin=origin.code), progress)
    return _NormalisedFile(raw, origin, *correct_rows(rows, context.corrections))


def _default_origin(raw: RawFile, context: LoadContext) -> Origin:
    """The origin of rows that name none."""
    code = context.default_origin
    if code is None:
        return Origin(f"file:{raw.name}", "", raw.name, url=None, accessed_on=None, trust=FILE_TRUST)
    if code not in context.origins:
        raise IngestError(
            raw.name,
            f"The origin {code!r} is not recorded.",
            "Record its publisher, title and address first, or name another.",
        )
    return context.origins[code]


def _normalised(raw: RawFile, lookup: Lookup, progress: Progress | None) -> list[Candidate | Rejected]:
    total = sum(len(table.rows) for table in raw.tables)
    rows: list[Candidate | Rejected] = []
    for table in raw.tables:
        rows += normalise_table(table, lookup)
        if progress is not None:
            progress(len(rows), total)
    return rows


def _in_file_order(
    places: list[Place], refused: Mapping[int, Refusal]
) -> list[tuple[Refusal, Mapping[str, str]]]:
    return [(refused[id(place)], place.row.cells) for place in places if id(place) in refused]


def _skipped_sheets(raw: RawFile) -> list[tuple[Refusal, Mapping[str, str]]]:
    """A sheet that was left out is reported like a refused row."""
    return [
        (
            Refusal(raw.name, left.sheet, None, None, left.rule, "", left.reason, left.remedy),
            {},
        )
        for left in raw.skipped
    ]
