"""Files that are damaged, disguised or written in another way; all figures are made up."""

from __future__ import annotations

import io
import zipfile

import openpyxl
from openpyxl.chart import BarChart

from tests.ingest.awkward.layouts import SHARE, STOCK, VALUE, of
from tests.ingest.awkward.making import Awkward, repacked, text, workbook
from tests.ingest.awkward.old_workbooks import FORMATS, LONG_FORM, unpacked

HEADER = "指标,地区,时期,数值,单位"
ROW = "技术合同成交额,示例甲区,2025-09,9.5,亿元"
_NINE = of(VALUE, "2025-09", 1e8, SIM001=9.5)
_PLAIN = [HEADER.split(","), ROW.split(",")]


def _bomb() -> bytes:
    """Declared as it is: 600 MB of spaces in a few hundred kilobytes."""
    stream = io.BytesIO(workbook(_PLAIN))
    with (
        zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/x.bin", "w") as part,
    ):
        for _ in range(600):
            part.write(b" " * 1_000_000)
    return stream.getvalue()


def _lying_bomb() -> bytes:
    """A part that unpacks to more than the archive declares."""
    content = workbook(_PLAIN)
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return content.replace(size.to_bytes(4, "little"), (40).to_bytes(4, "little"))


def _corrupt() -> bytes:
    content = bytearray(workbook(_PLAIN))
    content[200:260] = b"\0" * 60
    return bytes(content)


def _macros() -> bytes:
    return repacked(workbook(_PLAIN), lambda _name, part: part, xl__vbaProject_bin=b"x")


