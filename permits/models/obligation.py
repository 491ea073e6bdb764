"""What lists filter by of the obligations after approval: an index derived from permit, facts and acts, no record.

Made anew with every act that can change it (permits/aftercare/rows.py) and compared each night
(permits/verification/obligations.py). Nothing in it depends on today: whether a day has passed is asked of the clock.
"""

from __future__ import annotations

from django.db import models
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from permits.models.permit import Permit


class O(TextChoices):  # noqa: E742  # beside S of the case and P of the permit
    """How an obligation stands by its acts; what time adds (due, overdue) is computed."""

    WAITING = "waiting", _("Waits for another")
    OPEN = "open", _("To be reported")
    REPORTED = "reported", _("Reported")
    FAULTED = "faulted", _("Found not in order")
    RECTIFYING = "rectifying", _("Under rectification")
    RECTIFIED = "rectified", _("Rectification reported")
    ACCEPTED = "accepted", _("Accepted")
    BREACH = "breach", _("Breach")
    CLOSED = "closed", _("Closed")


WITH_THE_HOLDER = (O.OPEN, O.RECTIFYING)
"""States in which somebody owes something by a day."""
TO_BE_CHECKED = (O.REPORTED, O.RECTIFIED)
"""States that wait for an officer's check; what was found not in order waits for an order, and is counted apart."""
ORDERED = (O.RECTIFYING, O.RECTIFIED)
"""States in which an order to put it right waits for the check that says what became of it."""
DONE = (O.ACCEPTED, O.CLOSED)


class ObligationRow(models.Model):
    """One obligation of one permit. `due` is the day that counts now: of the report, or of the rectification."""

    permit = models.ForeignKey(Permit, on_delete=models.CASCADE, related_name="obligations")
    place = models.PositiveSmallIntegerField(_("place in the order"))
    code = models.CharField(_("code"), max_length=40)
    by = models.CharField(_("owed by"), max_length=8)
    state = models.CharField(_("state"), max_length=12, choices=O.choices)
    due = models.DateField(_("due on"), null=True, db_index=True)
    declared = models.CharField(_("declarations it was made by"), max_length=16, default="")
    """Fingerprint of the kind's code (permits/aftercare/rows.py: declarations): a release that declares otherwise finds
    by it which rows are to be made anew."""

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        ordering = ["permit", "place"]
        constraints = [
            models.UniqueConstraint(fields=["permit", "code"], name="obligation_once"),
            models.CheckConstraint(condition=models.Q(state__in=O.values), name="obligation_state_known"),
        ]
        indexes = [
            models.Index(fields=["state", "due"], name="obligations_due"),
            models.Index(fields=["declared"], name="obligations_declared"),
        ]

    def __str__(self) -> str:
        return f"{self.permit} {self.code}"

    @property
    def stem(self) -> str:
        """The code without its number."""
        return self.code.partition("-")[0]
