"""Series laid end to end: what is read of all at once is what each would say by itself."""

import numpy as np
import pytest

from forecast.stacking import Stack

GAP = np.nan
ROWS = [
    np.array([1.0, 2.0, GAP]),
    np.array([GAP, GAP]),
    np.array([GAP, 3.0, 4.0, 5.0, 6.0]),
    np.array([7.0]),
]


def test_counts_and_last_places_are_those_of_each_row():
    stack = Stack.of(ROWS)
    assert stack.counts.tolist() == [2, 0, 4, 1]
    assert stack.last_known.tolist() == [1, -1, 4, 0]


def test_nothing_known_anywhere_has_no_last_place():
    assert Stack.of([np.full(2, GAP), np.full(3, GAP)]).last_known.tolist() == [-1, -1]


@pytest.mark.parametrize("ends", [[1, -1, 4, 0], [2, 1, 4, 0], [5, 0, 2, 3]])
def test_aligned_rows_hold_nothing_of_their_neighbours(ends):
    table = Stack.of(ROWS).aligned(np.array(ends), width=4)
    for row, values, end in zip(table, ROWS, ends, strict=True):
        places = range(end - 3, end + 1)
        expected = [values[place] if 0 <= place < values.size else GAP for place in places]
        np.testing.assert_array_equal(row, expected)
