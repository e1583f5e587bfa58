"""Reading files: encodings, delimiters, row numbers, and clear refusals."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from monitor.core.errors import IngestError
from monitor.ingest import excel_reader, read_file, readers
from monitor.ingest.layouts import laid_out
from tests.ingest.awkward.old_workbooks import LONG_FORM, unpacked
from tests.ingest.builders import CHINESE_HEADER, CONTEXT, row, write_csv, write_xlsx

SHORT = ("indicator", "region", "period", "value", "unit")
CHINESE_SHORT = CHINESE_HEADER[:5]


def _refused(path: Path, *, sheet: str | None = None) -> str:
    with pytest.raises(IngestError) as caught:
        laid_out(read_file(path, sheet=sheet), CONTEXT)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_the_encodings_offices_send_are_all_read(tmp_path: Path, encoding: str) -> None:
    path = write_csv(
        tmp_path / "a.csv",
        [["高新技术企业数", "绵阳", 2022, 900, "家"]],
        header=CHINESE_SHORT,
        encoding=encoding,
    )
    (table,) = read_file(path).tables
    assert table.header == CHINESE_SHORT
    assert table.rows[0].cells["指标"] == "高新技术企业数"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_by_the_header(tmp_path: Path, delimiter: str) -> None:
    """Commas and semicolons inside a note do not mislead."""
    lines = [
        delimiter.join((*SHORT, "note")),
        delimiter.join(("a", "b", "2022", "1", "家", '"x;y;z,u,v,w;;,,"')),
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    (table,) = read_file(path).tables
    assert table.rows[0].cells["note"] == "x;y;z,u,v,w;;,,"


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    """Title, blank rows and a cell with a line break inside count as they do on the screen."""
    path = tmp_path / "a.csv"
    path.write_text(
        f'2022年情况\n\n{",".join(SHORT)},note\na,b,2022,1,家,"one\ntwo"\n,,,,,\nc,d,2023,2,家,\n',
        encoding="utf-8",
    )
    (table,) = read_file(path).tables
    assert [each.number for each in table.rows] == [4, 6]


def test_a_row_longer_than_the_header_keeps_its_cells(tmp_path: Path) -> None:
    (table,) = read_file(write_csv(tmp_path / "a.csv", [[1, 2, 3, "1", "420", "家"]], header=SHORT)).tables
    assert table.rows[0].cells["column F"] == "家"


def test_files_that_are_no_text_are_refused_by_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for content, expected in (
        (b"", "The file is empty."),
        (b" \r\n ", "The file is empty."),
        (b"PK\x03\x04....", "the content is an .xlsx workbook"),
        (b"%PDF-1.7", "the content is a PDF document"),
        (b"indicator,region\x00\x01", "is not text in UTF-8 or GB18030"),
        (b"\xff\xfe\xff", "is not text in UTF-8 or GB18030"),
        (b"indicator,\x07\n", "is not text in UTF-8 or GB18030"),
    ):
        path.write_bytes(content)
        assert expected in _refused(path)


def test_a_damaged_utf8_file_is_not_read_as_gb18030(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "a.csv", [["指标名称很长很长很长", "绵阳市绵阳市", 2022, 1, "家"]], header=CHINESE_SHORT
    )
    path.write_bytes(path.read_bytes().replace("名".encode(), b"\xe5\x90", 1))
    assert "Line 2 holds a damaged character" in _refused(path)


def test_an_open_quotation_mark_is_refused_instead_of_swallowing_rows(tmp_path: Path) -> None:
    good = ["a", "b", 2022, 1, "家", "x"]
    header = (*SHORT, "note")
    open_end = write_csv(tmp_path / "a.csv", [good, [*good[:5], '"open'], *[good] * 30], header=header)
    assert "Near row 3 the text is no CSV" in _refused(open_end)
    closed_late = write_csv(
        tmp_path / "b.csv", [good, [*good[:5], '"open'], *[good] * 30, [*good[:5], 'x"']], header=header
    )
    assert "Row 3 holds a cell of more than 10 lines" in _refused(closed_late)


def test_a_file_without_header_says_what_a_header_is(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,c\nd,e,f\n", encoding="utf-8")
    assert "No header row was found; the file begins with 'a | b | c'" in _refused(path)
    path.write_text("1,2,3\n4,5,6\n", encoding="utf-8")
    assert "names nowhere an indicator (指标) and a region (地区) and a period" in _refused(path)


def test_two_columns_of_one_meaning_are_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [], header=("指标", *SHORT))
    assert "The columns '指标' and 'indicator' mean the same." in _refused(path)


def test_missing_folder_wrong_ending_and_oversized(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "There is no file" in _refused(tmp_path / "none.csv")
    (tmp_path / "d.csv").mkdir()
    assert "is a folder" in _refused(tmp_path / "d.csv")
    assert "Files ending in '.pdf' are not read." in _refused(tmp_path / "a.pdf")
    path = write_csv(tmp_path / "a.csv", [row()])
    assert "A CSV file has no sheet 'x'." in _refused(path, sheet="x")
    monkeypatch.setattr(readers, "MOST_CSV_BYTES", 20)
    assert "The file is larger than 0 MB." in _refused(path)


def test_every_sheet_with_a_header_is_read(tmp_path: Path) -> None:
    """Title rows above the header are passed over; notes without figures are left out."""
    path = write_xlsx(
        tmp_path / "a.xlsx",
        甲=[["2022年情况表"], [], list(SHORT), ["a", "b", 2022, 1.5, "家"]],
        乙=[list(CHINESE_SHORT), ["c", "d", "2023", "2", "家"]],
        说明=[["共", 2, "张表"]],
        备忘=[["only words"]],
    )
    read = read_file(path)
    assert [(table.sheet, table.rows[0].number) for table in read.tables] == [("甲", 4), ("乙", 2)]
    assert read.skipped == ()


def test_one_sheet_can_be_chosen(tmp_path: Path) -> None:
    sheets = {"甲": [list(SHORT), ["a", "b", 2022, 1, "家"]], "乙": [list(SHORT), ["c", "d", 2023, 2, "家"]]}
    path = write_xlsx(tmp_path / "a.xlsx", **sheets)
    assert [table.sheet for table in read_file(path, sheet="乙").tables] == ["乙"]
    assert "There is no sheet '丙'. The sheets are '甲', '乙'." in _refused(path, sheet="丙")


def test_sheets_that_are_left_out_are_named(tmp_path: Path) -> None:
    good = [list(SHORT), ["a", "b", 2022, 1, "家"]]
    path = write_xlsx(tmp_path / "a.xlsx", good=good, secret=good, loose=[["绵阳", 1420]])
    book = openpyxl.load_workbook(path)
    book["secret"].sheet_state = "hidden"
    book.save(path)
    skipped = laid_out(read_file(path), CONTEXT).skipped
    assert [(each.sheet, each.rule) for each in skipped] == [
        ("secret", "hidden_sheet"),
        ("loose", "layout_not_understood"),
    ]
    assert [table.sheet for table in read_file(path, sheet="secret").tables] == ["secret"]


def test_cells_become_the_text_a_person_sees(tmp_path: Path) -> None:
    values = [
        2022.0,
        dt.date(2022, 8, 31),
        dt.datetime.combine(dt.date(2022, 8, 31), dt.time()),
        0.1 + 0.2,
        True,
        " x ",
        "=1+1",
        1e18,
        None,
    ]
    path = write_xlsx(tmp_path / "a.xlsx", s=[[*SHORT, *"abcd"], values])
    (table,) = read_file(path).tables
    assert list(table.rows[0].cells.values()) == [
        "2022", "2022-08-31", "2022-08-31", "0.3", "TRUE", "x", "=1+1", "1e+18", "",
    ]  # fmt: skip


def test_legacy_xls_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(unpacked(LONG_FORM))
    (table,) = read_file(path).tables
    assert table.sheet == "数据"
    assert list(table.rows[0].cells.values()) == [
        "技术合同成交额",
        "绵阳",
        "2022",
        "72.5",
        "亿元",
        "2023-03-17",
    ]


def test_what_only_looks_like_a_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    for content, expected in (
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\n<HTML><p>1</p></html>", "This is a web page with the name of a workbook"),
        (b"<?xml version='1.0'?><Workbook/>", "This is a web page or XML"),
        (b"a,b\n1,2\n", "The content is no workbook, whatever its name says."),
        (b"PK\x03\x04junk", "cannot be read as a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "cannot be read as a workbook"),
    ):
        path.write_bytes(content)
        assert expected in _refused(path)


def test_a_workbook_that_kills_its_reader_is_a_refusal_not_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Damaged .xls files made the reader panic, or abort the process for want of memory."""
    path = write_xlsx(tmp_path / "a.xlsx", s=[list(SHORT)])
    child = tmp_path / "child.py"
    child.write_text("import os; os.abort()")
    monkeypatch.setattr(excel_reader, "_CHILD", child)
    assert "cannot be read as a workbook (it is damaged, or has cells far away" in _refused(path)
    child.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(excel_reader, "MOST_SECONDS", 0.2)
    assert "reading took more than 0.2 seconds" in _refused(path)


def test_a_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", s=[list(SHORT)])
    book = openpyxl.load_workbook(path)
    book["s"]["AZ1048576"] = "x"
    book.save(path)
    assert "Sheet 's' spans too many cells." in _refused(path)
    book["s"]["XFD1048576"] = "x"
    book.save(path)
    assert "cannot be read as a workbook" in _refused(path)


def test_archives_that_unpack_to_too_much_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", s=[list(SHORT)])
    monkeypatch.setattr(excel_reader, "MOST_UNPACKED_BYTES", 100)
    assert "It unpacks to" in _refused(path)


def test_a_workbook_without_header_says_so(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", s=[["绵阳", 1]])
    assert "Sheet 's', the table from row 1 on names nowhere" in _refused(path)
    path = write_xlsx(tmp_path / "b.xlsx", s=[["绵阳"]])
    assert "No visible sheet holds a figure." in _refused(path)
