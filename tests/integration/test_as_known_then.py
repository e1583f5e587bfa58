"""What is said of a day uses only what was known that day: on the shipped figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from monitor import commands, queries
from monitor.assess import assess
from monitor.core.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.core.access import Scope
from monitor.core.errors import UsageError
from monitor.core.flags import Flag
from monitor.core.loading import LoadContents, NewObservation
from monitor.core.reasons import DetailCode, ReasonCode
from monitor.core.records import Assessment, EarlierFlag, KnownOnBasis, RunKind, Status
from monitor.setup import Workspace
from monitor.whatif import fan

MID_2021 = dt.date(2021, 6, 30)
MID_2022 = dt.date(2022, 6, 30)
CONTRACTS = "sichuan_2022.tech_contract_value"


def assessed(workspace: Workspace, target: str, as_of: dt.date) -> Assessment:
    plan = target.split(".", maxsplit=1)[0]
    assess(workspace.store, ADMIN, workspace.policy, as_of=as_of, plans=(plan,))
    return queries.target_detail(workspace.store, ADMIN, target, as_of=as_of).assessments[-1]


def contract_figure(**changes: object) -> NewObservation:
    """A figure of Sichuan's contracts in 2021 far above every real one: if it enters, it shows."""
    given = NewObservation(
        indicator="tech_contract_value",
        region="510000",
        period="2021",
        value=9.9e11,
        status=Status.FINAL,
        published_on="2022-06-30",
        known_on=MID_2022,
        known_on_basis=KnownOnBasis.PUBLISHED,
        definition_basis="as_published",
        embargo_until=None,
        origin="test",
        note="",
    )
    return given._replace(**changes)


def record(workspace: Workspace, figure: NewObservation, origin: str) -> None:
    """Store one figure, as a load of its own."""
    contents = LoadContents(
        "test", f"{figure.known_on}.csv", f"{hash(figure):064x}"[-64:], [figure._replace(origin=origin)]
    )
    commands.record_load(workspace.store, ADMIN, contents)


@pytest.fixture
def origin(workspace: Workspace) -> str:
    """A most trusted origin, so that no other release of the same day wins."""
    origins = queries.get_origins(workspace.store, ADMIN)
    return min(origins, key=lambda code: (origins[code].trust, code))


def test_jiangxi_rd_intensity_is_red_in_mid_2021_and_says_why(workspace: Workspace) -> None:
    """1.55 % was known (2019); 2.00 % in 2021 needs more than any year on record brought."""
    found = assessed(workspace, "jiangxi_2021.rd_intensity", MID_2021)
    assert found.flag is Flag.RED
    assert found.reason.code is ReasonCode.BELOW_YELLOW_LINE
    assert found.observed_to == "2019"
    assert found.figures["value"] == pytest.approx(1.55)
    pace = next(reason for reason in found.details if reason.code is DetailCode.PACE)
    assert pace.facts["required"] == pytest.approx((2.0 - 1.55) / 2)
    assert pace.facts["required"] > pace.facts["best"]
    assert pace.facts["reached"] == 0


def test_what_was_said_of_sichuan_contracts_in_mid_2022_knows_nothing_later(workspace: Workspace) -> None:
    found = assessed(workspace, CONTRACTS, MID_2022)
    detail = queries.target_detail(workspace.store, ADMIN, CONTRACTS, as_of=MID_2022)
    assert found.probability_met is not None
    assert all(release.known_on <= MID_2022 for release in detail.releases)
    assert "2022" not in {release.period for release in detail.releases}
    drawn = fan(workspace.store, ADMIN, workspace.policy, CONTRACTS, as_of=MID_2022)
    assert drawn is not None
    assert drawn.observed_to == found.observed_to


def test_deleting_the_future_changes_no_probability(workspace: Workspace, origin: str) -> None:
    """The same question with every later figure absent: identical, bit for bit."""
    whole = assessed(workspace, CONTRACTS, MID_2022)
    later = contract_figure(known_on=dt.date(2022, 7, 1), published_on="2022-07-01")
    record(workspace, later, origin)
    again = assessed(workspace, CONTRACTS, MID_2022)
    assert again.probability_met == whole.probability_met
    assert again.input_hash == whole.input_hash


def test_a_figure_published_later_acts_only_from_its_day(workspace: Workspace, origin: str) -> None:
    record(workspace, contract_figure(known_on=dt.date(2022, 7, 5), published_on="2022-07-05"), origin)
    before = assessed(workspace, CONTRACTS, dt.date(2022, 7, 4))
    after = assessed(workspace, CONTRACTS, dt.date(2022, 7, 5))
    assert before.figures["value"] < 9e11
    assert after.figures["value"] == pytest.approx(9.9e11)


