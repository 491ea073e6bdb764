"""Internal notes 内部备注 of an agency on a case: no part of the record, and gone when the case ends."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from permits.models import Application
from roles.models import Agency


class CaseNote(models.Model):
    """What one officer notes for colleagues of the same agency. No act: nothing rests on it, nobody else sees it."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("note"), max_length=2000)
    created = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["pk"]
        indexes = [models.Index(fields=["application", "agency"], name="notes_of_case")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.text[:20]}"
