"""What must hold for any series."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast import Comparator, Question, TargetKind, answer, answer_from_paths, forecast_paths

from .builders import annual, level, monthly, panel

values = st.floats(0.5, 500.0)
histories = st.lists(values, min_size=3, max_size=12)
FEW = settings(max_examples=60, deadline=None)


@FEW
@given(histories, st.lists(values, min_size=2, max_size=6), st.sampled_from(list(TargetKind)))
def test_probability_falls_as_the_target_rises(history, targets, kind):
    end = 2010 + len(history) + 1
    paths = forecast_paths(panel(annual("a", history)), ["a"], until=3, n_draws=200, seed=2)
    if kind in {TargetKind.RANK, TargetKind.MILESTONE, TargetKind.DIRECTION}:
        kind = TargetKind.LEVEL
    asked = [Question(str(v), "a", kind, Comparator.AT_LEAST, v, end) for v in sorted(targets)]
    probabilities = [a.probability_met for a in answer_from_paths(paths, asked)]
    assert all(0 < p < 1 for p in probabilities)
    assert probabilities == sorted(probabilities, reverse=True)


@FEW
@given(st.lists(st.floats(-50, 50), min_size=3, max_size=12), st.floats(-60, 60))
def test_mirroring_series_and_target_changes_nothing(history, target):
    """On levels, which a lower bound below zero asks for."""
    free = {"lower": -1e9}
    end = 2010 + len(history) + 1
    up = answer(panel(annual("a", history, **free)), [level(target, end)], seed=4, n_draws=400)[0]
    mirrored = panel(annual("a", [-v for v in history], **free))
    ceiling = level(-target, end, comparator=Comparator.AT_MOST, higher_is_better=False)
    down = answer(mirrored, [ceiling], seed=4, n_draws=400)[0]
    assert abs(up.probability_met - down.probability_met) < 1e-9


@FEW
@given(st.just(0.0) | st.floats(0.01, 1e6), st.integers(2, 10))
def test_a_constant_series_is_not_certain(value, length):
    got = answer(panel(annual("a", [value] * length)), [level(value, 2010 + length)], seed=1, n_draws=200)[0]
    if length == 2:
        assert got.probability_met is None
    else:
        assert 0.2 < got.probability_met < 0.9 or value == 0
        assert got.quantiles[-1] > got.quantiles[0]


month_flows = st.lists(st.lists(st.floats(0, 100), min_size=12, max_size=12), min_size=4, max_size=5)


@FEW
@given(month_flows, st.integers(1, 11))
def test_the_year_never_ends_below_what_is_there(flows, months):
    rows = [list(np.cumsum(row)) for row in flows]
    rows[-1] = rows[-1][:months]
    series = monthly("a", rows)
    path = forecast_paths(panel(series), ["a"], until=24, n_draws=60, seed=3)["a"]
    year = path.draws[:, : 12 - months]
    assert (year >= rows[-1][-1] * (1 - 1e-9)).all()
    assert (np.diff(year, axis=1) >= -1e-9 * (1 + abs(year[:, :-1]))).all()
    assert np.isfinite(path.draws).all()