def test_a_figure_recorded_later_is_not_in_what_was_shown_earlier(workspace: Workspace, origin: str) -> None:
    """Published in time, entered late: the question 'as known' has it, 'as shown' has not."""
    assessed(workspace, CONTRACTS, MID_2022)
    shown_at = queries.overview(workspace.store, ADMIN, as_of=MID_2022, plan="sichuan_2022").assessed_at
    record(workspace, contract_figure(), origin)
    ask = {"as_of": MID_2022, "indicators": ["tech_contract_value"], "regions": ["510000"]}
    as_known = queries.known_observations(workspace.store, ADMIN, **ask)
    as_shown = queries.known_observations(workspace.store, ADMIN, recorded_until=shown_at, **ask)
    assert 9.9e11 in {entry.value for entry in as_known}
    assert 9.9e11 not in {entry.value for entry in as_shown}
    screen = queries.overview(
        workspace.store, ADMIN, as_of=MID_2022, plan="sichuan_2022", recent=True, recorded_until=shown_at
    )
    row = next(row for row in screen.rows if row.target == CONTRACTS)
    assert max(value for _, value in row.recent) < 9e11


def test_a_publication_date_of_a_year_means_its_last_day(workspace: Workspace, origin: str) -> None:
    figure = contract_figure(
        published_on="2022", known_on=dt.date(2022, 12, 31), known_on_basis=KnownOnBasis.PARTIAL_DATE
    )
    record(workspace, figure, origin)
    assert assessed(workspace, CONTRACTS, dt.date(2022, 12, 30)).figures["value"] < 9e11
    assert assessed(workspace, CONTRACTS, dt.date(2022, 12, 31)).figures["value"] == pytest.approx(9.9e11)


def test_a_target_is_judged_on_the_first_release(workspace: Workspace, origin: str) -> None:
    """Jiangxi 2021 was 1.70 % when first published; a later 2.10 % does not make it met."""
    missed = assessed(workspace, "jiangxi_2021.rd_intensity", dt.date(2026, 11, 21))
    assert missed.flag is Flag.MISSED
    revision = contract_figure(
        indicator="rd_intensity",
        region="360000",
        value=2.1,
        definition_basis="gdp_4th_census",
        status=Status.REVISED,
        known_on=dt.date(2024, 1, 1),
        published_on="2024-01-01",
    )
    record(workspace, revision, origin)
    again = assessed(workspace, "jiangxi_2021.rd_intensity", dt.date(2026, 11, 22))
    assert again.flag is Flag.MISSED
    assert again.reason.facts["quantity"] == pytest.approx(1.70)
    noted = next(reason for reason in again.details if reason.code is DetailCode.FIRST_RELEASE)
    assert noted.facts["latest"] == pytest.approx(2.1)


def test_every_live_target_has_a_probability_or_a_reason(workspace: Workspace) -> None:
    today = dt.date(2026, 11, 21)
    assess(workspace.store, ADMIN, workspace.policy, as_of=today)
    rows = queries.overview(workspace.store, ADMIN, as_of=today).rows
    live = [row for row in rows if row.plan.period_end >= "2026"]
    assert len(live) == 36
    for row in live:
        found = row.assessment
        assert found is not None
        assert (found.probability_met is None) == (found.flag is Flag.GREY), row.target


def test_an_outcome_is_not_told_before_it_was_known(workspace: Workspace) -> None:
    """Jiangxi missed its 2.00 %: known on 2022-08-31, not a day earlier."""

    def told(as_of: str) -> bool:
        rows = queries.overview(
            workspace.store, ADMIN, as_of=dt.date.fromisoformat(as_of), plan="jiangxi_2021"
        ).rows
        return next(row for row in rows if row.target == "jiangxi_2021.rd_intensity").outcome is not None

    assert not told("2021-06-30")
    assert not told("2022-08-30")
    assert told("2026-11-21")


def test_figures_under_embargo_enter_no_stored_assessment(workspace: Workspace, origin: str) -> None:
    embargoed = contract_figure(
        published_on=None,
        known_on=dt.date(2022, 3, 1),
        known_on_basis=KnownOnBasis.LAG,
        embargo_until=dt.date(2027, 5, 1),
    )
    record(workspace, embargoed, origin)
    assert assessed(workspace, CONTRACTS, MID_2022).figures["value"] < 9e11


def test_looking_back_after_a_later_run_is_answered(workspace: Workspace) -> None:
    """First today, then a past day: the past day is shown from its replay, today stays as it was."""
    assess(workspace.store, ADMIN, workspace.policy, as_of=dt.date(2026, 11, 21))
    assess(workspace.store, ADMIN, workspace.policy, as_of=MID_2021)
    rows = queries.overview(workspace.store, ADMIN, as_of=MID_2021, plan="jiangxi_2021").rows
    found = next(row for row in rows if row.target == "jiangxi_2021.rd_intensity").assessment
    assert found is not None
    assert (found.flag, found.run_kind) == (Flag.RED, RunKind.ADHOC)
    now = queries.target_detail(
        workspace.store, ADMIN, "jiangxi_2021.rd_intensity", as_of=dt.date(2026, 11, 21)
    )
    assert [entry.run_kind for entry in now.assessments] == [RunKind.SCHEDULED]


def test_a_day_to_come_is_refused(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="lies ahead"):
        assess(workspace.store, ADMIN, workspace.policy, as_of=dt.date(2099, 1, 1))


def codes_of(found: Assessment) -> set[str]:
    return {entry.code.value for entry in found.details}


