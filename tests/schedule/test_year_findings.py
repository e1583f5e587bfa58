"""Which weeks the year bench expects a digest of."""

from __future__ import annotations

import datetime as dt

import pytest

from bench.year_parts.findings import weeks_due
from monitor.config import WorkingDays
from monitor.core.weeks import Week


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("2026-02-09T08:29:00+08:00", 5),
        ("2026-02-09T08:31:00+08:00", 6),
        ("2026-02-22T20:30:00+08:00", 6),
        ("2026-02-24T08:31:00+08:00", 8),
    ],
)
def test_a_digest_is_expected_once_it_was_due(until: str, last: int) -> None:
    """The Mondays of 16 and 23 February 2026 are days off: weeks 7 and 8 are due on Tuesday 24."""
    calendar = WorkingDays()
    due = weeks_due(Week(2026, 1), until=dt.datetime.fromisoformat(until), calendar=calendar)
    assert due == [Week(2026, number) for number in range(1, last + 1)]
