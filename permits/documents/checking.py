"""What anyone may learn of a paper, and whether a file is the paper: behind the public verification page.

A file handed in by a stranger is never parsed: it is the issued paper if its SHA-256 is, and is not otherwise. The
signature is checked on the stored original, of which the file then is a true copy.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from ..ledger.chain import problems_of
from ..models import Document, DocumentFile, Permit
from ..models.document import DocumentKind
from ..models.permit import P
from .issue import code_of
from .signing import SignatureReport, verify_signature

GRANTING = frozenset(
    {
        DocumentKind.TENDING_APPROVAL, DocumentKind.TENDING_CERTIFICATE,
        DocumentKind.OCCUPATION_APPROVAL, DocumentKind.OCCUPATION_CONSENT, DocumentKind.TEMPORARY_CONSENT,
        DocumentKind.INTRODUCTION_APPROVAL, DocumentKind.INTRODUCTION_PERMIT,
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a paper stands today."""

    document: Document
    code: str
    permit: Permit | None
    chain_whole: bool
    file_whole: bool
    seal: SignatureReport

    @property
    def expired(self) -> bool:
        """Whether the term of what it grants has run out."""
        end = self.document.valid_until or (self.permit.valid_to if self.permit else None)
        return end is not None and end < timezone.localdate()

    @property
    def ended(self) -> bool:
        """Whether the permit it grants ended before its term."""
        return self.permit is not None and self.permit.status != P.VALID

    @property
    def sound(self) -> bool:
        """Whether file, seal and the record of the case are all as they were made."""
        return self.chain_whole and self.file_whole and self.seal.intact

    @property
    def in_force(self) -> bool:
        """Whether it may be relied on today (a test seal is told beside it)."""
        return self.document.in_force and self.sound and not self.expired and not self.ended


def find(token: str) -> Document | None:
    """The paper with this token."""
    return Document.objects.select_related("agency", "act", "application").filter(token=token).first()


def find_by_code(number: str, code: str) -> Document | None:
    """The paper with this number, if the code printed on it is this one; blanks and case are forgiven."""
    document = Document.objects.filter(number="".join(number.split())).first()
    given = "".join(sign for sign in code.upper() if sign.isalnum())
    if document is None:
        return None
    return document if hmac.compare_digest(code_of(document.token).replace("-", "").encode(), given.encode()) else None


def standing_of(document: Document) -> Standing:
    """Everything the page tells, looked up and computed now: nothing is taken on trust from the row."""
    stored = DocumentFile.objects.filter(pk=document.pk).first()
    pdf = bytes(stored.pdf) if stored else b""
    granted = Permit.objects.filter(application=document.application_id).first()
    return Standing(
        document=document,
        code=code_of(document.token),
        permit=granted if document.kind in GRANTING else None,
        chain_whole=not problems_of(document.application),
        file_whole=bool(pdf) and hashlib.sha256(pdf).hexdigest() == document.sha256,
        seal=verify_signature(pdf) if pdf else SignatureReport(),
    )


class Match(enum.Enum):
    """What a file is, beside the paper."""

    SAME = "same"
    ADDED_TO = "added_to"  # begins with the paper: something was appended after it was sealed
    ANOTHER = "another"  # another paper of this installation
    DIFFERENT = "different"


@dataclass(frozen=True)
class Comparison:
    """The outcome for one file; `other` is the paper it is instead."""

    match: Match
    sha256: str
    other: Document | None = None


def compare(document: Document, file: UploadedFile[Any]) -> Comparison:
    """Whether the file is the paper as issued."""
    data = b"".join(file.chunks())
    digest = hashlib.sha256(data).hexdigest()
    if document.sha256 and digest == document.sha256:
        return Comparison(Match.SAME, digest)
    stored = DocumentFile.objects.filter(pk=document.pk).first()
    if stored and data.startswith(bytes(stored.pdf)):
        return Comparison(Match.ADDED_TO, digest)
    other = Document.objects.exclude(sha256="").filter(sha256=digest).first()
    return Comparison(Match.ANOTHER if other else Match.DIFFERENT, digest, other)
