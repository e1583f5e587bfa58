"""Every kind against hand-computed paths; comparators at published decimals."""

import numpy as np
import pytest

from forecast import (
    Comparator,
    TargetKind,
    about_tolerance,
    attained,
    entering_periods,
    quantity,
    round_as_published,
)

ANNUAL = np.array([[100.0, 110.0, 99.0, 121.0], [100.0, 120.0, 150.0, 180.0]])  # 2020 to 2023


def annual(kind, **more):
    return quantity(kind, ANNUAL, first=2020, deadline=2023, **more).tolist()


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        (TargetKind.LEVEL, {}, [121, 180]),
        (TargetKind.GROWTH, {}, [100 * (121 / 99 - 1), 20]),
        (TargetKind.AVERAGE_GROWTH, {"start": 2021}, [100 * ((121 / 110) ** 0.5 - 1), 100 * (1.5**0.5 - 1)]),
        (TargetKind.GROWTH_EACH_YEAR, {"start": 2021}, [-10, 20]),
        (TargetKind.GROWTH_EACH_YEAR, {}, [100 * (121 / 99 - 1), 20]),
        (TargetKind.NET_INCREASE, {"start": 2020}, [21, 80]),
        (TargetKind.NET_INCREASE, {}, [22, 30]),
        (TargetKind.CUMULATIVE, {"start": 2021}, [330, 450]),
        (TargetKind.CUMULATIVE, {}, [121, 180]),
        (TargetKind.CHANGE_PP, {"start": 2020}, [21, 80]),
        (TargetKind.MULTIPLE, {"start": 2020}, [1.21, 1.8]),
        (TargetKind.DIRECTION, {"start": 2021}, [-11, 20]),
        (TargetKind.DIRECTION, {"start": 2021, "higher_is_better": False}, [22, 30]),
    ],
)
def test_kind_on_annual_paths(kind, more, expected):
    assert annual(kind, **more) == pytest.approx(expected)


def test_milestone_has_no_quantity():
    assert np.isnan(annual(TargetKind.MILESTONE)).all()


def test_worst_year_follows_the_comparator():
    window = {"start": 2021}
    ceiling = annual(TargetKind.GROWTH_EACH_YEAR, comparator=Comparator.AT_MOST, **window)
    assert ceiling == pytest.approx([100 * (121 / 99 - 1), 25])
    band = annual(TargetKind.GROWTH_EACH_YEAR, comparator=Comparator.BETWEEN, middle=21.0, **window)
    assert band == pytest.approx([-10, 25])


def test_rank_counts_strictly_better_peers_draw_by_draw():
    peers = [[121.0, 170.0], [130.0, 200.0], [90.0, 190.0]]
    assert annual(TargetKind.RANK, peers=peers) == [2, 3]
    assert annual(TargetKind.RANK, peers=peers, higher_is_better=False) == [2, 2]


def test_cumulative_over_year_to_date_figures():
    """2023-01 to 2024-12; 10 a month in 2023, 20 a month in 2024."""
    ytd = np.concatenate([10 * np.arange(1, 13), 20 * np.arange(1, 13)]).astype(float)
    first = 2023 * 12

    def total(start, deadline):
        window = {"start": start, "deadline": deadline, "first": first, "periods_per_year": 12}
        return quantity(TargetKind.CUMULATIVE, ytd, **window)[0]

    assert total(first, first + 17) == 120 + 6 * 20
    assert total(first + 3, first + 17) == 9 * 10 + 6 * 20
    assert total(first + 3, first + 5) == 3 * 10
    assert total(None, first + 17) == 6 * 20
    assert total(first, first + 23) == 120 + 240


def test_base_not_above_zero_gives_nan_and_a_collapse_loses_everything():
    assert np.isnan(quantity(TargetKind.GROWTH, [[0.0, 5.0]], first=2020, deadline=2021)[0])
    path = [[4.0, 2.0, -1.0]]
    assert quantity(TargetKind.AVERAGE_GROWTH, path, first=2020, deadline=2022, start=2020)[0] == -100


