"""Random numbers that depend on the seed, the series and the purpose, and on nothing else."""

from __future__ import annotations

import zlib

import numpy as np

from forecast.targets import Floats


def generator(seed: int, series_id: str, purpose: str) -> np.random.Generator:
    """Make the generator of one series and purpose.

    Parameters
    ----------
    seed : int
        The run's seed, zero or above.
    series_id, purpose : str
        Hashed by crc32, which is the same in every process.

    Returns
    -------
    numpy.random.Generator
        Independent of the order and the number of series asked for.
    """
    entropy = [seed, zlib.crc32(series_id.encode()), zlib.crc32(purpose.encode())]
    return np.random.default_rng(np.random.SeedSequence(entropy))


def mirrored_normals(seed: int, series_id: str, purpose: str, *, rows: int, n_draws: int) -> Floats:
    """Draw standard normals in mirrored pairs.

    Parameters
    ----------
    seed, series_id, purpose
        See `generator`.
    rows : int
        Number of periods; more rows leave the first ones as they are.
    n_draws : int
        Draws per row; the second half is the first half with the other sign, so that a mirrored
        series has exactly mirrored draws.

    Returns
    -------
    ndarray, shape (n_draws, rows)
    """
    half = (n_draws + 1) // 2
    z = generator(seed, series_id, purpose).standard_normal((rows, half))
    return np.concatenate([z, -z], axis=1)[:, :n_draws].T


def student_scales(seed: int, series_id: str, purpose: str, *, df: float, n_draws: int) -> Floats:
    """Draw the factors that turn mirrored normals into Student t with `df` degrees of freedom.

    Returns
    -------
    ndarray, shape (n_draws,)
        sqrt(df / chi-square), the same for both draws of a mirrored pair.
    """
    half = (n_draws + 1) // 2
    scales = np.sqrt(df / generator(seed, series_id, purpose).chisquare(df, half))
    return np.concatenate([scales, scales])[:n_draws]