def _charts_only() -> bytes:
    book = openpyxl.Workbook()
    book.create_chartsheet("图").add_chart(BarChart())
    del book["Sheet"]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _encrypted() -> bytes:
    """The compound file that a protected .xlsx is: only its directory matters here."""
    name = "EncryptedPackage".encode("utf-16-le")
    root = "Root Entry".encode("utf-16-le")

    def entry(text: bytes, kind: int, child: int) -> bytes:
        head = text.ljust(64, b"\0") + (len(text) + 2).to_bytes(2, "little") + bytes([kind, 1])
        links = (0xFFFFFFFF).to_bytes(4, "little") * 2 + child.to_bytes(4, "little", signed=False)
        return (head + links).ljust(116, b"\0") + (0xFFFFFFFE).to_bytes(4, "little") + b"\0" * 8

    directory = entry(root, 5, 1) + entry(name, 2, 0xFFFFFFFF) + b"\0" * 256
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += bytes.fromhex("3e000300feff09000600") + b"\0" * 10
    header += b"".join(
        number.to_bytes(4, "little") for number in (1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    )
    header += (0).to_bytes(4, "little") + b"\xff" * (512 - len(header) - 4)
    table = b"".join(n.to_bytes(4, "little") for n in (0xFFFFFFFD, 0xFFFFFFFE)) + b"\xff" * 504
    return header + table + directory


def _long_form_formats() -> bytes:
    return workbook(
        [
            HEADER.split(","),
            ["财政科技支出占一般公共预算支出比重（模拟）", "示例甲区", "2025年1-9月", 0.0255, "%"],
        ],
        formats={"D2": "0.00%"},
    )


def _mixed() -> bytes:
    return text(HEADER, ROW.replace(",", ";"))


FILES = (
    Awkward("no_spreadsheet.xlsx", lambda: b"%PDF-1.7 1 0 obj", stopped_by="The content is no workbook"),
    Awkward("text_named.xls", lambda: text(HEADER, ROW), stopped_by="The content is no workbook"),
    Awkward(
        "spreadsheet_xml.xls", lambda: b"<?xml version='1.0'?><Workbook/>", stopped_by="a web page or XML"
    ),
    Awkward("page_without_table.xls", lambda: b"<html><p>404</p></html>", stopped_by="it holds no table"),
    Awkward("encrypted.xlsx", _encrypted, stopped_by="protected by a password"),
    Awkward("macros.xlsm", lambda: workbook(_PLAIN), stopped_by="may hold macros (.xlsm)"),
    Awkward("macros_inside.xlsx", _macros, stopped_by="The workbook holds macros"),
    Awkward("bomb.xlsx", _bomb, stopped_by="It unpacks to"),
    Awkward("lying_sizes.xlsx", _lying_bomb, stopped_by="it is damaged"),
    Awkward("corrupt.xlsx", _corrupt, stopped_by="it is damaged"),
    Awkward(
        "empty_sheet.xlsx",
        lambda: workbook({"甲": [], "乙": []}),
        stopped_by="Every sheet of the workbook is empty",
    ),
    Awkward("charts_only.xlsx", _charts_only, stopped_by="has no worksheet, charts only"),
    Awkward(
        "words_only.xlsx",
        lambda: workbook([["关于报送的通知"]]),
        stopped_by="No visible sheet holds a figure",
    ),
    Awkward("percent_long_form.xlsx", _long_form_formats, of(SHARE, "2025-09", 1, SIM001=2.55)),
    Awkward(
        "formats.xls",
        lambda: unpacked(FORMATS),
        (
            *of(SHARE, "2025-09", 1, SIM001=2.55, SIM004=4),
            *of(STOCK, "2025-08", 1, SIM001=119),
            *of(STOCK, "2025-09", 1, SIM001=120),
        ),
        refused=(("bad_value", "B4"),),
        remark="1 hidden row not read",
    ),
    Awkward(
        "long_form.xls",
        lambda: unpacked(LONG_FORM),
        refused=(("unknown_region", "地区"), ("unknown_region", "地区")),
    ),
    Awkward("empty.csv", lambda: b" \r\n", stopped_by="The file is empty"),
    Awkward("workbook_named.csv", lambda: workbook(_PLAIN), stopped_by="the content is an .xlsx workbook"),
    Awkward(
        "nul_bytes.csv", lambda: text(HEADER, ROW) + b"\0\0", stopped_by="is not text in UTF-8 or GB18030"
    ),
    Awkward("binary.csv", lambda: bytes(range(256)) * 4, stopped_by="is not text in UTF-8 or GB18030"),
    Awkward("gb18030.csv", lambda: text(HEADER, ROW, encoding="gb18030"), _NINE),
    Awkward("utf8_with_mark.csv", lambda: text(HEADER, ROW, encoding="utf-8-sig"), _NINE),
    Awkward("utf16.csv", lambda: text(HEADER, ROW, encoding="utf-16"), _NINE),
    Awkward(
        "utf16_without_mark.csv", lambda: text(HEADER, ROW, encoding="utf-16-le"), stopped_by="is not text"
    ),
    Awkward("old_mac_line_ends.csv", lambda: text(HEADER, ROW, end="\r"), _NINE),
    Awkward("sep_line.csv", lambda: text("sep=;", HEADER.replace(",", ";"), ROW.replace(",", ";")), _NINE),
    Awkward("mixed_delimiters.csv", _mixed, stopped_by="Row 2 is not divided by ','"),
    Awkward(
        "decimal_commas.csv",
        lambda: text(HEADER.replace(",", ";"), "技术合同成交额;示例甲区;2025-09;9,5;亿元"),
        stopped_by="decimal comma",
    ),
    Awkward(
        "quoted_decimal_comma.csv",
        lambda: text(HEADER, ROW.replace("9.5", '"9,5"')),
        stopped_by="decimal comma",
    ),
    Awkward("open_quotation.csv", lambda: text(HEADER, ROW, '"' + ROW), _NINE[:0], stopped_by="is no CSV"),
    Awkward(
        "longer_and_shorter_lines.csv",
        lambda: text(HEADER, ROW, f"{ROW},x", "技术合同成交额,示例乙区"),
        _NINE,
        refused=(("extra_cells", None), ("bad_period", "时期")),
    ),
    Awkward(
        "thousands.csv",
        lambda: text(HEADER, ROW.replace("9.5", '"１，２３４．５"').replace("亿元", "万元")),
        of(VALUE, "2025-09", 1e4, SIM001=1234.5),
    ),
)
