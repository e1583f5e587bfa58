"""Refused rows found by what they name, tried before anything is written, acted on as they were seen."""

from __future__ import annotations

import pytest

from monitor import commands, queries
from monitor.core.errors import PermissionDeniedError, SettledRowError
from monitor.core.loading import QuarantineFilter, QuarantineState
from monitor.ingest.columns import Column
from monitor.quarantine import (
    Repair,
    as_repaired,
    judge,
    named_rows,
    repair,
    repair_and_replay,
    rows_as_seen,
    rows_naming,
    series_of,
)
from monitor.store import Store
from tests.monitor.builders import ADMIN, PLANNER, VIEWER, YEARBOOK, catalogue
from tests.quarantine.test_quarantine import ON_SQLITE, TODAY, again, context, loaded, row, sent, stored


@pytest.fixture
def seeded(store: Store) -> Store:
    commands.seed_catalogue(store, ADMIN, catalogue())
    commands.record_origins(store, ADMIN, [YEARBOOK])
    return store


def filled(store: Store) -> None:
    """Four rows that wait: two cities in three spellings, two rules."""
    loaded(
        store,
        row("2022", "约500"),
        row("2022", "约600", region="510700"),
        row("2022", "700", unit="吨", region="火星"),
        row("2022", "800", unit="吨", region="绵阳市"),
    )


def test_rows_are_counted_and_given_page_by_page(seeded: Store) -> None:
    filled(seeded)
    counts = queries.quarantine_counts(seeded, PLANNER)
    assert (counts.total, dict(counts.by_rule)) == (
        4,
        {"bad_value": 2, "unknown_region": 1, "unknown_unit": 1},
    )
    page = queries.quarantine_page(seeded, PLANNER, QuarantineFilter(), first=1, limit=2)
    assert ([each.row.id for each in page.rows], page.first, page.total) == ([2, 3], 1, 4)
    units = queries.quarantine_page(seeded, PLANNER, QuarantineFilter(rule="unknown_unit"))
    assert [each.row.id for each in units.rows] == [4]
    with pytest.raises(PermissionDeniedError):
        queries.quarantine_page(seeded, VIEWER, QuarantineFilter())


def test_one_region_is_found_in_every_spelling(seeded: Store) -> None:
    filled(seeded)
    found = named_rows(seeded, PLANNER, Column.REGION, context=context(seeded))
    assert [(each.code, set(each.texts), each.rows) for each in found] == [
        ("510700", {"绵阳市", "510700"}, 3),
        (None, {"火星"}, 1),
    ]
    wanted = QuarantineFilter(cells=(rows_naming(Column.REGION, found[0]),))
    assert queries.quarantine_page(seeded, PLANNER, wanted).total == 3


def test_a_row_is_counted_under_the_rule_of_its_last_attempt(seeded: Store) -> None:
    (refused,) = loaded(seeded, row("2022", "约500"))
    repair(seeded, PLANNER, [refused], Repair({Column.VALUE: "-5"}), reason="x")
    sent(seeded, [again(seeded, refused.row.id)])
    assert dict(queries.quarantine_counts(seeded, PLANNER).by_rule) == {"below_lower_bound": 1}
    assert queries.quarantine_actions(seeded, PLANNER, QuarantineFilter(rule="below_lower_bound")) == {
        refused.row.id: 2
    }
    everything = QuarantineFilter(state=QuarantineState.DISMISSED)
    assert queries.quarantine_page(seeded, PLANNER, everything).total == 0


@ON_SQLITE
def test_a_trial_says_what_the_door_would_say_and_writes_nothing(seeded: Store) -> None:
    (refused,) = loaded(seeded, row("2022", "约500"))
    wanted = as_repaired(refused, {"数值": "500"})
    verdict = judge(seeded, PLANNER, [wanted], context=context(seeded), today=TODAY)
    assert ([each.value for each in verdict.load.rows], verdict.refused) == ([500.0], {})
    wrong = judge(
        seeded, PLANNER, [as_repaired(refused, {"数值": "-5"})], context=context(seeded), today=TODAY
    )
    assert wrong.refused[refused.row.id].rule == "below_lower_bound"
    assert again(seeded, refused.row.id).actions == 0
    assert stored(seeded) == {}


@ON_SQLITE
def test_repair_and_replay_are_one_act_of_two_steps(seeded: Store) -> None:
    (refused,) = loaded(seeded, row("2022", "约500"))
    report = repair_and_replay(
        seeded,
        PLANNER,
        refused,
        {"数值": "500"},
        context=context(seeded),
        today=TODAY,
        reason="按年鉴核对",
    )
    assert report.replayed == (refused.row.id,)
    assert stored(seeded) == {"2022": 500.0}
    with pytest.raises(SettledRowError) as told:
        repair_and_replay(
            seeded, ADMIN, refused, {"数值": "5"}, context=context(seeded), today=TODAY, reason="x"
        )
    assert (told.value.deed, told.value.who, told.value.reason) == ("replayed", "planner", "按年鉴核对")


@ON_SQLITE
def test_rows_stand_as_they_were_seen_so_that_a_later_act_is_told(seeded: Store) -> None:
    (refused,) = loaded(seeded, row("2022", "约500"))
    repair(seeded, ADMIN, [refused], Repair({Column.VALUE: "500"}), reason="来电更正")
    (seen,) = rows_as_seen(seeded, PLANNER, {refused.row.id: 0})
    assert (seen.actions, seen.cells["数值"]) == (0, "约500")
    with pytest.raises(SettledRowError, match="来电更正"):
        sent(seeded, [seen])
    (now,) = rows_as_seen(seeded, PLANNER, {refused.row.id: 1})
    assert sent(seeded, [now]).replayed == (refused.row.id,)


@ON_SQLITE
def test_a_row_leads_to_its_series_where_the_catalogue_knows_it(seeded: Store) -> None:
    cells = {"指标": "hightech_enterprises", "地区": "绵阳市", "数值": "5"}
    assert series_of(cells, context(seeded)) == ("hightech_enterprises", "510700")
    assert series_of({**cells, "地区": "火星"}, context(seeded)) is None
    assert series_of({}, context(seeded)) is None
