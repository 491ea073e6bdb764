"""Issued papers: their numbers, their state, and the signed PDF itself.

A document is reserved inside the transaction of the act that requires it, and printed afterwards. So a crash
between the two loses nothing: what is reserved and not yet printed is pending work, found by its status.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from permits.kinds import paper_labels

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

TOKEN_BYTES = 24  # 192 bits: a verification address cannot be guessed


def new_token() -> str:
    """A fresh unguessable address part for the public verification page."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class NoticeKind(models.TextChoices):
    """What the procedure prints for every kind of permit; a kind names its own papers (permits/contract/kind.py)."""

    ACCEPTANCE = "acceptance", _("notice of acceptance")
    CORRECTION = "correction", _("notice of what to correct")
    NON_ACCEPTANCE = "non_acceptance", _("notice of non-acceptance")
    EXTENSION = "extension", _("notice of extension")
    SUSPENSION = "suspension", _("notice that the period stands still")
    RESUMPTION = "resumption", _("notice that the period runs again")
    REPORT_UP = "report_up", _("notice of reporting to a higher authority")
    THIRD_PARTY = "third_party", _("notice to an interested third party")
    PUBLIC_NOTICE = "public_notice", _("public notice")
    HEARING_RIGHTS = "hearing_rights", _("notice of the right to a hearing")
    HEARING_NOTICE = "hearing_notice", _("notice of a hearing")
    HEARING_OFF = "hearing_off", _("notice that a hearing is not held")
    CONSULTATION = "consultation", _("letter asking for an opinion")
    DELIVERY_RECEIPT = "delivery_receipt", _("proof of delivery")
    DEEMED_ACCEPTANCE = "deemed_acceptance", _("notice of deemed acceptance")
    OBJECTION_ANSWER = "objection_answer", _("answer to an objection")
    OUTCOME = "outcome", _("notice of the outcome")
    MATERIALS_RECEIPT = "materials_receipt", _("receipt of the materials")
    PERMIT_EXTENDED = "permit_extended", _("decision to extend the permit")
    PERMIT_NOT_EXTENDED = "permit_not_extended", _("decision not to extend the permit")
    PERMIT_CHANGED = "permit_changed", _("decision to change the permit")
    PERMIT_NOT_CHANGED = "permit_not_changed", _("decision not to change the permit")
    PERMIT_PAPER = "permit_paper", _("new paper of the permit")
    PERMIT_WITHDRAWN = "permit_withdrawn", _("decision to withdraw the permit")
    PERMIT_REVOKED = "permit_revoked", _("decision to revoke the permit")
    PERMIT_CANCELLED = "permit_cancelled", _("decision to cancel the permit")
    PERMIT_NOT_CANCELLED = "permit_not_cancelled", _("decision not to cancel the permit")
    PERMIT_FORFEITED = "permit_forfeited", _("notice that the permit is forfeited")
    REOPENED = "reopened", _("notice that the application is decided anew")
    RECTIFICATION = "rectification", _("notice to put right")
    INSPECTION_RECORD = "inspection_record", _("record of an inspection")
    ACCEPTANCE_CERTIFICATE = "acceptance_certificate", _("certificate that an obligation was accepted")


class NumberSequence(models.Model):
    """The last serial given under one agency code 机关代字 in one year; the row is locked while the next is taken."""

    prefix = models.CharField(_("agency code"), max_length=60)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last serial given"), default=0)

    class Meta:
        verbose_name = _("number sequence")
        verbose_name_plural = _("number sequences")
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="sequence_once")]

    def __str__(self) -> str:
        """The last number given."""
        return f"{self.prefix}〔{self.year}〕{self.last}号"


DECISIONS_AFTER = frozenset({
    NoticeKind.PERMIT_EXTENDED, NoticeKind.PERMIT_NOT_EXTENDED, NoticeKind.PERMIT_CHANGED,
    NoticeKind.PERMIT_NOT_CHANGED, NoticeKind.PERMIT_WITHDRAWN, NoticeKind.PERMIT_REVOKED,
    NoticeKind.PERMIT_CANCELLED, NoticeKind.PERMIT_NOT_CANCELLED,
})  # fmt: skip
"""Decisions on a permit after it was granted: numbered as decisions are."""
AGAINST_THE_HOLDER = frozenset({
    NoticeKind.PERMIT_NOT_EXTENDED, NoticeKind.PERMIT_NOT_CHANGED, NoticeKind.PERMIT_WITHDRAWN,
    NoticeKind.PERMIT_REVOKED, NoticeKind.PERMIT_CANCELLED, NoticeKind.PERMIT_NOT_CANCELLED,
    NoticeKind.PERMIT_FORFEITED,
})  # fmt: skip
"""Those that name the organs of the remedies."""
BETWEEN_AGENCIES = frozenset({NoticeKind.CONSULTATION})
"""Letters of one agency to another: not the applicant's."""


