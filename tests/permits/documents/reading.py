"""Setting a paper, and reading what the file says."""

from __future__ import annotations

import functools
import io
import re

from pypdf import PdfReader

from permits.documents.certificate import render_certificate
from permits.documents.content import Certificate, Paper
from permits.documents.letter import render_letter
from permits.text.fonts import Fonts


def render(paper: Paper, fonts: Fonts) -> bytes:
    """Set anew."""
    return render_certificate(paper, fonts) if isinstance(paper, Certificate) else render_letter(paper, fonts)


@functools.cache
def rendered(paper: Paper, fonts: Fonts) -> bytes:
    """Set once for all tests that only read it: the same content gives the same bytes, as one of them asserts."""
    return render(paper, fonts)


@functools.lru_cache(maxsize=64)
def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, without any white space: lines break anywhere in Chinese."""
    return [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    """The text of all pages, without the numbers at their feet."""
    return "".join(re.sub(r"—\d+—", "", page) for page in pages_of(pdf))
