"""What came after a question's day changes nothing in its answer, in the pool neither."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.monitor.files.builders import GROWTH, answered, figures, read, target

HEAD = "series_id,period,value,known_on"
AS_OF = "2016-06-30"
ROWS = [f"{row},{int(row.split(',')[1]) + 1}-03-15" for row in figures()]
ASKED = [target(name, name, AS_OF, 180, "2018-12-31") for name in GROWTH]
ASKED += [target("rank", "b", AS_OF, 2, "2017-12-31", kind="rank")]
GROUPS = ("series_id,group", [f"{name},g" for name in (*GROWTH, "d")])


def answers(rows: list[str], asked: list[str] = ASKED, head: str = HEAD) -> str:
    with tempfile.TemporaryDirectory() as folder:
        inputs = read(Path(folder), history=rows, targets=asked, series=GROUPS, head=head)
        return str(answered(inputs).to_csv())


KNOWN_THEN = [row for row in ROWS if row.rpartition(",")[2] <= AS_OF]
THEN = answers(KNOWN_THEN)


def test_without_the_future_the_answers_are_the_same() -> None:
    assert len(KNOWN_THEN) < len(ROWS)
    assert answers(ROWS) == THEN


def test_without_known_on_a_figure_is_known_at_the_end_of_its_period() -> None:
    rows = figures()
    early = [row for row in rows if int(row.split(",")[1]) <= 2015]
    assert answers(rows, head="series_id,period,value") == answers(early, head="series_id,period,value")


later = st.integers(1, 2000).map(lambda days: (dt.date.fromisoformat(AS_OF) + dt.timedelta(days)).isoformat())
future_row = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from(["2009", "2012", "2016", "2017", "2019-Q2", "2018-03"]),
    st.one_of(st.floats(-1e6, 1e6).map(repr), st.sampled_from(["", "x", "NaN", "inf"])),
    later,
).map(",".join)


@settings(max_examples=15, deadline=None)
@given(st.lists(future_row, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_no_row_of_the_future_changes_an_answer(rows: list[str], random: object) -> None:
    """Releases, new periods, new series, new frequencies and slips: all came too late to matter."""
    mixed = [*KNOWN_THEN, *rows]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert answers(mixed) == THEN


@settings(max_examples=5, deadline=None)
@given(st.permutations(ASKED))
def test_other_targets_change_nothing(asked: list[str]) -> None:
    also = [target("x", "a", "2019-12-31", 150, "2020-12-31"), target("y", "c", AS_OF, 5, "2030-12-31")]
    found = answers(ROWS, [*asked[:2], *also, *asked[2:]]).splitlines()
    assert sorted(line for line in found if line[0] not in "xy") == sorted(THEN.splitlines())


@pytest.mark.parametrize("day", ["2017-06-30", "2019-12-31"])
def test_the_day_decides_what_counts(day: str) -> None:
    assert answers(ROWS, [row.replace(AS_OF, day) for row in ASKED]) != THEN
