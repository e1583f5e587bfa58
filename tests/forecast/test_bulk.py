"""A panel made at once is the panel made series by series."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import forecast
from forecast.bulk import panel_in_bulk

ONE = forecast.Series("template", 1, 0, np.empty(0), group="g", lower=0.0)
TWO = forecast.Series("template", 12, 0, np.empty(0), reporting=forecast.Reporting.YTD, batch_months=(11,))
FACTS: dict[str, Any] = {
    "templates": [ONE, TWO],
    "template_of": np.array([0, 1, 0]),
    "periods_per_year": np.array([1, 12, 4]),
    "first": np.array([2010, 24120, 8040]),
    "values": np.array([1.0, np.nan, 3.0, 4.0, 5.0, 6.0]),
    "offsets": np.array([0, 3, 5, 6]),
}


def test_it_equals_series_made_one_by_one() -> None:
    panel = panel_in_bulk(["a", "b", "c"], **FACTS)
    singly = forecast.Panel.of(
        [
            forecast.Series("a", 1, 2010, np.array([1.0, np.nan, 3.0]), group="g", lower=0.0),
            forecast.Series(
                "b", 12, 24120, np.array([4.0, 5.0]), reporting=forecast.Reporting.YTD, batch_months=(11,)
            ),
            forecast.Series("c", 4, 8040, np.array([6.0]), group="g", lower=0.0),
        ]
    )
    assert list(panel.series) == list(singly.series)
    for found, wanted in zip(panel, singly, strict=True):
        one, other = dict(vars(found)), dict(vars(wanted))
        np.testing.assert_array_equal(one.pop("values"), other.pop("values"))
        assert one == other
        np.testing.assert_array_equal(found.measured, wanted.measured)
        with pytest.raises(ValueError, match="read-only"):
            found.values[0] = 9.0


@pytest.mark.parametrize(
    ("names", "change", "words"),
    [
        (["a", "c", "b"], {}, "'b' comes after 'c'"),
        (["a", "a", "b"], {}, "'a' comes after 'a'"),
        (["a", "b", "c"], {"periods_per_year": np.array([1, 2, 4])}, "'b' has 2 periods"),
        (["a", "b", "c"], {"values": np.array([1.0, 2, 3, 4, np.inf, 6])}, "'b' holds an infinite"),
    ],
)
def test_what_no_series_may_hold_is_refused(names: list[str], change: dict[str, Any], words: str) -> None:
    with pytest.raises(forecast.SeriesError, match=words):
        panel_in_bulk(names, **(FACTS | change))


def test_nothing_makes_an_empty_panel() -> None:
    nothing = np.array([], dtype=np.int64)
    empty = {"template_of": nothing, "periods_per_year": nothing, "first": nothing, "values": np.array([])}
    assert len(panel_in_bulk([], templates=[ONE], offsets=np.array([0]), **empty)) == 0