def test_paths_must_hold_the_window():
    with pytest.raises(IndexError, match="2020"):
        quantity(TargetKind.GROWTH, [[1.0]], first=2020, deadline=2020)


def test_entering_periods_name_only_what_decides():
    assert entering_periods(TargetKind.GROWTH_EACH_YEAR, deadline=2025, start=2023) == (
        2022,
        2023,
        2024,
        2025,
    )
    assert entering_periods(TargetKind.LEVEL, deadline=2025) == (2025,)
    assert entering_periods(TargetKind.CUMULATIVE, deadline=29, start=14, periods_per_year=12) == (13, 23, 29)
    assert entering_periods(TargetKind.MILESTONE, deadline=2025) == ()


@pytest.mark.parametrize(
    ("compared", "comparator", "value", "more", "expected"),
    [
        (10.0, Comparator.AT_LEAST, 10.0, {}, True),
        (100 * (110 / 100 - 1), Comparator.AT_LEAST, 10.0, {}, True),
        (100 * (110 / 100 - 1), Comparator.MORE_THAN, 10.0, {}, False),
        (10.0, Comparator.AT_MOST, 10.0, {}, True),
        (10.0, Comparator.LESS_THAN, 10.0, {}, False),
        (2.449, Comparator.AT_LEAST, 2.45, {"decimals": 2}, True),
        (2.444, Comparator.AT_LEAST, 2.45, {"decimals": 2}, False),
        (2.445, Comparator.AT_LEAST, 2.45, {"decimals": 2}, True),
        (3.4151, Comparator.ABOUT, 3.42, {"tolerance": 0.005}, True),
        (3.4149, Comparator.ABOUT, 3.42, {"tolerance": 0.005}, False),
        (3.4149, Comparator.ABOUT, 3.42, {"tolerance": 0.005, "decimals": 2}, False),
        (856.0, Comparator.ABOUT, 900.0, {"tolerance": 45.0}, True),
        (944.0, Comparator.ABOUT, 900.0, {"tolerance": 45.0, "higher_is_better": False}, True),
        (946.0, Comparator.ABOUT, 900.0, {"tolerance": 45.0, "higher_is_better": False}, False),
        (5.0, Comparator.BETWEEN, 5.0, {"value_upper": 6.0}, True),
        (6.04, Comparator.BETWEEN, 5.0, {"value_upper": 6.0}, False),
        (6.04, Comparator.BETWEEN, 5.0, {"value_upper": 6.0, "decimals": 1}, True),
        (np.nan, Comparator.AT_MOST, 10.0, {}, False),
    ],
)
def test_comparators(compared, comparator, value, more, expected):
    assert bool(attained(compared, comparator, value, **more)) is expected


def test_between_needs_an_upper_end():
    with pytest.raises(ValueError, match="upper"):
        attained(1.0, Comparator.BETWEEN, 1.0)


def test_about_allows_half_the_last_written_digit_or_five_percent():
    assert about_tolerance(3.42, is_rate=True) == 0.005
    assert about_tolerance(20, is_rate=True) == 0.5
    assert about_tolerance(3.4, written_decimals=2, is_rate=True) == 0.005
    assert about_tolerance(900, is_rate=False) == 45


def test_rounding_halves_away_from_zero():
    assert round_as_published([0.125, -0.125, 2.675, 2.5], 2).tolist() == pytest.approx(
        [0.13, -0.13, 2.68, 2.5]
    )
    assert round_as_published([1250.0], -2).tolist() == [1300.0]


def test_both_ends_of_between_count_whatever_the_other_is():
    grown = 100 * (110 / 100 - 1)
    assert attained(grown, Comparator.BETWEEN, 0.0, value_upper=10.0)
    assert not attained(10.1, Comparator.BETWEEN, 0.0, value_upper=10.0)


def test_a_thousand_million_is_not_rounded_away():
    assert round_as_published(1.4e9, 0) == 1.4e9
