"""Refusing hostile files: each sort once, with its reason; and what honest programs make still passes."""

# ruff: noqa: E501  # one line for each file of the tables

from __future__ import annotations

import io
import json
import socket
import struct
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.utils.translation import override
from PIL import Image
from pytest_django import Settings

from permits.drafts.materials import add_file
from permits.drafts.uploads import inspect
from permits.errors import BadFacts, ScannerUnreachable, UploadRefused
from permits.models import Application, MaterialVersion
from roles.models import Person
from tests.cast import log_in, pdf
from tests.files import PDF, TYPES, document, make_pdf, workbook, zipped

PROGRAM = b"MZ\x90\x00\x03" + b"\x00" * 200
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
RELS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
SORTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def relation(sort: str, target: str, mode: str = "External") -> bytes:
    return RELS % f'<Relationship Id="r1" Type="{SORTS}{sort}" Target="{target}" TargetMode="{mode}"/>'.encode()


def with_link(sort: str, target: str) -> bytes:
    return document(**{"word/_rels/document.xml.rels": relation(sort, target)})


def field(*instructions: str) -> bytes:
    """A paragraph with one field, its instruction split over several runs."""
    parts = "".join(f"<w:r><w:instrText>{text}</w:instrText></w:r>" for text in instructions)
    begun, ended = (f'<w:r><w:fldChar w:fldCharType="{which}"/></w:r>' for which in ("begin", "end"))
    return f"<w:p>{begun}{parts}{ended}</w:p>".encode()


def book_with(**members: bytes) -> bytes:
    """An openpyxl workbook with further members."""
    data = io.BytesIO(workbook())
    with zipfile.ZipFile(data, "a") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def symlink() -> bytes:
    out, member = io.BytesIO(), zipfile.ZipInfo("plots.shp")
    member.create_system, member.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(member, "/etc/passwd")
    return out.getvalue()


