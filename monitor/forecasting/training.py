"""The pooled engine learned again from the stored series, and drawing with what was learned."""

from __future__ import annotations

import hashlib
import json

import forecast
from monitor.core.runs import TrainedModel
from monitor.core.snapshot import Snapshot
from monitor.forecasting.panels import build_panel

_SHIPPED_VERSION = "+".join(model.name for model in forecast.DEFAULT_MODELS) + " 7"
"""The number rises when the same inputs would give other probabilities."""


def model_version(snapshot: Snapshot) -> str:
    """What is stored with every assessment: the program's models, and the training they draw with."""
    trained = _usable(snapshot)
    return _SHIPPED_VERSION if trained is None else f"{_SHIPPED_VERSION}, trained {trained.version}"


def train(snapshot: Snapshot) -> TrainedModel | None:
    """Learn the pooled coefficients from every series known on the snapshot's day.

    Returns
    -------
    TrainedModel or None
        None where the series are too few to move anything. Deterministic: the same figures give the
        same version.

    Source: docs/methods.md, section 6.
    """
    panel = build_panel(snapshot)
    through = snapshot.as_of.isoformat()
    start = forecast.to_data(forecast.shipped())
    learned = forecast.to_data(forecast.retrain(panel, through=through))
    parts = [part for part in start if part not in ("trained_through", "sources")]
    if all(learned[part] == start[part] for part in parts):
        return None
    text = json.dumps([learned[part] for part in parts], sort_keys=True)
    version = f"{through} {hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return TrainedModel(version, snapshot.as_of, len(panel), learned)


def pooled_engine(snapshot: Snapshot) -> forecast.Pooled:
    """The engine that draws a snapshot: with its training, or with the coefficients that ship."""
    trained = _usable(snapshot)
    if trained is None:
        return forecast.Pooled()
    learned = forecast.from_data(trained.document)
    return forecast.Pooled(models=forecast.models_trained(learned))


def _usable(snapshot: Snapshot) -> TrainedModel | None:
    """The snapshot's training, unless it was learned for models that an upgrade has replaced."""
    trained = snapshot.trained
    return trained if trained is not None and forecast.has_this_form(trained.document) else None
