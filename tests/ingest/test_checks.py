"""Rules over rows and series: bounds, dates, duplicates, unit slips, falling cumulative figures."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.core.errors import Severity
from monitor.core.loading import LoadContents
from monitor.ingest.checks import RULES, run_checks
from monitor.ingest.columns import Column, resolve_columns
from monitor.ingest.fields import Place
from monitor.ingest.figure_table import FigureTable
from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.lookup import Lookup
from monitor.ingest.normalise import Normaliser
from monitor.ingest.readers import read_file
from monitor.ingest.rules import CheckContext, Flagged, Rule
from tests.ingest.builders import CONTEXT, TODAY, load_rows, row, write_csv

# National general public budget expenditure, 亿元, as the statistical bureau's data service showed it
# under the name 累计值: single months in 2017 (December is the true total of the year), true cumulative
# figures in 2022.
# Source: github.com/calcky/finance data/macro/fiscal.csv, commit 2721c6f, a copy of that download.
AS_SERVED = {
    "2017-01": 13935.4, "2017-02": 10924.3, "2017-03": 21057.5, "2017-04": 13635.5, "2017-05": 16914.8,
    "2017-12": 203330.0, "2022-02": 38227.0, "2022-03": 63587.0, "2022-04": 80933.0, "2022-12": 260609.0,
}  # fmt: skip


def _series(code: str, values: Iterable[tuple[str, object]], unit: str = "亿元") -> list[list[object]]:
    return [row(indicator=code, period=period, value=value, unit=unit) for period, value in values]


def _stored(contents: LoadContents) -> list[str]:
    return [figure.period for figure in contents.rows]


def _refused(contents: LoadContents) -> dict[int | None, str]:
    """Rows that are not stored, refused or held, with the rule."""
    return {refusal.row: refusal.rule for refusal, _ in (*contents.refusals, *contents.held)}


@pytest.mark.parametrize(
    ("cells", "rule", "reason"),
    [
        ({"value": -1}, "below_lower_bound", "-1 亿元 is below the lower bound of contract_value, 0 亿元."),
        (
            {"indicator": "rd_intensity", "value": 255, "unit": "%"},
            "above_upper_bound",
            "255 % is above the upper bound of rd_intensity, 100 %.",
        ),
        ({"period": "2027"}, "period_not_begun", "The period 2027 has not begun yet."),
        (
            {"published_on": "2026-03-21"},
            "future_publication",
            "2026-03-21 lies ahead of the day of the load.",
        ),
        (
            {"published_on": "2021-12-31"},
            "published_before_period_start",
            "The figure for 2022 cannot have been published on 2021-12-31, before it began.",
        ),
    ],
)
def test_single_figures_keep_bounds_and_dates(
    tmp_path: Path, cells: dict[str, object], rule: str, reason: str
) -> None:
    ((refusal, _),) = load_rows(tmp_path, row(**cells)).refusals
    assert (refusal.rule, refusal.row) == (rule, 2)
    assert reason in refusal.reason


def test_a_partial_date_that_may_still_end_ahead_is_kept(tmp_path: Path) -> None:
    """Published in 2026, loaded in March: known on the last day that can mean, and no error."""
    (figure,) = load_rows(tmp_path, row(period="2025", published_on="2026")).rows
    assert str(figure.known_on) == "2026-12-31"


def test_rows_of_one_release_that_disagree_are_all_refused(tmp_path: Path) -> None:
    contents = load_rows(tmp_path, row(value=70), row(value=72), row(period="2021"))
    assert _refused(contents) == {2: "duplicate_row_disagrees", 3: "duplicate_row_disagrees"}
    assert "differs: 70 亿元 in row 2, 72 亿元 in row 3." in contents.refusals[0][0].reason


def test_the_same_figure_twice_and_two_releases_are_no_disagreement(tmp_path: Path) -> None:
    same = load_rows(tmp_path, row(value=70), row(value="700000", unit="万元"))
    releases = load_rows(
        tmp_path, row(value=70, published_on="2023-03"), row(value=72, published_on="2023-09")
    )
    assert not same.refusals
    assert not releases.refusals


def test_one_value_in_the_wrong_unit_is_stopped_alone(tmp_path: Path) -> None:
    values = [("2019", 700000), ("2020", 720000), ("2021", 75.5), ("2022", 810000), ("2023", 840000)]
    contents = load_rows(tmp_path, *_series("contract_value", values, "万元"))
    assert _refused(contents) == {4: "unit_slip"}
    assert (
        "75.5 万元 for 2021 is about 10^4 times smaller than 720000 万元 for 2020 (row 3)."
        in contents.refusals[0][0].reason
    )


def test_a_slip_of_ten_to_the_eight_and_at_the_start(tmp_path: Path) -> None:
    values = [("2019", 70e8), ("2020", 72), ("2021", 75.5), ("2022", 81)]
    contents = load_rows(tmp_path, *_series("contract_value", values))
    assert _refused(contents) == {2: "unit_slip"}
    assert "about 10^8 times larger" in contents.refusals[0][0].reason


def test_where_no_unit_has_a_majority_the_whole_series_is_stopped(tmp_path: Path) -> None:
    values = [("2019", 70), ("2020", 72), ("2021", 750000), ("2022", 810000)]
    contents = load_rows(tmp_path, *_series("contract_value", values))
    assert _refused(contents) == dict.fromkeys((2, 3, 4, 5), "unit_slip")


def test_a_slip_in_january_is_measured_at_yearly_pace(tmp_path: Path) -> None:
    values = [("2021-11", 90), ("2021-12", 100), ("2022-01", 8e4), ("2022-02", 17), ("2022-03", 26)]
    assert _refused(load_rows(tmp_path, *_series("fiscal_ytd", values))) == {4: "unit_slip"}


def test_large_but_honest_moves_are_stored(tmp_path: Path) -> None:
    """A real jump of a hundredfold, zeros, and shares are none of this rule's business."""
    jumps = _series("contract_value", [("2019", 0), ("2020", 0.9), ("2021", 91.7), ("2022", 940.6)])
    shares = _series("rd_intensity", [("2019", 0.5), ("2020", 10)], "%")
    assert not load_rows(tmp_path, *jumps, *shares).refusals


