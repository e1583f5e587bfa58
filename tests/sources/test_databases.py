"""Queries of other databases: read only, bounded in time and rows, on SQLite and PostgreSQL."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.config.figure_sources import SqlEntry
from monitor.core.errors import SourceError
from monitor.ingest.raw import RawFile
from monitor.sources.databases import read_query
from tests.conftest import NewDatabase
from tests.sources.builders import COLUMNS

SELECT = "SELECT area, year, count FROM register WHERE area LIKE 'M%' ORDER BY year;"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS count FROM n"


@pytest.fixture
def register(new_database: NewDatabase) -> str:
    """Address of a database with a small register."""
    url = new_database(False)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE register (area TEXT, year INTEGER, count NUMERIC)"))
        connection.execute(
            sa.text("INSERT INTO register VALUES ('MY', 2022, 512), ('MY', 2023, 600.5), ('CD', 2022, 9)")
        )
    engine.dispose()
    return url


def query(url: str, folder: Path, text: str = SELECT, **options: Any) -> RawFile:
    file = folder / "register.sql"
    file.write_text(text, encoding="utf-8")
    fields = {"url_env": "ZHIBIAO_SECRET_REGISTER", "query_file": "register.sql", "columns": COLUMNS}
    return read_query("register", SqlEntry.model_validate({**fields, **options}), url=url, query_file=file)


def test_the_rows_of_a_query_become_a_table(register: str, tmp_path: Path) -> None:
    raw = query(register, tmp_path)
    rows = [
        (row.cells["region"], row.cells["period"], float(row.cells["value"])) for row in raw.tables[0].rows
    ]
    assert rows == [("510700", "2022", 512.0), ("510700", "2023", 600.5)]
    assert query(register, tmp_path, SELECT.replace("year;", "year DESC")).sha256 == raw.sha256


@pytest.mark.parametrize(
    "statement", ["DELETE FROM register", "CREATE TABLE mine (a INTEGER)", "DROP TABLE register"]
)
def test_a_query_cannot_write(register: str, tmp_path: Path, statement: str) -> None:
    with pytest.raises(SourceError, match="query failed"):
        query(register, tmp_path, statement)
    assert len(query(register, tmp_path).tables[0].rows) == 2


def test_more_rows_than_allowed_are_refused(register: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="more than 1 rows"):
        query(register, tmp_path, max_rows=1)


def test_a_query_without_end_is_stopped(register: str, tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(SourceError, match="query failed"):
        query(register, tmp_path, ENDLESS, timeout_seconds=1)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://user:geheim@host/db", "kind 'mysql'"),
        ("no address", "ZHIBIAO_SECRET_REGISTER holds no address"),
        ("sqlite:////nowhere/at/all.db", "no SQLite file"),
        ("postgresql://user:geheim@127.0.0.1:1/db", "query failed"),
    ],
)
def test_an_unusable_database_is_one_sentence_without_the_password(
    tmp_path: Path, url: str, told: str
) -> None:
    with pytest.raises(SourceError, match=told) as caught:
        query(url, tmp_path)
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)
