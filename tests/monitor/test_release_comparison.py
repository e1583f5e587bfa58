"""Which figures are one release, what it is, and what it changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from monitor.core.errors import UsageError
from monitor.core.records import KnownOnBasis, Observation, Status
from monitor.core.releases import ReleaseKind, compare_figures, group_into_releases, parse_release_id
from tests.monitor.builders import MORNING, figure

CENSUS = dt.date(2025, 12, 26)


def known(value: float, period: str, day: dt.date, **changes: Any) -> Observation:
    entry = figure(value, period, known_on=day, **changes)
    return Observation(**entry._asdict(), recorded_at=MORNING)


def history(day: dt.date, *values: float, **changes: Any) -> list[Observation]:
    return [known(value, str(2018 + at), day, **changes) for at, value in enumerate(values)]


def test_a_census_revision_of_a_whole_history_is_one_release() -> None:
    before = [known(100.0 + at, str(2018 + at), dt.date(2019 + at, 8, 30)) for at in range(5)]
    newest, *earlier = group_into_releases([*before, *history(CENSUS, 110, 111, 112, 113, 104)])
    assert (newest.id, newest.kind) == ("yearbook@2025-12-26", ReleaseKind.REVISED)
    assert newest.counts == {ReleaseKind.REVISED: 4, ReleaseKind.REPEATED: 1}
    assert [release.kind for release in earlier] == [ReleaseKind.FIRST] * 5
    assert parse_release_id(newest.id) == ("yearbook", CENSUS, None)


def test_preliminary_then_final() -> None:
    first = known(100.0, "2024", dt.date(2025, 2, 1), status=Status.PRELIMINARY)
    last = known(101.0, "2024", dt.date(2025, 9, 1))
    assert [r.kind for r in group_into_releases([last, first])] == [
        ReleaseKind.FINAL,
        ReleaseKind.PRELIMINARY,
    ]


def test_two_definitions_of_a_period_on_one_day_are_two_releases() -> None:
    found = group_into_releases(
        [*history(CENSUS, 1, 2, definition_basis="old"), *history(CENSUS, 3, 4, definition_basis="new")]
    )
    assert [release.id for release in found] == ["yearbook@2025-12-26#new", "yearbook@2025-12-26#old"]
    assert parse_release_id(found[0].id) == ("yearbook", CENSUS, "new")


def test_an_undated_release_says_so() -> None:
    (release,) = group_into_releases([known(1.0, "2024", CENSUS, known_on_basis=KnownOnBasis.LAG)])
    assert not release.is_dated


def test_changes_stand_biggest_first_and_everything_is_counted() -> None:
    old = history(dt.date(2025, 1, 1), 100, 200, 300, 0)
    new = [*history(CENSUS, 101, 150, 300, 5), known(7.0, "2030", CENSUS)]
    found = compare_figures(old, new)
    assert [change.period for change in found.changed] == ["2021", "2019", "2018"]
    assert [change.share for change in found.changed] == [None, -0.25, 0.01]
    assert found.changed[1].difference == -50.0
    assert (found.unchanged, found.only_old, found.only_new) == (1, 0, 1)


@pytest.mark.parametrize("text", ["yearbook", "@2025-12-26", "yearbook@2025-13-01", "yearbook@"])
def test_what_is_no_release_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no release"):
        parse_release_id(text)
