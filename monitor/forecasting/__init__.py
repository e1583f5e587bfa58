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
from monitor.forecasting.trying import (
    Prospect,
    can_be_shared,
    chances_of_values,
    equal_chances,
    likely_range,
    prospect_of,
    round_keeping_sum,
)

__all__ = [
    "Case",
    "Drawn",
    "Engine",
    "FamilyRecord",
    "Forecasted",
    "Inputs",
    "Outcome",
    "Problems",
    "Prospect",
    "answer_inputs",
    "build_case",
    "can_be_shared",
    "can_compare",
    "chances_of_values",
    "check_out",
    "compare_families",
    "draw",
    "equal_chances",
    "fan_of",
    "fans_of",
    "forecast_cases",
    "likely_range",
    "model_version",
    "probability_and_reason",
    "prospect_of",
    "read_inputs",
    "round_keeping_sum",
    "score",
    "train",
    "value_sure_to_be_met",
    "write_table",
]
