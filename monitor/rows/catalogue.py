"""The catalogue and the people in it, from their rows and back."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter

from monitor.core.indicators import Indicator
from monitor.core.people import Person
from monitor.core.records import (
    Department,
    Origin,
    Plan,
    Region,
)
from monitor.rows.base import AnyRow

_INDICATOR = TypeAdapter(Indicator)
_PERSON = TypeAdapter(Person)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Build thousands of records without looking for garbage among them: half the time otherwise."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def indicator_document(indicator: Indicator) -> dict[str, Any]:
    """An indicator as plain JSON values."""
    document: dict[str, Any] = _INDICATOR.dump_python(indicator, mode="json")
    return document


def indicator_from(document: dict[str, Any]) -> Indicator:
    """The inverse of `indicator_document`."""
    return _INDICATOR.validate_python(document)


def region_from(row: AnyRow) -> Region:
    """A region of the catalogue."""
    return Region(**{each.name: getattr(row, each.name) for each in fields(Region)})


def department_from(row: AnyRow) -> Department:
    """A department of the catalogue."""
    return Department(**{each.name: getattr(row, each.name) for each in fields(Department)})


def plan_from(row: AnyRow) -> Plan:
    """A plan of the catalogue."""
    return Plan(**{each.name: getattr(row, each.name) for each in fields(Plan)})


def origin_from(row: AnyRow) -> Origin:
    """An origin of figures."""
    return Origin(**{each.name: getattr(row, each.name) for each in fields(Origin)})


def person_document(person: Person) -> dict[str, Any]:
    """A person as JSON values."""
    document: dict[str, Any] = _PERSON.dump_python(person, mode="json")
    return document


def person_from(document: dict[str, Any]) -> Person:
    """The person a stored version describes."""
    return _PERSON.validate_python(document)
