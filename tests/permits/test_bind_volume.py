"""The volume of a case: every paper and file in it is listed, printed or named with its hash, and stays on the disk."""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from pathlib import Path

import pikepdf
import pytest
from django.core.files import File
from django.core.files.base import ContentFile
from PIL import Image
from pypdf import PdfReader

from permits.documents.forms.receipt import size_in_words
from permits.drafts.materials import add_file
from permits.ledger.sequencer import sequence
from permits.models import Application, MaterialVersion
from permits.models.states import S
from permits.volume import binding
from permits.volume.binding import write_volume
from permits.volume.bundle import write_bundle
from tests.cast import Cast
from tests.files import PDF, make_pdf
from tests.permits.taken_away import bundle_of, checked, decided, packed

pytestmark = pytest.mark.django_db
LARGE = 30 << 20


def picture(size: tuple[int, int] = (400, 200), kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGBA" if kind == "PNG" else "RGB", size).save(out, kind)
    return out.getvalue()


def volume_of(case: Application) -> PdfReader:
    out = io.BytesIO()
    write_volume(case, out)
    return PdfReader(out)


def submitted_with(cast: Cast, *files: tuple[str, bytes]) -> Application:
    """A case handed in with these files among its maps."""
    case = cast.case_at(S.DRAFT)
    for name, data in files:
        add_file(case.pk, "maps", ContentFile(data, name=name), by=cast.clerk)
    cast.do(case, "submit")
    return Application.objects.select_related("unit", "jurisdiction").get(pk=case.pk)


def test_the_cover_of_a_case_that_no_agency_acted_in_names_the_one_that_is_to_accept_it(cast: Cast) -> None:
    told = "".join(volume_of(submitted_with(cast)).pages[0].extract_text().split())
    assert "办理机关北京市密云区园林绿化局" in told


@pytest.mark.parametrize("odd", [b"/Rotate/X", b"/Rotate[90]", b"/CropBox/X", b"/TrimBox[1 2]", b"/MediaBox[0 0]"])
def test_a_page_that_says_oddly_how_it_is_shown_keeps_no_volume_back(cast: Cast, odd: bytes) -> None:
    case = submitted_with(cast, ("图.pdf", make_pdf(page=odd)))
    assert "图.pdf" in "".join(volume_of(case).pages[1].extract_text().split())


@pytest.mark.parametrize(
    "odd", [b"/Annots/X", b"/Annots[5/X]", b"/Annots 5", b"/Annots[<</Subtype 5>>null]", b"/Annots<<>>"]
)
def test_a_form_whose_marks_are_none_keeps_no_volume_back(cast: Cast, odd: bytes) -> None:
    case = submitted_with(cast, ("表.pdf", make_pdf(root=b"/AcroForm<</Fields[5/X]>>", page=odd)))
    assert "表.pdf" in "".join(volume_of(case).pages[1].extract_text().split())


def pdf_of(pages: int, drawn: bytes = b"") -> bytes:
    """Pages that all show the same, which is written as if it were compressed."""
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    if drawn:
        made.pages[0].obj.Contents = made.make_stream(b"")
        made.pages[0].obj.Contents.write(drawn, filter=pikepdf.Name.FlateDecode)
    made.pages.extend([made.pages[0]] * (pages - 1))
    made.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def test_a_page_that_cannot_be_decoded_keeps_no_volume_back(cast: Cast) -> None:
    volume = volume_of(submitted_with(cast, ("damaged.pdf", pdf_of(1, b"no such stream")), ("sound.pdf", PDF)))
    assert "无法读取" in "".join(page.extract_text() for page in volume.pages)


def test_a_file_of_very_many_pages_is_named_and_not_printed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "MOST_PAGES", 20)
    volume = volume_of(submitted_with(cast, ("many.pdf", pdf_of(21)), ("some.pdf", pdf_of(20))))
    told = "".join(page.extract_text() for page in volume.pages)
    assert told.count("页数过多，未打印") == 1