def test_only_a_preliminary_figure_at_the_deadline_is_told_as_such(workspace: Workspace) -> None:
    """Wuhu's 2020 count is out since 2021, marked preliminary: no day in 2021 is announced."""
    found = assessed(workspace, "wuhu_2020.hightech_enterprises", dt.date(2026, 11, 21))
    assert (found.flag, found.reason.code) == (Flag.AWAITING, ReasonCode.UNFIRM_FIGURE)
    assert found.reason.facts["period"] == "2020"
    assert found.reason.facts["reached"] is True
    assert not codes_of(found) & {"outcome_range", "pace", "safe_value", "straight_line", "late_data"}


def test_a_weak_base_is_told_and_later_periods_are_not_missed(workspace: Workspace) -> None:
    """Sichuan's 2022 figure is in; what is weak is 2021, and 2023 to 2025 do not enter the target."""
    found = assessed(workspace, "sichuan_2022.hightech_industry_revenue_rises", dt.date(2026, 11, 21))
    assert (found.flag, found.reason.code) == (Flag.AWAITING, ReasonCode.UNFIRM_FIGURE)
    assert found.reason.facts["period"] == "2021"
    assert "quantity" not in found.reason.facts
    assert "late_data" not in codes_of(found)
    state = next(entry for entry in found.details if entry.code is DetailCode.DATA_STATE)
    assert "next_period" not in state.facts


def test_nothing_known_is_no_straight_line(workspace: Workspace) -> None:
    """No figure of 2022 is in by mid-2022: the share done is unknown, not nought."""
    assert "straight_line" not in codes_of(assessed(workspace, CONTRACTS, MID_2022))


def test_a_red_says_what_it_would_take(workspace: Workspace) -> None:
    found = assessed(workspace, "jiangxi_2021.rd_intensity", MID_2021)
    assert found.reason.facts["required"] == pytest.approx((2.0 - 1.55) / 2)
    assert found.reason.facts["reached"] == 0


def test_a_change_names_the_day_it_counts_from(workspace: Workspace, origin: str) -> None:
    record(workspace, contract_figure(known_on=dt.date(2022, 7, 5), published_on="2022-07-05"), origin)
    assessed(workspace, CONTRACTS, dt.date(2022, 7, 4))
    after = assessed(workspace, CONTRACTS, dt.date(2022, 7, 5))
    assert after.change is not None
    assert after.figures["change_since"] == "2022-07-04"
    again = assessed(workspace, CONTRACTS, dt.date(2022, 7, 6))
    assert again.as_of == dt.date(2022, 7, 5), "nothing moved, so nothing is stored"


def test_a_settled_target_tells_no_data_state(workspace: Workspace) -> None:
    found = assessed(workspace, "jiangxi_2021.rd_intensity", dt.date(2026, 11, 21))
    assert not codes_of(found) & {"data_state", "late_data"}


def test_the_safe_value_of_an_about_target_counts_its_tolerance(workspace: Workspace) -> None:
    """Jiangsu's about 3.42 % has more than an 80 % chance, so the value that has 80 % is not lower."""
    found = assessed(workspace, "jiangsu_2026.rd_intensity", dt.date(2026, 11, 21))
    assert found.probability_met is not None
    assert found.probability_met > 0.8
    safe = next(entry for entry in found.details if entry.code is DetailCode.SAFE_VALUE)
    assert safe.facts["value"] >= 3.42 - 1e-9


def test_a_list_asks_for_less_and_is_told_the_same(workspace: Workspace) -> None:
    """Latest values, earlier flags and the cut-off are read apart; each says what the whole would say."""
    store, day = workspace.store, MID_2022
    assess(store, ADMIN, workspace.policy, as_of=day, plans=("sichuan_2022",))
    whole = queries.overview(store, ADMIN, as_of=day, recent=True)
    lean = queries.overview(store, ADMIN, as_of=day)
    assert lean == replace(whole, rows=tuple(replace(row, recent=()) for row in whole.rows))
    codes = [row.target for row in whole.rows]
    values = queries.recent_values(store, ADMIN, as_of=day, targets=codes)
    assert values == {row.target: row.recent for row in whole.rows}
    assert sum(map(bool, values.values())) > 10
    here = replace(ADMIN, scope=Scope(regions=frozenset({"510000"})))
    seen = queries.recent_values(store, here, as_of=day, targets=codes)
    assert set(seen) == {row.target for row in whole.rows if row.region.code == "510000"}
    latest = queries.latest_assessments(store, ADMIN, as_of=day)
    assert queries.earlier_flags(store, ADMIN, as_of=day) == {
        code: EarlierFlag(entry.as_of, entry.flag, entry.probability_met) for code, entry in latest.items()
    }
    indicators = {row.terms.indicator for row in whole.rows if row.terms.indicator}
    rates = {row.indicator.growth_indicator for row in whole.rows if row.indicator} - {None}
    known = queries.known_observations(store, ADMIN, as_of=day, indicators=sorted(indicators | rates))
    assert whole.data_cutoff == max(entry.known_on for entry in known)
