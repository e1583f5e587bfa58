"""Retraining is a job: what it learns is kept, named in the model version, and used from its day on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

import forecast
from monitor import queries
from monitor.assess import assess, load_snapshot
from monitor.clock import local_date
from monitor.config.schedule import JobEntry
from monitor.core.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.core.records import RunKind
from monitor.core.runs import TrainedModel
from monitor.core.snapshot import Snapshot
from monitor.forecasting import model_version, train
from monitor.forecasting.training import pooled_engine
from monitor.schedule import KINDS, JobContext
from monitor.setup import Workspace
from tests.monitor.builders import FakeClock

DAY = dt.date(2026, 11, 21)
NOON = dt.datetime(2026, 11, 21, 4, 0, tzinfo=dt.UTC)


def probabilities(workspace: Workspace, as_of: dt.date) -> tuple[str, dict[str, float | None]]:
    policy = replace(workspace.policy, n_draws=200)  # enough to see that the numbers moved
    assess(workspace.store, ADMIN, policy, as_of=as_of, kind=RunKind.ADHOC)
    run = queries.last_run(workspace.store, ADMIN, kind=RunKind.ADHOC)
    assert run is not None
    found = queries.latest_assessments(workspace.store, ADMIN, as_of=as_of, kind=RunKind.ADHOC)
    return run.versions["model"], {code: entry.probability_met for code, entry in found.items()}


@pytest.mark.workspace("simulated_city")
def test_what_was_learned_is_kept_named_and_used(workspace: Workspace) -> None:
    before = probabilities(workspace, DAY)
    context = JobContext(
        workspace, ADMIN, FakeClock(NOON), NOON, JobEntry(kind="retrain", every="1h").options
    )
    report = KINDS["retrain"].run(context)
    assert report.facts["kept"], report.told
    trained = queries.trained_model(workspace.store, ADMIN, as_of=local_date(NOON))
    assert trained is not None
    version, after = probabilities(workspace, DAY)
    assert trained.version in version
    assert version != before[0]
    assert after.keys() == before[1].keys()
    assert after != before[1]
    assert not KINDS["retrain"].run(context).facts["kept"], "the same figures teach the same"
    # Nothing later than a day enters it: the day before still draws with what ships.
    earlier = load_snapshot(workspace.store, ADMIN, as_of=DAY - dt.timedelta(days=1))
    assert earlier.trained is None


@pytest.mark.workspace("simulated_city")
def test_too_few_series_teach_nothing(workspace: Workspace) -> None:
    snapshot = load_snapshot(workspace.store, ADMIN, as_of=DAY)
    assert train(snapshot.keeping(lambda entry: entry.period < "2021-03")) is None


def test_what_was_learned_for_other_models_is_set_aside() -> None:
    learned = forecast.to_data(forecast.shipped())
    older = {name: part for name, part in learned.items() if name not in ("surge", "batch")}
    older |= {"form": learned["form"] - 1, "lumpy": learned["batch"]}
    plain = Snapshot(DAY, {}, {}, {}, {})
    current, before = (
        replace(plain, trained=TrainedModel("2026-11-20 1a2b3c4d", DAY, 30, document))
        for document in (learned, older)
    )
    assert "2026-11-20 1a2b3c4d" in model_version(current)
    assert model_version(before) == model_version(plain)
    assert pooled_engine(before) == forecast.Pooled()
