"""What is said of a day uses only what was known that day: on the shipped figures."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from monitor import commands, queries
from monitor.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.assess import assess
from monitor.flags import Flag
from monitor.loading import LoadContents, NewObservation
from monitor.reasons import DetailCode, ReasonCode
from monitor.records import Assessment, KnownOnBasis, Status
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
    return replace(given, **changes)


def record(workspace: Workspace, figure: NewObservation, origin: str) -> None:
    """Store one figure, as a load of its own."""
    contents = LoadContents(
        "test", f"{figure.known_on}.csv", f"{hash(figure):064x}"[-64:], [replace(figure, origin=origin)]
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
        workspace.store, ADMIN, as_of=MID_2022, plan="sichuan_2022", recorded_until=shown_at
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
