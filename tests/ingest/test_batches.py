"""What is judged together, and in which portions."""

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.core.errors import Refusal, Severity
from monitor.core.records import Region
from monitor.ingest import batches, read_file, staging
from monitor.ingest.families import Families
from monitor.ingest.judged import JudgedRows
from monitor.ingest.load import _default_origin
from monitor.ingest.lookup import Lookup
from monitor.ingest.normalise import Normaliser
from monitor.ingest.progress import Meter
from tests.ingest.builders import CONTEXT, indicator, row, write_csv

PLACES = (
    Region("100000", "全国", "全国", "China", "nation", None),
    Region("510000", "四川省", "四川", "Sichuan", "province", "100000"),
    Region("330000", "浙江省", "浙江", "Zhejiang", "province", "100000"),
    Region("510700", "绵阳市", "绵阳", "Mianyang", "city", "510000"),
    Region("510703", "涪城区", "涪城", "Fucheng", "district", "510700"),
)
REGIONS = {place.code: place for place in PLACES}
INDICATORS = {
    each.code: each
    for each in (
        indicator("gdp", "地区生产总值"),
        indicator("rd", "研发经费", growth_indicator="rd_growth"),
        indicator("rd_growth", "研发经费增速", base_unit="percent", lower=None),
        indicator("rd_share", "研发强度", base_unit="percent", numerator="rd", denominator="gdp"),
        indicator("patents", "专利", base_unit="count", numerator="not_in_the_catalogue"),
    )
}
FAMILIES = Families(INDICATORS, REGIONS)


def test_a_family_is_what_is_tied_by_ratio_and_growth() -> None:
    assert FAMILIES.members([FAMILIES.family_of("gdp")]) == {"gdp", "rd", "rd_growth", "rd_share"}
    assert FAMILIES.members([FAMILIES.family_of("patents")]) == {"patents"}


def test_a_division_is_a_province_and_what_lies_in_it() -> None:
    divisions = {code: FAMILIES.division_of(code) for code in REGIONS}
    assert divisions == {
        "100000": "",
        "510000": "",
        "330000": "",
        "510700": "510000",
        "510703": "510000",
    }


def test_kin_are_totals_and_their_other_parts() -> None:
    assert FAMILIES.kin(["510000"]) == {"100000", "510000", "330000"}
    assert FAMILIES.kin(["510700"]) == {"510000", "510700"}


def _staged(tmp_path: Path, kept: staging.Staging, *rows: list[object]) -> batches.StagedRows:
    context = replace(CONTEXT, indicators=INDICATORS, regions=REGIONS)
    raw = read_file(write_csv(tmp_path / "a.csv", rows))
    origin = _default_origin(raw, context)
    normaliser = Normaliser(Lookup(context, default_origin=origin.code))
    return batches.StagedRows(raw, kept, normaliser, FAMILIES, Meter(None, expected=0))


def _rows(*series: tuple[str, str]) -> list[list[object]]:
    return [row(indicator=code, region=region) for code, region in series]


def test_a_small_file_is_one_batch_in_file_order(tmp_path: Path) -> None:
    with staging.Staging() as kept:
        rows = _rows(("rd", "510700"), ("patents", "100000"), ("nothing", "510700"), ("gdp", "510703"))
        staged = _staged(tmp_path, kept, *rows)
        (batch,) = staged.batches()
        assert [(place.order, place.row.number) for place in staged.lines(batch)] == [
            (0, 2),
            (1, 3),
            (2, 4),
            (3, 5),
        ]
        assert not batch.is_divided


def test_families_stay_whole_until_one_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_MOST_TOGETHER", 3)
    with staging.Staging() as kept:
        large = [("rd", "510700"), ("gdp", "510703"), ("rd_share", "100000"), ("rd_growth", "510700")]
        staged = _staged(tmp_path, kept, *_rows(("patents", "510700"), *large, ("patents", "100000")))
        found = [
            ([place.row.cells["indicator"] for place in staged.lines(batch)], batch.is_divided)
            for batch in staged.batches()
        ]
    assert found == [
        (["patents", "rd_share", "patents"], True),
        (["rd", "gdp", "rd_growth"], True),
    ]


def test_rows_come_back_from_the_disk_as_they_went(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "_MOST_WAITING_ROWS", 10)
    monkeypatch.setattr(staging, "_IN_MEMORY_BYTES", 1)
    with staging.Staging() as kept:
        for number in range(95):
            kept.add(number % 3, [[number, "绵阳 \ud800", None, 0.1 + number]])
        assert [list(kept.rows(key)) for key in range(3)] == [
            [[number, "绵阳 \ud800", None, 0.1 + number] for number in range(key, 95, 3)] for key in range(3)
        ]
        assert [first for first, *_ in kept.merged([2, 0, 1])] == list(range(95))
        assert list(kept.rows("of another key")) == []


def test_refusals_of_many_batches_are_in_file_order() -> None:
    with staging.Staging() as kept:
        judged = JudgedRows(kept, Meter(None, expected=0))
        for numbers in ((1, 5), (0, 4), (), (2, 3)):
            wrong = (
                (number, Refusal("a.csv", None, number, None, "r", "", "", ""), {"a": "b"})
                for number in numbers
            )
            judged.flag(Severity.REFUSE, wrong)
        found = judged.flagged(Severity.REFUSE)
        assert len(found) == 6
        assert [refusal.row for refusal, _ in found] == [0, 1, 2, 3, 4, 5]
        assert not judged.flagged(Severity.HOLD)
