"""Looking at a file within the page, what papers are called, and the way from an error to its case."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.urls import reverse

from permits.documents.printing import render_pending
from permits.models import MaterialVersion
from permits.models.states import S
from tests.cast import Cast, log_in, markup


def test_a_pdf_is_shown_as_what_it_is_and_within_this_site_only(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    file = MaterialVersion.objects.filter(material__application=case).first()
    assert file is not None
    shown = log_in(cast.acceptor).get(reverse("material-view", args=[file.pk]))
    assert shown.headers["Content-Type"] == "application/pdf"
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert b"".join(shown.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]


def test_on_paper_no_dot_stands_where_the_link_to_a_file_was(cast: Cast) -> None:
    case = cast.case_at(S.SUBMITTED)
    page = markup(log_in(cast.acceptor).get(reverse("case", args=[case.pk])).content.decode())
    links = page.count('target="_blank" rel="noopener">在新页打开')
    assert links
    assert page.count('<span class="no-print">·<a href="/materials/') == links


@pytest.mark.parametrize(("kind", "code"), [("png", 200), ("jpg", 200), ("zip", 404), ("docx", 404), ("geojson", 404)])
def test_only_pdf_and_pictures_are_shown(cast: Cast, kind: str, code: int) -> None:
    case = cast.case_at(S.SUBMITTED)
    file = MaterialVersion.objects.filter(material__application=case).first()
    assert file is not None
    store, old = file.file.storage, file.file.name
    MaterialVersion.objects.filter(pk=file.pk).update(kind=kind)
    assert store.exists(old)
    shown = log_in(cast.acceptor).get(reverse("material-view", args=[file.pk]))
    assert shown.status_code == code
    if code == 200:
        assert shown.headers["Content-Security-Policy"].endswith("sandbox")


def test_a_paper_is_called_by_title_and_number(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    paper = case.documents.latest("pk")
    render_pending(paper.pk)
    paper.refresh_from_db()
    stored = log_in(cast.clerk).get(reverse("document", args=[paper.pk]))
    name = unquote(stored.headers["Content-Disposition"].partition("''")[2])
    assert name == f"《{paper.title or paper.label}》{paper.number}.pdf"


def test_what_is_no_longer_possible_leads_to_the_case(cast: Cast) -> None:
    case = cast.case_at(S.APPROVED)
    refused = log_in(cast.clerk).get(reverse("case-act", args=[case.pk, "withdraw"]))
    assert refused.status_code == 409
    assert f'href="/cases/{case.pk}/"' in refused.content.decode()
    item = cast.open_item(cast.case_at(S.SUBMITTED))
    assert item is not None
    refused = log_in(cast.acceptor).post(reverse("task", args=[item.pk]), {"act": "approve"})
    assert refused.status_code == 409
    assert f'href="/cases/{item.application_id}/"' in refused.content.decode()
