"""Smooth years, years with surges and years in batches."""

import numpy as np

from forecast.year_classes import CLASSES, class_weights

EVEN = np.full(12, 1 / 12)
SURGE = np.array([0.05] * 11 + [0.45])
BATCH = np.array([0.001] * 6 + [0.5] + [0.001] * 3 + [0.49, 0.001])


def weights(*flows, years=4):
    """Class weights of series whose years are all alike."""
    one_year = np.cumsum(np.array(flows), axis=1)[:, None]
    return class_weights(np.repeat(one_year, years, axis=1) * np.arange(100, 100 + years)[None, :, None])


def test_each_class_has_its_kind_of_year():
    assert CLASSES == ("smooth", "surge", "batch")
    np.testing.assert_allclose(weights(EVEN, SURGE, BATCH), np.eye(3), atol=1e-9)


def test_weights_add_up_and_are_never_negative():
    rng = np.random.default_rng(3)
    found = weights(*rng.dirichlet(np.full(12, 0.5), 200), *rng.dirichlet(np.full(12, 20), 200))
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found >= 0).all()


def test_weights_change_without_a_step():
    largest = np.linspace(0.1, 0.5, 81)
    rest = np.repeat(((1 - largest) / 11)[:, None], 11, axis=1)
    smooth = weights(*np.column_stack([rest, largest]))[:, 0]
    assert (np.diff(smooth) <= 0).all()
    assert np.diff(smooth).min() > -0.1
    between = weights(*(part * SURGE + (1 - part) * BATCH for part in np.linspace(0, 1, 81)))[:, 2]
    assert (np.diff(between) <= 0).all()
    assert np.diff(between).min() > -0.1


def test_the_size_of_a_series_changes_nothing():
    mixed = np.cumsum(np.stack([EVEN, SURGE, BATCH]), axis=1)[:, None].repeat(3, axis=1)
    np.testing.assert_allclose(class_weights(mixed), class_weights(mixed * 1e9))


def test_unknown_years_say_nothing():
    values = np.cumsum(np.stack([EVEN, SURGE, BATCH]), axis=1)[:, None].repeat(4, axis=1)
    gone = values.copy()
    gone[:, 0] = np.nan
    np.testing.assert_allclose(class_weights(gone), class_weights(values))


def test_january_counts_too():
    np.testing.assert_allclose(weights(SURGE[::-1], BATCH), [[0, 1, 0], [0, 0, 1]], atol=1e-9)
