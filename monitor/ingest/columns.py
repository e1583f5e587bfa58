"""The column names of an observation file, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from monitor.core.errors import IngestError
from monitor.ingest.cells import name_key


class Column(StrEnum):
    """Columns of the layout (docs/architecture.md, observation files)."""

    INDICATOR = "indicator"
    REGION = "region"
    PERIOD = "period"
    VALUE = "value"
    UNIT = "unit"
    STATUS = "status"
    PUBLISHED_ON = "published_on"
    BASIS = "basis"
    ORIGIN = "origin"
    NOTE = "note"
    EMBARGO_UNTIL = "embargo_until"


CHINESE_NAMES: Mapping[str, Column] = {
    "指标": Column.INDICATOR,
    "地区": Column.REGION,
    "时期": Column.PERIOD,
    "数值": Column.VALUE,
    "单位": Column.UNIT,
    "状态": Column.STATUS,
    "发布日期": Column.PUBLISHED_ON,
    "口径": Column.BASIS,
    "来源": Column.ORIGIN,
    "备注": Column.NOTE,
    "解禁日期": Column.EMBARGO_UNTIL,
}
REQUIRED = (Column.INDICATOR, Column.REGION, Column.PERIOD, Column.VALUE, Column.UNIT)
_BY_KEY = {**{column.value: column for column in Column}, **CHINESE_NAMES}


@lru_cache(maxsize=4096)
def column_named(name: str) -> Column | None:
    """The column a header cell names, or None."""
    return _BY_KEY.get(name_key(name))


def resolve_columns(file: str, sheet: str | None, header: Sequence[str]) -> dict[Column, str]:
    """Which header cell stands for which column.

    Parameters
    ----------
    file, sheet : str
        Named in errors.
    header : sequence of str
        Names as written; none of them twice.

    Returns
    -------
    dict
        Column to the name as written, for the columns that are there.

    Raises
    ------
    IngestError
        If a name is unknown or a required column is missing; the whole file is refused, because
        a misspelt `status` or `published_on` would otherwise be lost without a word.
    """
    place = f"Sheet {sheet!r}: " if sheet else ""
    unknown = [name for name in header if column_named(name) is None]
    if unknown:
        raise IngestError(
            file,
            f"{place}unknown column{'s' if len(unknown) > 1 else ''} {', '.join(map(repr, unknown))}.",
            f"Allowed: {allowed_names()}. Rename or remove the rest.",
        )
    found = {column: name for name in header if (column := column_named(name)) is not None}
    missing = [column for column in REQUIRED if column not in found]
    if missing:
        names = ", ".join(both_names(column) for column in missing)
        raise IngestError(
            file,
            f"{place}the required column{'s' if len(missing) > 1 else ''} {names} "
            f"{'are' if len(missing) > 1 else 'is'} missing.",
            "Add what is missing; a unit or a region is never guessed.",
        )
    return found


def both_names(column: Column) -> str:
    """`value (数值)`."""
    chinese = next(name for name, known in CHINESE_NAMES.items() if known is column)
    return f"{column} ({chinese})"


def allowed_names() -> str:
    """Every column name that is understood."""
    return ", ".join(both_names(column) for column in Column)