class Document(models.Model):
    """One official paper, required by one act.

    An approval may require two papers, the decision and the certificate 证件: so an act has at most one document
    of each kind, and not one document in all.
    """

    class Status(models.TextChoices):
        """Whether the paper exists, and whether it still holds."""

        PENDING = "pending", _("being prepared")
        ISSUED = "issued", _("in force")
        SUPERSEDED = "superseded", _("replaced")
        REVOKED = "revoked", _("no longer valid")

    kind = models.CharField(_("document"), max_length=40)
    application = models.ForeignKey("permits.Application", on_delete=models.PROTECT, related_name="documents")
    act = models.ForeignKey("permits.Act", on_delete=models.PROTECT, related_name="documents")
    agency = models.ForeignKey("roles.Agency", on_delete=models.PROTECT, related_name="documents")
    prefix = models.CharField(_("agency code"), max_length=60)
    prefix_verified = models.BooleanField(_("the agency code was read in a source"), default=True)
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial"))
    number = models.CharField(_("document number"), max_length=90, unique=True)
    title = models.CharField(_("title"), max_length=500)
    token = models.CharField(_("verification token"), max_length=64, unique=True, default=new_token, editable=False)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.PENDING)
    failure = models.CharField(_("why it could not be printed yet"), max_length=250, blank=True)
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces")
    reserved_at = models.DateTimeField(_("number given at"))
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256 of the signed file"), max_length=64, blank=True)
    content_sha256 = models.CharField(_("SHA-256 of the file before signing"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["act", "kind"], name="document_once_per_act_and_kind"),
            models.UniqueConstraint(fields=["prefix", "year", "serial"], name="document_number_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=["pending", "issued", "superseded", "revoked"]),
                name="document_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(status="pending", sha256="", issued_at=None)
                | (~models.Q(status="pending") & ~models.Q(sha256="") & models.Q(issued_at__isnull=False)),
                name="document_issued_has_its_hash",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "id"], name="document_pending"),
            models.Index(fields=["-reserved_at"], name="public_notices", condition=models.Q(kind="public_notice")),
        ]

    def __str__(self) -> str:
        """Number and title."""
        return f"{self.number} {self.title}"

    @property
    def label(self) -> str:
        """What the paper is called; the code alone where the kind that prints it is not installed."""
        return str(dict(NoticeKind.choices).get(self.kind) or paper_labels().get(self.kind) or self.kind)

    @property
    def label_beside(self) -> str:
        """The label to stand beside the title; nothing where the two are alike, one having all signs of the other in
        order, as 关于同意某林场抚育作业设计的批复 and 同意抚育作业设计的批复. That silence made it stands in no
        paper's title."""
        label, title = self.label, self.title
        if title.startswith(DEEMED) and not label.startswith(DEEMED):
            return ""  # what silence granted was decided by nobody
        alike = _within(label, title) or (_within(title, label) and not label.startswith(DEEMED))
        return "" if alike else label

    @property
    def in_force(self) -> bool:
        """Whether the paper was issued and neither replaced nor revoked; its dates are not looked at."""
        return self.status == self.Status.ISSUED


DEEMED: Final = "视为"
"""How the label of a paper begins that the clock made."""


def _within(words: str, text: str) -> bool:
    """Whether `text` has all signs of `words` in their order."""
    signs = iter(text)
    return all(sign in signs for sign in words)


class DocumentFile(models.Model):
    """The signed PDF, written once, in the same transaction that marks its document issued.

    In the database and not in a file beside it: row and file appear together or not at all, and every replica and
    every backup that has the act has the paper. In a table of its own, so that lists of documents never load it.
    """

    document = models.OneToOneField(Document, primary_key=True, on_delete=models.PROTECT, related_name="file")
    pdf = models.BinaryField(_("signed PDF"))

    FROZEN: ClassVar[StrPromise] = _("The signed file of a document is written once and never changed.")

    class Meta:
        verbose_name = _("signed file")
        verbose_name_plural = _("signed files")

    def __str__(self) -> str:
        """The document's number."""
        return f"{self.document.number} ({len(self.pdf)} B)"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a second save is refused with ValidationError."""
        if not self._state.adding:
            raise ValidationError(self.FROZEN)
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused: an issued paper stays."""
        raise ValidationError(self.FROZEN)
