"""Which release counts: a readable table of cases."""

import datetime as dt
from typing import Any

from monitor.core.records import KnownOnBasis, Observation, Status
from monitor.core.releases import first_release, first_releases, values_in_force

TRUST = {"yearbook": 1, "repost": 4}
MORNING = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def release(value: float, known_on: str, **changes: Any) -> Observation:
    fields = {
        "indicator": "rd",
        "region": "510000",
        "period": "2016",
        "status": Status.FINAL,
        "published_on": known_on,
        "known_on_basis": KnownOnBasis.PUBLISHED,
        "recorded_at": MORNING,
        "definition_basis": "old",
        "embargo_until": None,
        "origin": "yearbook",
        "note": "",
    }
    return Observation(**{**fields, "value": value, "known_on": dt.date.fromisoformat(known_on), **changes})


def chosen(*entries: Observation) -> list[float]:
    return [entry.value for entry in values_in_force(entries, trust=TRUST)]


def test_the_last_release_known_is_in_force_in_any_order() -> None:
    first, census = release(2.34, "2017-12-31"), release(2.67, "2019-12-31")
    assert chosen(first, census) == chosen(census, first) == [2.67]


def test_on_one_day_the_better_trust_wins_over_the_firmer_status() -> None:
    trusted = release(1.0, "2017-12-31", status=Status.PRELIMINARY)
    assert chosen(release(2.0, "2017-12-31", origin="repost"), trusted) == [1.0]


def test_on_one_day_and_of_one_trust_final_wins_over_preliminary() -> None:
    final = release(1.0, "2017-12-31")
    preliminary = release(2.0, "2017-12-31", status=Status.PRELIMINARY)
    assert chosen(final, preliminary) == chosen(preliminary, final) == [1.0]


def test_an_unknown_origin_ranks_last() -> None:
    assert chosen(release(1.0, "2017-12-31", origin="repost"), release(2.0, "2017-12-31", origin="?")) == [
        1.0
    ]


def test_every_period_has_its_own_value_in_force() -> None:
    assert chosen(release(1.0, "2017-12-31"), release(2.0, "2018-12-31", period="2017")) == [1.0, 2.0]


def test_a_target_is_judged_on_the_first_release_that_settles() -> None:
    entries = [
        release(2.70, "2017-08-01", status=Status.PRELIMINARY),
        release(2.50, "2017-09-01", status=Status.YEAR_INFERRED),
        release(2.34, "2017-12-31"),
        release(2.67, "2019-12-31", status=Status.REVISED),
    ]
    for order in (entries, entries[::-1]):
        found = first_release(order, trust=TRUST)
        assert found is not None
        assert found.value == 2.34


def test_preliminary_figures_settle_nothing() -> None:
    assert first_release([release(2.7, "2017-08-01", status=Status.PRELIMINARY)], trust=TRUST) is None
    assert first_releases([], trust=TRUST) == ()


def test_among_first_releases_of_one_day_the_better_trust_settles() -> None:
    found = first_release(
        [release(2.0, "2017-12-31", origin="repost"), release(1.0, "2017-12-31")], trust=TRUST
    )
    assert found is not None
    assert found.value == 1.0
