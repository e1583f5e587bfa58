"""The mathematics of target attainment: numbers in, numbers out.

A `Panel` of `Series` as known on one date and some `Question`s give `Answer`s: probabilities and
quantiles from drawn paths. Nothing here reads a clock, a network or a database, nor any file but the
pretrained coefficients that ship with it.
"""

from forecast.attainment import answer_from_paths, compared_draws, value_with_probability
from forecast.backtest import Backtest, Score, SummaryRow, as_known, class_of, rolling_origins, summarise
from forecast.coefficients import Coefficients, from_data, to_data
from forecast.combine import Combination, Learned, Weights, learn_weights, pool_crps
from forecast.engine import DEFAULT_MODELS, answer, forecast_paths, models_trained
from forecast.errors import (
    ForecastError,
    IrregularSeriesError,
    ModelFailedError,
    QuestionError,
    SeriesError,
    TooFewObservationsError,
    UnknownModelError,
)
from forecast.families import FAMILIES, POOLED, Pooled, models_named
from forecast.family_weights import DEFAULT_WEIGHTS
from forecast.functionals import quantity
from forecast.models.annual import AnnualPool
from forecast.models.base import Model
from forecast.models.chain_ladder import ChainLadder
from forecast.models.counter import Counter
from forecast.models.drift import AnnualDrift
from forecast.models.within_year import WithinYearPool
from forecast.panel import Measure, Panel, Reporting, Series
from forecast.paths import PathDraws, fan
from forecast.pretrained import shipped
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
from forecast.retraining import retrain
from forecast.rollup import sum_of
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
    "DEFAULT_WEIGHTS",
    "FAMILIES",
    "KINDS_FROM_FIRST_COUNTED",
    "KINDS_ON_A_BASE",
    "KINDS_WITH_WINDOW",
    "POOLED",
    "QUANTILE_LEVELS",
    "AnnualDrift",
    "AnnualPool",
    "Answer",
    "Backtest",
    "ChainLadder",
    "Coefficients",
    "Combination",
    "Comparator",
    "Counter",
    "ForecastError",
    "GrowthRateRule",
    "GrowthRateVerdict",
    "IrregularSeriesError",
    "Learned",
    "Measure",
    "Model",
    "ModelFailedError",
    "Pace",
    "Panel",
    "PathDraws",
    "Pooled",
    "Question",
    "QuestionError",
    "Reason",
    "ReliabilityBin",
    "Reporting",
    "Score",
    "Series",
    "SeriesError",
    "StraightLine",
    "SummaryRow",
    "TargetKind",
    "TooFewObservationsError",
    "UnknownModelError",
    "Weights",
    "WithinYearPool",
    "about_floor",
    "about_tolerance",
    "answer",
    "answer_from_paths",
    "as_known",
    "attained",
    "brier",
    "class_of",
    "compared_draws",
    "coverage",
    "crps_from_draws",
    "crps_from_quantiles",
    "entering_periods",
    "fan",
    "forecast_paths",
    "from_data",
    "growth_rate_rule",
    "last_year_share",
    "learn_weights",
    "models_named",
    "models_trained",
    "pace",
    "pool_crps",
    "quantity",
    "reliability",
    "retrain",
    "rolling_origins",
    "round_as_published",
    "shipped",
    "straight_line",
    "sum_of",
    "summarise",
    "to_data",
    "value_with_probability",
    "window_start",
]
