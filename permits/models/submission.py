"""What was applied for, word for word, at each submission: what was decided on, whatever the draft becomes."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from permits.models.act import Act
from permits.models.application import Application


class Submission(models.Model):
    """The canonical text of an application as handed in by one act. Append-only; the act's hash covers its SHA-256."""

    act = models.OneToOneField(Act, primary_key=True, on_delete=models.PROTECT, related_name="submission")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions")
    body = models.TextField(_("canonical text"))
    sha256 = models.CharField("SHA-256", max_length=64)

    append_only = True

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["act"]

    def __str__(self) -> str:
        return str(self.act)

    @cached_property
    def content(self) -> dict[str, Any]:
        """The parsed text: the kind's snapshot."""
        return json.loads(self.body)  # type: ignore[no-any-return]


def last_submission(application: Application) -> Submission | None:
    """What was handed in last, read once for this instance of the application; None where nothing was yet."""
    kept: Submission | None = application.__dict__.get("_last_submission")
    if kept is None and (kept := application.submissions.order_by("-act__seq").first()):
        keep_last(application, kept)
    return kept


def keep_last(application: Application, submission: Submission) -> None:
    """This is what was handed in last, for whoever asks this instance."""
    application.__dict__["_last_submission"] = submission
