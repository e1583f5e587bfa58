"""Refused rows: repaired, sent in again, accepted, dismissed; and two people at once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence

import pytest

from monitor import commands, queries
from monitor.core.access import Actor, Role, Scope
from monitor.core.errors import NotFoundError, PermissionDeniedError, SettledRowError, Severity, UsageError
from monitor.core.loading import QuarantinedRow, QuarantineState, SettlementOutcome
from monitor.ingest import LoadContext, contents_of
from monitor.ingest.columns import Column
from monitor.ingest.raw import RawFile, RawRow, RawTable
from monitor.quarantine import Repair, ReplayReport, repair, replay
from monitor.store import Store
from tests.monitor.builders import ADMIN, PLANNER, VIEWER, YEARBOOK, catalogue

TODAY = dt.date(2026, 3, 2)
ON_SQLITE = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
HEADER = ("指标", "地区", "时期", "数值", "单位", "来源")


@pytest.fixture
def seeded(store: Store) -> Store:
    commands.seed_catalogue(store, ADMIN, catalogue())
    commands.record_origins(store, ADMIN, [YEARBOOK])
    return store


def context(store: Store) -> LoadContext:
    return LoadContext(
        queries.get_indicators(store, ADMIN),
        queries.get_regions(store, ADMIN),
        queries.get_origins(store, ADMIN),
    )


def loaded(store: Store, *rows: Sequence[str], name: str = "月报.csv") -> tuple[QuarantinedRow, ...]:
    """Load rows of enterprises; what was refused comes back."""
    raw = tuple(
        RawRow(number, dict(zip(HEADER, row, strict=True))) for number, row in enumerate(rows, start=2)
    )
    file = RawFile(name, name.encode().hex().ljust(64, "0"), (RawTable(name, None, HEADER, raw),))
    commands.record_load(store, ADMIN, contents_of(file, context=context(store), today=TODAY))
    return queries.quarantined_rows(store, ADMIN)


def sent(store: Store, rows: Sequence[QuarantinedRow], **options: object) -> ReplayReport:
    return replay(
        store,
        PLANNER,
        rows,
        context=context(store),
        today=TODAY,
        reason="已核对",
        **options,  # type: ignore[arg-type]
    )


def row(period: str, value: str, unit: str = "家", region: str = "绵阳市") -> tuple[str, ...]:
    return ("hightech_enterprises", region, period, value, unit, "yearbook")


def stored(store: Store) -> dict[str, float]:
    return {e.period: e.value for e in queries.known_observations(store, ADMIN, as_of=TODAY)}


def again(store: Store, row_id: int) -> QuarantinedRow:
    (found,) = queries.quarantined_rows(store, ADMIN, ids=[row_id])
    return found


def test_a_repaired_row_is_stored_by_a_load_of_its_own_and_keeps_what_was_read(seeded: Store) -> None:
    (refused,) = loaded(seeded, row("2022", "500"), row("2023", "约600"))
    repair(seeded, PLANNER, [refused], Repair({Column.VALUE: "600"}), reason="按年鉴核对")
    mended = again(seeded, refused.row.id)
    assert mended.row.raw["数值"] == "约600"
    assert mended.cells["数值"] == "600"
    assert [(each.old, each.new, each.actor) for each in mended.repairs] == [
        ({"数值": "约600"}, {"数值": "600"}, "planner")
    ]
    report = sent(seeded, [mended])
    assert report.replayed == (refused.row.id,)
    assert stored(seeded) == {"2022": 500.0, "2023": 600.0}
    newest = queries.loads(seeded, VIEWER)[0]
    assert (newest.source, newest.id) == ("quarantine", report.load and report.load.load_id)
    settled = again(seeded, refused.row.id)
    assert settled.row.state is QuarantineState.REPLAYED
    assert settled.settlements[0].load_id == newest.id
    trail = queries.audit_trail(seeded, ADMIN, "refused_row", str(refused.row.id))
    assert [entry.entry.action for entry in trail] == [
        "refused_row_repaired", "refused_row_settled", "refused_row_closed",
    ]  # fmt: skip


@ON_SQLITE
def test_a_row_refused_again_waits_with_its_new_reason(seeded: Store) -> None:
    (refused,) = loaded(seeded, row("2022", "500"), row("2023", "约600", region="绵羊市"))
    repair(seeded, PLANNER, [refused], Repair({Column.VALUE: "-600", Column.REGION: "510700"}), reason="x")
    report = sent(seeded, [again(seeded, refused.row.id)])
    assert (report.load, report.replayed) == (None, ())
    waits = again(seeded, refused.row.id)
    assert waits.row.state is QuarantineState.WAITING
    assert (waits.row.refusal.rule, waits.refusal.rule) == ("unknown_region", "below_lower_bound")
    assert waits.settlements[0].outcome is SettlementOutcome.REFUSED_AGAIN
    # The file itself, loaded again, brings nothing new into quarantine.
    assert len(loaded(seeded, row("2022", "500"), row("2023", "约600", region="绵羊市"))) == 1


@ON_SQLITE
def test_some_pass_and_some_do_not(seeded: Store) -> None:
    rows = loaded(seeded, row("2021", "四百", unit="家"), row("2022", "五百"))
    repair(seeded, PLANNER, rows[:1], Repair({Column.VALUE: "400"}), reason="x")
    report = sent(seeded, queries.quarantined_rows(seeded, ADMIN))
    assert report.replayed == (rows[0].row.id,)
    assert list(report.refused) == [rows[1].row.id]
    assert stored(seeded) == {"2021": 400.0}


@ON_SQLITE
def test_all_rows_of_a_slip_are_repaired_alike(seeded: Store) -> None:
    loaded(seeded, row("2020", "420"), row("2021", "450"), name="earlier.csv")
    file = RawFile(
        "slip.csv",
        "ab" * 32,
        (
            RawTable(
                "slip.csv",
                None,
                HEADER,
                tuple(
                    RawRow(at, dict(zip(HEADER, row(year, value, unit="万家"), strict=True)))
                    for at, (year, value) in enumerate((("2022", "500"), ("2023", "520")), start=2)
                ),
            ),
        ),
    )
    known = queries.known_observations(seeded, ADMIN, as_of=TODAY)
    contents = contents_of(file, context=context(seeded), today=TODAY, stored=known)
    load_id = commands.record_load(seeded, ADMIN, contents).load_id
    slipped = queries.quarantined_rows(seeded, ADMIN, load_id=load_id, rule="unit_slip")
    assert len(slipped) == 2
    assert repair(seeded, PLANNER, slipped, Repair({Column.UNIT: "家"}), reason="单位误填") == 2
    sent(seeded, queries.quarantined_rows(seeded, ADMIN, load_id=load_id))
    assert stored(seeded)["2023"] == 520.0


def held_row(store: Store) -> QuarantinedRow:
    """A figure far beyond its past, which a person must look at."""
    past = [row(str(year), str(400 + 12 * (year - 2010) + 4 * (year % 3))) for year in range(2010, 2024)]
    (held,) = loaded(store, *past, row("2024", "2500"))
    assert (held.refusal.rule, held.refusal.severity) == ("outlier", Severity.HOLD)
    return held


@ON_SQLITE
def test_only_what_is_held_may_be_accepted(seeded: Store) -> None:
    held = held_row(seeded)
    _, refused = loaded(seeded, row("2025", "约600", unit="吨"), name="b.csv")
    assert sent(seeded, [held]).refused[held.row.id].rule == "outlier"
    with pytest.raises(UsageError, match="nobody may override"):
        sent(seeded, [refused], accept_held=True)
    sent(seeded, [again(seeded, held.row.id)], accept_held=True)
    assert stored(seeded)["2024"] == 2500.0


@ON_SQLITE
def test_accepting_overrides_no_rule_that_refuses(seeded: Store) -> None:
    held = held_row(seeded)
    repair(seeded, PLANNER, [held], Repair({Column.PERIOD: "2030"}), reason="x")
    report = sent(seeded, [again(seeded, held.row.id)], accept_held=True)
    assert report.refused[held.row.id].rule == "period_not_begun"
    assert "2030" not in stored(seeded)


@ON_SQLITE
def test_rows_without_origin_belong_to_their_file(seeded: Store) -> None:
    (refused,) = loaded(seeded, (*row("2022", "约500")[:5], ""))
    repair(seeded, PLANNER, [refused], Repair({Column.VALUE: "500"}), reason="x")
    sent(seeded, [again(seeded, refused.row.id)])
    (entry,) = queries.known_observations(seeded, ADMIN, as_of=TODAY)
    assert entry.origin == "file:月报.csv"


def test_the_second_person_is_told_what_the_first_did(seeded: Store) -> None:
    (refused,) = loaded(seeded, row("2022", "约500"))
    commands.dismiss_rows(seeded, PLANNER, [refused.row.id], seen={refused.row.id: 0}, reason="年鉴无此数")
    told = r"dismissed \(年鉴无此数\) by planner on 2026-03-02"
    with pytest.raises(SettledRowError, match=told):
        repair(seeded, ADMIN, [refused], Repair({Column.VALUE: "500"}), reason="x")
    with pytest.raises(SettledRowError, match=told):
        sent(seeded, [refused])
    assert stored(seeded) == {}


def test_of_many_at_once_one_settles_a_row(seeded: Store) -> None:
    """Repairs, replays and dismissals on the strength of one look: the first wins, whoever it is."""
    (refused,) = loaded(seeded, row("2022", "约500"))
    seen = {refused.row.id: 0}
    told: list[Exception] = []
    done: list[int] = []

    def act(number: int) -> None:
        actor = Actor(f"planner {number}", frozenset({Role.PLANNER}))
        try:
            if number % 2:
                repair(seeded, actor, [refused], Repair({Column.VALUE: str(500 + number)}), reason="x")
            else:
                commands.dismiss_rows(seeded, actor, [refused.row.id], seen=seen, reason="x")
            done.append(number)
        except SettledRowError as error:
            told.append(error)

    people = [threading.Thread(target=act, args=(number,)) for number in range(6)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert (len(done), len(told)) == (1, 5)
    assert again(seeded, refused.row.id).actions == 1


@ON_SQLITE
def test_wrong_use_is_told(seeded: Store) -> None:
    (refused,) = loaded(seeded, row("2022", "约500"))
    with pytest.raises(UsageError, match="Nothing to repair"):
        repair(seeded, PLANNER, [refused], Repair({Column.VALUE: "约500"}), reason="x")
    with pytest.raises(UsageError, match="no cell 'colour'"):
        repair(seeded, PLANNER, [refused], Repair(cells={"colour": "red"}), reason="x")
    with pytest.raises(UsageError, match="with a reason"):
        repair(seeded, PLANNER, [refused], Repair({Column.VALUE: "500"}), reason=" ")
    with pytest.raises(NotFoundError):
        queries.quarantined_rows(seeded, ADMIN, ids=[99])
    with pytest.raises(PermissionDeniedError):
        queries.quarantined_rows(seeded, VIEWER)
    elsewhere = Actor("else", frozenset({Role.PLANNER}), Scope(regions=frozenset({"510000"})))
    repair(seeded, PLANNER, [refused], Repair({Column.VALUE: "500"}), reason="x")
    with pytest.raises(PermissionDeniedError, match="510700"):
        replay(
            seeded,
            elsewhere,
            [again(seeded, refused.row.id)],
            context=context(seeded),
            today=TODAY,
            reason="x",
        )
