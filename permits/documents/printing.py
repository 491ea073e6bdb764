"""Printing what was reserved: render, seal, store. Safe to run twice, by two workers, or after a crash."""

from __future__ import annotations

import hashlib
import logging

from django.db import transaction
from django.utils import timezone

from permits.documents import standard
from permits.documents.certificate import render_certificate
from permits.documents.content import Certificate, Paper
from permits.documents.letter import render_letter
from permits.documents.numbering import issue_of, pending
from permits.documents.signing import NoSeal, Signer, signer_for, verify_signature
from permits.fonts import FontMissing, MissingGlyphs
from permits.kinds import kind_of
from permits.models import Document
from permits.models.document import DocumentFile

log = logging.getLogger(__name__)
NOTE_LENGTH = 250


def render(content: Paper) -> bytes:
    """The unsigned PDF of a letter or certificate; the same content gives the same bytes."""
    return render_certificate(content) if isinstance(content, Certificate) else render_letter(content)


def paper_of(document: Document) -> Paper:
    """The content of a document, from its act: a common notice, or what its permit kind prints."""
    application = document.application
    if standard.is_notice(document):
        return standard.notice(document, issue_of(document), standard.matter_of(application))
    return kind_of(application).paper(document)  # type: ignore[no-any-return]  # named there, not imported


def render_pending(document_id: int) -> Document:
    """Print a reserved document; one printed before is returned as it is.

    Rendered outside the lock, because the same act gives the same bytes; signed and stored inside it, so that a paper
    is sealed once only. What keeps it from being printed (MissingGlyphs, FontMissing, NoSeal) is noted on the row,
    which stays pending, and raised.
    """
    document = Document.objects.select_related("application", "act", "agency").get(pk=document_id)
    if document.status != Document.Status.PENDING:
        return document
    try:
        signer = signer_for(document.agency.slug)
        content = paper_of(document)
        return _store(document_id, signer, content, render(content))
    except (MissingGlyphs, FontMissing, NoSeal) as error:
        document.status_note = str(error)[:NOTE_LENGTH]
        document.save(update_fields=["status_note"])
        raise


def print_newest(document_id: int) -> int:
    """The job of each reserved paper: prints the newest that waits, because who decided a case just now waits for it.

    Returns the key of what was printed: a job's result is kept, and a row kept in it would be one of today's shape.
    There are as many jobs as papers. Where that one fails, the job prints its own, `document_id`, and raises as above.
    """
    newest = pending().values_list("pk", flat=True).first()
    if newest is not None and newest != document_id:
        try:
            return render_pending(newest).pk
        except Exception:  # whatever is wrong with that one must not keep this one: the tick tries it again
            log.exception("document %s could not be printed", newest)
    return render_pending(document_id).pk


def _store(document_id: int, signer: Signer, content: Paper, pdf: bytes) -> Document:
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        if document.status != Document.Status.PENDING:
            return document
        signed = signer.sign(pdf, reason=document.number)
        if not verify_signature(signed).intact:
            raise NoSeal(f"The seal of {document.agency} does not verify on what it signed.")
        DocumentFile(document=document, pdf=signed).save()
        document.title = content.title.replace("\n", "")
        document.status, document.status_note = Document.Status.ISSUED, ""
        document.sha256, document.content_sha256 = (hashlib.sha256(data).hexdigest() for data in (signed, pdf))
        document.issued_at = timezone.now()
        document.save(update_fields=["title", "status", "status_note", "sha256", "content_sha256", "issued_at"])
    return document
