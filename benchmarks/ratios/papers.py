"""Row 8: certificates rendered and sealed, against the same text drawn by bare ReportLab and one RSA signature."""

from __future__ import annotations

import io
import time
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.bench import Bench
from benchmarks.rows import Ratio
from permits.documents.marks import qr_rows
from permits.documents.printing import paper_of
from permits.documents.rendering import render
from permits.documents.seal import make_test_seal
from permits.documents.signing import signer_for
from permits.kinds import paper_kinds
from permits.models import Document
from permits.text import fonts

PAPERS = 3
KEY_BITS = 3072
"""As that of the test seal."""
LINE, LINES = 40, 50


def measure(bench: Bench) -> list[Ratio]:
    """CPU of a certificate both ways, in turns."""
    bench.small.ask(prepare)
    bench.small.ask(sealed, many=1), bench.small.ask(bare, many=1)
    times = [
        (bench.small.ask(sealed, many=PAPERS), bench.small.ask(bare, many=PAPERS)) for _number in range(bench.rounds)
    ]
    beside = {"ms CPU, sealed certificate": min(one for one, _bare in times) * 1000}
    return [
        Ratio(8, "sealed certificates/s ÷ bare ReportLab and RSA", [bare / one for one, bare in times], "more", beside)
    ]


def prepare() -> None:
    """The test seal of this run."""
    if not settings.SEAL_DIR.exists() or not list(settings.SEAL_DIR.glob("*.p12")):
        make_test_seal(settings.SEAL_DIR)


@cache
def _paper() -> Document:
    certificates = [one.code for one in paper_kinds() if one.certificate]
    return (
        Document.objects.filter(kind__in=certificates).select_related("application", "act", "agency").order_by("pk")[0]
    )


def sealed(many: int) -> float:
    """CPU seconds of one certificate: its content read, set and sealed, nothing stored."""
    began = time.process_time()
    for _number in range(many):
        paper = Document.objects.select_related("application", "act", "agency").get(pk=_paper().pk)
        qr_rows.cache_clear()  # it is another paper's each time
        signer_for(paper.agency.slug).sign(render(paper_of(paper)), reason=paper.number)
    return (time.process_time() - began) / many


@cache
def _text() -> tuple[str, ...]:
    """The words of the certificate, as a reader finds them in its PDF."""
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(render(paper_of(_paper())))).pages
    words = "".join("".join(page.extract_text() for page in pages).split())
    return tuple(words[first : first + LINE] for first in range(0, len(words), LINE))


@cache
def _key() -> tuple[Any, str]:
    name = "bench"
    pdfmetrics.registerFont(TTFont(name, str(next(Path(settings.FONT_DIR).rglob(fonts.REGULAR_FILE)))))
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS), name


def bare(many: int) -> float:
    """CPU seconds of the same text on a page, with the font's glyphs embedded, and a signature over its bytes."""
    key, font = _key()
    lines = _text()
    began = time.process_time()
    for _number in range(many):
        file = io.BytesIO()
        canvas = Canvas(file, pagesize=A4)
        for number, line in enumerate(lines):
            if number % LINES == 0:
                if number:
                    canvas.showPage()
                canvas.setFont(font, 11)
            canvas.drawString(60, 780 - 14 * (number % LINES), line)
        canvas.save()
        key.sign(file.getvalue(), padding.PKCS1v15(), hashes.SHA256())
    return (time.process_time() - began) / many
