"""Refused rows through the door again: the same reading, the same checks, a load of their own."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor import commands, queries
from monitor.core.access import Actor
from monitor.core.corrections import summarise_uses
from monitor.core.errors import IngestError, Refusal, Severity, UsageError
from monitor.core.loading import LoadContents, LoadReport, QuarantinedRow, Replay, RowRepair, RowSettlement
from monitor.core.records import Origin
from monitor.ingest import LoadContext
from monitor.ingest.checks import RULES, RULES_AFTER_ACCEPTANCE
from monitor.ingest.columns import column_named, resolve_columns
from monitor.ingest.families import Families
from monitor.ingest.fields import Place
from monitor.ingest.judging import judge_rows
from monitor.ingest.load import FILE_TRUST, stored_reader
from monitor.ingest.lookup import Lookup
from monitor.ingest.normalise import Normaliser, ReadRows
from monitor.ingest.raw import RawRow, RawTable
from monitor.quarantine.repairing import as_repaired
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
class Verdict:
    """What the door says to some rows.

    Parameters
    ----------
    load : LoadContents
        The figures that pass, and what is unusual about them.
    refused : mapping of row id to Refusal
        Rows that do not, and why.
    """

    load: LoadContents
    refused: Mapping[int, Refusal]


def replay(
    store: Store,
    actor: Actor,
    rows: Sequence[QuarantinedRow],
    *,
    context: LoadContext,
    today: dt.date,
    reason: str,
    accept_held: bool = False,
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

    Raises
    ------
    UsageError
        If a row to accept is refused, not merely held.
    SettledRowError
        If somebody acted on one of them since it was read; then nothing is stored.
    """
    verdict = judge(store, actor, rows, context=context, today=today, accept_held=accept_held, reason=reason)
    replays = [Replay(row.row.id, row.actions, verdict.refused.get(row.row.id)) for row in rows]
    report = commands.replay_rows(store, actor, verdict.load, replays, reason=reason)
    passed = tuple(row.row.id for row in rows if row.row.id not in verdict.refused)
    return ReplayReport(report, passed, verdict.refused)


def repair_and_replay(
    store: Store,
    actor: Actor,
    row: QuarantinedRow,
    changes: Mapping[str, str],
    *,
    context: LoadContext,
    today: dt.date,
    reason: str,
) -> ReplayReport:
    """Correct the cells of one row, then send it through the door.

    The repair stays if the door refuses the row again, or if somebody acts between the two.

    Parameters
    ----------
    changes : mapping of str to str
        By the name of the cell in the row; an empty text takes it out.

    Raises
    ------
    SettledRowError
        If somebody acted on the row since it was read.
    UsageError
        If the reason is empty, or nothing changes.
    """
    commands.repair_rows(store, actor, {row.row.id: changes}, seen={row.row.id: row.actions}, reason=reason)
    mended = as_repaired(row, changes)
    return replay(store, actor, [mended], context=context, today=today, reason=reason)


def rows_as_seen(store: Store, actor: Actor, seen: Mapping[int, int]) -> tuple[QuarantinedRow, ...]:
    """Refused rows as they stood when a person saw them, so that an act on them tells what was done since.

    Parameters
    ----------
    seen : mapping of row id to int
        `QuarantinedRow.actions` at that time.

    Raises
    ------
    NotFoundError
        If a row does not exist.
    """
    rows = queries.quarantined_rows(store, actor, ids=seen)
    return tuple(_before_later(row, seen[row.row.id]) for row in rows)


def _before_later(row: QuarantinedRow, actions: int) -> QuarantinedRow:
    """The row without what was done to it after some number of acts."""
    later: list[RowRepair | RowSettlement] = [*row.repairs, *row.settlements]
    later.sort(key=lambda entry: (entry.recorded_at, isinstance(entry, RowSettlement), entry.id))
    dropped = {id(entry) for entry in later[actions:]}
    return replace(
        row,
        repairs=tuple(entry for entry in row.repairs if id(entry) not in dropped),
        settlements=tuple(entry for entry in row.settlements if id(entry) not in dropped),
    )


def judge(
    store: Store,
    actor: Actor,
    rows: Sequence[QuarantinedRow],
    *,
    context: LoadContext,
    today: dt.date,
    accept_held: bool = False,
    reason: str = "",
) -> Verdict:
    """What a replay of some rows would store and refuse; nothing is written.

    Parameters
    ----------
    rows, context, today, accept_held, reason
        See `replay`.

    Raises
    ------
    UsageError
        If a row to accept is refused, not merely held.
    """
    if accept_held:
        _check_held(rows)
    origins = _default_origins(store, actor, rows)
    by_code = {origin.code: origin for origin in origins.values()}
    context = replace(context, origins={**by_code, **context.origins})
    normalisers = {code: Normaliser(Lookup(context, default_origin=code)) for code in by_code}
    places, refused = _placed(rows)
    group = judge_rows(
        ReadRows.of(
            normalisers[origins[row.row.load_id, row.row.refusal.file].code].row(places[row.row.id])
            for row in rows
            if row.row.id in places
        ),
        context,
        Families(context.indicators, context.regions),
        today=today,
        stored=stored_reader(store, actor, today),
        rules=RULES_AFTER_ACCEPTANCE if accept_held else RULES,
    )
    row_of = {id(place): row_id for row_id, place in places.items()}
    for severity in (Severity.REFUSE, Severity.HOLD):
        refused |= {row_of[id(place)]: refusal for place, refusal in group.told[severity]}
    used = {row.origin for row in group.accepted}
    load = LoadContents(
        source=SOURCE,
        file_name=_name(rows),
        sha256=_digest(rows, reason),
        rows=tuple(row.observation() for row in group.accepted),
        warnings=tuple(refusal for _, refusal in group.told[Severity.WARN]),
        origins=tuple(origin for code, origin in by_code.items() if code in used),
        corrections=summarise_uses(group.met),
    )
    return Verdict(load, refused)


def _check_held(rows: Iterable[QuarantinedRow]) -> None:
    """Only what is merely suspicious may be accepted as it stands."""
    for row in rows:
        if row.refusal.severity is not Severity.HOLD:
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


def _placed(rows: Iterable[QuarantinedRow]) -> tuple[dict[int, Place], dict[int, Refusal]]:
    """The rows as they stand repaired, and why some cannot be read: what keeps a whole file out."""
    places: dict[int, Place] = {}
    refused: dict[int, Refusal] = {}
    for row in rows:
        refusal, cells = row.row.refusal, row.cells
        header = tuple(name for name in cells if column_named(name) is not None)
        table = RawTable(refusal.file, refusal.sheet, header, ())
        try:
            names = resolve_columns(refusal.file, refusal.sheet, header)
        except IngestError as error:
            told = replace(refusal, reason=str(error), remedy="Repair the row, or dismiss it.")
            refused[row.row.id] = told
        else:
            places[row.row.id] = Place(table, names, RawRow(refusal.row or 0, cells))
    return places, refused


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
