"""`configs/people.yaml`: the people who are told, checked against the departments and each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from monitor.config.loading import Catalogue
from monitor.config.reading import read_list
from monitor.config.sources import Sourced, circles, duplicates, unknown
from monitor.core.catalogue import Code, Entry
from monitor.core.errors import ConfigError, ConfigProblem
from monitor.core.people import LONGEST_NAME, Person, Rhythm, is_address, is_name

FILE = "people.yaml"
_LISTED = "people"


class PersonEntry(Entry):
    """One person as written in `configs/people.yaml`."""

    code: Code
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    email: str = ""
    language: Literal["zh", "en"] = "zh"
    departments: tuple[Code, ...]
    rhythm: Rhythm = Rhythm.WEEKLY
    urgent: bool = True
    channels: tuple[Code, ...] = ()
    escalates_to: Code | None = None
    sees_embargoed: bool = False
    active: bool = True

    @field_validator("name")
    @classmethod
    def _is_one_line(cls, name: str) -> str:
        if not is_name(name):
            raise ValueError("one line of printable text")
        return name

    @field_validator("email")
    @classmethod
    def _is_an_address(cls, email: str) -> str:
        if email and not is_address(email):
            raise ValueError("one e-mail address such as zhang.wei@example.invalid, or nothing")
        return email

    def person(self) -> Person:
        """The person it describes."""
        return Person(**{name: getattr(self, name) for name in type(self).model_fields})


class PeopleFile(Entry):
    """The whole file."""

    people: tuple[PersonEntry, ...]


def load_people(configs_dir: Path, catalogue: Catalogue) -> tuple[Person, ...]:
    """The people of a workspace; nobody if it has no such file.

    Parameters
    ----------
    configs_dir : Path
        Folder that may hold `people.yaml`.
    catalogue : Catalogue
        Its checked catalogue, for the departments.

    Raises
    ------
    ConfigError
        With every problem of the file.
    """
    path = Path(configs_dir) / FILE
    if not path.exists():
        return ()
    shown_as = f"{path.parent.name}/{FILE}"
    reading = read_list(path, head=PeopleFile, item=PersonEntry, key=_LISTED, shown_as=shown_as)
    sourced = [Sourced(shown_as, entry) for entry in reading.items]
    departments = {entry.code for entry in catalogue.departments}
    problems = [
        *reading.problems,
        *duplicates(sourced, _LISTED),
        *_check_references(sourced, departments=departments, refused=reading.refused_codes),
        *_check_circles(sourced),
    ]
    if problems:
        raise ConfigError(problems)
    return tuple(entry.person() for entry in reading.items)


def _check_references(
    people: Sequence[Sourced[PersonEntry]], *, departments: set[str], refused: frozenset[str]
) -> Iterator[ConfigProblem]:
    """Departments and people that are referred to are there."""
    known = refused.union(sourced.entry.code for sourced in people)
    for sourced in people:
        for code in sourced.entry.departments:
            what = "a department of departments.yaml"
            yield from unknown(sourced, _LISTED, "departments", code, known=departments, what=what)
        above = sourced.entry.escalates_to
        yield from unknown(
            sourced, _LISTED, "escalates_to", above, known=known, what="a person of people.yaml"
        )


def _check_circles(people: Sequence[Sourced[PersonEntry]]) -> Iterator[ConfigProblem]:
    first = {sourced.entry.code: sourced for sourced in reversed(people)}
    for code in circles({code: sourced.entry.escalates_to for code, sourced in first.items()}):
        found = f"{first[code].entry.escalates_to!r}, which leads back to {code}"
        yield first[code].problem(_LISTED, "escalates_to", found=found, allowed="a person above, or none")
