"""Which seal each agency's papers would bear today, and what is wrong with it: asked by checks, pages and the shell."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from permits.documents.signing import FileSigner, NoSeal, known_seals, signer_for, subject_of
from permits.models import Document
from roles.models import Agency
from roles.models.mandates import Duty, current

if TYPE_CHECKING:
    from asn1crypto import x509

EXPIRES_SOON = timedelta(days=60)
ISSUING = (Duty.ACCEPT, Duty.FIRST_REVIEW, Duty.FINAL_REVIEW, Duty.DECIDE)


class SealState(Struct, frozen=True, kw_only=True):
    """The seal of one agency. `problem` keeps papers from being sealed rightly; `soon` is when it expires within 60
    days. A seal that no file holds (a seal server) says of itself only whether it is a test seal."""

    agency: Agency
    subject: str = ""
    expires: datetime | None = None
    test: bool = False
    trusted: bool = False
    problem: str | Promise = ""

    @property
    def soon(self) -> bool:
        return self.expires is not None and self.expires - timezone.now() < EXPIRES_SOON


def issuing_agencies() -> QuerySet[Agency]:
    """Agencies in which a post may accept, review or decide today, and those of which a paper waits: it bears the seal
    of whoever issued it, be it that its duty went to another agency meanwhile."""
    held = Agency.objects.filter(current("mandates__grants__"), mandates__duty__in=ISSUING)
    waiting = Document.objects.filter(status=Document.Status.PENDING)
    return Agency.objects.filter(Q(pk__in=held.values("pk")) | Q(pk__in=waiting.values("agency"))).order_by("slug")


def seal_of(agency: Agency) -> SealState:
    """The seal of an agency as it is now. Never raises: what is wrong is its `problem`."""
    try:
        signer = signer_for(agency.slug)
    except NoSeal as error:
        return SealState(agency=agency, problem=str(error))
    if not isinstance(signer, FileSigner):
        return SealState(agency=agency, test=signer.test, trusted=True)
    certificate = signer.certificate
    expires = certificate.not_valid_after
    trusted = certificate.sha256 in {known.sha256 for known in known_seals()}
    return SealState(
        agency=agency,
        subject=subject_of(certificate),
        expires=expires,
        test=signer.test,
        trusted=trusted,
        problem=_problem(agency, certificate, test=signer.test, trusted=trusted),
    )


def seals() -> list[SealState]:
    """The seals of all agencies that issue papers."""
    return [seal_of(agency) for agency in issuing_agencies()]


def _problem(agency: Agency, certificate: x509.Certificate, *, test: bool, trusted: bool) -> str | Promise:
    if certificate.not_valid_after < timezone.now():
        return _("its certificate has expired")
    if certificate.not_valid_before > timezone.now():
        return _("its certificate is not valid yet")
    if not test and not _names(certificate, agency):
        return _("its certificate names neither the agency nor its credit code")
    if not trusted:
        return _("its certificate does not lie beside it as .cert.pem, so its papers would not verify")
    return ""


def _names(certificate: x509.Certificate, agency: Agency) -> bool:
    """Whether any part of the certificate's subject is the agency's name or holds its credit code."""
    parts = [str(part) for value in certificate.subject.native.values() for part in _listed(value)]
    return agency.name in parts or (bool(agency.uscc) and any(agency.uscc in part for part in parts))


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]
