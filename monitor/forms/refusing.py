"""Rows of a form that cannot be believed as they stand: each with its sentence and its cells."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from monitor.core.errors import Refusal
from monitor.core.indicators import Indicator
from monitor.core.ledger import in_force
from monitor.core.records import Target
from monitor.forms.content import RowKind
from monitor.forms.labels import FILLED, TITLES, Field
from monitor.forms.reading import FilledForm, FilledRow
from monitor.ingest.cells import shown
from monitor.ingest.columns import Column

Refused = tuple[Refusal, Mapping[str, str]]
"""Why, and the cells as they wait in quarantine."""

_COLUMN_OF = {
    Field.INDICATOR: Column.INDICATOR,
    Field.REGION: Column.REGION,
    Field.PERIOD: Column.PERIOD,
    Field.VALUE: Column.VALUE,
    Field.UNIT: Column.UNIT,
    Field.STATUS: Column.STATUS,
    Field.NOTE: Column.NOTE,
}


def refused(
    form: str, row: FilledRow, field: Field | None, *, rule: str, reason: str, remedy: str
) -> Refused:
    """A row that is not stored; its cells stand in quarantine under the names of a file of figures."""
    found = "" if field is None else row.text(field)
    column = TITLES[field][0] if field is not None else None
    refusal = Refusal(form, row.sheet, row.number, column, rule, shown(found), reason, remedy)
    return refusal, waiting_cells(row)


def waiting_cells(row: FilledRow) -> dict[str, str]:
    """The cells of a row for quarantine: those of a figure named so that they can be repaired."""
    held = row.cells
    if row.kind is RowKind.FIGURE:
        named = dict(zip((Column.INDICATOR, Column.REGION, Column.PERIOD), row.parts, strict=True))
        cells = {column.value: text for column, text in named.items()}
        fields = (Field.VALUE, Field.UNIT, Field.STATUS, Field.NOTE)
        return cells | {_COLUMN_OF[name].value: held[name] for name in fields if held.get(name)}
    if Field.VALUE in held:
        return {column.value: held[name] for name, column in _COLUMN_OF.items() if held.get(name)}
    about = {"target": row.parts[0] if row.parts else held.get(Field.TARGET, held.get(Field.MILESTONE, ""))}
    return about | {name.value: text for name, text in held.items() if name in FILLED}


def check_rows(
    form: FilledForm, targets: Sequence[Target], indicators: Mapping[str, Indicator], *, as_of: dt.date
) -> tuple[list[FilledRow], list[Refused]]:
    """The rows that may be taken, and those refused whole.

    Parameters
    ----------
    targets : sequence of Target
        Those the department answers for now.
    indicators : mapping of str to Indicator
        Of the catalogue.
    """
    answered = answered_for(targets, indicators, as_of=as_of)
    sound, bad = [], []
    for rows in _by_key(form.rows).values():
        problem = _disagreement(rows) if len(rows) > 1 else None
        for row in rows if problem else rows[:1]:
            found = problem or _unknown(row) or _not_theirs(row, answered) or _uncalculated(row)
            if found is None:
                sound.append(row)
            else:
                field, rule, reason, remedy = found
                bad.append(refused(form.name, row, field, rule=rule, reason=reason, remedy=remedy))
    return sound, bad


def answered_for(
    targets: Sequence[Target], indicators: Mapping[str, Indicator], *, as_of: dt.date
) -> set[tuple[str, ...]]:
    """Codes of the targets in force, and the series they are judged by."""
    found: set[tuple[str, ...]] = set()
    for target in targets:
        entry = in_force(target.history, as_of=as_of)
        if entry is None or entry.terms.withdrawn:
            continue
        found.add((target.code,))
        code = entry.terms.indicator
        if code is not None:
            leaning = indicators[code].growth_indicator
            found |= {(each, entry.terms.region) for each in (code, leaning) if each}
    return found


_Problem = tuple[Field | None, str, str, str]


def _by_key(rows: Sequence[FilledRow]) -> dict[object, list[FilledRow]]:
    """Rows that claim to be the same; a row without a key of this form is alone."""
    found: dict[object, list[FilledRow]] = defaultdict(list)
    for row in rows:
        found[row.key if row.kind else (row.sheet, row.number)].append(row)
    return found


def _disagreement(rows: Sequence[FilledRow]) -> _Problem | None:
    said = [{name: row.text(name) for name in FILLED} for row in rows]
    if all(each == said[0] for each in said):
        return None
    places = " and ".join(f"row {row.number} of {row.sheet}" for row in rows)
    return (
        None,
        "row_filled_twice",
        f"One row of the form stands in {places}, filled in differently.",
        "Keep the right one, and repair or dismiss this.",
    )


def _unknown(row: FilledRow) -> _Problem | None:
    if row.kind is not None:
        return None
    told = f"its row key {shown(row.key)!r} is none of this form" if row.key else "it has no row key"
    return (
        Field.KEY,
        "unknown_form_row",
        f"What the row is about cannot be told: {told}.",
        "Compare it with the form; repair indicator, region and period, or fill in a fresh form.",
    )


def _not_theirs(row: FilledRow, answered: set[tuple[str, ...]]) -> _Problem | None:
    what = row.parts[:2] if row.kind is RowKind.FIGURE else row.parts[:1]
    if what in answered:
        return None
    return (
        None,
        "not_answered_for",
        f"The department does not answer for {' in '.join(what)} any more: the target was withdrawn, "
        "or given to another department, since the form was made.",
        "Ask the planning department, or export a fresh form.",
    )


def _uncalculated(row: FilledRow) -> _Problem | None:
    for field in FILLED & row.cells.keys():
        formula = row.text(field)
        if not formula.startswith("="):
            continue
        return (
            field,
            "formula_without_value",
            f"{TITLES[field][0]} holds the formula {shown(formula)}, and no result was saved with it.",
            "Open the form in a spreadsheet program, let it calculate, save it and send it again.",
        )
    return None
