"""What goes with a file that the browser shows instead of storing it, and what a paper is called when it is stored."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from permits.drafts.uploads import NOT_IN_A_NAME
from permits.models import Document

PICTURE = "default-src 'none'; frame-ancestors 'self'; sandbox"
PDF = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; base-uri 'none'; frame-ancestors 'self'"
"""No sandbox: Chrome refuses to start its viewer in one, and styles that viewer inline. What a PDF does itself runs in
the viewer, which knows nothing of this site; one with scripts was never taken in (permits/drafts/pdfs.py)."""


def shown_in_the_page(response: HttpResponseBase, kind: str) -> None:
    """The headers with which a PDF or a picture is shown: as what it is, and as nothing that acts."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = PDF if kind == "pdf" else PICTURE


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    """A PDF made for this request, shown in the page and stored as `name`.pdf."""
    response = HttpResponse(pdf, content_type="application/pdf")
    stored = NOT_IN_A_NAME.sub(" ", name).strip() + ".pdf"
    response.headers["Content-Disposition"] = content_disposition_header(False, stored) or "inline"
    shown_in_the_page(response, "pdf")
    return response


def file_name(document: Document, *, title: str = "") -> str:
    """What a paper is called when it is stored: 《title》number.pdf, without signs that no disk takes. `title`: in the
    place of its own."""
    named = title or document.title or document.label
    return NOT_IN_A_NAME.sub(" ", f"《{named}》{document.number}").strip() + ".pdf"
