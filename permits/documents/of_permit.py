"""The papers a permit stands on: which they are, and their end together with what they say."""

from __future__ import annotations

from permits.documents.numbering import revoke, supersede
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


def end_all(application: Application, *, note: str) -> None:
    """The permit has ended: none of its papers holds any more. WrongState for one that is not printed."""
    for paper in granting(application):
        revoke(paper.pk, note=note)


def put_in_place(new: Document, *, note: str) -> None:
    """`new` takes the place of what the holder carried. WrongState for a paper that is not printed."""
    for paper in carried(new.application):
        if paper.pk != new.pk:
            supersede(paper.pk, by=new, note=note)


def pass_to(application: Application, other: Application, *, note: str) -> None:
    """The permit of `other` takes the place of that of `application`, paper by paper."""
    takes = next(iter(carried(other)), None)
    for paper in granting(application):
        supersede(paper.pk, by=takes, note=note)
