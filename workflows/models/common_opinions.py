"""Opinions that are written often 常用意见: kept by a person, or for an agency by its head."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from roles.models import Agency


class CommonOpinion(models.Model):
    """One text, of one person or of one agency: put into an opinion, it becomes that opinion's own words."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="common_opinions"
    )
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="common_opinions")
    text = models.CharField(_("text"), max_length=1000)
    created = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("common opinion")
        verbose_name_plural = _("common opinions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, agency__isnull=False) | Q(person__isnull=False, agency=None),
                name="common_opinion_of_one",
            )
        ]

    def __str__(self) -> str:
        return self.text
