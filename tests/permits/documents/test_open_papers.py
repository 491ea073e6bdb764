"""Opening a paper: the unit and the officers of the case, and nobody else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from permits.models import Document
from permits.models.document import DocumentFile, NoticeKind
from permits.models.states import S
from roles.appointments import appoint
from roles.models import Post
from tests.cast import Cast, log_in, make_person


@pytest.fixture
def paper(cast: Cast) -> Document:
    return cast.case_at(S.APPROVED).documents.get(kind="tending_certificate")


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 200), ("decider", 200), ("district_reviewer", 200), ("auditor", 200), ("rival", 404), ("stranger", 404)],
)
def test_who_may_open_a_paper(cast: Cast, who: str, status: int) -> None:
    paper = cast.printed_case().documents.get(kind="tending_certificate")
    response = log_in(getattr(cast, who)).get(reverse("document", args=[paper.pk]))
    assert response.status_code == status
    if status == 200:
        assert response.content == bytes(DocumentFile.objects.get(pk=paper.pk).pdf)
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "private, no-store"


def test_who_is_not_logged_in_is_asked_to(paper: Document) -> None:
    response = Client().get(reverse("document", args=[paper.pk]))
    assert response.status_code == 302
    assert reverse("login") in response.headers["Location"]


def test_a_pending_paper_says_so(cast: Cast, paper: Document) -> None:
    response = log_in(cast.clerk, english=True).get(reverse("document", args=[paper.pk]))
    assert response.status_code == 409
    assert "being printed and sealed" in response.content.decode()


def test_a_letter_between_agencies_is_not_for_the_applicant(cast: Cast, paper: Document) -> None:
    Document.objects.filter(pk=paper.pk).update(kind=NoticeKind.CONSULTATION)
    assert log_in(cast.clerk).get(reverse("document", args=[paper.pk])).status_code == 404
    assert log_in(cast.decider).get(reverse("document", args=[paper.pk])).status_code == 409
    both = make_person("both", "韩两边", Post.objects.get(slug=f"clerk-{cast.farm.pk}"))
    appoint(both, Post.objects.get(slug="bj-miyun-forestry-accept"))  # an officer, and of the unit that applies
    assert log_in(both).get(reverse("document", args=[paper.pk])).status_code == 404
    case = reverse("case", args=[paper.application_id])
    pages = [log_in(one).get(case).content.decode() for one in (both, cast.decider)]
    assert [paper.number in page for page in pages] == [False, True]
