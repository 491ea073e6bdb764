"""The papers a permit stands on: which they are. How they end: ending.py."""

from __future__ import annotations

from collections.abc import Iterable

from permits.kinds import kind_of, paper_kinds
from permits.models import Act, Application, Document
from permits.models.document import NoticeKind


def granting_kinds() -> set[str]:
    """The kinds of paper that give a permit."""
    return {paper.code for paper in paper_kinds() if paper.grants} | {NoticeKind.PERMIT_PAPER}


def reported_to(grant: Act) -> str:
    """The higher authority that decided what the act `grant` records, as the case was reported to it; empty for a
    decision of the agency's own."""
    if grant.act != "record_higher_decision":
        return ""
    reported = grant.application.acts.filter(act="report_up", seq__lt=grant.seq).order_by("seq").last()
    return str(reported.facts["organ"]) if reported else ""


def granting(application: Application) -> list[Document]:
    """The papers that give the permit and have not ended, those still to be printed too, the decision first."""
    standing = (Document.Status.PENDING, Document.Status.ISSUED)
    held = application.documents.filter(kind__in=granting_kinds(), status__in=standing)
    return list(held.order_by("pk"))


def carried(application: Application) -> list[Document]:
    """Those of them that the holder carries and a new paper takes the place of: the certificates, else the decision."""
    return carried_of(application, granting(application))


def carried_by(applications: Iterable[Application]) -> dict[int, list[Document]]:
    """The same of several cases, of the papers that are there to be opened: by the case's key. One query."""
    cases = {one.pk: one for one in applications}
    held: dict[int, list[Document]] = {}
    found = Document.objects.filter(application__in=cases, kind__in=granting_kinds(), status=Document.Status.ISSUED)
    for paper in found.exclude(issued_at=None).order_by("pk"):
        held.setdefault(paper.application_id, []).append(paper)
    return {pk: carried_of(cases[pk], papers) for pk, papers in held.items()}


def carried_of(application: Application, papers: list[Document]) -> list[Document]:
    """The same of these `papers` that give its permit."""
    certificates = {paper.code for paper in kind_of(application).papers if paper.certificate}
    return [one for one in papers if one.kind in certificates or one.kind == NoticeKind.PERMIT_PAPER] or papers


def unprinted(application: Application) -> bool:
    """Whether one of them is still being prepared: nothing can be said on it yet."""
    return any(paper.status == Document.Status.PENDING for paper in granting(application))
