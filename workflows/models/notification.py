"""Who was told of which act, whether they read it, and whether it was mailed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from permits.models import Act
from workflows.models.case import WorkItem
from workflows.models.engagement import EngagementEntry


class Announcement(models.Model):
    """An act whose news is still to be made, or was: written with the act, so that a crash in between loses nothing."""

    act = models.OneToOneField(Act, primary_key=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"), null=True)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        indexes = [models.Index(fields=["act"], condition=Q(made_at__isnull=True), name="announcement_pending")]

    def __str__(self) -> str:
        return f"{self.act_id}"


class EntryAnnouncement(models.Model):
    """The same for an entry of an audit engagement that speaks of a finding."""

    entry = models.OneToOneField(EngagementEntry, primary_key=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"), null=True)

    class Meta:
        verbose_name = _("announcement of a finding")
        verbose_name_plural = _("announcements of findings")
        indexes = [models.Index(fields=["entry"], condition=Q(made_at__isnull=True), name="finding_news_pending")]

    def __str__(self) -> str:
        return f"{self.entry_id}"


class Mail(models.TextChoices):
    """How the e-mail of a notification stands."""

    NONE = "none", _("not mailed")
    DAILY = "daily", _("waiting for the daily mail")
    WAITING = "waiting", _("waiting to be mailed")
    SENT = "sent", _("mailed")
    GIVEN_UP = "given_up", _("could not be mailed")


class Digest(models.Model):
    """The one mail of a day to a person who chose to have news collected: made in the morning, with what it tells."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField(_("day"))
    mail = models.CharField(_("e-mail"), max_length=10, choices=Mail.choices, default=Mail.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try = models.DateTimeField(_("next attempt"), null=True, default=timezone.now)
    of_findings = models.BooleanField(_("tells of audit findings"), default=False)

    class Meta:
        verbose_name = _("daily mail")
        verbose_name_plural = _("daily mails")
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="one_daily_mail_a_day")]
        indexes = [models.Index(fields=["next_try"], condition=Q(mail=Mail.WAITING), name="daily_mail_waiting")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day.isoformat()}"


class Notification(models.Model):
    """News for one person: which act, and what it means to the reader. The words are made when it is read or mailed."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications", db_index=False
    )
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")
    event = models.CharField(_("what it means to the reader"), max_length=30)
    item = models.ForeignKey(WorkItem, null=True, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(_("created"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True)
    mail = models.CharField(_("e-mail"), max_length=10, choices=Mail.choices, default=Mail.NONE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try = models.DateTimeField(_("next attempt"), null=True)
    digest = models.ForeignKey(Digest, null=True, on_delete=models.PROTECT, related_name="news")

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(fields=["person", "act", "event"], name="told_once"),
            models.UniqueConstraint(fields=["person", "item"], condition=Q(event="arrived"), name="arrival_told_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-created"], name="news_of_person"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="unread_of_person"),
            models.Index(fields=["next_try"], condition=Q(mail=Mail.WAITING), name="mail_waiting"),
            models.Index(fields=["person"], condition=Q(mail=Mail.DAILY, digest=None), name="news_for_daily_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.event} {self.act_id}"


class FindingNews(models.Model):
    """News of an audit finding for one person: which entry of the engagement, and what it means to the reader.

    Apart from the news of acts: who answers a finding, or follows it, need not see the cases it names."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="finding_news", db_index=False
    )
    entry = models.ForeignKey(EngagementEntry, on_delete=models.PROTECT, related_name="+")
    event = models.CharField(_("what it means to the reader"), max_length=30)
    created = models.DateTimeField(_("created"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True)
    mail = models.CharField(_("e-mail"), max_length=10, choices=Mail.choices, default=Mail.NONE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try = models.DateTimeField(_("next attempt"), null=True)
    digest = models.ForeignKey(Digest, null=True, on_delete=models.PROTECT, related_name="finding_news")

    class Meta:
        verbose_name = _("news of a finding")
        verbose_name_plural = _("news of findings")
        constraints = [models.UniqueConstraint(fields=["person", "entry", "event"], name="finding_told_once")]
        indexes = [
            models.Index(fields=["person", "-created"], name="finding_news_of_person"),
            models.Index(fields=["next_try"], condition=Q(mail=Mail.WAITING), name="finding_mail_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.event} {self.entry_id}"


class How(models.TextChoices):
    """How one group of news is mailed to a person."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day, in one e-mail")
    NEVER = "never", _("Not by e-mail")


class MailChoice(models.Model):
    """A person's own choice how one group of news is mailed; without a row the group's default holds."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mail_choices", db_index=False
    )
    group = models.CharField(_("news about"), max_length=20)
    by_mail = models.BooleanField(_("by e-mail"))
    daily = models.BooleanField(_("collected into one mail a day"), default=False)

    class Meta:
        verbose_name = _("choice of e-mails")
        verbose_name_plural = _("choices of e-mails")
        constraints = [
            models.UniqueConstraint(fields=["person", "group"], name="one_choice_for_a_group"),
            models.CheckConstraint(condition=Q(by_mail=True) | Q(daily=False), name="daily_is_by_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.group}"

    @property
    def how(self) -> How:
        """The choice in one word."""
        if not self.by_mail:
            return How.NEVER
        return How.DAILY if self.daily else How.AT_ONCE
