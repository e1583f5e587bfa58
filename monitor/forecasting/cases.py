"""From a target and what is known to a question the forecast can answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

import forecast
from forecast.targets import Comparator, TargetKind
from monitor.core.indicators import Indicator, JudgedOn, Measure, Polarity, Reporting
from monitor.core.ledger import Terms, published
from monitor.core.periods import Frequency, Period
from monitor.core.policy import Policy
from monitor.core.records import Observation, Target
from monitor.core.series import KnownSeries
from monitor.core.snapshot import Snapshot
from monitor.core.term_rules import resolve_start
from monitor.core.units import unit_named

GROWTH_KINDS = frozenset(
    {TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH, TargetKind.GROWTH_EACH_YEAR, TargetKind.MULTIPLE}
)
_INDEX_START = 100.0


@dataclass(frozen=True)
class Case:
    """A target made answerable.

    Parameters
    ----------
    target : str
        Code, also the question id.
    terms : Terms
        In force.
    indicator : Indicator
        The one whose series answers: the published growth rate where growth has one.
    known : KnownSeries or None
        Its series in the target's region; None when no figure is known.
    deadline : Period
        Period the target is judged on, at the indicator's frequency.
    start : Period or None
        Base period or first counted one.
    series_id : str
        Of the series that answers.
    question : forecast.Question
        What is asked.
    settled_by : datetime.date or None
        Day of the release that settles the target, if it is out.
    judged_peers : mapping of series id to KnownSeries
        For a settled rank: its peers as they stood on that day.
    is_chained : bool
        Whether the series that answers is an index chained from published yearly rates.
    rate_without_data : bool
        Whether the answer waits for a published growth rate.
    set_on : datetime.date
        Day the target first took effect.
    """

    target: str
    terms: Terms
    indicator: Indicator
    known: KnownSeries | None
    deadline: Period
    start: Period | None
    series_id: str
    question: forecast.Question
    settled_by: dt.date | None
    judged_peers: Mapping[str, KnownSeries]
    is_chained: bool
    rate_without_data: bool
    set_on: dt.date


def series_id_of(indicator: str, region: str) -> str:
    """Id of the plain series of an indicator in a region."""
    return f"{indicator}:{region}"


def build_case(target: Target, terms: Terms, snapshot: Snapshot, policy: Policy) -> Case:
    """The question a target asks, under some terms, of the figures known on the snapshot's day."""
    named = snapshot.indicators[terms.indicator or ""]
    indicator, kind, chained = _answering_indicator(named, terms.kind, snapshot.indicators)
    known = snapshot.series(indicator.code, terms.region)
    deadline = Period.containing(terms.deadline, indicator.frequency)
    start = resolve_start(terms.start, kind=kind, frequency=indicator.frequency) if terms.start else None
    peers = snapshot.peers_of(indicator.code, terms.region) if kind is TargetKind.RANK else ()
    settled_by = _settling_day(snapshot, indicator, (terms.region, *peers), deadline)
    judged = "" if settled_by is None else f":judged:{settled_by.isoformat()}"
    series_id = series_id_of(indicator.code, terms.region) + (":index" if chained else "") + judged
    judged_peers: dict[str, KnownSeries] = {}
    if settled_by is not None:
        known = _as_known_on(snapshot, settled_by, indicator, terms.region)
        for peer in peers:
            then = _as_known_on(snapshot, settled_by, indicator, peer)
            if then is not None:
                judged_peers[series_id_of(indicator.code, peer) + judged] = then
    return Case(
        target=target.code,
        terms=terms,
        indicator=indicator,
        known=known,
        deadline=deadline,
        start=start,
        series_id=series_id,
        question=_question(
            target.code,
            terms,
            kind=kind,
            indicator=indicator,
            deadline=deadline,
            start=start,
            series_id=series_id,
            peers=tuple(series_id_of(indicator.code, peer) + judged for peer in peers),
            policy=policy,
        ),
        settled_by=settled_by,
        judged_peers=judged_peers,
        is_chained=chained,
        rate_without_data=known is None and _is_rate(indicator, snapshot.indicators),
        set_on=published(target.history).effective_on,
    )


