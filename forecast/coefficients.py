"""What the pooled models have learned, as plain data: it ships as one small file and can be retrained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.gate import Gate
from forecast.model_average import Model, ModelPrior
from forecast.season_average import SeasonModel, SeasonPrior
from forecast.targets import Floats
from forecast.templates import Residuals
from forecast.trend_average import TrendModel, TrendPrior

DIGITS = 6
"""Significant digits that are stored."""

FORM = 4
"""Rises when the models, experts or features change that coefficients belong to: others do not fit them."""


@dataclass(frozen=True, eq=False)
class AnnualCoefficients:
    """Learned by the annual pool.

    Parameters
    ----------
    trend : TrendPrior
        Of the averaged trend models.
    log_variance : float
        Mean log variance of yearly steps in the training pool.
    gate : Gate
        Over the experts of `forecast.growth`.
    residuals : Residuals
        One column a horizon, 1 to 5 years.
    squares : ndarray, shape (5,)
        Mean square of the residuals, held at 4, by horizon: what a local pool is compared with.
    """

    trend: TrendPrior
    log_variance: float
    gate: Gate
    residuals: Residuals
    squares: Floats


@dataclass(frozen=True, eq=False)
class YearCoefficients:
    """Learned by the within-year pool for one class of series; see `forecast.year_classes`.

    Parameters
    ----------
    gate : Gate
        Over the experts of `forecast.completion_experts`, of batches also over those of
        `forecast.batch_experts`.
    residuals : Residuals
        One column a month, 1 to 11, of the residuals of log(year-end / last year-end).
    """

    gate: Gate
    residuals: Residuals


@dataclass(frozen=True, eq=False)
class Coefficients:
    """Everything pretrained.

    Parameters
    ----------
    trained_through : str
        Last day of anything they were trained on.
    sources : tuple of str
        What they were trained on.
    annual : AnnualCoefficients
    seasons : SeasonPrior
        Of the averaged seasonal models, for all classes within the year.
    smooth, surge, batch : YearCoefficients
    """

    trained_through: str
    sources: tuple[str, ...]
    annual: AnnualCoefficients
    seasons: SeasonPrior
    smooth: YearCoefficients
    surge: YearCoefficients
    batch: YearCoefficients

    @property
    def classes(self) -> tuple[YearCoefficients, ...]:
        """Of all classes within the year, in the order of `forecast.year_classes.CLASSES`."""
        return self.smooth, self.surge, self.batch


def to_data(coefficients: Coefficients) -> dict[str, Any]:
    """Coefficients as values that JSON can hold."""
    annual = coefficients.annual
    return {
        "form": FORM,
        "trained_through": coefficients.trained_through,
        "sources": list(coefficients.sources),
        "annual": {
            **_prior_data(annual.trend),
            "log_variance": annual.log_variance,
            "gate": _gate_data(annual.gate),
            "residuals": _residuals_data(annual.residuals),
            "squares": _numbers(annual.squares),
        },
        "seasons": _prior_data(coefficients.seasons),
        "smooth": _year_data(coefficients.smooth),
        "surge": _year_data(coefficients.surge),
        "batch": _year_data(coefficients.batch),
    }


def has_this_form(data: Mapping[str, Any]) -> bool:
    """Whether stored coefficients belong to the models, experts and features of this program."""
    return data.get("form") == FORM


def from_data(data: Mapping[str, Any]) -> Coefficients:
    """The inverse of `to_data`.

    Raises
    ------
    KeyError
        If a part is missing.
    """
    annual = data["annual"]
    return Coefficients(
        data["trained_through"],
        tuple(data["sources"]),
        AnnualCoefficients(
            _prior(annual, _trend_model),
            annual["log_variance"],
            _gate(annual["gate"]),
            _residuals(annual["residuals"]),
            np.array(annual["squares"]),
        ),
        _prior(data["seasons"], SeasonModel._make),
        _year(data["smooth"]),
        _year(data["surge"]),
        _year(data["batch"]),
    )


def _prior_data(prior: ModelPrior[Any]) -> dict[str, Any]:
    return {
        "grid": [list(one) for one in prior.grid],
        "log_weights": _numbers(prior.log_weights),
        "shape": prior.shape,
        "scale": prior.scale,
    }


def _prior(data: Mapping[str, Any], model: Callable[[Iterable[float]], Model]) -> ModelPrior[Model]:
    grid = tuple(model(float(number) for number in one) for one in data["grid"])
    return ModelPrior(grid, np.array(data["log_weights"]), data["shape"], data["scale"])


def _trend_model(numbers: Iterable[float]) -> TrendModel:
    alpha, beta, phi, tau = numbers
    return alpha, beta, phi, tau


def _gate_data(gate: Gate) -> dict[str, Any]:
    return {
        "centre": _numbers(gate.centre),
        "width": _numbers(gate.width),
        "choice": [_numbers(row) for row in gate.choice],
        "spread": _numbers(gate.spread),
    }


def _gate(data: Mapping[str, Any]) -> Gate:
    return Gate(*(np.array(data[name]) for name in ("centre", "width", "choice", "spread")))


def _residuals_data(residuals: Residuals) -> dict[str, Any]:
    return {
        "levels": _numbers(residuals.levels),
        "quantiles": [_numbers(row) for row in residuals.quantiles],
        "correlation": [_numbers(row) for row in residuals.correlation],
    }


def _residuals(data: Mapping[str, Any]) -> Residuals:
    return Residuals(*(np.array(data[name]) for name in ("levels", "quantiles", "correlation")))


def _year_data(year: YearCoefficients) -> dict[str, Any]:
    return {
        "gate": _gate_data(year.gate),
        "residuals": _residuals_data(year.residuals),
    }


def _year(data: Mapping[str, Any]) -> YearCoefficients:
    return YearCoefficients(_gate(data["gate"]), _residuals(data["residuals"]))


def _numbers(values: Floats) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in values]
