"""The rules an assessment applies, with their versions."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.core.flags import Thresholds


@dataclass(frozen=True)
class Policy:
    """Flag rules and the settings that fix the numbers.

    Parameters
    ----------
    thresholds : Thresholds
        Colour lines and hysteresis.
    grey_after_missed : int
        More missed releases than this and nothing is said.
    about_tolerance_share : float
        Tolerance of `about` for amounts and counts, as a share of the value.
    seed : int
        Seed of all draws.
    n_draws : int
        Draws a series.
    catalogue_version : str
        Hash of the configuration that is in force.
    """

    thresholds: Thresholds
    grey_after_missed: int
    about_tolerance_share: float
    seed: int
    n_draws: int
    catalogue_version: str