def _answering_indicator(
    named: Indicator, kind: TargetKind, indicators: Mapping[str, Indicator]
) -> tuple[Indicator, TargetKind, bool]:
    """Growth of an indicator with a published rate is read from that rate, never from levels.

    Growth of one year is the level of the rate; growth over several years is growth of the index
    that the yearly rates chain to.
    """
    rate = indicators.get(named.growth_indicator or "")
    if rate is None and _is_rate(named, indicators):
        rate = named
    if rate is None or kind not in GROWTH_KINDS:
        return named, kind, False
    if kind is TargetKind.GROWTH:
        return rate, TargetKind.LEVEL, False
    return rate, kind, True


def _is_rate(indicator: Indicator, indicators: Mapping[str, Indicator]) -> bool:
    return any(other.growth_indicator == indicator.code for other in indicators.values())


def _settling_day(
    snapshot: Snapshot, indicator: Indicator, regions: Sequence[str], deadline: Period
) -> dt.date | None:
    """The day on which every region's figure for the deadline was out, or None while one is not."""
    days = [_settling_release(snapshot, indicator, region, deadline) for region in regions]
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def _settling_release(
    snapshot: Snapshot, indicator: Indicator, region: str, deadline: Period
) -> dt.date | None:
    """Day of the first release of the deadline's figure that may settle (or of the latest one)."""
    days = [
        entry.known_on
        for entry in snapshot.releases.get((indicator.code, region), ())
        if entry.period == str(deadline) and entry.status.settles
    ]
    if not days:
        return None
    return min(days) if indicator.judged_on is JudgedOn.FIRST_RELEASE else max(days)


def _as_known_on(snapshot: Snapshot, day: dt.date, indicator: Indicator, region: str) -> KnownSeries | None:
    """The series as it stood on the day the target was settled: later revisions do not re-judge it."""

    def was_known(entry: Observation) -> bool:
        return entry.indicator == indicator.code and entry.region == region and entry.known_on <= day

    return snapshot.keeping(was_known).series(indicator.code, region)


def _question(
    target: str,
    terms: Terms,
    *,
    kind: TargetKind,
    indicator: Indicator,
    deadline: Period,
    start: Period | None,
    series_id: str,
    peers: tuple[str, ...],
    policy: Policy,
) -> forecast.Question:
    comparator = terms.comparator or Comparator.MORE_THAN
    return forecast.Question(
        question_id=target,
        series_id=series_id,
        kind=kind,
        comparator=comparator,
        value=terms.value,
        value_upper=terms.value_upper,
        start=start.ordinal if start else None,
        deadline=deadline.ordinal,
        decimals=compared_decimals(kind, indicator),
        about_tolerance=_tolerance(terms, policy) if comparator is Comparator.ABOUT else 0.0,
        higher_is_better=indicator.polarity is Polarity.HIGHER,
        peers=peers,
    )


def with_value(case: Case, value: float, policy: Policy) -> Case:
    """The same case with another value; the upper end of a band moves along. [base unit of the kind]"""
    terms = case.terms
    shift = value - (terms.value or 0.0)
    upper = None if terms.value_upper is None else terms.value_upper + shift
    changed = replace(terms, value=value, value_upper=upper)
    tolerance = _tolerance(changed, policy) if terms.comparator is Comparator.ABOUT else 0.0
    question = replace(case.question, value=value, value_upper=upper, about_tolerance=tolerance)
    return replace(case, terms=changed, question=question)


def compared_decimals(kind: TargetKind, indicator: Indicator) -> int | None:
    """Decimals at which the compared quantity is published, in base units (negative for amounts)."""
    if kind in {TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH, TargetKind.GROWTH_EACH_YEAR}:
        return 1
    if kind in {TargetKind.RANK, TargetKind.DIRECTION, TargetKind.MULTIPLE}:
        return None
    return indicator.decimals - round(float(np.log10(unit_named(indicator.display_unit).factor)))


