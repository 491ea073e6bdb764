"""Printing what was reserved: render, seal, store. Safe to run twice, by two workers, or after a crash."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from permits.documents import standard
from permits.documents.content import Paper
from permits.documents.naming import composes
from permits.documents.numbering import issue_of, pending
from permits.documents.rendering import render
from permits.documents.signing import NoSeal, Signer, signer_for, verify_signature
from permits.errors import FontMissing, MissingGlyphs
from permits.kinds import kind_of
from permits.models import Document
from permits.models.document import DocumentFile

log = logging.getLogger(__name__)
NOTE_LENGTH = 250
AHEAD = 64
"""Newest papers that a job looks through for one that no other worker is at: more workers than that have no sense."""
CLAIM_SECONDS = 30
"""How long a paper is left to the worker that is at it. After that it is drawn twice and stored once."""


@composes
def paper_of(document: Document) -> Paper:
    """The content of a document, from its act: a common notice, or what its permit kind prints."""
    application = document.application
    if standard.is_notice(document):
        return standard.notice(document, issue_of(document), standard.matter_of(application, document.act))
    return kind_of(application).paper(document)  # type: ignore[no-any-return]  # named there, not imported


def render_pending(document_id: int) -> Document:
    """Print a reserved document; one printed before is returned as it is.

    Rendered outside the lock, because the same act gives the same bytes; signed and stored inside it, so that a paper
    is sealed once only. What keeps it from being printed (MissingGlyphs, FontMissing, NoSeal) is noted on the row,
    which stays pending, and raised.
    """
    _print(document_id)
    return Document.objects.get(pk=document_id)


def _print(document_id: int) -> bool:
    """Whether it was printed by this call: it may be printed already, or by another worker while this one drew it."""
    document = Document.objects.select_related("application", "act", "agency").get(pk=document_id)
    if document.status != Document.Status.PENDING:
        return False
    try:
        signer = signer_for(document.agency.slug)
        content = paper_of(document)
        return _store(document_id, signer, content, render(content))
    except (MissingGlyphs, FontMissing, NoSeal) as error:
        document.failure = str(error)[:NOTE_LENGTH]
        document.save(update_fields=["failure"])
        raise


def print_newest(document_id: int) -> int:
    """The job of each reserved paper: prints the newest that waits, because who decided a case just now waits for it.

    Returns the key of what was printed: a job's result is kept, and a row kept in it would be one of today's shape.
    There are as many jobs as papers, so a job that finds another worker at the newest takes the next: it would else
    draw in vain what is stored once, and one paper would have no job left. Where that one fails, the job prints its
    own, `document_id`, and raises as above.
    """
    failed = 0
    for newest in pending().values_list("pk", flat=True)[:AHEAD]:
        if newest == document_id:
            break
        try:
            if print_one(newest):
                return newest
        except Exception:  # whatever is wrong with that one must not keep this one: the tick tries it again
            log.exception("document %s could not be printed", newest)
            failed = newest
            break
    for pk in (document_id, *pending().exclude(pk=failed).values_list("pk", flat=True)[:AHEAD]):
        if print_one(pk):
            return pk
    return document_id


def print_one(document_id: int) -> bool:
    """Print this paper; False where it is printed already, or by another worker meanwhile. Raises as above."""
    with claimed(document_id) as mine:
        return mine and _print(document_id)


@contextmanager
def claimed(document_id: int) -> Iterator[bool]:
    """Whether this worker is the one to print the paper: the others, on whichever host, leave it to this one for so
    long. Known to all, with the number of its process, but no lock: a worker that dies holds nobody up."""
    key = f"printing-{document_id}"
    mine = cache.add(key, os.getpid(), timeout=CLAIM_SECONDS)
    try:
        yield mine
    finally:
        if mine:
            cache.delete(key)


def _store(document_id: int, signer: Signer, content: Paper, pdf: bytes) -> bool:
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        if document.status != Document.Status.PENDING:
            return False
        signed = signer.sign(pdf, reason=document.number)
        if not verify_signature(signed).intact:
            told = _("The seal of %(agency)s does not verify on what it signed.")
            raise NoSeal(told % {"agency": document.agency})
        DocumentFile(document=document, pdf=signed).save()
        document.title = content.title.replace("\n", "")
        document.status, document.failure = Document.Status.ISSUED, ""
        document.sha256, document.content_sha256 = (hashlib.sha256(data).hexdigest() for data in (signed, pdf))
        document.issued_at = timezone.now()
        document.save(update_fields=["title", "status", "failure", "sha256", "content_sha256", "issued_at"])
    return True
