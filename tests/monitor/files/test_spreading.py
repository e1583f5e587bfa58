"""The same numbers wherever they are made, and nothing lost with a worker."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from joblib.externals.loky.process_executor import TerminatedWorkerError

from monitor.core.errors import UsageError, UserFacingError
from monitor.forecasting import Engine, Inputs, answer_inputs, clusters, spreading, units
from monitor.forecasting.files.asked import Asked
from tests.monitor.files.builders import ENGINE, GROWTH, read, target


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    rows = [
        target(f"{name}{year}{value}", name, f"{year}-12-31", value, f"{year + 2}-12-31")
        for name in GROWTH
        for year in (2015, 2018)
        for value in (120, 180)
    ]
    return read(tmp_path, targets=rows)


def placed(asked: Asked) -> list[units.Placed]:
    return [
        units.Placed(int(day), question, row)
        for row, (day, question) in enumerate(zip(asked.as_of.tolist(), asked.questions, strict=True))
        if question is not None
    ]


def test_a_day_is_cut_by_series_only_where_it_is_long(inputs: Inputs) -> None:
    asked = placed(inputs.asked)
    whole = units.cut(asked, most=100)
    assert [len(unit.asked) for unit in whole] == [6, 6]
    parts = units.cut(asked, most=3)
    assert [len(unit.asked) for unit in parts] == [4, 2, 4, 2]
    for unit in parts:
        assert len({one.day for one in unit.asked}) == 1
    assert sorted(one.row for unit in parts for one in unit.asked) == list(range(12))
    assert units.cut([], most=3) == []


def test_parts_of_a_day_give_the_answers_of_the_whole(inputs: Inputs) -> None:
    def answers(most: int) -> dict[int, object]:
        found = {}
        for unit in units.cut(placed(inputs.asked), most=most):
            known = inputs.evidence.known_on(unit.day)
            got = units.answer_unit(known, unit, seed=3, n_draws=200).answers
            found |= {one.row: answer for one, answer in zip(unit.asked, got, strict=True)}
        return found

    assert answers(1) == answers(100)


def test_one_process_and_two_give_the_same_numbers(inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "LEAST_QUESTIONS", 3)
    seen: list[tuple[int, int]] = []
    alone = answer_inputs(inputs, ENGINE)
    shared = answer_inputs(inputs, replace(ENGINE, processes=2), lambda *done: seen.append(done))
    pd.testing.assert_frame_equal(alone.table, shared.table, check_exact=True)
    assert seen[-1] == (12, 12)
    assert seen == sorted(seen)


def test_long_work_goes_over_to_processes(inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "MOST_QUESTIONS", 3)
    monkeypatch.setattr(spreading, "SECONDS_WORTH_PROCESSES", 0.0)
    monkeypatch.setattr(spreading.joblib, "cpu_count", lambda: 2)
    gone: list[int] = []
    whole = spreading._in_processes

    def noted(*arguments: object, n_jobs: int) -> object:
        gone.append(n_jobs)
        return whole(*arguments, n_jobs=n_jobs)  # type: ignore[arg-type]

    monkeypatch.setattr(spreading, "_in_processes", noted)
    found = answer_inputs(inputs, replace(ENGINE, processes=None))
    assert gone == [2]
    pd.testing.assert_frame_equal(found.table, answer_inputs(inputs, ENGINE).table, check_exact=True)


@pytest.mark.parametrize("error", [TerminatedWorkerError("killed"), OSError("gone")])
def test_what_is_lost_with_a_worker_is_answered_here(
    inputs: Inputs, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    class Broken:
        def __init__(self, **_: object) -> None: ...

        def __call__(
            self, jobs: Iterator[tuple[object, tuple[object, ...], dict[str, object]]]
        ) -> Iterator[object]:
            work, arguments, options = next(iter(jobs))
            yield work(*arguments, **options)  # type: ignore[operator]
            raise error

    monkeypatch.setattr(spreading.joblib, "Parallel", Broken)
    told: list[str] = []
    found = answer_inputs(inputs, replace(ENGINE, processes=2, tell=told.append))
    pd.testing.assert_frame_equal(found.table, answer_inputs(inputs, ENGINE).table, check_exact=True)
    assert len(told) == 1
    assert "the 6 targets they left are answered in this process" in told[0]


def test_an_engine_that_is_no_address_is_refused(inputs: Inputs) -> None:
    with pytest.raises(UsageError, match="write local or tcp://host:port"):
        answer_inputs(inputs, Engine("dask"))


def test_an_engine_without_its_package_is_refused(inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match="`distributed`"):
        answer_inputs(inputs, Engine("tcp://127.0.0.1:1"))


class FakeClient:
    status = "running"

    def __init__(self, *, workers: int) -> None:
        self.workers = workers

    def ncores(self) -> dict[str, int]:
        return {f"tcp://{n}": 1 for n in range(self.workers)}

    def wait_for_workers(self, count: int, timeout: float) -> None:
        if self.workers < count:
            raise TimeoutError


def test_a_cluster_without_workers_is_named() -> None:
    assert clusters.workers_of(FakeClient(workers=3), "tcp://x") == 3
    with pytest.raises(UserFacingError, match="has no workers"):
        clusters.workers_of(FakeClient(workers=0), "tcp://x")


def test_a_cluster_that_lost_all_workers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "SECONDS_WITHOUT_WORKERS", 0.0)
    monkeypatch.setattr(clusters, "_LOOK_EVERY", 0.01)
    hanging = clusters.queue.SimpleQueue[int]()

    def results() -> Iterator[int]:
        yield 1
        hanging.get()  # for ever: the thread is left behind

    found = clusters.watched(results(), FakeClient(workers=0))
    assert next(found) == 1
    with pytest.raises(clusters.WorkersGoneError):
        next(found)
    hanging.put(0)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (ValueError("no"), ValueError, "no"),
        (ModuleNotFoundError("No module named 'monitor'"), UserFacingError, "install zhibiao there"),
    ],
)
def test_errors_of_the_cluster_reach_the_caller(error: Exception, kind: type[Exception], words: str) -> None:
    def results() -> Iterator[int]:
        yield 1
        raise error

    found = clusters.watched(results(), FakeClient(workers=1))
    assert next(found) == 1
    with pytest.raises(kind, match=words):
        next(found)


def test_a_dask_cluster_gives_the_same_numbers(inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(spreading, "LEAST_QUESTIONS", 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the cluster's own
        with distributed.LocalCluster(
            n_workers=2, processes=False, host="127.0.0.1", protocol="tcp://", dashboard_address=None
        ) as cluster:
            found = answer_inputs(inputs, replace(ENGINE, address=cluster.scheduler_address))
    pd.testing.assert_frame_equal(found.table, answer_inputs(inputs, ENGINE).table, check_exact=True)
