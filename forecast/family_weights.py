"""Default shares of the families by class of series; made by bench/families_bench.py.

A class that is not named is left to the pooled engine. Evidence: docs/families.md, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DEFAULT_WEIGHTS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "annual/flow": MappingProxyType(
            {
                "pooled": 1.000,
            }
        ),
        "monthly/flow": MappingProxyType(
            {
                "pooled": 1.000,
            }
        ),
    }
)
"""Shares by family name, by `forecast.backtest.class_of`."""
