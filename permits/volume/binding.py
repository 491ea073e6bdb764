"""The volume 卷宗 of a case: cover, list, and every paper in its order, bound to one PDF with numbered pages.

What is bound lies on the disk, and its pages are copied as they are: the memory it takes grows with the largest single
picture in a PDF, some three times its size, and not with what is bound.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from django.utils.translation import override
from PIL import Image, ImageOps
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from permits.acts.competence import mandate_of
from permits.errors import DamagedFile
from permits.models import Application
from permits.models.states import S
from permits.text.fonts import Fonts, load
from permits.volume.contents import SUBMISSIONS, Enclosed, enclosed_in
from permits.volume.cover import Line, front_pages, page_numbers
from roles.mandates import MandateError
from roles.models.mandates import Duty

if TYPE_CHECKING:
    import pikepdf  # it takes a while to import, and few processes ever bind a volume

MOST_PIXELS = 50_000_000
"""Of a picture that is printed: opened, one of 50 million takes 150 MB of memory."""
MOST_PAGES = 2000
"""Of one file: a list that names one page over and over is small, and each time the page is numbered."""
MOST_DRAWN = 200_000_000
"""Bytes that the pages of one file draw in all, pictures apart, counted for each page: some are decoded twice. A
page of a map has a few millions."""
PRINTED = (1654, 2339)
"""A4 at 200 dots to the inch: larger pictures are made smaller."""
MARGIN = 20 * mm
SIDES = 4


def write_volume(application: Application, target: BinaryIO) -> None:
    """Write the volume of `application` to `target`, which can be sought in, from what is recorded now.

    What cannot be printed is named in the list with its hash and the reason. In Chinese, as papers are.
    """
    with tempfile.TemporaryDirectory() as name, override("zh-hans"):
        folder, number = Path(name), 1
        bound: list[Path] = []
        lines: list[Line] = []
        for at, one in enumerate(enclosed_in(application)):
            path, pages, why_not = _printed(one, folder / f"{at}")
            lines.append(Line(enclosed=one, first=number, pages=pages, why_not=why_not))
            bound += [path] if pages else []
            number += pages
        _bind(application, bound, lines, folder, target)


def _printed(one: Enclosed, path: Path) -> tuple[Path, int, str]:
    """Where the PDF lies that is printed of it, and its pages; where there are none, why not."""
    import pikepdf  # as said

    if one.folder != SUBMISSIONS and one.kind not in {"pdf", "png", "jpg"}:
        return path, 0, f"为{one.kind.upper()}文件，不能打印"
    try:
        one.write(path)
        if one.kind in {"png", "jpg"}:
            path = _as_page(path)
        with pikepdf.open(path) as printed:
            if why_not := _too_much(printed):
                return path, 0, why_not
            if "/AcroForm" in printed.Root:
                path = path.with_suffix(".flat")
                _flatten(printed)
                printed.save(path, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
            _decode(printed)
            return path, len(printed.pages), ""
    except DamagedFile:
        return path, 0, "已损坏或者缺失"
    except TooLarge:
        return path, 0, "图幅过大，未打印"
    except (pikepdf.PdfError, RuntimeError, OSError, ValueError, TypeError, Image.DecompressionBombError):
        # as hostile files raise
        return path, 0, "无法读取"


def _too_much(printed: pikepdf.Pdf) -> str:
    """Why a file is too much to be printed; empty where it is not. A stream is decoded once, and none once it is too
    much. Raises PdfError for what cannot be decoded."""
    import pikepdf  # as said

    if len(printed.pages) > MOST_PAGES:
        return "页数过多，未打印"

    sizes: dict[tuple[int, int], int] = {}
    drawn = 0
    for page in printed.pages:
        contents: Any = page.obj.get("/Contents", [])
        for stream in contents if isinstance(contents, pikepdf.Array | list) else [contents]:
            if stream.objgen not in sizes:
                sizes[stream.objgen] = len(stream.read_bytes())
            drawn += sizes[stream.objgen]
            if drawn > MOST_DRAWN:
                return "图形数据过多，未打印"
    return ""


def _decode(printed: pikepdf.Pdf) -> None:
    """Read what is drawn on each page, as is done when its number is laid over it. Raises RuntimeError where that
    cannot be: found out only then, one file would keep the whole volume back."""
    import pikepdf  # as said

    for page in printed.pages:
        page.contents_add(b"\n")  # what is one stream already is not read to make it one
        page.contents_coalesce()
    with open(os.devnull, "wb") as nowhere:
        printed.save(nowhere, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def _flatten(printed: pikepdf.Pdf) -> None:
    """What was filled in and stamped becomes part of the page: the fields of several forms cannot be bound together."""
    import pikepdf  # as said

    printed.generate_appearance_streams()
    printed.flatten_annotations("all")
    if "/AcroForm" in printed.Root:  # where every field was drawn in, it is gone
        del printed.Root["/AcroForm"]
    for page in printed.pages:
        marks: Any = page.obj.get("/Annots", [])
        for at in reversed(range(len(marks))):
            mark = marks[at]  # of a stranger's file: anything
            if isinstance(mark, pikepdf.Dictionary) and mark.get("/Subtype") == "/Widget":
                del marks[at]  # a seal's field, which shows nothing of its own


class TooLarge(Exception):
    """A picture that would take too much memory to be printed."""


def _as_page(path: Path) -> Path:
    """The picture at `path` on a page of A4, upright or across as it is itself; returns the path of the PDF."""
    with Image.open(path) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise TooLarge
        picture.draft("RGB", PRINTED)
        small = ImageOps.exif_transpose(picture)
        across = small.width > small.height
        small.thumbnail(PRINTED[::-1] if across else PRINTED)
        if small.mode not in {"RGB", "L"}:
            small = _on_white(small)
    width, height = A4[::-1] if across else A4
    made, kept = path.with_suffix(".pdf"), io.BytesIO()
    small.save(kept, "JPEG", quality=88)
    canvas = Canvas(str(made), pagesize=(width, height), invariant=1)
    canvas.drawImage(
        ImageReader(kept), MARGIN, MARGIN, width - 2 * MARGIN, height - 2 * MARGIN, preserveAspectRatio=True
    )
    canvas.save()
    return made


def _on_white(picture: Image.Image) -> Image.Image:
    """What is transparent becomes paper."""
    whole = picture.convert("RGBA")
    paper = Image.new("RGB", whole.size, "white")
    paper.paste(whole, mask=whole.getchannel("A"))
    return paper


def _bind(
    application: Application, bound: Sequence[Path], lines: Sequence[Line], folder: Path, target: BinaryIO
) -> None:
    """Join the files by qpdf, which reads one stream at a time; pages appended here would all be kept in memory."""
    import pikepdf  # as said

    fonts, front, joined = load(), folder / "front.pdf", folder / "joined.pdf"
    front.write_bytes(front_pages(application, agency_of(application), lines, fonts))
    as_they_are = ["--no-warn", "--warning-exit-0", "--compress-streams=n", "--decode-level=none"]
    pikepdf.Job(["qpdf", "--empty", *as_they_are, "--pages", *map(str, [front, *bound]), "--", str(joined)]).run()
    with pikepdf.open(joined) as volume:
        before = len(volume.pages) - sum(line.pages for line in lines)
        _number(volume.pages[before:], fonts)
        with volume.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("卷宗封面", 0))
            outline.root.append(pikepdf.OutlineItem("卷内目录", 1))
            for line in lines:
                if line.pages:
                    outline.root.append(pikepdf.OutlineItem(line.enclosed.title, before + line.first - 1))
        volume.docinfo["/Title"] = f"卷宗 {application}"
        volume.save(target, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def _number(pages: Sequence[pikepdf.Page], fonts: Fonts) -> None:
    """Each page its number, as it is seen: a page that is turned is numbered where its upper right corner then is."""
    import pikepdf  # as said

    boxes = [_box(page) for page in pages]
    sizes = [
        (high, wide) if _turned(page) else (wide, high)
        for page, (left, bottom, right, top) in zip(pages, boxes, strict=True)
        for wide, high in [(abs(right - left), abs(top - bottom))]
    ]
    if not sizes:
        return
    with pikepdf.open(io.BytesIO(page_numbers(sizes, fonts))) as numbers:
        for page, number, box in zip(pages, numbers.pages, boxes, strict=True):
            page.add_overlay(number, pikepdf.Rectangle(*box))


def _box(page: pikepdf.Page) -> tuple[float, ...]:
    """Its sides as shown; where a stranger's file names no rectangle there, A4: one odd page keeps no volume back."""
    for name in ("trimbox", "mediabox"):
        try:
            box = tuple(float(side) for side in getattr(page, name))
        except (TypeError, ValueError, AttributeError):
            continue
        if len(box) == SIDES:
            return box
    return (0.0, 0.0, *A4)


def _turned(page: pikepdf.Page) -> bool:
    """Whether it is shown across."""
    try:
        return bool(int(page.obj.get("/Rotate", 0)) % 180)
    except (TypeError, ValueError):
        return False


def agency_of(application: Application) -> str:
    """The agency that decided the case, else the one that acted in it last, as it was called then; where none did, the
    one that is to accept it."""
    acts = list(application.acts.order_by("seq"))
    decided = [act for act in acts if act.after in {S.APPROVED, S.REFUSED} and act.after != act.before]
    named = [act.content["names"]["agency"] for act in [*acts, *decided[-1:]]]
    return next((str(name) for name in reversed(named) if name), "") or _to_accept(application)


def _to_accept(application: Application) -> str:
    try:
        return mandate_of(application, Duty.ACCEPT, application.law_day).agency.name
    except MandateError:
        return ""
