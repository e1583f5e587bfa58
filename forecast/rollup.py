"""Sums of regions: several drawn series added draw by draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from forecast.errors import QuestionError
from forecast.panel import Measure, Series
from forecast.paths import PathDraws
from forecast.questions import Reason
from forecast.targets import Floats


def sum_of(paths: Mapping[str, PathDraws], parts: Sequence[str], *, series_id: str) -> PathDraws:
    """Add drawn paths, so that a total is judged from the same draws as its parts.

    Parameters
    ----------
    paths : mapping of str to PathDraws
        With the same number of draws each.
    parts : sequence of str
        Series ids to add, for instance the districts of a city.
    series_id : str
        Id of the sum.

    Returns
    -------
    PathDraws
        The known past is where every part is known; draws go as far as the shortest part's. A part
        without draws leaves the sum without draws, with its reason.

    Raises
    ------
    QuestionError
        If there are no parts, one is unknown or a ratio, or their frequency, reporting or number of
        draws differ.
    """
    if not parts:
        raise QuestionError(series_id, "a sum needs parts.")
    missing = [one for one in parts if one not in paths]
    if missing:
        raise QuestionError(series_id, f"the parts {missing} have no paths.")
    chosen = [paths[one] for one in parts]
    _check(series_id, [one.series for one in chosen])
    # Before the latest beginning of a part there is no sum.
    start = max(min(one.start for one in chosen), *(one.first for one in chosen))
    total = _sum_of_known(series_id, chosen)
    silent = next((one for one in chosen if one.reason is not Reason.OK), None)
    if silent is not None:
        return PathDraws(total, start, np.empty((0, 0)), silent.method, silent.reason)
    if len({len(one.draws) for one in chosen}) > 1:
        raise QuestionError(series_id, "the parts were drawn a different number of times.")
    until = min(one.until for one in chosen)
    drawn: Floats = np.sum([_columns(one, start, until) for one in chosen], axis=0)
    return PathDraws(total, start, drawn, "sum")


def _check(series_id: str, members: Sequence[Series]) -> None:
    if any(one.measure is Measure.RATIO for one in members):
        raise QuestionError(series_id, "ratios do not add up over regions.")
    if len({(one.periods_per_year, one.reporting) for one in members}) > 1:
        raise QuestionError(series_id, "the parts differ in frequency or reporting.")


def _columns(path: PathDraws, start: int, until: int) -> Floats:
    """Reported values from `start` to `until`, known ones repeated for every draw."""
    wanted = range(start, until + 1)
    columns = [
        path.draws[:, t - path.start]
        if t >= path.start
        else np.full(len(path.draws), path.series.values[t - path.series.first])
        for t in wanted
    ]
    return np.stack(columns, axis=1) if columns else np.empty((len(path.draws), 0))


def _sum_of_known(series_id: str, chosen: Sequence[PathDraws]) -> Series:
    """The sum's own past: periods that every part reports, preliminary where any part is."""
    members = [one.series for one in chosen]
    first = max(one.first for one in members)
    last = min(one.first + one.values.size for one in members)
    size = max(last - first, 0)
    values = np.sum([one.values[first - one.first : first - one.first + size] for one in members], axis=0)
    marks = np.zeros(size, dtype=bool)
    for one in members:
        if one.provisional is not None:
            marks |= one.provisional[first - one.first : first - one.first + size]
    like = members[0]
    return Series(
        series_id,
        like.periods_per_year,
        first,
        values,
        measure=like.measure,
        reporting=like.reporting,
        provisional=marks,
    )
