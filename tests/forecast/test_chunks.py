"""Row-wise work in chunks: the same rows come back in the same order, however many there are."""

import numpy as np
import pytest

from forecast import chunks


@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 15, 16, 17, 100])
def test_rows_come_back_in_order(monkeypatch, n):
    monkeypatch.setattr(chunks, "ROWS", 8)
    sizes = []

    def work(values, table):
        sizes.append(len(values))
        return 2 * values, table.sum(axis=1)

    values, table = np.arange(n), np.arange(3 * n).reshape(n, 3)
    doubled, sums = chunks.in_chunks(work, values, table)
    np.testing.assert_array_equal(doubled, 2 * values)
    np.testing.assert_array_equal(sums, table.sum(axis=1))
    assert max(sizes) <= 8
    assert sum(sizes) == n


def test_parts_are_of_one_size(monkeypatch):
    monkeypatch.setattr(chunks, "ROWS", 1000)
    sizes = []

    def work(values):
        sizes.append(len(values))
        return (values,)

    chunks.in_chunks(work, np.zeros(2100))
    assert sorted(sizes) == [525] * 4


def test_what_fails_in_a_chunk_is_heard(monkeypatch):
    monkeypatch.setattr(chunks, "ROWS", 2)

    def work(values):
        if values.min() < 1:
            raise ValueError("nothing to divide by")
        return (1 / values,)

    with pytest.raises(ValueError, match="nothing to divide by"):
        chunks.in_chunks(work, np.array([1.0, 2.0, 0.0]))
