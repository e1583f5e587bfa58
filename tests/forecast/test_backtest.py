"""Rolling origins: what a family may see, what is scored, and how."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from forecast import PathDraws, Reason
from forecast.backtest import class_of, clustered_se, cut_after, rolling_origins, summarise
from forecast.families import FAMILIES
from forecast.models.base import first_open_period, without_draws
from forecast.models.libraries.sarimax import Sarimax

from .builders import STOCK, annual, monthly, panel, simulated_walks, ytd_rows

EVEN = np.full(12, 1 / 12)


def december(year):
    return year * 12 + 11


@dataclass(frozen=True)
class Around:
    """Draws normals around the last measured value, moved by `move`; knows nothing else."""

    name: str = "around"
    move: float = 0.0
    spread: float = 1.0
    refuses: tuple[str, ...] = ()

    def paths(self, panel, series_ids, *, until, n_draws, seed):
        found = {}
        for one in series_ids:
            series = panel.series[one]
            if one in self.refuses:
                found[one] = without_draws(series, Reason.MODEL_FAILED, self.name)
                continue
            start = first_open_period(series)
            rng = np.random.default_rng(seed)
            last = series.measured[np.isfinite(series.measured)][-1]
            draws = last + self.move + self.spread * rng.standard_normal((n_draws, until[one] + 1 - start))
            found[one] = PathDraws(series, start, draws, self.name)
        return found


def test_a_panel_is_cut_at_the_month_for_every_frequency():
    known = cut_after(
        panel(
            annual("a", [1.0, 2, 3], first=2019),
            monthly("m", ytd_rows([12, 12, 12], EVEN), first_year=2019),
            annual("later", [1.0], first=2021),
        ),
        december(2020) + 3,
    )
    assert set(known.series) == {"a", "m"}
    assert known.series["a"].observed_to == 2020
    assert known.series["m"].observed_to == 2021 * 12 + 2


def test_annual_outcomes_are_counted_by_horizon():
    walks = panel(*simulated_walks(3, 12, seed=1))  # 2010 to 2021
    tested = rolling_origins(walks, [Around()], origins=[december(2017), december(2019)])
    assert [score.step for score in tested.scores] == [1, 3] * 3 + [1] * 3
    rows = summarise(tested.scores)
    assert [(row.step, row.n) for row in rows] == [(1, 6), (3, 3)]
    assert {row.series_class for row in rows} == {"annual/flow/peers"}


def test_within_the_year_its_end_is_forecast():
    known = panel(monthly("m", ytd_rows([100, 110, 120, 130, 140], EVEN), first_year=2016))
    origins = [2019 * 12 + 5, december(2019), 2020 * 12 + 8]
    scores = rolling_origins(known, [Around()], origins=origins).scores
    assert [(s.step, s.actual * s.scale) for s in scores] == [
        (6, pytest.approx(130)),
        (0, pytest.approx(140)),
        (9, pytest.approx(140)),
    ]


def test_preliminary_outcomes_and_too_early_origins_are_left_out():
    values = [100.0, 101, 102, 103, 104]
    marks = np.array([False] * 4 + [True])
    known = panel(annual("a", values, provisional=marks))
    assert not rolling_origins(known, [Around()], origins=[december(2013)], horizons=[1]).scores
    assert len(rolling_origins(known, [Around()], origins=[december(2012)], horizons=[1]).scores) == 1
    assert not rolling_origins(known, [Around()], origins=[december(2011)], horizons=[1]).scores


LED = Sarimax(drivers={"s0": ("s1",)})


@pytest.mark.parametrize(
    ("family", "scored"), [(FAMILIES["pooled"], None), (FAMILIES["ets"], ["s0", "s3"]), (LED, ["s0"])]
)
def test_nothing_after_the_origin_enters(family, scored):
    """Changing all that came later leaves every forecast as it was: own future, peers and drivers."""
    walks = simulated_walks(7, 12, seed=1)
    changed = [replace(one, values=np.concatenate([one.values[:9], one.values[9:] * 7])) for one in walks]
    tested, other = (
        rolling_origins(
            panel(*some), [family], origins=[december(2018)], horizons=[3], n_draws=50, series_ids=scored
        )
        for some in (walks, changed)
    )
    assert len(tested.scores) == len(scored or walks)
    for one, same in zip(tested.scores, other.scores, strict=True):
        assert np.array_equal(one.sample, same.sample)
        assert one.actual != same.actual


def test_refusals_are_counted_and_others_scored():
    known = panel(annual("a", range(1, 9)), annual("b", range(1, 9)))
    tested = rolling_origins(known, [Around(refuses=("a",))], origins=[december(2014)], horizons=[1])
    assert [score.series_id for score in tested.scores] == ["b"]
    assert dict(tested.refusals) == {("around", Reason.MODEL_FAILED): 1}


def test_scores_are_in_sizes_of_a_usual_change():
    near, far = (
        panel(annual("a", factor * np.array([10.0, 12, 11, 13, 15, 14]), measure=STOCK))
        for factor in (1, 1000)
    )
    one, big = (
        rolling_origins(known, [Around(spread=spread)], origins=[december(2014)], horizons=[1]).scores[0]
        for known, spread in ((near, 1.0), (far, 1000.0))
    )
    assert one.crps == pytest.approx(big.crps)
    assert one.brier == pytest.approx(big.brier)
    assert 0 <= one.brier <= 1
    assert one.series_class == class_of(near.series["a"]) == "annual/stock"


def test_an_exact_family_scores_better_than_a_moved_one():
    known = panel(annual("a", [10.0, 12, 11, 13, 15, 15]))
    exact, moved = rolling_origins(
        known,
        [Around(spread=0.1), Around("moved", move=9.0, spread=0.1)],
        origins=[december(2014)],
        horizons=[1],
    ).scores
    assert exact.crps < moved.crps
    assert exact.is_covered
    assert not moved.is_covered


def test_clusters_widen_the_standard_error():
    values = np.array([1.0, 1.0, -1.0, -1.0])
    assert clustered_se(values, ["a", "a", "b", "b"]) > clustered_se(values, [1, 2, 3, 4])
    assert clustered_se(values, ["a"] * 4) == np.inf
