"""One run of a source: ask, read, check at the door, store, and record what came of it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from monitor import commands, queries
from monitor.clock import local_date
from monitor.config import Settings
from monitor.config.corrections import load_corrections
from monitor.config.figure_sources import AddressEntry, FolderEntry, SdmxEntry, SourceEntry
from monitor.config.secrets import read_secret
from monitor.core.access import Actor, Role
from monitor.core.errors import IngestError, UserFacingError
from monitor.core.loading import LoadReport
from monitor.core.sources import NewSourceRun, SourceOutcome, SourceRun, Validators
from monitor.ingest import load_context, load_raw, notes_of, read_bytes, read_file, summary_of
from monitor.ingest.lookup import LoadContext
from monitor.ingest.raw import RawFile
from monitor.sources.databases import read_query
from monitor.sources.fetching import Fetched, Fetcher
from monitor.sources.folder import DropFolder
from monitor.sources.records import storable
from monitor.sources.statistical_messages import read_message
from monitor.sources.web import read_answer, refuse_page
from monitor.store import Store

Progress = Callable[[int, int], None]
_HIDDEN = "•••"
_LEAST_SECRET = 4
"""Shorter ones are not blotted out: that would leave nothing of the message, and tell what they are."""
_MOST_TOLD = 3


@dataclass
class _Brought:
    """What a run has brought so far; what was stored counts, even if the run fails later."""

    reports: list[LoadReport] = field(default_factory=list)
    refused_files: list[tuple[str, str]] = field(default_factory=list)
    validators: Validators | None = None

    @property
    def outcome(self) -> SourceOutcome:
        if self.refused_files or any(report.refused for report in self.reports):
            return SourceOutcome.WITH_REFUSALS
        stored = any(report.stored for report in self.reports)
        return SourceOutcome.LOADED if stored else SourceOutcome.UNCHANGED

    def message(self, *, nothing: str) -> str:
        """What came, in a sentence a file; `nothing` if there was none."""
        told = ["; ".join([summary_of(report), *notes_of(report)]) for report in self.reports]
        told += [f"refused: {why}" for _, why in self.refused_files]
        more = [f"and {len(told) - _MOST_TOLD} more files"] if len(told) > _MOST_TOLD else []
        return "; ".join([*told[:_MOST_TOLD], *more]) or nothing


def run_source(
    store: Store,
    actor: Actor,
    settings: Settings,
    source: SourceEntry,
    *,
    now: dt.datetime,
    progress: Progress | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> SourceRun:
    """Ask one source, store what it gives, and record the run.

    Whatever the source, its network or its content does is recorded as a failed run and not raised.

    Parameters
    ----------
    settings : Settings
        Of the workspace in use.
    source : SourceEntry
        From `config.figure_sources.load_sources`; whether it is enabled is the caller's question.
    now : datetime.datetime
        This moment, aware.
    progress : callable, optional
        Told (rows read, rows in all) of each file.
    pause : callable, optional
        Waits between attempts and for files to settle. [seconds]

    Returns
    -------
    SourceRun
        As recorded.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="run sources")
    run = _Run(store, actor, settings, source, now=now, progress=progress, pause=pause)
    brought = _Brought()
    try:
        nothing = run.bring(brought)
        outcome, message = brought.outcome, brought.message(nothing=nothing)
    except (UserFacingError, OSError, SQLAlchemyError) as error:
        before = f" Before that: {brought.message(nothing='')}." if brought.reports else ""
        outcome, message = SourceOutcome.FAILED, _sentence(error) + before
    is_complete = outcome in (SourceOutcome.LOADED, SourceOutcome.UNCHANGED)
    return commands.record_source_run(
        store,
        actor,
        NewSourceRun(
            source=source.code,
            started_at=now,
            outcome=outcome,
            message=run.without_secrets(message),
            load_ids=tuple(dict.fromkeys(report.load_id for report in brought.reports)),
            files=tuple(report.file_name for report in brought.reports)
            + tuple(name for name, _ in brought.refused_files),
            validators=brought.validators if is_complete else None,
        ),
    )


