"""Numbering papers and keeping their state. A paper is reserved with its act, and printed afterwards (printing.py)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django_q.tasks import async_task

from permits.documents import standard
from permits.documents.content import Number, Verification
from permits.documents.forms import Issue
from permits.kinds import kind_of, paper_kinds
from permits.models import Act, Document, take_number
from roles.models import Agency

PRINT = "permits.documents.printing.print_newest"
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0, 1, I, O: the code is read from paper and typed
CODE_GROUPS, GROUP = 3, 4


class WrongState(ValueError):
    """A paper that is pending cannot be replaced or revoked, and one that ended stays so."""


def reserve(record: Act, *, kind: str, agency: Agency | None = None, year: int | None = None) -> Document:
    """Give a paper its number and enqueue its printing, inside the transaction of the act that requires it.

    `agency` issues it (default: the agency the act was performed for), `year` is the number's (default: the act's).
    If the act is rolled back the number goes back with it: numbers have no gaps and are never given twice. Where the
    agency's code 机关代字 is not known from a source its name stands in the number, and the paper says 代字待核.
    Raises TransactionManagementError outside a transaction, ValueError where no agency is known, IntegrityError
    where this act already has a paper of this kind.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a paper is reserved in the transaction of its act")
    agency = agency or record.agency
    if agency is None:
        raise ValueError(f"no agency issues the {kind} of {record}")
    year = year or timezone.localtime(record.at).year
    prefix = (agency.document_prefix or agency.name) + series_of(kind)
    serial = take_number(prefix, year)
    document = Document.objects.create(
        kind=kind,
        application=record.application,
        act=record,
        agency=agency,
        prefix=prefix,
        prefix_verified=bool(agency.document_prefix),
        year=year,
        serial=serial,
        number=str(Number(prefix=prefix, year=year, serial=serial)),
        reserved_at=timezone.now(),
    )
    async_task(PRINT, document.pk, task_name=f"document {document.pk}")
    return document


def series_of(kind: str) -> str:
    """The word by which papers of this code are numbered apart, after the agency's own; empty for the common series."""
    return next((paper.series for paper in paper_kinds() if paper.code == kind), "")


def required(record: Act) -> Sequence[str]:
    """The kinds of papers an act requires: those its permit kind names, and the notices common to all kinds.

    Raises LookupError for a paper the kind does not declare: it would be printed without its name and its series.
    """
    kind = kind_of(record.application)
    own = kind.papers_of(record)
    if undeclared := set(own) - {paper.code for paper in kind.papers}:
        raise LookupError(f"the kind {kind.code} does not declare the papers {', '.join(sorted(undeclared))}")
    return (*own, *standard.required(record))


def reserve_required(record: Act) -> list[Document]:
    """Reserve every paper the act requires. To be called by the door, in the act's transaction."""
    return [reserve(record, kind=code) for code in required(record)]


def pending() -> QuerySet[Document]:
    """Reserved papers not printed yet, newest first, because somebody waits for them; what failed before comes last."""
    waiting = Document.objects.filter(status=Document.Status.PENDING)
    return waiting.alias(failed=~Q(status_note="")).order_by("failed", "-pk")


def supersede(document_id: int, *, by: Document | None = None, note: str) -> Document:
    """The paper was replaced, by another paper where one is named; it stays readable and says so."""
    return _end(document_id, Document.Status.SUPERSEDED, note, by)


def revoke(document_id: int, *, note: str) -> Document:
    """The paper no longer holds; `note` is the ground, such as 撤销（行政许可法第六十九条）."""
    return _end(document_id, Document.Status.REVOKED, note, None)


def _end(document_id: int, status: Document.Status, note: str, by: Document | None) -> Document:
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        if document.status != Document.Status.ISSUED:
            raise WrongState(f"{document.number} is {document.status}, not issued")
        document.status, document.status_note, document.replaced_by = status, note, by
        document.save(update_fields=["status", "status_note", "replaced_by"])
    return document


def code_of(token: str) -> str:
    """The short code printed beside the QR code: 60 bits of the token's hash, in three groups of four.

    It proves that paper and page belong together, and finds the page for who cannot scan; the token stays unknown.
    """
    number = int.from_bytes(hashlib.sha256(token.encode()).digest()[:8], "big") >> 4
    signs = [CODE_ALPHABET[number >> 5 * place & 31] for place in range(CODE_GROUPS * GROUP)]
    return "-".join("".join(signs[start : start + GROUP]) for start in range(0, len(signs), GROUP))


def verification_of(document: Document) -> Verification:
    """Address and code of the public verification page."""
    url = f"{settings.SITE_URL.rstrip('/')}{reverse('verify', args=[document.token])}"
    return Verification(url=url, code=code_of(document.token))


def issue_of(document: Document) -> Issue:
    """What every form begins with. The date is the act's, in the agency's time zone."""
    from permits.documents.signing import signer_for

    return Issue(
        agency=document.agency.name,
        number=Number(
            prefix=document.prefix, year=document.year, serial=document.serial, verified=document.prefix_verified
        ),
        date=timezone.localtime(document.act.at).date(),
        verification=verification_of(document),
        test_seal=signer_for(document.agency.slug).test,
        contact=f"联系电话：{document.agency.phone}" if document.agency.phone else "",
    )
