"""Acting for someone who is away 代理: who, for whom, in which post, from when to when, and why."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roles.models.people import Post


class Delegation(models.Model):
    """`delegate` exercises the mandates of `post` for `principal`, both days counted. Never deleted: it ends with its
    last day, or at once when it is taken back.

    Acts done under it name both people. It gives no headship: extending periods and reassigning stay with the head.
    """

    reference_data = True

    principal = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_held")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="delegations")
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-since", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("delegate")), name="delegation_to_another"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="delegation_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.principal} → {self.delegate}"

    @property
    def told(self) -> dict[str, Any]:
        """What a line of the security log says of it beside the delegate and the post."""
        return {"principal": self.principal_id, "since": self.since.isoformat(), "until": self.until.isoformat()}
