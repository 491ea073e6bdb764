"""Objections handed in by anyone on the page of a running public notice 公示: an intake, not yet a part of the case.

Who hands one in is not known to the roles and performs no act. An officer takes it on the record by the act
`record_objection`, or says by `set_aside_filing` why not; the link between the two is a row of its own. Both tables are
append-only, and both are in the transparency log.
"""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from permits.models.act import Act
from permits.models.application import Application
from permits.models.document import Document
from permits.text.printable import READ_AND_TYPED

CODE_SIGNS = 12  # sixty bits


def new_code() -> str:
    """A fresh code, by which the submitter and nobody else asks what became of the objection."""
    return "".join(secrets.choice(READ_AND_TYPED) for _sign in range(CODE_SIGNS))


def kept_as(filing: ObjectionFiling, filename: str) -> str:
    """Path in the store, by content: no sender's file name reaches the disk."""
    return f"objections/{filing.sha256[:2]}/{filing.sha256}.{filing.file_kind}"


class ObjectionFiling(models.Model):
    """One objection as it was typed. `key` is the one-time key of its form: the same click twice is one row."""

    append_only = True

    notice = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="filings")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="filings")
    code = models.CharField(_("query code"), max_length=CODE_SIGNS, unique=True, default=new_code, editable=False)
    key = models.UUIDField(_("one-time key"), unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    contact = models.CharField(_("contact"), max_length=200)
    reason = models.TextField(_("objection and its reasons"))
    file = models.FileField(_("file"), upload_to=kept_as, max_length=160, blank=True)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    file_kind = models.CharField(_("type, read from the content"), max_length=10, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    at = models.DateTimeField(_("received"), default=timezone.now)

    class Meta:
        verbose_name = _("objection handed in")
        verbose_name_plural = _("objections handed in")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.notice_id}/{self.pk}"

    @property
    def code_shown(self) -> str:
        """The code in groups of four."""
        return "-".join(self.code[at : at + 4] for at in range(0, len(self.code), 4))


class FilingOutcome(models.Model):
    """By which act an officer took a filing on the record, or set it aside. Written in that act's transaction."""

    append_only = True

    filing = models.OneToOneField(ObjectionFiling, primary_key=True, on_delete=models.PROTECT, related_name="outcome")
    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="filing_outcome")

    class Meta:
        verbose_name = _("outcome of an objection handed in")
        verbose_name_plural = _("outcomes of objections handed in")

    def __str__(self) -> str:
        return f"{self.filing_id} {self.act_id}"
