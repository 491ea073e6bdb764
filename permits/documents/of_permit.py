"""The papers a permit stands on: which they are. How they end: ending.py."""

from __future__ import annotations

from permits.kinds import kind_of, paper_kinds
from permits.models import Application, Document
from permits.models.document import NoticeKind


def granting(application: Application) -> list[Document]:
    """The papers that give the permit and have not ended, those still to be printed too, the decision first."""
    codes = {paper.code for paper in paper_kinds() if paper.grants} | {NoticeKind.PERMIT_PAPER}
    held = application.documents.filter(kind__in=codes, status__in=(Document.Status.PENDING, Document.Status.ISSUED))
    return list(held.order_by("pk"))


def carried(application: Application) -> list[Document]:
    """Those of them that the holder carries and a new paper takes the place of: the certificates, else the decision."""
    certificates = {paper.code for paper in kind_of(application).papers if paper.certificate}
    papers = granting(application)
    return [one for one in papers if one.kind in certificates or one.kind == NoticeKind.PERMIT_PAPER] or papers


def unprinted(application: Application) -> bool:
    """Whether one of them is still being prepared: nothing can be said on it yet."""
    return any(paper.status == Document.Status.PENDING for paper in granting(application))
