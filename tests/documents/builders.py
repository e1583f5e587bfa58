"""Small documents made by hand: Word files, PDFs, archives that lie."""

from __future__ import annotations

import io
import zipfile

_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word_file(*blocks: str) -> bytes:
    """A .docx of paragraphs; a block that starts with <w: is taken as it is."""
    body = "".join(
        each if each.startswith("<w:") else f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in blocks
    )
    return archive(f'<?xml version="1.0"?><w:document {_NS}><w:body>{body}</w:body></w:document>'.encode())


def word_table(*rows: tuple[str, ...]) -> str:
    """A table of text cells."""
    cells = "".join(
        "<w:tr>"
        + "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in row)
        + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{cells}</w:tbl>"


def archive(xml: bytes, *, name: str = "word/document.xml") -> bytes:
    """A zip archive with one part."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, xml)
    return written.getvalue()


def pdf_file(*lines: str, encrypt: bool = False) -> bytes:
    """A PDF of one page in Helvetica; without lines it is an empty page, as a scan is."""
    shown = " ".join(f"({line}) Tj 0 -20 Td" for line in lines)
    stream = f"BT /F1 12 Tf 72 720 Td {shown} ET".encode("latin-1") if lines else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    if encrypt:
        key = "00" * 32
        objects.append(f"<< /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4 >>".encode())
    written, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"/Encrypt 6 0 R /ID [<00><00>]" if encrypt else b""
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, table, len(objects) + 1, trailer, len(written))
    )
