"""The ledger of a target: dated, chained, never overwritten."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.targets import Comparator, TargetKind
from monitor.core.errors import TargetRuleError
from monitor.core.ledger import (
    Commitment,
    Revision,
    Terms,
    broken_link,
    check_effective,
    in_force,
    next_revision,
    published,
)

TERMS = Terms(
    indicator="hnte_stock",
    region="510700",
    kind=TargetKind.LEVEL,
    comparator=Comparator.AT_LEAST,
    value=900.0,
    value_upper=None,
    unit="家",
    written_decimals=0,
    start=None,
    deadline=dt.date(2026, 12, 31),
    departments=("high_tech",),
    commitment=Commitment.EXPECTED,
)
FIRST_DAY = dt.date(2026, 1, 15)
NOON = dt.datetime(2026, 1, 15, 4, tzinfo=dt.UTC)


def revise(history: list[Revision], day: dt.date, **changes: Any) -> list[Revision]:
    entry = next_revision(
        history,
        target="t",
        effective_on=day,
        recorded_at=NOON + dt.timedelta(hours=len(history)),
        actor="zhang",
        reason=changes.pop("reason", "as published"),
        document="文件1号",
        terms=replace(history[-1].terms if history else TERMS, **changes),
    )
    return [*history, entry]


@st.composite
def ledgers(draw: st.DrawFn) -> list[Revision]:
    values = draw(st.lists(st.integers(1, 10**6), min_size=1, max_size=6, unique=True))
    gaps = draw(st.lists(st.integers(0, 90), min_size=len(values), max_size=len(values)))
    history, day = [], FIRST_DAY
    for value, gap in zip(values, gaps, strict=True):
        day += dt.timedelta(days=gap)
        history = revise(history, day, value=float(value))
    return history


@given(ledgers(), st.integers(1, 10**6), st.integers(1, 400))
def test_revising_then_reading_earlier_gives_the_old_target(
    history: list[Revision], value: int, later: int
) -> None:
    if float(value) == history[-1].terms.value:
        return
    day = history[-1].effective_on + dt.timedelta(days=later)
    revised = revise(history, day, value=float(value))
    for as_of in (FIRST_DAY, history[-1].effective_on, day - dt.timedelta(days=1)):
        assert in_force(revised, as_of=as_of) == in_force(history, as_of=as_of)
    assert in_force(revised, as_of=day) == revised[-1]
    assert published(revised) == history[0]


def test_before_the_first_entry_there_is_no_target() -> None:
    assert in_force(revise([], FIRST_DAY), as_of=FIRST_DAY - dt.timedelta(days=1)) is None


EDITS: dict[str, Any] = {
    "target": "u",
    "sequence": 9,
    "effective_on": dt.date(2020, 1, 1),
    "recorded_at": NOON - dt.timedelta(days=9),
    "actor": "somebody",
    "reason": "another",
    "document": "none",
    "terms": replace(TERMS, value=0.5),  # no ledger here holds it: values are drawn whole
    "previous_hash": "f" * 64,
    "hash": "e" * 64,
}


@given(ledgers(), st.data())
def test_any_edit_breaks_the_chain(history: list[Revision], data: st.DataObject) -> None:
    assert broken_link(history) is None
    place = data.draw(st.integers(0, len(history) - 1))
    field = data.draw(st.sampled_from(sorted(EDITS)))
    edited = [*history]
    edited[place] = replace(edited[place], **{field: EDITS[field]})
    assert broken_link(edited) == place + 1


@given(ledgers(), st.data())
def test_a_missing_entry_breaks_the_chain(history: list[Revision], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(history) - 1))
    rest = history[:place] + history[place + 1 :]
    # Cutting the end off leaves a shorter sound chain: only a copy elsewhere can show that.
    assert broken_link(rest) == (place + 1 if place < len(rest) else None)


def test_terms_survive_storage() -> None:
    terms = replace(TERMS, value=3.42, value_upper=4, comparator=Comparator.BETWEEN, start="2025-12")
    assert Terms.from_json(json.loads(json.dumps(terms.to_json()))) == terms


def test_a_store_that_returns_floats_keeps_the_chain() -> None:
    history = revise([], FIRST_DAY, value=900)
    returned = [replace(history[0], terms=replace(history[0].terms, value=900.0))]
    assert broken_link(returned) is None


def test_the_chain_does_not_depend_on_the_time_zone() -> None:
    history = revise([], FIRST_DAY)
    shanghai = dt.timezone(dt.timedelta(hours=8))
    moved = [replace(history[0], recorded_at=history[0].recorded_at.astimezone(shanghai))]
    assert broken_link(moved) is None


@pytest.mark.parametrize(
    ("changes", "day", "sentence"),
    [
        ({"value": 850.0, "reason": "  "}, FIRST_DAY, "a ledger entry needs a reason"),
        ({}, FIRST_DAY, "nothing changes; the ledger keeps only real revisions"),
        ({"value": 850.0}, dt.date(2026, 1, 14), "would come before the entry of 2026-01-15"),
        ({"region": "510000"}, FIRST_DAY, "indicator and region belong to its identity"),
        ({"indicator": "sme_register"}, FIRST_DAY, "indicator and region belong to its identity"),
    ],
)
def test_what_a_revision_may_not_do(changes: dict[str, Any], day: dt.date, sentence: str) -> None:
    with pytest.raises(TargetRuleError, match=sentence):
        revise(revise([], FIRST_DAY), day, **changes)


def test_an_entry_may_take_effect_within_a_year() -> None:
    check_effective(dt.date(2027, 1, 1), target="t", today=FIRST_DAY)
    with pytest.raises(TargetRuleError, match="until 2027-01-16, not on 2031-01-01"):
        check_effective(dt.date(2031, 1, 1), target="t", today=FIRST_DAY)


def test_a_withdrawn_target_stays_withdrawn() -> None:
    withdrawn = revise(revise([], FIRST_DAY), FIRST_DAY, withdrawn=True, reason="dropped")
    with pytest.raises(TargetRuleError, match="was withdrawn on 2026-01-15; open a new target instead"):
        revise(withdrawn, dt.date(2026, 2, 1), withdrawn=False)
