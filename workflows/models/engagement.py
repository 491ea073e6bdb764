"""The record of audit engagements 审计项目: rows that are only added to, chained by hash within their engagement.

It stands apart from the acts of cases: an auditor changes no case, and what auditors note is not part of one. State is
never stored: `workflows.engagements.standing` computes it from the rows.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from permits.models import Application
from permits.models.body import ToldByBody
from roles.models import Agency, Jurisdiction


class Entry(models.TextChoices):
    """What was done in an engagement. `FOLLOWS` tells what may follow what about a finding."""

    OPENED = "opened", _("engagement opened")
    JOINED = "joined", _("member joined")
    LEFT = "left", _("member left")
    SAMPLE = "sample", _("sample drawn")
    NOTE = "note", _("note on a case")
    CONCLUDED = "concluded", _("conclusion on a case")
    FINDING = "finding", _("finding sent to the agency")
    NAMED = "named", _("answerer named")
    ANSWERED = "answered", _("finding answered")
    RECTIFIED = "rectified", _("rectification reported")
    ACCEPTED = "accepted", _("rectification accepted")
    SENT_BACK = "sent_back", _("sent back")
    CLOSED = "closed", _("engagement closed")


OF_FINDING = (Entry.FINDING, Entry.ANSWERED, Entry.RECTIFIED, Entry.ACCEPTED, Entry.SENT_BACK)
"""Entries that move a finding; naming who answers does not."""


class Engagement(models.Model):
    """One engagement, and the row its lock is taken on. Everything here repeats its first entry, for lists."""

    append_only = True

    auditing = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("audit agency"))
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("number in the year"))
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    place = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+", verbose_name=_("place"))
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    """Whose decisions are looked into; None: those of every agency in the place."""
    since = models.DateField(_("from"))
    until = models.DateField(_("to"))

    class Meta:
        verbose_name = _("audit engagement")
        verbose_name_plural = _("audit engagements")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["auditing", "year", "serial"], name="engagement_number_once"),
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="engagement_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.serial:02d} {self.title}"


class EngagementEntry(ToldByBody, models.Model):
    """One entry. `body` is the canonical text (RFC 8785) that the hash covers; the columns repeat parts of it.

    `population` is what a sample was drawn from, a line for each case; its hash stands in the body. `key` is the
    one-time key of the form that made the entry (docs/decisions/0010).
    """

    append_only = True

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="entries", db_index=False)
    seq = models.PositiveIntegerField(_("number in the engagement"))
    entry = models.CharField(_("what"), max_length=12, choices=Entry.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    concerned = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    """Who joined, left or was named to answer."""
    application = models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    """To whom a finding was sent, or who answers it."""
    finding = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="follow_ups")
    due = models.DateField(_("to be answered by"), null=True)
    key = models.UUIDField(_("one-time key"), null=True, unique=True, editable=False)
    at = models.DateTimeField(_("time"))
    population = models.TextField(_("what the sample was drawn from"), blank=True)
    body = models.TextField(_("canonical text"))
    previous = models.CharField(_("previous hash"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("entry of an engagement")
        verbose_name_plural = _("entries of engagements")
        ordering = ["engagement", "seq"]
        constraints = [models.UniqueConstraint(fields=["engagement", "seq"], name="engagement_entry_in_order")]
        indexes = [models.Index(fields=["entry", "agency"], name="findings_of_agency")]

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.seq} {self.get_entry_display()}"

    @property
    def on_behalf_of(self) -> str:
        """For whom the person stood in; empty where for nobody."""
        capacity = self.content.get("capacity") or {}
        return str((capacity.get("on_behalf_of") or {}).get("name", ""))


def kept_as(file: EngagementFile, filename: str) -> str:
    """Path in the store, by content: no sender's file name reaches the disk."""
    return f"engagements/{file.sha256[:2]}/{file.sha256}.{file.kind}"


class EngagementFile(models.Model):
    """A file of an entry: what an agency handed in with its answer, or the report. Its hash stands in the body."""

    append_only = True

    entry = models.ForeignKey(EngagementEntry, on_delete=models.PROTECT, related_name="files")
    file = models.FileField(_("file"), upload_to=kept_as, max_length=160)
    name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("type, read from the content"), max_length=10)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))

    class Meta:
        verbose_name = _("file of an engagement")
        verbose_name_plural = _("files of engagements")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