class _Run:
    """One run: its source, and what it needs around it."""

    def __init__(
        self,
        store: Store,
        actor: Actor,
        settings: Settings,
        source: SourceEntry,
        *,
        now: dt.datetime,
        progress: Progress | None,
        pause: Callable[[float], None],
    ) -> None:
        self._store = store
        self._actor = actor
        self._settings = settings
        self._source = source
        self._now = now
        self._progress = progress
        self._pause = pause
        self._secrets: list[str] = []

    def bring(self, brought: _Brought) -> str:
        """Read and store what the source gives; the answer says what it means if nothing came."""
        context = self._context()
        if self._source.folder is not None:
            self._bring_folder(self._source.folder, context, brought)
            return "no file was waiting"
        raw = self._read(brought)
        if raw is not None:
            brought.reports.append(self._load(raw, context))
        return "the source says that nothing has changed"

    def without_secrets(self, message: str) -> str:
        """The message with every secret of the run blotted out, fit to be stored."""
        for secret in self._secrets:
            message = message.replace(secret, _HIDDEN)
        return storable(message)

    def _context(self) -> LoadContext:
        return load_context(
            self._store,
            self._actor,
            source=self._source.code,
            default_origin=self._source.origin,
            corrections=load_corrections(self._settings.configs_dir),
        )

    def _load(self, raw: RawFile, context: LoadContext) -> LoadReport:
        return load_raw(
            self._store,
            self._actor,
            raw,
            context=context,
            today=local_date(self._now),
            progress=self._progress,
        )

    def _read(self, brought: _Brought) -> RawFile | None:
        """The one table of the source; None if it says that nothing has changed."""
        source = self._source
        if source.csv is not None:
            return read_file(self._at_home(source.csv.path))
        if source.excel is not None:
            return read_file(self._at_home(source.excel.path), sheet=source.excel.sheet)
        if source.sql is not None:
            url = self._secret(source.sql.url_env, None)
            query_file = self._settings.configs_dir / source.sql.query_file
            return read_query(source.code, source.sql, url=url, query_file=query_file)
        if source.http is not None:
            fetched = self._fetched(source.http, brought)
            return None if fetched is None else read_answer(source.code, source.http, fetched)
        if source.sdmx is not None:
            return self._read_message(source.sdmx, brought)
        raise AssertionError(source.kind)

    def _read_message(self, entry: SdmxEntry, brought: _Brought) -> RawFile | None:
        if entry.path is not None:
            return read_message(self._source.code, entry, self._at_home(entry.path).read_bytes())
        fetched = self._fetched(entry.address, brought) if entry.address else None
        if fetched is None:
            return None
        refuse_page(self._source.code, fetched, expected="SDMX")
        return read_message(self._source.code, entry, fetched.content)

    def _fetched(self, entry: AddressEntry, brought: _Brought) -> Fetched | None:
        token = None
        if entry.token_env or entry.token_file:
            token = self._secret(entry.token_env, entry.token_file)
        last = queries.last_source_runs(self._store, self._actor, good=True).get(self._source.code)
        known = last.validators if last else None
        fetcher = Fetcher(self._source.code, entry, token=token, now=self._now, pause=self._pause)
        fetched = fetcher.fetch(known)
        brought.validators = known if fetched is None else fetched.validators
        return fetched

    def _bring_folder(self, entry: FolderEntry, context: LoadContext, brought: _Brought) -> None:
        folder = DropFolder(self._source.code, self._at_home(entry.path))
        for file in folder.waiting(settle_seconds=entry.settle_seconds, pause=self._pause):
            try:
                report = self._load(read_bytes(file.name, folder.content(file)), context)
            except FileNotFoundError:  # taken away again
                continue
            except IngestError as error:
                folder.refuse(file, str(error))
                brought.refused_files.append((file.name, str(error)))
            else:
                brought.reports.append(report)
                folder.keep(file)

    def _at_home(self, path: str) -> Path:
        return self._settings.home / path

    def _secret(self, variable: str | None, file: str | None) -> str:
        secret = read_secret(variable=variable, file=self._at_home(file) if file else None)
        password = secret.partition("://")[2].rpartition("@")[0].partition(":")[2]
        self._secrets += [text for text in (secret, password) if len(text) >= _LEAST_SECRET]
        return secret


def _sentence(error: Exception) -> str:
    """What failed, as one sentence."""
    if isinstance(error, UserFacingError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'} cannot be used: {error.strerror or error}."
    cause = str(error.orig).strip() if isinstance(error, DBAPIError) else type(error).__name__
    return (
        f"The database did not take the figures: {cause.splitlines()[0] if cause else type(error).__name__}."
    )
