"""Refused rows through the door again: the same reading, the same checks, a load of their own."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor import commands, queries
from monitor.core.access import Actor
from monitor.core.errors import IngestError, Refusal, UsageError
from monitor.core.loading import LoadContents, LoadReport, QuarantinedRow, Replay
from monitor.core.records import Origin
from monitor.ingest import LoadContext
from monitor.ingest.checks import RULES, run_checks
from monitor.ingest.columns import column_named, resolve_columns
from monitor.ingest.fields import Place
from monitor.ingest.load import FILE_TRUST, stored_releases
from monitor.ingest.lookup import Lookup
from monitor.ingest.normalise import Candidate, Rejected, normalise_row
from monitor.ingest.raw import RawRow, RawTable
from monitor.ingest.rules import CheckContext, Rule, Severity
from monitor.ingest.stored import StoredFigures
from monitor.store import Store

SOURCE = "quarantine"


@dataclass(frozen=True)
class ReplayReport:
    """What came of a replay.

    Parameters
    ----------
    load : LoadReport or None
        The load that stored the rows which passed; None if none did.
    replayed : tuple of int
        Rows that passed.
    refused : mapping of row id to Refusal
        Rows that wait on, and why.
    """

    load: LoadReport | None
    replayed: tuple[int, ...]
    refused: Mapping[int, Refusal]


@dataclass(frozen=True)
class _Read:
    """A row as it stands repaired, read again; or why it cannot be read."""

    row: QuarantinedRow
    result: Candidate | Rejected | Refusal


def replay(
    store: Store,
    actor: Actor,
    rows: Sequence[QuarantinedRow],
    *,
    context: LoadContext,
    today: dt.date,
    reason: str,
    accept_held: bool = False,
    rules: Sequence[Rule] = RULES,
) -> ReplayReport:
    """Send rows through reading and checks again, and store those that pass as one load.

    Parameters
    ----------
    rows : sequence of QuarantinedRow
        As the person saw them; their repairs are applied.
    context : LoadContext
        The catalogue they are read against.
    today : datetime.date
        Day of the replay, in Asia/Shanghai.
    accept_held : bool
        Leave out the rules that merely hold a row as suspicious; rules that refuse still refuse.
    rules : sequence of Rule
        The rules in force.

    Raises
    ------
    UsageError
        If a row to accept is refused, not merely held.
    SettledRowError
        If somebody acted on one of them since it was read; then nothing is stored.
    """
    if accept_held:
        _check_held(rows, rules)
    origins = _default_origins(store, actor, rows)
    read = [_read(row, context, origins[row.row.load_id, row.row.refusal.file]) for row in rows]
    candidates = [each.result for each in read if isinstance(each.result, Candidate)]
    kept = [rule for rule in rules if not (accept_held and rule.severity is Severity.HOLD)]
    trust = {code: origin.trust for code, origin in context.origins.items()}
    stored = StoredFigures(stored_releases(store, actor, today, candidates), trust=trust)
    result = run_checks(candidates, CheckContext(today, stored), rules=kept)
    again = {id(row): row.place.refusal(finding) for row, finding in result.refused}
    refused = {each.row.row.id: refusal for each in read if (refusal := _refusal(each, again)) is not None}
    used = {row.origin for row in result.accepted} - set(context.origins)
    load = LoadContents(
        source=SOURCE,
        file_name=_name(rows),
        sha256=_digest(rows, reason),
        rows=tuple(row.observation() for row in result.accepted),
        origins=tuple(origin for origin in dict.fromkeys(origins.values()) if origin.code in used),
    )
    replays = [Replay(row.row.id, row.actions, refused.get(row.row.id)) for row in rows]
    report = commands.replay_rows(store, actor, load, replays, reason=reason)
    passed = tuple(row.row.id for row in rows if row.row.id not in refused)
    return ReplayReport(report, passed, refused)


def _check_held(rows: Iterable[QuarantinedRow], rules: Iterable[Rule]) -> None:
    """Only what is merely suspicious may be accepted as it stands."""
    held = {rule.id.value for rule in rules if rule.severity is Severity.HOLD}
    for row in rows:
        if row.refusal.rule not in held:
            raise UsageError(
                f"Row {row.row.id} is refused by {row.refusal.rule}, which nobody may override: "
                f"{row.refusal.reason} Repair it with `zhibiao quarantine repair {row.row.id}`."
            )


def _default_origins(
    store: Store, actor: Actor, rows: Sequence[QuarantinedRow]
) -> dict[tuple[int, str], Origin]:
    """Where rows that name no origin come from: the one origin of their load, else their file."""
    known = queries.get_origins(store, actor)
    found = {}
    for load_id, file in dict.fromkeys((row.row.load_id, row.row.refusal.file) for row in rows):
        of_load = queries.origins_of_load(store, actor, load_id)
        itself = Origin(f"file:{file}", "", file, url=None, accessed_on=None, trust=FILE_TRUST)
        found[load_id, file] = known[of_load[0]] if len(of_load) == 1 else known.get(itself.code, itself)
    return found


def _read(row: QuarantinedRow, context: LoadContext, origin: Origin) -> _Read:
    """The row read as its file was; what keeps a whole file out keeps the row out here."""
    refusal, cells = row.row.refusal, row.cells
    header = tuple(name for name in cells if column_named(name) is not None)
    place_of = RawTable(refusal.file, refusal.sheet, header, ())
    try:
        names = resolve_columns(refusal.file, refusal.sheet, header)
    except IngestError as error:
        return _Read(row, replace(refusal, reason=str(error), remedy="Repair the row, or dismiss it."))
    place = Place(place_of, names, RawRow(refusal.row or 0, cells))
    context = replace(context, origins={origin.code: origin, **context.origins})
    return _Read(row, normalise_row(place, Lookup(context, default_origin=origin.code)))


def _refusal(each: _Read, again: Mapping[int, Refusal]) -> Refusal | None:
    if isinstance(each.result, Refusal):
        return each.result
    if isinstance(each.result, Rejected):
        return each.result.place.refusal(*each.result.findings)
    return again.get(id(each.result))


def _name(rows: Sequence[QuarantinedRow]) -> str:
    """The file the rows come from, and which ones they are."""
    files = list(dict.fromkeys(row.row.refusal.file for row in rows))
    told = files[0] if len(files) == 1 else f"{len(files)} files"
    ids = [str(row.row.id) for row in rows]
    return f"{told} (quarantine {', '.join(ids[:5])}{f' and {len(ids) - 5} more' if len(ids) > 5 else ''})"


def _digest(rows: Sequence[QuarantinedRow], reason: str) -> str:
    """Tells replays apart: the rows, their cells, and how often each was acted on."""
    content = [[row.row.id, row.actions, sorted(row.cells.items())] for row in rows]
    return hashlib.sha256(json.dumps([content, reason], ensure_ascii=False).encode()).hexdigest()
