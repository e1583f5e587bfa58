"""`configs/corrections.yaml`: known errors of sources, checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from monitor.config.reading import read_list
from monitor.config.sources import Sourced, check_period, duplicates
from monitor.core.catalogue import Code, Entry, PeriodText, RegionCode
from monitor.core.corrections import Correction, Corrections
from monitor.core.errors import ConfigError, ConfigProblem, UnitError
from monitor.core.units import to_base, unit_named

_LISTED = "corrections"
_Sentence = Annotated[str, Field(min_length=1)]


class CorrectionEntry(Entry):
    """One known error as written; both values in `unit`."""

    code: Code
    origin: _Sentence
    indicator: Code
    region: RegionCode
    period: PeriodText
    wrong: float
    right: float
    unit: str
    reason: _Sentence
    document: _Sentence


class CorrectionFile(Entry):
    """`configs/corrections.yaml`."""

    corrections: tuple[CorrectionEntry, ...]


def load_corrections(configs_dir: Path) -> Corrections:
    """The known errors of sources of a workspace; none where the file is missing.

    Raises
    ------
    ConfigError
        With every problem of the file.
    """
    path = Path(configs_dir) / "corrections.yaml"
    if not path.exists():
        return Corrections()
    reading = read_list(
        path,
        head=CorrectionFile,
        item=CorrectionEntry,
        key=_LISTED,
        shown_as=f"{path.parent.name}/{path.name}",
    )
    entries = [Sourced(reading.file, entry) for entry in reading.items]
    problems = [*reading.problems, *duplicates(entries, _LISTED), *_checked(entries)]
    if problems:
        raise ConfigError(problems)
    return Corrections(_correction(sourced.entry) for sourced in entries)


def _checked(entries: list[Sourced[CorrectionEntry]]) -> Iterator[ConfigProblem]:
    for sourced in entries:
        entry = sourced.entry
        yield from check_period(sourced, _LISTED, "period", entry.period)
        if entry.wrong == entry.right:
            yield sourced.problem(
                _LISTED, "right", found=f"{entry.right:g}, the wrong value itself", allowed="another value"
            )
        try:
            unit_named(entry.unit)
        except UnitError:
            yield sourced.problem(
                _LISTED, "unit", found=repr(entry.unit), allowed="a unit such as 亿元, 家 or %"
            )


def _correction(entry: CorrectionEntry) -> Correction:
    base = unit_named(entry.unit).base
    fields = entry.model_dump() | {
        "wrong": to_base(entry.wrong, entry.unit, base=base),
        "right": to_base(entry.right, entry.unit, base=base),
    }
    return Correction(**fields)
