"""Rows beside what the database holds: slipped units, falls within the year, lawful revisions."""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from monitor.core.loading import LoadContents
from monitor.core.records import Observation
from tests.ingest.builders import as_stored, load_rows, row

Values = Mapping[str, object]


def _series(code: str, values: Values, **cells: object) -> list[list[object]]:
    return [row(indicator=code, period=period, value=value, **cells) for period, value in values.items()]


def _stored(tmp_path: Path, code: str, values: Values, **cells: object) -> list[Observation]:
    """Figures stored before there were rules, one by one."""
    return [
        figure for each in _series(code, values, **cells) for figure in as_stored(load_rows(tmp_path, each))
    ]


def _refused(contents: LoadContents) -> dict[int | None, str]:
    return {refusal.row: refusal.rule for refusal, _ in contents.refusals}


def _rules(contents: LoadContents) -> list[str]:
    return [refusal.rule for refusal, _ in contents.refusals]


@pytest.fixture
def yearly(tmp_path: Path) -> list[Observation]:
    return _stored(tmp_path, "contract_value", {"2019": 70, "2020": 72, "2021": 75.5})


@pytest.fixture
def monthly(tmp_path: Path) -> list[Observation]:
    values = {"2021-02": 10, "2021-03": 20, "2021-04": 30, "2021-05": 40}
    return _stored(tmp_path, "fiscal_ytd", values, published_on="2021-06-15")


# Slipped units


@pytest.mark.parametrize("value", [0.0252, 0.03])
def test_a_fraction_beside_stored_shares_is_stopped(tmp_path: Path, value: float) -> None:
    shares = {"2019": 2.44, "2020": 2.5, "2021": 2.51}
    stored = _stored(tmp_path, "rd_intensity", shares, unit="%")
    given = row(indicator="rd_intensity", period="2022", value=value, unit="%")
    assert _rules(load_rows(tmp_path, given, stored=stored)) == ["percent_slip"]
    honest = row(indicator="rd_intensity", period="2022", value=2.6, unit="%")
    assert _rules(load_rows(tmp_path, honest, stored=stored)) == []


@pytest.mark.parametrize("factor", [1e4, 1e8, 1e-4])
@pytest.mark.parametrize("period", ["2018", "2020", "2022"])
def test_one_row_in_the_wrong_unit_is_stopped_beside_stored_figures(
    tmp_path: Path, yearly: list[Observation], period: str, factor: float
) -> None:
    contents = load_rows(tmp_path, row(period=period, value=f"{73 * factor:.10f}"), stored=yearly)
    assert _rules(contents) == ["unit_slip"]


def test_the_refusal_names_the_stored_figure_and_the_way_out(
    tmp_path: Path, yearly: list[Observation]
) -> None:
    late = row(period="2021", value=755000, published_on="2023-01-01")
    ((refusal, _),) = load_rows(tmp_path, late, stored=yearly).refusals
    assert refusal.reason == (
        "755000 亿元 for 2021 is about 10^4 times larger than 75.5 亿元 for 2021 "
        "(stored, known on 2022-08-28)."
    )
    assert "marked revised" in refusal.remedy


def test_the_stored_value_of_the_period_is_enough(tmp_path: Path) -> None:
    stored = _stored(tmp_path, "contract_value", {"2021": 75.5})
    assert _rules(load_rows(tmp_path, row(period="2021", value=755000), stored=stored)) == ["unit_slip"]
    assert not load_rows(tmp_path, row(period="2021", value=81), stored=stored).refusals


def test_a_file_in_the_wrong_unit_throughout_is_stopped(tmp_path: Path, yearly: list[Observation]) -> None:
    rows = _series("contract_value", {"2020": 720000, "2021": 755000, "2022": 810000})
    assert _refused(load_rows(tmp_path, *rows, stored=yearly)) == dict.fromkeys((2, 3, 4), "unit_slip")


def test_stored_figures_decide_where_the_file_alone_cannot(tmp_path: Path, yearly: list[Observation]) -> None:
    rows = _series("contract_value", {"2022": 81, "2023": 880000})
    assert _refused(load_rows(tmp_path, *rows, stored=yearly)) == {3: "unit_slip"}


def test_rows_stored_before_outvote_a_slipped_majority(tmp_path: Path, yearly: list[Observation]) -> None:
    """A bureau's table repeats the years published before, and the new ones are in another unit."""
    old = {"2019": 70, "2020": 72, "2021": 75.5}
    new = {"2022": 81e4, "2023": 84e4, "2024": 88e4, "2025": 90e4}
    contents = load_rows(tmp_path, *_series("contract_value", old | new), stored=yearly)
    assert _refused(contents) == dict.fromkeys((5, 6, 7, 8), "unit_slip")
    assert [figure.period for figure in contents.rows] == list(old)


