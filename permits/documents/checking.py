"""What anyone may learn of a paper, and whether a file is the paper: behind the public verification page.

A file handed in by a stranger is never parsed: it is the issued paper if its SHA-256 is, and is not otherwise. The
signature is checked on the stored original, of which the file then is a true copy.
"""

from __future__ import annotations

import enum
import hashlib
import hmac
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from msgspec import Struct

from permits.documents.content import as_printed
from permits.documents.numbering import code_of
from permits.documents.of_permit import granting_kinds
from permits.documents.signing import SignatureReport, verify_signature
from permits.kinds import kind_of
from permits.ledger.chain import problems_of
from permits.models import Document, DocumentFile, NoticeKind, Permit
from permits.models.permit import P
from permits.text.printable import as_typed
from roles.days import local_today

SPEAK_OF_IT = frozenset({NoticeKind.PERMIT_EXTENDED, NoticeKind.PERMIT_CHANGED})
"""Letters that promise something of the permit, and end with no act of their own when the permit does: who holds one is
told how the permit stands."""


class Standing(Struct, frozen=True, kw_only=True):
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
        end = self.permit.valid_to if self.permit else None
        return end is not None and end < local_today()

    @property
    def early(self) -> bool:
        """Whether the first day of what it grants is still to come."""
        return self.permit is not None and self.permit.valid_from > local_today()

    @property
    def ended(self) -> bool:
        """Whether the permit it grants, or speaks of, ended before its term."""
        return self.permit is not None and self.permit.status != P.VALID

    @property
    def sound(self) -> bool:
        """Whether file, seal and the record of the case are all as they were made."""
        return self.chain_whole and self.file_whole and self.seal.intact

    @property
    def in_force(self) -> bool:
        """Whether it may be relied on today (a test seal is told beside it)."""
        return self.document.in_force and self.sound and not (self.early or self.expired or self.ended)


def find(token: str) -> Document | None:
    """The paper with this token."""
    return Document.objects.select_related("agency", "act", "application").filter(token=token).first()


def find_by_code(number: str, code: str) -> Document | None:
    """The paper with this number, if the code printed on it is this one; blanks, width, case and brackets are
    forgiven."""
    document = Document.objects.filter(number=as_printed(number)).first()
    if document is None:
        return None
    given, own = as_typed(code), as_typed(code_of(document.token))
    return document if hmac.compare_digest(own.encode(), given.encode()) else None


def standing_of(document: Document) -> Standing:
    """Everything the page tells, looked up and computed now: nothing is taken on trust from the row."""
    stored = DocumentFile.objects.filter(pk=document.pk).first()
    pdf = bytes(stored.pdf) if stored else b""
    granted = Permit.objects.filter(application=document.application_id).first()
    return Standing(
        document=document,
        code=code_of(document.token),
        permit=granted if document.kind in SPEAK_OF_IT or _grants(document) else None,
        chain_whole=not problems_of(document.application),
        file_whole=bool(pdf) and hashlib.sha256(pdf).hexdigest() == document.sha256,
        seal=verify_signature(pdf) if pdf else SignatureReport(),
    )


def _grants(document: Document) -> bool:
    """Whether the paper gives the permit: as its kind says; of a kind no longer installed, any paper of its own of the
    act that made the permit."""
    if document.kind == NoticeKind.PERMIT_PAPER or kind_of(document.application).installed:
        return document.kind in granting_kinds()
    return document.kind not in NoticeKind.values and hasattr(document.act, "permit")


class Match(enum.Enum):
    """What a file is, beside the paper."""

    SAME = "same"
    ADDED_TO = "added_to"  # begins with the paper: something was appended after it was sealed
    ANOTHER = "another"  # another paper of this installation
    DIFFERENT = "different"


class Comparison(Struct, frozen=True):
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
