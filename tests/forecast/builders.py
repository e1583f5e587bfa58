"""Small series for the tests."""

from dataclasses import replace

import numpy as np

from forecast import Comparator, Measure, Panel, Question, Reporting, Series, TargetKind, shipped


def annual(series_id, values, *, first=2010, **more):
    return Series(series_id, 1, first, np.array(values, dtype=float), **more)


def monthly(series_id, rows, *, first_year=2019, reporting=Reporting.YTD, **more):
    """Rows of months, one per year; None or NaN is a gap, short last rows are the year under way."""
    values = [np.nan if v is None else v for row in rows for v in row]
    return Series(series_id, 12, first_year * 12, np.array(values, dtype=float), reporting=reporting, **more)


def ytd_rows(totals, shares):
    return [[total * share for share in np.cumsum(shares)] for total in totals]


def level(value, deadline, *, series_id="a", comparator=Comparator.AT_LEAST, **more):
    return Question(f"{series_id}>{value}", series_id, TargetKind.LEVEL, comparator, value, deadline, **more)


def simulated_walks(n, length, *, seed, drift=0.05, sd=0.1, group="g"):
    """Random walks with drift in logs: simulated, not figures of any region."""
    rng = np.random.default_rng(seed)
    walks = np.exp(np.cumsum(rng.normal(drift, sd, (n, length)), axis=1))
    return [annual(f"s{i}", 100 * walk, group=group) for i, walk in enumerate(walks)]


def panel(*series):
    return Panel.of(series)


FLOW, STOCK, RATIO, COUNTER = Measure.FLOW, Measure.STOCK, Measure.RATIO, Measure.COUNTER


def with_residuals(**sizes):
    """Coefficients whose residuals are the shipped ones times something, or all the same number."""
    learned = shipped()
    for name, act in sizes.items():
        one = getattr(learned, name)
        residuals = replace(one.residuals, quantiles=act(one.residuals.quantiles))
        learned = replace(learned, **{name: replace(one, residuals=residuals)})
    return learned
