"""Inspecting an upload: what it is, by its content; what is refused, and why."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from PIL import Image

from permits.drafts import archives
from permits.drafts.uploads import MATERIAL_KINDS, UploadRefused, clean_name, inspect
from tests.files import PDF, document, workbook, zipped
from tests.pace import paced

WINDOWS_PROGRAM = b"MZ\x90\x00\x03" + b"\x00" * 200
LINUX_PROGRAM = b"\x7fELF\x02\x01\x01" + b"\x00" * 200
MB = 1024 * 1024


@pytest.fixture
def en() -> Iterator[None]:
    with override("en"):
        yield


def picture(form: str, size: tuple[int, int] = (8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, form)
    return out.getvalue()


GEOJSON = json.dumps({"type": "FeatureCollection", "features": []}).encode()
GOOD = {
    "plan.pdf": PDF,
    "map.png": picture("PNG"),
    "photo.JPG": picture("JPEG"),
    "photo.jpeg": picture("JPEG"),
    "table.xlsx": workbook(),
    "text.docx": document(),
    "shapes.zip": zipped({"plots.shp": b"\x00\x00\x27\x0a", "plots.dbf": b"\x03"}),
    "plots.geojson": GEOJSON,
    "plots.json": b"\xef\xbb\xbf" + GEOJSON,
}


def refusal(data: bytes, name: str, **how: object) -> str:
    with pytest.raises(UploadRefused) as refused:
        inspect(io.BytesIO(data), name=name, **how)  # type: ignore[arg-type]
    return str(refused.value)


@pytest.mark.parametrize("name", GOOD)
def test_a_file_of_each_allowed_kind_is_known_by_its_content(name: str) -> None:
    upload = inspect(SimpleUploadedFile(name, GOOD[name]))
    assert upload.kind == {"jpeg": "jpg", "json": "geojson"}.get(suffix := name.lower().rsplit(".")[-1], suffix)
    assert upload.kind in MATERIAL_KINDS
    assert (upload.size, upload.sha256) == (len(GOOD[name]), hashlib.sha256(GOOD[name]).hexdigest())


def test_the_file_can_be_read_again_from_its_start() -> None:
    file = io.BytesIO(PDF)
    inspect(file, name="a.pdf")
    assert file.read() == PDF


@pytest.mark.parametrize("program", [WINDOWS_PROGRAM, LINUX_PROGRAM, b"#!/bin/sh\nrm -rf /\n"])
@pytest.mark.parametrize("name", ["plan.pdf", "table.xlsx", "program.exe"])
def test_a_program_is_refused_under_any_name(program: bytes, name: str, en: None) -> None:
    assert "program" in refusal(program, name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (PDF, "plan.xlsx"),
        (PDF, "plan"),
        (workbook(), "table.zip"),
        (document(), "table.xlsx"),
        (picture("PNG"), "a.jpg"),
    ],
)
def test_a_name_that_promises_another_kind_is_refused(data: bytes, name: str, en: None) -> None:
    assert "give it a name that ends in" in refusal(data, name)


def test_an_empty_file_is_refused(en: None) -> None:
    assert "empty" in refusal(b"", "plan.pdf")


def test_a_file_over_the_limit_is_refused_without_being_read_to_its_end(settings: object, en: None) -> None:
    settings.MAX_UPLOAD_MB = 1  # type: ignore[attr-defined]

    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"x" * size

        def seek(self, offset: int, whence: int = 0) -> int:
            return 0

    endless = Endless()
    with pytest.raises(UploadRefused, match="larger than 1 MB"):
        inspect(endless, name="plan.pdf")
    assert endless.given <= 3 * MB


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (PDF[:-7], "plan.pdf", "incomplete or damaged"),
        (picture("PNG")[:40], "map.png", "picture is"),
        (picture("JPEG")[:300], "map.jpg", "picture is"),
        (zipped({"a.shp": b"x" * 5000})[:-30], "a.zip", "damaged"),
        (b"PK\x03\x04" + b"\x00" * 100, "table.xlsx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "table.xlsx", "old or password-protected"),
        (b"hello", "plan.pdf", "of no kind that is allowed"),
        (b"<html></html>", "plan.html", "of no kind that is allowed"),
        (b'{"type": "Topology"}', "a.geojson", "not GeoJSON"),
        (b'{"type": "Point", "coordinates": [NaN]}', "a.geojson", "not valid GeoJSON"),
        (b'{"a":' * 100_000, "a.geojson", "not valid GeoJSON"),
        (b'{"type": "Point', "a.json", "not valid GeoJSON"),
    ],
)
def test_a_damaged_or_foreign_file_is_refused_with_its_reason(data: bytes, name: str, why: str, en: None) -> None:
    assert why in refusal(data, name)


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (zipped({"setup.exe": b"x"}), "a.zip", "program (setup.exe)"),
        (zipped({"readme.txt": WINDOWS_PROGRAM}), "a.zip", "program (readme.txt)"),
        (zipped({"more.zip": b"x"}), "a.zip", "another archive"),
        (zipped({"../../etc/passwd": b"x"}), "a.zip", "leads outside"),
        (zipped({}), "a.zip", "empty"),
        (zipped({"a.shp": b"x"}, zipfile.ZIP_LZMA), "a.zip", "unusual way"),
        (document(**{"word/vbaProject.bin": b"x"}), "text.docx", "macros"),
    ],
)
def test_an_archive_that_hides_something_is_refused(data: bytes, name: str, why: str, en: None) -> None:
    assert why in refusal(data, name)


def test_a_document_whose_type_is_macro_enabled_is_refused(en: None) -> None:
    types = b'<Types><Default ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
    assert "macros" in refusal(zipped({"[Content_Types].xml": types, "word/document.xml": b"<d/>"}), "text.docx")


def test_an_encrypted_archive_is_refused(en: None) -> None:
    data = bytearray(zipped({"a.shp": b"x"}))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1  # the flag of the central directory
    assert "encrypted" in refusal(bytes(data), "a.zip")


def test_a_picture_of_too_many_pixels_is_refused_unopened(en: None) -> None:
    data = bytearray(picture("PNG"))
    data[16:24] = (40_000).to_bytes(4, "big") * 2  # width and height in the IHDR chunk
    assert "picture" in refusal(bytes(data), "map.png")


def _bomb_of_one(megabytes: int) -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"0" * (megabytes * MB)})


def _bomb_that_lies() -> bytes:
    """The directory says one byte; the data unpacks to 100 MB."""
    data = bytearray(_bomb_of_one(100))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.rindex(mark)
        data[at + offset : at + offset + 4] = (1).to_bytes(4, "little")
    return bytes(data)


def _bomb_of_many() -> bytes:
    return zipped({f"{n}.txt": b"0" * MB for n in range(210)})


def _bomb_of_shared_bytes() -> bytes:
    """Many entries of the directory that point to the same packed bytes."""
    data = zipped({"a.txt": b"0" * (9 * MB)})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = data[start:end] * 200
    tail = bytearray(data[end:])
    tail[8:10] = tail[10:12] = (200).to_bytes(2, "little")
    tail[12:16] = len(entries).to_bytes(4, "little")
    return data[:start] + entries + bytes(tail)


@pytest.mark.parametrize("make", [lambda: _bomb_of_one(100), _bomb_that_lies, _bomb_of_many, _bomb_of_shared_bytes])
def test_a_bomb_is_refused_fast_and_in_bounded_memory(make: Callable[[], bytes]) -> None:
    data = make()
    with paced() as spent:
        tracemalloc.start()
        refusal(data, "table.xlsx" if b"xl/workbook.xml" in data else "a.zip")
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert spent.calm_seconds < 2
    assert peak < 8 * MB


def test_a_directory_of_a_million_entries_is_refused_before_it_is_read(en: None) -> None:
    data = zipped({"a.txt": b"x"})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = data[start:end] * 200_000
    tail = bytearray(data[end:])
    tail[12:16] = len(entries).to_bytes(4, "little")
    with paced() as spent:
        assert "too many files" in refusal(data[:start] + entries + bytes(tail), "a.zip")
    assert spent.calm_seconds < 1


def test_a_large_honest_archive_passes() -> None:
    noise = hashlib.shake_256(b"seed").digest(12 * MB)
    assert inspect(io.BytesIO(zipped({"plots.shp": noise})), name="a.zip").kind == "zip"
    assert archives.MAX_UNPACKED > 12 * MB


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("C:\\Users\\林场\\设计.pdf", "设计.pdf"),
        ("../../设计.pdf", "设计.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("图\x00纸\n.png", "图纸.png"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
    ],
)
def test_a_name_keeps_only_what_a_reader_can_trust(name: str, clean: str) -> None:
    assert clean_name(name) == clean
