"""The figures of a form through the door: reading, what was reported meanwhile, checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from monitor import queries
from monitor.core.access import Actor
from monitor.core.corrections import Corrections
from monitor.core.loading import LoadContents
from monitor.core.records import Observation, Origin, Status
from monitor.core.units import from_base, unit_named
from monitor.forms.labels import Field
from monitor.forms.reading import FilledForm, FilledRow
from monitor.forms.refusing import Refused, refused, waiting_cells
from monitor.ingest import LoadContext, contents_of, load_context
from monitor.ingest.candidates import Candidate
from monitor.ingest.columns import Column, resolve_columns
from monitor.ingest.families import Families
from monitor.ingest.fields import Place
from monitor.ingest.lookup import Lookup
from monitor.ingest.normalise import Normaliser
from monitor.ingest.raw import RawFile, RawRow, RawTable
from monitor.store import Store

SOURCE = "forms"
_HEADER = tuple(
    column.value
    for column in (
        Column.INDICATOR,
        Column.REGION,
        Column.PERIOD,
        Column.VALUE,
        Column.UNIT,
        Column.STATUS,
        Column.NOTE,
        Column.PUBLISHED_ON,
        Column.ORIGIN,
    )
)


@dataclass(frozen=True)
class FormFigures:
    """What the door says of the figures of a form.

    Parameters
    ----------
    contents : LoadContents
        Those that passed, and those the checks refused.
    refused : sequence of (Refusal, cells)
        Those of periods that were reported otherwise meanwhile.
    already_reported : int
        Those that stand in the database with the same value.
    stored : sequence of Observation
        What the database holds of the families of the indicators.
    """

    contents: LoadContents
    refused: Sequence[Refused]
    already_reported: int
    stored: Sequence[Observation]


def load_of_figures(
    store: Store,
    actor: Actor,
    rows: Sequence[FilledRow],
    *,
    form: FilledForm,
    origin: Origin,
    day: dt.date,
    corrections: Corrections,
) -> FormFigures:
    """Read and check the figures of a form; nothing is stored.

    Parameters
    ----------
    rows : sequence of FilledRow
        Figures the department answers for.
    day : datetime.date
        The day of the report: its figures become known on it.
    corrections : Corrections
        Known errors of sources.
    """
    known = load_context(store, actor, source=SOURCE, default_origin=origin.code, corrections=corrections)
    context = replace(known, origins={**known.origins, origin.code: origin})
    stored = _stored(store, actor, rows, context, day)
    kept: list[FilledRow] = []
    late: list[Refused] = []
    for row, read in zip(rows, _read(form, rows, context, day), strict=True):
        held = _reported(read, stored) if isinstance(read, Candidate) else []
        if isinstance(read, Candidate) and held:
            if not any(_is_same(entry, read) for entry in held):
                late.append(_reported_meanwhile(form, row, read, held[-1]))
        else:
            kept.append(row)
    raw = RawFile(form.name, form.digest, _tables(form, kept, day, origin.code))
    contents = contents_of(raw, context=context, today=day, stored=stored)
    return FormFigures(contents, late, already_reported=len(rows) - len(kept) - len(late), stored=stored)


def _read(
    form: FilledForm, rows: Sequence[FilledRow], context: LoadContext, day: dt.date
) -> Iterable[object]:
    """Each row as a figure in base units, or as what it cannot be read for."""
    origin = str(context.default_origin)
    normaliser = Normaliser(Lookup(context, default_origin=origin))
    for row in rows:
        table = _table(form, row.sheet, [row], day, origin)
        names = resolve_columns(table.file, table.sheet, table.header)
        yield from (normaliser.row(Place(table, names, each)) for each in table.rows)


def _tables(form: FilledForm, rows: Sequence[FilledRow], day: dt.date, origin: str) -> tuple[RawTable, ...]:
    sheets = dict.fromkeys(row.sheet for row in rows)
    return tuple(
        _table(form, sheet, [row for row in rows if row.sheet == sheet], day, origin) for sheet in sheets
    )


def _table(form: FilledForm, sheet: str, rows: Sequence[FilledRow], day: dt.date, origin: str) -> RawTable:
    added = {Column.PUBLISHED_ON.value: day.isoformat(), Column.ORIGIN.value: origin}
    raw = tuple(RawRow(row.number, waiting_cells(row) | added) for row in rows)
    return RawTable(form.name, sheet, _HEADER, raw)


def _stored(
    store: Store, actor: Actor, rows: Sequence[FilledRow], context: LoadContext, day: dt.date
) -> list[Observation]:
    """Stored figures of the families of indicators the form reports on."""
    families = Families(context.indicators, context.regions)
    named = {row.parts[0] for row in rows} & context.indicators.keys()
    indicators = families.members({families.family_of(code) for code in named})
    return queries.known_observations(store, actor, as_of=day, indicators=indicators) if named else []


def _reported(row: Candidate, stored: Iterable[Observation]) -> list[Observation]:
    """Figures of the same period that leave nothing to ask: a final one may follow a preliminary one."""
    key = (row.indicator.code, row.region, str(row.period))
    return [
        entry
        for entry in stored
        if (entry.indicator, entry.region, entry.period) == key
        and not (entry.status is Status.PRELIMINARY and row.status.settles)
    ]


def _is_same(entry: Observation, row: Candidate) -> bool:
    """Equal at published decimals."""
    factor, decimals = unit_named(row.indicator.display_unit).factor, row.indicator.decimals
    return round(entry.value / factor, decimals) == round(row.value / factor, decimals)


def _reported_meanwhile(form: FilledForm, row: FilledRow, read: Candidate, held: Observation) -> Refused:
    unit = read.indicator.display_unit
    stands = f"{from_base(held.value, unit):,.12g} {unit}"
    return refused(
        form.name,
        row,
        Field.VALUE,
        rule="reported_meanwhile",
        reason=f"{read.indicator.code} in {read.region} for {read.period} was reported on {held.known_on} as "
        f"{stands} ({held.origin}); the form says {row.text(Field.VALUE)} {row.text(Field.UNIT)}.",
        remedy="If the form corrects it, replay the row; otherwise dismiss it.",
    )
