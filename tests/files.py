"""Files as a sender makes them: small PDFs, archives, Office files."""

from __future__ import annotations

import io
import zipfile

import openpyxl

PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]%s>>"


def make_pdf(*objects: bytes, root: bytes = b"", page: bytes = b"", trailer: bytes = b"") -> bytes:
    """A PDF of one page: `root` and `page` go into the catalogue and the page, `objects` are numbered from 4."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate((b"<</Type/Catalog/Pages 2 0 R%s>>" % root, PAGES, PAGE % page, *objects), 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, len(out))
    return out + head + table + end


PDF = make_pdf()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive; the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 20, 0, 0, 0)), data, method)
    return out.getvalue()


def workbook() -> bytes:
    """An xlsx as a library makes it."""
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def document(body: bytes = b"", **more: bytes) -> bytes:
    """A docx whose body is `body`, with further members."""
    text = b"<w:document %s><w:body>%s</w:body></w:document>" % (W, body)
    return zipped({"[Content_Types].xml": TYPES, "word/document.xml": text, **more})
