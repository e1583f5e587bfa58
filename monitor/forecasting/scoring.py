"""Past readings scored: reliability, Brier score against the rules, ranges against what came."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import forecast
from monitor.core.track_record import Against, Reading, ReliabilityPoint, ScoreRow, Scores, TimeLeft

N_BINS = 5
_LOW, _HIGH = 0.1, 0.9


def score(readings: Sequence[Reading]) -> Scores:
    """Score readings of one source, together and by what they have in common.

    Parameters
    ----------
    readings : sequence of Reading
        Of targets whose fate is known.

    Source: docs/record.md.
    """
    if not readings:
        return Scores((), (), None, None, None)
    bins = forecast.reliability(_said(readings), _came(readings), n_bins=N_BINS)
    parts = forecast.brier_parts(bins)
    return Scores(
        rows=(
            _row("all", "all", readings),
            *_rows("time_left", readings, lambda reading: reading.time_left.value, list(TimeLeft)),
            *_rows("frequency", readings, lambda reading: reading.frequency),
            *_rows("kind", readings, lambda reading: reading.kind),
        ),
        bins=tuple(_point(found, readings) for found in bins if found.n),
        reliability_part=parts.reliability,
        resolution=parts.resolution,
        uncertainty=parts.uncertainty,
    )


def _rows(
    group: str,
    readings: Sequence[Reading],
    key_of: Callable[[Reading], str],
    order: Sequence[str] | None = None,
) -> list[ScoreRow]:
    keys = {key_of(reading) for reading in readings}
    listed = sorted(keys) if order is None else [key for key in order if key in keys]
    return [_row(group, key, [each for each in readings if key_of(each) == key]) for key in listed]


def _row(group: str, key: str, readings: Sequence[Reading]) -> ScoreRow:
    ranges = [each for each in readings if each.quantiles is not None and each.quantity is not None]
    came = _came(readings)
    return ScoreRow(
        group=group,
        key=key,
        n_targets=len({each.target for each in readings}),
        n_readings=len(readings),
        share_met=sum(came) / len(came),
        brier=forecast.brier(_said(readings), came),
        straight_line=_against(readings, lambda each: each.straight_line),
        last_year_share=_against(readings, lambda each: each.last_year_share),
        n_ranges=len(ranges),
        coverage=_coverage(ranges),
        crps_share=_crps_share(ranges),
    )


def _said(readings: Sequence[Reading]) -> list[float]:
    return [each.probability for each in readings]


def _came(readings: Sequence[Reading]) -> list[float]:
    return [float(each.is_met) for each in readings]


def _against(readings: Sequence[Reading], said: Callable[[Reading], bool | None]) -> Against | None:
    """A rule's yes counts as 1 and its no as 0; both are scored where the rule spoke."""
    spoke = [each for each in readings if said(each) is not None]
    if not spoke:
        return None
    rule = [float(bool(said(each))) for each in spoke]
    came = _came(spoke)
    return Against(len(spoke), forecast.brier(_said(spoke), came), forecast.brier(rule, came))


def _coverage(ranges: Sequence[Reading]) -> float | None:
    if not ranges:
        return None
    quantiles = [each.quantiles or {} for each in ranges]
    return forecast.coverage(
        [each[_LOW] for each in quantiles],
        [each[_HIGH] for each in quantiles],
        [each.quantity or 0.0 for each in ranges],
    )


def _crps_share(ranges: Sequence[Reading]) -> float | None:
    """Each in shares of the value asked for: units differ from target to target."""
    shares = [
        forecast.crps_from_quantiles(list(each.quantiles.values()), list(each.quantiles), each.quantity)
        / abs(each.wanted)
        for each in ranges
        if each.wanted and each.quantiles is not None and each.quantity is not None
    ]
    return sum(shares) / len(shares) if shares else None


def _point(found: forecast.ReliabilityBin, readings: Sequence[Reading]) -> ReliabilityPoint:
    is_first = found.lower == 0.0
    inside = [
        each
        for each in readings
        if found.lower < each.probability <= found.upper or (is_first and each.probability == 0.0)
    ]
    n_targets = len({each.target for each in inside})
    low, high = forecast.wilson_interval(found.share_met, n_targets)
    return ReliabilityPoint(
        lower=found.lower,
        upper=found.upper,
        n_readings=found.n,
        n_targets=n_targets,
        mean_probability=found.mean_probability,
        share_met=found.share_met,
        low=low,
        high=high,
    )
