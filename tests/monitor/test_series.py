"""Releases become a series: the last in force, breaks cut, finer figures apart; when the next is due."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from monitor.core.freshness import expected_publication, freshness_of, next_reported
from monitor.core.indicators import Reporting
from monitor.core.periods import Frequency, Period
from monitor.core.records import KnownOnBasis, Observation, Region, Status
from monitor.core.series import assemble
from monitor.core.snapshot import Snapshot, group_releases
from tests.builders import an_indicator

ANNUAL = an_indicator("rd", reporting=Reporting.YTD, lag_days=270, peers="province")
MONTHLY = replace(ANNUAL, frequency=Frequency.MONTHLY, reported_months=tuple(range(2, 13)), lag_days=20)


def release(
    period: str, value: float, known_on: str, *, basis: str = "a", region: str = "510000"
) -> Observation:
    return Observation(
        indicator="rd",
        region=region,
        period=period,
        value=value,
        status=Status.FINAL,
        published_on=known_on,
        known_on=dt.date.fromisoformat(known_on),
        known_on_basis=KnownOnBasis.PUBLISHED,
        recorded_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        definition_basis=basis,
        embargo_until=None,
        origin="o",
        note="",
    )


def test_the_last_release_of_a_period_is_in_force() -> None:
    known = assemble(
        [release("2020", 1.0, "2021-09-01"), release("2020", 2.0, "2022-01-01")],
        ANNUAL,
        "510000",
        trust={"o": 1},
    )
    assert [entry.value for _, entry in known.values] == [2.0]


def test_a_new_definition_cuts_what_lies_before() -> None:
    entries = [
        release("2018", 1.0, "2019-09-01"),
        release("2019", 2.0, "2020-09-01"),
        release("2020", 3.0, "2021-09-01", basis="b"),
    ]
    known = assemble(entries, ANNUAL, "510000", trust={"o": 1})
    assert [str(period) for period, _ in known.values] == ["2020"]
    assert (str(known.definition_changed_in), known.earlier_basis) == ("2020", "a")


def test_figures_within_the_year_stand_apart_from_an_annual_series() -> None:
    known = assemble(
        [release("2020", 1.0, "2021-09-01"), release("2021-06", 0.4, "2021-07-20")],
        ANNUAL,
        "510000",
        trust={},
    )
    assert [str(period) for period, _ in known.values] == ["2020"]
    assert [str(period) for period, _ in known.within_year] == ["2021-06"]
    assert known.at(Period.parse("2020")).value == 1.0
    assert known.at(Period.parse("2019")) is None


def test_the_snapshot_keeps_peers_of_the_same_level() -> None:
    regions = {
        code: Region(code, code, code, code, level, parent)
        for code, level, parent in (
            ("100000", "nation", None),
            ("510000", "province", "100000"),
            ("360000", "province", "100000"),
        )
    }
    entries = [release("2020", 1.0, "2021-09-01", region=code) for code in regions]
    snapshot = Snapshot(dt.date(2022, 1, 1), {"rd": ANNUAL}, regions, group_releases(entries), {"o": 1})
    assert snapshot.peers_of("rd", "510000") == ("360000",)
    kept = snapshot.keeping(lambda entry: entry.region == "360000")
    assert kept.series("rd", "510000") is None
    assert snapshot.series("rd", "510000") is not None


@pytest.mark.parametrize(
    ("last", "as_of", "following", "missed"),
    [
        ("2023", "2024-11-01", "2024", 0),
        ("2023", "2025-10-01", "2024", 1),
        ("2023", "2026-11-21", "2024", 2),
    ],
)
def test_missed_releases_of_an_annual_series(last: str, as_of: str, following: str, missed: int) -> None:
    found = freshness_of(Period.parse(last), ANNUAL, as_of=dt.date.fromisoformat(as_of))
    assert (str(found.next), found.missed) == (following, missed)


def test_january_is_not_expected_where_it_is_never_reported() -> None:
    assert str(next_reported(Period.parse("2025-12"), MONTHLY)) == "2026-02"
    found = freshness_of(Period.parse("2025-12"), MONTHLY, as_of=dt.date(2026, 3, 1))
    assert found.missed == 0
    assert found.expected_on == expected_publication(Period.parse("2026-02"), MONTHLY) == dt.date(2026, 3, 20)
