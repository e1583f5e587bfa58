"""What every model family keeps to, whatever library is inside."""

import subprocess
import sys
import threading

import numpy as np
import pytest

from forecast import Panel, Reason, Reporting
from forecast.errors import ModelFailedError, UnknownModelError
from forecast.families import FAMILIES, models_named
from forecast.models.libraries.ets import Ets
from forecast.models.libraries.family import LibraryFamily
from forecast.models.libraries.sarimax import Sarimax

from .builders import COUNTER, RATIO, STOCK, annual, monthly, panel, simulated_walks, ytd_rows

SHARES = np.array([0.0, 0.15, 0.09, 0.08, 0.08, 0.09, 0.07, 0.08, 0.09, 0.08, 0.08, 0.11])
GUANGXI = [7.3, 9.4, 34.0, 39.4, 62.3, 79.4, 91.7, 940.6, 227.0, 88.9]
LIBRARIES = [name for name in FAMILIES if name != "pooled"]
every_family = pytest.mark.parametrize("name", FAMILIES)
every_library = pytest.mark.parametrize("name", LIBRARIES)


def whole_and_open_years():
    """Sums since January, January never reported, one month missing, the last year known to August."""
    rng = np.random.default_rng(5)
    rows = ytd_rows([100, 112, 120, 137], SHARES * rng.uniform(0.9, 1.1, 12))
    rows = [[None, *row[1:]] for row in rows]
    rows[1][4] = None
    rows[3] = rows[3][:8]
    return rows


def mixed_panel():
    """Simulated series, and the real jump of Guangxi's contracts."""
    walk = simulated_walks(1, 12, seed=4)[0].values
    return panel(
        annual("walk", walk),
        annual("jump", GUANGXI),
        annual("gaps", [*walk[:4], np.nan, *walk[5:9], np.nan, walk[10]]),
        annual("constant", [5.0] * 9),
        annual("counter", [0, 0, 3, 0, 1, 0, 2, 5], measure=COUNTER),
        annual("share", [90, 94, 96, 98, 99, 99.5], measure=RATIO, lower=0, upper=100),
        annual("negative", [-1.0, 2, -3, 4, 5, 6], measure=STOCK),
        annual("short", [100.0, 105]),
        monthly("ytd", whole_and_open_years()),
    )


def draw(name_or_family, known, ids=None, *, ahead=4, seed=1, n_draws=200):
    family = FAMILIES[name_or_family] if isinstance(name_or_family, str) else name_or_family
    ids = list(known.series) if ids is None else ids
    until = {one: known.series[one].observed_to + ahead for one in ids}
    return family.paths(known, ids, until=until, n_draws=n_draws, seed=seed)


@pytest.fixture(scope="module")
def drawn():
    return {name: draw(name, mixed_panel()) for name in FAMILIES}


@every_family
def test_every_series_has_sane_draws_or_a_reason(drawn, name):
    for series_id, path in drawn[name].items():
        if path.reason is not Reason.OK:
            assert path.draws.size == 0, series_id
            continue
        assert path.draws.shape == (200, 4), series_id
        assert np.isfinite(path.draws).all(), series_id
        # The pooled engine lets a share on its way to 100 % pile up there; no library may.
        wide = path.draws[:, :1] if (name, series_id) == ("pooled", "share") else path.draws
        assert (np.ptp(wide, axis=0) > 0.001 * np.abs(np.median(wide, axis=0))).all(), series_id


@every_library
def test_too_few_values_give_a_reason_and_sink_nobody(drawn, name):
    reasons = {series_id: path.reason for series_id, path in drawn[name].items()}
    assert reasons.pop("short") is Reason.TOO_SHORT
    assert set(reasons.values()) == {Reason.OK}


@every_family
def test_bounds_hold(drawn, name):
    assert drawn[name]["counter"].draws.min() >= 0
    assert drawn[name]["share"].draws.max() <= 100
    assert drawn[name]["jump"].draws.min() > 0


@every_library
def test_a_share_on_its_way_to_its_bound_is_not_certain(drawn, name):
    """A false certainty: every draw on the bound."""
    assert (drawn[name]["share"].draws == 100).mean(axis=0).max() < 0.5


@every_family
def test_sums_since_january_never_fall_below_what_is_there(drawn, name):
    path = drawn[name]["ytd"]
    august = path.series.values[-1]
    assert path.series.reporting is Reporting.YTD
    assert (np.diff(np.column_stack([np.full(200, august), path.draws]), axis=1) >= 0).all()
    assert 120 < np.median(path.draws[:, -1]) < 160


@every_family
def test_draws_depend_on_seed_and_series_alone(drawn, name):
    known = mixed_panel()
    some = draw(name, known, ["jump", "walk"])
    for series_id, path in some.items():
        assert np.array_equal(path.draws, drawn[name][series_id].draws)
    other = draw(name, known, ["walk"], seed=2)["walk"]
    assert not np.array_equal(other.draws, some["walk"].draws)


