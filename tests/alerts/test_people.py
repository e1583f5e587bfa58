"""People: what the file may say, versions, and that a decision in the database rules over the file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor import commands, queries
from monitor.commands import Change
from monitor.config.people import load_people
from monitor.core.errors import (
    ConfigError,
    NotFoundError,
    PermissionDeniedError,
    PersonError,
    StalePersonError,
    UsageError,
)
from monitor.core.people import Rhythm
from monitor.store import Store
from tests.alerts.test_queueing import ELSEWHERE, LI, WANG
from tests.monitor.builders import ADMIN, PLANNER, VIEWER, FakeClock, catalogue

ENTRY = "{{code: {code}, name: 李娜, email: {email}, departments: [{department}]{more}}}"


def people_file(folder: Path, *entries: str) -> Path:
    lines = "".join(f"  - {entry}\n" for entry in entries)
    (folder / "people.yaml").write_text(f"people:\n{lines}" if lines else "people: []\n", encoding="utf-8")
    return folder


def entry(
    code: str = "li_na", email: str = "li.na@example.invalid", department: str = "kjj_gaoxin", more: str = ""
) -> str:
    return ENTRY.format(code=code, email=email, department=department, more=more)


def test_a_file_gives_people_with_the_usual_rhythm(tmp_path: Path) -> None:
    people_file(tmp_path, entry(), entry("wang", more=", escalates_to: li_na, rhythm: monthly"))
    li, wang = load_people(tmp_path, catalogue())
    assert li == replace(LI, name="李娜")
    assert (wang.rhythm, wang.escalates_to) == (Rhythm.MONTHLY, "li_na")


def test_no_file_and_an_empty_one_are_nobody(tmp_path: Path) -> None:
    assert load_people(tmp_path, catalogue()) == ()
    assert load_people(people_file(tmp_path), catalogue()) == ()


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([entry(more=", phone: '1'")], "the unknown key 'phone'"),
        ([entry(department="kjj_nowhere")], "a department of departments.yaml"),
        ([entry(email="'li.na@example.invalid\\nBcc: x@example.invalid'")], "one e-mail address"),
        ([entry(email="li na@example.invalid")], "one e-mail address"),
        ([entry(email="li.na@localhost")], "one e-mail address"),
        ([entry(), entry()], "each code once"),
        ([entry(more=", escalates_to: nobody")], "a person of people.yaml"),
        (
            [entry(more=", escalates_to: wang"), entry("wang", more=", escalates_to: li_na")],
            "leads back to li_na",
        ),
        ([entry(more=", escalates_to: li_na")], "leads back to li_na"),
        ([entry(more=", rhythm: daily")], "weekly"),
        ([entry().replace("李娜", '"李\\n娜"')], "one line of printable text"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(tmp_path: Path, entries: list[str], told: str) -> None:
    with pytest.raises(ConfigError, match=r"people\.yaml: people") as refused:
        load_people(people_file(tmp_path, *entries), catalogue())
    assert told in str(refused.value)


@pytest.fixture
def seeded(store: Store) -> Store:
    commands.seed_catalogue(store, ADMIN, catalogue())
    commands.seed_people(store, ADMIN, [LI, WANG], version="v1")
    return store


def test_a_changed_file_is_shown_before_it_is_applied(seeded: Store) -> None:
    changed = [replace(LI, language="en"), ELSEWHERE]
    shown = commands.seed_people(seeded, ADMIN, changed, version="v2")
    assert [(entry.code, entry.change) for entry in shown.entries] == [
        ("li_na", Change.CHANGED),
        ("sun", Change.ADDED),
        ("wang", Change.MISSING),
    ]
    assert queries.get_people(seeded, ADMIN)["li_na"] == LI
    assert commands.seed_people(seeded, ADMIN, changed, version="v2", apply=True).applied
    people = queries.get_people(seeded, ADMIN)
    assert (people["li_na"].language, set(people)) == ("en", {"li_na", "sun", "wang"})


def test_the_file_does_not_subscribe_anyone_again(seeded: Store) -> None:
    commands.unsubscribe_person(seeded, ADMIN, "wang", reason="本人要求")
    shown = commands.seed_people(seeded, ADMIN, [LI, WANG], version="v1", apply=True)
    assert [(entry.code, entry.change) for entry in shown.entries] == [("wang", Change.KEPT)]
    wang = queries.get_people(seeded, ADMIN)["wang"]
    assert (wang.rhythm, wang.urgent) == (Rhythm.NEVER, False)


def test_earlier_versions_stay_readable(seeded: Store, clock: FakeClock) -> None:
    then = clock.now()
    clock.advance(days=1)
    assert commands.save_person(seeded, ADMIN, replace(LI, active=False), reason="调离") == 2
    assert commands.save_person(seeded, ADMIN, replace(LI, active=False), reason="调离") is None
    assert queries.get_people(seeded, ADMIN, recorded_until=then)["li_na"].active
    assert not queries.get_people(seeded, ADMIN)["li_na"].active


def test_people_unsubscribe_themselves_and_nobody_else(seeded: Store) -> None:
    wang = replace(VIEWER, name="wang")
    assert commands.unsubscribe_person(seeded, wang, "wang", reason="link") == 2
    assert commands.unsubscribe_person(seeded, wang, "wang", reason="link") is None
    with pytest.raises(PermissionDeniedError):
        commands.unsubscribe_person(seeded, wang, "li_na", reason="link")
    with pytest.raises(NotFoundError, match="li_na"):
        commands.unsubscribe_person(seeded, ADMIN, "li_nan", reason="x")


def test_a_person_rises_to_somebody_else_who_is_known(seeded: Store) -> None:
    commands.save_person(seeded, ADMIN, replace(WANG, escalates_to="li_na"), reason="分工")
    with pytest.raises(UsageError, match="rise to li_na"):
        commands.save_person(seeded, ADMIN, replace(LI, escalates_to="wang"), reason="分工")
    with pytest.raises(NotFoundError, match="department"):
        commands.save_person(seeded, ADMIN, replace(LI, departments=("x",)), reason="分工")


def test_addresses_are_seen_by_planners_alone(seeded: Store) -> None:
    assert set(queries.get_people(seeded, PLANNER)) == {"li_na", "wang"}
    with pytest.raises(PermissionDeniedError):
        queries.get_people(seeded, VIEWER)


def test_two_editors_of_one_person_hear_of_each_other(seeded: Store) -> None:
    seen = queries.person_versions(seeded, ADMIN)["li_na"].version
    commands.save_person(seeded, ADMIN, replace(LI, language="en"), reason="调整", seen_version=seen)
    with pytest.raises(StalePersonError, match="version 1; now version 2") as refused:
        commands.save_person(seeded, ADMIN, replace(LI, name="李娜娜"), reason="更名", seen_version=seen)
    assert refused.value.fields == ("language",)
    assert refused.value.changed_by == ADMIN.name
    with pytest.raises(StalePersonError, match="code wang is taken"):
        commands.save_person(seeded, ADMIN, WANG, reason="新任", seen_version=0)
    again = replace(LI, name="李娜娜", language="en")
    assert commands.save_person(seeded, ADMIN, again, reason="更名", seen_version=2) == 3


@pytest.mark.parametrize(
    ("field", "found"),
    [("code", "Li Na"), ("name", "李\n娜"), ("name", " "), ("email", "li.na@localhost"), ("language", "fr")],
)
def test_a_person_saved_is_held_to_the_standard_of_the_file(seeded: Store, field: str, found: str) -> None:
    with pytest.raises(PersonError) as refused:
        commands.save_person(seeded, ADMIN, replace(LI, **{field: found}), reason="x")
    assert refused.value.field == field
