"""One file, from its bytes to a stored load: read, normalise, check, record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

from monitor import commands
from monitor.access import Actor
from monitor.errors import IngestError, Refusal
from monitor.ingest.checks import run_checks
from monitor.ingest.fields import Place
from monitor.ingest.lookup import LoadContext, Lookup
from monitor.ingest.normalise import Candidate, Rejected, normalise_table
from monitor.ingest.raw import RawFile
from monitor.ingest.readers import read_file
from monitor.ingest.rules import CheckContext
from monitor.loading import LoadContents, LoadReport
from monitor.records import Origin
from monitor.store import Store

FILE_TRUST = 9
"""Trust of `file:<name>`: it does not say who published the figures, so any other origin wins."""

Progress = Callable[[int, int], None]
Recorder = Callable[[Store, Actor, LoadContents], LoadReport]


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
) -> LoadReport:
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

    Returns
    -------
    LoadReport
        What was stored, and every refused row with its reason.

    Raises
    ------
    IngestError
        If the file as a whole cannot be read: nothing is stored, no load is recorded.
    PermissionDeniedError
        If the actor may not load figures.
    """
    raw = read_file(path, sheet=sheet)
    contents = contents_of(raw, context=context, today=today, progress=progress)
    return record(store, actor, contents)


def contents_of(
    raw: RawFile, *, context: LoadContext, today: dt.date, progress: Progress | None = None
) -> LoadContents:
    """Figures and refusals of a file that was read, without storing anything.

    Raises
    ------
    IngestError
        If a sheet has an unknown column or lacks a required one, or the default origin is unknown.
    """
    origin = _default_origin(raw, context)
    rows = _normalised(raw, Lookup(context, default_origin=origin.code), progress)
    result = run_checks([row for row in rows if isinstance(row, Candidate)], CheckContext(today))
    refused = {id(row.place): row.place.refusal(*row.findings) for row in rows if isinstance(row, Rejected)}
    refused |= {id(row.place): row.place.refusal(finding) for row, finding in result.refused}
    return LoadContents(
        source=context.source,
        file_name=raw.name,
        sha256=raw.sha256,
        rows=tuple(row.observation() for row in result.accepted),
        refusals=(*_skipped_sheets(raw), *_in_file_order([row.place for row in rows], refused)),
        origins=(origin,) if any(row.origin == origin.code for row in result.accepted) else (),
    )


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