def test_a_file_whose_pages_draw_too_much_together_is_named_and_not_printed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many pages that name one stream: it is small in the file, and decoded for each page as its number is laid on."""
    monkeypatch.setattr(binding, "MOST_DRAWN", 2_000_000)
    drawn = zlib.compress(b"0 0 m\n" * 100_000)
    volume = volume_of(submitted_with(cast, ("much.pdf", pdf_of(4, drawn)), ("some.pdf", pdf_of(3, drawn))))
    assert "".join(page.extract_text() for page in volume.pages).count("图形数据过多，未打印") == 1


def test_the_volume_lists_every_paper_with_its_pages_and_numbers_them(cast: Cast) -> None:
    case = decided(cast)
    volume = volume_of(case)
    texts = [page.extract_text() for page in volume.pages]
    assert str(case.number) in texts[0]
    assert "卷 内 目 录" in texts[1]
    listed = "".join(texts[1].split())
    for paper in case.documents.all():
        assert "".join(paper.number.split()) in listed
    titles = [mark.title for mark in volume.outline]
    assert titles[:3] == ["卷宗封面", "卷内目录", "申请内容（提交时）"]
    assert texts[2].split()[-1] == "1" or texts[2].split()[0] == "1"


def test_what_was_handed_in_names_each_files_material_size_and_hash(cast: Cast) -> None:
    case = submitted_with(cast, ("图 𮙋.pdf", PDF))
    file = case.submissions.get().content["materials"][-1]
    told = "".join(page.extract_text() for page in volume_of(case).pages[2:5])
    told = "".join(told.split())
    assert "位置图和作业设计图" in told
    assert "图〓.pdf" in told, "what no font has keeps no volume back"
    assert size_in_words(file["size"]).replace(" ", "") in told
    assert file["sha256"] in told


def test_pictures_are_printed_and_what_cannot_be_is_named_with_its_hash(cast: Cast) -> None:
    data = b'{"type": "FeatureCollection", "features": []}'
    case = submitted_with(cast, ("a.png", picture()), ("b.jpg", picture((200, 300), "JPEG")), ("plots.geojson", data))
    volume = volume_of(case)
    wide = [page for page in volume.pages if page.mediabox.width > page.mediabox.height]
    assert len(wide) == 1
    listed = "".join(volume.pages[1].extract_text().split())
    assert "为GEOJSON文件，不能打印" in listed
    assert hashlib.sha256(data).hexdigest() in listed


def test_a_damaged_file_is_named_in_the_volume_and_missed_by_the_verifier(cast: Cast, tmp_path: Path) -> None:
    case = submitted_with(cast, ("a.png", picture((31, 17))))
    sequence(thorough=True)
    kept = MaterialVersion.objects.get(material__application=case, name="a.png")
    Path(kept.file.path).write_bytes(b"x")
    assert "已损坏或者缺失" in "".join(volume_of(case).pages[1].extract_text().split())
    assert "a.png" in checked(packed(bundle_of(case), tmp_path / "bundle.zip"))["materials"]


def test_a_turned_page_is_numbered_where_its_upper_right_corner_is(cast: Cast) -> None:
    volume = volume_of(submitted_with(cast, ("turned.pdf", make_pdf(page=b"/Rotate 90"))))
    turned = next(page for page in volume.pages if page.rotation == 90)
    assert turned.extract_text().strip().isdigit()


def memory(what: str) -> int:
    """VmRSS, or VmHWM, the most there was, in megabytes: what libraries in C take is part of it."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:")) >> 10


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is read as Linux tells it")
def test_thirty_megabytes_of_materials_stay_on_the_disk(cast: Cast, tmp_path: Path) -> None:
    scans = b"".join(b"/I%d %d 0 R" % (number, 4 + number) for number in range(LARGE >> 20))
    scan = b"<</Type/XObject/Subtype/Image/Width 1024/Height 1024/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>"
    stream = scan + b"\nstream\n%s\nendstream"
    with (tmp_path / "large.pdf").open("w+b") as large:
        objects = (stream % (1 << 20, os.urandom(1 << 20)) for _megabyte in range(LARGE >> 20))
        large.write(make_pdf(*objects, page=b"/Resources<</XObject<<%s>>>>" % scans))
        case = cast.case_at(S.DRAFT)
        add_file(case.pk, "maps", File(large, name="large.pdf"), by=cast.clerk)
    cast.do(case, "submit")
    volume_of(cast.case_at(S.SUBMITTED))  # fonts are read once
    for write in (write_bundle, write_volume):
        Path("/proc/self/clear_refs").write_text("5", "ascii")  # the most is counted from here
        before = memory("VmRSS")
        with (tmp_path / "taken-away").open("w+b") as out:
            write(Application.objects.get(pk=case.pk), out)
        assert (tmp_path / "taken-away").stat().st_size > LARGE
        assert memory("VmHWM") - before < 20, write.__name__