def test_prophet_draws_the_same_in_threads():
    """Prophet reads numpy's global generator; two threads must not share its stream."""
    known = mixed_panel()
    found = {}
    threads = [
        threading.Thread(target=lambda one=one: found.update(draw("prophet", known, [one])))
        for one in ("walk", "jump")
    ]
    np.random.seed(7)  # noqa: NPY002
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    alone = draw("prophet", known, ["walk", "jump"])
    assert all(np.array_equal(alone[one].draws, found[one].draws) for one in alone)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_a_preliminary_last_value_is_redrawn_and_moves_what_follows():
    walk = simulated_walks(1, 12, seed=4)[0].values
    marks = np.arange(12) == 11
    doubtful = draw("ets", panel(annual("a", walk, provisional=marks)), n_draws=2000)["a"]
    final = draw("ets", panel(annual("a", walk)), n_draws=2000)["a"]
    assert doubtful.start == final.start - 1
    assert np.corrcoef(doubtful.draws[:, 0], doubtful.draws[:, 1])[0, 1] > 0.05
    assert doubtful.draws[:, 0].std() == pytest.approx(0.015 * walk[-1], rel=0.2)


def test_a_month_missing_in_the_year_under_way_is_drawn_for_the_sum():
    rows = [list(100 * SHARES[1:] * (1 + 0.1 * year)) for year in range(4)]
    rows = [[5.0, *row] for row in rows]
    rows[3] = rows[3][:6]
    rows[3][3] = None
    path = draw("ets", panel(monthly("m", rows, reporting=Reporting.PERIOD)), ahead=6)["m"]
    april, may = path.start, path.start + 1
    assert path.draws[:, 0].std() > 0
    assert np.ptp(path.draws[:, may - april]) == 0
    assert np.isfinite(path.at([path.until])).all()


def test_no_month_of_a_series_that_skips_january_is_drawn_for_january():
    rows = whole_and_open_years()
    path = draw("ets", panel(monthly("m", rows)), ahead=6)["m"]
    january = 4 - 0
    assert np.isnan(path.draws[:, january]).all()
    assert np.isfinite(path.draws[:, january + 1]).all()


class Broken(LibraryFamily):
    """Fails on one series and draws infinity on another."""

    name = "broken"

    def n_parameters(self, history):
        return 1

    def simulate(self, panel, history, *, n_steps, n_draws, seed):
        if history.series.series_id == "raises":
            raise np.linalg.LinAlgError("singular")
        value = np.inf if history.series.series_id == "infinite" else 1.0
        return np.full((n_draws, n_steps), value)


def test_a_failing_fit_fails_alone():
    ids = ("raises", "infinite", "fine")
    found = draw(Broken(), panel(*(annual(one, [1.0, 2, 3, 4, 5, 6]) for one in ids)))
    assert [found[one].reason for one in ids] == [Reason.MODEL_FAILED, Reason.MODEL_FAILED, Reason.OK]
    assert found["fine"].draws.std(axis=0).min() > 0


def driven(n=16, seed=3):
    """A target that follows its driver of the same year, simulated; the driver is known a year longer."""
    rng = np.random.default_rng(seed)
    driver = np.cumsum(rng.normal(0.05, 0.15, n + 1))
    target = 1 + 0.9 * driver[:n] + rng.normal(0, 0.01, n)
    return annual("driver", np.exp(driver)), annual("target", np.exp(target)), driver


def test_a_driver_that_is_ahead_narrows_and_moves_the_forecast():
    driver, target, x = driven()
    known = panel(driver, target)
    plain = draw(Sarimax(), known, ["target"], n_draws=1000)["target"].draws[:, 0]
    led = draw(Sarimax(drivers={"target": ("driver",)}), known, ["target"], n_draws=1000)["target"].draws[
        :, 0
    ]
    assert np.log(led).std() < 0.5 * np.log(plain).std()
    assert np.median(np.log(led)) == pytest.approx(1 + 0.9 * x[-1], abs=0.05)


def test_the_unknown_future_of_a_driver_is_drawn():
    driver, target, _ = driven()
    same_end = annual("driver", driver.values[:-1])
    family = Sarimax(drivers={"target": ("driver",)})
    spread = np.log(draw(family, panel(same_end, target), ["target"])["target"].draws[:, 2]).std()
    assert spread > 0.1


@pytest.mark.parametrize("drivers", [("nobody",), ("monthly",), ("brief",)])
def test_a_driver_that_cannot_serve_fails_its_target_alone(drivers):
    _, target, _ = driven()
    monthly_series = monthly("monthly", whole_and_open_years())
    known = panel(target, monthly_series, annual("brief", [1.0, 2]), annual("steady", [3.0] * 6))
    found = draw(Sarimax(drivers={"target": drivers}), known, ["target", "steady"], ahead=2)
    assert found["target"].reason is Reason.MODEL_FAILED
    assert found["steady"].reason is Reason.OK


def test_families_are_named():
    assert [model.name for model in models_named(["ets", "prophet"])] == ["ets", "prophet"]
    (led,) = models_named(["sarimax"], drivers={"a": ("b",)})
    assert led == Sarimax(drivers={"a": ("b",)})
    with pytest.raises(UnknownModelError, match=r"'arima'; there are pooled, ets"):
        models_named(["arima"])


def test_errors_say_which_model():
    family, series = Ets(), annual("a", [1.0, 2, 3, 4, 5, 6])
    assert "ets" in str(ModelFailedError(family.name, "no"))
    assert draw(family, Panel.of([series]), ahead=0)["a"].draws.shape == (200, 0)


def test_importing_the_package_loads_no_library():
    heavy = "{'statsmodels', 'prophet', 'pandas'}"
    code = f"import sys, forecast, forecast.families; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