@pytest.mark.parametrize("wrong", [0.0252, 252])
def test_a_share_written_as_a_fraction_or_without_its_point_is_stopped(tmp_path: Path, wrong: float) -> None:
    values = [("2019", 2.44), ("2020", 2.5), ("2021", 2.51), ("2022", wrong), ("2023", 2.6)]
    unbounded = replace(CONTEXT.indicators["rd_intensity"], upper=None)
    context = replace(CONTEXT, indicators={**CONTEXT.indicators, "rd_intensity": unbounded})
    contents = load_rows(tmp_path, *_series("rd_intensity", values, "%"), context=context)
    assert _refused(contents) == {5: "percent_slip"}
    assert "about 10^2 times" in contents.refusals[0][0].reason
    assert "0.0345 and 3.45 % are easily mistaken" in contents.refusals[0][0].remedy


def test_growth_rates_may_move_a_hundredfold(tmp_path: Path) -> None:
    values = [("2021-02", 0.1), ("2021-03", 10), ("2021-04", 0.1)]
    assert not load_rows(tmp_path, *_series("growth_ytd", values, "%")).refusals


def test_a_share_beyond_the_whole_is_above_its_bound(tmp_path: Path) -> None:
    contents = load_rows(tmp_path, *_series("rd_intensity", [("2025", 345)], "%"))
    assert _refused(contents) == {2: "above_upper_bound"}


def test_single_months_labelled_cumulative_are_stopped_and_so_is_their_file(tmp_path: Path) -> None:
    rows = _series("fiscal_ytd", AS_SERVED.items())
    contents = load_rows(tmp_path, *rows)
    assert contents.whole_file_held
    assert _stored(contents) == []
    slipped, doubtful = (
        dict.fromkeys(range(2, 8), "cumulative_falls"),
        dict.fromkeys(range(8, 12), "file_held"),
    )
    assert _refused(contents) == slipped | doubtful
    refusal = contents.refusals[2][0]
    assert "falls from 13935.4 亿元 for 2017-01 (row 2) to 10924.3 亿元 for 2017-02 (row 3)" in refusal.reason
    assert "and 1 more time in 2017: these look like single months." in refusal.reason
    assert "add single months up from January" in refusal.remedy


def test_a_single_fall_may_be_a_slip_of_the_pen(tmp_path: Path) -> None:
    contents = load_rows(tmp_path, *_series("fiscal_ytd", [("2022-02", 20), ("2022-03", 3), ("2022-04", 40)]))
    assert "one is wrong, or these are single months" in contents.refusals[0][0].reason


def test_growth_rates_stocks_and_single_periods_may_fall(tmp_path: Path) -> None:
    rows = [
        *_series("growth_ytd", [("2022-02", 9.1), ("2022-03", 8.0)], "%"),
        *_series("retail_monthly", [("2022-02", 300), ("2022-03", 280)]),
        *_series("hightech_enterprises", [("2022-03", 900), ("2022-06", 880)], "家"),
    ]
    assert not load_rows(tmp_path, *rows).refusals


def test_a_later_release_is_compared_with_later_releases(tmp_path: Path) -> None:
    """The first releases rise; so do the revised ones, which lie lower: nothing falls."""
    first = [
        row(indicator="fiscal_ytd", period=f"2022-0{m}", value=10 * m, published_on="2022-12") for m in (2, 3)
    ]
    later = [
        row(indicator="fiscal_ytd", period=f"2022-0{m}", value=9 * m, published_on="2023-12") for m in (2, 3)
    ]
    assert not load_rows(tmp_path, *first, *later).refusals


def test_the_turn_of_the_year_is_no_fall(tmp_path: Path) -> None:
    assert not load_rows(tmp_path, *_series("fiscal_ytd", [("2021-12", 100), ("2022-02", 15)])).refusals


def test_a_slipped_unit_is_not_also_called_a_fall(tmp_path: Path) -> None:
    values = [("2022-02", 17), ("2022-03", 26e4), ("2022-04", 40), ("2022-05", 50)]
    assert _refused(load_rows(tmp_path, *_series("fiscal_ytd", values))) == {3: "unit_slip"}


def test_a_rule_can_be_added_and_a_warning_keeps_the_row(tmp_path: Path) -> None:
    def says_so(table: FigureTable, _context: CheckContext) -> Iterable[Flagged]:
        return [(each, Finding(RuleId.BAD_VALUE, Column.VALUE, "", "Odd.", "Look.")) for each in table.rows]

    raw = read_file(write_csv(tmp_path / "a.csv", [row()]))
    (table,) = raw.tables
    names = resolve_columns(table.file, table.sheet, table.header)
    normaliser = Normaliser(Lookup(CONTEXT, default_origin="f"))
    rows = [normaliser.row(Place(table, names, each)) for each in table.rows]
    result = run_checks(
        rows, CheckContext(TODAY), rules=(*RULES, Rule(RuleId.BAD_VALUE, Severity.WARN, says_so))
    )
    assert len(result.accepted) == 1
    assert [finding.rule for _, finding in result.warned] == [RuleId.UNVERIFIABLE, RuleId.BAD_VALUE]
    assert result.refused == ()
