"""Small example files for the materials."""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FACE = "STSong-Light"
"""One that readers of PDF files have for Chinese: nothing is embedded, so an example stays small."""


def pdf(name: str, *lines: str, title: str = "") -> SimpleUploadedFile:
    """A one-page PDF called `name`, with `lines` on it, entitled `title`. The same words give the same bytes."""
    pdfmetrics.registerFont(UnicodeCIDFont(FACE))
    page = BytesIO()
    canvas = Canvas(page, invariant=1)
    if title:
        canvas.setTitle(title)
    canvas.setFont(FACE, 12)
    for number, line in enumerate((name, *lines)):
        canvas.drawString(72, 770 - 18 * number, line)
    canvas.save()
    return SimpleUploadedFile(name, page.getvalue(), content_type="application/pdf")
