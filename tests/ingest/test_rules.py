"""Every rule over figures in both directions: where it fires, and where it must stay silent."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.core.errors import Severity
from monitor.core.indicators import Indicator, Measure, Reporting, RollUp
from monitor.core.periods import Frequency, Period
from monitor.core.records import Observation, Region, Status
from monitor.ingest.candidates import Candidate
from monitor.ingest.cells import PartialDate
from monitor.ingest.checks import (
    RULES,
    RULES_AFTER_ACCEPTANCE,
    CheckResult,
    held_as_a_whole,
    run_checks,
    whole_file_hold,
)
from monitor.ingest.columns import Column
from monitor.ingest.fields import Place
from monitor.ingest.raw import RawRow, RawTable
from monitor.ingest.rules import CheckContext
from monitor.ingest.stored import StoredFigures
from monitor.words.display import Language
from monitor.words.messages import rules_en, rules_zh
from monitor.words.refusals import refusal_words, rule_words
from tests.builders import an_indicator

TODAY = dt.date(2030, 1, 1)
TABLE = RawTable("figures.csv", None, ("value", "unit"), ())
CITY = Region("510700", "绵阳市", "绵阳", "Mianyang", "city", None)
DISTRICTS = tuple(
    Region(f"51070{number}", f"{number}区", f"{number}区", f"District {number}", "district", CITY.code)
    for number in range(1, 7)
)
REGIONS = {region.code: region for region in (CITY, *DISTRICTS)}
D1, D2, D3, D4, D5, D6 = (region.code for region in DISTRICTS)

YEARLY = an_indicator("contract_value", decimals=2, roll_up=RollUp.SUM)
COUNT = an_indicator("firms", base_unit="count", display_unit="家", decimals=0, measure=Measure.STOCK)
MONTHLY = an_indicator("spending", frequency=Frequency.MONTHLY, reporting=Reporting.YTD, lag_days=20)
SHARE = an_indicator(
    "share", base_unit="percent", display_unit="%", decimals=2, measure=Measure.RATIO, upper=100.0,
    numerator="contract_value", denominator="product",
)  # fmt: skip
PRODUCT = an_indicator("product")
GROWTH = an_indicator(
    "growth", base_unit="percent", display_unit="%", decimals=1, measure=Measure.RATIO, lower=None
)

Values = Mapping[str, float]


def figures(
    indicator: Indicator,
    values: Values,
    *,
    region: str = D1,
    basis: str = "",
    status: Status = Status.FINAL,
    known: str | None = None,
) -> list[Candidate]:
    """Rows of one series; amounts are given in 亿元."""
    scale, unit = (1e8, "亿元") if indicator.base_unit == "CNY" else (1.0, indicator.display_unit)
    rows = []
    for text, value in values.items():
        published = (
            PartialDate(known, dt.date.fromisoformat(known), dt.date.fromisoformat(known)) if known else None
        )
        place = Place(
            TABLE,
            {Column.VALUE: "value", Column.UNIT: "unit"},
            RawRow(len(rows) + 2, {"value": f"{value:g}", "unit": unit}),
        )
        rows.append(
            Candidate(
                place=place,
                indicator=indicator,
                region=region,
                period=Period.parse(text),
                value=value * scale,
                status=status,
                published=published,
                definition_basis=basis,
                embargo_until=None,
                origin="bulletin",
                note="",
            )
        )
    return rows


def stored(*rows: Candidate) -> StoredFigures:
    moment = dt.datetime(2029, 1, 1, tzinfo=dt.UTC)
    return StoredFigures(Observation(**row.observation()._asdict(), recorded_at=moment) for row in rows)


def checked(rows: Iterable[Candidate], beside: Iterable[Candidate] = ()) -> CheckResult:
    catalogue = {each.code: each for each in (YEARLY, COUNT, MONTHLY, SHARE, PRODUCT, GROWTH)}
    return run_checks(list(rows), CheckContext(TODAY, stored(*beside), REGIONS, catalogue))


def blocked(result: CheckResult) -> dict[tuple[str, str], str]:
    """Region and period of each row that is not stored, with its rule."""
    return {
        (row.region, str(row.period)): finding.rule.value for row, finding in (*result.refused, *result.held)
    }


def warned(result: CheckResult) -> list[str]:
    return [finding.rule.value for _, finding in result.warned]


def paths(
    indicator: Indicator = YEARLY, years: range = range(2012, 2022), **levels: float
) -> list[Candidate]:
    """Six districts that grow by 8 percent a year with a little unrest, unlike in size."""
    rows = []
    for number, region in enumerate((D1, D2, D3, D4, D5, D6)):
        size = levels.get(region, 10.0 * (number + 1) + 0.37)
        unrest = {year: 1 + 0.013 * ((year * 7 + number * 5) % 5 - 2) for year in years}
        values = {str(year): round(size * 1.08 ** (year - 2012) * unrest[year], 3) for year in years}
        rows += figures(indicator, values, region=region)
    return rows


def _of(rows: Iterable[Candidate], region: str, period: str) -> Candidate:
    return next(row for row in rows if (row.region, str(row.period)) == (region, period))


def _with(rows: list[Candidate], changes: Mapping[tuple[str, str], float]) -> list[Candidate]:
    return [replace(row, value=changes.get((row.region, str(row.period)), row.value)) for row in rows]


def _split(rows: list[Candidate], year: str) -> tuple[list[Candidate], list[Candidate]]:
    """Rows of one year, and those of the years before."""
    return [row for row in rows if str(row.period) == year], [row for row in rows if str(row.period) < year]


def test_a_clean_history_passes_every_rule_whole_and_year_by_year() -> None:
    rows = paths()
    assert blocked(checked(rows)) == {}
    for year in range(2013, 2022):
        new, before = _split(rows, str(year))
        result = checked(new, before)
        assert blocked(result) == {}
        assert warned(result) == []


@pytest.mark.parametrize("factor", [1e4, 1e-4, 1e8, 1e-8])
def test_a_slip_of_the_unit_is_refused_in_an_update_and_in_a_file(factor: float) -> None:
    rows = paths()
    slipped = _with(rows, {(D3, "2021"): _of(rows, D3, "2021").value * factor})
    new, before = _split(slipped, "2021")
    assert blocked(checked(new, before)) == {(D3, "2021"): "unit_slip"}
    assert blocked(checked(slipped)) == {(D3, "2021"): "unit_slip"}


def test_a_first_figure_is_compared_with_peers_or_marked() -> None:
    peers = paths()
    one_size = [row for row in paths(**dict.fromkeys((D1, D2, D3, D4, D5, D6), 20.0)) if row.region != D6]
    first = figures(YEARLY, {"2021": 450_000.0}, region=D6)
    assert blocked(checked(first, one_size)) == {(D6, "2021"): "unit_slip"}
    honest = checked(figures(YEARLY, {"2021": 33.0}, region=D6), one_size)
    assert (blocked(honest), warned(honest)) == ({}, [])
    alone = checked(figures(YEARLY, {"2021": 33.0}, region=D6))
    assert (blocked(alone), warned(alone)) == ({}, ["unverifiable"])
    city = checked(figures(YEARLY, {"2021": 33.0}, region=CITY.code), peers[:1])
    assert warned(city) == ["unverifiable"]


def test_figures_years_apart_do_not_vouch_for_each_other() -> None:
    apart = checked(figures(YEARLY, {"2000": 20.0, "2005": 1.05, "2006": 1.2}))
    assert warned(apart) == ["unverifiable"]
    assert warned(checked(figures(YEARLY, {"2002": 0.9, "2005": 1.05, "2006": 1.2}))) == []


def test_a_figure_that_may_have_slipped_from_the_nearest_of_few_is_marked() -> None:
    before = figures(YEARLY, {"2006": 18.5, "2018": 322.0})
    assert warned(checked(figures(YEARLY, {"2021": 0.175}), before)) == ["unverifiable"]
    assert warned(checked(figures(YEARLY, {"2021": 1754.55}), before)) == []


def test_a_rate_far_beyond_the_others_or_given_as_a_fraction_is_refused() -> None:
    before = figures(GROWTH, {"2016": 9.5, "2017": 8.7, "2018": 7.1, "2019": 8.2})
    for wrong in (0.095, 820.0):
        assert blocked(checked(figures(GROWTH, {"2020": wrong}), before)) == {(D1, "2020"): "percent_slip"}
    for honest in (0.1, -3.2, 17.0):
        assert blocked(checked(figures(GROWTH, {"2020": honest}), before)) == {}


def test_counts_come_in_whole_numbers() -> None:
    assert blocked(checked(figures(COUNT, {"2020": 11.5}))) == {(D1, "2020"): "fractional_count"}
    assert blocked(checked(figures(COUNT, {"2020": 11.0}))) == {}


def _year(year: int, scale: float) -> Values:
    """January to December of a smooth cumulative series, January not reported."""
    return {f"{year}-{month:02d}": round(scale * (month + 0.04 * (month % 3)), 2) for month in range(2, 13)}


def test_a_month_by_itself_where_the_sum_belongs_is_held() -> None:
    before = [
        row for year in range(2016, 2021) for row in figures(MONTHLY, _year(year, 1.06 ** (year - 2016)))
    ]
    so_far = {key: value for key, value in _year(2021, 1.34).items() if key <= "2021-02"}
    this_year = figures(MONTHLY, so_far)
    honest = figures(MONTHLY, {"2021-03": _year(2021, 1.34)["2021-03"]})
    assert blocked(checked(honest, [*before, *this_year])) == {}
    assert blocked(checked(figures(MONTHLY, {"2021-06": 1.2}), before)) == {(D1, "2021-06"): "single_month"}
    assert blocked(checked(figures(MONTHLY, {"2021-06": 4.2}), before)) == {}


def test_a_count_that_begins_anew_after_a_small_first_report_is_held_though_nothing_falls() -> None:
    def year(number: int) -> Values:
        scale = 1.06 ** (number - 2016)
        return {f"{number}-{month:02d}": round(scale * (1.1 * month - 1.5), 2) for month in range(2, 13)}

    before = [row for number in range(2016, 2021) for row in figures(MONTHLY, year(number))]
    honest = year(2021)
    first = honest["2021-02"]
    anew = {period: value - (first if period > "2021-02" else 0) for period, value in honest.items()}
    assert blocked(checked(figures(MONTHLY, anew), before)) == {(D1, "2021-03"): "single_month"}
    assert blocked(checked(figures(MONTHLY, honest), before)) == {}


def test_the_year_before_again_in_all_regions_is_held() -> None:
    rows = paths()
    copied = _with(rows, {(row.region, "2021"): _of(rows, row.region, "2020").value for row in rows})
    new, before = _split(copied, "2021")
    assert set(blocked(checked(new, before)).values()) == {"copied_period"}
    assert len(blocked(checked(new, before))) == 6


def test_standing_still_is_no_copy_where_figures_do() -> None:
    still = {str(year): 1234.0 + (year // 3) for year in range(2008, 2021)}
    before = figures(COUNT, still)
    assert blocked(checked(figures(COUNT, {"2021": still["2020"]}), before)) == {}
    batches = replace(COUNT, code="firms", frequency=Frequency.MONTHLY, batch_months=(8, 12))
    months = {f"2020-{month:02d}": 1234.0 for month in range(1, 8)}
    assert blocked(checked(figures(batches, months))) == {}


def test_two_regions_exchanged_are_held_and_honest_ones_are_not() -> None:
    rows = paths()
    one, other = _of(rows, D1, "2021").value, _of(rows, D5, "2021").value
    new, before = _split(_with(rows, {(D1, "2021"): other, (D5, "2021"): one}), "2021")
    assert blocked(checked(new, before)) == {(D1, "2021"): "misplaced", (D5, "2021"): "misplaced"}


def test_a_figure_of_another_region_is_held() -> None:
    rows = paths()
    new, before = _split(_with(rows, {(D1, "2021"): _of(rows, D5, "2021").value}), "2021")
    found = blocked(checked(new, before))
    assert found == {(D1, "2021"): "misplaced"}


def test_a_column_shifted_by_a_year_is_held() -> None:
    rows = paths()
    _, before = _split(rows, "2021")
    shifted = [
        replace(
            row, value=_of(rows, row.region, str(row.period.shift(1))).value, published=_day("2023-05-01")
        )
        for row in rows
        if "2015" <= str(row.period) < "2020"
    ]
    assert set(blocked(checked(shifted, before)).values()) == {"misplaced"}


def _day(text: str) -> PartialDate:
    return PartialDate(text, dt.date.fromisoformat(text), dt.date.fromisoformat(text))


def test_a_figure_far_outside_the_band_is_held_unless_the_next_confirms_it() -> None:
    rows = paths()
    new, before = _split(_with(rows, {(D2, "2020"): 9.5 * _of(rows, D2, "2020").value}), "2020")
    result = checked(new, before)
    assert blocked(result) == {(D2, "2020"): "outlier"}
    assert [finding.facts["low"] for _, finding in result.held]
    lasting = {(D2, year): 9.5 * _of(rows, D2, year).value for year in ("2020", "2021")}
    assert (D2, "2020") not in blocked(checked(_with(rows, lasting)))


def _sums(rows: list[Candidate]) -> list[Candidate]:
    years = sorted({str(row.period) for row in rows})
    totals = {year: sum(row.value for row in rows if str(row.period) == year) / 1e8 for year in years}
    return figures(YEARLY, totals, region=CITY.code)


def test_a_total_off_its_parts_is_held_and_a_rounded_one_is_not() -> None:
    rows = paths()
    whole = [*rows, *_sums(rows)]
    assert blocked(checked(whole)) == {}
    new, before = _split(whole, "2021")
    off = _with(new, {(CITY.code, "2021"): 1.06 * _of(whole, CITY.code, "2021").value})
    assert blocked(checked(off, before))[CITY.code, "2021"] == "total_disagrees"
    rounded = _with(new, {(CITY.code, "2021"): 1.004 * _of(whole, CITY.code, "2021").value})
    assert blocked(checked(rounded, before)) == {}


def test_with_parts_missing_only_a_total_below_them_is_held() -> None:
    rows = paths()
    whole = [*rows, *_sums(rows)]
    new, before = _split(whole, "2021")
    some = [row for row in new if row.region != D6]
    assert blocked(checked(some, before)) == {}
    low = _with(some, {(CITY.code, "2021"): 0.6 * _of(whole, CITY.code, "2021").value})
    assert blocked(checked(low, before))[CITY.code, "2021"] == "total_disagrees"


def test_a_ratio_off_its_two_sides_is_held() -> None:
    above = figures(YEARLY, {"2020": 25.0, "2021": 27.0})
    below = figures(PRODUCT, {"2020": 1000.0, "2021": 1080.0})
    right = figures(SHARE, {"2020": 2.5, "2021": 2.5})
    assert blocked(checked([*above, *below, *right])) == {}
    wrong = figures(SHARE, {"2020": 2.5, "2021": 2.9})
    assert (D1, "2021") in blocked(checked(wrong, [*above, *below]))
    unfirm = [*below[:1], *figures(PRODUCT, {"2021": 1065.0}, status=Status.PRELIMINARY)]
    assert blocked(checked([*above, *unfirm, *right])) == {}


def test_a_settled_figure_that_moves_is_held_unless_marked_revised() -> None:
    before = figures(YEARLY, {"2018": 50.0, "2019": 54.0, "2020": 58.0}, known="2021-06-01")
    again = figures(YEARLY, {"2019": 80.0}, known="2023-06-01")
    assert blocked(checked(again, before)) == {(D1, "2019"): "settled_figure_moves"}
    marked = figures(YEARLY, {"2019": 80.0}, known="2023-06-01", status=Status.REVISED)
    soon = figures(YEARLY, {"2019": 80.0}, known="2021-09-01")
    little = figures(YEARLY, {"2019": 55.0}, known="2023-06-01")
    for rows in (marked, soon, little):
        assert blocked(checked(rows, before)) == {}


def test_a_new_definition_is_told_and_stored() -> None:
    before = figures(YEARLY, {"2019": 54.0, "2020": 58.0}, basis="old")
    result = checked(figures(YEARLY, {"2021": 90.0}, basis="new"), before)
    assert (blocked(result), warned(result)) == ({}, ["basis_changed"])
    assert warned(checked(figures(YEARLY, {"2021": 60.0}, basis="old"), before)) == []


def test_a_person_may_accept_what_is_held_but_not_what_is_refused() -> None:
    rows = paths()
    new, before = _split(_with(rows, {(D2, "2020"): 9.5 * _of(rows, D2, "2020").value}), "2020")
    context = CheckContext(TODAY, stored(*before), REGIONS)
    assert blocked(run_checks(new, context, rules=RULES_AFTER_ACCEPTANCE)) == {}
    slipped = _with(new, {(D2, "2020"): 1e4 * _of(rows, D2, "2020").value})
    assert blocked(run_checks(slipped, context, rules=RULES_AFTER_ACCEPTANCE)) == {(D2, "2020"): "unit_slip"}


def test_a_file_that_slips_by_a_fifth_is_held_whole_and_loses_nothing() -> None:
    rows = paths()
    slipped = {(D1, str(year)): 1e4 * _of(rows, D1, str(year)).value for year in range(2018, 2022)}
    few = checked(_with(rows, slipped))
    assert whole_file_hold(few.broken, rows=len(rows)) is None
    more = {(region, "2021"): 1e4 * _of(rows, region, "2021").value for region in (D1, D2, D3, D4, D5)}
    new, before = _split(_with(rows, more), "2021")
    result = checked(new, before)
    hold = whole_file_hold(result.broken, rows=len(new))
    assert hold is not None
    assert hold.facts == {"broken": "unit_slip", "count": 5, "rows": 6}
    whole = held_as_a_whole(result, hold)
    assert len(whole.refused) + len(whole.held) == len(new)
    assert not whole.accepted


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(power=st.integers(-6, 6), wrong=st.sampled_from([1.0, 1e4, 9.5, 1e-8]))
def test_no_verdict_depends_on_the_unit_a_whole_history_is_given_in(power: int, wrong: float) -> None:
    rows = _with(paths(PRODUCT), {})
    rows = _with(rows, {(D2, "2020"): wrong * _of(rows, D2, "2020").value})
    scaled = [replace(row, value=row.value * 10.0**power) for row in rows]
    assert blocked(checked(scaled)) == blocked(checked(rows))
    assert warned(checked(scaled)) == warned(checked(rows))


def _plain(facts: Any) -> bool:
    if isinstance(facts, Mapping):
        return all(isinstance(key, str) and _plain(each) for key, each in facts.items())
    if isinstance(facts, list):
        return all(map(_plain, facts))
    return facts is None or type(facts) in (str, int, float, bool)


def test_every_finding_is_worded_in_both_languages_from_plain_facts() -> None:
    rows = paths()
    new, before = _split(_with(rows, {(D2, "2021"): 1e4 * _of(rows, D2, "2021").value}), "2021")
    others = [
        *checked(new, before).refused,
        *checked(figures(COUNT, {"2020": 11.5})).refused,
        *checked(figures(YEARLY, {"2021": 33.0}, region=D6)).warned,
        *checked(figures(YEARLY, {"2021": 9.0}, basis="b"), figures(YEARLY, {"2020": 8.0}, basis="a")).warned,
    ]
    assert len(others) >= 4
    for row, finding in others:
        refusal = row.place.refusal(finding, severity=Severity.HOLD)
        assert _plain(refusal.facts)
        english, chinese = (refusal_words(refusal, language) for language in (Language.EN, Language.ZH))
        assert english.reason == refusal.reason
        assert "—" not in english.reason + chinese.reason + chinese.remedy
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in english.name)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese.reason)


def test_both_languages_word_every_rule_with_the_same_facts() -> None:
    import string

    from monitor.ingest.findings import RuleId

    def named(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert set(rules_en.RULES) == set(rules_zh.RULES) == {rule.value for rule in RuleId}
    assert set(rules_en.PARTS) == set(rules_zh.PARTS)
    for rule, texts in rules_en.RULES.items():
        ours, theirs = named(" ".join(texts)), named(" ".join(rules_zh.RULES[rule]))
        assert ours - {"region", "found"} == theirs - {"region", "found"}, rule


def test_a_rule_nobody_knows_any_more_still_says_something() -> None:
    words = rule_words("gone", {"found": "7"}, Language.ZH)
    assert "gone" in words.reason
    assert "7" in words.reason


def test_the_documented_table_is_the_list_of_rules() -> None:
    from pathlib import Path

    text = (Path(__file__).resolve().parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")
    _, _, checks = text.partition("## Checks\n")
    section, _, _ = checks.partition("\n## ")
    lines = [line.split("|") for line in section.splitlines() if line.startswith("| `")]
    told = {cells[1].strip(" `"): cells[2].strip() for cells in lines}
    assert told == {rule.id.value: rule.severity.value for rule in RULES} | {"file_held": "hold"}
