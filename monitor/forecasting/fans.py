"""Paths as a chart draws them, and single questions asked of paths already drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import forecast
from monitor.core.periods import Period
from monitor.core.policy import Policy
from monitor.core.records import Fan
from monitor.core.snapshot import Snapshot
from monitor.forecasting.cases import Case
from monitor.forecasting.estimates import Drawn, draw
from monitor.forecasting.figures import safe_value
from monitor.forecasting.trends import Trend

FAN_LEVELS = (0.025, 0.10, 0.25, 0.50, 0.75, 0.90, 0.975)
"""Ends of the 95, 80 and 50 % bands, and the median."""


def probability_and_reason(case: Case, drawn: Drawn) -> tuple[float | None, str]:
    """probability_met of one case, or None with the reason code."""
    answer = forecast.answer_from_paths(drawn.paths, [case.question])[0]
    return answer.probability_met, answer.reason.value


def value_sure_to_be_met(case: Case, drawn: Drawn, *, sure: float) -> float | None:
    """The target value that has the chance `sure`. [base unit of the kind]"""
    if case.series_id not in drawn.paths:
        return None
    return safe_value(case, forecast.compared_draws(drawn.paths, case.question)[0], sure=sure)


def fans_of(cases: Sequence[Case], snapshot: Snapshot, policy: Policy) -> dict[str, Fan]:
    """The fans of several cases by target; absent where a case is settled or nothing can be drawn."""
    open_cases = [case for case in cases if case.known is not None and case.settled_by is None]
    if not open_cases:
        return {}
    drawn = draw(open_cases, snapshot, policy)
    found = {case.target: fan_of(case, drawn) for case in open_cases}
    return {target: fan for target, fan in found.items() if fan is not None}


def fan_of(case: Case, drawn: Drawn) -> Fan | None:
    """Quantiles from the last known value to the deadline, and the straight path to the target.

    Returns
    -------
    Fan or None
        None when nothing could be drawn. The first period is the last known one, where all
        quantiles are its value; periods that are never reported are left out.
    """
    path = drawn.paths.get(case.series_id)
    if path is None or path.reason is not forecast.Reason.OK or not path.draws.size:
        return None
    quantiles = forecast.fan(path, FAN_LEVELS)
    shown = [column for column in range(quantiles.shape[1]) if np.isfinite(quantiles[:, column]).all()]
    ordinals = [path.start + column for column in shown]
    values = [tuple(float(q) for q in quantiles[:, column]) for column in shown]
    anchor = _last_known(path)
    if anchor is not None:
        ordinals.insert(0, anchor[0])
        values.insert(0, (anchor[1],) * len(FAN_LEVELS))
    frequency = case.indicator.frequency
    observed_to = path.series.observed_to
    return Fan(
        periods=tuple(str(Period.from_ordinal(ordinal, frequency)) for ordinal in ordinals),
        levels=FAN_LEVELS,
        values=tuple(values),
        observed_to=None if observed_to is None else str(Period.from_ordinal(observed_to, frequency)),
        required_path=_required_path(case, path.series, ordinals, anchor),
        method=path.method,
    )


def _last_known(path: forecast.PathDraws) -> tuple[int, float] | None:
    """The last final value before the drawn columns, as reported."""
    known = np.flatnonzero(np.isfinite(path.known))
    if not known.size:
        return None
    return path.first + int(known[-1]), float(path.known[known[-1]])


def _required_path(
    case: Case, series: forecast.Series, ordinals: list[int], anchor: tuple[int, float] | None
) -> tuple[float, ...]:
    """Straight from the last known value to the level wanted; empty where no level is."""
    wanted = Trend.of(case, series).target_level()
    if wanted is None or anchor is None or series.accumulates or case.question.deadline <= anchor[0]:
        return ()
    slope = (wanted - anchor[1]) / (case.question.deadline - anchor[0])
    return tuple(anchor[1] + slope * (ordinal - anchor[0]) for ordinal in ordinals)
