"""The mathematics of target attainment: numbers in, numbers out.

A `Panel` of `Series` as known on one date and some `Question`s give `Answer`s: probabilities and
quantiles from drawn paths. Nothing here reads a file, a clock, a network or a database.
"""

from forecast.attainment import answer_from_paths, compared_draws, value_with_probability
from forecast.engine import DEFAULT_MODELS, answer, forecast_paths
from forecast.errors import (
    ForecastError,
    IrregularSeriesError,
    ModelFailedError,
    QuestionError,
    SeriesError,
    TooFewObservationsError,
)
from forecast.functionals import quantity
from forecast.models.base import Model
from forecast.models.chain_ladder import ChainLadder
from forecast.models.drift import AnnualDrift
from forecast.panel import Measure, Panel, Reporting, Series
from forecast.paths import PathDraws, fan
from forecast.questions import QUANTILE_LEVELS, Answer, Question, Reason
from forecast.references import (
    GrowthRateRule,
    GrowthRateVerdict,
    Pace,
    StraightLine,
    growth_rate_rule,
    last_year_share,
    pace,
    straight_line,
)
from forecast.scores import (
    ReliabilityBin,
    brier,
    coverage,
    crps_from_draws,
    crps_from_quantiles,
    reliability,
)
from forecast.targets import (
    KINDS_FROM_FIRST_COUNTED,
    KINDS_ON_A_BASE,
    KINDS_WITH_WINDOW,
    Comparator,
    TargetKind,
    about_floor,
    about_tolerance,
    attained,
    entering_periods,
    round_as_published,
    window_start,
)

__all__ = [
    "DEFAULT_MODELS",
    "KINDS_FROM_FIRST_COUNTED",
    "KINDS_ON_A_BASE",
    "KINDS_WITH_WINDOW",
    "QUANTILE_LEVELS",
    "AnnualDrift",
    "Answer",
    "ChainLadder",
    "Comparator",
    "ForecastError",
    "GrowthRateRule",
    "GrowthRateVerdict",
    "IrregularSeriesError",
    "Measure",
    "Model",
    "ModelFailedError",
    "Pace",
    "Panel",
    "PathDraws",
    "Question",
    "QuestionError",
    "Reason",
    "ReliabilityBin",
    "Reporting",
    "Series",
    "SeriesError",
    "StraightLine",
    "TargetKind",
    "TooFewObservationsError",
    "about_floor",
    "about_tolerance",
    "answer",
    "answer_from_paths",
    "attained",
    "brier",
    "compared_draws",
    "coverage",
    "crps_from_draws",
    "crps_from_quantiles",
    "entering_periods",
    "fan",
    "forecast_paths",
    "growth_rate_rule",
    "last_year_share",
    "pace",
    "quantity",
    "reliability",
    "round_as_published",
    "straight_line",
    "value_with_probability",
    "window_start",
]