def test_one_slip_that_is_stored_can_be_corrected_and_stops_no_later_row(
    tmp_path: Path, yearly: list[Observation]
) -> None:
    stored = [*yearly, *_stored(tmp_path, "contract_value", {"2022": 810000})]
    corrected = row(period="2022", value=81, status="revised", published_on="2024-01")
    assert not load_rows(tmp_path, corrected, stored=stored).refusals
    assert not load_rows(tmp_path, row(period="2023", value=84), stored=stored).refusals


def test_a_series_stored_in_the_wrong_unit_is_put_right_by_revising_all_of_it(tmp_path: Path) -> None:
    stored = _stored(tmp_path, "contract_value", {"2019": 70e4, "2020": 72e4})
    right = {"2019": 70, "2020": 72}
    silent = load_rows(tmp_path, *_series("contract_value", right), stored=stored)
    marked = _series("contract_value", right, status="revised", published_on="2024-01")
    assert _rules(silent) == ["unit_slip", "unit_slip"]
    assert _rules(load_rows(tmp_path, marked[0], stored=stored)) == ["unit_slip"]
    assert not load_rows(tmp_path, *marked, stored=stored).refusals


def test_honest_growth_and_other_series_are_none_of_its_business(
    tmp_path: Path, yearly: list[Observation]
) -> None:
    stored = _stored(tmp_path, "contract_value", {"2005": 0.002, "2006": 0})
    grown = _series("contract_value", {"2010": 0.3, "2014": 9.7, "2018": 61, "2022": 290})
    elsewhere = row(region="100000", value=750000)
    assert not load_rows(tmp_path, *grown, stored=stored).refusals
    assert not load_rows(tmp_path, elsewhere, stored=yearly).refusals


# Falls within the year


@pytest.mark.parametrize(
    ("period", "value", "is_refused"),
    [("2021-06", 39, True), ("2021-06", 40, False), ("2021-12", 12, True), ("2021-01", 11, True),
     ("2021-01", 5, False), ("2022-02", 9, False), ("2020-12", 500, False)],
)  # fmt: skip
def test_a_month_must_fit_between_the_stored_months_of_its_year(
    tmp_path: Path, monthly: list[Observation], period: str, value: float, is_refused: bool
) -> None:
    (each,) = _series("fiscal_ytd", {period: value})
    expected = ["cumulative_falls"] if is_refused else []
    assert _rules(load_rows(tmp_path, each, stored=monthly)) == expected


def test_the_refusal_names_the_stored_month(tmp_path: Path, monthly: list[Observation]) -> None:
    ((refusal, _),) = load_rows(tmp_path, *_series("fiscal_ytd", {"2021-06": 11}), stored=monthly).refusals
    assert (
        "falls from 40 亿元 for 2021-05 (stored, known on 2021-06-15) to 11 亿元 for 2021-06 (row 2)"
        in refusal.reason
    )
    assert "give its correction in the same file" in refusal.remedy


def test_single_months_that_arrive_one_by_one_are_stopped_at_the_first_fall(tmp_path: Path) -> None:
    stored = _stored(tmp_path, "fiscal_ytd", {"2020-12": 170})
    refused = []
    for period, value in {"2021-02": 13.9, "2021-03": 21.0, "2021-04": 13.6, "2021-05": 16.9}.items():
        contents = load_rows(tmp_path, *_series("fiscal_ytd", {period: value}), stored=stored)
        stored += as_stored(contents)
        refused += [period] * len(contents.refusals)
    assert refused == ["2021-04", "2021-05"]


@pytest.mark.parametrize(("value", "is_refused"), [(36, False), (29, True)])
def test_a_revision_may_lie_below_its_own_release_but_not_below_an_earlier_month(
    tmp_path: Path, monthly: list[Observation], value: float, is_refused: bool
) -> None:
    (each,) = _series("fiscal_ytd", {"2021-05": value}, status="revised", published_on="2021-07")
    assert bool(load_rows(tmp_path, each, stored=monthly).refusals) is is_refused


def test_a_final_figure_may_lie_below_the_preliminary_one(tmp_path: Path) -> None:
    early = {"status": "preliminary", "published_on": "2021-06-01"}
    stored = _stored(tmp_path, "fiscal_ytd", {"2021-04": 30, "2021-05": 40}, **early)
    (final,) = _series("fiscal_ytd", {"2021-05": 36}, status="final", published_on="2021-07")
    assert not load_rows(tmp_path, final, stored=stored).refusals


def test_a_year_that_is_revised_together_is_judged_by_itself(
    tmp_path: Path, monthly: list[Observation]
) -> None:
    lower = {"2021-02": 5, "2021-03": 9, "2021-04": 14, "2021-05": 19}
    rows = _series("fiscal_ytd", lower, status="revised", published_on="2022-03")
    assert not load_rows(tmp_path, *rows, stored=monthly).refusals
    half = load_rows(tmp_path, *rows[2:], stored=monthly)
    assert _rules(half) == ["cumulative_falls", "cumulative_falls"]


