"""Series refuse what cannot be right and say what is measured."""

import numpy as np
import pytest

from forecast import Panel, Reporting, Series, SeriesError

from .builders import FLOW, STOCK, annual, monthly


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"periods_per_year": 2}, "not 1, 4 or 12"),
        ({"values": np.ones((2, 2))}, "not a row"),
        ({"values": np.array([1.0, np.inf])}, "infinite"),
        ({"lower": 2.0, "upper": 1.0}, "no room"),
        ({"batch_months": (13,)}, "batch months"),
        ({"provisional": np.array([True])}, "provisional"),
        ({"numerator": "n"}, "without the other"),
    ],
)
def test_bad_series_are_refused(more, problem):
    facts = {"series_id": "a", "periods_per_year": 1, "first": 2020, "values": np.array([1.0, 2.0])}
    with pytest.raises(SeriesError, match=problem):
        Series(**(facts | more))


def test_values_are_copied_and_frozen():
    values = np.array([1.0, 2.0])
    series = Series("a", 1, 2020, values)
    values[0] = 9
    assert series.values[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        series.values[0] = 3


def test_panel_is_sorted_and_refuses_twins():
    a, b = annual("a", [1]), annual("b", [1])
    assert [s.series_id for s in Panel.of([b, a])] == ["a", "b"]
    with pytest.raises(SeriesError, match="twice"):
        Panel.of([a, a])


def test_period_flows_are_measured_since_january_and_a_gap_hides_the_rest_of_its_year():
    series = monthly("a", [[1] * 12, [1, 2, None, 4]], reporting=Reporting.PERIOD, measure=FLOW)
    assert series.measured[:12].tolist() == list(range(1, 13))
    assert series.measured[12:14].tolist() == [1, 3]
    assert np.isnan(series.measured[14:]).all()


def test_january_that_is_never_reported_is_part_of_february():
    rows = [[None, 2, *[1] * 10]] * 3
    for reporting, total in [(Reporting.PERIOD, 12), (Reporting.YTD, 1)]:
        series = monthly("a", rows, reporting=reporting)
        assert series.silent_parts == {0}
        assert series.measured[11] == total
        assert series.measured[0] == 0


def test_a_series_that_begins_after_a_silent_january_has_a_whole_first_year():
    values = np.array([2.0] * 11 + [np.nan] + [2.0] * 11 + [np.nan] + [2.0] * 11)
    series = Series("a", 12, 2020 * 12 + 1, values)
    assert series.measured[10] == 22


def test_one_missing_january_is_a_gap_not_a_habit():
    assert not monthly("a", [[1] * 12, [None, *[1] * 11], [1] * 12]).silent_parts


def test_preliminary_months_make_later_sums_doubtful():
    marks = np.zeros(24, dtype=bool)
    marks[13] = True
    series = monthly("a", [[1] * 12] * 2, reporting=Reporting.PERIOD, provisional=marks)
    assert series.is_final[:13].all()
    assert not series.is_final[13:].any()
    stock = monthly("a", [[1] * 12] * 2, measure=STOCK, provisional=marks)
    assert stock.is_final[14:].all()


@pytest.mark.parametrize("values", [[], [3.0, 4.0]])
def test_a_period_flow_that_never_saw_a_january_has_no_sums(values):
    series = Series("a", 12, 2020 * 12 + 4, np.array(values))
    assert np.isnan(series.measured).all()
    assert series.n_observations == len(values)
