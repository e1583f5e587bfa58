"""How `configs/` differs from what the database holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Plain = Mapping[str, Any]
"""An entry as JSON values, field by field."""


class Change(StrEnum):
    """What kind of difference an entry shows."""

    ADDED = "added"
    """In the files only; applying inserts it."""
    CHANGED = "changed"
    """Described differently; applying takes the files' words over."""
    MISSING = "missing"
    """In the database only; it stays."""
    KEPT = "kept"
    """The dated rows rule: terms of a target differ (revise them), or a person was saved since."""


@dataclass(frozen=True)
class EntryDifference:
    """One entry that differs.

    Parameters
    ----------
    subject_kind : str
        region, department, indicator, plan, target or person.
    fields : mapping of str to (stored, configured)
        The fields that differ, as JSON values; empty for added and missing entries.
    """

    subject_kind: str
    code: str
    change: Change
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def old(self) -> dict[str, Any]:
        """The stored values that differ."""
        return {name: values[0] for name, values in self.fields.items()}

    @property
    def new(self) -> dict[str, Any]:
        """The configured values that differ."""
        return {name: values[1] for name, values in self.fields.items()}

    def __str__(self) -> str:
        told = "; ".join(f"{name}: {old!r} -> {new!r}" for name, (old, new) in self.fields.items())
        return f"{self.change} {self.subject_kind} {self.code}{': ' + told if told else ''}"


@dataclass(frozen=True)
class CatalogueDifference:
    """Everything that differs, and whether it was applied.

    Parameters
    ----------
    version : str
        Version of the catalogue that was compared.
    entries : tuple of EntryDifference
        Regions, departments, indicators, plans, targets, in that order.
    is_first : bool
        Whether the database held no catalogue before.
    applied : bool
        Whether additions and changes were written; missing and kept entries never are.
    """

    version: str
    entries: tuple[EntryDifference, ...]
    is_first: bool
    applied: bool

    def of(self, change: Change, subject_kind: str | None = None) -> tuple[EntryDifference, ...]:
        """The entries with one kind of difference."""
        return tuple(
            entry
            for entry in self.entries
            if entry.change is change and subject_kind in (None, entry.subject_kind)
        )

    @property
    def is_empty(self) -> bool:
        """Whether files and database agree."""
        return not self.entries

    @property
    def is_applicable(self) -> bool:
        """Whether applying would write anything."""
        return bool(self.of(Change.ADDED) or self.of(Change.CHANGED))


def compare(
    subject_kind: str, *, stored: Mapping[str, Plain], configured: Mapping[str, Plain]
) -> Iterator[EntryDifference]:
    """Differences of one kind of entry: added and changed in the order of the files, then missing."""
    for code, plain in configured.items():
        if code not in stored:
            yield EntryDifference(subject_kind, code, Change.ADDED)
        elif fields := differing_fields(stored[code], plain):
            yield EntryDifference(subject_kind, code, Change.CHANGED, fields)
    for code in stored:
        if code not in configured:
            yield EntryDifference(subject_kind, code, Change.MISSING)


def differing_fields(stored: Plain, configured: Plain) -> dict[str, tuple[Any, Any]]:
    """Fields whose values differ, as (stored, configured)."""
    names = list(configured) + [name for name in stored if name not in configured]
    return {
        name: (stored.get(name), configured.get(name))
        for name in names
        if stored.get(name) != configured.get(name)
    }
