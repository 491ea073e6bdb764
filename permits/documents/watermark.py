"""A word across every page of a PDF that is none yet: 预览 of a paper before its act, 未提交 of a draft."""

from __future__ import annotations

import io
from collections.abc import Sequence

INK, SIZE, TURNED = 0.78, 150, 35


def marked(pdfs: Sequence[bytes], word: str) -> bytes:
    """All in one PDF, each page with `word` across it, whichever way the page lies."""
    import pikepdf  # it takes a while to import, and few processes ever mark a page

    with pikepdf.new() as whole, pikepdf.open(io.BytesIO(_sheet(word))) as mark:
        for pdf in pdfs:
            with pikepdf.open(io.BytesIO(pdf)) as one:
                whole.pages.extend(one.pages)
        for page in whole.pages:
            page.add_overlay(mark.pages[0], None)
        stream = io.BytesIO()
        whole.save(stream)
    return stream.getvalue()


def _sheet(word: str) -> bytes:
    """A sheet with the word and nothing else."""
    from reportlab.lib.pagesizes import A4  # as said
    from reportlab.pdfgen.canvas import Canvas

    from permits.text.fonts import load

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, initialFontName=load().default)
    canvas.setFont(load().default, SIZE)
    canvas.setFillGray(INK, 0.55)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(TURNED)
    canvas.drawCentredString(0, -SIZE / 3, word)
    canvas.save()
    return stream.getvalue()
