"""One file, from its bytes to a stored load: read, normalise, check, store.

Rows pass through in batches, and what waits between the steps waits on disk (`staging`), so that a
large file takes no more memory than a small one. All rows are judged before the first is stored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from operator import length_hint
from pathlib import Path

from monitor import commands, queries
from monitor.core.access import Actor
from monitor.core.corrections import summarise_uses
from monitor.core.errors import IngestError, Refusal, Severity
from monitor.core.loading import LoadContents, LoadReport
from monitor.core.records import Observation, Origin
from monitor.ingest.batches import StagedRows
from monitor.ingest.checks import whole_file_hold
from monitor.ingest.families import Families
from monitor.ingest.judged import JudgedRows
from monitor.ingest.judging import Judge, StoredReader
from monitor.ingest.layouts import laid_out
from monitor.ingest.lookup import LoadContext, Lookup
from monitor.ingest.normalise import Normaliser
from monitor.ingest.progress import Meter, Progress
from monitor.ingest.raw import RawFile
from monitor.ingest.readers import read_file
from monitor.ingest.staging import Staging
from monitor.rows import collector_paused
from monitor.store import Store

FILE_TRUST = 9
"""Trust of `file:<name>`: it does not say who published the figures, so any other origin wins."""

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
        Told (rows done, rows in all); of a CSV file the second is first counted by its lines.

    Returns
    -------
    LoadReport
        What was stored, every refused row with its reason, and how many rows name no origin.

    Raises
    ------
    IngestError
        If the file as a whole cannot be read: nothing is stored, no load is recorded.
    PermissionDeniedError
        If the actor may not load figures.
    """
    raw = read_file(path, sheet=sheet)
    return load_raw(store, actor, raw, context=context, today=today, progress=progress)


def load_raw(
    store: Store,
    actor: Actor,
    raw: RawFile,
    *,
    context: LoadContext,
    today: dt.date,
    progress: Progress | None = None,
    record: Recorder = commands.record_load,
    stored: StoredReader | None = None,
) -> LoadReport:
    """Load what was read, from a file or from elsewhere; see `load_file`.

    Parameters
    ----------
    raw : RawFile
        Its rows are gone through once.
    record : callable, optional
        What stores the contents; the command, unless a test gives another.
    stored : callable, optional
        What reads the figures to judge the rows against; the query, unless a test gives another.
    """
    meter = Meter(progress, expected=sum(length_hint(table.rows) for table in raw.tables))
    stored = stored or stored_reader(store, actor, today)
    with (
        collector_paused(),
        judged_contents(raw, context=context, today=today, stored=stored, meter=meter) as contents,
    ):
        report = record(store, actor, contents)
    meter.finish()
    return report


def stored_reader(store: Store, actor: Actor, today: dt.date) -> StoredReader:
    """Reads what rows are judged against: every release known on the day of the load."""

    def known(indicators: Collection[str], regions: Collection[str] | None) -> Iterable[Observation]:
        return queries.known_observations(store, actor, as_of=today, indicators=indicators, regions=regions)

    return known


def contents_of(
    raw: RawFile, *, context: LoadContext, today: dt.date, stored: Iterable[Observation] = ()
) -> LoadContents:
    """Figures and refusals of a small file that was read, all in memory; nothing is stored.

    Parameters
    ----------
    stored : iterable of Observation
        Releases known on the day of the load, to judge the rows against.

    Raises
    ------
    IngestError
        If a sheet has an unknown column or lacks a required one, or the default origin is unknown.
    """
    known = tuple(stored)
    meter = Meter(None, expected=0)
    with judged_contents(
        raw, context=context, today=today, stored=lambda *_asked: known, meter=meter
    ) as found:
        return replace(
            found,
            rows=tuple(found.rows),
            refusals=tuple(found.refusals),
            held=tuple(found.held),
            warnings=tuple(found.warnings),
        )


@contextmanager
def judged_contents(
    raw: RawFile, *, context: LoadContext, today: dt.date, stored: StoredReader, meter: Meter
) -> Iterator[LoadContents]:
    """Every row read and judged; the contents can be gone through while the block lasts."""
    raw = laid_out(raw, context)
    origin = _default_origin(raw, context)
    context = replace(context, origins={origin.code: origin, **context.origins})
    families = Families(context.indicators, context.regions)
    normaliser = Normaliser(Lookup(context, default_origin=origin.code))
    judge = Judge(context, normaliser, families, today=today, stored=stored)
    with Staging() as staging:
        rows = StagedRows(raw, staging, normaliser, families, meter)
        judged = _judged(rows, judge, staging, meter)
        judged.flag(Severity.REFUSE, ((-1, refusal, {}) for refusal in _skipped_sheets(raw)))
        yield LoadContents(
            source=context.source,
            file_name=raw.name,
            sha256=raw.sha256,
            rows=judged.figures,
            refusals=judged.flagged(Severity.REFUSE),
            held=judged.flagged(Severity.HOLD),
            warnings=judged.warnings,
            origins=(origin,) if judged.origins[origin.code] else (),
            rows_without_origin=judged.origins[origin.code] if context.default_origin is None else 0,
            remarks=raw.remarks,
            corrections=summarise_uses(judged.met),
            whole_file_held=judged.hold is not None,
        )


def _judged(rows: StagedRows, judge: Judge, staging: Staging, meter: Meter) -> JudgedRows:
    """All rows judged; of a file that is doubtful as a whole once more, to hold what seemed good."""
    judged = JudgedRows(staging, meter)
    for batch in rows.batches():
        lines = rows.lines(batch)
        judge.judge(batch, lines, judged)
        meter.advance(len(lines))
    hold = whole_file_hold(judged.broken, rows=len(rows))
    if hold is None:
        return judged
    held = JudgedRows(staging, meter, hold=hold)
    for batch in rows.batches():
        judge.judge(batch, rows.lines(batch), held)
    return held


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


def _skipped_sheets(raw: RawFile) -> Iterator[Refusal]:
    """A sheet that was left out is reported like a refused row."""
    for left in raw.skipped:
        yield Refusal(raw.name, left.sheet, None, None, left.rule, "", left.reason, left.remedy)