def encrypted_zip() -> bytes:
    data = bytearray(zipped({"plots.shp": b"x"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def twice_named() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("plots.shp", "x")
        archive.writestr("Plots.shp", "y")
    return out.getvalue()


def encrypted_pdf() -> bytes:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner="o", user="secret"))
    return out.getvalue()


def packed_pdf(objects: bytes, *, filters: bytes = b"/FlateDecode") -> bytes:
    """A PDF whose object 5, the target of its open action, lies in a stream of objects."""
    bodies = {
        1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        4: b"<</Type/ObjStm/N 1/First 4/Filter %s/Length %d>>stream\n%s\nendstream" % (filters, len(objects), objects),
    }
    out, rows = b"%PDF-1.7\n", struct.pack(">BIH", 0, 0, 65535)
    for number, body in bodies.items():
        rows += struct.pack(">BIH", 1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows += struct.pack(">BIH", 2, 4, 0) + struct.pack(">BIH", 1, len(out), 0)
    table = b"<</Type/XRef/W[1 4 2]/Size 7/Root 1 0 R/Length %d>>stream\n%s\nendstream" % (len(rows), rows)
    return out + b"6 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(out))


def packed_script() -> bytes:
    return packed_pdf(zlib.compress(b"5 0 <</S/JavaScript/JS(app.alert\\(1\\))>>"))


def pdf_bomb() -> bytes:
    """300 MB of blanks, packed twice into half a kilobyte."""
    squeezer = zlib.compressobj(9)
    blanks = b" " * (1024 * 1024)
    once = squeezer.compress(b"5 0 <<>>") + b"".join(squeezer.compress(blanks) for _mb in range(300)) + squeezer.flush()
    return packed_pdf(zlib.compress(once, 9), filters=b"[/FlateDecode/FlateDecode]")


def annotated(annotation: bytes) -> bytes:
    return make_pdf(annotation, page=b"/Annots[4 0 R]")


HOSTILE = {
    # archives
    "a program": ("a.zip", zipped({"setup.exe": b"x"}), "setup.exe"),
    "a program named as text": ("a.zip", zipped({"readme.txt": PROGRAM}), "program (readme.txt)"),
    "a program beside word/document.xml": (
        "a.zip", zipped({"word/document.xml": b"<d/>", "a.dat": PROGRAM}), "program (a.dat)"),
    "a program in a docx": ("a.docx", document(**{"word/media/image1.png": PROGRAM}), "program (word/media/image1.png)"),
    "a program in an xlsx": ("a.xlsx", book_with(**{"xl/media/a.exe": b"x"}), "program (xl/media/a.exe)"),
    "a shell script": ("a.zip", zipped({"readme.txt": b"#!/bin/sh\n"}), "program (readme.txt)"),
    "a nested zip": ("a.zip", zipped({"more.zip": b"x"}), "another archive (more.zip)"),
    "a nested zip named as text": ("a.zip", zipped({"a.txt": zipped({"b": b"x"})}), "another archive (a.txt)"),
    "a nested rar named as text": ("a.zip", zipped({"a.txt": b"Rar!\x1a\x07\x01\x00"}), "another archive (a.txt)"),
    "a nested tar named as text": ("a.zip", zipped({"a.txt": b"x" * 257 + b"ustar"}), "another archive (a.txt)"),
    "a symbolic link": ("a.zip", symlink(), "link or a device (plots.shp)"),
    "a path upwards": ("a.zip", zipped({"../../etc/passwd": b"x"}), "leads outside of it (../../etc/passwd)"),
    "a path upwards, Windows": ("a.zip", zipped({"a\\..\\..\\b.shp": b"x"}), "leads outside"),
    "a path from the root": ("a.zip", zipped({"/etc/passwd": b"x"}), "leads outside"),
    "a path on a drive": ("a.zip", zipped({"C:/Windows/a.txt": b"x"}), "leads outside"),
    "an encrypted member": ("a.zip", encrypted_zip(), "encrypted (plots.shp)"),
    "two members of a name": ("a.zip", twice_named(), "two files of the same name"),
    "an old Office file in a zip": ("a.zip", zipped({"a.doc": OLE}), "old Office file or an embedded object (a.doc)"),
    "rich text in a zip": ("a.zip", zipped({"a.txt": b"{\\rtf1 x}"}), "old Office file or an embedded object (a.txt)"),
    "a scripted PDF in a zip": (
        "a.zip", zipped({"plan.pdf": make_pdf(b"<</S/JavaScript/JS(1)>>")}), "In “plan.pdf”: The PDF holds a script"),
    "a docx with macros in a zip": (
        "a.zip", zipped({"a.docx": document(**{"word/vbaProject.bin": b"x"})}), "In “a.docx”: The document holds macros"),
    "a program in a docx in a zip": (
        "a.zip", zipped({"a.docx": document(**{"x.bin": PROGRAM})}), "In “a.docx”: The archive holds a program (x.bin)"),
    "a docx in a docx in a zip": (
        "a.zip", zipped({"a.docx": document(**{"b.docx": document()})}), "none within another"),
    "too many documents": ("a.zip", zipped({f"{n}.pdf": PDF for n in range(60)}), "at most 50"),
    # Office
    "macros": ("a.docx", document(**{"word/vbaProject.bin": b"x"}), "macros (word/vbaProject.bin)"),
    "macros of a workbook": ("a.xlsx", book_with(**{"xl/vbaProject.bin": b"x"}), "macros (xl/vbaProject.bin)"),
    "macros of Excel 4": ("a.xlsx", book_with(**{"xl/macrosheets/sheet1.xml": b"<x/>"}), "macros (xl/macrosheets"),
    "a type with macros": ("a.docx", zipped({
        "[Content_Types].xml": b'<Types><Default ContentType="application/vnd.ms-word.document.macroEnabled"/></Types>',
        "word/document.xml": b"<d/>"}), "macros ([Content_Types].xml)"),
    "DDE in a field": ("a.docx", document(field("DDEAUTO c:\\\\windows\\\\cmd.exe /k calc")), "DDE"),
    "DDE in a split field": ("a.docx", document(field("DD", "EAUTO cmd ", "/k calc")), "DDE"),
    "DDE in a simple field": (
        "a.docx", document(b'<w:p><w:fldSimple w:instr="DDE cmd /k calc"/></w:p>'), "DDE"),
    "DDE in a workbook's link": ("a.xlsx", book_with(**{
        "xl/externalLinks/externalLink1.xml": b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c"/></externalLink>'}),
        "DDE, xl/externalLinks/externalLink1.xml"),
    "DDE in a formula": ("a.xlsx", book_with(**{
        "xl/worksheets/sheet9.xml": b"<worksheet><f>cmd|'/c calc'!A0</f></worksheet>"}), "DDE, xl/worksheets/sheet9.xml"),
    "a remote template": ("a.docx", document(**{
        "word/_rels/settings.xml.rels": relation("attachedTemplate", "http://example.org/a.dotm")}),
        "loads something from outside (attachedTemplate, word/_rels/settings.xml.rels)"),
    "a remote picture": ("a.docx", with_link("image", "http://example.org/a.png"), "outside (image"),
    "a remote frame": ("a.docx", with_link("frame", "http://example.org/a.htm"), "outside (frame"),
    "a link to a share": ("a.docx", with_link("hyperlink", "file://server/share"), "outside (hyperlink"),
    "another workbook": ("a.xlsx", book_with(**{
        "xl/externalLinks/_rels/externalLink1.xml.rels": relation("externalLinkPath", "file:///c:/b.xlsx")}),
        "outside (externalLinkPath"),
    "an OLE object": ("a.docx", document(**{"word/embeddings/oleObject1.bin": OLE}), "oleObject1.bin"),
    "an OLE object under another name": ("a.docx", document(**{"word/media/image1.png": OLE}), "embedded object (word/m"),
    "an OLE element": ("a.docx", document(b"<w:object><o:OLEObject xmlns:o='urn:o'/></w:object>"), "embedded object"),
    "an ActiveX control": ("a.docx", document(**{"word/activeX/activeX1.bin": b"x"}), "embedded object (word/activeX"),
    "an entity bomb": ("a.docx", zipped({"[Content_Types].xml": TYPES, "word/document.xml":
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'}), "document type (word/document.xml)"),
    "an external entity": ("a.xlsx", book_with(**{"customXml/item1.dat":
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'}), "document type (customXml/item1.dat)"),
    "an entity in UTF-16": ("a.docx", document(**{"customXml/item1.xml":
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16")}),
        "document type (customXml/item1.xml)"),
    # PDF
    "nine bytes": ("a.pdf", b"%PDF-%%EOF"[:9], "incomplete"),
    "a PDF without a page": ("a.pdf", b"%PDF-1.7\n%%EOF\n", "damaged"),
    "a script on opening": ("a.pdf", make_pdf(root=b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"), "script"),
    "a script by an escaped name": ("a.pdf", make_pdf(root=b"/OpenAction<</S/Java#53cript/J#53(1)>>"), "script"),
    "a script among the names": (
        "a.pdf", make_pdf(root=b"/Names<</JavaScript<</Names[(a)<</S/Named>>]>>>>"), "script"),
    "a script no page leads to": ("a.pdf", make_pdf(b"[1[2<</A<</S/JavaScript>>>>]]"), "script (JavaScript)"),
    "a script in a stream of objects": ("a.pdf", packed_script(), "script"),
    "a launch": ("a.pdf", make_pdf(root=b"/OpenAction<</S/Launch/F(cmd.exe)>>"), "starts a program"),
    "a form that sends": ("a.pdf", annotated(b"<</Subtype/Link/A<</S/SubmitForm/F(http://x)>>>>"), "sends or fetches"),
    "a form that fetches": ("a.pdf", annotated(b"<</Subtype/Link/A<</S/ImportData/F(a.fdf)>>>>"), "sends or fetches"),
    "a way to another file": ("a.pdf", annotated(b"<</Subtype/Link/A<</S/GoToR/F(\\\\\\\\x\\\\y)>>>>"), "opens another file"),
    "an embedded file": ("a.pdf", make_pdf(root=b"/Names<</EmbeddedFiles<</Names[]>>>>"), "holds other files"),
    "a file specification": ("a.pdf", make_pdf(b"<</Type/Filespec/F(a.exe)/EF<</F 3 0 R>>>>"), "holds other files"),
    "an attachment": ("a.pdf", annotated(b"<</Subtype/FileAttachment/FS 5 0 R>>"), "Found in object 4"),
    "an XFA form": ("a.pdf", make_pdf(root=b"/AcroForm<</XFA(x)/Fields[]>>"), "XFA"),
    "an action by itself": ("a.pdf", make_pdf(page=b"/AA<</O<</S/Named/N/NextPage>>>>"), "by itself (AA)"),
    "rich media": ("a.pdf", annotated(b"<</Subtype/RichMedia>>"), "film, sound or 3D"),
    "an encrypted PDF": ("a.pdf", encrypted_pdf(), "password"),
    # others
    "a web page": ("a.html", b"<html><script>alert(1)</script></html>", "of no kind"),
    "a picture that runs scripts": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "of no kind"),
    "a page named as PDF": ("a.pdf", b"<html>%PDF-1.7 %%EOF</html>", "of no kind"),
    "a list as GeoJSON type": ("a.geojson", b'{"type": []}', "not GeoJSON"),
    "an object as GeoJSON type": ("a.geojson", b'{"type": {}}', "not GeoJSON"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "data", "why"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_with_its_reason(name: str, data: bytes, why: str) -> None:
    with override("en"), pytest.raises(UploadRefused) as refused:
        inspect(io.BytesIO(data), name=name)
    assert why in str(refused.value)


# ---- good ones -------------------------------------------------------------------------------------------------------
def picture(form: str, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (8, 8)).save(out, form)
    return out.getvalue()


def filled_book() -> bytes:
    """What officers' tables have: numbers, sums, a link, a note, a chart, a drop-down list."""
    from openpyxl.chart import BarChart, Reference
    from openpyxl.comments import Comment
    from openpyxl.worksheet.datavalidation import DataValidation

    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    for row in range(1, 9):
        sheet.append([row, "小班" + str(row), row / 7])
    sheet["D1"] = "=SUM(A1:A8)"
    sheet["D2"] = '=IF(A1>0,"a|b","")'
    sheet["D3"].hyperlink, sheet["D4"].comment = "https://example.org/a", Comment("注", "作者")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=8))
    sheet.add_chart(chart, "F1")
    sheet.add_data_validation(DataValidation(type="list", formula1='"是,否"'))
    book.save(out)
    return out.getvalue()


def drawn_pdf() -> bytes:
    """As a program draws it, with packed streams and a font."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=1)
    canvas.drawString(72, 720, "plan")
    canvas.linkURL("https://example.org/", (0, 0, 9, 9))
    canvas.bookmarkPage("here")
    canvas.addOutlineEntry("here", "here")
    canvas.save()
    return out.getvalue()


def tidy_pdf(**how: object) -> bytes:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn_pdf())) as opened:
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, **how)
    return out.getvalue()


def readable_encrypted_pdf() -> bytes:
    import pikepdf

    return tidy_pdf(encryption=pikepdf.Encryption(owner="o", user=""))


FORM = (b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(x)/Rect[0 0 9 9]/P 3 0 R>>",)
SHAPES = {
    "plots.shp": b"\x00\x00\x27\x0a",
    "plots.shx": b"\x00\x00\x27\x0a",
    "plots.dbf": b"\x03",
    "plots.prj": b"GEOGCS[",
}
GOOD = {
    "plain.pdf": PDF,
    "commented.pdf": PDF + b"% more",
    "form.pdf": make_pdf(*FORM, root=b"/AcroForm<</Fields[4 0 R]>>", page=b"/Annots[4 0 R]"),
    "opens-at-a-page.pdf": make_pdf(root=b"/OpenAction[3 0 R/Fit]"),
    "opens-by-an-action.pdf": make_pdf(root=b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>"),
    "drawn.pdf": drawn_pdf(),
    "tidy.pdf": tidy_pdf(),
    "linear.pdf": tidy_pdf(linearize=True),
    "not-to-be-changed.pdf": readable_encrypted_pdf(),
    "empty.xlsx": workbook(),
    "filled.xlsx": filled_book(),
    "minimal.docx": document(),
    "fields.docx": document(field(" PAGE ") + field(' TOC \\o "1-3" \\h ')),
    "link.docx": with_link("hyperlink", "https://www.forestry.gov.cn/"),
    "mail.docx": with_link("hyperlink", "mailto:a@example.org"),
    "picture.docx": document(**{"word/media/image1.png": picture("PNG"), "word/media/image2.emz": b"\x1f\x8b\x08"}),
    "chart.docx": document(**{"word/embeddings/Microsoft_Excel_Sheet1.xlsx": workbook()}),
    "shapes.zip": zipped(SHAPES),
    "folder.zip": zipped({"图/": b"", "图/plots.shp": b"\x00\x00\x27\x0a", "图/说明.txt": "说明".encode()}),
    "photos.zip": zipped({f"{n}.jpg": picture("JPEG") for n in range(60)}),
    "papers.zip": zipped({"a.pdf": PDF, "b.docx": document(), "c.xlsx": workbook(), "d.csv": b"a,b"}),
    "photo.jpg": picture("JPEG"),
    "photo.jpeg": picture("JPEG", "L"),
    "map.png": picture("PNG", "RGBA"),
    "plots.geojson": json.dumps({"type": "FeatureCollection", "features": []}).encode(),
    "point.json": b'\xef\xbb\xbf{"type": "Point", "coordinates": [116.8, 40.4]}',
}


@pytest.mark.parametrize("name", GOOD)
def test_what_an_honest_program_makes_is_accepted(name: str) -> None:
    upload = inspect(io.BytesIO(GOOD[name]), name=name)
    assert upload.size == len(GOOD[name])


def test_a_pdf_bomb_is_refused_in_bounded_time_and_memory() -> None:
    data = pdf_bomb()
    assert len(data) < 4096
    begun = time.monotonic()
    with pytest.raises(UploadRefused):
        inspect(io.BytesIO(data), name="a.pdf")
    assert time.monotonic() - begun < 20


def test_the_page_names_file_member_and_reason(draft: Application, clerk: Person) -> None:
    place = f"/drafts/{draft.pk}/materials/"
    sent = {"file-design": ContentFile(document(**{"word/media/a.png": PROGRAM}), name="设计.docx")}
    page = log_in(clerk, english=True).post(place, sent)
    assert page.status_code == 422
    assert "设计.docx: The archive holds a program (word/media/a.png)." in page.text


# ---- the scanner -----------------------------------------------------------------------------------------------------
@contextmanager
def clamd(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A scanner on this machine that speaks INSTREAM, gives this answer, and tells what it was given."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        given: list[bytes] = []

        def serve() -> None:
            line, _whence = server.accept()
            with line, line.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                data = b""
                while length := struct.unpack("!L", stream.read(4))[0]:
                    data += stream.read(length)
                given.append(data)
                line.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}", given
        thread.join(5)


def test_the_scanner_is_given_the_whole_file_and_lets_a_clean_one_in(settings: Settings) -> None:
    with clamd(b"stream: OK\0") as (settings.CLAMD_URL, given):
        inspect(io.BytesIO(PDF), name="a.pdf")
    assert given == [PDF]


def test_what_the_scanner_finds_is_refused_by_name(settings: Settings) -> None:
    with (
        clamd(b"stream: Eicar-Test-Signature FOUND\0") as (settings.CLAMD_URL, _given),
        pytest.raises(UploadRefused, match="Eicar-Test-Signature"),
    ):
        inspect(io.BytesIO(PDF), name="a.pdf")


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: O"])
def test_an_answer_that_is_not_clean_keeps_the_file_out(settings: Settings, answer: bytes) -> None:
    with clamd(answer) as (settings.CLAMD_URL, _given), pytest.raises(ScannerUnreachable):
        inspect(io.BytesIO(PDF), name="a.pdf")


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.sock"])
def test_without_the_scanner_nothing_is_stored_and_the_page_says_so(
    draft: Application, clerk: Person, settings: Settings, url: str
) -> None:
    settings.CLAMD_URL = url
    page = log_in(clerk, english=True).post(f"/drafts/{draft.pk}/materials/", {"file-design": pdf("设计.pdf")})
    assert page.status_code == 503
    assert "设计.pdf: The virus scanner cannot be reached. This file was not stored" in page.text
    assert not MaterialVersion.objects.exists()


# ---- the quota -------------------------------------------------------------------------------------------------------
def test_a_units_files_have_a_bound_together(draft: Application, clerk: Person, settings: Settings) -> None:
    settings.UNIT_QUOTA_MB = 1
    kept = add_file(draft.pk, "design", pdf(), by=clerk)
    MaterialVersion.objects.filter(pk=kept.pk).update(size=1024 * 1024 - 100)
    with override("en"), pytest.raises(BadFacts, match="may keep 1 MB of files and has 0 MB"):
        add_file(draft.pk, "maps", pdf(more="another"), by=clerk)
