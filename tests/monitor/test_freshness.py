"""When a figure is due, late, and when a series is silent; the same silence that makes a flag grey."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace

import pytest

from monitor import commands, queries
from monitor.core.access import Scope
from monitor.core.freshness import FreshnessState, freshness_of
from monitor.core.periods import Frequency, Period
from monitor.store import Store
from tests.builders import an_indicator
from tests.monitor.builders import ADMIN, CITY_VIEWER, OWNER, VIEWER, catalogue, figure, load

MONTHLY = an_indicator(
    "monthly", frequency=Frequency.MONTHLY, lag_days=20, reported_months=tuple(range(2, 13))
)
DAY = dt.date(2026, 3, 20)


@pytest.mark.parametrize(
    ("last", "day", "state", "next_period", "expected_on"),
    [
        ("2025-10", "2025-11-30", "current", "2025-11", "2025-12-20"),
        ("2025-10", "2025-12-01", "expected", "2025-11", "2025-12-20"),
        ("2025-10", "2025-12-20", "expected", "2025-11", "2025-12-20"),
        ("2025-10", "2025-12-21", "late", "2025-11", "2025-12-20"),
        ("2025-10", "2026-01-21", "late", "2025-11", "2025-12-20"),
        ("2025-10", "2026-03-20", "late", "2025-11", "2025-12-20"),  # January is not reported
        ("2025-10", "2026-03-21", "silent", "2025-11", "2025-12-20"),
        ("2025-12", "2026-02-27", "current", "2026-02", "2026-03-20"),
    ],
)
def test_states_of_a_monthly_series(
    last: str, day: str, state: str, next_period: str, expected_on: str
) -> None:
    as_of = dt.date.fromisoformat(day)
    fresh = freshness_of(Period.parse(last), MONTHLY, as_of=as_of)
    assert fresh.state(as_of=as_of, silent_after_missed=2).value == state
    assert (str(fresh.next), fresh.expected_on.isoformat()) == (next_period, expected_on)


def test_states_are_ordered_from_best_to_worst() -> None:
    assert [state.severity for state in FreshnessState] == [0, 1, 2, 3]


def stored(store: Store) -> Store:
    commands.seed_catalogue(store, ADMIN, catalogue(), apply=True)
    rows = [
        figure(500.0, "2020", known_on=dt.date(2021, 4, 30)),
        figure(510.0, "2021", known_on=dt.date(2022, 4, 30)),
        figure(3.0, "2025-09", known_on=dt.date(2025, 10, 30)),  # finer than the indicator's own
        figure(9.0e8, "2025", indicator="rd_expenditure", region="510000", known_on=dt.date(2026, 3, 1)),
        figure(7.0, "2024", indicator="patents_granted", known_on=dt.date(2025, 3, 1)),
        figure(8.0, "2025", indicator="patents_granted", known_on=dt.date(2026, 3, 1),
               embargo_until=dt.date(2026, 4, 1)),
    ]  # fmt: skip
    commands.record_load(store, ADMIN, load(*rows))
    return store


def asked(
    store: Store, actor: object = ADMIN, as_of: dt.date = dt.date(2025, 12, 31)
) -> dict[str, tuple[str, str]]:
    found = queries.freshness(store, actor, as_of=as_of, silent_after_missed=2)  # type: ignore[arg-type]
    return {each.indicator: (str(each.freshness.last), each.state.value) for each in found}


def test_the_worst_comes_first_with_those_who_answer_for_it(store: Store) -> None:
    stored(store)
    found = queries.freshness(store, ADMIN, as_of=dt.date(2025, 12, 31), silent_after_missed=2)
    assert [(each.indicator, each.state.value, each.departments) for each in found] == [
        ("hightech_enterprises", "silent", ("kjj_gaoxin",)),
        ("patents_granted", "current", ()),
    ]
    assert (found[0].freshness.missed, str(found[0].freshness.last)) == (3, "2021")


def test_nobody_answers_after_the_deadline(store: Store) -> None:
    stored(store)
    found = queries.freshness(store, ADMIN, as_of=dt.date(2026, 3, 2), silent_after_missed=2)
    assert {each.departments for each in found} == {()}


def test_only_what_was_known_and_may_be_seen_counts(store: Store) -> None:
    stored(store)
    assert asked(store)["patents_granted"] == ("2024", "current")
    seen = asked(store, as_of=dt.date(2026, 3, 2))
    assert seen["patents_granted"] == ("2025", "current")
    assert asked(store, VIEWER, dt.date(2026, 3, 2))["patents_granted"] == ("2024", "expected")
    assert "rd_expenditure" not in asked(store, CITY_VIEWER, dt.date(2026, 3, 2))


def test_departments_of_other_scopes_are_not_told(store: Store) -> None:
    stored(store)
    elsewhere = replace(OWNER, scope=Scope(departments=frozenset({"kjj_guihua"})))
    found = queries.freshness(store, elsewhere, as_of=dt.date(2025, 12, 31), silent_after_missed=2)
    assert {each.departments for each in found} == {()}


def test_ten_thousand_series_take_less_than_a_second(store: Store) -> None:
    codes = [f"i{number:03}" for number in range(200)]
    regions = [f"{number:06}" for number in range(50)]
    base = catalogue()
    many = replace(
        base,
        indicators={code: replace(MONTHLY, code=code) for code in codes},
        regions=tuple(base.regions[0].model_copy(update={"code": code, "parent": None}) for code in regions),
        departments=(),
        plans=(base.plans[0].model_copy(update={"targets": (), "region": regions[0]}),),
    )
    commands.seed_catalogue(store, ADMIN, many, apply=True)
    rows = [
        figure(1.0, period, indicator=code, region=region, known_on=dt.date(2026, 1, 20))
        for code in codes
        for region in regions
        for period in ("2025-11", "2025-12")
    ]
    commands.record_load(store, ADMIN, load(*rows))
    started = time.process_time()  # whatever else the machine does
    found = queries.freshness(store, ADMIN, as_of=DAY, silent_after_missed=2)
    seconds = time.process_time() - started
    assert len(found) == 10_000
    assert seconds < 1
