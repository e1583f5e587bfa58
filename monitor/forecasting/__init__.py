"""The adapter: the only part of `monitor` that calls `forecast` (beyond its target kinds)."""

from monitor.forecasting.cases import Case, build_case
from monitor.forecasting.comparing import FamilyRecord, can_compare, compare_families
from monitor.forecasting.estimates import (
    Drawn,
    Forecasted,
    draw,
    forecast_cases,
)
from monitor.forecasting.fans import fan_of, fans_of, probability_and_reason, value_sure_to_be_met
from monitor.forecasting.files import (
    Inputs,
    Outcome,
    Problems,
    answer_inputs,
    check_out,
    read_inputs,
    write_table,
)
from monitor.forecasting.scoring import score
from monitor.forecasting.spreading import Engine
from monitor.forecasting.training import model_version, train

__all__ = [
    "Case",
    "Drawn",
    "Engine",
    "FamilyRecord",
    "Forecasted",
    "Inputs",
    "Outcome",
    "Problems",
    "answer_inputs",
    "build_case",
    "can_compare",
    "check_out",
    "compare_families",
    "draw",
    "fan_of",
    "fans_of",
    "forecast_cases",
    "model_version",
    "probability_and_reason",
    "read_inputs",
    "score",
    "train",
    "value_sure_to_be_met",
    "write_table",
]
