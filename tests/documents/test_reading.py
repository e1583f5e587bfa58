"""Documents as text: formats and encodings; what cannot be read says why in one sentence."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from monitor.core.errors import DocumentError
from monitor.documents import read_document, read_document_bytes
from monitor.documents.word import MOST_UNPACKED_BYTES
from tests.documents.builders import archive, pdf_file, word_file, word_table

PLAN = "晴川市2031年科技工作计划\n新增高新技术企业25家。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_any_usual_encoding(encoding: str) -> None:
    read = read_document_bytes("plan.txt", PLAN.encode(encoding))
    assert read.text.lstrip("\ufeff") == PLAN
    assert read.format == "txt"


def test_line_ends_and_byte_order_mark_stay_where_they_are() -> None:
    content = ("\ufeff" + PLAN.replace("\n", "\r\n")).encode()
    assert read_document_bytes("plan.txt", content).text == content.decode()


def test_word_file_keeps_cells() -> None:
    content = word_file("工作计划", word_table(("指标", "目标值"), ("高企", "25家")), "完")
    assert read_document_bytes("plan.docx", content).text == "工作计划\n指标\t目标值\n高企\t25家\n完"


def test_merged_cells_repeat_and_pad() -> None:
    table = (
        "<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>"
        "<w:p><w:r><w:t>平台</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>一</w:t></w:r></w:p></w:tc></w:tr>"
        "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>二</w:t></w:r></w:p></w:tc></w:tr>"
        "<w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>"
        "<w:p><w:r><w:t>合计</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    assert read_document_bytes("plan.docx", word_file(table)).text == "平台\t一\n平台\t二\n合计\t"


def test_page_without_scripts() -> None:
    page = "<html><head><title>x</title></head><body><script>alert(1)</script><p>新增 10 家</p>"
    page += "<table><tr><td>高企</td><td>25</td></tr></table></body></html>"
    read = read_document_bytes("plan.html", page.encode())
    assert (read.format, read.text.strip()) == ("html", "新增 10 家\n高企\t25")


def test_page_in_the_charset_it_names() -> None:
    page = '<html><meta charset="gbk"><body><p>技术合同</p></body></html>'
    assert "技术合同" in read_document_bytes("x.htm", page.encode("gbk")).text


def test_pdf_with_a_text_layer() -> None:
    read = read_document_bytes("plan.pdf", pdf_file("R and D intensity 3.1 %", "second line"))
    assert read.format == "pdf"
    assert read.text.splitlines()[:2] == ["R and D intensity 3.1 %", "second line"]


BAD = {
    "empty.txt": (b"", "is empty"),
    "blank.txt": (b" \r\n\t\n", "is empty"),
    "marks.txt": ("。，、".encode(), "holds no text"),
    "photo.txt": (bytes(range(256)) * 40, "no text, whatever the name says"),
    "noise.txt": (b"\x81\x20\xff\xfe\xff" * 500, "neither UTF-8 nor GB18030"),
    "scan.pdf": (pdf_file(), "it is a scan"),
    "locked.pdf": (pdf_file("secret", encrypt=True), "protected by a password"),
    "broken.pdf": (b"%PDF-1.7\n" + os.urandom(64), "cannot be read"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old Word file"),
    "note.rtf": (b"{\\rtf1 plan}", "RTF"),
    "other.docx": (archive(b"<x/>", name="xl/workbook.xml"), "no Word file"),
    "torn.docx": (word_file("计划")[:-60], "damaged"),
    "entity.docx": (archive(b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'), "entities"),
    "tags.docx": (archive(b"<w:document"), "damaged"),
    "bomb.docx": (archive(b" " * (MOST_UNPACKED_BYTES + 1)), "unpacks to more than"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_says_so_in_one_line(name: str) -> None:
    content, told = BAD[name]
    with pytest.raises(DocumentError) as refused:
        read_document_bytes(name, content)
    message = str(refused.value)
    assert told in message
    assert message.startswith(name)
    assert "\n" not in message


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(DocumentError, match="50 MB, more than 20 MB"):
        read_document(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"none\.txt: The file cannot be opened"):
        read_document(tmp_path / "none.txt")


@pytest.mark.parametrize(
    "start",
    [
        "<html><head><title>网站</title><body>",
        "<html><head><title>网站</title>",
        "<body><select><option>网站",
        "<body><button>网站",
        "<body><object>网站",
    ],
)
def test_a_page_is_read_though_its_author_forgot_to_close_a_tag(start: str) -> None:
    page = start + "<p>新建孵化器6家</p></html>"
    assert read_document_bytes("plan.html", page.encode()).text.strip() == "新建孵化器6家"


def test_a_closed_button_stays_silent() -> None:
    page = "<body><button><div>登录</div></button><p>新建孵化器6家</p></body>"
    assert read_document_bytes("plan.html", page.encode()).text.strip() == "新建孵化器6家"


def test_noise_behind_a_utf16_mark_is_no_text() -> None:
    noise = random.Random(5).randbytes(6000)
    for mark in (b"\xff\xfe", b"\xfe\xff"):
        with pytest.raises(DocumentError, match="no text, whatever the name says"):
            read_document_bytes("plan.txt", mark + noise)


def test_nul_is_replaced_in_place() -> None:
    written = PLAN * 40 + "\x00" + "新建平台2个。"
    for encoding in ("utf-8", "utf-16"):
        text = read_document_bytes("plan.txt", written.encode(encoding)).text.lstrip("\ufeff")
        assert text == written.replace("\x00", "\ufffd")


def test_word_file_without_what_tracked_changes_took_away() -> None:
    moved = (
        "<w:p><w:moveFrom><w:r><w:t>旧址</w:t></w:r></w:moveFrom><w:del><w:r><w:t>删</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t>新增平台8个</w:t></w:r></w:ins></w:p>"
    )
    assert read_document_bytes("plan.docx", word_file(moved)).text == "新增平台8个"


def test_a_table_inside_a_cell_is_read_once() -> None:
    inner = word_table(("瞪羚企业", "7家"))
    row = "<w:tr><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p>{}</w:tc></w:tr>"
    rows = row.format("附表", inner + "<w:p/>")
    rows += "<w:sdt><w:sdtContent>" + row.format("合计", "") + "</w:sdtContent></w:sdt>"
    read = read_document_bytes("plan.docx", word_file(f"<w:tbl>{rows}</w:tbl>", "完"))
    assert read.text == "附表\n合计\n\n瞪羚企业\t7家\n完"
