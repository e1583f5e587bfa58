"""The within-year model: batches, gaps, early zeros, every measure."""

import numpy as np
import pytest

from forecast import ChainLadder, Reason, Reporting, Series, answer, forecast_paths

from .builders import COUNTER, FLOW, STOCK, level, monthly, panel, ytd_rows

EVEN = [1 / 12] * 12
SURGE = [0.02] * 10 + [0.2, 0.6]
BATCHES = [0, 0, 0, 0, 0, 0, 0.3, 0, 0, 0.3, 0, 0.4]
TOTALS = [100, 108, 118, 126, 138]
LAST_DECEMBER = 2023 * 12 + 11


def unfinished(shares, months, *, totals=TOTALS, **more):
    rows = ytd_rows(totals, shares)
    rows[-1] = rows[-1][:months]
    return monthly("a", rows, **more)


def median_end(series, *, seed=1):
    path = forecast_paths(
        panel(series), ["a"], until={"a": LAST_DECEMBER}, seed=seed, models=(ChainLadder(),)
    )["a"]
    return path, float(np.median(path.measured_draws[:, -1]))


@pytest.mark.parametrize("shares", [EVEN, SURGE])
def test_completion_not_the_calendar_decides(shares):
    path, end = median_end(unfinished(shares, 10))
    assert path.method == "chain_ladder"
    assert end == pytest.approx(138, rel=0.02)


def test_period_reports_give_the_same_as_year_to_date():
    rows = [np.diff(row, prepend=0).tolist() for row in ytd_rows(TOTALS, SURGE)]
    rows[-1] = rows[-1][:10]
    path, end = median_end(monthly("a", rows, reporting=Reporting.PERIOD))
    _, same = median_end(unfinished(SURGE, 10))
    assert end == pytest.approx(same)
    assert path.draws.shape[1] == 2
    assert (path.draws >= -1e-9).all()


def test_stocks_follow_their_course():
    rows = [[100 + 12 * year + month for month in range(12)] for year in range(5)]
    rows[-1] = rows[-1][:6]
    _, end = median_end(monthly("a", rows, measure=STOCK))
    assert end == pytest.approx(159, rel=0.02)


def test_january_never_reported_and_missing_months():
    rows = ytd_rows(TOTALS, EVEN)
    rows = [[None, *row[1:]] for row in rows]
    rows[1][5] = rows[2][7] = None
    rows[-1] = rows[-1][:8]
    path, end = median_end(monthly("a", rows))
    assert end == pytest.approx(138, rel=0.03)
    more = forecast_paths(panel(monthly("a", rows)), ["a"], until=10, seed=1)["a"]
    assert np.isnan(more.draws[:, 4]).all()
    assert np.isfinite(more.draws[:, [3, 5]]).all()
    assert path.series.silent_parts == {0}


def test_nothing_is_read_as_failure_before_the_first_batch():
    series = unfinished(BATCHES, 6, batch_months=(7, 10, 12), measure=COUNTER)
    path, end = median_end(series)
    assert path.method == "drift"
    assert end == pytest.approx(136, rel=0.05)
    quiet = unfinished([0.05] * 4 + [0.0] * 2 + [0.8 / 6] * 6, 6, batch_months=(7,), totals=[*TOTALS[:4], 10])
    _, end = median_end(quiet)
    assert end == pytest.approx(136, rel=0.05)


def test_early_zeros_say_nothing_where_they_are_usual():
    path, end = median_end(unfinished(BATCHES, 5))
    assert path.method == "drift"
    assert end == pytest.approx(136, rel=0.05)


def test_a_zero_where_there_always_was_something_lowers_the_year():
    rows = ytd_rows(TOTALS, EVEN)
    rows[-1] = [0.0] * 8
    _, end = median_end(monthly("a", rows))
    assert end < 120


def test_one_past_year_is_too_short_but_peers_lend_theirs():
    rows = ytd_rows([100, 110], SURGE)
    rows[-1] = rows[-1][:10]
    short = monthly("a", rows, first_year=2022, group="g")
    question = level(105, LAST_DECEMBER)
    assert answer(panel(short), [question], seed=1)[0].reason is Reason.TOO_SHORT
    peers = [
        monthly(f"p{i}", ytd_rows([50 + i, 55 + i, 60, 66], SURGE), first_year=2019, group="g")
        for i in range(6)
    ]
    got = answer(panel(short, *peers), [question], seed=1)[0]
    assert got.reason is Reason.OK
    assert got.quantiles[4] == pytest.approx(110, rel=0.03)


def test_two_past_years_answer_for_this_year_but_not_the_next():
    series = unfinished(EVEN, 9, totals=TOTALS[:3])
    this, following = (level(110, 2021 * 12 + 11), level(110, 2022 * 12 + 11))
    first, second = answer(panel(series), [this, following], seed=1)
    assert first.reason is Reason.OK
    assert second.reason is Reason.TOO_SHORT


def test_known_months_after_a_gap_hold_the_year_up():
    rows = [np.diff(row, prepend=0).tolist() for row in ytd_rows(TOTALS, EVEN)]
    rows[-1] = [5.0, None, 5.0, 400.0]
    path, _ = median_end(monthly("a", rows, reporting=Reporting.PERIOD, measure=FLOW))
    assert path.start == 2023 * 12 + 1
    assert path.measured_draws[:, -1].min() >= 410


def test_preliminary_months_are_drawn():
    marks = np.zeros(58, dtype=bool)
    marks[-1] = True
    series = unfinished(EVEN, 10, provisional=marks)
    got = answer(panel(series), [level(115, 2023 * 12 + 9)], seed=1)[0]
    assert got.reason is Reason.OK
    assert 0.3 < got.probability_met < 0.7


def test_quarters_work_like_months():
    totals = np.array([100, 108, 118, 126, 138.0])
    values = np.concatenate([t * np.array([0.1, 0.3, 0.5, 1.0]) for t in totals])[:-1]
    series = Series("a", 4, 2019 * 4, values, reporting=Reporting.YTD)
    got = answer(panel(series), [level(130, 2023 * 4 + 3)], seed=1)[0]
    assert got.quantiles[4] == pytest.approx(138, rel=0.02)
    assert got.observed_to == 2023 * 4 + 2


def test_years_after_this_one_walk_on():
    series = unfinished(EVEN, 9)
    path = forecast_paths(panel(series), ["a"], until={"a": 2025 * 12 + 11}, seed=1)["a"]
    ends = np.median(path.draws[:, [2, 14, 26]], axis=0)
    assert (np.diff(ends) > 3).all()
    assert (np.diff(path.draws[:, 15:27], axis=1) >= 0).all()
