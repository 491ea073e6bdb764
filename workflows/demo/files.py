"""Small example files for the materials."""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from reportlab.pdfgen.canvas import Canvas


def pdf(name: str, *lines: str, title: str = "") -> SimpleUploadedFile:
    """A one-page PDF called `name`, with `lines` on it, entitled `title`. The same words give the same bytes."""
    page = BytesIO()
    canvas = Canvas(page, invariant=1)
    if title:
        canvas.setTitle(title)
    for number, line in enumerate((name, *lines)):
        canvas.drawString(72, 770 - 18 * number, line.encode("ascii", "replace").decode())
    canvas.save()
    return SimpleUploadedFile(name, page.getvalue(), content_type="application/pdf")
