"""What happened to the clocks of a case, and the periods agencies promise."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.TextChoices):
    """What can happen to a clock."""

    STARTED = "started", _("started")
    SUSPENDED = "suspended", _("suspended")
    RESUMED = "resumed", _("resumed")
    EXTENDED = "extended", _("extended")
    JOINT = "joint", _("joint handling ordered")
    RECOMPUTED = "recomputed", _("recomputed")
    YELLOW = "yellow", _("nearly due")
    RED = "red", _("overdue")
    STOPPED = "stopped", _("stopped")


class Limit(models.TextChoices):
    """Which of two last days is meant: an agency may have promised to be done sooner than the law asks."""

    PROMISED = "promised", _("promised date")
    STATUTORY = "statutory", _("statutory date")


class Ground(models.TextChoices):
    """The matters whose time is not counted (行政许可法 art 45). Site checks and public notices are not among them."""

    HEARING = "hearing", _("hearing")
    TENDER = "tender", _("tender")
    AUCTION = "auction", _("auction")
    INSPECTION = "inspection", _("inspection of goods")
    TESTING = "testing", _("testing")
    QUARANTINE = "quarantine", _("quarantine")
    APPRAISAL = "appraisal", _("appraisal")
    EXPERT_REVIEW = "expert_review", _("expert review")


PERIODS = (
    ("notice", _("notice of acceptance or correction")),
    ("site_check", _("site check")),
    ("first_review", _("first review")),
    ("decide", _("decision")),
    ("joint", _("decision in joint handling")),
    ("anew", _("decision made anew")),
    ("deliver", _("delivery")),
    ("hearing_ask", _("asking for a hearing")),
    ("hearing_hold", _("holding the hearing")),
)
"""Every period a clock runs for, in words. A period that was ever named here stays: entries of the record name it, and
a clock whose period is unknown cannot be computed. permits/clocks/periods.py checks that each has its days."""


class ClockEntry(models.Model):
    """One thing that happened to one clock of a case, by one act. Append-only: a deadline is computed from these rows.

    `step` is empty for the clock of the whole case. A suspension writes one row for each clock it stops. `due_on` is
    the deadline as it stood after the event, on the calendar of that day: what was told to people, and an input only
    where another organ set it (period `anew`).
    That a clock turned yellow or red is a row too, dated on the day it did, however late it was noticed; where that is
    by the promise, `promised_days` says so, as it does in the row that starts the clock.
    """

    append_only = True

    application = models.ForeignKey("permits.Application", on_delete=models.PROTECT, related_name="clock_entries")
    act = models.ForeignKey("permits.Act", on_delete=models.PROTECT, related_name="clock_entries")
    step = models.CharField(_("step"), max_length=40, blank=True)
    event = models.CharField(_("event"), max_length=12, choices=Event.choices)
    on = models.DateField(_("day"))
    period = models.CharField(_("period"), max_length=40)
    working_days = models.PositiveSmallIntegerField(_("working days"), default=0)
    promised_days = models.PositiveSmallIntegerField(_("working days promised"), null=True, blank=True)
    article = models.CharField(_("article"), max_length=60, blank=True)
    ground = models.CharField(_("ground"), max_length=20, choices=Ground.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(_("due on"))
    provisional = models.BooleanField(_("provisional"), default=False)

    class Meta:
        verbose_name = _("clock entry")
        verbose_name_plural = _("clock entries")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["act", "step", "event"], name="clock_event_once_per_act"),
            models.CheckConstraint(
                condition=~models.Q(event=Event.SUSPENDED) | ~models.Q(ground=""), name="suspended_on_a_ground"
            ),
            models.CheckConstraint(
                condition=~models.Q(event=Event.EXTENDED) | models.Q(approved_by__isnull=False),
                name="extended_with_approval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()} {self.on.isoformat()}"

    @property
    def limit(self) -> Limit:
        """Of a row that says a light turned: by which of the two last days."""
        return Limit.PROMISED if self.promised_days else Limit.STATUTORY

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append only. Raises TypeError for a row already written."""
        if not self._state.adding:
            raise TypeError("A clock entry is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never. Raises TypeError."""
        raise TypeError("A clock entry is never deleted")


class PromisedPeriod(models.Model):
    """A period an agency promises 承诺时限 for a kind of permit, shorter than the statutory one."""

    reference_data = True

    agency = models.ForeignKey("roles.Agency", on_delete=models.PROTECT, related_name="promised_periods")
    kind = models.CharField(_("permit kind"), max_length=20)
    period = models.CharField(_("period"), max_length=40)
    working_days = models.PositiveSmallIntegerField(_("working days"))
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        verbose_name = _("promised period")
        verbose_name_plural = _("promised periods")
        ordering = ["agency", "kind", "period"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "kind", "period"], name="promised_once"),
            models.CheckConstraint(condition=models.Q(working_days__gte=1), name="promised_at_least_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.kind} {self.period}: {self.working_days}"
