"""A total split into equally likely shares: one level, an exact sum, limits kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast import equal_chance_shares, round_keeping_sum


def parts(seed: int = 3) -> list[np.ndarray]:
    draws = np.random.default_rng(seed)
    return [draws.lognormal(mean, spread, 4000) for mean, spread in ((3.0, 0.1), (2.0, 0.4), (3.5, 0.2))]


def chances(found: tuple[float, ...], drawn: list[np.ndarray]) -> list[float]:
    return [float((part >= share).mean()) for part, share in zip(drawn, found, strict=True)]


@pytest.mark.parametrize("total", [45.0, 60.0, 75.0])
def test_every_share_is_as_likely_as_the_others_and_they_add_up(total: float) -> None:
    drawn = parts()
    found = equal_chance_shares(drawn, total)
    assert sum(found.values) == pytest.approx(total, abs=1e-9)
    assert chances(found.values, drawn) == pytest.approx([1 - found.level] * 3, abs=1e-3)


def test_a_held_share_stays_and_the_others_take_the_rest() -> None:
    drawn = parts()
    found = equal_chance_shares(drawn, 60.0, lower=[25.0, None, None], upper=[25.0, None, 30.0])
    free = equal_chance_shares(drawn, 60.0)
    assert found.values[0] == 25.0
    assert found.values[2] <= 30.0
    assert sum(found.values) == pytest.approx(60.0, abs=1e-9)
    assert found.level < free.level


def test_a_known_part_takes_what_it_has() -> None:
    drawn = [np.array([12.0]), *parts()[:1]]
    assert equal_chance_shares(drawn, 32.0).values[0] == 12.0


@pytest.mark.parametrize("total", [1.0, 900.0])
def test_beyond_all_draws_the_shares_still_add_up(total: float) -> None:
    found = equal_chance_shares(parts(), total)
    assert not found.is_within
    assert sum(found.values) == pytest.approx(total)


@pytest.mark.parametrize(
    ("lower", "upper"),
    [([50.0, 20.0, 0.0], ()), ([], [1.0, 1.0, 1.0]), ([5.0, 3.0, None], [4.0, None, None])],
)
def test_limits_without_room_are_refused(lower: list[float | None], upper: list[float | None]) -> None:
    with pytest.raises(ValueError, match="no room"):
        equal_chance_shares(parts(), 60.0, lower=lower, upper=upper)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40), st.integers(0, 3))
def test_rounding_keeps_the_sum_and_moves_nothing_by_a_whole_digit(counts: list[int], decimals: int) -> None:
    total = round(sum(counts) / 7, decimals)
    weights = np.array(counts) + 1.0
    values = list(total * weights / weights.sum())
    rounded = round_keeping_sum(values, total, decimals=decimals)
    assert sum(rounded) == pytest.approx(total, abs=1e-6)
    assert max(abs(a - b) for a, b in zip(rounded, values, strict=True)) <= 10.0**-decimals + 1e-6
