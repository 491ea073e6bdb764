"""Refusing hostile files: each sort once, with its reason; and what honest programs make still passes."""

# one line for each file of the tables

from __future__ import annotations

import io
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils.translation import override
from PIL import Image
from pytest_django import Settings

from permits.acts.perform import open_draft
from permits.drafts import materials
from permits.drafts.materials import add_file
from permits.drafts.uploads import inspect
from permits.errors import BadFacts, ScannerUnreachable, UploadRefused
from permits.models import Application, MaterialVersion
from roles.models import Jurisdiction, OperatingUnit, Person
from tests.cast import log_in, pdf
from tests.files import PDF, document, make_pdf, workbook, zipped
from tests.permits.hostile import (
    HOSTILE,
    field,
    pdf_bomb,
    with_link,
)

PROGRAM = b"MZ\x90\x00\x03" + b"\x00" * 200
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
RELS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
SORTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


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
FOLLOWED = (
    b"https://a.cn/b?c=d", b"HTTP://a.cn", b"mailto:a@example.org", b"www.a.cn/b.html", b"#page=2",
    b"intranet:8080/x", b"a.cn:8080", b"doi:10.1000/1", b"about:blank",
)  # fmt: skip
GOOD = {
    "plain.pdf": PDF,
    "commented.pdf": PDF + b"% more",
    "form.pdf": make_pdf(*FORM, root=b"/AcroForm<</Fields[4 0 R]>>", page=b"/Annots[4 0 R]"),
    "opens-at-a-page.pdf": make_pdf(root=b"/OpenAction[3 0 R/Fit]"),
    "opens-by-an-action.pdf": make_pdf(root=b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>"),
    "links.pdf": make_pdf(
        *(b"<</Subtype/Link/A<</S/URI/URI(%s)>>>>" % address for address in FOLLOWED),
        root=b"/URI<</Base(https://www.forestry.gov.cn/)>>",
        page=b"/Annots[%s]" % b" ".join(b"%d 0 R" % number for number in range(4, 4 + len(FOLLOWED))),
    ),
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
    "papers-of-a-mac.zip": zipped({"a.pdf": PDF, "__MACOSX/._a.pdf": b"\x00\x05\x16\x07" + b"\x00" * 100}),
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


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_files_at_one_instant_that_do_not_both_fit_one_is_kept(
    draft: Application, farm: OperatingUnit, miyun: Jurisdiction, clerk: Person, settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Each in an application of its own, so that the lock of a case does not keep them apart."""
    other, settings.UNIT_QUOTA_MB = open_draft("tending", farm, miyun, by=clerk), 1
    kept = add_file(draft.pk, "design", pdf(), by=clerk)
    MaterialVersion.objects.filter(pk=kept.pk).update(size=1024 * 1024 - 400)
    both, store, outcomes = threading.Barrier(2, timeout=1), materials.store, []

    def once_both_have_asked(*given: Any) -> None:
        with suppress(threading.BrokenBarrierError):
            both.wait()
        store(*given)

    def hand_in(case: Application, more: str) -> None:
        try:
            outcomes.append(add_file(case.pk, "maps", pdf(more=more), by=clerk).size)
        except BadFacts as refused:
            outcomes.append(set(refused.errors))
        finally:
            connection.close()

    monkeypatch.setattr(materials, "store", once_both_have_asked)
    threads = [threading.Thread(target=hand_in, args=pair) for pair in ((draft, "one"), (other, "another"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count({"file"}) == 1
    assert MaterialVersion.objects.count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_slow_store_holds_up_no_other_case_of_the_unit(
    draft: Application, farm: OperatingUnit, miyun: Jurisdiction, clerk: Person, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    other, store = open_draft("tending", farm, miyun, by=clerk), materials.store
    writing, go_on = threading.Event(), threading.Event()

    def slowly(*given: Any) -> None:
        writing.set()
        go_on.wait(timeout=20)
        store(*given)

    def hand_in() -> None:
        try:
            add_file(draft.pk, "maps", pdf(more="one"), by=clerk)
        finally:
            connection.close()

    monkeypatch.setattr(materials, "store", slowly)
    slow = threading.Thread(target=hand_in)
    slow.start()
    try:
        assert writing.wait(timeout=10)
        monkeypatch.setattr(materials, "store", store)
        with short_waits():
            add_file(other.pk, "maps", pdf(more="another"), by=clerk)
    finally:
        go_on.set()
        slow.join()
    assert MaterialVersion.objects.count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_waits_in_vain_for_other_files_of_the_unit_is_told_so(
    draft: Application, farm: OperatingUnit, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                OperatingUnit.objects.select_for_update(no_key=True).get(pk=farm.pk)
                held.set()
                go_on.wait(timeout=20)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(timeout=10)
        with short_waits():
            page = log_in(clerk, english=True).post(f"/drafts/{draft.pk}/materials/", {"file-design": pdf("设计.pdf")})
    finally:
        go_on.set()
        holder.join()
    assert page.status_code == 503
    assert "Other files of your unit are being stored just now" in page.text
    assert "Someone is working on this case" not in page.text
    assert not MaterialVersion.objects.exists()


@contextmanager
def short_waits() -> Iterator[None]:
    """This connection waits no longer than this for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        usual = cursor.fetchone()[0]
        cursor.execute("SET lock_timeout = '500ms'")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [usual])
