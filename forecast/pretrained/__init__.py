"""The coefficients that ship, as one data file; `bench/pretrain.py` makes it."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources

from forecast.coefficients import Coefficients, from_data

FILE = "coefficients.json"


@lru_cache(maxsize=1)
def shipped() -> Coefficients:
    """Read the coefficients that ship, once."""
    return from_data(json.loads(resources.files(__name__).joinpath(FILE).read_text(encoding="utf-8")))
