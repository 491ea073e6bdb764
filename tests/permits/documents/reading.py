"""Setting a paper, and reading what the file says."""

from __future__ import annotations

import io
import re

from pypdf import PdfReader

from permits.documents.certificate import render_certificate
from permits.documents.content import Certificate, Paper
from permits.documents.fonts import Fonts
from permits.documents.letter import render_letter


def render(paper: Paper, fonts: Fonts) -> bytes:
    return render_certificate(paper, fonts) if isinstance(paper, Certificate) else render_letter(paper, fonts)


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, without any white space: lines break anywhere in Chinese."""
    return [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    """The text of all pages, without the numbers at their feet."""
    return "".join(re.sub(r"—\d+—", "", page) for page in pages_of(pdf))
