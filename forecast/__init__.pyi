"""The names of `forecast`, and where each is at home."""

from .attainment import answer_from_paths, compared_draws, probabilities_from_paths, value_with_probability
from .backtest import Backtest, Score, SummaryRow, class_of, cut_after, rolling_origins, summarise
from .coefficients import Coefficients, from_data, has_this_form, to_data
from .combine import Combination, Learned, Weights, learn_family_weights, pool_crps
from .engine import DEFAULT_MODELS, answer, forecast_paths, models_trained
from .errors import (
    ForecastError,
    ModelFailedError,
    QuestionError,
    SeriesError,
    UnknownModelError,
)
from .families import FAMILIES, POOLED, Pooled, models_named
from .family_weights import DEFAULT_WEIGHTS
from .functionals import quantity
from .models.annual import AnnualPool
from .models.base import Model
from .models.chain_ladder import ChainLadder
from .models.counter import Counter
from .models.drift import AnnualDrift
from .models.within_year import WithinYearPool
from .panel import Measure, Panel, Reporting, Series
from .paths import PathDraws, fan
from .pretrained import shipped
from .questions import QUANTILE_LEVELS, Answer, Question, Reason
from .references import (
    GrowthRateRule,
    GrowthRateVerdict,
    Pace,
    StraightLine,
    growth_rate_rule,
    last_year_share,
    pace,
    straight_line,
)
from .retraining import retrain
from .rollup import sum_of
from .scores import (
    BrierParts,
    ReliabilityBin,
    brier,
    brier_parts,
    coverage,
    crps_from_draws,
    crps_from_quantiles,
    reliability,
    wilson_interval,
)
from .splitting import EqualShares, equal_chance_shares, round_keeping_sum
from .targets import (
    KINDS_FROM_FIRST_COUNTED,
    KINDS_ON_A_BASE,
    KINDS_WITH_WINDOW,
    Comparator,
    TargetKind,
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
    "BrierParts",
    "ChainLadder",
    "Coefficients",
    "Combination",
    "Comparator",
    "Counter",
    "EqualShares",
    "ForecastError",
    "GrowthRateRule",
    "GrowthRateVerdict",
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
    "UnknownModelError",
    "Weights",
    "WithinYearPool",
    "about_tolerance",
    "answer",
    "answer_from_paths",
    "attained",
    "brier",
    "brier_parts",
    "class_of",
    "compared_draws",
    "coverage",
    "crps_from_draws",
    "crps_from_quantiles",
    "cut_after",
    "entering_periods",
    "equal_chance_shares",
    "fan",
    "forecast_paths",
    "from_data",
    "growth_rate_rule",
    "has_this_form",
    "last_year_share",
    "learn_family_weights",
    "models_named",
    "models_trained",
    "pace",
    "pool_crps",
    "probabilities_from_paths",
    "quantity",
    "reliability",
    "retrain",
    "rolling_origins",
    "round_as_published",
    "round_keeping_sum",
    "shipped",
    "straight_line",
    "sum_of",
    "summarise",
    "to_data",
    "value_with_probability",
    "wilson_interval",
    "window_start",
]
