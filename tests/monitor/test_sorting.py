"""What a figure is beside hundreds of releases, found by look-up, is what going through them finds."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from monitor.commands.sorting import Known, Sorter, Standing
from monitor.core.loading import NewObservation
from monitor.core.records import KnownOnBasis, Status
from tests.builders import an_indicator

AMOUNT = an_indicator("amount")  # shown in 亿元 with two decimals
TRUST = {"best": 1, "good": 2, "as_good": 2, "file": 9}

releases = st.builds(
    lambda value, status, day, basis, origin: NewObservation(
        "amount", "510700", "2022", value, status, None, dt.date(2023, 1, day), KnownOnBasis.PUBLISHED,
        basis, None, origin, "",
    ),
    st.sampled_from([1e8, 1.000000001e8, 1.1e8, 2e8]),
    st.sampled_from([Status.PRELIMINARY, Status.FINAL, Status.REVISED]),
    st.integers(1, 5),
    st.sampled_from(["", "2016"]),
    st.sampled_from(sorted(TRUST)),
)  # fmt: skip


@given(st.lists(releases, max_size=5), st.lists(releases, min_size=1, max_size=12))
def test_look_ups_say_what_going_through_all_says(
    stored: list[NewObservation], rows: list[NewObservation]
) -> None:
    sorter = Sorter({"amount": AMOUNT}, trust=TRUST)
    for entry in stored:
        sorter.remember(entry[:3], Known.of(entry))
    there = [Known.of(entry) for entry in stored]
    expected, kept = [], []
    for row in rows:
        standing = _by_going_through(there, Known.of(row))
        expected.append(standing)
        if standing is not Standing.UNCHANGED:
            kept.append(row)
            there.append(Known.of(row))
    assert sorter.keep(rows) == kept
    assert sorter.counts == {each: expected.count(each) for each in Standing}


def _by_going_through(stored: list[Known], release: Known) -> Standing:
    if not stored:
        return Standing.NEW
    if release in stored:
        return Standing.UNCHANGED
    same = [known for known in stored if _same(known) == _same(release)]
    if same:
        is_better = TRUST[release.origin] < min(TRUST[known.origin] for known in same)
        return Standing.CONFIRMED if is_better else Standing.UNCHANGED
    earlier = [known for known in stored if known.known_on <= release.known_on]
    before = max(earlier, key=_rank) if earlier else min(stored, key=_rank)
    return Standing.CONFIRMED if _shown(before) == _shown(release) else Standing.REVISED


def _same(known: Known) -> tuple[object, ...]:
    return known.known_on, known.definition_basis, known.status.settles, _shown(known)


def _rank(known: Known) -> tuple[dt.date, int]:
    return known.known_on, -TRUST[known.origin]


def _shown(known: Known) -> float:
    return round(known.value / 1e8, AMOUNT.decimals)
