"""What a person typed on a page and has not saved yet: no part of the record, and gone once it is saved."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from permits.models.application import Application


class UnfinishedForm(models.Model):
    """The fields of one form as they were typed, right or wrong, for the person who typed them and nobody else.

    `base` is the version of what the page showed when it was filled in; `mark` changes with every keeping, so that a
    second tab cannot write over the first unseen.
    """

    KEPT = timedelta(days=30)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="unfinished")
    page = models.CharField(max_length=80)
    content = models.JSONField()
    base = models.CharField(max_length=20)
    mark = models.CharField(max_length=16)
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("unfinished form")
        verbose_name_plural = _("unfinished forms")
        constraints = [models.UniqueConstraint(fields=["person", "application", "page"], name="one_unfinished_each")]

    def __str__(self) -> str:
        return f"{self.application} {self.page}"
