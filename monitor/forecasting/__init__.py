"""The adapter: the only part of `monitor` that calls `forecast` (beyond its target kinds)."""

from monitor.forecasting.cases import Case, build_case
from monitor.forecasting.estimates import (
    MODEL_VERSION,
    Drawn,
    Forecasted,
    draw,
    forecast_cases,
)
from monitor.forecasting.fans import fan_of, probability_and_reason, value_sure_to_be_met
from monitor.forecasting.files import answer_files

__all__ = [
    "MODEL_VERSION",
    "Case",
    "Drawn",
    "Forecasted",
    "answer_files",
    "build_case",
    "draw",
    "fan_of",
    "forecast_cases",
    "probability_and_reason",
    "value_sure_to_be_met",
]
