"""CSV files that are read piece by piece: the same rows and the same refusals as in one piece."""

from operator import length_hint
from pathlib import Path

import pytest

from monitor.core.errors import IngestError
from monitor.ingest import content, csv_reader, read_file
from tests.ingest.builders import CHINESE_HEADER, write_csv

HEADER = CHINESE_HEADER[:5]
ROWS = [["高新技术企业数", "绵阳", 2000 + number % 20, number, "家"] for number in range(60)]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A piece ends in the middle of most characters."""
    monkeypatch.setattr(csv_reader, "_PIECE_BYTES", 7)
    monkeypatch.setattr(content, "_PIECE_BYTES", 5)
    monkeypatch.setattr(content, "_IN_MEMORY_BYTES", 50)
    monkeypatch.setattr(csv_reader, "_SMALL_BYTES", 100)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_rows_are_read_when_they_are_asked_for(tmp_path: Path, encoding: str) -> None:
    (table,) = read_file(write_csv(tmp_path / "a.csv", ROWS, header=HEADER, encoding=encoding)).tables
    assert not isinstance(table.rows, tuple)
    for _ in range(2):
        assert [(row.number, list(row.cells.values())) for row in table.rows] == [
            (at, list(map(str, row))) for at, row in enumerate(ROWS, start=2)
        ]
    assert length_hint(table.rows) == len(ROWS) + 1


def test_the_file_may_change_while_its_rows_are_read(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS, header=HEADER)
    (table,) = read_file(path).tables
    path.write_text("gone")
    assert len(list(table.rows)) == len(ROWS)


def test_an_open_quotation_mark_is_found_when_the_rows_are_read(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [*ROWS, ["高企", "绵阳", 2022, 1, '"家']], header=HEADER)
    (table,) = read_file(path).tables
    with pytest.raises(IngestError, match="Near row 62 the text is no CSV"):
        list(table.rows)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("绵".encode(), b"\xe7\xbb", "Line 2 holds a damaged character"),
        ("绵".encode(), b"\x07", "is not text"),
        ("绵".encode(), b"\x00", "is not text"),
    ],
)
def test_what_is_no_text_is_refused_wherever_it_stands(
    tmp_path: Path, old: bytes, new: bytes, expected: str
) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS, header=HEADER)
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    with pytest.raises(IngestError, match=expected):
        read_file(path)


def test_a_last_row_may_end_in_an_end_of_file_mark(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ROWS, header=HEADER)
    path.write_bytes(path.read_bytes() + b"\x1a")
    (table,) = read_file(path).tables
    assert len(list(table.rows)) == len(ROWS)
