"""JSON, CSV and SDMX into tables; the sentence for what is none of them."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from monitor.config.figure_sources import ColumnsEntry, HttpEntry, SdmxEntry
from monitor.core.errors import IngestError, SourceError
from monitor.core.sources import Validators
from monitor.ingest.raw import RawFile
from monitor.sources.fetching import Fetched
from monitor.sources.records import as_text, digest_of
from monitor.sources.statistical_messages import read_message
from monitor.sources.web import read_answer
from tests.sources.builders import COLUMNS, figures_csv

SAMPLE = Path(__file__).with_name("sample_sdmx.xml")
SDMX_COLUMNS = {
    "indicator": {"field": "SUBJECT", "codes": {"CONTRACTS": "contract_value"}},
    "region": {"field": "REF_AREA", "codes": {"MY": "510700"}},
    "period": "TIME_PERIOD",
    "value": "OBS_VALUE",
    "unit": "UNIT_MEASURE",
}


def read_web(body: bytes | str, content_type: str = "application/json", **options: Any) -> RawFile:
    content = body.encode() if isinstance(body, str) else body
    fields: dict[str, Any] = {"url": "https://example.org/x", "format": "json", "columns": COLUMNS}
    entry = HttpEntry.model_validate({**fields, **options})
    fetched = Fetched(content, content_type, Validators("https://example.org/x", None, None))
    return read_answer("office", entry, fetched)


def cells(raw: RawFile) -> list[dict[str, str]]:
    return [row.cells for row in raw.tables[0].rows]


def test_json_records_become_rows_with_numbers_as_written() -> None:
    body = (
        '{"data": {"items": [{"area": "MY", "year": 2022, "count": 512.50}, {"area": "SC", "year": "2023"}]}}'
    )
    first, second = cells(read_web(body, records="data.items"))
    assert first == {
        "indicator": "hightech_enterprises",
        "region": "510700",
        "period": "2022",
        "value": "512.50",
        "unit": "家",
    }
    assert (second["region"], second["value"]) == ("SC", "")


def test_fields_may_lie_deeper() -> None:
    columns = {**COLUMNS, "value": "values.0.amount", "region": "area.code"}
    body = json.dumps([{"area": {"code": "510700"}, "year": 2022, "values": [{"amount": 3}]}])
    assert cells(read_web(body, columns=columns))[0]["value"] == "3"


@pytest.mark.parametrize(
    ("body", "content_type", "records", "told"),
    [
        ("<!DOCTYPE html><title>登录</title>", "application/json", "", "a web page where JSON was expected"),
        ("[]", "text/html", "", "a web page where JSON was expected"),
        ("{", "application/json", "", "not JSON"),
        ("[" * 100_000, "application/json", "", "not JSON"),
        ('[{"count": NaN}]', "application/json", "", "NaN is no number"),
        ("\x00\xff\xfe", "application/json", "", "not JSON"),
        ('{"rows": []}', "application/json", "items", "nothing at 'items'; there is rows"),
        ('{"rows": {}}', "application/json", "rows", "no list of records at 'rows'"),
        ("[]", "application/json", "", "gave no record"),
        ('[{"area": "MY", "jahr": 2022, "count": 1}]', "application/json", "", "has the field 'year'"),
    ],
)  # fmt: skip
def test_what_is_not_as_described_is_one_sentence(
    body: str, content_type: str, records: str, told: str
) -> None:
    with pytest.raises(SourceError, match=told):
        read_web(body, content_type, records=records)


def test_csv_in_the_layout_needs_no_columns() -> None:
    raw = read_web(figures_csv(("2022", 512)), "text/csv", format="csv", columns=None)
    assert cells(raw)[0]["period"] == "2022"
    with pytest.raises(IngestError, match="No header row"):
        read_web("jahr,wert\nx,y\n", "text/csv", format="csv", columns=None)


def test_csv_of_another_layout_is_mapped_in_gb18030_too() -> None:
    columns = {**COLUMNS, "value": "数量", "period": "年份", "region": {"constant": "510700"}}
    raw = read_web("年份,数量\n2022,512\n".encode("gb18030"), "text/csv", format="csv", columns=columns)
    assert cells(raw)[0]["value"] == "512"
    with pytest.raises(SourceError, match="Row 2 of the CSV has more cells"):
        read_web("年份,数量\n2022,5,1\n", "text/csv", format="csv", columns=columns)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (1e-7, "0.0000001"), (1e22, "10000000000000000000000"), (Decimal("1E+3"), "1000"),
     (dt.date(2022, 9, 30), "2022-09-30"), (dt.datetime(2022, 9, 30, 20, tzinfo=dt.UTC), "2022-10-01"),
     (True, "True")],
)  # fmt: skip
def test_values_are_written_as_cells(value: object, text: str) -> None:
    assert as_text(value) == text


def test_the_digest_does_not_depend_on_the_order_of_rows() -> None:
    one, two = {"year": 2022, "count": 1}, {"year": 2023, "count": 2}
    assert digest_of([one, two]) == digest_of([two, one])
    assert digest_of([one]) != digest_of([two])


def read_sdmx(content: bytes, **options: Any) -> RawFile:
    fields: dict[str, Any] = {"format": "xml", "path": "x", "columns": SDMX_COLUMNS}
    return read_message("office", SdmxEntry.model_validate({**fields, **options}), content)


def test_a_message_becomes_rows_of_its_dimensions() -> None:
    first, second = cells(read_sdmx(SAMPLE.read_bytes()))
    assert first == {
        "indicator": "contract_value",
        "region": "510700",
        "period": "2022",
        "value": "72.50",
        "unit": "亿元",
    }
    assert (second["period"], second["value"]) == ("2023", "80.1")


def test_sdmx_csv_writes_months_its_own_way() -> None:
    text = (
        "DATAFLOW,REF_AREA,SUBJECT,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE\n"
        "X:DF(1.0),MY,CONTRACTS,2022-M09,72.5,亿元\nX:DF(1.0),MY,CONTRACTS,2022-A1,90,亿元\n"
        "X:DF(1.0),MY,CONTRACTS,2022-Q3,90,亿元\n"
    )
    periods = [row["period"] for row in cells(read_sdmx(text.encode(), format="csv"))]
    assert periods == ["2022-09", "2022", "2022-Q3"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<a/>", "no SDMX-ML"),
        (b"not xml", "no SDMX-ML"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "document type"),
        (SAMPLE.read_bytes()[:900], "no SDMX-ML"),
    ],
)
def test_what_is_no_message_is_one_sentence(content: bytes, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        read_sdmx(content)


def test_every_column_can_be_named() -> None:
    names = set(ColumnsEntry.model_fields)
    assert names == {
        "indicator", "region", "period", "value", "unit", "status", "published_on", "basis", "note",
        "embargo_until",
    }  # fmt: skip
