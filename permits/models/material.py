"""Materials 申请材料: what the unit hands in beside the form, every version kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from permits.models.application import Application
from roles.looks import once


def stored_as(version: MaterialVersion, filename: str) -> str:
    """Path in the store, by content: the same bytes lie there once, and no user's file name reaches the disk."""
    return f"materials/{version.sha256[:2]}/{version.sha256}.{version.kind}"


class Material(models.Model):
    """One slot of the kind's closed list (许可法 31) in one application."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="materials")
    slot = models.SlugField(_("slot"), max_length=40)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        constraints = [models.UniqueConstraint(fields=["application", "slot"], name="one_material_per_slot")]

    def __str__(self) -> str:
        return f"{self.application} {self.slot}"


class MaterialVersion(models.Model):
    """One uploaded file. Never changed; `withdrawn_at` takes it out of what is handed in next."""

    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="versions")
    file = models.FileField(_("file"), upload_to=stored_as, max_length=160)
    name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("type, read from the content"), max_length=10)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("bytes"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def can_be_shown(self) -> bool:
        """Whether a browser may show it within a page."""
        return self.kind in SHOWN_IN_THE_PAGE


SHOWN_IN_THE_PAGE = ("pdf", "png", "jpg")
"""Types, read from the content, that a browser shows without acting on them: no text of markup is among them."""
EVIDENCE = "evidence"
"""The slot of what officers put into the case: no entry of the closed list, never handed in by the unit."""
REPORTED = "reported"
"""The slot of what the unit hands in with its reports after approval: of no submission either."""
STATED = "stated"
"""The slot of what the unit hands in with a statement 陈述申辩 before the decision: of no submission either."""
NOT_HANDED_IN = (EVIDENCE, REPORTED, STATED)


def slots_filled(application_id: int) -> tuple[str, ...]:
    """The slot of each file that would be handed in now."""
    return tuple(file.material.slot for file in files_in_hand(application_id))


@once
def files_in_hand(application_id: int) -> tuple[MaterialVersion, ...]:
    """The files that would be handed in now, each with its material. One query, for the act or the page in hand: no act
    changes them, and no page that only shows."""
    return tuple(_current(application_id))


def current_files(application: Application) -> models.QuerySet[MaterialVersion]:
    """The files that would be handed in now."""
    return _current(application.pk)


def _current(application_id: int | None) -> models.QuerySet[MaterialVersion]:
    files = MaterialVersion.objects.filter(material__application=application_id, withdrawn_at=None)
    files = files.exclude(material__slot__in=NOT_HANDED_IN).order_by("material__slot", "pk")
    return files.select_related("material")
