"""Files that want more than to be read: each by what it is, its name, its bytes, and the words that refuse it."""

# ruff: noqa: E501  # one line for each file of the tables

from __future__ import annotations

import io
import struct
import zipfile
import zlib

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


def linked(address: bytes) -> bytes:
    return annotated(b"<</Subtype/Link/A<</S/URI/URI(%s)>>>>" % address)


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
    "a scripted PDF behind what a Mac writes": (
        "a.zip", zipped({"._a.pdf": b"\x00\x05\x16\x07" + make_pdf(b"<</S/JavaScript/JS(1)>>")}), "In “._a.pdf”"),
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
    "DDE in a part of another name, below much blank space": ("a.xlsx", book_with(**{
        "xl/links.dat": b" " * 300_000 + b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c"/></externalLink>'}),
        "DDE, xl/links.dat"),
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
    "a link of a PDF to a file": ("a.pdf", linked(b"file://server/share/a.exe"), "opens another file"),
    "a link of a PDF to a share": ("a.pdf", linked(b"\\\\\\\\server\\\\share"), "opens another file"),
    "a link that is a script": ("a.pdf", linked(b"java\\nScript:app.alert\\(1\\)"), "opens another file"),
    "a link that starts a program": ("a.pdf", linked(b"search-ms:query=a"), "opens another file"),
    "a link that starts a program of Windows": ("a.pdf", linked(b"microsoft.windows.camera:"), "opens another file"),
    "a base of links that is a share": ("a.pdf", make_pdf(root=b"/URI<</Base(//server/share/)>>"), "opens another file"),
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
