"""What was applied for, word for word, at each submission: what was decided on, whatever the draft becomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from permits.database.reading import related
from permits.models.act import Act
from permits.models.application import Application
from permits.models.body import parsed

HANDS_IN: Final = frozenset({"submit", "resubmit"})
"""Acts that make one."""


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
        return parsed(self.body)  # type: ignore[no-any-return]

    @property
    def files(self) -> frozenset[tuple[str, str]]:
        """Material and SHA-256 of each file it names."""
        return frozenset((file["slot"], file["sha256"]) for file in self.content["materials"])


def submission_of(act: Act) -> Submission | None:
    """What an act handed in; None for one that handed in nothing."""
    return related(act, "submission")  # type: ignore[no-any-return]


def last_handed_in(acts: Sequence[Act]) -> Submission | None:
    """The last submission of a record that was read with its submissions; None where nothing was handed in."""
    return next((found for act in reversed(acts) if (found := submission_of(act)) is not None), None)


def last_submission(application: Application) -> Submission | None:
    """What was handed in last, read once for this instance of the application; None where nothing was yet."""
    known = application.__dict__
    if "_last_submission" in known:
        return known["_last_submission"]  # type: ignore[no-any-return]
    found = application.submissions.order_by("-act__seq").first()
    if found is not None:  # that there is none may change
        keep_last(application, found)
    return found


def handed_in_as(application: Application, slot: str) -> bool:
    """Whether what was handed in last holds a file of that material."""
    handed = last_submission(application)
    return handed is not None and any(name == slot for name, _sha256 in handed.files)


def read_submissions(applications: Iterable[Application]) -> None:
    """For a list: reads what was handed in last in each of these cases, in one query."""
    cases = {application.pk: application for application in applications}
    for one in Submission.objects.filter(application__in=cases).order_by("act__seq"):
        keep_last(cases[one.application_id], one)


def keep_last(application: Application, submission: Submission | None) -> None:
    """This is what was handed in last, for whoever asks this instance; None: nothing was, and nothing will be."""
    application.__dict__["_last_submission"] = submission