def test_a_stored_mistake_is_corrected_in_the_file_that_brings_the_next_month(
    tmp_path: Path, monthly: list[Observation]
) -> None:
    stored = [*monthly, *_stored(tmp_path, "fiscal_ytd", {"2021-06": 99}, published_on="2021-07-15")]
    (later,) = _series("fiscal_ytd", {"2021-07": 60}, published_on="2021-08-15")
    (corrected,) = _series("fiscal_ytd", {"2021-06": 50}, status="revised", published_on="2021-08-15")
    assert _rules(load_rows(tmp_path, later, stored=stored)) == ["cumulative_falls"]
    assert not load_rows(tmp_path, later, corrected, stored=stored).refusals


def test_a_census_revision_is_stored(tmp_path: Path, yearly: list[Observation]) -> None:
    rows = _series(
        "contract_value", {"2019": 61, "2020": 60.5, "2021": 88}, status="revised", published_on="2025-01-20"
    )
    assert not load_rows(tmp_path, *rows, stored=yearly).refusals


def test_another_definition_is_not_compared_and_no_definition_is(tmp_path: Path) -> None:
    stored = _stored(tmp_path, "fiscal_ytd", {"2021-02": 10, "2021-03": 20}, basis="old")
    rows = {
        basis: _series("fiscal_ytd", {"2021-04": 5}, basis=basis, published_on="2021-06")
        for basis in ("old", "new", "")
    }
    refused = [bool(load_rows(tmp_path, *given, stored=stored).refusals) for given in rows.values()]
    assert refused == [True, False, True]


def test_an_older_release_that_is_not_in_force_is_compared_within_its_file(
    tmp_path: Path, monthly: list[Observation]
) -> None:
    (older,) = _series("fiscal_ytd", {"2021-05": 29}, published_on="2021-06-01")
    assert not load_rows(tmp_path, older, stored=monthly).refusals


def test_when_a_year_is_stopped_so_are_its_earlier_releases(
    tmp_path: Path, monthly: list[Observation]
) -> None:
    """Else the preliminary figure would come into force in place of the refused final one."""
    first = _series("fiscal_ytd", {"2021-06": 8}, status="preliminary", published_on="2021-07-01")
    last = _series("fiscal_ytd", {"2021-06": 9}, published_on="2021-07-15")
    assert _rules(load_rows(tmp_path, *first, *last, stored=monthly)) == ["cumulative_falls"] * 2


# Loading again


def _mixed() -> Iterable[list[object]]:
    yield from _series("fiscal_ytd", {"2021-06": 50, "2021-07": 60}, published_on="2021-08")
    yield from _series("fiscal_ytd", {"2022-02": 9, "2022-03": 4}, published_on="2022-08")
    yield from _series("contract_value", {"2020": 72, "2022": 81e4, "2023": 84})
    yield from _series("hightech_enterprises", {"2020": 300, "2021": 310, "2022": 3.2e6}, unit="家")


def test_loading_again_finds_what_the_first_load_found(
    tmp_path: Path, monthly: list[Observation], yearly: list[Observation]
) -> None:
    stored = [*monthly, *yearly]
    first = load_rows(tmp_path, *_mixed(), stored=stored)
    second = load_rows(tmp_path, *_mixed(), stored=[*stored, *as_stored(first)])
    assert sorted(_rules(first)) == ["cumulative_falls", "cumulative_falls", "unit_slip", "unit_slip"]
    assert second == first


def test_a_row_that_is_stored_is_not_refused_when_later_loads_disagree(
    tmp_path: Path, monthly: list[Observation]
) -> None:
    """It changes nothing; what came later stays in force."""
    again = _series(
        "fiscal_ytd", {"2021-02": 10, "2021-03": 20, "2021-04": 30, "2021-05": 40}, published_on="2021-06-15"
    )
    later = _stored(tmp_path, "fiscal_ytd", {"2021-03": 45}, published_on="2021-09")
    assert not load_rows(tmp_path, *again, stored=[*monthly, *later]).refusals


@pytest.mark.parametrize("slipped_from", [100, 1000])
def test_ten_thousand_rows_beside_ten_thousand_stored_ones(tmp_path: Path, slipped_from: int) -> None:
    """Measured at 2 s; processor time, so that a busy machine does not fail it."""
    rows = [
        row(indicator="fiscal_ytd", basis=f"b{index}", period=f"{1926 + year}-{month:02d}", value=month)
        for index in range(9)
        for year in range(100)
        for month in range(2, 13)
    ]
    stored = as_stored(load_rows(tmp_path, *rows))
    changed = [[*each[:3], 10_000 * int(each[3]), *each[4:]] for each in rows[slipped_from:]]
    started = time.process_time()
    contents = load_rows(tmp_path, *rows[:slipped_from], *changed, stored=stored)
    assert time.process_time() - started < 10
    stopped = [rule for rule in _rules(contents) if rule != "file_held"]
    assert len(stopped) == len(rows) - slipped_from
    assert contents.whole_file_held
