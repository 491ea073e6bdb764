"""Numbering papers and keeping their state. A paper is reserved with its act, and printed afterwards (printing.py)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django_q.tasks import async_task

from permits.documents import standard
from permits.documents.content import Number, Verification
from permits.documents.forms import Issue
from permits.documents.needs import insist_on_data, prefix_of
from permits.documents.signing import signer_for
from permits.kinds import kind_of
from permits.models import Act, Document, take_number
from permits.text.printable import READ_AND_TYPED
from roles.models import Agency
from roles.models.official import Datum
from roles.official_data import official_data

PRINT = "permits.documents.printing.print_newest"
PAPERS = "papers"
"""The line of the jobs that print, beside which all others pass (config/job_queue.py)."""
CODE_GROUPS, GROUP = 3, 4


class WrongState(ValueError):
    """A paper that is pending cannot be replaced or revoked, and one that ended stays so but for a remedy."""


def reserve(record: Act, *, kind: str, agency: Agency | None = None, year: int | None = None) -> Document:
    """Give a paper its number and enqueue its printing, inside the transaction of the act that requires it.

    `agency` issues it (default: the agency the act was performed for), `year` is the number's (default: the act's).
    If the act is rolled back the number goes back with it: numbers have no gaps and are never given twice. Where the
    code 机关代字 for this type of paper is not known the agency's name stands in the number, marked 代字待核.
    Raises TransactionManagementError outside a transaction, ValueError where no agency is known, IntegrityError
    where this act already has a paper of this kind, DatumMissing where the paper must tell what nobody entered.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a paper is reserved in the transaction of its act")
    agency = agency or record.agency
    if agency is None:
        raise ValueError(f"no agency issues the {kind} of {record}")
    year = year or timezone.localtime(record.at).year
    data = insist_on_data(agency, kind, timezone.localtime(record.at).date(), record.application.kind)
    prefix, known = prefix_of(agency, kind, record.application.kind, data)
    serial = take_number(prefix, year)
    document = Document.objects.create(
        kind=kind,
        application=record.application,
        act=record,
        agency=agency,
        prefix=prefix,
        prefix_verified=known,
        year=year,
        serial=serial,
        number=str(Number(prefix=prefix, year=year, serial=serial)),
        reserved_at=record.at,
    )
    async_task(PRINT, document.pk, task_name=f"document {document.pk}", cluster=PAPERS)
    return document


def required(record: Act, agency: Agency | None) -> Sequence[str]:
    """The kinds of papers an act requires: those its permit kind names, and the notices of `agency` common to all.

    Raises LookupError for a paper the kind does not declare: it would be printed without its name and its series.
    """
    kind = kind_of(record.application)
    own = kind.papers_of(record)
    if undeclared := set(own) - {paper.code for paper in kind.papers}:
        raise LookupError(f"the kind {kind.code} does not declare the papers {', '.join(sorted(undeclared))}")
    return (*own, *standard.required(record, agency))


def reserve_required(record: Act, agency: Agency | None = None) -> list[Document]:
    """Reserve every paper the act requires. To be called by the door, in the act's transaction.

    `agency` issues them where the act was performed for none, as one of the applicant is.
    """
    agency = record.agency or agency
    return [reserve(record, kind=code, agency=agency) for code in required(record, agency)]


def pending() -> QuerySet[Document]:
    """Reserved papers not printed yet, newest first, because somebody waits for them; what failed before comes last."""
    waiting = Document.objects.filter(status=Document.Status.PENDING)
    return waiting.alias(failed=~Q(failure="")).order_by("failed", "-pk")


def supersede(document_id: int, *, by: Document | None = None) -> Document:
    """The paper was replaced, by another paper where one is named; it stays readable and says so."""
    return _end(document_id, Document.Status.SUPERSEDED, by)


def revoke(document_id: int) -> Document:
    """The paper no longer holds; on what ground, the act says that ended it (permits/acts/paper_force.py)."""
    return _end(document_id, Document.Status.REVOKED, None)


def reinstate(document_id: int) -> Document:
    """What ended the paper was itself taken away by a remedy: it holds again. WrongState for one that has not ended."""
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        if document.status not in (Document.Status.SUPERSEDED, Document.Status.REVOKED):
            raise WrongState(f"{document.number} is {document.status}, it has not ended")
        document.status, document.replaced_by = Document.Status.ISSUED, None
        document.save(update_fields=["status", "replaced_by"])
    return document


def _end(document_id: int, status: Document.Status, by: Document | None) -> Document:
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        if document.status != Document.Status.ISSUED:
            raise WrongState(f"{document.number} is {document.status}, not issued")
        document.status, document.replaced_by = status, by
        document.save(update_fields=["status", "replaced_by"])
    return document


def code_of(token: str) -> str:
    """The short code printed beside the QR code: 60 bits of the token's hash, in three groups of four.

    It proves that paper and page belong together, and finds the page for who cannot scan; the token stays unknown.
    """
    number = int.from_bytes(hashlib.sha256(token.encode()).digest()[:8], "big") >> 4
    signs = [READ_AND_TYPED[number >> 5 * place & 31] for place in range(CODE_GROUPS * GROUP)]
    return "-".join("".join(signs[start : start + GROUP]) for start in range(0, len(signs), GROUP))


def verification_of(document: Document) -> Verification:
    """Address and code of the public verification page."""
    url = f"{settings.SITE_URL.rstrip('/')}{reverse('verify', args=[document.token])}"
    return Verification(url=url, code=code_of(document.token))


def issue_of(document: Document) -> Issue:
    """What every form begins with. The date is the act's, in the agency's time zone; the data are that day's."""
    number = Number(
        prefix=document.prefix, year=document.year, serial=document.serial, verified=document.prefix_verified
    )
    on = timezone.localtime(document.act.at).date()
    return issue_by(document.agency, number, on, document.application.kind, verification_of(document))


def issue_by(agency: Agency, number: Number, on: date, kind: str, verification: Verification) -> Issue:
    """A paper of `agency` on a day, in a case of `kind`, with what the agency's papers say of it then."""
    data = official_data(agency, on, kind)
    return Issue(
        agency=agency.name,
        number=number,
        date=on,
        verification=verification,
        test_seal=signer_for(agency.slug).test,
        contact=_contact(data),
        reconsideration=data.get(Datum.RECONSIDERATION, ""),
        court=data.get(Datum.COURT, ""),
        copies=tuple(one for one in re.split(r"[、，,；;\s]+", data.get(Datum.COPIES, "")) if one),
    )


def _contact(data: dict[Datum, str]) -> str:
    """附注: who answers, by which telephone, and where."""
    named = ((Datum.CONTACT, "联系人"), (Datum.PHONE, "联系电话"), (Datum.ADDRESS, "地址"))
    return "；".join(f"{word}：{data[datum]}" for datum, word in named if datum in data)