def _tolerance(terms: Terms, policy: Policy) -> float:
    """What `about` allows; the share for amounts and counts is a rule of `configs/flags.yaml`."""
    return forecast.about_tolerance(
        terms.value or 0.0,
        written_decimals=terms.written_decimals,
        is_rate=terms.unit is not None and unit_named(terms.unit).base in {"percent", "percentage_point"},
        share=policy.about_tolerance_share,
    )


def reached_already(case: Case) -> float | None:
    """The amount counted, where it can no longer fall below the target; else None.

    Only flows and counters asked for an amount of at least so much, from settling figures.
    """
    terms, indicator = case.terms, case.indicator
    if terms.value is None or terms.comparator not in {Comparator.AT_LEAST, Comparator.MORE_THAN}:
        return None
    if indicator.measure not in {Measure.FLOW, Measure.COUNTER} or indicator.polarity is Polarity.LOWER:
        return None
    so_far = counted_so_far(case)
    if so_far is None:
        return None
    is_reached = so_far >= terms.value if terms.comparator is Comparator.AT_LEAST else so_far > terms.value
    return so_far if is_reached else None


def counted_so_far(case: Case) -> float | None:
    """Amount counted in the target's window by settling figures; None for kinds that count nothing."""
    if case.question.kind not in {TargetKind.LEVEL, TargetKind.CUMULATIVE}:
        return None
    first_year = case.deadline.year
    if case.question.kind is TargetKind.CUMULATIVE and case.start is not None:
        if case.start.part != 1:
            return None
        first_year = case.start.year
    if case.known is None:
        return None
    years = range(first_year, case.deadline.year + 1)
    totals = [_counted_in_year(case.known, year) for year in years]
    return sum(total for total in totals if total is not None) if any(t is not None for t in totals) else None


def _counted_in_year(known: KnownSeries, year: int) -> float | None:
    entries = [entry for period, entry in known.values if period.year == year and entry.status.settles]
    if not entries and known.indicator.reporting is Reporting.YTD:
        entries = [
            entry for period, entry in known.within_year if period.year == year and entry.status.settles
        ]
    if not entries:
        return None
    if known.indicator.reporting is Reporting.YTD or known.indicator.frequency is Frequency.ANNUAL:
        return entries[-1].value
    return sum(entry.value for entry in entries)


def to_series(known: KnownSeries, *, series_id: str, group: str) -> forecast.Series:
    """A known series as the forecast reads it; periods without a figure are NaN."""
    indicator = known.indicator
    first, last = known.values[0][0].ordinal, known.values[-1][0].ordinal
    values = np.full(last - first + 1, np.nan)
    provisional = np.zeros(values.size, dtype=bool)
    for period, entry in known.values:
        values[period.ordinal - first] = entry.value
        provisional[period.ordinal - first] = not entry.status.settles
    return forecast.Series(
        series_id=series_id,
        periods_per_year=indicator.frequency.periods_per_year,
        first=first,
        values=values,
        measure=forecast.Measure(indicator.measure.value),
        reporting=forecast.Reporting(indicator.reporting.value),
        group=group,
        lower=indicator.lower,
        upper=indicator.upper,
        batch_months=indicator.batch_months,
        provisional=provisional,
    )


def chained_index(rates: forecast.Series) -> forecast.Series:
    """An index (100 before the first rate) that yearly growth rates in percent chain to.

    A gap in the rates breaks the chain: only the run after the last gap is kept.
    """
    gaps = np.flatnonzero(np.isnan(rates.values))
    begin = int(gaps[-1]) + 1 if gaps.size else 0
    run = rates.values[begin:]
    index = _INDEX_START * np.concatenate([[1.0], np.cumprod(1.0 + run / 100.0)])
    marks = rates.provisional[begin:] if rates.provisional is not None else np.zeros(run.size, dtype=bool)
    return replace(
        rates,
        first=rates.first + begin - 1,
        values=index,
        measure=forecast.Measure.STOCK,
        lower=0.0,
        upper=None,
        provisional=np.concatenate([[False], marks]),
    )
