"""The pooled gate: its gradient, what it learns, what it shrinks toward."""

import numpy as np
import pytest
from scipy.optimize import check_grad

from forecast.gate import Gate, _Cases, _loss, fit_gate


def examples(n=400, *, seed=5):
    """The first expert is right where the feature is high, the second where it is low; simulated."""
    rng = np.random.default_rng(seed)
    feature = rng.normal(2.0, 3.0, n)
    experts = rng.normal(0.0, 1.0, (n, 2))
    right = np.where(feature > 2, experts[:, 0], experts[:, 1])
    noise = np.where(feature > 2, 0.05, 0.4) * rng.standard_normal(n)
    return experts, np.stack([np.ones(n), feature], axis=1), right + noise


def coefficients(gate):
    return np.concatenate([gate.choice.ravel(), gate.spread])


@pytest.mark.parametrize("ridge", [0.0, 3.0])
def test_the_gradient_is_that_of_the_loss(ridge):
    rng = np.random.default_rng(1)
    experts, features, outcomes = examples(40)
    share = rng.uniform(0.2, 2.0, 40)
    anchor = rng.normal(0, 0.3, 6)
    cases = _Cases(features / 3, experts, outcomes, share, ridge, anchor)
    at = rng.normal(0, 0.5, 6)
    off = check_grad(lambda p: _loss(p, cases)[0], lambda p: _loss(p, cases)[1], at)
    assert off < 1e-6


@pytest.mark.parametrize("level", [-12.0, 5.0])
def test_at_a_bound_of_the_spread_the_gradient_is_still_that_of_the_loss(level):
    rng = np.random.default_rng(2)
    experts, features, outcomes = examples(40)
    cases = _Cases(features / 3, experts, outcomes, np.ones(40), 0.0, np.zeros(6))
    at = np.append(rng.normal(0, 0.5, 4), [3 * level, 0.2])
    value, gradient = _loss(at, cases)
    off = check_grad(lambda p: _loss(p, cases)[0], lambda p: _loss(p, cases)[1], at)
    assert off < 1e-5 * max(1.0, abs(value), np.abs(gradient).max())
    assert (gradient[4:] == 0).all()


def test_exact_forecasts_do_not_stop_the_search():
    experts, features, outcomes = examples(600)
    outcomes[:100] = experts[:100, 0]
    features[:100, 1] = 11.0
    gate = fit_gate(experts, features, outcomes, ridge=0.01)
    located, spread = gate.predict(experts, features)
    assert np.abs(located[:100] - outcomes[:100]).max() < 0.02
    assert spread[:100].max() < 0.02
    assert np.median(spread[100:][features[100:, 1] < 2]) > 0.2


def test_features_that_move_together_do_not_hide_the_minimum():
    experts, features, outcomes = examples()
    twin = features[:, 1] + 0.02 * np.random.default_rng(3).standard_normal(len(features))
    together = np.column_stack([features, twin])
    gate = fit_gate(experts, together, outcomes, ridge=1e-3)
    z = (together - gate.centre) / gate.width
    cases = _Cases(z, experts, outcomes, np.ones(len(z)), 1e-3, np.zeros(9))
    assert np.abs(_loss(coefficients(gate), cases)[1]).max() < 1e-4


def test_a_known_mixture_is_found_again():
    experts, features, outcomes = examples()
    gate = fit_gate(experts, features, outcomes, ridge=0.1)
    asked = np.array([[1.0, 7.0], [1.0, -3.0]])
    location, spread = gate.predict(np.array([[1.0, -1.0]] * 2), asked)
    assert location[0] > 0.9
    assert location[1] < -0.9
    assert spread[0] < spread[1] / 2


def test_a_forecast_lies_among_the_experts():
    experts, features, outcomes = examples()
    gate = fit_gate(experts, features, outcomes, ridge=1.0)
    location, spread = gate.predict(experts, features)
    assert (location <= experts.max(axis=1) + 1e-12).all()
    assert (location >= experts.min(axis=1) - 1e-12).all()
    assert (spread > 0).all()


def test_a_heavy_ridge_keeps_given_coefficients():
    experts, features, outcomes = examples()
    given = Gate(np.array([0.0, 1.0]), np.array([1.0, 2.0]), np.array([[0.3, -0.2], [0, 0.1]]), np.zeros(2))
    kept = fit_gate(experts, features, outcomes, ridge=1e9, toward=given)
    np.testing.assert_allclose(coefficients(kept), coefficients(given), atol=1e-6)
    assert (kept.centre == given.centre).all()
    assert (kept.width == given.width).all()


def test_a_lighter_ridge_moves_further():
    experts, features, outcomes = examples()
    given = Gate(np.zeros(2), np.ones(2), np.zeros((2, 2)), np.zeros(2))
    moved = [
        np.abs(coefficients(fit_gate(experts, features, outcomes, ridge=ridge, toward=given))).sum()
        for ridge in (1e5, 1e3, 10.0)
    ]
    assert moved == sorted(moved)


def test_a_weight_of_two_is_an_example_met_twice():
    experts, features, outcomes = examples(60)
    given = Gate(np.zeros(2), np.ones(2), np.zeros((2, 2)), np.zeros(2))
    weights = np.where(np.arange(60) < 20, 2.0, 1.0)
    twice = np.concatenate([np.arange(60), np.arange(20)])
    # The penalty is set against the number of examples.
    weighted = fit_gate(experts, features, outcomes, weights=weights, ridge=60.0, toward=given)
    repeated = fit_gate(experts[twice], features[twice], outcomes[twice], ridge=80.0, toward=given)
    np.testing.assert_allclose(coefficients(weighted), coefficients(repeated), atol=1e-4)


def test_fitting_again_gives_the_same():
    first, again = (fit_gate(*examples(), ridge=1.0) for _ in range(2))
    np.testing.assert_array_equal(coefficients(first), coefficients(again))


def test_a_gate_needs_examples():
    with pytest.raises(ValueError, match="examples"):
        fit_gate(np.empty((0, 2)), np.empty((0, 2)), np.empty(0), ridge=1.0)
