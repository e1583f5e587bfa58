"""A series taken apart into single periods."""

import numpy as np
import pytest

from forecast import Reporting
from forecast.models.libraries.history import history_of

from .builders import annual, monthly


def test_sums_since_january_become_months():
    rows = [np.cumsum([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])] * 2
    history = history_of(monthly("a", rows))
    assert history.season == 12
    assert np.exp(history.x).round(9).tolist() == [*range(1, 13)] * 2


def test_a_january_never_reported_leaves_the_calendar():
    rows = [[None, *np.cumsum([3.0] * 11)]] * 3
    history = history_of(monthly("a", rows))
    assert history.season == 11
    assert history.ordinals[0] % 12 == 1
    assert np.exp(history.x) == pytest.approx(3.0)
    assert [int(t) % 12 for t in history.ahead(12)] == [*range(1, 12), 1]


def test_a_sum_over_a_missing_month_is_shared_out_as_usual():
    months = np.array([1.0, 1, 4, 2, 1, 1, 1, 1, 1, 1, 1, 1])
    whole = np.cumsum(months)
    gappy = [*whole[:2], None, *whole[3:]]
    history = history_of(monthly("a", [whole, whole, gappy]))
    assert np.exp(history.x[24 + 2 : 24 + 4]) == pytest.approx([4, 2])


def test_a_downward_correction_is_no_negative_flow():
    rows = [[1.0, 3, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12]] * 2
    history = history_of(monthly("a", rows))
    assert history.space.back(history.x).min() >= 0


def test_a_thin_beginning_is_left_out():
    history = history_of(annual("a", [1.0] + [np.nan] * 8 + [5, 6, 7, np.nan, 9, 10]))
    assert history.ordinals[0] == 2019
    assert history.n_known == 5


def test_gaps_lie_between_their_neighbours_moved_by_the_season():
    months = np.array([1.0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 9])
    rows = [months.tolist() for _ in range(4)]
    rows[2][11] = None
    history = history_of(monthly("a", rows, reporting=Reporting.PERIOD))
    assert np.exp(history.filled[35]) == pytest.approx(9, rel=0.6)
    assert np.isnan(history.x[35])


def test_nothing_known_is_no_history():
    assert history_of(annual("a", [np.nan, np.nan])) is None
