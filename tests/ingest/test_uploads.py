"""A file is looked at before it is stored: the look says what the load will, and writes nothing."""

from __future__ import annotations

import re

import pytest

from monitor import commands, queries
from monitor.core.corrections import Corrections
from monitor.core.errors import IngestError, PermissionDeniedError
from monitor.core.loading import LoadReport
from monitor.store import Store
from monitor.uploads import UploadCheck, check_upload, store_upload
from monitor.words.display import Language
from monitor.words.problems import problem_words
from tests.monitor.builders import ADMIN, VIEWER, YEARBOOK, catalogue, figure, load

HEADER = "indicator,region,period,value,unit,published_on,origin\n"


def a_file(*rows: tuple[str, str, str, str]) -> bytes:
    lines = (f"hightech_enterprises,510700,{','.join(row)},yearbook\n" for row in rows)
    return (HEADER + "".join(lines)).encode()


@pytest.fixture
def seeded(store: Store) -> Store:
    commands.seed_catalogue(store, ADMIN, catalogue())
    commands.record_origins(store, ADMIN, [YEARBOOK])
    commands.record_load(store, ADMIN, load(figure(500.0, "2022"), figure(520.0, "2023")))
    return store


def looked(store: Store, content: bytes, name: str = "a.csv") -> UploadCheck:
    return check_upload(store, ADMIN, name, content, corrections=Corrections())


def counts(report: LoadReport) -> tuple[int, ...]:
    return report.new, report.revised, report.confirmed, report.unchanged, report.refused, report.held


def test_the_look_says_what_the_load_then_does(seeded: Store) -> None:
    content = a_file(
        ("2022", "510", "家", "2024-05-01"),
        ("2023", "520", "家", "2024-05-01"),
        ("2024", "540", "家", "2025-05-01"),
        ("2024", "540", "家", "2025-05-01"),
        ("2025", "五百", "家", "2026-02-01"),
    )
    before = queries.loads(seeded, ADMIN)
    check = looked(seeded, content)
    assert counts(check.report) == (1, 1, 1, 1, 1, 0)
    assert queries.loads(seeded, ADMIN) == before
    planned = {(each.figure.period, each.in_force and each.in_force.value) for each in check.figures}
    assert planned == {("2022", 500.0), ("2023", 520.0), ("2024", None)}
    done = store_upload(seeded, ADMIN, "a.csv", content, corrections=Corrections())
    assert counts(done) == counts(check.report)
    again = looked(seeded, content).report
    assert (again.stored, again.was_loaded_before) == (0, True)
    page = queries.figures_of_load(seeded, ADMIN, done.load_id, first=1, limit=1)
    assert (len(page.rows), page.total) == (1, 3)
    assert [each.id for each in queries.load_page(seeded, ADMIN, source="files", limit=1).rows] == [
        done.load_id
    ]


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
def test_who_may_not_load_may_not_look_either(seeded: Store) -> None:
    with pytest.raises(PermissionDeniedError):
        check_upload(
            seeded, VIEWER, "a.csv", a_file(("2024", "5", "家", "2025-05-01")), corrections=Corrections()
        )


LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
BROKEN_FILES = {
    "picture.png": b"\x89PNG",
    "macros.xlsm": b"PK\x03\x04",
    "no_ending": b"x",
    "empty.csv": b"",
    "document.csv": b"%PDF-1.7",
    "text.xlsx": b"hello",
    "damaged.xlsx": b"PK\x03\x04damaged",
    "cut.xls": LOCKED,
    "misspelt.csv": b"indicator,region,period,value,unit,statsu\na,b,2022,1,x,y\n",
    "unit_missing.csv": b"indicator,region,period,value\na,b,2022,1\n",
    "twice.csv": "indicator,指标,region,period,value,unit\na,a,b,2022,1,x\n".encode(),
    "open_quote.csv": b'indicator,region,period,value,unit\na,b,2022,"1,x\n' + b"\n" * 50,
    "other_table.csv": "甲,乙\n1,2\n".encode(),
    "not_text.csv": b"\xff\xfe\xff\x00\x81\x00\x81",
}


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", BROKEN_FILES)
def test_a_file_that_cannot_be_read_is_told_in_either_language(seeded: Store, name: str) -> None:
    with pytest.raises(IngestError) as told:
        looked(seeded, BROKEN_FILES[name], name)
    words = problem_words(told.value, Language.ZH)
    assert words.endswith("未写入任何内容。"), words
    assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", words), words
    assert problem_words(told.value, Language.EN) == str(told.value)
